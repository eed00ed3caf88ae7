"""What f reads from Python is followed: a changed number, flag, Value or function counts in the next call."""

import enum
import functools
import itertools
import math
import random
import types
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value, value_and_grad
from autograd.assumptions import Assumptions, loads, same
from autograd.replay import Flat, compile  # noqa: A004  # the field's name for it

scale, table = 2.0, {"a": {"scale": 2.0}, "b": [1.0, (2.0, [3.0])]}
config = types.ModuleType("config")


class Mode(enum.Enum):
    TWICE = 2.0
    THRICE = 3.0


@dataclass
class Options:
    scale: float = 2.0
    mode: Mode = Mode.TWICE
    parts: list = field(default_factory=lambda: [1.0])


class Slotted:
    __slots__ = ("scale",)


class Scaled:
    factor = 2.0

    def __init__(self):
        self.scale = 2.0
        self.weights = [Value(1.0), Value(2.0)]
        self.log = []

    @property
    def doubled(self):
        return 2 * self.scale

    @functools.cached_property
    def once(self):
        return self.scale * 1.0

    @staticmethod
    def helper(x):
        return x * scale

    def __call__(self, x):
        self.log.append(1)
        self.latest = x
        return x * self.scale


def scaled(x):
    return x * scale


def own(name):
    return lambda value: globals().update({name: value})


OBJECT, SLOTS, OPTIONS, ARRAY, FLAGS = Scaled(), Slotted(), Options(), np.array([1.0, 2.0]), {"on": True}
PATCHED = Scaled()
CELL, NESTED, ITEMS = [2.0], {"a": [{"b": 2.0}]}, {2.0, 3.0}
SLOTS.scale = config.scale = 2.0
OBJECTS = np.array([Value(2.0), 3.0], object)
COMPILED = compile(lambda x: x * scale)
PARTIAL = functools.partial(functools.partial(lambda a, b, x: a[0] * b * x, CELL), 3.0)


def with_default(x, factor=2.0, *, offset=1.0):
    return x * factor + offset


def attribute(target, name):
    return lambda value: setattr(target, name, value)


def item(target, key):
    return lambda value: target.__setitem__(key, value)


def reset_defaults(value):
    with_default.__defaults__ = (value,)


def reset_offset(value):
    with_default.__kwdefaults__["offset"] = value


