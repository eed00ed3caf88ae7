"""A node knows the operation object that made it; the operation knows its inputs and has forward and backward."""

import math

from tests.corpora.engines.entry import Entry


class Var:
    def __init__(self, data, name=None):
        self.data = data
        self.grad = None
        self.name = name
        self.creator = None
        self.generation = 0

    def __add__(self, other):
        return Add()(self, other)

    def __mul__(self, other):
        return Mul()(self, other)

    def __truediv__(self, other):
        return Div()(self, other)

    def __neg__(self):
        return Neg()(self)

    def __rtruediv__(self, other):
        return Div()(other, self)

    __radd__, __rmul__ = __add__, __mul__

    def exp(self):
        return Exp()(self)

    def sigmoid(self):
        return Sigmoid()(self)

    def cleargrad(self):
        self.grad = None

    def backward(self):
        if self.grad is None:
            self.grad = 1.0
        waiting = [self.creator] if self.creator else []
        known = set(waiting)
        while waiting:
            waiting.sort(key=lambda op: op.generation)
            op = waiting.pop()
            gradients = op.backward(op.output.grad)
            for x, g in zip(op.inputs, gradients if isinstance(gradients, tuple) else (gradients,), strict=True):
                x.grad = g if x.grad is None else x.grad + g
                if x.creator is not None and x.creator not in known:
                    known.add(x.creator)
                    waiting.append(x.creator)


class Operation:
    def __call__(self, *inputs):
        self.inputs = [x if isinstance(x, Var) else Var(x) for x in inputs]
        self.generation = max(x.generation for x in self.inputs)
        self.output = Var(self.forward(*[x.data for x in self.inputs]))
        self.output.creator, self.output.generation = self, self.generation + 1
        return self.output


class Add(Operation):
    def forward(self, a, b):
        return a + b

    def backward(self, g):
        return g, g


class Mul(Operation):
    def forward(self, a, b):
        return a * b

    def backward(self, g):
        a, b = self.inputs
        return g * b.data, g * a.data


class Div(Operation):
    def forward(self, a, b):
        return a / b

    def backward(self, g):
        a, b = (x.data for x in self.inputs)
        return g / b, -g * a / (b * b)


class Neg(Operation):
    def forward(self, a):
        return -a

    def backward(self, g):
        return -g


class Exp(Operation):
    def forward(self, a):
        self.saved = math.exp(a)
        return self.saved

    def backward(self, g):
        return g * self.saved


class Sigmoid(Operation):
    def forward(self, a):
        self.saved = 1 / (1 + math.exp(-a))
        return self.saved

    def backward(self, g):
        return g * self.saved * (1 - self.saved)


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Var",
    data="data",
    grad="grad",
    parents="creator.inputs: list",
    rule="an operation object with forward and backward(g), nodes sorted by generation",
    op="creator",
    label="name",
    operations="add mul div neg number radd rmul rdiv exp sigmoid",
)
CONVENTIONS = ()
