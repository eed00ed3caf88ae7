"""Edge cases and what they return: a row of the table is a test.

The gradients are those of the arguments after ``backward``, in order. Where an answer deviates from torch's
on purpose, the last column tells what torch 2.13 answers.
"""

from math import inf, log, nan

import pytest

import autograd as ag
from autograd import Value
from nn import cross_entropy

pytestmark = pytest.mark.filterwarnings("ignore:backward met")  # what these cases are about

CASES = [
    # case, function, arguments, value, gradients, torch instead
    ("relu at its kink", ag.relu, (0,), 0, (0,), ""),
    ("relu of nan", ag.relu, (nan,), nan, (nan,), "nan ; 1, and so swallows a nan on the way back"),
    ("leaky relu at its kink", ag.leaky_relu, (0,), 0, (0.01,), ""),
    ("leaky relu of nan", ag.leaky_relu, (nan,), nan, (nan,), ""),
    ("elu at its kink", ag.elu, (0,), 0, (1,), ""),
    ("abs at its kink", ag.abs, (0,), 0, (0,), ""),
    ("abs of nan", ag.abs, (nan,), nan, (nan,), ""),
    ("maximum at a tie", ag.maximum, (3, 3), 3, (0.5, 0.5), ""),
    ("minimum at a tie", ag.minimum, (3, 3), 3, (0.5, 0.5), ""),
    ("maximum at an infinite tie", ag.maximum, (inf, inf), inf, (0.5, 0.5), ""),
    ("maximum of a with itself", lambda a: a.maximum(a), (3,), 3, (1,), ""),
    ("maximum, off the tie", ag.maximum, (3, 2), 3, (1, 0), ""),
    ("minimum, off the tie", ag.minimum, (3, 2), 2, (0, 1), ""),
    ("maximum of nan and 1", ag.maximum, (nan, 1), nan, (nan, nan), ""),
    ("minimum of 1 and nan", ag.minimum, (1, nan), nan, (nan, nan), ""),
    ("sqrt at 0", ag.sqrt, (0,), 0, (inf,), ""),
    ("sqrt of -1", ag.sqrt, (-1,), nan, (nan,), ""),
    ("log at 0", ag.log, (0,), -inf, (inf,), ""),
    ("log of -1", ag.log, (-1,), nan, (nan,), "nan ; -1, and so lets a nan loss train on"),
    ("log1p at -1", ag.log1p, (-1,), -inf, (inf,), ""),
    ("log1p of -2", ag.log1p, (-2,), nan, (nan,), ""),
    ("x**0.5 at 0", lambda x: x**0.5, (0,), 0, (inf,), ""),
    ("x**0.5 at -2", lambda x: x**0.5, (-2,), nan, (nan,), ""),
    ("x**0 at 0", lambda x: x**0, (0,), 1, (0,), ""),
    ("x**-1 at 0", lambda x: x**-1, (0,), inf, (-inf,), ""),
    ("x**-1 at -0", lambda x: x**-1, (-0.0,), -inf, (-inf,), ""),
    ("1/x at 0", lambda x: 1 / x, (0,), inf, (-inf,), ""),
    ("1/x at -0", lambda x: 1 / x, (-0.0,), -inf, (-inf,), ""),
    ("x**3 at -2", lambda x: x**3, (-2,), -8, (12,), ""),
    ("x**2 at 1e200", lambda x: x**2, (1e200,), inf, (2e200,), ""),
    ("x*x at 1e200", lambda x: x * x, (1e200,), inf, (2e200,), ""),
    ("2**y at 3", lambda y: 2**y, (3,), 8, (8 * log(2),), ""),
    ("x**y at (0, 2)", ag.pow, (0, 2), 0, (0, 0), ""),
    ("x**y at (0, 0)", ag.pow, (0, 0), 1, (0, 0), ""),
    ("x**y at (0, 0.5)", ag.pow, (0, 0.5), 0, (inf, 0), ""),
    ("x**y at (0, -1)", ag.pow, (0, -1), inf, (-inf, -inf), ""),
    ("x**y at (-2, 3)", ag.pow, (-2, 3), -8, (12, nan), ""),
    ("x/y at (1, 0)", ag.div, (1, 0), inf, (inf, -inf), ""),
    ("x/y at (0, 0)", ag.div, (0, 0), nan, (inf, nan), ""),
    ("7/3", ag.div, (7, 3), 7 / 3, (1 / 3, -7 / 9), ""),
    ("49/49", ag.div, (49, 49), 1, (1 / 49, -1 / 49), ""),
    ("exp(1000)", ag.exp, (1000,), inf, (inf,), ""),
    ("exp(-1000)", ag.exp, (-1000,), 0, (0,), ""),
    ("x*0 at inf", lambda x: x * 0, (inf,), nan, (0,), ""),
    ("sigmoid(1000)", ag.sigmoid, (1000,), 1, (0,), ""),
    ("sigmoid(-1000)", ag.sigmoid, (-1000,), 0, (0,), ""),
    ("sigmoid(40)", ag.sigmoid, (40,), 1, (4.248354255291589e-18,), "1 ; 0"),
    ("sigmoid of nan", ag.sigmoid, (nan,), nan, (nan,), ""),
    ("tanh(1000)", ag.tanh, (1000,), 1, (0,), ""),
    ("tanh(-1000)", ag.tanh, (-1000,), -1, (0,), ""),
    ("tanh(20)", ag.tanh, (20,), 1, (1.6993417021166355e-17,), "1 ; 0"),
    ("softplus(1000)", ag.softplus, (1000,), 1000, (1,), ""),
    ("softplus(-1000)", ag.softplus, (-1000,), 0, (0,), ""),
    ("where, true", ag.where, (1, 5, 7), 5, (0, 1, 0), ""),
    ("where, false", ag.where, (0, 5, 7), 7, (0, 0, 1), ""),
    ("where next to a pole", lambda x: ag.where(ag.lt(0, x), x.log(), x), (0,), 0, (1,), "0 ; nan, from 0 × inf"),
    ("0 × sqrt at 0", lambda x: 0 * x.sqrt(), (0,), 0, (0,), "0 ; nan, from 0 × inf"),
    ("heaviside at 0", ag.heaviside, (0, 0.5), 0.5, (0, 0), ""),
    ("heaviside off 0", ag.heaviside, (-1, 0.5), 0, (0, 0), ""),
    ("sign", ag.sign, (-3,), -1, (0,), ""),
    ("lt", ag.lt, (1, 2), 1, (0, 0), ""),
    ("le at a tie", ag.le, (2, 2), 1, (0, 0), ""),
    ("eq off the tie", ag.eq, (1, 2), 0, (0, 0), ""),
    ("sum of a thing with itself", lambda x: ag.sum(x, x, x), (2,), 6, (3,), ""),
    ("max at a tie", ag.max, (3, 3, 1), 3, (0.5, 0.5, 0), ""),
    ("max at a tie of three", ag.max, (2, 2, 2), 2, (1 / 3, 1 / 3, 1 / 3), ""),
    ("max of a with itself", lambda a: ag.max(a, a), (3,), 3, (1,), ""),
    ("min at a tie", ag.min, (1, 3, 1), 1, (0.5, 0, 0.5), ""),
    ("max with nan", ag.max, (1, nan), nan, (nan, nan), ""),
    ("clamp at its lower bound", lambda a: ag.clamp(a, 0, 1), (0,), 0, (1,), ""),
    ("clamp at its upper bound", lambda a: ag.clamp(a, 0, 1), (1,), 1, (1,), ""),
    ("clamp outside", lambda a: ag.clamp(a, 0, 1), (2,), 1, (0,), ""),
    ("hypot(0, 0)", ag.hypot, (0, 0), 0, (0, 0), ""),
    ("atan2(0, 0)", ag.atan2, (0, 0), 0, (nan, nan), ""),
    ("floor", ag.floor, (-1.5,), -2, (0,), ""),
    ("ceil", ag.ceil, (-1.5,), -1, (0,), ""),
    ("round, half to even", ag.round, (2.5,), 2, (0,), ""),
    ("round, half to even upwards", ag.round, (3.5,), 4, (0,), ""),
    ("prod with a 0", ag.prod, (0, 2, 3), 0, (6, 0, 0), ""),
    ("norm(0, 0)", ag.norm, (0, 0), 0, (0, 0), ""),
    ("logsumexp(-inf, -inf)", ag.logsumexp, (-inf, -inf), -inf, (nan, nan), ""),
    ("logsigmoid(-1000)", ag.logsigmoid, (-1000,), -1000, (1,), ""),
    ("logsigmoid(1000)", ag.logsigmoid, (1000,), 0, (0,), ""),
    ("log_softmax far out", lambda *z: ag.log_softmax(z)[1], (1000, 0, -1000), -1000, (-1, 1, 0), ""),
    ("cross-entropy of logits far out", lambda *z: cross_entropy(z, 1), (1000, 0, -1000), 1000, (1, -1, 0), ""),
    ("x % y at (-5, 3)", ag.mod, (-5, 3), 1, (1, 2), ""),
    ("x % y at (5, -3)", ag.mod, (5, -3), -1, (1, 2), ""),
    ("dot with a bias", lambda w, x, b: ag.dot([w, 2], [x, 4], b), (3, 5, 7), 30, (5, 3, 1), ""),
]


