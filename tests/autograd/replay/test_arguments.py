"""The numbers of arguments: Values, ints and their precision."""

import math

import numpy as np
import pytest

import autograd
from autograd import Value, grad, no_grad, value_and_grad
from autograd.replay import compile  # noqa: A004  # the field's name for it


def test_values_as_arguments_and_without_arguments():
    w = Value(2.0)
    assert compile(lambda p, x: p * x, batch="x")(w, [1.0, 2.0]) == 3.0
    assert compile(lambda: w * w)() == 4.0
    with no_grad():
        assert compile(grad(lambda x: x * x))(3.0) == 6.0


def test_float32_in_float32_out():
    loss, slope = compile(value_and_grad(lambda w, x: (w[0] * x).tanh()), batch="x")(
        np.array([0.5], np.float32), np.array([1.0, 2.0], np.float32)
    )
    assert slope.dtype == np.float32
    assert math.isclose(loss, (math.tanh(0.5) + math.tanh(1.0)) / 2, rel_tol=1e-6)
    logarithms = compile(lambda x: x.log(), batch="x", reduce=None)(np.array([0.0, 1.0], np.float32))  # the engine's
    assert (logarithms.dtype, logarithms.tolist()) == (np.float32, [-math.inf, 0.0])


def test_an_int_may_be_an_index_or_a_count_and_each_is_recorded():
    pick = compile(lambda x, i: x[i] * 2)
    assert compile(lambda x, i: 1 / x[i])([1.0, 0.0], 1) == np.inf  # as the engine computes it
    assert [pick([1.0, 2.0, 3.0], i) for i in (1, 2, 0, 2)] == [4.0, 6.0, 2.0, 6.0]
    assert pick([5.0, 2.0, 3.0], np.int64(0)) == 10.0
    signed = compile(lambda a: autograd.atan2(-a, -1.0))
    assert signed(0) == signed(0.0) == -np.pi  # computed as floats
    assert compile(lambda a: a * a * a)(10**10) == 1e30
    repeat = compile(lambda x, n: sum((x for _ in range(n)), 0.0))
    assert [repeat(2.0, n) for n in (3, 1, 3)] == [6.0, 2.0, 6.0]
    with pytest.raises(TypeError, match="asks a Value for its number"):
        repeat(2.0, 2.5)
    with pytest.raises(ValueError, match="the samples of a batch take different branches"):
        compile(lambda x, i: x[i], batch="i")([1.0, 2.0], [0, 1])
