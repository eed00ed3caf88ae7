"""What f reads from Python is followed: a changed number, flag, Value or function counts in the next call."""

import collections
import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value
from autograd.assumptions import Assumptions, loads, same
from autograd.replay import Flat, compile  # noqa: A004  # the field's name for it


class Network(nn.Module):
    def __init__(self):
        self.neurons = [nn.Neuron(1, activation="tanh") for _ in range(2)]
        self.dropout = nn.Dropout(0.5)
        self.slope = 2.0

    def __call__(self, x):
        total = sum([neuron([x]) for neuron in self.neurons], 0.0)
        return total * self.slope if self.training else self.dropout(total)


def test_a_model_is_followed_and_both_of_its_modes_are_kept():
    random.seed(0)
    net, traced = Network(), []

    def f(x):
        traced.append(1)
        return net(x)

    compiled = compile(f)

    def check(n_traced):
        x = Value(0.7)
        assert compiled(0.7) == pytest.approx(net(x).data, rel=1e-15)
        assert len(traced) == n_traced

    check(1)
    net.eval()
    check(2)
    net.train()
    check(2)
    net.slope = 3.0
    check(3)
    net.neurons[0].w[0] = Value(-1.0)
    check(4)
    net.neurons[1].activation = "sin"
    check(5)
    net.neurons[1] = nn.Neuron(1, activation="relu")
    check(6)
    net.neurons.append(nn.Neuron(1))
    check(7)
    net.neurons[0].b = 0.25
    check(8)
    net.neurons[0].w[0].data = 9.0  # numbers of Values are read again without a recording
    check(8)


def test_what_f_does_not_read_is_not_compared():
    net, traced = Network(), []

    def f(x):
        traced.append(1)
        net.latest = x * 2
        results[0] = x
        return net(x)

    results = [None]
    compiled = compile(f)
    assert compiled(0.5) == net(0.5).data
    net.history = [1, 2, 3]
    net.latest = None
    traced.clear()
    results.clear()
    compiled(0.5)
    assert traced == []


class Decorated:
    def __init__(self, scale):
        self.scale, self.parts = scale, [1.0]

    @compile
    def forward(self, x):
        return x * self.scale + self.parts[0]


def test_objects_among_the_arguments_are_followed():
    a, b = Decorated(2.0), Decorated(3.0)
    assert (a.forward(2.0), b.forward(2.0)) == (5.0, 7.0)
    a.scale = b.parts[0] = 10.0
    assert (a.forward(2.0), b.forward(2.0)) == (21.0, 16.0)
    scaled = compile(lambda objects, x: x * objects["a"].scale * objects["b"].scale)
    assert scaled({"a": a, "b": b}, 1.0) == 30.0
    a.scale = 2.0
    assert scaled({"a": a, "b": b}, 1.0) == 6.0


class Holder:
    pass


class Keeper:
    """A layer that keeps its output, as in many a lesson."""

    def __call__(self, x):
        self.out = x.tanh()
        return self.out * 2


def test_an_attribute_may_be_set_and_then_read():
    layer = Keeper()
    compiled = compile(lambda x: layer(x))
    for x in (0.5, [0.1, 0.2]):
        eager = np.array([layer(Value(z)).data for z in np.ravel(x)])
        found = compile(lambda x: layer(x), batch=0, reduce=None)([0.3])
        assert found == [layer(Value(0.3)).data]
        assert np.allclose(compiled(np.ravel(x)[0]), eager[0], rtol=1e-15)


KEPT = {  # what a layer keeps of its call, and what it reads of that
    "list": (lambda x: [x * 2, x * 3], lambda h: h[0] * h[1]),
    "tuple": (lambda x: (x * 2, 3.0), lambda h: h[0] * h[1]),
    "dict": (lambda x: {"a": x * 2, "b": 3.0}, lambda h: h["a"] * h["b"]),
    "nested": (lambda x: {"a": [x * 2], "b": (x * 3, [x])}, lambda h: h["a"][0] * h["b"][1][0]),
    "deque": (lambda x: collections.deque([x, x * 2]), lambda h: h[0] * h[1]),
    "array": (lambda x: np.array([x, x * 2], object), lambda h: h[0] * h[1]),
    "cycle": (lambda x: cyclic([x * 2]), lambda h: h[1][0] * 3),
    "numbers": (lambda x: [2.0, 3.0], lambda h: h[0] * h[1]),
}


def cyclic(items):
    items.append(items)
    return items


