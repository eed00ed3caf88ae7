"""Bounds of rounding errors grow with what is lost, and are infinite where a part overflows."""

from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.table.bounds import exponent_ulps, length_ulps, product_ulps, smallest_gap

SOME = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=6)


@given(SOME)
def test_the_smallest_gap_is_between_neighbours_and_0_at_a_tie(args):
    ordered = sorted(args)
    assert smallest_gap(*args) == min(b - a for a, b in pairwise(ordered))
    assert smallest_gap(*args, args[0]) == 0
    assert smallest_gap(args[0]) == smallest_gap() == 1


@given(SOME)
def test_an_exponential_loses_two_ulp_for_each_unit_of_its_exponent(args):
    assert exponent_ulps(*args) == 4 + 2 * max(abs(a - b) for a in args for b in args)


@pytest.mark.parametrize(
    ("bound", "args", "expected"),
    [
        (length_ulps, (3.0, -4.0), 4),
        (length_ulps, (3.0, 0.0), 4),
        (length_ulps, (0.0, 0.0), 4),
        (length_ulps, (3.0, -1e301), 4),
        (length_ulps, (1e308, -1.7e308), inf),
        (length_ulps, (1e-301, 4.0), 4),
        (length_ulps, (2.0**-1060, 0.25), 4 + 2.0**37),  # a direction a/h of 2**-1058
        (length_ulps, (2.0**-1070, 0.0), 4 + 2.0**49),
        (product_ulps, (), 4),
        (product_ulps, (1e100, -1e-100, 2.0), 7),
        (product_ulps, (0.0, 2.0), 6),
        (product_ulps, (1e200, 1e-200, 1e200, 1e-200), inf),  # 1 on the whole, with parts out of range
        (product_ulps, (1e-200, 1e-200), 4 + 2 * (1 + 2.0**53)),
        (product_ulps, (2.0**-1000, 2.0**-50), 4 + 2 * (1 + 2.0**29)),
    ],
)
def test_a_bound_holds_within_the_range_of_floats(bound, args, expected):
    assert bound(*args) == expected
