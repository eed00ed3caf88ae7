"""Oracles agree with the engine's sweep, each in its own kind of number."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given

from autograd import Value, exp, log, oracles, sin
from autograd.engine.traversal import nodes_in_order
from autograd.strategies import expressions
from autograd.table.op import TABLE

RATIONAL = [TABLE[name] for name in ("add", "sub", "mul", "neg", "square", "sum", "dot", "prod")]
ANALYTIC = [TABLE[name] for name in ("add", "mul", "sin", "exp", "tanh", "sigmoid", "atan", "dot")]


def swept(f, inputs):
    given = [Value(x) for x in inputs]
    y = f(*given)
    y.backward()
    return [x.grad for x in given], oracles.sum_path_magnitudes(nodes_in_order(y), given)


@given(expressions(ops=ANALYTIC, max_ops=6, inside=False))
@pytest.mark.filterwarnings("ignore:backward met")
def test_forward_mode_and_the_complex_step_agree_with_the_sweep(f):
    grads, sizes = swept(f, f.leaves)
    assume(all(size == 0 or 1e-100 < size < 1e100 for size in sizes))  # a step of 1e-200 times less is 0
    for found in (oracles.forward(f, f.leaves), oracles.complex_step(f, f.leaves)):
        for a, b, size in zip(found, grads, sizes, strict=True):
            assert abs(a - b) <= 1e-12 * size


@given(expressions(ops=RATIONAL, max_ops=5, inside=False))
@pytest.mark.filterwarnings("ignore:backward met")
def test_rational_graphs_are_differentiated_without_rounding(f):
    grads, sizes = swept(f, f.leaves)
    for exact, rounded, size in zip(oracles.exact(f, f.leaves), grads, sizes, strict=True):
        assert type(exact) is Fraction
        assume(math.isfinite(size))
        assert abs(exact - Fraction(rounded)) <= 1e-12 * Fraction(size) + Fraction(5e-324)


def test_fractions_are_refused_by_the_operation_that_cannot_be_exact():
    with pytest.raises(TypeError, match="exp is not defined for Fraction"):
        oracles.exact(exp, [1.0])


def test_mpmath_gives_as_many_digits_as_are_asked_for():
    mpmath = pytest.importorskip("mpmath", reason="needs mpmath, which the extra dev has")
    (slope,) = oracles.precise(lambda x: sin(log(x)), [2.5], digits=80)
    with mpmath.workdps(80):
        truth = mpmath.cos(mpmath.log(mpmath.mpf(2.5))) / mpmath.mpf(2.5)
        assert abs(slope - truth) < mpmath.mpf(10) ** -78


def test_without_mpmath_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "mpmath", None)
    with pytest.raises(ImportError, match=r'pip install -e "\.\[dev\]"'):
        oracles.precise(exp, [1.0])


def test_what_does_not_depend_on_an_input_has_slope_0():
    f = lambda x, y: x * 3.0
    assert oracles.forward(f, [1.0, 2.0]) == oracles.complex_step(f, [1.0, 2.0]) == [3.0, 0.0]
    assert oracles.exact(f, [1.0, 2.0]) == [3, 0]
    assert oracles.exact(lambda x: 5.0, [1.0]) == [0]
