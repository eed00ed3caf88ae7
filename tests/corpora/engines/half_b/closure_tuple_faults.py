"""Faults of the engine with closures and tuples."""

from tests.corpora.engines.entry import Fault
from tests.corpora.engines.half_b.closure_tuple import ENGINE
from tests.corpora.engines.programs import SHOWS

BREADTH = """    line, waiting = [], [root]
    while waiting:
        node = waiting.pop(0)
        if all(other is not node for other in line):
            line.insert(0, node)
            waiting.extend(node._children)
"""
DEPTH = """    line = []

    def place(node):
        if all(other is not node for other in line):
            for child in node._children:
                place(child)
            line.append(node)

    place(root)
"""
MOMENTS = """    y = Var(math.tanh(x.value), (x,))
    momentum = 0.0

    def pass_back():
        nonlocal momentum
        momentum = 0.9 * momentum + 0.1 * y.grad
        x.grad += (1 - y.value**2) * momentum
"""
TANH = """    y = Var(math.tanh(x.value), (x,))

    def pass_back():
        x.grad += (1 - y.value**2) * y.grad
"""


def fault(kind, operation, *changes, shows=None):
    return Fault(ENGINE, kind, operation, changes, *SHOWS[shows or operation])


def attached(operation, shown):
    """Attach the rule of a function to its argument."""
    return fault(
        "attached to argument", operation, (f"{shown}\n\n    y._pass_back =", f"{shown}\n\n    x._pass_back =")
    )


FAULTS = (
    fault("mul: reads a gradient", "mul", ("self.grad += rhs.value * res", "self.grad += rhs.grad * res")),
    fault("mul: reads a gradient", "mul", ("rhs.grad += res.grad * self.value", "rhs.grad += res.grad * self.grad")),
    fault("upstream squared", "exp", ("+= y.value * y.grad\n", "+= y.value * y.grad**2\n")),
    fault("upstream squared", "mul", ("+= rhs.value * res.grad", "+= rhs.value * res.grad * res.grad")),
    fault("upstream squared", "tanh", ("(1 - y.value**2) * y.grad", "y.grad * (1 - y.value**2) * y.grad")),
    fault("upstream squared", "relu", ("            x.grad += y.grad", "            x.grad += y.grad * y.grad")),
    fault("upstream squared", "pow", ("(n - 1) * res.grad", "(n - 1) * res.grad**2")),
    fault("rdiv: swapped", "rdiv", ("var(lhs) / self", "self / var(lhs)")),
    fault("not reversed", "sweep", ("in reversed(line)", "in line")),
    fault("seed: two", "sweep", ("root.grad = 1.0", "root.grad = 2.0")),
    fault("parent forgotten", "mul", ("self.value * rhs.value, (self, rhs)", "self.value * rhs.value, (self,)")),
    fault("parent forgotten", "add", ("self.value + rhs.value, (self, rhs)", "self.value + rhs.value, (rhs,)")),
    fault("parent forgotten", "exp", ("math.exp(x.value), (x,)", "math.exp(x.value), ()")),
    fault("tanh: input", "tanh", ("1 - y.value**2", "1 - x.value**2")),
    fault("pow: exponent kept", "pow", ("self.value ** (n - 1)", "self.value ** n")),
    fault("log: output", "log", ("1 / x.value * y.grad", "1 / y.value * y.grad")),
    fault("sigmoid: input", "sigmoid", ("y.value * (1 - y.value)", "x.value * (1 - x.value)")),
    fault("sub: second sign", "sub", ("rhs.grad += -1.0", "rhs.grad += 1.0")),
    attached("exp", "        x.grad += y.value * y.grad"),
    attached("log", "        x.grad += 1 / x.value * y.grad"),
    attached("relu", "            x.grad += y.grad"),
    fault("state", "tanh", (TANH, MOMENTS)),
    fault("cut", "sigmoid", ("def sigmoid(x):\n", "def sigmoid(x):\n    x = Var(x.value)\n")),
    fault("zeroed early", "sweep", ("            node._pass_back()\n",
                                    "            for child in node._children:\n                child.grad = 0.0\n"
                                    "            node._pass_back()\n")),
    fault("breadth first", "sweep", (DEPTH, BREADTH), shows="breadth first"),
    fault(
        "same argument", "mul",
        ("            rhs.grad += res.grad * self.value", "            if rhs is not self:\n"
         "                rhs.grad += res.grad * self.value"),
        shows="same argument",
    ),
    fault("div: numerator", "div", ("1 / rhs.value * res", "rhs.value * res")),
)  # fmt: skip
