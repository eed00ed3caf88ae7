"""A graph is evaluated on every kind of number, or refused by a primitive's name."""

import itertools
import math
from contextlib import nullcontext
from fractions import Fraction

import pytest

from autograd import evaluate, jvp, trace
from autograd.engine import Value
from autograd.strategies import arities
from autograd.table import TABLE

#: A point inside the domain of every row.
POINTS = {
    "acosh": (1.7,),
    "where": (1.0, 0.3, 0.6),
    "polygamma": (1.0, 0.6),
    "clamp": (0.3, -0.5, 0.5),
    "mod": (0.7, 0.4),
}


def point(op):
    if op.arity is None:
        return (0.3, 0.6, -0.2)
    return POINTS.get(op.name, (0.3, 0.6, -0.2)[: op.arity])


def graph(op):
    values = [Value(x, label=f"x{i}") for i, x in enumerate(point(op))]
    return trace(op.apply(tuple(values))).graph


def read(op, number):
    """Evaluate an operation on a kind of number; None if that lacks a primitive."""
    try:
        return evaluate(graph(op), {f"x{i}": x for i, x in enumerate(point(op))}, number)[-1]
    except TypeError as error:
        if "is not defined for" in str(error):
            return None
        raise


def refused(number):
    return {op.name for op in TABLE.values() if read(op, number) is None}


@pytest.mark.parametrize("op", TABLE.values(), ids=lambda op: op.name)
def test_every_row_is_read_on_dual_numbers_and_agrees_with_its_partials(op):
    args = point(op)
    for slot in range(len(args)):
        direction = tuple(float(i == slot) for i in range(len(args)))
        y, slope = jvp(lambda *xs: op.apply(xs))(args, direction)
        assert y == op.apply(args)
        assert slope == (op.derivative(y, args, slot) or 0.0)


@pytest.mark.parametrize("op", TABLE.values(), ids=lambda op: op.name)
def test_every_row_is_read_on_mpmath(op):
    mpmath = pytest.importorskip("mpmath", reason="needs mpmath, which the extra dev has")
    with mpmath.workdps(50):
        assert float(read(op, mpmath.mpf)) == pytest.approx(float(op.apply(point(op))), rel=1e-14)


def test_mpmath_encloses_the_truth_in_an_interval():
    mpmath = pytest.importorskip("mpmath", reason="needs mpmath, which the extra dev has")
    x, w = Value(0.3, label="x"), Value(-1.7, label="w")
    y = (x * w).exp() / (x * x + 1).sqrt() - (w * w).log() * x.sin()
    bounds = evaluate(trace(y).graph, {"x": 0.3, "w": -1.7}, mpmath.iv.mpf)[-1]
    assert bounds.a <= y.data <= bounds.b
    assert bounds.delta < 1e-13


#: Functions that neither NumPy nor complex numbers have.
SPECIAL = {"erf", "erfc", "gelu", "lgamma", "digamma", "polygamma", "erfinv", "sinc", "sinc_derivative"}

RATIONAL = {
    "add", "sub", "mul", "div", "neg", "mod", "square", "one_minus_square", "reciprocal", "sum", "mean", "prod", "dot",
    "softsign", "relu", "leaky_relu", "relu6", "hardtanh", "abs", "maximum", "minimum", "max", "min", "clamp",
    "where", "heaviside", "sign", "floor", "ceil",
    "round", "trunc", "floordiv", "fmod", "copysign", "lt", "le", "eq",
}  # fmt: skip  # in few lines


def test_every_rational_row_is_exact_on_fractions_and_every_other_is_refused():
    exact = {op.name for op in TABLE.values() if isinstance(read(op, lambda x: Fraction(str(x))), Fraction)}
    assert exact == RATIONAL
    assert refused(lambda x: Fraction(str(x))) == set(TABLE) - RATIONAL
    half = Value(0.5, label="x") ** 3  # a whole power is exact too
    assert evaluate(trace(half).graph, {"x": Fraction(1, 3)}, Fraction)[-1] == Fraction(1, 27)


def test_the_complex_step_gives_the_derivative_of_every_row_but_those_it_refuses():
    """The imaginary part of f(x + ih) / h loses no digits (Squire and Trapp, 1998)."""
    left = set()
    for op in TABLE.values():
        args = point(op)
        try:
            slope = op.apply((complex(args[0], 1e-200), *map(complex, args[1:]))).imag / 1e-200
        except TypeError as error:
            if "is not defined for complex" not in str(error):
                raise
            left.add(op.name)
            continue
        assert slope == pytest.approx(op.derivative(op.apply(args), args, 0) or 0.0, rel=1e-12), op.name
    assert left == SPECIAL | {"cbrt", "atan2", "mod", "floor", "ceil", "round", "trunc", "floordiv", "fmod"}


def test_arrays_are_read_element_by_element():
    np = pytest.importorskip("numpy", reason="needs NumPy, which the extra dev has")
    left = set()
    for op in TABLE.values():
        args = point(op)
        inputs = {f"x{i}": np.array([x, x, 2.0 if op.name == "acosh" else x]) for i, x in enumerate(args)}
        try:
            found = evaluate(graph(op), inputs, np.asarray)[-1]
        except TypeError as error:
            if "is not defined for array" not in str(error):
                raise
            left.add(op.name)
            continue
        assert found[0] == pytest.approx(op.apply(args), rel=1e-14), op.name
    assert left == SPECIAL


def test_arrays_answer_as_ieee_does_without_a_warning():
    np = pytest.importorskip("numpy", reason="needs NumPy, which the extra dev has")
    x = Value(1.0, label="x")
    found = evaluate(trace((1 / x).log()).graph, {"x": np.array([0.0, -1.0, 1.0])}, np.asarray)[-1]
    assert found[0] == math.inf
    assert math.isnan(found[1])
    assert found[2] == 0.0


AWKWARD = [0.0, 1.0, -1.0, 40.0, -40.0, 1e200, -1e200, 1e-200, math.inf, -math.inf, math.nan]


@pytest.mark.parametrize("op", [pytest.param(op, id=op.name) for op in TABLE.values() if op.name != "clamp"])
def test_arrays_answer_as_floats_do_at_awkward_numbers(op):
    np = pytest.importorskip("numpy")
    n = 3 if 3 in arities(op) else arities(op)[-1]
    if op.name == "dot":
        n = 3
    grid = list(itertools.product(AWKWARD, repeat=n))
    refused = op.name in SPECIAL
    with np.errstate(all="ignore"), pytest.raises(TypeError) if refused else nullcontext():
        found = op.apply(tuple(np.array(column) for column in zip(*grid, strict=True)))
        for args, y in zip(grid, found, strict=True):
            assert float(y) == pytest.approx(float(op.apply(args)), rel=1e-13, abs=1e-300, nan_ok=True), args
