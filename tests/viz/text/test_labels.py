"""Format symbols, constants, expressions, numbers and the steps of the backward pass."""

import math
import re
import xml.etree.ElementTree as ET

import pytest

import autograd as ops
import viz
from autograd import Value, dot, trace, where
from autograd.teach import overwrite
from viz.text import column_width, digits, subscript_digits


def texts(svg):
    return ["".join(e.itertext()) for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_the_table_shows_accumulation():
    x = Value(3.0, label="x")
    assert "accumulates 3.00 + 3.00" in viz.table(x * x)


def backward_lines(root):
    lines = [re.sub(" {2,}", "  ", line.strip()) for line in viz.table(root, names=False).splitlines()]
    return lines[lines.index("backward: each contribution is local × upstream") + 2 : lines.index("gradients") - 1]


def test_the_table_says_where_nothing_flows():
    c, a = Value(1.0, label="c"), Value(2.0, label="a")
    assert backward_lines(where(c, a, 3)) == ["5  ∂L/∂c  nothing flows", "6  ∂L/∂a  1.00 × 1.00  =  1.00"]
    assert not any("accumulates" in line for line in backward_lines(where(c, c, 3)))  # the first to arrive


def test_the_table_says_why_infinity_times_nothing_is_nothing():
    x = Value(0.0, label="x")
    root = x.sqrt()
    assert "∂L/∂x  ∞ × 0  =  0  a gradient of 0 passes nothing on" in "\n".join(backward_lines(root * 0))


def test_what_is_overwritten_is_not_called_a_sum():
    x = Value(3.0, label="x")
    lines = viz.table(overwrite(trace(x * x))).splitlines()
    assert [line.split("  ")[-1] for line in lines if "∂x" in line][1] == "overwrites 3.00"
    assert not any("accumulates" in line for line in lines)


def test_a_sum_that_has_cancelled_to_0_still_accumulates():
    x = Value(3.0, label="x")
    lines = backward_lines(ops.sum(x * 1, x - x))
    assert [line for line in lines if "accumulates" in line] == [
        "9  ∂L/∂x  -1.00 × 1.00  =  -1.00  accumulates 1.00 + -1.00  =  0",
        "10  ∂L/∂x  1.00 × 1.00  =  1.00  accumulates 0 + 1.00  =  1.00",
    ]


def test_columns_of_the_table_are_aligned_under_wide_letters():
    lines = viz.table(Value(1.0, label="神经") * Value(2.0, label="w")).splitlines()[1:3]
    assert [column_width(line) for line in lines] == [column_width(lines[0])] * 2


def test_constants_stand_in_their_gates():
    x = Value(2.0, label="x")
    shown = texts(viz.graph(1 / ((x * -1).exp() + 1) ** 2).svg())
    for text in ["×(−1)", "+1", "^2", "1/x"]:
        assert text in shown


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


def test_what_a_gate_has_no_room_for_is_in_its_title():
    a = Value(1.5, label="a" * 60)
    y = ops.clamp(a, -1.23457e-300, 1.23457e-300)
    svg = viz.graph(y).svg()
    titles = [e.text for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}title")][1:]
    assert titles[0] == "a" * 60
    assert titles[1].endswith(", -1.23457e-300, 1.23457e-300)")
    assert any(text.startswith("aaaa") and "…" in text and len(text) < 30 for text in texts(svg))


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
