"""The stages of a check of one function: differentiate, judge, look closer."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite, nan

from ..engine import nodes_in_order
from .finite_differences import Derivative
from .function_under_test import EVALUATIONS_PER_INPUT, Claim, FunctionUnderTest, GraphUnderTest, perturbed
from .judge import GUESSED, KNOWN, LOST, TINY, judge, judge_kinks_together
from .report import Check, Report
from .steps import EVALUATIONS, find_steps
from .wrong_node import find_wrong_backward, find_wrong_node


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
        notes.append(f"{'grad' if claim.graph is None else 'the backward pass'} does not give the same numbers twice")
    if str(function.value(function.inputs.point)) != str(value):
        notes.append("f does not give the same number twice")
    return notes


def _explain_failure(function: GraphUnderTest, check: Check, i: int, max_evals: int) -> Check:
    """Return a failed check with a note on the node where the disagreement starts."""
    if check.verdict != "FAIL" or check.note:
        return check
    note, node = find_wrong_node(function, i, min(EVALUATIONS_PER_INPUT, max_evals - function.evaluations))
    return replace(check, note=note, node=node)
