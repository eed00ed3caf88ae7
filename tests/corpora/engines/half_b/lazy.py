"""Lazy nodes: nothing is computed until a number is asked for."""

import math

from tests.corpora.engines.entry import Entry


class Lazy:
    def __init__(self, value=None, compute=None, deps=(), local=None, op=""):
        self.value = value
        self.compute = compute
        self.deps = deps
        self.local = local
        self.op = op
        self.grad = None

    def __add__(self, other):
        return Lazy(None, lambda a, b: a + b, (self, other), lambda y, a, b: (1.0, 1.0), "add")

    def __mul__(self, other):
        return Lazy(None, lambda a, b: a * b, (self, other), lambda y, a, b: (b, a), "mul")

    def __sub__(self, other):
        return Lazy(None, lambda a, b: a - b, (self, other), lambda y, a, b: (1.0, -1.0), "sub")

    def tanh(self):
        return Lazy(None, math.tanh, (self,), lambda y, a: (1 - y * y,), "tanh")

    def sqrt(self):
        return Lazy(None, math.sqrt, (self,), lambda y, a: (0.5 / y,), "sqrt")

    def eval(self):
        """Compute the number, once."""
        if self.value is None:
            self.value = self.compute(*[dep.eval() for dep in self.deps])
        return self.value

    def backward(self):
        self.eval()
        line = []

        def visit(node):
            if not any(node is other for other in line):
                for dep in node.deps:
                    visit(dep)
                node.grad = 0.0
                line.append(node)

        visit(self)
        self.grad = 1.0
        for node in line[::-1]:
            numbers = [dep.value for dep in node.deps]
            for dep, local in zip(node.deps, node.local(node.value, *numbers) if numbers else (), strict=True):
                dep.grad += local * node.grad


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Lazy",
    data="value",
    grad="grad",
    parents="deps: tuple",
    rule="a function of the numbers that gives the local derivatives",
    op="op",
    operations="add mul sub tanh sqrt",
    before=lambda root: root.eval(),
    second="the same again",
)
UNEVALUATED = ENGINE.but(
    "unevaluated", before=lambda root: None, readable=None, refusal=r"lazy|evaluat|number|None",
)  # fmt: skip
CONVENTIONS = ()
