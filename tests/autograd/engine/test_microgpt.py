"""A small GPT of microgpt's architecture trains on our Values as on a class with local gradients like its own."""

import itertools
import math
import random

import pytest

from autograd import Value


class Plain:
    """A scalar with local gradients and a recursive backward, written for this test."""

    def __init__(self, data, children=(), local_grads=()):
        self.data, self.grad, self._children, self._local_grads = data, 0.0, children, local_grads

    def __add__(self, other):
        other = other if isinstance(other, Plain) else Plain(other)
        return Plain(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other):
        other = other if isinstance(other, Plain) else Plain(other)
        return Plain(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, power):
        return Plain(self.data**power, (self,), (power * self.data ** (power - 1),))

    def exp(self):
        return Plain(math.exp(self.data), (self,), (math.exp(self.data),))

    def log(self):
        return Plain(math.log(self.data), (self,), (1 / self.data,))

    def relu(self):
        return Plain(max(0.0, self.data), (self,), (float(self.data > 0),))

    __radd__, __rmul__ = __add__, __mul__
    __neg__ = lambda self: self * -1  # as short as the rest
    __sub__ = lambda self, other: self + -other  # likewise
    __truediv__ = lambda self, other: self * other**-1  # likewise

    def backward(self):
        order, seen = [], set()

        def visit(v):
            if v not in seen:
                seen.add(v)
                for child in v._children:
                    visit(child)
                order.append(v)

        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            for child, local in zip(v._children, v._local_grads, strict=True):
                child.grad += local * v.grad


WIDTH, HEADS, CONTEXT, LETTERS = 4, 2, 5, "abcn."
NAMES = ["anna", "ban", "cab", "nan"]


def matrix(kind, rng, rows, columns):
    return [[kind(rng.gauss(0, 0.3)) for _ in range(columns)] for _ in range(rows)]


def linear(x, weights):
    return [sum(w * xi for w, xi in zip(row, x, strict=True)) for row in weights]


def softmax(logits):
    greatest = max(z.data for z in logits)
    exps = [(z - greatest).exp() for z in logits]
    total = sum(exps)
    return [e / total for e in exps]


def rmsnorm(x):
    scale = (sum(xi * xi for xi in x) / len(x) + 1e-5) ** -0.5
    return [xi * scale for xi in x]


def attention(p, x, keys, values):
    query = linear(x, p["query"])
    keys.append(linear(x, p["key"]))
    values.append(linear(x, p["value"]))
    size, mixed = WIDTH // HEADS, []
    for head in range(0, WIDTH, size):
        part = range(head, head + size)
        weights = softmax([sum(query[j] * key[j] for j in part) / size**0.5 for key in keys])
        mixed += [sum(w * value[j] for w, value in zip(weights, values, strict=True)) for j in part]
    return linear(mixed, p["out"])


def logits(p, token, place, keys, values):
    x = rmsnorm([t + s for t, s in zip(p["token"][token], p["place"][place], strict=True)])
    x = [a + b for a, b in zip(x, attention(p, rmsnorm(x), keys, values), strict=True)]
    hidden = [h.relu() ** 2 for h in linear(rmsnorm(x), p["up"])]
    x = [a + b for a, b in zip(x, linear(hidden, p["down"]), strict=True)]
    return linear(x, p["head"])


def losses(kind, steps=30):
    """Train by Adam, whose moments live on the parameters, one name a step; give the losses."""
    rng = random.Random(0)
    shapes = {
        "token": (len(LETTERS), WIDTH), "place": (CONTEXT, WIDTH), "head": (len(LETTERS), WIDTH),
        "up": (2 * WIDTH, WIDTH), "down": (WIDTH, 2 * WIDTH),
        **dict.fromkeys(("query", "key", "value", "out"), (WIDTH, WIDTH)),
    }  # fmt: skip  # as a table
    p = {name: matrix(kind, rng, *shape) for name, shape in shapes.items()}
    parameters = [w for rows in p.values() for row in rows for w in row]
    for w in parameters:
        w.m = w.v = 0.0
    found = []
    for step in range(1, steps + 1):
        tokens = [LETTERS.index(c) for c in f".{NAMES[step % len(NAMES)]}."]
        keys, values, terms = [], [], []
        for place, (token, following) in enumerate(itertools.pairwise(tokens)):
            chances = softmax(logits(p, token, place, keys, values))
            terms.append(-chances[following].log())
        loss = (1 / len(terms)) * sum(terms)
        loss.backward()
        for w in parameters:
            w.m = 0.85 * w.m + 0.15 * w.grad
            w.v = 0.99 * w.v + 0.01 * w.grad**2
            w.data -= 0.05 * (w.m / (1 - 0.85**step)) / ((w.v / (1 - 0.99**step)) ** 0.5 + 1e-8)
            w.grad = 0
        found.append(loss.data)
    return found


def test_training_agrees_with_a_class_like_microgpts():
    ours, theirs = losses(Value), losses(Plain)
    assert ours == pytest.approx(theirs, rel=1e-9)
    assert sum(ours[-4:]) < 0.7 * sum(ours[:4])