@pytest.mark.parametrize(
    ("function", "args", "value", "gradients"),
    [pytest.param(*rest, id=f"{case} (torch: {torch})" if torch else case) for case, *rest, torch in CASES],
)
def test_case(function, args, value, gradients):
    leaves = [Value(a) for a in args]
    y = function(*leaves)
    y.backward()
    assert y.data == close(value)
    assert [leaf.grad for leaf in leaves] == [close(gradient) for gradient in gradients]


def close(x: float):
    """Within four units in the last place, or nan where nan is expected; 0 and the infinities exactly."""
    return pytest.approx(x, rel=4 * 2**-52, abs=0, nan_ok=True)


# The life cycle


def square_of_double():
    x = Value(3.0, label="x")
    y = x * 2
    return x, y, y * y


def test_backward_twice_on_the_same_root():
    x, y, z = square_of_double()
    z.backward()
    assert (x.grad, y.grad, z.grad) == (24.0, 12.0, 1.0)
    z.backward()
    assert (x.grad, y.grad, z.grad) == (48.0, 12.0, 1.0)


def test_two_roots_that_share_a_node():
    x, y, z = square_of_double()
    z.backward()
    (y * 4).backward()
    assert x.grad == 24.0 + 8.0


def test_leaves_zeroed_between_two_backwards():
    x, _, z = square_of_double()
    z.backward()
    x.grad = 0.0
    z.backward()
    assert x.grad == 24.0


def test_the_gradient_of_what_is_within_is_seen_and_0_before():
    x, y, z = square_of_double()
    assert (x.grad, y.grad, z.grad) == (0.0, 0.0, 0.0)
    z.backward(gradient=10.0)
    assert (x.grad, y.grad, z.grad) == (240.0, 120.0, 10.0)
    y.backward()
    assert (y.grad, z.grad) == (1.0, 10.0)


def test_an_assignment_with_a_sign_binds_a_new_value():
    a = before = Value(1.0)
    a += 1
    assert a is not before
    assert (a.data, before.data) == (2.0, 1.0)


def test_a_cycle_cannot_be_built():
    a = Value(1.0, label="a")
    b = a + 1
    b.label = "b"
    with pytest.raises(ValueError, match=r"^children\[0\]: it is computed from this very value, .* a loop: a → b → a$"):
        a.__init__(2.0, (b,), (1.0,))
    assert (a.data, a.op) == (1.0, None)
    with pytest.raises(AttributeError):
        a._prev = {b}
