"""Each operation is a subclass of the node, with a method for its rule; no operation has a name of its own."""

import math

from tests.corpora.engines.entry import Entry


class Expr:
    def __init__(self, *args):
        self.args = list(args)
        self.der = 0.0
        self.val = self.forward(*(arg.val for arg in args))

    def forward(self, *numbers):
        raise NotImplementedError(type(self).__name__)

    def backprop(self):
        """Add to ``der`` of each argument."""

    def __add__(self, other):
        return Plus(self, wrap(other))

    def __radd__(self, other):
        return Plus(wrap(other), self)

    def __mul__(self, other):
        return Times(self, wrap(other))

    def __rmul__(self, other):
        return Times(wrap(other), self)

    def __sub__(self, other):
        return Minus(self, wrap(other))

    def __rsub__(self, other):
        return Minus(wrap(other), self)

    def __truediv__(self, other):
        return Over(self, wrap(other))

    def __rtruediv__(self, other):
        return Over(wrap(other), self)

    def __pow__(self, n):
        return Power(self, n)

    def __neg__(self):
        return Opposite(self)

    def exp(self):
        return Exp(self)

    def log(self):
        return Log(self)

    def tanh(self):
        return Tanh(self)

    def relu(self):
        return Relu(self)

    def differentiate(self):
        line, marked = [], []

        def walk(expr):
            if not any(expr is other for other in marked):
                marked.append(expr)
                for arg in expr.args:
                    walk(arg)
                line.append(expr)

        walk(self)
        self.der = 1.0
        while line:
            line.pop().backprop()


class Leaf(Expr):
    def __init__(self, val):
        self.args, self.val, self.der = [], float(val), 0.0


def wrap(x):
    return x if isinstance(x, Expr) else Leaf(x)


class Plus(Expr):
    def forward(self, a, b):
        return a + b

    def backprop(self):
        for arg in self.args:
            arg.der += self.der


class Times(Expr):
    def forward(self, a, b):
        return a * b

    def backprop(self):
        a, b = self.args
        a.der += b.val * self.der
        b.der += a.val * self.der


class Minus(Expr):
    def forward(self, a, b):
        return a - b

    def backprop(self):
        a, b = self.args
        a.der += self.der
        b.der -= self.der


class Over(Expr):
    def forward(self, a, b):
        return a / b

    def backprop(self):
        a, b = self.args
        a.der += self.der / b.val
        b.der += -self.val / b.val * self.der


class Power(Expr):
    def __init__(self, base, n):
        self.n = n
        super().__init__(base)

    def forward(self, a):
        return a**self.n

    def backprop(self):
        (base,) = self.args
        base.der += self.n * base.val ** (self.n - 1) * self.der


class Opposite(Expr):
    def forward(self, a):
        return -a

    def backprop(self):
        (inner,) = self.args
        inner.der -= self.der


class Exp(Expr):
    def forward(self, a):
        return math.exp(a)

    def backprop(self):
        self.args[0].der += self.val * self.der


class Log(Expr):
    def forward(self, a):
        return math.log(a)

    def backprop(self):
        x = self.args[0]
        x.der += self.der / x.val


class Tanh(Expr):
    def forward(self, a):
        return math.tanh(a)

    def backprop(self):
        self.args[0].der += (1.0 - self.val**2) * self.der


class Relu(Expr):
    def forward(self, a):
        return max(a, 0.0)

    def backprop(self):
        if self.args[0].val > 0:
            self.args[0].der += self.der


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Expr",
    data="val",
    grad="der",
    parents="args: list",
    rule="method backprop of a subclass",
    op=None,
    operations="add sub mul div neg pow number radd rsub rmul rdiv exp log tanh relu",
    leaf=lambda module, x: module.Leaf(x),
    backward=lambda module, root: root.differentiate(),
)
NO_SEED = ("        self.der = 1.0\n", "")
CONVENTIONS = (
    ENGINE.but(
        "the caller seeds", NO_SEED,
        backward=lambda module, root: (setattr(root, "der", 1.0), root.differentiate()),
    ),
    ENGINE.but(
        "no gradient before the sweep",
        ("self.args = list(args)\n        self.der = 0.0", "self.args = list(args)\n        self.der = None"),
        ("float(val), 0.0", "float(val), None"),
        ("        self.der = 1.0\n", "        for expr in line:\n            expr.der = 0.0\n        self.der = 1.0\n"),
        second="the same again",
    ),
)  # fmt: skip
