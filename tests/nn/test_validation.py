"""Options are read as what they are, or refused with their name, what was given and what was expected."""

from fractions import Fraction
from math import inf, nan

import pytest

from autograd import Value
from nn.validation import check_length, read_bool, read_float, read_int, read_row


def test_numbers_of_any_kind_are_read_and_rows_are_tuples():
    np = pytest.importorskip("numpy")
    assert [read_float(x, "x") for x in (2, Fraction(1, 2), np.float32(0.25), np.array(3))] == [2.0, 0.5, 0.25, 3.0]
    assert (read_int(np.int8(3), "n"), type(read_int(np.int8(3), "n")), read_int(0, "n", 0)) == (3, int, 0)
    assert (read_row(np.array([1.0, 2.0])), read_row(3.0), read_row(iter("ab"))) == ((1.0, 2.0), (3.0,), ("a", "b"))
    assert read_row(v := Value(1.0)) == (v,)
    assert (read_bool(False, "b"), check_length([1, 2], 2)) == (False, [1, 2])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: read_float(True, "lr", 0), TypeError, "lr: expected a number of at least 0, got bool True"),
        (lambda: read_float("1", "lr"), TypeError, "lr: expected a number, got str '1'"),
        (lambda: read_float(nan, "lr"), ValueError, "lr: expected a finite number, got nan"),
        (lambda: read_float(-inf, "lr", 0), ValueError, "lr: expected a number of at least 0, got -inf"),
        (lambda: read_float(10**400, "lr"), ValueError, "lr: expected a finite number, got 1000"),
        (lambda: read_float(1, "p", 0, 1), ValueError, "p: expected a number below 1, got 1"),
        (lambda: read_int(1.0, "n"), TypeError, "n: expected a whole number of at least 1, got float 1.0"),
        (lambda: read_int(True, "n"), TypeError, "n: expected a whole number of at least 1, got bool True"),
        (lambda: read_int(0, "n"), ValueError, "n: expected a whole number of at least 1, got 0"),
        (lambda: read_bool(1, "b"), TypeError, "b: expected True or False, got int 1"),
        (lambda: check_length((1,), 2), ValueError, "inputs: expected 2 numbers, got 1"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=f"^{message}"):
        call()
