"""Programs: functions of leaves that engines are compared on, and those that show a fault."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Program(NamedTuple):
    """A function of an engine's functions and of leaves, with the operations it needs."""

    name: str
    needs: str
    function: Callable[..., Any]
    inputs: tuple[float, ...]


def chain(f, a, b):
    for _ in range(100):
        a = a * b + b
    return a


def doubling(f, a):
    for _ in range(8):
        a = a + a
    return a


def diamonds(f, a, b):
    for _ in range(4):
        a = a * b + a
    return a


def neuron(f, x, y, w, v, b):
    return f.tanh(x * w + y * v + b)


def two_layers(f, x, y, w, v):
    first, second = f.relu(x * w + y * v), f.relu(x * v + y * w)
    return first * second + first * v


PROGRAMS = (
    Program("sum of products", "add mul", lambda f, a, b, c: a * b + b * c + a * c, (2.0, -1.5, 0.25)),
    Program("square of a leaf", "mul", lambda f, a: a * a, (-1.75,)),
    Program("cube of a leaf", "mul", lambda f, a: a * a * a, (0.5,)),
    Program("doubled again and again", "add", doubling, (0.375,)),
    Program("diamonds", "add mul", diamonds, (0.5, -0.75)),
    Program("chain of 200", "add mul", chain, (0.5, 0.875)),
    Program("difference", "sub mul", lambda f, a, b: (a - b) * (b - a * b), (1.25, -0.5)),
    Program("quotient", "div add", lambda f, a, b: a / b + b / (a + b), (1.5, 0.625)),
    Program("negative", "neg mul add", lambda f, a, b: -(a * b) + -a, (1.5, -2.25)),
    Program("powers", "pow add mul", lambda f, a, b: (a * b + b) ** 3 + a**2, (0.75, 1.25)),
    Program("numbers on the right", "number add mul", lambda f, a, b: (a + 3.0) * (b * 0.5 + a), (1.5, -2.0)),
    Program("number added from the left", "radd mul", lambda f, a: 2.0 + a * a, (1.5,)),
    Program("number times", "rmul add", lambda f, a, b: 3.0 * a + -2.5 * (a + b), (1.5, 0.125)),
    Program("number minus", "rsub mul", lambda f, a: (2.0 - a) * a, (0.75,)),
    Program("number divided", "rdiv add", lambda f, a, b: 2.0 / a + 3.0 / (a + b), (0.75, 1.5)),
    Program("tower", "node_pow", lambda f, a, b: a**b, (1.75, 2.5)),
    Program("base is a number", "rpow mul", lambda f, a, b: 2.0 ** (a * b), (0.75, -1.5)),
    Program("exp", "exp mul", lambda f, a, b: f.exp(a * b) * b, (0.75, -1.5)),
    Program("log", "log mul add", lambda f, a, b: f.log(a * b) * a + b, (0.75, 2.5)),
    Program("tanh", "tanh mul add", lambda f, a, b: f.tanh(a * b + a) * a, (0.75, -0.25)),
    Program("relu", "relu mul add", lambda f, a, b: f.relu(a * b) * b + f.relu(a) * b, (0.75, -1.5)),
    Program("sigmoid", "sigmoid mul", lambda f, a, b: f.sigmoid(a * b) * b, (0.75, -1.5)),
    Program("waves", "sin cos mul add", lambda f, a, b: f.sin(a * b) * f.cos(a) + f.sin(a), (0.75, -1.5)),
    Program("sqrt", "sqrt mul add", lambda f, a, b: f.sqrt(a * b + a) * b, (0.75, 1.5)),
    Program(
        "own functions",
        "softsign bump mul add",
        lambda f, a, b: f.softsign(a * b) * f.bump(a) + f.bump(b),
        (0.75, -1.5),
    ),
    Program(
        "kinks", "abs leaky_relu mul", lambda f, a, b: f.abs(a * b) * f.leaky_relu(a) * f.leaky_relu(b), (0.75, -1.5)
    ),
    Program("larger one", "maximum mul add", lambda f, a, b: f.maximum(a * b, b) * a + b, (0.75, -1.5)),
    Program("soft", "softplus atan mul", lambda f, a, b: f.softplus(a * b) * f.atan(b), (0.75, -1.5)),
    Program("neuron", "tanh mul add", neuron, (2.0, -0.5, -0.75, 1.25, 1.5)),
    Program("two layers", "relu mul add", two_layers, (2.0, -0.5, -0.75, 1.25)),
    Program("softmax", "exp add div", lambda f, a, b: f.exp(a) / (f.exp(a) + f.exp(b)), (0.75, -0.25)),
)

# For each operation or kind of fault a program that shows it: the argument u is computed and has a use whose rule runs
# earlier, and the upstream is not 1.
SHOWS = {
    "add": (lambda f, a, b: (lambda u: (u + b) * u)(a * b), (1.5, -0.75)),
    "mul": (lambda f, a, b: (lambda u: a * u * u)(a + b), (1.5, -0.75)),
    "sub": (lambda f, a, b: (lambda u: (b - u) * u)(a * b), (1.5, -0.75)),
    "div": (lambda f, a, b: ((a * b) / (a + b)) * a, (1.5, 0.625)),
    "neg": (lambda f, a, b: -(a * b) * a, (1.5, 0.75)),
    "pow": (lambda f, a, b: (lambda u: u**3 * u)(a * b), (1.5, 0.75)),
    "rsub": (lambda f, a, b: (2.0 - a * b) * b, (1.5, 0.75)),
    "rdiv": (lambda f, a, b: (2.0 / (a * b)) * b, (1.5, 0.75)),
    "exp": (lambda f, a, b: (lambda u: f.exp(u) * u)(a * b), (1.5, 0.625)),
    "log": (lambda f, a, b: (lambda u: f.log(u) * u)(a * b), (1.5, 1.75)),
    "tanh": (lambda f, a, b: (lambda u: f.tanh(u) * u)(a * b), (1.5, 0.75)),
    "relu": (lambda f, a, b: f.relu(a * b) * a, (-1.5, -0.75)),
    "sigmoid": (lambda f, a, b: (lambda u: f.sigmoid(u) * u)(a * b), (1.5, 0.75)),
    "overwritten": (lambda f, a, b: (a * b + a) * b, (1.5, -0.75)),
    "no visited check": (lambda f, a, b: (lambda c: (c + a) * (c + b))(a * b), (1.5, -0.75)),
    "breadth first": (lambda f, a, b: (lambda c: c * a * b + c)(a * b), (1.5, -0.75)),
    "same argument": (lambda f, a, b: (lambda c: c * c + a)(a * b), (1.5, -0.75)),
    "sum with itself": (lambda f, a, b: (lambda c: (c + c) * a)(a * b), (1.5, -0.75)),
    "sweep": (lambda f, a, b: (a * b + a) * b, (1.5, -0.75)),
}
