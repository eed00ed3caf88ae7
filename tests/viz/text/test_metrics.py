"""Widths bound those of all fonts, and a shortened text fits."""

from hypothesis import given
from hypothesis import strategies as st

import viz
from autograd import Value
from viz.text import column_width, shorten, subscript_digits, text_width_em


def test_a_short_name_stands_whole_and_a_long_one_keeps_both_ends():
    assert shorten("learning rate", 14, text_width_em) == "learning rate"
    assert shorten("W" * 20 + "1", 8, text_width_em) == "WWW…WW1"
    assert subscript_digits(shorten("w0", 14, text_width_em)) == "w₀"


@given(st.text(), st.floats(3, 20))
def test_a_shortened_text_fits(text, most):
    assert text_width_em(shorten(text, most, text_width_em)) <= max(most, 1.2) + 1e-9


def test_columns_of_the_table_are_aligned_under_wide_letters():
    lines = viz.table(Value(1.0, label="神经") * Value(2.0, label="w")).splitlines()[1:3]
    assert [column_width(line) for line in lines] == [column_width(lines[0])] * 2
