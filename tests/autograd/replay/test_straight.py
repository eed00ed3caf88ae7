"""One sample as straight-line Python: of any length, and equal to matrices and the engine."""

import math

import numpy as np
import pytest
from hypothesis import given

from autograd import value_and_grad
from autograd.replay import compile  # noqa: A004  # the field's name for it
from autograd.replay.bind import Bound
from autograd.replay.lower import lower
from autograd.replay.nodes import group_nodes
from autograd.replay.normalise import normalise
from autograd.replay.straight import straight
from autograd.strategies import expressions
from autograd.table.op import TABLE
from tests.helpers.traced import traced


def _flat(result):
    value, slope = result
    return [value, *slope]


@given(
    expressions(
        max_ops=8, ops=[TABLE[n] for n in ("add", "sub", "mul", "sin", "tanh", "maximum", "where", "dot")], inside=False
    )
)
def test_matrices_straight_lines_and_the_engine_agree(expression):
    count = len(expression.leaves)
    f = value_and_grad(lambda xs: expression(*xs))
    tape, rows = traced(lambda *xs: _flat(f(list(xs))), 0, count)
    nodes = normalise(tape, rows)
    program = lower(nodes, group_nodes(nodes))
    points = np.array([[a + 0.5 * k for a in expression.leaves] for k in range(3)])
    table, _, finite = Bound(program, 3)([], [points])
    run = straight(nodes)
    for k, point in enumerate(points.tolist()):
        try:
            expected = _flat(f(point))
            found = run(point)[: len(expected)]
        except ArithmeticError:
            continue
        if finite and all(map(math.isfinite, expected)):
            scale = 1e-11 * (1 + max(map(abs, expected)))
            assert np.allclose(found, expected, rtol=1e-11, atol=scale)
            assert np.allclose(table[k], expected, rtol=1e-11, atol=scale)


def test_a_long_chain_is_run_straight_and_in_time_linear_in_its_length():
    def f(x):
        for _ in range(3000):
            x = (x * 0.9 + 0.3).sin()
        return x

    compiled = compile(value_and_grad(f))
    assert np.allclose(compiled(0.4), value_and_grad(f)(0.4), rtol=1e-12, atol=1e-300)
    assert compiled.latest.is_straight_cheaper(1)
    assert not compiled.latest.is_straight_cheaper(1000)
    assert "straight-line" in compiled.explain()


def test_a_straight_line_may_have_a_sum_of_any_length():
    def f(x):
        y = x
        for _ in range(3000):
            y = (y * 0.9).sin() + x  # so that the gradient of x is one sum of them all
        return y

    compiled = compile(value_and_grad(f))
    assert np.allclose(compiled(0.4), value_and_grad(f)(0.4), rtol=1e-12)
    assert compiled.latest.is_straight_cheaper(1)


@pytest.mark.parametrize("name", ["max", "min", "norm", "logsumexp"])
def test_a_row_takes_a_thousand_arguments_one_by_one_and_as_matrices(name):
    f = value_and_grad(TABLE[name])
    x = (np.arange(1000.0) * 37 % 1009).reshape(1, -1) / 500 + [[1.0], [2.0], [3.0]]
    compiled, batched, alone = compile(f), compile(f, batch=0, reduce=None), compile(TABLE[name])
    assert alone(x[0]) == pytest.approx(TABLE[name](x[0].tolist()), rel=1e-13)
    assert alone.latest.is_straight_cheaper(1)
    for k in range(3):
        value, slope = f(x[k].tolist())
        found, slopes = compiled(x[k])
        assert found == pytest.approx(value, rel=1e-13)
        assert np.allclose(slopes, slope, rtol=1e-12, atol=0)
    assert np.allclose(batched(x)[0], [f(row)[0] for row in x.tolist()], rtol=1e-13)
