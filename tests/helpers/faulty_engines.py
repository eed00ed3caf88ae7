"""An engine as text, and mistakes as replacements in it, each with what must be said."""

from __future__ import annotations

ENGINE = """
import math

class Num:
    def __init__(self, data, parents=(), op=""):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.op = op
        self.back = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Num) else Num(other)
        out = Num(self.data + other.data, (self, other), "+")
        def back():
            self.grad += out.grad
            other.grad += out.grad
        out.back = back
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Num) else Num(other)
        out = Num(self.data * other.data, (self, other), "*")
        def back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out.back = back
        return out

    def __truediv__(self, other):
        out = Num(self.data / other.data, (self, other), "/")
        def back():
            self.grad += out.grad / other.data
            other.grad += -self.data / other.data ** 2 * out.grad
        out.back = back
        return out

    def __pow__(self, k):
        out = Num(self.data ** k, (self,), f"**{k}")
        def back():
            self.grad += k * self.data ** (k - 1) * out.grad
        out.back = back
        return out

    def exp(self):
        out = Num(math.exp(self.data), (self,), "exp")
        def back():
            self.grad += out.data * out.grad
        out.back = back
        return out

    def log(self):
        out = Num(math.log(self.data), (self,), "log")
        def back():
            self.grad += out.grad / self.data
        out.back = back
        return out

    def relu(self):
        out = Num(max(0.0, self.data), (self,), "relu")
        def back():
            self.grad += (out.data > 0) * out.grad
        out.back = back
        return out

    def tanh(self):
        out = Num(math.tanh(self.data), (self,), "tanh")
        def back():
            self.grad += (1 - out.data ** 2) * out.grad
        out.back = back
        return out

    def sigmoid(self):
        out = Num(1 / (1 + math.exp(-self.data)), (self,), "sigmoid")
        def back():
            self.grad += out.data * (1 - out.data) * out.grad
        out.back = back
        return out

    def backward(self):
        order, seen = [], set()
        def visit(v):
            if v not in seen:
                seen.add(v)
                for p in v.parents:
                    visit(p)
                order.append(v)
        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            v.back()
"""

PROGRAM = """
a, b, c = Num(0.7), Num(1.3), Num(0.4)
h = a * b + c
L = (h.tanh() / b + (h * h).sigmoid()) * c.exp() + (a ** 3).log() * h.relu() + h ** 2
"""

EXP, ATTACH = "self.grad += out.data * out.grad\n        ", "out.back = back"
VISIT, APPEND = "for p in v.parents:\n                    visit(p)\n", "                order.append(v)"
FAULTS = {  # a mistake: what is replaced, by what, and a text that must be in the report
    "exp' = x": ("out.data * out.grad\n", "self.data * out.grad\n",
        "exp(0.4): its derivative is 0.400 = x, right is 1.492"),
    "tanh' = 1 + y²": ("(1 - out.data ** 2)", "(1 + out.data ** 2)", "is 1.747 = 1 + y², right is 0.253 = 1 − y²"),
    "tanh' = 1 − y": ("(1 - out.data ** 2)", "(1 - out.data)", "is 0.136 = 1 − y, right is 0.253 = 1 − y²"),
    "sigmoid' = 1 − y": ("out.data * (1 - out.data)", "(1 - out.data)", "= 1 − y, right is 0.129 = y × (1 − y)"),
    "pow without its factor": ("k * self.data **", "self.data **", "= a^(b − 1), right is 1.470 = b × a^(b − 1)"),
    "pow with its exponent": ("** (k - 1) * out", "** k * out", "1.029 = b × a^b, right is 1.470 = b × a^(b − 1)"),
    "div's sign": ("-self.data / other", "self.data / other", "by b is 0.511 = a / b², right is -0.511"),
    "log' = 1/y": ("out.grad / self.data", "out.grad / out.data", "= 1 / y, right is 2.915 = 1 / x"),
    "upstream missing in relu": ("(out.data > 0) * out.grad", "(out.data > 0)", "relu(1.31): its rule ignores its up"),
    "upstream missing in exp": ("out.data * out.grad\n", "out.data\n", "exp(0.4): its rule ignores its upstream"),
    "upstream twice": ("** 2) * out.grad", "** 2) * out.grad ** 2", "its rule multiplies by its upstream twice"),
    "= in pow": ("self.grad += k *", "self.grad = k *", "its rule overwrites a gradient: write += for ="),
    "= in add": ("self.grad += out.grad\n", "self.grad = out.grad\n", "its rule overwrites a gradient: write += for ="),
    "mul reads other.grad": ("other.data * out.grad", "other.grad * out.grad", "it reads a gradient where the"),
    "mul's own argument": ("self.grad += other.data *", "self.grad += self.data *", "by a is 0.700 = a, right is 1.3"),
    "a parent forgotten": ('(self, other), "*")', '(self,), "*")', "b is missing among its parents"),
    "relu passes nothing": ("(out.data > 0) * out.grad", "out.grad * 0.0", "relu(1.31): its derivative is 0.000,"),
    "rule never attached": (EXP + ATTACH, EXP, "right is 1.492 = y; its rule was never attached"),
    "rule attached to the argument": (EXP + ATTACH, EXP + "self.back = back", "its rule was attached to its argument"),
    "no visited check": ("if v not in seen:", "if True:", "it does not check for visits"),
    "not reversed": ("reversed(order)", "order", "it goes from the leaves to the root"),
    "before its consumers": (VISIT + APPEND, "order.insert(0, v)\n                " + VISIT, "which uses it"),
    "seed 2": ("self.grad = 1.0", "self.grad = 2.0", "it starts from a gradient of 2, not of 1"),
    "the rule raises": ("-self.data / other.data ** 2", "-self / other.data ** 2", "it raises TypeError"),
    "half of the order": ("reversed(order)", "order[:len(order) // 2:-1]", "it never runs the rule of"),
}  # fmt: skip  # a mistake on a line


def build(old="", new="", program=PROGRAM):
    """Return the names of a program on the engine with a mistake."""
    assert old in ENGINE
    scope = {"__name__": "student"}
    exec(ENGINE.replace(old, new, 1) if old else ENGINE, scope)
    exec(program, scope)
    return scope
