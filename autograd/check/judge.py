"""The stages of a check of one function: differentiate, judge, look closer.

A numerical derivative has an error bar, so no verdict rests on a fixed tolerance. A gradient outside the bar is wrong,
one inside a narrow bar is right, and a wide bar proves nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from math import copysign, inf, isfinite, nan, ulp

from ..engine import nodes_in_order
from .finite_differences import CONSTANT, FLAT, Derivative
from .function_under_test import EVALUATIONS_PER_INPUT, Claim, FunctionUnderTest, GraphUnderTest, perturbed
from .function_values import FunctionValues
from .inexact import EVALUATIONS, find_steps
from .report import Check, Report, Verdict
from .wrong_node import find_wrong_backward, find_wrong_node

LOST = 1e-310  # the error of subnormal numbers
TINY = 1e-150  # a product of two numbers of this size underflows, and the two modes multiply in different orders
NEGLIGIBLE = 1e-7  # share of rtol times the size of f that a slope may lose to cancellation; 1e-13 is 500 ulp
GUESSED, KNOWN = 8, 4  # times the bar of f, whose noise is measured or known, that a right gradient may be off
EMPTY = 1e-6  # share of the mean slope of f that a bar around 0 may have


def judge(
    name: str, claimed: float, found: Derivative, rtol: float, rounding: float, guessed: float = GUESSED
) -> Check:
    """Return the check of one number of a gradient.

    Args:
        name: The name of the input.
        claimed: The number to check.
        found: The numerical derivative.
        rtol: The least relative error that must be caught.
        rounding: How far a right gradient may be off because its contributions are rounded.
        guessed: How many times as wide a bar may be, which rests on a guess of the noise of f.
    """
    low, high = found.sides or (found.value, found.value)
    size = rtol * max(abs(low), abs(high))
    floor = NEGLIGIBLE * rtol * found.scale + LOST
    bar = found.error if not found.sides else found.error - abs(high - low) / 2
    margin = (bar if bar < abs(found.value) / 100 else guessed * bar) + size / 2 + LOST
    off = max(low - claimed, claimed - high) if low <= high else max(high - claimed, claimed - low)
    tiny = claimed == 0 or abs(claimed) <= 2 * ulp(found.size)  # no more than the rounding of f
    narrow = bar <= size / 5 or (bar <= floor and (8 * bar <= abs(claimed) or tiny))
    constant = found.note == CONSTANT
    narrow = narrow or (claimed == 0 and (constant or bar <= NEGLIGIBLE * rtol * found.size))  # 0, also to f far away
    empty = bar > max(abs(claimed), abs(found.value), EMPTY * found.mean_slope, LOST) and not constant
    verdict: Verdict
    note = found.note
    is_zero = abs(claimed) <= found.flat <= max(NEGLIGIBLE * rtol * found.size, rounding)  # up to the rounding of f
    if (empty or not isfinite(found.error)) and is_zero:
        return Check(name, "PASS", claimed, 0.0, found.flat, found.step, FLAT)
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


def run_stages(function: FunctionUnderTest, rtol: float, max_evals: int, may_be_constant: bool = False) -> Report:
    """Return the report of the five stages on one function.

    Args:
        function: The function; it may have been evaluated before.
        rtol: The least relative error of a slope that must be caught.
        max_evals: The greatest number of its evaluations, with those before.
        may_be_constant: Whether its graph may have no input.
    """
    value = function.value(function.inputs.point)
    claim = function.claim()
    checks: list[Check] = []
    slopes: list[Derivative] = []
    wrong, about = find_wrong_backward(claim.graph.nodes, rtol) if claim.graph else (None, "")
    for i in range(len(claim.gradient)):
        slopes.append(_differentiate(function, i, max_evals))
        checks.append(_judge_closely(function, claim, i, slopes[i], rtol, max_evals))
    kinks = sum(check.verdict == "KINK" for check in checks)
    if kinks > 1 and max_evals - function.evaluations > 6 * (kinks + 1):
        checks = judge_kinks_together(function, checks, slopes)
    notes = _find_unrepeatable(function, claim, value, may_be_constant)
    if isinstance(function, GraphUnderTest):
        if claim.graph and wrong is not None:
            under = {id(node) for node in nodes_in_order(claim.graph.nodes[wrong])}
            for i, x in enumerate(claim.graph.inputs):
                if id(x) in under:
                    checks[i] = replace(checks[i], verdict="FAIL", note=about, node=wrong)
        checks = [_explain_failure(function, check, i, max_evals) for i, check in enumerate(checks)]
    if notes:
        checks = [check if check.verdict == "FAIL" else replace(check, verdict="INCONCLUSIVE") for check in checks]
    return Report(tuple(checks), function.evaluations, tuple(notes), claim.graph.root if claim.graph else None)


def _differentiate(function: FunctionUnderTest, i: int, max_evals: int) -> Derivative:
    """Return the numerical derivative by input i, within its share of evaluations."""
    share = min(function.most_evals, (max_evals - function.evaluations) // (len(function.inputs.point) - i))
    return Derivative(nan, inf, 0, note="max_evals reached") if share < 12 else function.derivative_at(i, share - 4)


def _judge_closely(
    function: FunctionUnderTest, claim: Claim, i: int, found: Derivative, rtol: float, max_evals: int
) -> Check:
    """Return the check of one number, with a second look at that of a graph.

    A gradient that varies between neighbouring floats is not failed for a smaller difference. One that passes must also
    agree with forward mode on the same graph.
    """
    name, claimed, rounding = function.labels[i], claim.gradient[i], max(claim.roundings[i], found.blur)
    size = function.sizes(claim.gradient)[i] if function.is_inexact else abs(found.value)
    if function.most_rtol and isfinite(found.error) and size:
        rtol = max(rtol, min(function.most_rtol, 5 * found.error / size))
        function.rtol = max(function.rtol, rtol)
    check = judge(name, claimed, found, rtol, rounding, KNOWN if function.is_inexact else GUESSED)
    if check.verdict == "FAIL" and found.sides and function.is_along:  # kinks of several numbers, that differ
        return replace(check, verdict="INCONCLUSIVE")
    fits = abs(claimed - found.value) <= found.error <= rtol / 2 * size
    if check.verdict == "INCONCLUSIVE" and function.is_inexact and not found.sides and fits:
        return replace(check, verdict="PASS", note="")
    if claim.graph is None or not isinstance(function, GraphUnderTest):
        point, left = function.inputs.point, max_evals - function.evaluations
        f = lambda t: function.value(perturbed(point, i, t))
        if check.verdict == "FAIL" and left > EVALUATIONS and (note := find_steps(f, point[i], found.value, claimed)):
            return replace(check, verdict="INCONCLUSIVE", note=note)
        return check
    if check.verdict == "FAIL":
        noise = function.gradient_noise(i) if max_evals - function.evaluations > 10 else 0.0
        check = judge(name, claimed, found, rtol, max(rounding, noise))
        return replace(check, note="") if check.verdict == "FAIL" else check
    function.inputs.restore()
    forwards = claim.graph.derivative_by_duals(i)
    if abs(forwards - claimed) > claim.roundings[i] + LOST and max(abs(forwards), abs(claimed)) > TINY:
        return replace(check, verdict="FAIL", note=f"forward mode gives {forwards!r} on the same graph")
    return check


def _find_unrepeatable(function: FunctionUnderTest, claim: Claim, value: float, may_be_constant: bool) -> list[str]:
    """Return notes on a function that varies by itself or ignores its inputs."""
    notes = []
    if claim.graph is not None and not may_be_constant and not set(claim.graph.inputs) & set(claim.graph.nodes):
        notes.append("no input reaches f's result")
    if str(claim.gradient) != str(claim.again):  # as text nan equals nan
        notes.append(f"{'grad' if function.grad else 'the backward pass'} does not give the same numbers twice")
    if str(function.value(function.inputs.point)) != str(value):
        notes.append("f does not give the same number twice")
    return notes


def _explain_failure(function: GraphUnderTest, check: Check, i: int, max_evals: int) -> Check:
    """Return a failed check with a note on the node where the disagreement starts."""
    if check.verdict != "FAIL" or check.note:
        return check
    note, node = find_wrong_node(function, i, min(EVALUATIONS_PER_INPUT, max_evals - function.evaluations))
    return replace(check, note=note, node=node)
