"""Formulas that wrong derivatives often are: data, tried in this order."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ..foreign import near

Formula = Callable[[float, float, float], float]  # from the result, the argument and the other argument

UNARY: dict[str, Formula] = {
    "0": lambda y, x, _: 0.0, "1": lambda y, x, _: 1.0, "x": lambda y, x, _: x, "y": lambda y, x, _: y,
    "1 − y²": lambda y, x, _: 1 - y * y, "1 + y²": lambda y, x, _: 1 + y * y, "1 − y": lambda y, x, _: 1 - y,
    "y × (1 − y)": lambda y, x, _: y * (1 - y), "y × (1 + y)": lambda y, x, _: y * (1 + y), "y²": lambda y, x, _: y * y,
    "1 + y": lambda y, x, _: 1 + y, "y − 1": lambda y, x, _: y - 1, "y² − 1": lambda y, x, _: y * y - 1,
    "1 − x²": lambda y, x, _: 1 - x * x, "1 + x²": lambda y, x, _: 1 + x * x, "1 − x": lambda y, x, _: 1 - x,
    "x × (1 − x)": lambda y, x, _: x * (1 - x), "x²": lambda y, x, _: x * x, "2 × x": lambda y, x, _: 2 * x,
    "1 / x": lambda y, x, _: 1 / x, "1 / y": lambda y, x, _: 1 / y, "−1 / x": lambda y, x, _: -1 / x,
    "1 / x²": lambda y, x, _: 1 / x**2, "−1 / x²": lambda y, x, _: -1 / x**2, "x × y": lambda y, x, _: x * y,
    "1 / (2 × x)": lambda y, x, _: 1 / (2 * x), "x × e^(x − 1)": lambda y, x, _: x * math.exp(x - 1),
    "e^x": lambda y, x, _: math.exp(x), "ln x": lambda y, x, _: math.log(x), "√x": lambda y, x, _: math.sqrt(x),
    "sin x": lambda y, x, _: math.sin(x), "cos x": lambda y, x, _: math.cos(x), "−1": lambda y, x, _: -1.0,
    "1 − tanh(y)²": lambda y, x, _: 1 - math.tanh(y) ** 2, "tanh x": lambda y, x, _: math.tanh(x),
    "σ(y) × (1 − σ(y))": lambda y, x, _: math.exp(-abs(y)) / (1 + math.exp(-abs(y))) ** 2,
}  # fmt: skip  # in few lines
BINARY: dict[str, Formula] = {
    "0": lambda y, a, b: 0.0, "1": lambda y, a, b: 1.0, "−1": lambda y, a, b: -1.0, "{b}": lambda y, a, b: b,
    "{a}": lambda y, a, b: a, "y": lambda y, a, b: y, "{a} + {b}": lambda y, a, b: a + b, "−{b}": lambda y, a, b: -b,
    "1 / {b}": lambda y, a, b: 1 / b, "1 / {a}": lambda y, a, b: 1 / a, "{b} / {a}": lambda y, a, b: b / a,
    "−{b} / {a}²": lambda y, a, b: -b / a**2, "{b} / {a}²": lambda y, a, b: b / a**2,
    "{a} / {b}": lambda y, a, b: a / b,
    "−1 / {a}²": lambda y, a, b: -1 / a**2, "1 / {a}²": lambda y, a, b: 1 / a**2, "−{b} / {a}": lambda y, a, b: -b / a,
    "{b} × {a}^{b}": lambda y, a, b: b * a**b, "{a}^({b} − 1)": lambda y, a, b: a ** (b - 1),
    "({b} − 1) × {a}^({b} − 1)": lambda y, a, b: (b - 1) * a ** (b - 1), "{b} × {a}": lambda y, a, b: b * a,
    "{b} × {a}^({b} − 1)": lambda y, a, b: b * a ** (b - 1), "{b} × {a}^({b} + 1)": lambda y, a, b: b * a ** (b + 1),
    "{b}^{a}": lambda y, a, b: b**a, "y × ln {a}": lambda y, a, b: y * math.log(a),
    "y × ln {b}": lambda y, a, b: y * math.log(b), "ln {b}": lambda y, a, b: math.log(b),
    "{a} × {b}^({a} − 1)": lambda y, a, b: a * b ** (a - 1),
}  # fmt: skip  # in few lines
MULTIPLES = {"−({})": -1.0, "2 × ({})": 2.0, "({}) / 2": 0.5, "3 × ({})": 3.0}  # of the right one


def find_formula(points: Sequence[tuple[float, float, float, float, float]], arity: int) -> str:
    """Return the formula that a wrong derivative is at all points, or "".

    Args:
        points: For each node its value, the argument, the other argument, the wrong derivative and the right one.
        arity: The number of arguments, 1 or 2.
    """
    for text, formula in (UNARY if arity == 1 else BINARY).items():
        if all(fits(formula, *point) for point in points):
            return text
    for text, factor in MULTIPLES.items():
        if all(near(theirs, factor * right, 1e-7) for *_, theirs, right in points):
            return text
    return ""


def fits(formula: Formula, y: float, a: float, b: float, theirs: float, right: float) -> bool:
    """Return whether a formula gives the wrong derivative at a point."""
    try:
        return near(formula(y, a, b), theirs, 1e-7)
    except (ArithmeticError, ValueError, TypeError):
        return False
