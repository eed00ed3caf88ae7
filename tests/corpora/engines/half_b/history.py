"""A scalar with a history: the function class that was applied last, its context and its inputs, as in courses."""

import math
from dataclasses import dataclass, field

from tests.corpora.engines.entry import Entry


@dataclass
class Memory:
    saved: tuple = ()

    def keep(self, *numbers):
        self.saved = numbers


@dataclass
class History:
    last_fn: type | None = None
    ctx: Memory | None = None
    inputs: list = field(default_factory=list)


class Scalar:
    def __init__(self, data, history=None, name=""):
        self.data = data
        self.history = history or History()
        self.derivative = None
        self.name = name

    def is_leaf(self):
        return self.history.last_fn is None

    def accumulate(self, d):
        self.derivative = d if self.derivative is None else self.derivative + d

    def chain_rule(self, d):
        """Yield each input with its derivative."""
        h = self.history
        parts = h.last_fn.backward(h.ctx, d)
        yield from zip(h.inputs, parts if isinstance(parts, tuple) else (parts,), strict=True)

    def backward(self, d=1.0):
        backpropagate(self, d)

    def __add__(self, b):
        return Add.apply(self, b)

    def __radd__(self, b):
        return Add.apply(b, self)

    def __mul__(self, b):
        return Mul.apply(self, b)

    def __rmul__(self, b):
        return Mul.apply(b, self)

    def __truediv__(self, b):
        return Mul.apply(self, Inv.apply(b))

    def __rtruediv__(self, b):
        return Mul.apply(b, Inv.apply(self))

    def __sub__(self, b):
        return Sub.apply(self, b)

    def __rsub__(self, b):
        return Sub.apply(b, self)

    def __pow__(self, n):
        return Pow.apply(self, n)

    def log(self):
        return Log.apply(self)

    def exp(self):
        return Exp.apply(self)

    def sigmoid(self):
        return Sigmoid.apply(self)

    def tanh(self):
        return Tanh.apply(self)


class Function:
    @classmethod
    def apply(cls, *values):
        scalars = [v if isinstance(v, Scalar) else Scalar(v) for v in values]
        ctx = Memory()
        out = cls.forward(ctx, *[s.data for s in scalars])
        return Scalar(out, History(cls, ctx, scalars))


class Add(Function):
    @staticmethod
    def forward(ctx, a, b):
        return a + b

    @staticmethod
    def backward(ctx, d):
        return d, d


class Sub(Function):
    @staticmethod
    def forward(ctx, a, b):
        return a - b

    @staticmethod
    def backward(ctx, d):
        return d, -1 * d


class Mul(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.keep(a, b)
        return a * b

    @staticmethod
    def backward(ctx, d):
        a, b = ctx.saved
        return b * d, d * a


class Inv(Function):
    @staticmethod
    def forward(ctx, a):
        ctx.keep(a)
        return 1 / a

    @staticmethod
    def backward(ctx, d):
        (a,) = ctx.saved
        return -d / a**2


class Pow(Function):
    @staticmethod
    def forward(ctx, a, n):
        ctx.keep(a, n)
        return a**n

    @staticmethod
    def backward(ctx, d):
        a, n = ctx.saved
        to_exponent = a**n * math.log(a) * d if a > 0 else 0.0
        return n * a ** (n - 1) * d, to_exponent


class Log(Function):
    @staticmethod
    def forward(ctx, a):
        ctx.keep(a, math.log(a))
        return math.log(a)

    @staticmethod
    def backward(ctx, d):
        return d / ctx.saved[0]


class Exp(Function):
    @staticmethod
    def forward(ctx, a):
        y = math.exp(a)
        ctx.keep(y)
        return y

    @staticmethod
    def backward(ctx, d):
        (y,) = ctx.saved
        return y * d


class Sigmoid(Function):
    @staticmethod
    def forward(ctx, a):
        s = 1 / (1 + math.exp(-a))
        ctx.keep(a, s)
        return s

    @staticmethod
    def backward(ctx, d):
        s = ctx.saved[1]
        return s * (1 - s) * d


class Tanh(Function):
    @staticmethod
    def forward(ctx, a):
        t = math.tanh(a)
        ctx.keep(a, t)
        return t

    @staticmethod
    def backward(ctx, d):
        t = ctx.saved[1]
        return (1 - t * t) * d


def sort(root):
    found, marks = [], set()

    def go(scalar):
        if id(scalar) in marks:
            return
        marks.add(id(scalar))
        for other in scalar.history.inputs:
            go(other)
        found.insert(0, scalar)

    go(root)
    return found


def backpropagate(root, d):
    owed = {id(root): d}
    for scalar in sort(root):
        d = owed[id(scalar)]
        if scalar.is_leaf():
            scalar.accumulate(d)
        else:
            for other, part in scalar.chain_rule(d):
                owed[id(other)] = owed.get(id(other), 0.0) + part


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Scalar",
    data="data",
    grad="derivative",
    parents="history.inputs: list",
    rule="method chain_rule(d), which calls a static method of history.last_fn; only leaves get a derivative",
    op="history.last_fn",
    label="name",
    operations="add mul sub div pow number radd rmul rsub rdiv exp log tanh sigmoid",
    second="leaves add up",
)
CONVENTIONS = (
    ENGINE.but(
        "backward needs the gradient",
        ("def backward(self, d=1.0)", "def backward(self, d)"),
        backward=lambda module, root: root.backward(1.0),
    ),
)
