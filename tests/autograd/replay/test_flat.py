"""Parameters in one vector."""

import math

import pytest

from autograd import Value
from autograd.replay import Flat, compile  # noqa: A004  # the field's name for it


def test_parameters_may_be_one_vector_until_they_are_unpacked():
    values, other = [Value(1.0), Value(2.0), Value(7.0)], Value(3.0)

    def f(x):
        loss = (values[1] * x + values[0] * other).tanh() if values[1] < 5 else values[0] / x
        loss.backward()
        return loss

    flat = Flat(values)
    compiled, plain = compile(f, flat=flat), compile(f)
    for number in (0.1, -0.3, 9.0):  # the last takes the other branch
        flat.data[1] = number
        found = compiled(0.5)
        assert [v.grad for v in values] == [0.0, 0.0, 0.0]
        slopes = [*flat.grad.tolist(), other.grad]
        flat.grad[:] = other.grad = 0
        flat.unpack()
        assert plain(0.5) == found
        assert [v.grad for v in (*values, other)] == slopes
        for v in (*values, other):
            v.grad = 0.0
    flat.data[:] = [2.0, 9.0, 7.0]
    with pytest.warns(RuntimeWarning, match="gave inf"):
        assert compiled(0.0) == math.inf  # which the engine computes, with the numbers of the vector
    assert flat.grad[0] == math.inf
    with pytest.raises(TypeError, match=r"values\[1\]: expected a Value, got float 2.0"):
        Flat([Value(1.0), 2.0])
