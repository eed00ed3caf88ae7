"""Kinks that an operation of one's own declares, whatever the function is that is 0 there."""

import math
from math import inf

import pytest
from hypothesis import Phase, find, given, settings

from autograd import operation
from autograd.strategies import points
from autograd.strategies.floats import DOUBLE, SHORT
from autograd.strategies.kinks import is_away, is_inside, kink_at, onto_kink, samples
from autograd.table import TABLE
from tests.helpers.optional_numpy import np

QUICK = settings(max_examples=500, phases=[Phase.generate], derandomize=True)
REAL = ((-inf, inf),)
KINKS = {  # and how far from it arguments are
    "a - 1": (lambda a: a - 1, lambda a: abs(a - 1)),
    "1e-6 * (a - 2)": (lambda a: 1e-6 * (a - 2), lambda a: abs(a - 2)),
    "(a - 1)**3": (lambda a: (a - 1) ** 3, lambda a: abs(a - 1)),
    "(a - 1)**2": (lambda a: (a - 1) ** 2, lambda a: abs(a - 1)),
    "abs(a) - 1": (lambda a: abs(a) - 1, lambda a: abs(abs(a) - 1)),
    "a**2 - 2": (lambda a: a**2 - 2, lambda a: abs(abs(a) - math.sqrt(2))),
    "log(a)": (lambda a: math.log(a), lambda a: abs(a - 1)),
    "sin(a)": (lambda a: math.sin(a), lambda a: abs(a - math.pi * round(a / math.pi))),
    "the least of two": (lambda a: min(abs(a - 1), abs(a + 1)), lambda a: abs(abs(a) - 1)),
    "a + b - 1": (lambda a, b: a + b - 1, lambda a, b: abs(a + b - 1)),
    "a - 2 * b": (lambda a, b: a - 2 * b, lambda a, b: abs(a / 2 - b)),
    "abs(a - b)": (lambda a, b: abs(a - b), lambda a, b: abs(a - b)),
    "1000 * (b - 3)": (lambda a, b: 1000 * (b - 3), lambda a, b: abs(b - 3)),
    "a circle": (lambda a, b: a * a + b * b - 1, lambda a, b: abs(math.hypot(a, b) - 1)),
    "(a - b) * (a - 1)": (lambda a, b: (a - b) * (a - 1), lambda a, b: min(abs(a - b), abs(a - 1))),
    "a * b - c": (lambda a, b, c: a * b - c, lambda a, b, c: abs(a * b - c)),
}
ROWS = [pytest.param(*KINKS[name], id=name) for name in KINKS]


def row(kink):
    """Return an operation with a kink."""
    names = kink.__code__.co_varnames[: kink.__code__.co_argcount]
    forward = {1: lambda a: a, 2: lambda a, b: a + b, 3: lambda a, b, c: a + b + c}[len(names)]
    forward.__name__ = "my_bent"
    slopes = {1: lambda y, a: 1.0, 2: lambda y, a, b: 1.0, 3: lambda y, a, b, c: 1.0}[len(names)]
    domain = ((0, inf),) if "log" in kink.__code__.co_names else REAL
    return operation(*[slopes] * len(names), domain=[domain] * len(names), kink=kink)(forward)


@pytest.mark.parametrize(("kink", "distance"), ROWS)
def test_points_keep_away_from_a_kink_come_near_it_and_are_on_it(kink, distance):
    op = row(kink)

    @settings(max_examples=30, suppress_health_check=[], database=None)
    @given(points(op, "away"), points(op, "near"), points(op, "at"))
    def check(away, near, at):
        assert distance(*away) > 0.0099
        assert kink_at(op, near) != 0
        assert distance(*at) < 1e-14

    check()
    assert find(points(op, "near"), lambda args: distance(*args) < 1e-9, settings=QUICK)
    assert find(points(op, "at"), lambda args: args[-1] > 1 or args[0] > 0.9, settings=QUICK)


@pytest.mark.parametrize("kinks", ["near", "away", "at"])
@pytest.mark.parametrize("name", ["a - 1", "abs(a - b)", "a + b - 1"])
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_arrays_of_short_floats_are_on_a_kink_or_off_it_after_rounding(name, kinks, dtype):
    op = row(KINKS[name][0])

    @settings(max_examples=30, suppress_health_check=[], database=None)
    @given(points(op, kinks, 3, lambda rows: np.array(rows, dtype)))
    def check(args):
        assert {array.dtype.name for array in args} == {dtype}
        heights = [op.kink(*at) for at in zip(*[array.tolist() for array in args], strict=True)]
        assert np.isfinite(np.array(args, float)).all()
        least = min(map(abs, heights))
        assert least <= 10 * np.finfo(dtype).eps if kinks == "at" else least > 0  # a + b may not be 1 in these

    check()


def test_a_kink_that_is_nowhere_is_named():
    for kink in (lambda a: a * a + 1, lambda a: math.sqrt(-1 - a * a), lambda a: 1 / a):
        with pytest.raises(ValueError, match="since my_bent has no kink, got at"):
            points(row(kink), "at")
    assert find(points(row(lambda a: a * a + 1)), lambda args: True) == (0.0,)


@pytest.mark.parametrize("name", ["maximum", "clamp", "mod", "max", "lt"])
def test_arguments_are_moved_onto_a_kink_one_at_a_time(name):
    op = TABLE[name]
    n = op.arity or 3
    for form in (DOUBLE, *SHORT):
        for args in samples(op, n, form):
            for k in range(n):
                moved = onto_kink(op, form, args, k)
                if moved is not None:
                    assert [i for i in range(n) if moved[i] != args[i]] in ([k], [])
                    assert kink_at(op, moved) == 0
                    assert not is_inside(op, moved)
                    assert not is_away(op, form, moved)
