"""The table of steps says what accumulates, what is overwritten, and why nothing flows."""

import re

import autograd as ops
import viz
from autograd import Value, trace, where
from autograd.teach import overwrite


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
