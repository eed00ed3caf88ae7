"""Slots; ``grad_fn(g)`` gives a gradient for each source, and the sweep keeps its sums in a dict until the end."""

import math
from operator import attrgetter

from tests.corpora.engines.entry import Entry


class Tensor0:
    __slots__ = ("__weakref__", "data", "fn_str", "grad", "grad_fn", "requires_grad", "src")

    def __init__(self, data, src=None, grad_fn=None, fn_str="leaf"):
        self.data = data
        self.grad = 0.0
        self.src = src or []
        self.grad_fn = grad_fn
        self.fn_str = fn_str
        self.requires_grad = True

    def __add__(self, other):
        return plus(self, tensor(other))

    def __radd__(self, other):
        return plus(tensor(other), self)

    def __mul__(self, other):
        return times(self, tensor(other))

    def __rmul__(self, other):
        return times(tensor(other), self)

    def __sub__(self, other):
        return minus(self, tensor(other))

    def __rsub__(self, other):
        return minus(tensor(other), self)

    def __truediv__(self, other):
        return over(self, tensor(other))

    def __rtruediv__(self, other):
        return over(tensor(other), self)

    def __pow__(self, n):
        return Tensor0(self.data**n, [self], lambda g: [g * n * self.data ** (n - 1)], f"pow {n}")

    def exp(self):
        y = math.exp(self.data)
        return Tensor0(y, [self], lambda g: [g * y], "exp")

    def log(self):
        y = math.log(self.data)
        return Tensor0(y, [self], lambda g: [g / self.data], "log")

    def tanh(self):
        y = math.tanh(self.data)
        return Tensor0(y, [self], lambda g: [g * (1 - y**2)], "tanh")

    def sigmoid(self):
        y = 1 / (1 + math.exp(-self.data))
        return Tensor0(y, [self], lambda g: [g * y * (1 - y)], "sigmoid")

    def backward(self):
        sums = {self: 1.0}
        for node in topological(self):
            g = sums[node]
            if node.grad_fn:
                for source, part in zip(node.src, node.grad_fn(g), strict=True):
                    sums[source] = sums.get(source, 0.0) + part
        for node, total in sums.items():
            node.grad += total


def tensor(x):
    if isinstance(x, Tensor0):
        return x
    return Tensor0(x, fn_str="constant")


def plus(a, b):
    return Tensor0(a.data + b.data, [a, b], lambda g: [g, g], "plus")


def times(a, b):
    return Tensor0(a.data * b.data, [a, b], lambda g: [g * b.data, g * a.data], "times")


def minus(a, b):
    return Tensor0(a.data - b.data, [a, b], lambda g: [g, -g], "minus")


def over(a, b):
    q = a.data / b.data
    return Tensor0(q, [a, b], lambda g: [g / b.data, -g * q / b.data], "over")


def topological(root):
    line, seen, stack = [], {root}, [(root, iter(root.src))]
    while stack:
        step = next((source for source in stack[-1][1] if source not in seen), None)
        if step is None:
            line.append(stack.pop()[0])
        else:
            seen.add(step)
            stack.append((step, iter(step.src)))
    return reversed(line)


parents_of = attrgetter("src")

# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Tensor0",
    data="data",
    grad="grad",
    parents="src: list, in slots",
    rule="grad_fn(g), a list with one gradient for each source; sums are kept in a dict",
    op="fn_str",
    operations="add mul sub div pow number radd rmul rsub rdiv exp log tanh sigmoid",
    second="leaves add up",
)
CONVENTIONS = (
    ENGINE.but(
        "constants are flagged and get no gradient",
        ('    return Tensor0(x, fn_str="constant")\n',
         '    constant = Tensor0(x, fn_str="constant")\n    constant.requires_grad = False\n    return constant\n'),
        ("            node.grad += total", "            node.grad += total if node.requires_grad else 0.0"),
        second="leaves add up",
    ),
    ENGINE.but(
        "refuses a second backward",
        ("                    sums[source] = sums.get(source, 0.0) + part\n",
         "                    sums[source] = sums.get(source, 0.0) + part\n                node.grad_fn = used\n"),
        ("def tensor(x):", 'def used(g):\n    raise RuntimeError("the graph has been used")\n\n\ndef tensor(x):'),
        second="refused",
    ),
)  # fmt: skip
