"""Linear rows become sums of products: in one form, once, and without what nothing needs."""

import numpy as np
import pytest

import autograd
from autograd import value_and_grad
from autograd.replay import compile  # noqa: A004  # the field's name for it
from autograd.replay.nodes import BATCHED_SUM, SHARED_SUM, SUM_OVER_BATCH
from autograd.replay.normalise import normalise
from autograd.table.op import TABLE
from tests.helpers.traced import traced


def sums(nodes):
    return [row for row in nodes.rows if row[0] in (SHARED_SUM, BATCHED_SUM, SUM_OVER_BATCH)]


def test_any_association_of_a_sum_is_one_node():
    left = normalise(*traced(lambda p, q, x, y: ((p * x + q * y) + 1) - x, 2, 2))
    right = normalise(*traced(lambda p, q, x, y: p * x + ((q * y - x) + 1), 2, 2))
    assert len(sums(left)) == 1
    assert left.rows == right.rows


def test_a_number_used_twice_keeps_a_node_of_its_own():
    tape, rows = traced(lambda p, x, y: [(p * x + p * y) * 2 + (p * x + p * y).exp()], batch=2)
    assert len(sums(normalise(tape, rows))) == 2


def test_dead_code_is_left_out():
    tape, rows = traced(lambda p, x: [x.exp(), x.sin(), x.cos()])
    assert sum(row[0] is TABLE["sin"] for row in normalise(tape, rows[:1]).rows) == 0


def test_a_product_of_shared_numbers_is_computed_once_and_not_for_each_sample():
    tape, rows = traced(lambda p, q, x: p * q + x, shared=2)
    nodes = normalise(tape, rows)
    assert [row[0] for row in sums(nodes)] == [SHARED_SUM, BATCHED_SUM]


def test_a_mean_over_the_batch_is_a_sum_of_products_and_what_is_shared():
    tape, rows = traced(lambda p, q, x, y: x * y + 3 * x + p * q, shared=2, batch=2)
    nodes = normalise(tape, rows, sum_outputs=True)
    assert sorted(row[0] for row in sums(nodes)) == sorted([SHARED_SUM, SUM_OVER_BATCH])
    assert all(nodes.outputs[0])


def test_equal_products_with_different_biases_are_different_numbers():
    def f(p, x):
        return autograd.dot(p["w"], x, p["b"]).tanh() * 2 + autograd.dot(p["w"], x, p["c"]).sin()

    p, x = {"w": [1.0, -0.5, 0.25], "b": 0.5, "c": -0.25}, np.linspace(-1, 1, 60).reshape(20, 3)
    value, slope = compile(value_and_grad(f), batch="x", reduce=None)(p, x)
    for k, row in enumerate(x.tolist()):
        expected, wanted = value_and_grad(f)(p, row)
        assert value[k] == pytest.approx(expected, abs=1e-14)
        assert [slope["b"][k], slope["c"][k], *slope["w"][k]] == pytest.approx([wanted["b"], wanted["c"], *wanted["w"]])
