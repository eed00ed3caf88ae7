"""Types of floats, and numbers in intervals of every width, down to one float."""

import math
import struct
import sys
from fractions import Fraction
from math import inf, nextafter

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from autograd.strategies import AWKWARD, floats_in, interval
from autograd.strategies.floats import DOUBLE, SHORT, floats_of, lies_in, shared_ends

QUICK = settings(max_examples=300, phases=[Phase.generate], derandomize=True)
ALL_CHECKS = settings(max_examples=30, suppress_health_check=[], database=None)
FORMATS = {form.name: form for form in (DOUBLE, *SHORT)}
CODES = {"float64": ("d", "q"), "float32": ("f", "i"), "float16": ("e", "h")}


def next_up(name, x):
    """Return the next float of a type by its bits."""
    if name == "bfloat16":  # the first half of a float32
        bits = struct.unpack("i", struct.pack("f", x))[0] >> 16
        up = (bits if bits >= 0 else -(bits & 0x7FFF)) + 1
        return struct.unpack("f", struct.pack("I", (up if up >= 0 else 0x8000 - up) << 16))[0]
    letter, whole = CODES[name]
    bits = struct.unpack(whole, struct.pack(letter, x))[0]
    sign = 1 << (8 * struct.calcsize(whole) - 1)
    up = (bits if bits >= 0 else -(bits + sign)) + 1
    return struct.unpack(letter, struct.pack(whole, up if up >= 0 else -up - sign))[0]


@pytest.mark.parametrize("name", FORMATS)
@given(x=st.floats(allow_nan=False, allow_infinity=False) | st.floats(-70_000, 70_000) | st.sampled_from(AWKWARD))
def test_a_number_is_rounded_to_the_nearest_float_of_the_type_and_the_next_is_above(name, x):
    form = FORMATS[name]
    y = form.fit(x)
    greatest = math.ldexp(2**form.digits - 1, form.bound - form.digits)
    assert abs(y) <= greatest
    assert form.fit(y) == y
    if y == greatest:
        assert form.above(y) == greatest
        return
    up, down = next_up(name, y), -next_up(name, -y) if y > -greatest else -inf
    assert form.above(y) == up
    if abs(x) <= greatest:
        assert abs(Fraction(x) - Fraction(y)) <= min(abs(Fraction(x) - Fraction(z)) for z in (up, down) if abs(z) < inf)
        assert form.above(x) == (y if y > x else up)


def widths(form):
    """Return intervals around some numbers, that hold from one float of the type to many."""
    for start in (0.0, 1.0, -1.0, 100.0, -form.above(-inf), form.above(0.0), 2.0**-14, 60_000.0):
        low = form.fit(start)
        if form.above(low) > low:
            for width in (1, 2, 7, 10_000):
                high = low
                for _ in range(min(width, 8) + 1):
                    high = form.above(high)
                high = low + (high - low) * max(1, width / 8) if width > 8 else high
                if low < form.above(low) < high < inf:
                    yield low, high


@pytest.mark.parametrize("kinks", ["near", "away"])
@pytest.mark.parametrize("name", FORMATS)
def test_intervals_of_any_width_are_drawn_from_and_no_health_check_fails(name, kinks):
    """Down to one float, at 0, at subnormal numbers and at the greatest."""
    form = FORMATS[name]
    intervals = [*widths(form), *((-high, -low) for low, high in widths(form))]
    assert len(intervals) > 30
    for one in intervals:

        @ALL_CHECKS
        @given(floats_of(form, (one,), kinks))
        def check(x):
            assert one[0] < x < one[1]  # noqa: B023  # it is called at once
            assert form.fit(x) == x
            assert lies_in(form, (one,), x, kinks)  # noqa: B023

        check()


@given(st.floats(allow_nan=False), st.integers(1, 3), st.sampled_from(["near", "away"]), st.data())
def test_floats_next_to_any_number_are_found(low, count, kinks, data):
    high = low
    for _ in range(count + 1):
        high = nextafter(high, inf)
    if nextafter(low, inf) < high:
        assert low < data.draw(floats_in(((low, high),), kinks)) < high


def test_an_interval_without_a_float_and_what_is_no_interval_are_named():
    for low in (0.0, 1.0, 5e-324, 1e300, sys.float_info.max, -1.0):
        with pytest.raises(ValueError, match=r"domain\[1\]: expected an interval with a float64 inside, got \("):
            floats_in(((0, 1), (low, nextafter(low, inf))))
    with pytest.raises(ValueError, match=r"^domain\[0\]: expected an interval with a float16 inside, got"):
        floats_of(FORMATS["float16"], ((1000, 1000.5),), "near")
    for wrong in ((1, 1), (2, 1), (math.nan, 1), (0,), [0, 1], ("a", "b"), 1):
        with pytest.raises(TypeError, match=r"domain\[0\]: expected (an interval|a number)"):
            floats_in((wrong,))
    for wrong in ((), 5, None, "ab"):
        with pytest.raises(TypeError, match="domain"):
            floats_in(wrong)
    with pytest.raises(OverflowError, match=r"domain\[0\]: expected a number in the range of floats"):
        floats_in(((0, 10**400),))
    with pytest.raises(ValueError, match=r"since no two intervals share an end at a float32, got at"):
        floats_of(FORMATS["float32"], ((0, 0.1), (0.1, 1)), "at")


@pytest.mark.parametrize("name", FORMATS)
def test_every_type_comes_near_the_ends_and_of_every_size(name):
    form, domain = FORMATS[name], ((-inf, 0), (0, 1))
    for wanted in (
        lambda x: x == form.above(0.0),
        lambda x: x == -form.above(-1.0),
        lambda x: x < -60_000,
        lambda x: -1e-4 < x < 0,
        lambda x: 0.1 < x < 0.9,
    ):
        assert find(floats_of(form, domain, "near"), wanted, settings=QUICK)
    assert shared_ends(domain) == [0.0]
    assert interval(domain, 0.0) is None
