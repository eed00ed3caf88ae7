"""What a node's code can reach is put back, whatever was done to it."""

import collections
import itertools
import random
import sys
import types
from functools import cached_property, partial

import pytest

from autograd.foreign.memento import Memento, is_their_class, is_theirs, own_attributes, undisturbed

TOTAL = 0
SEEN = []
STATE = types.SimpleNamespace(n=0)
CONFIG = type(sys)("config")
CONFIG.n = 0


class Thing:
    __slots__ = ("__dict__", "late", "slot")
    count = 0
    ids = itertools.count(5)

    def __init__(self):
        self.slot, self.items, self.table = 1, [1, [2]], {"a": {1}}
        self.queue, self.rng = collections.deque([1]), random.Random(1)

    @cached_property
    def cached(self):
        return 3

    def change(self, done=[]):  # noqa: B006  # it is meant to be kept
        global TOTAL
        TOTAL += 1
        SEEN.append(1)
        CONFIG.n += 1
        STATE.n += 1
        done.append(1)
        Thing.count += 1
        Thing.new_name = next(Thing.ids)
        self.slot, self.late, self.more, self.items = 2, 3, 4, self.items
        self.items[1].append(3)
        self.table["a"].add(2)
        self.table["b"] = 1
        self.queue.append(2)
        self.rng.random()
        del self.__dict__["queue"]
        return self.cached


def state(thing):
    names = [name for name in ("slot", "late", "more", "queue", "cached") if name in own_attributes(thing)]
    plain = str([thing.items, thing.table, getattr(thing, "queue", None), thing.slot, names])
    shared = [
        TOTAL,
        list(SEEN),
        CONFIG.n,
        STATE.n,
        list(Thing.change.__defaults__[0]),
        Thing.count,
        hasattr(Thing, "new_name"),
    ]
    return plain, shared, repr(Thing.ids), thing.rng.getstate()


def test_attributes_slots_containers_globals_defaults_and_counters():
    thing = Thing()
    before, memento = state(thing), Memento(thing)
    for _ in range(2):
        thing.change()
        assert state(thing) != before
        memento.restore()
        assert state(thing) == before
    assert next(Thing.ids) == 5
    Thing.ids = itertools.count(5)


def test_cells_of_closures_partials_and_methods():
    thing, n, moments = Thing(), 0, [0.0]

    def rule(scale):
        nonlocal n
        n += scale
        moments[0] += scale
        thing.change()

    thing.rule, thing.method = partial(rule, 2), thing.change
    before, memento = (state(thing), n, list(moments)), Memento(thing)
    thing.rule()
    assert n == 2
    memento.restore()
    assert (state(thing), n, moments) == before


def test_what_has_not_changed_is_not_written():
    class Watched(list):
        def clear(self):
            raise AssertionError("written")

    thing = Thing()
    thing.watched = Watched([1])
    Memento(thing).restore()
    order = [id(x) for x in thing.table["a"]]
    Memento(thing).restore()
    assert [id(x) for x in thing.table["a"]] == order


def test_a_class_that_was_changed_is_put_back():
    class Leaf:
        pass

    class Sum:
        pass

    leaf = Leaf()
    memento = Memento(leaf)
    leaf.__class__ = Sum
    memento.restore()
    assert type(leaf) is Leaf


def test_equality_is_never_asked():
    class Odd:
        def __init__(self):
            self.parts = [self]

        def __eq__(self, other):
            raise AssertionError("asked")

        __hash__ = object.__hash__

    odd = Odd()
    memento = Memento(odd)
    odd.parts.append(odd)
    memento.restore()
    assert len(odd.parts) == 1


def test_arrays_and_generators_of_numpy():
    np = pytest.importorskip("numpy")
    thing = Thing()
    thing.array, thing.generator = np.zeros(2), np.random.default_rng(1)
    memento, before = Memento(thing), thing.generator.bit_generator.state
    thing.array += 1
    thing.generator.random()
    memento.restore()
    assert thing.array.tolist() == [0, 0]
    assert thing.generator.bit_generator.state == before


def test_nothing_is_left_when_something_is_raised(capsys):
    thing = Thing()
    before = state(thing), random.getstate(), sys.getrecursionlimit()

    def disturb():
        thing.change()
        random.random()
        sys.setrecursionlimit(sys.getrecursionlimit() + 7)
        print("out")
        print("error", file=sys.stderr)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), undisturbed(thing):
        disturb()
    assert (state(thing), random.getstate(), sys.getrecursionlimit()) == before
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["collections", "autograd.engine", "pytest", "viz"])
def test_libraries_are_left_alone(name):
    assert not is_theirs(name)


def test_classes_of_scripts_are_theirs():
    scope = {}
    exec("class Made: pass", scope)
    assert is_their_class(scope["Made"])
    assert is_their_class(Thing)
    assert not is_their_class(int)
    assert not is_their_class(collections.OrderedDict)
