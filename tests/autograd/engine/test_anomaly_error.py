"""The error of detect_anomaly names the operation, its operands and the line of source."""

import itertools
import math

import pytest

import autograd
from autograd import Value, detect_anomaly, grad, jvp
from autograd.table import TABLE


def test_an_anomaly_is_raised_where_it_arises():
    x = Value(0.0, label="x")
    with detect_anomaly():
        assert (x + 1).data == 1.0
        with pytest.raises(
            FloatingPointError, match=r"^log\(x = 0.0\) gave -inf, .*, at test_anomaly_error.py:\d+: x.log\(\)$"
        ):
            x.log()
        with pytest.raises(FloatingPointError, match=r"^sqrt\(x = 0.0\) gave 0.0, local derivatives \(inf,\)"):
            x.sqrt()
    assert x.log().data == -math.inf


def test_a_large_sum_of_finite_gradients_is_no_alarm():
    x, z = Value(1e-9), Value(1e-9)
    with detect_anomaly():
        y = x * 1e308 + z * 1e308
        y.backward()
    assert (x.grad, z.grad) == (1e308, 1e308)


def test_the_line_of_source_is_named_forward_and_backward():
    x = Value(1e-100, label="x")
    with detect_anomaly():
        z = x * 1e200
        loss = z * 1e200
        with pytest.raises(FloatingPointError, match=r"^mul\(1e\+300, 1e\+300\) gave inf, .*\.py:\d+: loss \* loss$"):
            loss * loss
        message = r"backward: mul\(x = 1e-100, 1e\+200\) passes local 1e\+200 × upstream 1e\+200 = inf to x"
        with pytest.raises(FloatingPointError, match=rf"{message}, at test_anomaly_error\.py:\d+: z = x \* 1e200$"):
            loss.backward()
    with pytest.warns(RuntimeWarning, match=message):
        loss.backward()


def forward_mode(f):
    return lambda x: jvp(f)((x,), (1.0,))[1]


MASKED = {
    "softmax": lambda x: autograd.softmax([x, -math.inf, 2.0])[0],
    "softmax of one": lambda x: autograd.softmax([x, -math.inf], index=1),
    "log_softmax": lambda x: autograd.log_softmax([x, -math.inf, 2.0])[2],
    "logsumexp": lambda x: autograd.logsumexp([-math.inf, x, 2.0]),
    "max": lambda x: autograd.max(x, -math.inf) * 2,
    "a sum": lambda x: x + autograd.softmax([x, *[-math.inf] * 70])[0],
}
UNARY = {op.name: op for op in TABLE.values() if op.arity == 1}


@pytest.mark.parametrize("f", (MASKED | UNARY).values(), ids=MASKED | UNARY)
@pytest.mark.filterwarnings("ignore:.* met a nan or an infinity")
def test_only_what_the_user_computes_or_gets_is_an_anomaly(f):
    for x, order in itertools.product((0.0, 1.0, -3.0, 0.3, 20.0, -800.0, 1e200, 1e-200), (1, 2)):
        asked = f(x), grad(f)(x)
        for nesting in itertools.product((grad, forward_mode), repeat=order):
            slope = f
            for mode in nesting:
                slope = mode(slope)
            found = slope(x)
            try:
                with detect_anomaly():
                    assert slope(x) == found
            except FloatingPointError:
                assert not all(map(math.isfinite, (*asked, found))), (x, nesting)
            else:
                assert math.isfinite(found), (x, nesting)


def test_an_anomaly_in_a_gradient_of_values_is_raised_too():
    x = Value(1e-200)
    y = x * 1e200 * 1e200
    with detect_anomaly():
        for call in (lambda: y.backward(create_graph=True), lambda: grad(y * 1e-50, x, create_graph=True)):
            with pytest.raises(FloatingPointError, match=r"met a nan or an infinity; backward: mul\("):
                call()
