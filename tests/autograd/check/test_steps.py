"""Functions that round inside: no right gradient is accused, and no wrong one of another function excused."""

import math
from functools import partial

import pytest

from autograd import gradcheck
from autograd.check.inexact import find_steps
from tests.helpers.optional_numpy import np

ROUNDED = {
    "float16": lambda x: x.astype(np.float16).astype(float),
    "float32": lambda x: x.astype(np.float32).astype(float),
    "three decimals": lambda x: np.round(x, 3),
    "bfloat16": lambda x: np.ldexp(np.round(np.ldexp(np.frexp(x)[0], 8)), np.frexp(x)[1] - 8),
}
PLACES = {
    "inside": lambda g, short: lambda x: g(short(np.asarray(x))),
    "outside": lambda g, short: lambda x: short(np.asarray(g(x))),
    "in one of two terms": lambda g, short: lambda x: g(short(np.asarray(x))) + 0.1 * g(x),
}
SLOPES = {"square": (lambda x: x * x, lambda x: 2 * x), "sin": (lambda x: np.sin(x), lambda x: np.cos(x))}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("rounded", ROUNDED)
def test_rounding_inside_is_no_fault_of_the_gradient(rounded, place):
    """Neither along directions, nor number by number, nor at other inputs; a gross fault never passes."""
    for name, (g, slope) in SLOPES.items():
        f, total = PLACES[place](g, ROUNDED[rounded]), 1.1 if "two" in place else 1.0
        for seed, (n, directions) in enumerate(((1, None), (3, None), (6, 3), (6, 1))):
            x = np.random.default_rng(seed).normal(size=n)
            back = lambda u, x, k=1.0, slope=slope, total=total: k * total * u * slope(x)
            report = gradcheck(f, [x], vjp=back, directions=directions)
            assert report.verdict != "FAIL", f"{name}: {report}"
            assert "state of another call" not in str(report)
            for wrong in (-1.0, 30.0):
                report = gradcheck(f, [x], vjp=partial(back, k=wrong), directions=directions)
                assert report.verdict != "PASS"


@pytest.mark.parametrize("rounded", ["float16", "three decimals", "bfloat16"])
def test_a_gross_fault_of_a_function_with_steps_fails_where_wide_steps_show_it(rounded):
    f = lambda x: (ROUNDED[rounded](np.asarray(x)) * 3 + x).sum()
    x = np.linspace(0.3, 1.7, 5)
    assert gradcheck(f, [x], grad=lambda x: 4 + 0 * x).verdict != "FAIL"
    report = gradcheck(f, [x], grad=lambda x: -40 + 0 * x)
    assert sum(check.verdict == "FAIL" for check in report.checks) >= 3


OTHERS = {
    "smooth": (math.sin, 0.7),
    "steep at one side": (lambda x: math.exp(-1 / x**2) if x else 0.0, 0.1),
    "a border": (math.sqrt, 0.01),
    "a kink next to it": (lambda x: abs(x - 1.01), 1.0),
    "a jump": (lambda x: x + 5.0 * (x > 1.1), 1.0),
    "few large steps": (lambda x: math.floor(8 * x) + x * x, 0.55),
    "flat": (lambda x: 3.0, 1.0),
    "waves": (lambda x: math.sin(300 * x), 0.2),
}


@pytest.mark.parametrize("name", OTHERS)
def test_no_other_function_has_steps(name):
    f, x = OTHERS[name]
    slope = (f(x + 1e-7) - f(x - 1e-7)) / 2e-7
    for claimed in (slope + 1, -slope, 1.001 * slope, 0.0):
        assert find_steps(f, x, slope, claimed) == ""
