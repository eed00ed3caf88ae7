"""A function is called with floats or with Values, and evaluated on its own branch."""

import math
import random
from dataclasses import replace
from math import inf

import pytest

import autograd as ag
import nn
from autograd import Value, gradcheck
from autograd.check import Derivative
from autograd.check.function_under_test import GraphUnderTest, join_sides
from autograd.check.ravel import RaveledInputs


@pytest.mark.parametrize("f", [ag.relu, lambda x: ag.maximum(x, 0.0), lambda x: x if x > 0 else x * 0.0], ids=range(3))
def test_a_kink_of_ours_is_known_by_its_branches(f):
    (check,) = gradcheck(f, [0.0]).checks
    assert check.verdict == "KINK"
    assert "0 to the left and 1 to the right" in check.note


def test_branches_that_meet_smoothly_are_no_kink():
    assert gradcheck(lambda x: ag.where(ag.lt(0.0, x), x**3, x**2), [0.0])


def test_a_backward_pass_that_gives_two_different_numbers_is_reported():
    rng = random.Random(0)

    def dropped(v: Value) -> Value:
        out = Value(v.data * 2, (v,), "dropout")

        def backward() -> None:
            v.grad += 2 * out.grad * (1 + 1e-9 * rng.random())

        out._backward = backward
        return out

    report = gradcheck(lambda x: dropped(x).tanh(), [0.3])
    assert report.verdict == "INCONCLUSIVE"
    assert "the backward pass does not give the same numbers twice" in str(report)


def test_evaluations_are_counted_and_limited():
    calls = []

    def f(x, y):
        calls.append(x)
        return math.sin(x) * y

    for limit in (1, 30, 100, 1000):
        calls.clear()
        report = gradcheck(f, [1.0, 2.0], grad=lambda x, y: [math.cos(x) * y, math.sin(x)], max_evals=limit)
        assert report.evaluations == len(calls) <= max(limit, 2)
        assert report.verdict != "FAIL"
    assert report
    assert gradcheck(f, [1.0, 2.0], grad=lambda x, y: [1.0, 1.0], max_evals=1).verdict == "INCONCLUSIVE"


def test_grads_that_were_there_are_left_alone():
    w = Value(3.0)
    (w * w).backward()
    assert gradcheck(lambda x: (x * w).tanh(), [0.2])
    assert w.grad == 6.0


def test_the_parameters_of_a_model_are_checked_in_place():
    random.seed(0)
    model = nn.MLP(2, [2, 1], activation="tanh")
    before = [p.data for p in model.parameters()]
    loss = lambda *_: (model([0.5, -1.0]) - 1.0) ** 2
    assert gradcheck(loss, model.parameters())
    assert [p.data for p in model.parameters()] == before
    assert all(p.grad == 0 for p in model.parameters())

    @ag.operation(lambda y, a: 1 - y)
    def wrong_tanh(a):
        return a.tanh()

    report = gradcheck(lambda *_: wrong_tanh(loss()), model.parameters())
    assert {check.verdict for check in report.checks} == {"FAIL"}
    assert [p.data for p in model.parameters()] == before


def test_what_underflows_in_one_mode_alone_is_no_fault():
    def f(x0, x1, x2):
        v3 = ag.softmax(x1, 0.11431345817429417, x2, x0, index=0)
        return ag.atan2(v3, ag.prod(x0, v3, x1, v3))

    report = gradcheck(f, [1.4069442939169363, -389.929436251511, -0.0011158977044420097])
    assert report.verdict != "FAIL", report


def test_the_slopes_to_both_sides_are_a_kink_only_if_they_differ():
    left, right = (Derivative(x, 1e-9, 0, 0.5, scale=1.0, size=2.0) for x in (-1.0, 3.0))
    kink, smooth = join_sides(left, right), join_sides(left, replace(left, value=-1.0 + 1e-9))
    assert (kink.value, kink.sides, kink.note) == (1.0, (-1.0, 3.0), "a kink")
    assert kink.error >= 2.0
    assert (smooth.sides, smooth.note) == (None, "")
    assert join_sides(left, replace(right, error=inf)).error == inf


@pytest.mark.parametrize(
    ("f", "here", "same", "other"),
    [
        (lambda x: abs(x), 1.0, 2.0, -1.0),
        (lambda x: ag.floor(x) * x, 1.2, 1.3, 2.2),
        (lambda x: ag.max(x, 1.0, 3.0), 2.0, 2.5, 0.5),
        (lambda x: x * x if x > 0 else x.exp(), 1.0, 2.0, -1.0),
        (lambda x: 1 / x, 1.0, 2.0, -1.0),
    ],
    ids=["a kink", "a step", "an order", "an if", "a pole"],
)
def test_points_on_one_smooth_piece_have_one_key(f, here, same, other):
    keys = [GraphUnderTest(f, RaveledInputs(f, [x])).record([x]).branch_key for x in (here, same, other)]
    assert keys[0] == keys[1] != keys[2]


def test_a_recorded_graph_has_its_gradient_in_both_modes():
    f = lambda x, y: x * y.exp() + x
    graph = GraphUnderTest(f, RaveledInputs(f, [2.0, 0.0])).record([2.0, 0.0])
    assert graph.gradient() == [graph.derivative_by_duals(0), graph.derivative_by_duals(1)] == [2.0, 2.0]
    assert [x.grad for x in graph.inputs] == [0.0, 0.0]
