"""Properties that raise, an attribute hook that raises the wrong error, and no truth value."""

import math

from tests.corpora.engines.entry import Entry


class Strict:
    def __init__(self, val, parents=(), rule=None):
        self.val = val
        self.grad = 0.0
        self.parents = parents
        self.rule = rule

    @property
    def data(self):
        raise NotImplementedError("write val")

    @property
    def _prev(self):
        raise RuntimeError("write parents")

    @property
    def shape(self):
        raise ValueError("a number has no shape")

    def __getattr__(self, name):
        raise KeyError(name)

    def __bool__(self):
        raise TypeError("a node is neither true nor false")

    def __iter__(self):
        raise TypeError("a node is one number")

    def __float__(self):
        raise TypeError("write val")

    def __eq__(self, other):
        raise TypeError("compare val")

    __hash__ = object.__hash__

    def __add__(self, other):
        return Strict(self.val + other.val, (self, other), self._add)

    def __mul__(self, other):
        return Strict(self.val * other.val, (self, other), self._mul)

    def sin(self):
        return Strict(math.sin(self.val), (self,), self._sin)

    def cos(self):
        return Strict(math.cos(self.val), (self,), self._cos)

    @staticmethod
    def _add(out):
        for parent in out.parents:
            parent.grad += out.grad

    @staticmethod
    def _mul(out):
        a, b = out.parents
        a.grad += b.val * out.grad
        b.grad += a.val * out.grad

    @staticmethod
    def _sin(out):
        out.parents[0].grad += math.cos(out.parents[0].val) * out.grad

    @staticmethod
    def _cos(out):
        out.parents[0].grad -= math.sin(out.parents[0].val) * out.grad

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in order[::-1]:
            if node.rule is not None:
                node.rule(node)


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Strict",
    data="val",
    grad="grad",
    parents="parents: tuple",
    rule="a static method called with the node",
    operations="add mul sin cos",
    hostile="properties data, _prev, shape raise; __getattr__ raises KeyError; bool, iter, float and == raise",
)
CONVENTIONS = ()
