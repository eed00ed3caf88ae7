"""Numbers have three significant digits, and names their subscripts."""

import math

import pytest

from viz.text import digits, subscript_digits


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2, "2.00"),
        (-0.196612, "-0.197"),
        (12.0, "12.0"),
        (123.0, "123"),
        (1234.5, "1234"),
        (123456, "123456"),
        (0, "0"),
        (-0.0, "0"),
        (999.6, "1000"),
        (1e6, "1.00e6"),
        (1.5e-7, "1.50e-7"),
        (1e-300, "1.00e-300"),
        (math.nan, "nan"),
        (-math.inf, "-∞"),
    ],
)
def test_three_significant_digits(number, text):
    assert digits(number) == text


def test_subscripts_only_for_a_name_and_a_number():
    assert [subscript_digits(name) for name in ("w0", "w12", "x", "2x1", "a_1", "w0b")] == [
        "w₀",
        "w₁₂",
        "x",
        "2x1",
        "a_1",
        "w0b",
    ]
