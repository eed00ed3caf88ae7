"""The values of a function around a point, and its precision."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from math import copysign, frexp, inf, isfinite, ldexp, nan, ulp
from typing import Any, NamedTuple

#: The error of a value of f in units of its last place, if it shows no more noise, as of most libraries' functions.
ULPS = 4
#: A small part: a step of the scan, to an eighth, may change a slope by as much.
SMALL = 1 / 8
#: A negligible part: a difference with this share of noise is known to two digits.
NEGLIGIBLE = SMALL**2
#: The binary digits of the shorter floats: single precision, half precision, bfloat16.
SHORT = (24, 11, 8)


class Sample(NamedTuple):
    """The values of f on both sides of a point at one step h."""

    h: float
    up: float
    down: float


class FunctionValues:
    """The values of f around x, each computed once, up to a number of evaluations.

    ``raised`` is the first error of f that was read as nan.
    """

    f: Callable[[float], Any]
    max_evals: int
    count: int

    def __init__(self, f: Callable[[float], Any], x: float, max_evals: int) -> None:
        self.f, self.max_evals, self.count = f, max_evals, 0
        self.raised: Exception | None = None
        self.move(x)

    def move(self, x: float) -> None:
        """Forget all values, and evaluate f at another x."""
        self.x = x
        self.known: dict[float, float] = {}
        self.mid: float = self.at(x)

    def at(self, t: float) -> float:
        """Return f(t), or nan if that is not finite or no evaluations are left."""
        if t not in self.known:
            if self.count >= self.max_evals:
                return nan
            self.count += 1
            try:
                y = expect_float(self.f(t), "what f returns")
            except Exception as error:  # a border of the domain
                self.raised, y = self.raised or error, nan
            self.known[t] = y if isfinite(y) else nan
        return self.known[t]

    def sample(self, step: float, digits: int = 53) -> Sample:
        """Evaluate f at both ends of a step, which are floats.

        The step is at most as long as the given one.
        """
        h = abs(round_to_digits(self.x + copysign(step, self.x), digits) - self.x)  # x + h is a float, and so is x − h
        return Sample(h, self.at(self.x + h), self.at(self.x - h)) if h else Sample(h, nan, nan)

    def samples(self, ratio: int, digits: int = 53, widest: float = 0.0) -> Iterator[Sample]:
        """Yield samples from wide steps to narrow ones, until f does not change.

        Steps start at the widest, or at a quarter, first of 1 and then of x. At x = 0 their mantissas differ, for f may
        be rounded likewise at h and at h/2.
        """
        last, enough = inf, 1 + 52 // (ratio.bit_length() - 1)
        quarters = ((0.25, 4 * abs(self.x)), (abs(self.x) / 4, 0.0))
        for step, end in ((widest, 0.0),) if widest else quarters:
            for k in itertools.count():
                if step <= end or self.count > self.max_evals * 3 / 4:
                    break
                sample = self.sample(step, digits)
                if not 0 < sample.h < last or (k >= enough and not self.changes_over(sample)):
                    break
                yield sample
                last, step = sample.h, sample.h / (ratio if self.x else 0.9 * ratio)

    def changes_over(self, sample: Sample) -> bool:
        """Return whether f changes by more than a little rounding.

        At x = 0, which has no size, a change on one side counts too.
        """
        ends = sample[1:] if self.x else (sample.up, self.mid, sample.down)
        return any(abs(a - b) * NEGLIGIBLE > ULPS * ulp(self.mid) for a, b in itertools.pairwise(ends))


def expect_float(y: Any, name: str) -> float:
    """Return a number of any kind as a float, or raise TypeError."""
    y = y.data if hasattr(y, "__apply__") else y.detach() if hasattr(y, "requires_grad") else y
    if not hasattr(y, "__float__") or getattr(y, "ndim", 0) > 0:
        raise TypeError(f"{name}: expected a number, got {type(y).__name__} {y!r:.40}")
    try:
        return float(y)
    except OverflowError:
        raise OverflowError(f"{name}: this {type(y).__name__} is too large for a float") from None


def count_digits(values: FunctionValues) -> int:
    """Return the number of binary digits with which f computes.

    All values are floats of this length, and the closest two differ by one unit in the last place.
    """
    known = [y for y in values.known.values() if isfinite(y)]
    gap = min((abs(y - values.mid) for y in known if y != values.mid), default=0.0)
    for digits in SHORT:
        last = ldexp(ulp(values.mid), 53 - digits)
        if values.mid and last / 2 <= gap <= 4 * last and all(y == round_to_digits(y, digits) for y in known):
            return digits
    return 53


def round_to_digits(x: float, digits: int) -> float:
    """Return x rounded to a number of binary digits."""
    mantissa, exponent = frexp(x)
    return ldexp(round(ldexp(mantissa, digits)), exponent - digits) if digits < 53 else x


def last_digit(x: float) -> float:
    """Return the value of the last binary digit of x that is not 0."""
    numerator, denominator = x.as_integer_ratio()
    return (numerator & -numerator) / denominator
