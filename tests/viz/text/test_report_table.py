"""Reports are tables whose columns are aligned, in text and in LaTeX."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.text import column_width
from viz.text.report_table import align_columns, format_rows, format_rows_latex

CELLS = st.text(st.sampled_from("ab神🙂1"), min_size=1, max_size=6)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=5)))
def test_every_column_starts_or_ends_at_one_place(rows):
    n = len(rows[0])
    right = align_columns(rows, ">" * n)
    assert len({column_width(line) for line in right}) == 1
    assert [line.split() for line in align_columns(rows, "<" * n)] == rows == [line.split() for line in right]
    starts = [
        column_width(line) - column_width(row[-1]) for line, row in zip(align_columns(rows, "<" * n), rows, strict=True)
    ]
    assert len(set(starts)) == 1


def test_texts_are_to_the_left_and_numbers_to_the_right():
    rows = [{"layer": "a", "dead": 3, "median": 0.25}, {"layer": "long", "dead": 12, "median": float("nan")}]
    assert format_rows(rows).splitlines() == ["layer  dead  median", "a         3   0.250", "long     12     nan"]


@pytest.mark.parametrize(
    ("cell", "latex"), [("a_1", "$a_{1}$"), ("", ""), (12, "$12$"), (float("inf"), r"$\infty$"), (1e-9, r"$1.00")]
)
def test_a_cell_of_latex_is_in_mathematics(cell, latex):
    head, line, end = format_rows_latex([{"x": cell}]).splitlines()[1:]
    assert head == r"$\mathrm{x}$ \\ \hline"
    assert line.startswith(latex)
    assert end == r"\end{tabular}"
