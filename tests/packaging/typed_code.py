"""What type checkers know of the operations: mypy and pyright need every ``ignore`` in this file."""

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, assert_type

import autograd
from autograd import Value

if TYPE_CHECKING:
    import numpy as np


class Mine(Value):
    """Operations keep the class."""


def right(v: Value, x: float, n: int, xs: Any, array: "np.ndarray[Any, Any]", number: "np.float64") -> None:
    """Use operations as they are meant."""
    assert_type(autograd.tanh(0.5), float)
    assert_type(autograd.tanh(n), float)
    assert_type(autograd.tanh(v), Value)
    assert_type(autograd.tanh(Mine(1.0)), Mine)
    assert_type(autograd.add(Fraction(1, 2), 1), Any)
    assert_type(autograd.tanh(array), Any)
    assert_type(autograd.maximum(v, 0.0), Value)
    assert_type(autograd.maximum(0, v), Value)
    assert_type(autograd.maximum(0, x), float)
    assert_type(autograd.where(v, 1.0, x), Value)
    assert_type(autograd.where(condition=v, a=1.0, b=x), Value)
    assert_type(autograd.leaky_relu(v, slope=0.1), Value)
    assert_type(autograd.sum(v, v, 1.0), Value)
    assert_type(autograd.sum([v, v * 2]), Value)
    assert_type(autograd.sum(v * k for k in range(3)), Value)
    assert_type(autograd.sum([1, 2.0]), float)
    assert_type(autograd.softmax([v, v]), list[Value])
    assert_type(autograd.softmax(1.0, 2.0), list[float])
    assert_type(autograd.softmax([v, v], index=0), Value)
    assert_type(autograd.dot([v, v], [1.0, 2.0]), Value)
    assert_type(autograd.dot([1.0], [2.0], v), Value)
    assert_type(autograd.dot([1.0], [2.0]), float)
    assert_type(autograd.sum(xs), Any)  # of what has no type nothing is claimed
    assert_type(autograd.exp(xs[0]), Any)
    assert_type(autograd.maximum(xs[0], 0.0), Any)

    assert_type(v + 1, Value)
    assert_type(1 - v * v / x % n, Value)
    assert_type(2**v**2, Value)
    assert_type(-abs(+v), Value)
    assert_type(v + number, Value)
    assert_type(v + array, Any)
    assert_type(v < 1, bool)
    assert_type(v >= v, bool)
    assert_type(x > v, bool)
    assert_type(v <= Fraction(1, 2), bool)
    assert_type(v == 1, bool)
    assert_type(v != v, bool)
    assert_type(v < number, bool)
    assert_type(v <= array, Any)
    assert_type(v == array, Any)
    assert_type(v.tanh(), Value)
    assert_type(v.arctan2(3), Value)
    assert_type(v.clamp(0, hi=1), Value)
    assert_type(v.leaky_relu(), Value)
    assert_type(Mine(1.0).exp(), Mine)
    assert_type(max(v, v * 2), Value)
    assert_type(sum([v, v], Value(0)), Value)

    v.data = n
    v.data = Fraction(1, 2)
    v.grad = None
    v.grad = v * 2
    v.grad, v.label = 0, "v"


def either(t: Value | float) -> Value | float:
    """Use an operation where a number may be of either kind."""
    assert_type(autograd.tanh(t), Value | float)
    return t * t + autograd.exp(t)


def wrong(v: Value) -> None:
    """Make every slip that an editor has to mark."""
    v.bakward()  # type: ignore
    v.tahn()  # type: ignore
    autograd.tahn(v)  # type: ignore
    autograd.tanh()  # type: ignore
    autograd.tanh(v, v)  # type: ignore
    autograd.tanh("1")  # type: ignore
    autograd.where(v, 1.0)  # type: ignore
    autograd.where(c=v, a=1.0, b=2.0)  # type: ignore
    autograd.maximum(v)  # type: ignore
    autograd.maximum(v, "1")  # type: ignore
    autograd.maximum(v, None)  # type: ignore
    autograd.sum("1", "2")  # type: ignore
    autograd.sum(["1", "2"])  # type: ignore
    autograd.softmax([v], indx=1)  # type: ignore
    autograd.dot([v])  # type: ignore
    autograd.dot(v, v)  # type: ignore
    v.tanh(1)  # type: ignore
    v.maximum()  # type: ignore
    v.clamp(1)  # type: ignore
    v.clamp(0, high=1)  # type: ignore
    v + "1"  # type: ignore
    "1" + v  # type: ignore
    v * None  # type: ignore
    v + [1]  # type: ignore  # noqa: RUF005
    v + 1j  # type: ignore
    v < "1"  # type: ignore  # noqa: B015
    Value("1")  # type: ignore
    Value(1.0, lable="x")  # type: ignore
    v.backward("1")  # type: ignore
    math.exp(v)  # type: ignore
    float(v)  # type: ignore
    v.data = "a"  # type: ignore
    v.data = v  # type: ignore
    v.grad = "a"  # type: ignore
    v.grad = [1.0]  # type: ignore
    v.label = 3  # type: ignore
    v.scope = 3  # type: ignore
    v.requires_grad = "a"  # type: ignore
