"""What f reads from Python is followed: a changed number, flag, Value or function counts in the next call."""

import enum
import functools
import math
import types
from dataclasses import dataclass, field

import numpy as np
import pytest

import autograd
from autograd import Value, value_and_grad
from autograd.replay import compile  # noqa: A004  # the field's name for it

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
