"""Nodes are computed after their arguments, with their like; sums whose infinity may turn into a number are watched."""

import numpy as np
import pytest
from hypothesis import given

import autograd
from autograd import Value, value_and_grad
from autograd.replay import compile  # noqa: A004  # the field's name for it
from autograd.replay.nodes import assign_levels
from autograd.replay.normalise import normalise
from autograd.replay.specialization import Specialization
from autograd.strategies import expressions
from autograd.table import TABLE
from tests.helpers.traced import traced


@pytest.mark.parametrize("is_straight", [True, False])
@pytest.mark.parametrize("swallow", [lambda z: 1 / z, lambda z: (z * 1e-308).tanh(), lambda z: z.minimum(1.5e308)])
def test_an_infinity_of_a_sum_in_another_order_sends_the_call_to_the_engine(swallow, is_straight, monkeypatch):
    monkeypatch.setattr(Specialization, "is_straight_cheaper", lambda self, n: is_straight)
    f = lambda w, x, b: swallow(autograd.dot(w, x, b))
    w, x, b = [1.7, 1.0], [1e308, 1e308], -1.5e308
    right = f(*[[Value(a) for a in row] for row in (w, x)], b).data
    for n in (1, 3):
        found = compile(f, batch=("x", "b"), reduce=None)(w, np.array([x] * n), np.full(n, b))
        assert found.tolist() == [right] * n


def test_what_no_operation_swallows_is_not_watched():
    compiled = compile(value_and_grad(lambda w, x: autograd.dot(w, x) ** 2), batch="x")
    compiled([1.0, 2.0], np.ones((3, 2)))
    assert compiled.program.watched == ()


@given(expressions(inside=False))
def test_a_level_is_above_those_of_the_arguments(expression):
    tape, rows = traced(lambda *xs: expression(*xs), 0, len(expression.leaves))
    nodes = normalise(tape, rows)
    level = assign_levels(nodes, nodes.group_keys())
    for i in nodes.computed():
        assert all(level[a] < level[i] for a in nodes.rows[i][1:])


def test_what_may_wait_waits_for_its_like():
    tape, rows = traced(lambda p, x: x.sin() + x.exp().exp().sin())
    nodes = normalise(tape, rows)
    level = assign_levels(nodes, nodes.group_keys())
    assert len({level[i] for i, row in enumerate(nodes.rows) if row[0] is TABLE["sin"]}) == 1
