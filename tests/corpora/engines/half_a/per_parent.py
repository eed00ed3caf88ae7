"""For each parent a function from the upstream to its gradient, next to flags that say who wants one."""

import math

from tests.corpora.engines.entry import Entry


class Variable:
    def __init__(self, data, requires_grad=True, depends_on=None):
        self.data = data
        self.requires_grad = requires_grad
        self.depends_on = depends_on or []
        self.grad = None

    def __add__(self, other):
        return _record(self.data + _data(other), (self, lambda g: g), (other, lambda g: g))

    def __mul__(self, other):
        return _record(
            self.data * _data(other), (self, lambda g: g * _data(other)), (other, lambda g: g * self.data)
        )  # fmt: skip

    def __sub__(self, other):
        return _record(self.data - _data(other), (self, lambda g: g), (other, lambda g: -g))

    def __rsub__(self, other):
        return Variable(other, requires_grad=False) - self

    __radd__ = __add__
    __rmul__ = __mul__

    def __pow__(self, power):
        if isinstance(power, Variable):
            y = self.data**power.data
            return _record(
                y,
                (self, lambda g: g * power.data * self.data ** (power.data - 1)),
                (power, lambda g: g * y * math.log(self.data)),
            )
        return _record(self.data**power, (self, lambda g: g * power * self.data ** (power - 1)))

    def zero_grad(self):
        self.grad = None

    def backward(self, grad=1.0):
        if not self.requires_grad:
            raise RuntimeError("this variable wants no gradient")
        order = []
        _sort(self, order, set())
        if self.grad is None:
            self.grad = 0.0
        self.grad += grad
        for variable in order[::-1]:
            for parent, vjp in variable.depends_on:
                change = vjp(variable.grad)
                parent.grad = change if parent.grad is None else parent.grad + change


def _data(x):
    return x.data if isinstance(x, Variable) else x


def _record(data, *pairs):
    kept = [(parent, vjp) for parent, vjp in pairs if isinstance(parent, Variable) and parent.requires_grad]
    return Variable(data, requires_grad=bool(kept), depends_on=kept)


def log(x):
    return _record(math.log(x.data), (x, lambda g: g / x.data))


def relu(x):
    return _record(x.data if x.data > 0 else 0.0, (x, lambda g: g if x.data > 0 else 0.0))


def _sort(variable, order, seen):
    if id(variable) not in seen:
        seen.add(id(variable))
        for parent, _ in variable.depends_on:
            _sort(parent, order, seen)
        order.append(variable)


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Variable",
    data="data",
    grad="grad",
    parents="depends_on: list of (parent, function)",
    rule="a function for each parent; the gradient is None at first; flags requires_grad",
    operations="add mul sub pow node_pow number radd rmul rsub log relu",
)
CONVENTIONS = ()
