"""Points and intervals are read as floats, or refused with their name."""

import pytest

from nn.classic.validation import read_floats, read_interval, read_positive


def test_rows_intervals_and_positive_numbers_are_floats():
    assert read_floats([True, 2, 0.5], "x", 3) == (1.0, 2.0, 0.5)
    assert read_floats(7, "x", 1) == (7.0,)
    assert read_interval((-1, 2), "range") == (-1.0, 2.0)
    assert read_positive(1e-300, "eps") == 1e-300


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: read_floats([1.0], "x", 2), ValueError, r"x: expected 2 numbers, got \[1.0\]"),
        (lambda: read_floats([], "x", 1), ValueError, r"x: expected 1 number, got \[\]"),
        (lambda: read_floats([1.0, float("nan")], "x", 2), ValueError, r"x\[1\]: expected a finite number, got nan"),
        (lambda: read_floats([1.0, "2"], "x", 2), TypeError, r"x\[1\]: expected a number, got str '2'"),
        (lambda: read_interval([1.0, 1.0], "range"), ValueError, "range: expected low < high, got 1.0 and 1.0"),
        (lambda: read_positive(0, "eps"), ValueError, "eps: expected a number above 0, got 0"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        call()
