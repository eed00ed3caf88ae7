"""However f reaches what it reads, a change of it counts in the next call: imports, patterns, bases, views, getters."""

import array
import collections
import functools
import math
import operator
import sys
import types
import weakref
from dataclasses import dataclass

import numpy as np
import pytest

from autograd import Value
from autograd.replay import compile  # noqa: A004  # the field's name for it


class Base:
    k = 2.0

    def __init__(self, **attributes):
        vars(self).update(attributes)

    def scaled(self, x):
        return x * 2

    @classmethod
    def by_class(cls, x):
        return x * cls.k

    def __call__(self, x):
        return x * 2


@dataclass(slots=True)
class Point:
    k: float


class Number(float):
    pass


class Text(str):
    pass


def new(*bases, **members):
    return type("New", bases or (Base,), members)


def giving(target, name, *values):
    return [functools.partial(setattr, target, name, value) for value in values]


def of(target, read):
    """Return a case: f multiplies by what is read of an object, whose attribute k changes."""
    target.k = 3.0
    return lambda x: x * read(target), giving(target, "k", 5.0, 7.0)


def kept(make, read):
    """Return a case as above, in which f has only what is made of the object."""
    target = Base(k=3.0)
    made = make(target)
    return lambda x: x * read(made), giving(target, "k", 5.0, 7.0)


def module(name):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].k = 2.0
    return sys.modules[name]


def imported():
    import glassgrad_imported

    return glassgrad_imported.k


def imported_name():
    from glassgrad_imported import k

    return k


def by_name(thing):
    match thing:
        case Point(k=q) | Base(k=q):
            return q


def by_place(thing):
    match thing:
        case Point(q):
            return q


def tried(thing):
    try:
        return thing.late
    except AttributeError:
        return 1.0


def inherited(use, name="k", value=9.0):
    kind = new()
    return lambda x: use(kind, x), [*giving(kind, name, value), functools.partial(delattr, kind, name)]


def late(ask):
    """Return a case of an object whose class gets an attribute, and then the object itself."""
    kind = new(object)
    thing = kind()
    return lambda x: x * ask(thing), [*giving(kind, "late", 5.0), *giving(thing, "late", 7.0)]


def view(read, kind, *changes):
    numbers = {1.0: 2.0}
    found = getattr(numbers, kind)()
    return lambda x: x * read(found), [lambda: numbers.update({1.0: 5.0}), lambda: numbers.update({2.0: 7.0})]


def of_class(kind, name, *values):
    thing = kind()
    return lambda x: thing.scaled(x) * kind.k, giving(kind if name != "__class__" else thing, name, *values)


THING, KIND, CALL = Base(), new(), operator.methodcaller("__getattribute__", "k")
CASES = {
    "import": (lambda x: x * imported(), giving(module("glassgrad_imported"), "k", 5.0, 7.0)),
    "import of a name": (lambda x: x * imported_name(), giving(sys.modules["glassgrad_imported"], "k", 3.0, 2.0)),
    "import by text": (
        lambda x: x * __import__("glassgrad_imported").k,
        giving(sys.modules["glassgrad_imported"], "k", 4.0, 6.0),
    ),
    "pattern by name": of(Point(2.0), by_name),
    "pattern by name, dict": of(Base(), by_name),
    "pattern by place": of(Point(2.0), by_place),
    "base's attribute": inherited(lambda kind, x: x * kind.k),
    "base's attribute of an object": inherited(lambda kind, x: x * kind().k),
    "base's method": inherited(lambda kind, x: kind().scaled(x), "scaled", lambda self, x: x * 7),
    "base's operator": inherited(lambda kind, x: kind()(x), "__call__", lambda self, x: x * 7),
    "base's class method": inherited(lambda kind, x: kind.by_class(x)),
    "bases": of_class(new(), "__bases__", (new(k=5.0),)),
    "metaclass": of(new(type), lambda meta: meta("Kind", (), {}).k),
    "class of a metaclass": kept(
        lambda thing: new(type, k=property(lambda self: thing.k))("Kind", (), {}), lambda c: c.k
    ),
    "class of an object": of_class(new(), "__class__", new(scaled=lambda self, x: x * 3)),
    "key of a dict": kept(lambda thing: {thing: 1.0}, lambda keys: next(iter(keys)).k),
    "item of a set": kept(lambda thing: {thing}, lambda items: next(iter(items)).k),
    "attrgetter": of(Base(), operator.attrgetter("k")),
    "attrgetter, two steps": kept(lambda thing: Base(inner=thing), operator.attrgetter("inner.k")),
    "attrgetter in f": kept(lambda thing: Base(inner=thing), lambda outer: operator.attrgetter("inner.k")(outer)),
    "methodcaller": (lambda x: x * CALL(THING), giving(THING, "k", 5.0, 7.0)),
    "methodcaller by name": kept(lambda thing: [thing], lambda a: operator.methodcaller("index", a[0])(a) + a[0].k),
    "itemgetter": kept(lambda thing: [thing], lambda items: operator.itemgetter(0)(items).k),
    "values": view(lambda found: sum(found), "values"),
    "items": view(lambda found: sum(map(sum, found)), "items"),
    "keys": view(lambda found: sum(found), "keys"),
    "proxy": kept(lambda thing: types.MappingProxyType(vars(thing)), lambda found: found["k"]),
    "float's subclass": of(Number(2.0), lambda number: number.k),
    "text's subclass": of(Text("relu"), lambda text: text.k),
    "float's subclass in a list": kept(lambda thing: [thing, Number(2.0)], lambda items: items[0].k * items[1]),
    "weak reference": kept(weakref.ref, lambda reference: reference().k),
    "getattr": late(lambda thing: getattr(thing, "late", 1.0)),
    "hasattr": late(lambda thing: thing.late if hasattr(thing, "late") else 1.0),
    "try": late(tried),
    "vars": (lambda x: x * vars(THING).get("late", 1.0), giving(THING, "late", 5.0, 7.0)),
    "getattr of a class": (lambda x: x * getattr(KIND, "late", 1.0), giving(KIND, "late", 5.0, 7.0)),
    "globals": (
        lambda x: x * globals().get("glassgrad_k", 1.0),
        [lambda: globals().update(glassgrad_k=5.0), lambda: globals().update(glassgrad_k=7.0)],
    ),
    "cell": kept(lambda thing: lambda: thing.k, lambda f: f()),
    "bound method": kept(lambda thing: thing.__getattribute__, lambda get: get("k")),
    "partial": kept(lambda thing: functools.partial(getattr, thing), lambda get: get("k")),
}


