"""Closures that print, log and draw random numbers, in an engine that counts all it does."""

import math
import random

from tests.corpora.engines.entry import Entry

LOG = []
made = 0


class Value:
    runs = 0

    def __init__(self, data, parents=()):
        global made
        made += 1
        self.id = made
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self._backward = lambda: None

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))

        def _backward(trace=[]):  # noqa: B006  # a default that keeps state is the point
            trace.append(out.grad)
            print(f"add {self.id} and {other.id}: {out.grad}")
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))
        calls = 0

        def _backward():
            nonlocal calls
            calls += 1
            Value.runs += 1
            LOG.append((out.id, calls))
            pairs = [(self, other.data), (other, self.data)]
            random.shuffle(pairs)
            for parent, local in pairs:
                parent.grad += local * out.grad

        out._backward = _backward
        return out

    def tanh(self):
        out = Value(math.tanh(self.data), (self,))

        def _backward():
            jitter = random.random()
            self.grad += (1 - out.data * out.data) * out.grad + 0 * jitter
            print("tanh", self.id, end="\r")

        out._backward = _backward
        return out

    def backward(self):
        print("backward from", self.id)
        line = []

        def visit(node):
            if node not in line:
                for parent in node.parents:
                    visit(parent)
                line.append(node)

        visit(self)
        self.grad = 1.0
        for node in line[::-1]:
            node._backward()


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Value",
    data="data",
    grad="grad",
    parents="parents: tuple",
    rule="closure _backward",
    operations="add mul tanh",
    hostile="rules print, shuffle, count in a closure, a class, a module and a mutable default",
)
CONVENTIONS = ()
