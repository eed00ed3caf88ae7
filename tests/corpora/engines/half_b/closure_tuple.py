"""Closures with other names, parents in a tuple, no name for an operation, functions in the module."""

import math

from tests.corpora.engines.entry import Entry


class Var:
    def __init__(self, value, children=()):
        self.value = value
        self.grad = 0.0
        self._children = children
        self._pass_back = None

    def __add__(self, rhs):
        rhs = var(rhs)
        res = Var(self.value + rhs.value, (self, rhs))

        def pass_back():
            self.grad += res.grad
            rhs.grad += res.grad

        res._pass_back = pass_back
        return res

    def __mul__(self, rhs):
        rhs = var(rhs)
        res = Var(self.value * rhs.value, (self, rhs))

        def pass_back():
            self.grad += rhs.value * res.grad
            rhs.grad += res.grad * self.value

        res._pass_back = pass_back
        return res

    def __sub__(self, rhs):
        rhs = var(rhs)
        res = Var(self.value - rhs.value, (self, rhs))

        def pass_back():
            self.grad += 1.0 * res.grad
            rhs.grad += -1.0 * res.grad

        res._pass_back = pass_back
        return res

    def __truediv__(self, rhs):
        rhs = var(rhs)
        res = Var(self.value / rhs.value, (self, rhs))

        def pass_back():
            self.grad += 1 / rhs.value * res.grad
            rhs.grad += -self.value / rhs.value**2 * res.grad

        res._pass_back = pass_back
        return res

    def __pow__(self, n):
        res = Var(self.value**n, (self,))

        def pass_back():
            self.grad += n * self.value ** (n - 1) * res.grad

        res._pass_back = pass_back
        return res

    def __radd__(self, lhs):
        return var(lhs) + self

    def __rmul__(self, lhs):
        return var(lhs) * self

    def __rsub__(self, lhs):
        return var(lhs) - self

    def __rtruediv__(self, lhs):
        return var(lhs) / self

    def backprop(self):
        sweep(self)


def var(x):
    return x if isinstance(x, Var) else Var(float(x))


def exp(x):
    y = Var(math.exp(x.value), (x,))

    def pass_back():
        x.grad += y.value * y.grad

    y._pass_back = pass_back
    return y


def log(x):
    y = Var(math.log(x.value), (x,))

    def pass_back():
        x.grad += 1 / x.value * y.grad

    y._pass_back = pass_back
    return y


def tanh(x):
    y = Var(math.tanh(x.value), (x,))

    def pass_back():
        x.grad += (1 - y.value**2) * y.grad

    y._pass_back = pass_back
    return y


def relu(x):
    y = Var(x.value if x.value > 0 else 0.0, (x,))

    def pass_back():
        if x.value > 0:
            x.grad += y.grad

    y._pass_back = pass_back
    return y


def sigmoid(x):
    y = Var(1 / (1 + math.exp(-x.value)), (x,))

    def pass_back():
        x.grad += y.value * (1 - y.value) * y.grad

    y._pass_back = pass_back
    return y


def sweep(root):
    line = []

    def place(node):
        if all(other is not node for other in line):
            for child in node._children:
                place(child)
            line.append(node)

    place(root)
    root.grad = 1.0
    for node in reversed(line):
        if node._pass_back:
            node._pass_back()


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Var",
    data="value",
    grad="grad",
    parents="_children: tuple",
    rule="closure _pass_back, None for a leaf",
    operations="add mul sub div pow number radd rmul rsub rdiv exp log tanh relu sigmoid",
    backward=lambda module, root: root.backprop(),
)
CONVENTIONS = (
    ENGINE.but(
        "only leaves keep their gradients",
        ("            node._pass_back()\n", "            node._pass_back()\n            node.grad = 0.0\n"),
        second="leaves add up",
    ),
    ENGINE.but(
        "refuses gradients that are not zeroed",
        ("    root.grad = 1.0\n", "    if any(node.grad for node in line):\n"
         '        raise RuntimeError("set all gradients to 0 first")\n    root.grad = 1.0\n'),
        second="refused",
    ),
)  # fmt: skip