CASES = {  # f, a function that changes something, and what it gives to it
    "item": (lambda x: x * CELL[0], item(CELL, 0), [5.0, 2.0]),
    "length": (lambda x: x * len(NESTED["a"]), lambda value: NESTED["a"].append(value), [{}, {}]),
    "type": (lambda x: x * (2.0 if type(CELL[0]) is bool else 3.0), item(CELL, 0), [1.0, True, 1]),
    "signed zero": (lambda x: x * math.copysign(1.0, CELL[0]), item(CELL, 0), [0.0, -0.0, 0.0]),
    "nested": (lambda x: x * NESTED["a"][0]["b"], lambda value: NESTED["a"][0].update(b=value), [5.0, -1.0]),
    "keys": (lambda x: x * len(next(iter(FLAGS))), lambda key: FLAGS.update({key: FLAGS.popitem()[1]}), ["on", "off"]),
    "global": (lambda x: x * scale, own("scale"), [5.0, 2.0]),
    "dict": (lambda x: x * table["a"]["scale"], lambda value: table["a"].update(scale=value), [5.0, 2.0]),
    "attribute": (lambda x: x * OBJECT.scale, attribute(OBJECT, "scale"), [5.0, 2.0]),
    "method": (lambda x: OBJECT(x), attribute(OBJECT, "scale"), [5.0, 2.0]),
    "bound method": (OBJECT.__call__, attribute(OBJECT, "scale"), [5.0, 2.0]),
    "property": (lambda x: x * OBJECT.doubled, attribute(OBJECT, "scale"), [5.0, 2.0]),
    "cached property": (lambda x: x * OBJECT.once, attribute(OBJECT, "once"), [5.0, 2.0]),
    "static method": (lambda x: OBJECT.helper(x), own("scale"), [5.0, 2.0]),
    "class attribute": (lambda x: x * OBJECT.factor, attribute(Scaled, "factor"), [5.0, 2.0]),
    "class attribute, covered": (lambda x: x * OBJECT.factor, attribute(OBJECT, "factor"), [5.0, 2.0]),
    "class": (lambda x: x * Scaled.factor, attribute(Scaled, "factor"), [5.0, 2.0]),
    "getattr": (lambda x: x * getattr(OBJECT, "scale"), attribute(OBJECT, "scale"), [5.0, 2.0]),  # noqa: B009  # meant
    "name by text": (lambda x: x * getattr(OBJECT, "".join(["sc", "ale"])), attribute(OBJECT, "scale"), [5.0, 2.0]),
    "vars": (lambda x: x * vars(OPTIONS)["".join(["sc", "ale"])], attribute(OPTIONS, "scale"), [5.0, 2.0]),
    "patched method": (lambda x: PATCHED.helper(x), attribute(PATCHED, "helper"), [lambda x: 3 * x, lambda x: x]),
    "slot": (lambda x: x * SLOTS.scale, attribute(SLOTS, "scale"), [5.0, 2.0]),
    "module": (lambda x: x * config.scale, attribute(config, "scale"), [5.0, 2.0]),
    "dataclass": (lambda x: x * OPTIONS.scale, attribute(OPTIONS, "scale"), [5.0, 2.0]),
    "enum": (lambda x: x * OPTIONS.mode.value, attribute(OPTIONS, "mode"), [Mode.THRICE, Mode.TWICE]),
    "enum by identity": (lambda x: x if OPTIONS.mode is Mode.TWICE else -x, attribute(OPTIONS, "mode"), list(Mode)),
    "partial": (PARTIAL, item(CELL, 0), [5.0, 2.0]),
    "default": (with_default, reset_defaults, [5.0, 2.0]),
    "keyword default": (with_default, reset_offset, [5.0, 2.0]),
    "function": (lambda x: scaled(x), own("scaled"), [lambda x: x * 7, lambda x: -x]),
    "code": (lambda x: scaled(x), attribute(scaled, "__code__"), [(lambda x: 9 * x).__code__, (lambda x: x).__code__]),
    "builtin": (lambda x: max(x, 3.0), own("max"), [autograd.min, max]),
    "array": (lambda x: x * ARRAY[1], item(ARRAY, 1), [5.0, -0.0, 2.0]),
    "array of objects": (lambda x: x * OBJECTS[0], item(OBJECTS, 0), [Value(5.0), 2.0]),
    "weight": (lambda x: x * OBJECT.weights[0], lambda value: item(OBJECT.weights, 0)(value), [Value(5.0), 1.0]),
    "comprehension": (lambda x: sum([x * factor for factor in CELL]), item(CELL, 0), [5.0, 2.0]),
    "inner function": (lambda x: (lambda y: y * scale)(x), own("scale"), [5.0, 2.0]),
    "set": (lambda x: x * sum(ITEMS), ITEMS.add, [5.0, 7.0]),
    "text": (lambda x: {"relu": autograd.relu, "tanh": autograd.tanh}[CELL[0]](x), item(CELL, 0), ["relu", "tanh"]),
    "None": (lambda x: x if CELL[0] is None else x * 2, item(CELL, 0), [None, 2.0]),
    "compiled": (compile(lambda x: x * scale), own("scale"), [5.0, 2.0]),
    "inside a compiled": (lambda x: 2 * COMPILED(x), own("scale"), [5.0, 2.0]),
    "transform": (value_and_grad(lambda x: x * scale), own("scale"), [5.0, 2.0]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_changed_counts_in_the_next_call(name):
    f, change, values = CASES[name]
    before, compiled, seen = dict(globals()), compile(f), set()
    for value in [*values, values[0]]:
        change(value)
        expected = numbers(f(Value(-1.5))), numbers(f(Value(4.0)))
        assert (numbers(compiled(-1.5)), numbers(compiled(4.0))) == expected
        seen.add(expected)
    globals().update(before)
    assert len(seen) > 1


def numbers(tree):
    return tuple(map(numbers, tree)) if isinstance(tree, tuple) else getattr(tree, "data", tree)


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


GENERATOR, NUMPY_GENERATOR, STATE = random.Random(0), np.random.default_rng(0), {"h": None, "count": 0, "seen": {}}
COUNT, STREAM = itertools.count(), iter([1.0, 2.0])


def counts(x):
    STATE["count"] += 1
    return x * STATE["count"]


def branches_on_a_counter(x):
    OBJECT.calls = getattr(OBJECT, "calls", 0) + 1
    return x if OBJECT.calls < 10 else -x


def recurs(x):
    h = OBJECT.h if hasattr(OBJECT, "h") else 0.0
    OBJECT.h = x + h
    return OBJECT.h


def caches(x):
    if "y" not in STATE["seen"]:
        STATE["seen"]["y"] = x * 2
    return STATE["seen"]["y"]


def helper_that_draws():
    noise = [random.gauss(0, 1) for _ in range(2)]
    return noise[0]


REFUSED = {  # f, the line after its first that is named, and a part of the message
    "random": (lambda x: x * random.random(), 0, "draws from random, and a recording would keep the number: pass"),
    "gauss": (lambda x: x * random.gauss(0, 1), 0, "draws from random"),
    "helper": (lambda x: x * helper_that_draws(), None, "draws from random"),
    "shuffled": (lambda x: random.shuffle(STACK) or x, 0, "draws from random"),
    "numpy": (lambda x: x * np.random.normal(), 0, "draws from numpy.random"),
    "own generator": (lambda x: x * GENERATOR.gauss(0, 1), 0, "draws from GENERATOR"),
    "NumPy's generator": (lambda x: x * NUMPY_GENERATOR.normal(), 0, "draws from NUMPY_GENERATOR"),
    "dropout": (lambda x: nn.Dropout(0.5)([x])[0], None, "draws from random.*nn.draw"),
    "counter": (counts, 1, r"changes STATE, which f reads, so answers depend on earlier calls: pass it as an"),
    "counter in an attribute": (branches_on_a_counter, 1, "changes OBJECT.calls, which f reads"),
    "recurrent state": (recurs, 0, "changes OBJECT.h, which f reads"),
    "cache": (caches, 0, r"changes STATE\['seen'\], which f reads"),
    "popped": (lambda x: x * STACK.pop(), 0, "changes STACK, which f reads"),
    "count": (
        lambda x: x * next(COUNT),
        None,
        "COUNT: f reads this count, which each call would advance; pass its item",
    ),
    "iterator": (lambda x: x * next(STREAM), None, "STREAM: f reads this list_iterator"),
}
STACK = [2.0] * 9


@pytest.mark.parametrize("name", REFUSED)
def test_a_draw_and_a_change_by_f_itself_are_refused_with_its_line(name):
    f, line, message = REFUSED[name]
    where = "" if line is None else rf"test_assumptions.py, line {f.__code__.co_firstlineno + line} "
    with pytest.raises(TypeError, match=where + message):
        compile(f)(2.0)


def test_draws_between_calls_are_free():
    compiled = compile(lambda x: x * scale)
    random.seed(1)
    first = random.random()
    random.seed(1)
    compiled(2.0)
    assert random.random() == first
    assert compiled(2.0) == 2.0 * scale


def test_text_of_a_traced_number_is_refused_and_its_repr_has_no_number():
    w, seen = Value(2.0, label="w"), []
    for text in (lambda x: f"{x}", "{:.3f}".format, str, lambda x: str(w), lambda x: f"{w:.1f}"):
        with pytest.raises(
            TypeError, match=r"test_assumptions.py, line \d+ (asks a Value for its text|reads the text|reads .data)"
        ):
            compile(lambda x, text=text: text(x) and x)(2.0)
    compile(lambda x: seen.extend([repr(x), repr(w)]) or x)(2.0)
    assert seen == ["Value(row=3 of the compiled function)", "Value(w)"]
    assert repr(w).startswith("Value(data=2.0")


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
            assert compiled(x) == pytest.approx(numbers(f(Value(x))), rel=1e-12, abs=1e-12)


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


def test_under_jit_a_value_from_outside_is_refused_by_name():
    jax = pytest.importorskip("jax")
    weights = [Value(2.0)]
    with pytest.raises(TypeError, match=r"weights: under jax.jit the number of a Value from outside would never be"):
        jax.jit(compile(lambda x: x * weights[0]))(1.5)
    assert jax.jit(compile(lambda x: x * Value(2.0)))(1.5) == 3.0


def test_what_f_makes_once_and_keeps_is_no_change():
    import functools

    memo, late = {}, Scaled()

    @functools.singledispatch
    def doubled(x):
        return 2 * x

    def lazily(x):
        if "w" not in memo:
            memo["w"] = math.sqrt(2.25)
        if not hasattr(late, "table"):
            late.table = [1.0, 2.0]
        return doubled(x) * memo["w"] + late.table[1]

    compiled = compile(lazily)
    assert [compiled(x) for x in (1.0, 2.0)] == [5.0, 8.0]
    memo["w"] = 3.0
    assert compiled(1.0) == 8.0

    def counting(x):
        memo["n"] = memo.get("n", 0) + 1
        return x * memo["n"]

    with pytest.raises(TypeError, match="changes memo, which f reads"):
        compile(counting)(1.0)