@pytest.mark.parametrize("name", CASES)
def test_a_change_of_what_is_reached_counts_in_the_next_call(name):
    f, changes = CASES[name]
    compiled, answers = compile(f), set()
    for change in [lambda: None, *changes]:
        change()
        expected = f(Value(1.5)).data
        assert (compiled(1.5), compiled(1.5)) == (expected, expected)
        answers.add(expected)
    assert len(answers) > 1


class Table(collections.UserDict):
    pass


class Vector(np.ndarray):
    pass


class Bytes(bytearray):
    pass


class Own:
    def __init__(self):
        self.items = [2.0]

    def __iter__(self):
        return iter(self.items)


def turned(ordered):
    ordered.move_to_end("a")


COLLECTIONS = {  # a collection, how f reads it, and how its item changes
    "array": (array.array("d", [2.0]), sum, lambda it: it.__setitem__(0, 5.0)),
    "bytearray": (bytearray(b"a"), sum, lambda it: it.__setitem__(0, 5)),
    "bytearray's subclass": (Bytes(b"a"), sum, lambda it: it.__setitem__(0, 5)),
    "ChainMap": (collections.ChainMap({"a": 2.0}), lambda it: it["a"], lambda it: it.maps[0].update(a=5.0)),
    "UserDict": (collections.UserDict(a=2.0), lambda it: it["a"], lambda it: it.update(a=5.0)),
    "UserDict's subclass": (Table(a=2.0), lambda it: it["a"], lambda it: it.update(a=5.0)),
    "order of a dict": (collections.OrderedDict(a=2.0, b=3.0), lambda it: next(iter(it)) == "a", turned),
    "own": (Own(), sum, lambda it: it.items.append(5.0)),
    "array of NumPy": (np.ones((2, 2)), lambda it: float(it[1, 1]), lambda it: it.__setitem__((1, 1), 5.0)),
    "sign of zero": (np.zeros(2), lambda it: math.copysign(2.0, it[1]), lambda it: it.__setitem__(1, -0.0)),
    "slice": (np.ones(6)[::2], lambda it: float(it[1]), lambda it: it.__setitem__(1, 5.0)),
    "shape": (np.ones(6), len, lambda it: it.resize((2, 3), refcheck=False)),
    "dates": (np.zeros(2, "M8[D]"), lambda it: int(it[0].astype(int)), lambda it: it.fill(np.datetime64(5, "D"))),
    "subclass of NumPy's": (np.ones(2).view(Vector), lambda it: float(it[1]), lambda it: it.__setitem__(1, 5.0)),
}


@pytest.mark.parametrize("kind", COLLECTIONS)
def test_a_changed_collection_counts_in_the_next_call(kind):
    collection, use, change = COLLECTIONS[kind]
    compiled = compile(lambda x: x * use(collection))
    before = compiled(1.0)
    assert compiled(1.0) == before == use(collection)
    change(collection)
    assert compiled(1.0) == use(collection) != before


def test_cyclic_containers_are_followed():
    items, names = [2.0, [3.0]], {"a": 2.0}
    items[1].append(items)
    names["self"] = names
    compiled = compile(lambda x: x * items[1][1][0] * names["self"]["a"])
    assert compiled(1.0) == 4.0
    items[0], names["a"] = 5.0, 7.0
    assert compiled(1.0) == 35.0
