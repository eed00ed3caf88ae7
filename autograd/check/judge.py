"""The verdict on one number of a gradient, and on several numbers at a kink.

A numerical derivative has an error bar, so no verdict rests on a fixed tolerance. A gradient outside the bar is wrong,
one inside a narrow bar is right, and a wide bar proves nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from math import copysign, isfinite, ulp

from .finite_differences import CONSTANT, Derivative
from .function_under_test import Claim, FunctionUnderTest
from .function_values import FunctionValues
from .report import Check, Verdict

LOST = 1e-310  # the error of subnormal numbers
TINY = 1e-150  # a product of two numbers of this size underflows, and the two modes multiply in different orders
NEGLIGIBLE = 1e-7  # share of rtol times the size of f that a slope may lose to cancellation; 1e-13 is 500 ulp
EMPTY = 1e-6  # share of the mean slope of f that a bar around 0 may have


def judge(name: str, claimed: float, found: Derivative, rtol: float, rounding: float) -> Check:
    """Return the check of one number of a gradient.

    Args:
        name: The name of the input.
        claimed: The number to check.
        found: The numerical derivative.
        rtol: The least relative error that must be caught.
        rounding: How far a right gradient may be off because its contributions are rounded.
    """
    size = rtol * abs(found.value)
    floor = NEGLIGIBLE * rtol * found.scale + LOST
    low, high = found.sides or (found.value, found.value)
    bar = found.error if not found.sides else found.error - abs(high - low) / 2
    margin = (bar if bar < abs(found.value) / 100 else 8 * bar) + size / 2 + LOST  # a bound on noise is a guess
    off = max(low - claimed, claimed - high) if low <= high else max(high - claimed, claimed - low)
    tiny = claimed == 0 or abs(claimed) <= 2 * ulp(found.size)  # no more than the rounding of f
    narrow = bar <= size / 5 or (bar <= floor and (8 * bar <= abs(claimed) or tiny))
    constant = found.note == CONSTANT
    narrow = narrow or (claimed == 0 and (constant or bar <= NEGLIGIBLE * rtol * found.size))  # 0, also to f far away
    empty = bar > max(abs(claimed), abs(found.value), EMPTY * found.mean_slope, LOST) and not constant
    verdict: Verdict
    note = found.note
    if empty or not isfinite(found.error):
        verdict = "INCONCLUSIVE"
        note = note or f"the error bar holds 0 and more than {EMPTY:g} of the mean slope of f, so it is empty"
    elif not off <= max(margin + rounding, floor):
        verdict = "FAIL"
    elif off > margin:
        verdict = "INCONCLUSIVE"
        note = f"a right gradient adds contributions that cancel, and may be rounded by {max(rounding, floor):.1e}"
    elif not narrow:
        verdict = "INCONCLUSIVE"
    else:
        verdict = "KINK" if found.sides else "PASS"
    if found.sides:
        note = f"a kink: the slope is {low:.6g} to the left and {high:.6g} to the right"
    elif verdict == "INCONCLUSIVE" and not note:
        note = f"the error bar is too wide to tell {rtol:g} of this slope"
    elif verdict == "PASS":
        note = CONSTANT if constant else ""
    return Check(name, verdict, claimed, found.value, found.error, found.step, note)


def judge_kinks_together(function: FunctionUnderTest, checks: list[Check], found: Sequence[Derivative]) -> list[Check]:
    """Return the checks, with FAIL for slopes that are right only one by one.

    (1, 1) for max(x, y) at a tie is an example. When all inputs at a kink move together, each in the direction of its
    slopes, f has a slope on every piece that meets here, and the slope of the gradient lies between these (Clarke,
    1983). The pieces tried are those with every input on its steeper side, or all but one, and their opposites.
    """
    point, kinks = function.inputs.point, [i for i, check in enumerate(checks) if check.verdict == "KINK"]
    sides = [slopes.sides or (0.0, 0.0) for slopes in found]
    h = min(checks[i].step for i in kinks)
    direction = {i: copysign(1.0, sum(sides[i])) for i in kinks}
    steeper = {i: copysign(1.0, direction[i] * (sides[i][1] - sides[i][0])) for i in kinks}
    slopes = []
    for odd, signed_h in itertools.product([None, *kinks], (h, -h)):
        piece = [x + signed_h * steeper.get(i, 0.0) * (-1 if i == odd else 1) for i, x in enumerate(point)]
        f = lambda t, piece=piece: function.value([x + t * direction.get(i, 0.0) for i, x in enumerate(piece)])
        values = FunctionValues(f, 0.0, 3)  # nan where a piece is outside the domain
        slopes.append((values.at(h / 8) - values.at(-h / 8)) / (h / 4))
    slopes, claimed = list(filter(isfinite, slopes)), sum(direction[i] * checks[i].analytic for i in kinks)
    slack = 1e-3 * sum(abs(slope) for i in kinks for slope in sides[i])  # f may be curved, and is rounded
    if not slopes or min(slopes) - slack <= claimed <= max(slopes) + slack:
        return checks
    names = ", ".join(checks[i].name for i in kinks)
    note = f"{names} together: the slope is {min(slopes):.6g} to {max(slopes):.6g}, the gradient says {claimed:.6g}"
    return [replace(check, verdict="FAIL", note=note) if i in direction else check for i, check in enumerate(checks)]


def find_unrepeatable(function: FunctionUnderTest, claim: Claim, value: float, may_be_constant: bool) -> list[str]:
    """Return notes on a function that varies by itself or ignores its inputs."""
    notes = []
    if claim.graph is not None and not may_be_constant and not set(claim.graph.inputs) & set(claim.graph.nodes):
        notes.append("no input reaches f's result")
    if str(claim.gradient) != str(claim.again):  # as text nan equals nan
        notes.append(f"{'grad' if function.grad else 'the backward pass'} does not give the same numbers twice")
    if str(function.value(function.inputs.point)) != str(value):
        notes.append("f does not give the same number twice")
    return notes
