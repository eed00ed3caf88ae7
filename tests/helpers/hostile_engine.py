"""An engine that reading could disturb in every way, and whose operators must not be asked."""

from __future__ import annotations

import itertools
import random
import sys

COUNT = 0
LOG = []


class Hostile:
    """Everything that reading could disturb, and operators that must not be asked."""

    made = 0
    ids = itertools.count()
    registry = []

    def __init__(self, data, parents=(), op="", cache={}):  # noqa: B006  # it is meant to be shared
        Hostile.made += 1
        self.id, self._data, self.grad, self.parents, self.op = next(Hostile.ids), data, 0.0, parents, op
        self.reads, self.rng, self.back = 0, random.Random(3), lambda: None
        cache[self.id] = self

    @property
    def data(self):
        global COUNT
        COUNT += 1
        self.reads += 1
        print("reading")
        return self._data

    @property
    def value(self):
        raise RuntimeError("a property may raise")

    def __eq__(self, other):
        return self._data == other._data

    def __hash__(self):
        return hash(self._data)

    def __bool__(self):
        raise ValueError("neither true nor false")

    def __repr__(self):
        raise ValueError("no text")

    def __mul__(self, other):
        out, moments, n = Hostile(self._data * other._data, (self, other), "*"), [0.0, 0.0], 0

        def back(seen=[]):  # noqa: B006  # it is meant to be kept
            nonlocal n
            n += 1
            seen.append(n)
            moments[0] += 1.0
            LOG.append(random.random() + self.rng.random())
            sys.setrecursionlimit(sys.getrecursionlimit() + 1)
            Hostile(1.0)
            Hostile.registry.append(out)
            self.grad += other._data * out.grad
            other.grad += self._data * out.grad
            print("back", file=sys.stderr)

        out.back, out.moments = back, moments
        return out

    def backward(self):
        self.grad = 1.0
        self.back()
        self.parents[0].back()


def hostile_state(nodes):
    cells = [cell.cell_contents for node in nodes for cell in node.back.__closure__ or ()]
    plain = [(list(c) if isinstance(c, list) else c) for c in cells if not isinstance(c, Hostile)]
    defaults = [list(node.back.__defaults__[0]) for node in nodes if node.back.__defaults__]
    attributes = [{k: id(v) if k != "rng" else v.getstate() for k, v in vars(node).items()} for node in nodes]
    shared = (
        COUNT,
        list(LOG),
        Hostile.made,
        repr(Hostile.ids),
        len(Hostile.registry),
        len(Hostile.__init__.__defaults__[2]),
    )
    return plain, defaults, attributes, shared, random.getstate(), sys.getrecursionlimit()
