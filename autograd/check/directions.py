"""A gradient along random directions: few evaluations, however many numbers it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from math import erf, fsum, hypot, nan, sqrt
from random import Random

from .arrays import numbers_in
from .function_under_test import Claim, FunctionUnderTest
from .judge import run_stages
from .ravel import RaveledInputs
from .report import Check, Report, join_reports

EVALUATIONS_ALONG = 105  # of a direction: about 60, and no more than 100 for its derivative
EVALUATIONS_ELSEWHERE = 40  # at other inputs, where gross faults are looked for
MOST_NUMBERS = 100  # that are checked one by one
MOST_ARGUMENTS = 20  # of which the faulty ones are found
MOST_SCALES = 8  # of the arguments that need a direction of their own
MISSED = 1e-2  # the greatest chance to miss a fault in an argument, as large as its gradient is
DROWNED = 1e-2  # the greatest relative error that may be missed in an argument with small slopes
UNCHECKED = "not checked, as its slopes are small next to the others; check it alone, with wrt="


class Along(FunctionUnderTest):
    """A function along a random direction, t ↦ f(x + t·v).

    Its derivative at 0 is gradient · v. v is normal, so a fault of any pattern shows as a normal number of its size.
    ``rms`` is the root mean square of the gradient. v is zero outside the numbers at ``only`` these places.
    """

    is_along = True
    digits: int
    rms: float

    def __init__(self, function: FunctionUnderTest, claim: Claim, name: str, rng: Random, only: Sequence[int]) -> None:
        point, chosen = function.inputs.point, set(only)
        v = [rng.gauss(0.0, 1.0) * max(1.0, abs(x)) for x in point]
        v = [step if i in chosen else 0.0 for i, step in enumerate(v)]
        g = [x if i in chosen else 0.0 for i, x in enumerate(claim.gradient)]
        f = lambda t: function.value([x + t * step for x, step in zip(point, v, strict=True)])
        rounded = 2.0**-function.digits * hypot(*map(float.__mul__, g, point)) if function.digits < 53 else 0.0
        super().__init__(f, RaveledInputs(f, [0.0]), [name], function.grad, function.value_error() + rounded)
        self.digits, self.rms = function.digits, root_mean_square([g[i] for i in chosen])
        slopes = (fsum(map(float.__mul__, numbers, v)) for numbers in (g, claim.again))
        self.claimed: Claim = Claim([next(slopes)], [next(slopes)], [hypot(*map(float.__mul__, claim.roundings, v))])
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

    def chance_to_miss(self, check: Check, rtol: float, size: float) -> float:
        """Return the chance that this direction hides a fault of a size in one number."""
        hidden = check.error + max(rtol, self.rtol) / 2 * abs(check.numeric) + self.claimed.roundings[0]
        return erf(hidden / size / sqrt(2)) if size else 1.0


def check_along(function: FunctionUnderTest, directions: int, rtol: float, max_evals: int, closely: bool) -> Report:
    """Return the report of a check along random directions.

    An argument whose slopes are drowned by those of others gets a direction of its own, or one with others of its size.
    If a direction fails, one for each argument finds the faulty ones. Both only if the check is to look ``closely``.
    """
    rng, reports, chances = Random(1), list[Report](), list[float]()
    names = [function.inputs.arguments[place] for place in function.inputs.places]
    ends = list(accumulate(len(numbers_in(tree)) for tree in function.inputs.trees))
    blocks = [range(start, end) for start, end in zip([0, *ends], ends, strict=False)]
    missed = [1.0] * len(blocks)

    def check(name: str, only: Sequence[int], most_rtol: float = 0.0) -> tuple[Along, Check]:
        line = Along(function, claim, name, rng, only)
        line.most_rtol = most_rtol or function.most_rtol
        line.most_evals = EVALUATIONS_ALONG if closely else EVALUATIONS_ELSEWHERE
        reports.append(run_stages(line, rtol, max_evals - function.evaluations))
        function.rtol = max(function.rtol, line.rtol)
        return line, reports[-1].checks[0]

    for k in range(directions):
        function.vary(rng)
        claim = function.claim()
        line, found = check(f"direction {k + 1}", range(ends[-1]))
        sizes = [root_mean_square([claim.gradient[i] for i in block]) for block in blocks]
        missed = [p * line.chance_to_miss(found, rtol, size) for p, size in zip(missed, sizes, strict=True)]
        chances.append(line.chance_to_miss(found, rtol, line.rms))
    notes = [describe_directions(chances, ends[-1], line.rms)]
    norms = [size * sqrt(len(block)) for size, block in zip(sizes, blocks, strict=True)]
    drowned = [k for k, size in enumerate(norms) if missed[k] > MISSED and size < hypot(*norms) / 4 and closely]
    suspects: Sequence[int] = range(len(blocks))
    while drowned and len(notes) <= MOST_SCALES and join_reports(reports).verdict != "FAIL":
        most = max(norms[k] for k in drowned)
        suspects = [k for k in drowned if norms[k] >= most * max(0.01, min(0.5, 10 * rtol))]
        drowned = [k for k in drowned if k not in suspects]
        name, only = _list(names, suspects), [i for k in suspects for i in blocks[k]]
        line, found = check(name, only, DROWNED)
        note = describe_directions([line.chance_to_miss(found, rtol, line.rms)], len(only), line.rms)
        notes.append(f"{name}, with slopes that are small next to the others: {note}")
    if join_reports(reports).verdict != "FAIL":
        if drowned:
            unchecked = Check(_list(names, drowned), "INCONCLUSIVE", nan, nan, nan, nan, UNCHECKED)
            reports.append(Report((unchecked,), 0))
    elif closely and 1 < len(suspects) <= MOST_ARGUMENTS:
        for k in suspects:
            check(names[k], blocks[k])
    return replace(join_reports(reports, notes), evaluations=function.evaluations)


def _list(names: Sequence[str], places: Sequence[int]) -> str:
    return ", ".join(names[k] for k in places[:3]) + ", …" * (len(places) > 3)


def root_mean_square(numbers: Sequence[float]) -> float:
    """Return the size of numbers.

    >>> root_mean_square([1.0, -7.0])
    5.0
    """
    return hypot(*numbers) / sqrt(len(numbers))


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