@pytest.mark.parametrize("kind", KEPT)
@pytest.mark.parametrize("calls_between", [False, True])
def test_a_container_may_be_set_and_then_read(kind, calls_between):
    make, use = KEPT[kind]
    layer, traced = Holder(), []

    def f(x, y):
        traced.append(1)
        layer.h = make(x)
        return use(layer.h) * x * y

    compiled = compile(f)
    for x in (0.5, 2.0):
        for y in (3.0, np.array(4.0)):  # two structures of arguments, recorded in turn
            expected = f(Value(x), float(y)).data
            if not calls_between:
                layer.h = None
                compiled(x, y)
            assert float(compiled(x, y)) == pytest.approx(expected, rel=1e-15)


def test_what_is_set_beside_what_is_read_hides_nothing():
    state = {"scale": 2.0, "h": None}

    def f(x):
        state["h"] = x * 2
        return state["h"] * state["scale"]

    compiled = compile(f)
    assert compiled(1.0) == 4.0
    state["scale"] = 5.0
    assert compiled(1.0) == 10.0


def test_a_number_is_the_same_if_type_value_and_sign_are():
    for a, b in [(0.0, -0.0), (1, True), (1, 1.0), ((1.0,), (1,)), ((0.0,), (-0.0,)), ([], []), ("a", b"a"), (None, 0)]:
        assert not same(a, b)
    for make in (lambda: float("2.5"), lambda: "".join("ab"), lambda: 10**30, lambda: (float("2.5"), ("".join("ab"),))):
        assert same(make(), make())
    assert same(math.nan, math.nan)


def test_names_that_are_only_written_are_told_from_those_that_are_read():
    def f(x):
        kept.append(x)
        log["x"] = x
        x.latest = x
        return x.scale + limit

    kept, log, limit = [], {}, 1.0
    found = loads(f.__code__)
    assert found["writes"] == {"kept", "log"}
    assert {"scale", "limit"} <= found["names"]
    assert "latest" not in found["names"] | found["writes"]


LEAVES = st.one_of(
    st.floats(-3, 3), st.integers(-3, 3), st.booleans(), st.none(), st.sampled_from(["relu", "tanh", "sin"])
)
PLACES = st.sampled_from(["list", "dict", "attribute", "global", "cell", "default", "class", "array", "value"])


@given(st.lists(st.tuples(PLACES, st.integers(0, 2), LEAVES), max_size=12), st.floats(-2, 2))
def test_any_change_between_calls_gives_what_the_engine_gives(changes, x):
    class Config:
        shared = 1.0

    config, items, names, array = Config(), [1.0, 2.0, "tanh"], {0: 1.0, 1: None, 2: True}, np.ones(3)
    config.own, values, cell = 2.0, [Value(1.0), Value(2.0), Value(3.0)], 1.0

    def use(x, value):
        if isinstance(value, str):
            return getattr(autograd, value)(x)
        return x - 1 if value is None else x + 1 if value is True else x * value + (math.copysign(0.5, value))

    def f(x, default=(1.0,)):
        y = x
        for value in (*items, *names.values(), config.own, Config.shared, cell, default[0], *array, *values):
            y = autograd.sin(use(y, value)) if not isinstance(value, Value) else y * value + value
        return y

    compiled = compile(f)
    for place, k, value in [("list", 0, 1.0), *changes]:
        number = float(value) if isinstance(value, float | int) else 0.5
        match place:
            case "list":
                items[k] = value
            case "dict":
                names[k] = value
            case "attribute":
                config.own = value
            case "class":
                Config.shared = value
            case "cell":
                cell = value
            case "default":
                f.__defaults__ = ((value,),)
            case "array":
                array[k] = number
            case "value":
                values[k] = Value(number)
        with np.errstate(all="ignore"):
            assert compiled(x) == pytest.approx(getattr(y := f(Value(x)), "data", y), rel=1e-12, abs=1e-12)


def test_a_value_that_gets_other_numbers_is_no_change_but_another_value_is():
    values = [Value(1.0), Value(2.0)]
    assumptions = Assumptions([("f", lambda: values)])
    values[0].data = 5.0
    assert assumptions.holds()
    values[0] = Value(5.0)
    assert not assumptions.holds()


def test_parameters_in_a_vector_may_be_exchanged():
    model = [Value(1.0), Value(2.0)]
    flat = Flat(model)
    compiled = compile(lambda x: x * model[0] + model[1], flat=flat)
    assert compiled(2.0) == 4.0
    flat.data[:] = [3.0, 4.0]
    assert compiled(2.0) == 10.0
    model[0] = Value(7.0)
    assert compiled(2.0) == 18.0
