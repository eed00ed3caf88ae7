"""The first nan or infinity of a graph is named, and so is a 0 that meets an infinite derivative."""

import copy
import math
import pickle
import warnings

import pytest

import autograd
from autograd import Value, detect_anomaly, grad
from autograd.diagnose import birth, lint


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda x: (x - 2).log() * 2, "forward: log(-1.0) gave nan"),
        (lambda x: (x * 0).sqrt(), "backward: sqrt(0.0) passes local inf × upstream 1.0 = inf to 0.0"),
        (lambda x: x + math.inf, "forward: add(x = 1.0, inf) gave inf"),
    ],
)
def test_the_birth_of_the_first_nan_is_told(compute, message):
    y = compute(Value(1.0, label="x"))
    assert birth(y) == message
    with pytest.warns(RuntimeWarning, match="backward met a nan or an infinity; "):
        y.backward()


def test_a_finite_backward_is_silent():
    x = Value(1.0)
    y = x.exp() * 3
    y.backward()
    assert birth(y) is None


WHERE_A_ZERO_IS_LOST = [
    (lambda x: 1 / (1 + x.exp()).log(), 1000.0, "exp"),
    (lambda x: 1 / (1 + (-x).exp()), -800.0, "exp"),
    (lambda x: 0.0 * x.sqrt(), 0.0, "sqrt"),
    (lambda x: (x * 1e200 * 1e200 * x).tanh(), 2.0, "mul"),
    (lambda x: autograd.where(x < 1, x.sqrt(), 1.0) * 0.0, 0.0, "sqrt"),
]
WHERE_NOTHING_IS_LOST = [
    (lambda x: autograd.where(x > 0, x.log(), 1.0), 0.0),
    (lambda x: autograd.relu(-2 - x**0.25), 0.0),
    (lambda x: autograd.clamp(x.sqrt(), 1, 2), 0.0),
    (lambda x: autograd.max(x.log(), x), 0.0),
    (lambda x: autograd.elu(2.0, x.sqrt()), 0.0),
    (lambda x: autograd.leaky_relu(2.0, x.sqrt()), 0.0),
    (lambda x: autograd.fmod(1.0, 2 + x.sqrt()), 0.0),
    (lambda x: x * 0.0, 3.0),
]


@pytest.mark.parametrize(("f", "at", "name"), WHERE_A_ZERO_IS_LOST)
def test_a_zero_that_meets_an_infinite_derivative_is_named(f, at, name):
    y = f(Value(at))
    with pytest.warns(RuntimeWarning, match=rf"0 · inf at {name}\(.*taken as 0"):
        y.backward()
    with pytest.raises(FloatingPointError, match=rf"0 · inf at {name}"), detect_anomaly():
        y.backward()
    assert any(f"0 · inf at {name}" in str(finding) for finding in lint(y))


@pytest.mark.parametrize(
    "transform",
    [
        grad, lambda f: grad(grad(f)), autograd.hessian, lambda f: lambda x: grad(f)(Value(x)),
        lambda f: lambda x: autograd.jvp(grad(f))((x,), (1.0,)), lambda f: lambda x: grad(f(v := Value(x)), v),
        lambda f: lambda x: f(Value(x)).backward(create_graph=True),
    ],
)  # fmt: skip  # a list
def test_a_zero_is_lost_in_no_transform_in_silence(transform):
    f = transform(lambda x: 1 / autograd.log(1 + autograd.exp(x)))
    with pytest.warns(RuntimeWarning, match=r"0 · inf at exp\(.*taken as 0"):
        f(900.0)


@pytest.mark.parametrize(("f", "at"), WHERE_NOTHING_IS_LOST)
def test_what_was_not_chosen_loses_nothing(f, at):
    x = Value(at)
    y = f(x)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y.backward()
    assert math.isfinite(x.grad)


def test_where_a_nan_was_born_is_named_with_its_line_if_that_was_kept():
    x = Value(0.0, label="x")
    with detect_anomaly():
        root = x + 1
        root.label = "root"
    root.data = math.inf
    assert birth(root * 2).startswith("forward: add(x = 0.0, 1.0) gave inf at root, at test_nonfinite.py:")
    assert birth(root * 2).endswith(": root = x + 1")


@pytest.mark.filterwarnings("ignore:.* met a nan or an infinity")
@pytest.mark.parametrize(
    ("f", "x", "stays"),
    [
        (lambda x: x * math.nan * 0.0, 2.0, True),
        (lambda x: 0 * autograd.atan2(x, 0.0 * x), 0.0, True),
        (lambda x: autograd.log(x) * 0.0, -1.0, True),
        (lambda x: autograd.relu(x * math.nan) * 0 + x, 1.0, True),
        (lambda x: autograd.dot([0.0, 1.0], [autograd.sqrt(x), x]), -1.0, True),
        (lambda x: autograd.where(0.0, x * math.nan, x), 1.0, False),
        (lambda x: autograd.where(0.0, autograd.log(x), x), -1.0, False),
        (lambda x: autograd.log(x) * 0.0, 0.0, False),
        (lambda x: autograd.maximum(autograd.sqrt(x), 1.0), 0.0, False),
    ],
)
def test_a_gradient_of_0_passes_a_nan_but_no_infinity_by_every_way_to_a_gradient(f, x, stays):
    ways = {
        "grad": lambda: autograd.grad(f)(x),
        "jvp": lambda: autograd.jvp(f)((x,), (1.0,))[1],
        "trace": lambda: autograd.trace(f(Value(x))).grads[0],
        "create_graph": lambda: getattr(g := (v := Value(x), f(v).backward(create_graph=True))[0].grad, "data", g),
        "backward": lambda: (v := Value(x), f(v).backward())[0].grad,
    }
    found = {name: math.isnan(way()) for name, way in ways.items()}
    assert found == dict.fromkeys(ways, stays)


def _evaluated_again():
    x = Value(4.0)
    y = 0 * autograd.sqrt(x)
    x.data = 0.0
    return y.forward()


@pytest.mark.parametrize(
    "build",
    [
        lambda: 0 * Value(1.0, (Value(0.0),), (math.inf,)),
        _evaluated_again,
        lambda: pickle.loads(pickle.dumps(0 * autograd.sqrt(Value(0.0)))),
        lambda: copy.deepcopy(0 * autograd.sqrt(Value(0.0))),
    ],
)
def test_a_lost_infinity_is_named_however_its_node_was_made(build, monkeypatch):
    met = set()
    for module in ("node", "traversal"):
        monkeypatch.setattr(f"autograd.engine.{module}.met_infinity", met)
    root = build()
    with pytest.warns(RuntimeWarning, match="0 · inf at"):
        root.backward()
