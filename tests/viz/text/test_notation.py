"""How operations are drawn in their nodes and written in tables."""

import math
import re

import pytest

import autograd as ops
import viz
from autograd import Value, dot, where
from tests.helpers.svg_geometry import texts

GATES = [  # a function of a, b and c; the symbol in its node; its expression in the table
    (lambda a, b, c: ops.maximum(a, 2), "max(·, 2)", "maximum(a, 2)"),
    (lambda a, b, c: ops.maximum(a, b), "max", "maximum(a, b)"),
    (lambda a, b, c: ops.sum(a, 2, b), "· + 2 + ·", "a + 2 + b"),
    (lambda a, b, c: ops.sum(a, -2, b), "· + (−2) + ·", "a + (-2) + b"),
    (lambda a, b, c: ops.sum(a, b, c), "+", "a + b + c"),
    (lambda a, b, c: ops.sum(a), "+", "sum(a)"),
    (lambda a, b, c: where(c, 3, b), "where(·, 3, ·)", "where(c, 3, b)"),
    (lambda a, b, c: ops.leaky_relu(b, 0.2), "leaky ReLU(·, 0.2)", "leaky_relu(b, 0.2)"),
    (lambda a, b, c: dot([a, b], [3, -4], 5), "·×3 + ·×(−4) + 5", "5 + a × 3 + b × (-4)"),
    (lambda a, b, c: dot([a, b], [3, 4]), "·×3 + ·×4", "0 + a × 3 + b × 4"),
    (lambda a, b, c: dot([2, a], [b, 3], c), "Σ([2, ·], [·, 3], ·)", "c + 2 × b + a × 3"),
    (lambda a, b, c: dot([a], [b]), "Σ", "0 + a × b"),
    (lambda a, b, c: dot([a], [b], -5), "Σ + (−5)", "-5 + a × b"),
    (lambda a, b, c: ops.clamp(a, 0, 1), "clamp(·, 0, 1)", "clamp(a, 0, 1)"),
    (lambda a, b, c: a - (-2), "−(−2)", "a − (-2)"),
    (lambda a, b, c: -2 - a, "−2−x", "-2 − a"),
    (lambda a, b, c: (-2) ** a, "(−2)^x", "(-2) ^ a"),
    (lambda a, b, c: a ** (-2), "^(−2)", "a ^ (-2)"),
    (lambda a, b, c: a * math.inf, "×∞", "a × ∞"),
    (lambda a, b, c: a * -math.inf, "×(−∞)", "a × (-∞)"),
    (lambda a, b, c: -a, "−", "−a"),
    (lambda a, b, c: abs(a), "|·|", "abs(a)"),
    (lambda a, b, c: ops.mod(a, 3), "%3", "a % 3"),
    (lambda a, b, c: ops.lt(0, a) * b, "0<x", "0 < a"),
    (lambda a, b, c: ops.norm(a, b), "‖·‖", "norm(a, b)"),
    (lambda a, b, c: ops.norm(a, 2, b), "‖·, 2, ·‖", "norm(a, 2, b)"),
    (lambda a, b, c: ops.prod(a, b), "∏", "prod(a, b)"),
    (lambda a, b, c: ops.logsumexp(a, 0), "log Σ exp(·, 0)", "logsumexp(a, 0)"),
    (lambda a, b, c: ops.square(a), "x²", "square(a)"),
    (lambda a, b, c: ops.floor(a) + b, "⌊·⌋", "floor(a)"),
    (lambda a, b, c: ops.max(*range(5), a, 9), "max(0, 1, 2, …, 9)", "max(0, 1, 2, 3, 4, a, 9)"),
]


@pytest.mark.parametrize(("make", "drawn", "written"), GATES)
def test_how_operations_are_drawn_and_written(make, drawn, written):
    y = make(Value(1.5, label="a"), Value(2.5, label="b"), Value(1.0, label="c"))
    assert drawn in texts(viz.graph(y).svg())
    assert f"=  {written}  " in re.sub(" {2,}", "  ", viz.table(y))
