"""Objects that fight being looked at: their graph is read right, or refused in words, and they stay as they were."""

import itertools
import math
import random
import sys

import pytest

import autograd
from autograd import adopt, examine, gradcheck
from autograd.engine import nodes_in_order
from autograd.foreign.memento import own_attributes
from tests.helpers import odd_engines

COUNTS = {"rules": 0}


class Plain:
    """An engine that uses nodes by identity only."""

    def __init__(self, data, args=(), op=""):
        self.data, self.grad, self.args, self.op, self.back = data, 0.0, args, op, None

    def compute(self, y, args, op, *local):
        out = type(self)(y, args, op)

        def back():
            self.on_rule(out)
            for a, d in zip(args, local, strict=True):
                a.grad += d * out.grad

        out.back = back
        return out

    def on_rule(self, out):
        """Do what a hostile engine does in each rule."""

    def __add__(self, other):
        return self.compute(self.data + other.data, (self, other), "+", 1.0, 1.0)

    def __sub__(self, other):
        return self.compute(self.data - other.data, (self, other), "-", 1.0, -1.0)

    def __mul__(self, other):
        return self.compute(self.data * other.data, (self, other), "*", other.data, self.data)

    def tanh(self):
        y = math.tanh(self.data)
        return self.compute(y, (self,), "tanh", 1 - y * y)

    def exp(self):
        y = math.exp(self.data)
        return self.compute(y, (self,), "exp", y)

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for a in node.args:
                    visit(a)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            if node.back is not None:
                node.back()


def refuse(*args):
    raise RuntimeError("do not touch")


def print_name(self, name):
    if name != "__class__":  # for which isinstance asks
        print("asked for", name)
    return object.__getattribute__(self, name)


def deep(self, out, n=500):
    return deep(self, out, n - 1) if n else None


def keep_state(self, out, seen=[]):  # noqa: B006  # it is meant to be kept
    seen.append(COUNTS["rules"])
    COUNTS["rules"] += 1
    out.calls = len(seen)
    self.data += 0.0


HOSTILE = {
    "== raises": {"__eq__": refuse, "__hash__": object.__hash__},
    "no hash, == by value": {"__eq__": lambda a, b: a.data == b.data, "__hash__": None},
    "== is never false": {"__eq__": lambda a, b: True, "__hash__": lambda a: 1},
    "neither true nor false": {"__bool__": refuse},
    "false": {"__bool__": lambda a: False},
    "empty": {"__len__": lambda a: 0},
    "without end": {"__iter__": lambda a: itertools.count()},
    "any index": {"__getitem__": lambda a, i: 0.0, "__contains__": lambda a, x: True},
    "any name is a number": {"__getattr__": lambda a, name: 1.0},
    "any name is a function": {"__getattr__": lambda a, name: lambda *args, **named: None},
    "any name is a node": {"__getattr__": lambda a, name: a},
    "no name is an error of its own": {"__getattr__": refuse},
    "reads print": {"__getattribute__": print_name},
    "a property raises": {"value": property(refuse), "_prev": property(refuse), "label": property(refuse)},
    "no text": {"__repr__": refuse, "__str__": refuse, "__format__": refuse},
    "no float": {"__float__": refuse, "__int__": refuse, "__index__": refuse},
    "no copy": {"__copy__": refuse, "__deepcopy__": refuse, "__reduce_ex__": refuse},
    "called": {"__call__": refuse},
    "another class": {"__class__": property(lambda a: int)},
    "a context": {"__enter__": refuse, "__exit__": refuse},
    "rules print": {"on_rule": lambda self, out: print("rule", file=random.choice([sys.stdout, sys.stderr]))},
    "rules draw": {"on_rule": lambda self, out: random.random()},
    "rules recurse": {"on_rule": deep},
    "rules keep state": {"on_rule": keep_state},
    "rules raise the limit": {"on_rule": lambda self, out: sys.setrecursionlimit(sys.getrecursionlimit() + 1)},
    "rules make nodes": {"on_rule": lambda self, out: self * out},
}


def program(cls):
    a, b, c = cls(0.7), cls(-1.3), cls(0.4)
    return (a, b, c), f(a, b, c)


def f(a, b, c):
    h = a * b + c
    return (h.tanh() * h - c).exp() * b + a


EXPECTED = [check.analytic for check in gradcheck(f, [0.7, -1.3, 0.4]).checks]


def state(nodes):
    """Return what nodes hold, by identity, and what their rules may change besides."""
    held = [{name: id(x) for name, x in own_attributes(node).items()} for node in nodes]
    shared = [
        dict(COUNTS),
        list(keep_state.__defaults__[0]),
        random.getstate(),
        sys.getrecursionlimit(),
        len(odd_engines.TAPE),
        len(odd_engines.POOL),
    ]
    return held, shared


ENGINES = {name: type("Hostile", (Plain,), overrides) for name, overrides in HOSTILE.items()} | odd_engines.ENGINES
REFUSED = {
    "tape": "expected a Tape with parents, found none",
    "any name is a node": "the parents of a Hostile lead back to itself",
}


@pytest.mark.parametrize("name", ENGINES)
def test_a_graph_is_read_right_or_refused_in_words_and_nothing_changes(name, capfd):
    leaves, root = program(ENGINES[name])
    capfd.readouterr()
    assert name != "lazy" or root.val  # which computes it
    before = state([*leaves, root])
    if name in REFUSED:
        for look in (adopt, examine):
            with pytest.raises(TypeError, match=REFUSED[name]):
                look(root)
        return
    ours = adopt(root, names=dict(zip("abc", leaves, strict=True)))
    assert examine(root).faults == ()
    assert state([*leaves, root]) == before
    assert capfd.readouterr() == ("", "")
    ours.backward()
    assert ours.data == pytest.approx(f(*map(autograd.Value, (0.7, -1.3, 0.4))).data)
    names = [node.op.name for node in nodes_in_order(ours) if node.op]
    assert sorted(names) == sorted(["mul", "add", "tanh", "mul", "sub", "exp", "mul", "add"])
    gradients = [node.grad for node in nodes_in_order(ours) if node.op is None]
    assert sorted(gradients) == pytest.approx(sorted(EXPECTED))


@pytest.mark.parametrize("name", [name for name in ENGINES if name != "tape"])
def test_gradcheck_passes_on_nodes_or_on_numbers_and_nothing_changes(name, capfd):
    cls = ENGINES[name]
    leaves, root = program(cls)
    capfd.readouterr()
    before = state([*leaves, root])
    if name == "float":  # whose number cannot be set
        with pytest.raises(TypeError, match=r"^inputs: the number of a Float cannot be set; give plain numbers"):
            gradcheck(f, leaves)
        assert gradcheck(lambda a, b, c: f(cls(a), cls(b), cls(c)), [0.7, -1.3, 0.4]).verdict == "PASS"
        return
    report = gradcheck(f, leaves)
    assert report.verdict == "PASS"
    assert [check.analytic for check in report.checks] == pytest.approx(EXPECTED)
    assert state([*leaves, root]) == before
    assert capfd.readouterr() == ("", "")
