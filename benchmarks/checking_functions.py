"""The functions of ``benchmarks/checking.py``: expressions in x, and points where they are differentiated.

Numbers are the same in floats and in mpmath. ``single``, ``rounded`` and ``jitter`` add noise to a value in floats, and
none in mpmath, so that the derivative to find is that of the function without noise.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator
from typing import Any

KINDS: dict[str, dict[str, tuple[float, ...]]] = {
    "smooth": {
        "exp(x)": (0.0, 1.0, -3.0, 50.0),
        "log(x)": (1.0, 2.0, 1e3),
        "sqrt(x)": (1.0, 0.3, 40.0),
        "sin(x)": (0.4, 1.0, 3.0),
        "cos(x) * x": (0.7, -2.0, 5.0),
        "tanh(x)": (0.3, -1.0, 2.5),
        "atan(x)": (0.5, 3.0, -8.0),
        "1 / (1 + exp(-x))": (0.2, -2.0, 4.0),
        "log(1 + exp(x))": (0.0, 1.5, -4.0),
        "x * x * x - 2 * x + 1": (0.5, 2.0, -1.3),
        "x**9 - 3 * x**5 + x": (0.5, 2.0, -1.3),
        "exp(-x * x)": (0.5, 1.5, 3.0),
        "sinh(x) / (1 + x * x)": (0.5, -1.0, 3.0),
        "erf(x)": (0.2, 1.0, -2.0),
        "lgamma(x)": (0.7, 3.5, 20.0),
        "x / (1 + sqrt(1 + x * x))": (0.4, -2.0, 10.0),
        "0.5 * x * (1 + erf(x / 1.5))": (0.4, -1.0, 2.0),
    },
    "oscillating": {
        "sin(10 * x)": (0.3, 1.0, 7.0),
        "sin(100 * x)": (0.3, 1.0, 7.0),
        "sin(10000 * x)": (0.7, 0.0, 1e-3),
        "cos(1e6 * x)": (0.7, 0.1, 2.0),
        "sin(x) + 2 * cos(x)": (1e3, 1e5, 1e7),
        "sin(1 / x)": (0.1, 0.01, 1e-3),
        "sin(x * x)": (3.0, 30.0, 300.0),
        "exp(sin(20 * x))": (0.3, 1.0, 4.0),
        "x * cos(50 * x)": (0.3, 2.0, 9.0),
        "sin(30 * x) * exp(-x)": (0.3, 1.0, 4.0),
        "sin(exp(x))": (1.0, 3.0, 6.0),
        "tanh(sin(40 * x))": (0.3, 1.0, 2.0),
        "cos(x) + 0.01 * cos(1000 * x)": (0.3, 1.0, 2.0),
        "sin(log(x))": (1e-3, 1.0, 1e4),
    },
    "steep": {
        "atan(10000 * x)": (1e-4, 1e-2, 0.0),
        "tanh(1000 * (x - 0.5))": (0.5, 0.501, 0.49),
        "1 / (1 + exp(-500 * x))": (0.0, 0.002, -0.01),
        "erf(2000 * x)": (0.0, 2e-4, 1e-3),
        "exp(30 * x)": (0.5, 2.0, -1.0),
        "exp(exp(x))": (1.0, 3.0, -2.0),
        "x**40": (0.9, 1.1, 2.0),
        "exp(x * x)": (1.0, 4.0, -5.0),
        "1 / (1 + 25 * x * x)": (0.3, 0.01, 10.0),
        "1 / (1 + 1e6 * x * x)": (1e-3, 1e-2, 1e-4),
        "log(1 + exp(200 * x))": (0.01, -0.01, 0.0),
        "exp(-1000 * (x - 1) * (x - 1))": (1.01, 0.97, 1.0),
        "sqrt(x * x + 1e-6)": (1e-3, 1e-4, 0.1),
        "x**x": (0.5, 5.0, 20.0),
    },
    "tiny": {
        "1e-200 * sin(x)": (0.4, 1.0, 3.0),
        "1e-30 * exp(x)": (0.4, -1.0, 3.0),
        "1e-9 * log(x)": (0.4, 2.0, 30.0),
        "2 * x * x": (1e-9, 1e-30, 1e-100),
        "log(3 * x)": (1e-5, 1e-30, 1e-100),
        "sqrt(2 * x)": (1e-8, 1e-20, 1e-100),
        "exp(2 * x)": (1e-8, 1e-5, 1e-12),
        "sin(3 * x)": (1e-9, 1e-5, 1e-30),
        "x * log(2 * x)": (1e-10, 1e-3, 1e-50),
        "sin(1e10 * x)": (1e-11, 1e-10, 3e-12),
        "1e-12 * x**3": (1e-3, 1.0, 2.0),
        "2 / x": (1e-5, 1e-20, 1e-60),
        "exp(-1e8 * x)": (1e-9, 1e-8, 3e-8),
        "x / (x + 1e-6)": (1e-6, 1e-8, 1e-5),
    },
    "huge": {
        "1e200 * sin(x)": (0.4, 1.0, 3.0),
        "1e30 * exp(x)": (0.4, -1.0, 3.0),
        "1e9 * log(x)": (0.4, 2.0, 30.0),
        "x * x": (1e9, 1e30, 1e100),
        "log(x / 3)": (1e9, 1e30, 1e100),
        "sqrt(x / 2)": (1e12, 1e30, 1e100),
        "x * log(x)": (100.0, 1e9, 1e50),
        "atan(x / 2)": (1e3, 1e5, 1e7),
        "1 / x": (1e5, 1e20, 1e60),
        "sin(1e-10 * x)": (1e9, 1e10, 3e10),
        "exp(1e-8 * x)": (1e7, 1e9, 1e8),
        "x / (x + 1e6)": (1e5, 1e6, 1e8),
        "cos(x / 1e20)": (1e20, 1e19, 2e20),
        "x**3 - 1e12 * x": (1e6, 1e7, 1e3),
    },
    "noisy": {
        "single(sin(x))": (0.4, 1.0, 3.0),
        "single(exp(x))": (0.4, -1.0, 3.0),
        "single(log(1 + x * x))": (0.4, 2.0, -3.0),
        "single(x * tanh(x))": (0.4, -1.0, 2.0),
        "rounded(sin(x), 1e-6)": (0.4, 1.0, 3.0),
        "rounded(exp(x), 1e-9)": (0.4, -1.0, 3.0),
        "rounded(sqrt(x), 1e-10)": (0.4, 2.0, 30.0),
        "rounded(x * x * x, 1e-8)": (0.4, -1.0, 2.0),
        "jitter(sin(x), 1e-12)": (0.4, 1.0, 3.0),
        "jitter(exp(x), 1e-10)": (0.4, -1.0, 3.0),
        "jitter(tanh(x), 1e-8)": (0.4, -1.0, 2.0),
        "jitter(log(x), 1e-6)": (0.4, 2.0, 30.0),
        "jitter(x * x, 1e-4)": (0.4, -1.0, 3.0),
        "jitter(cos(5 * x), 1e-11)": (0.4, 1.0, 3.0),
    },
    "near a singularity": {
        "1 / (x - 1)": (1.000001, 0.999, 1.5),
        "1 / (x * x)": (1e-3, 1e-6, 0.1),
        "tan(x)": (1.57, 1.5707, 0.3),
        "log(1 - x)": (0.999, 0.999999, 0.5),
        "sqrt(1 - x)": (0.999, 0.999999, 0.5),
        "asin(x)": (0.999999, 0.99, -0.9999),
        "acosh(x)": (1.000001, 1.001, 2.0),
        "atanh(x)": (0.999999, 0.99, -0.999),
        "log(log(x))": (1.001, 1.1, 3.0),
        "1 / sin(x)": (1e-4, 3.1415, 1.0),
        "lgamma(2 * x)": (1e-6, 1e-3, 0.01),
        "x / sqrt(1 - x * x)": (0.999999, 0.99, 0.2),
        "exp(1 / x)": (0.01, 0.1, 0.5),
        "abs(x)**1.5": (1e-6, 1e-3, -0.01),
    },
    "cancelling": {
        "1 - cos(x)": (1e-4, 1e-2, 1.0),
        "exp(x) - 1": (1e-6, 1e-3, 1e-9),
        "1000 + sin(x)": (0.4, 1.0, 3.0),
        "1e8 + exp(x)": (0.4, 1.0, 3.0),
        "1e12 + x * x": (0.4, 1.0, 3.0),
        "sqrt(x + 1) - sqrt(x)": (10.0, 1e4, 1e6),
        "(x + 1e4) * (x + 1e4) - 1e8": (0.3, 1.0, -2.0),
        "exp(x) - exp(-x) - 2 * x": (0.01, 0.1, 1.0),
        "(x - 1)**7": (1.001, 1.1, 0.9),
        "x**5 - 5 * x**4 + 10 * x**3 - 10 * x**2 + 5 * x - 1": (1.01, 1.1, 0.5),
        "log(1 + x) - x": (1e-4, 1e-2, 0.3),
        "0.7 * x + 0.1 * x - 0.7 * x": (1.0, 0.3, 30.0),
        "sin(x + 1e4) - sin(1e4)": (0.01, 0.3, 1.0),
        "tanh(x) - x": (1e-3, 0.1, 1.0),
    },
    "flat": {
        "exp(-1 / (x * x))": (0.1, 0.05, 0.5),
        "tanh(1.5 * x)": (5.0, 15.0, -10.0),
        "exp(-1.1 * x * x)": (5.0, 6.0, 0.0),
        "x**4": (0.0, 1e-3, 1e-6),
        "cos(x)": (0.0, 1e-8, 1e-4),
        "1 / (1 + exp(-1.2 * x))": (20.0, 30.0, -25.0),
        "erf(1.2 * x)": (3.0, 4.0, -5.0),
        "atan(x * x)": (0.0, 1e-4, 50.0),
        "(x - 1) * (x - 1) + 5": (1.0, 1.0000001, 1.001),
        "x**3 / (1 + x**4)": (0.0, 1e-4, 1e3),
        "log(2 + exp(x))": (-20.0, -35.0, -10.0),
        "1 / (1 + x**8)": (0.01, 0.1, 6.0),
        "sin(x) * sin(x)": (1.5707963267948966, 1.57, 4.71238898),
        "3 + 0 * x": (0.4, 1.0, 0.0),
    },
}


class Case:
    """A function of a kind, at a point."""

    def __init__(self, kind: str, text: str, x: float) -> None:
        self.kind, self.text, self.x = kind, text, x
        self.evaluations = 0

    def value(self, x: Any) -> Any:
        """Return f(x), or nan where it is not defined, and count it."""
        try:
            y = FLOATS[self.text](x)  # raises TypeError for complex numbers, which is no evaluation
        except (ArithmeticError, ValueError):
            y = math.nan
        self.evaluations += 1
        return math.nan if isinstance(y, complex) and isinstance(x, float) else y


def cases() -> Iterator[Case]:
    """Yield every function at every one of its points."""
    return (Case(kind, text, x) for kind, rows in KINDS.items() for text, points in rows.items() for x in points)


def compile_in(namespace: dict[str, Any]) -> dict[str, Callable[[Any], Any]]:
    """Return all functions by their texts, written with the functions of a library."""
    return {text: eval(f"lambda x: {text}", namespace) for rows in KINDS.values() for text in rows}


def names_of(library: Any, **others: Any) -> dict[str, Any]:
    """Return the functions of a library by their names in math, without noise."""
    names = ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "tanh", "atan", "asin", "acosh", "atanh", "erf")
    exact = {"single": lambda y: y, "rounded": lambda y, _: y, "jitter": lambda y, _: y}
    return {name: getattr(library, name) for name in names} | exact | {"abs": abs} | others


def single(y: float) -> float:
    """Return y rounded to single precision."""
    return float(struct.unpack("f", struct.pack("f", y))[0])


def jitter(y: float, size: float) -> float:
    """Return y with a relative error of this size that looks random."""
    return y * (1 + size * ((hash(y) * 2654435761 % 2**32) / 2**31 - 1))


FLOATS = compile_in(
    names_of(math, lgamma=math.lgamma)
    | {"single": single, "rounded": lambda y, size: round(y / size) * size, "jitter": jitter}
)


def truth(case: Case) -> float:
    """Return the derivative by a step so small that far more than 60 digits are right."""
    import mpmath

    with mpmath.workdps(700):
        f = compile_in(names_of(mpmath, lgamma=mpmath.loggamma))[case.text]
        x, h = mpmath.mpf(case.x), mpmath.mpf(10) ** -200 * (abs(case.x) or 1)
        return float((f(x + h) - f(x - h)) / (2 * h))
