"""Recordings: how many are kept, in which parts they run, and what explain says of them."""

import math

import numpy as np

import autograd
from autograd import Value, value_and_grad
from autograd.replay import compile  # noqa: A004  # the field's name for it
from autograd.table.op import TABLE


def test_explain_tells_what_became_of_it():
    w = [[Value(0.1 * i + j) for i in range(3)] for j in range(2)]
    compiled = compile(lambda x: [TABLE["dot"](row, x).tanh() for row in w] if x[0] > 0 else x, batch="x")
    compiled(np.ones((4, 3)))
    text = compiled.explain()
    assert "(6 read from outside) and 3 inputs of each sample" in text
    assert "operations on 6 parameters (6 read from outside) and 3 inputs of each sample" in text
    assert "instructions, which printing the program shows" in text
    assert "test_specialization.py, line" in text


def test_many_samples_are_cut_into_parts_without_a_trace_of_it():
    loss = compile(value_and_grad(lambda w, x: (w[0] * x[0] + w[1] * x[1].sin()).tanh() ** 2 + w[0] * w[0]), batch="x")
    x = np.random.default_rng(1).normal(size=(30_000, 2))
    whole, slope = loss([0.3, -0.2], x)
    halves = [loss([0.3, -0.2], part) for part in (x[:15_000], x[15_000:])]
    assert math.isclose(whole, sum(h[0] for h in halves) / 2, rel_tol=1e-12)
    assert np.allclose(slope, sum(h[1] for h in halves) / 2, rtol=1e-12)
    single = compile(lambda x: x * 2, batch=0, reduce=None)
    big = np.arange(400_000.0)
    assert (single(big) == 2 * big).all()


def test_a_branch_that_flips_for_a_whole_call_is_recorded_anew_and_both_are_kept():
    traced = []

    def f(x):
        traced.append(1)
        return x * 2 if x > 0 else x * 3

    compiled = compile(f, batch="x", reduce=None)
    for _ in range(3):
        assert compiled([1.0, 2.0]).tolist() == [2.0, 4.0]
        assert compiled([-1.0, -2.0]).tolist() == [-3.0, -6.0]
    assert len(traced) == 2


def test_not_every_branch_ever_taken_is_kept():
    def steps(x):
        count = 0
        while x > count:
            count += 1
        return x * count

    compiled = compile(steps)
    for k in range(60):
        assert compiled(k + 0.5) == (k + 0.5) * (k + 1)
    assert len(compiled.specializations) == 32
    assert compiled(0.5) == 0.5
    assert "32 specializations, for 1 structures" in compiled.explain()


def test_not_every_structure_ever_given_is_kept():
    compiled = compile(lambda x: autograd.dot(x, x))
    for k in [*range(1, 140), 1]:
        assert compiled(np.ones(k)) == k
    assert "128 specializations, for 128 structures" in compiled.explain()
    assert len(compiled.structures) <= 128
