"""A gradient along random directions: few evaluations, however many numbers it has."""

from __future__ import annotations

from collections.abc import Sequence
from math import erf, fsum, hypot, sqrt
from random import Random

from .function_under_test import Claim, FunctionUnderTest
from .ravel import RaveledInputs
from .report import Check

MOST_NUMBERS = 100  # that are checked one by one


class Along(FunctionUnderTest):
    """A function along a random direction, t ↦ f(x + t·v).

    Its derivative at 0 is gradient · v. v is normal, so a fault of any pattern shows as a normal number of its size.
    ``rms`` is the root mean square of the gradient. With ``only``, v is zero outside these numbers.
    """

    rms: float

    def __init__(self, function: FunctionUnderTest, name: str, rng: Random, only: range | None = None) -> None:
        point, gradients = function.inputs.point, function.claim()
        g, again = gradients.gradient, gradients.again
        v = [rng.gauss(0.0, 1.0) * max(1.0, abs(x)) for x in point]
        v = [step if only is None or i in only else 0.0 for i, step in enumerate(v)]
        f = lambda t: function.value([x + t * step for x, step in zip(point, v, strict=True)])
        rounded = 2.0**-function.digits * hypot(*map(float.__mul__, g, point)) if function.digits < 53 else 0.0
        super().__init__(f, RaveledInputs(f, [0.0]), [name], function.grad, function.value_error() + rounded)
        self.digits, self.rms = function.digits, hypot(*g) / sqrt(len(g))
        slopes = (fsum(map(float.__mul__, numbers, v)) for numbers in (g, again))
        self.claimed: Claim = Claim(
            [next(slopes)], [next(slopes)], [hypot(*map(float.__mul__, gradients.roundings, v))]
        )
        self.size: float = hypot(*map(float.__mul__, g, v))

    def claim(self) -> Claim:
        """Return gradient · v."""
        return self.claimed

    def sizes(self, gradient: Sequence[float]) -> list[float]:
        """Return the size that gradient · v has as a rule."""
        return [self.size]

    def value_error(self) -> float:
        """Return the error of f, and of x in short floats."""
        return self.f_error

    def chance_to_miss(self, check: Check, rtol: float) -> float:
        """Return the chance that this direction hides a fault in one number, as large as ``rms``."""
        hidden = check.error + rtol / 2 * abs(check.numeric) + self.claimed.roundings[0]
        return erf(hidden / self.rms / sqrt(2)) if self.rms else 1.0


def describe_directions(chances: Sequence[float], n: int, rms: float) -> str:
    """Return a note on a check along directions.

    >>> describe_directions([1e-3, 1e-4], 500, 0.25)
    '500 numbers along 2 random directions: a fault of 0.25 (their root mean square) in one is missed with chance 1e-07'
    """
    chance = 1.0
    for each in chances:
        chance *= each
    where = f"{n} numbers along {len(chances)} random direction" + "s" * (len(chances) > 1)
    return f"{where}: a fault of {rms:.2g} (their root mean square) in one is missed with chance {chance:.0e}"


def count_directions(directions: int | None, n: int) -> int:
    """Return the number of directions for so many numbers; 0 to check each."""
    return directions if directions is not None else 3 if n > MOST_NUMBERS else 0
