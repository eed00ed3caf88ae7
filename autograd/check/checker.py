"""``gradcheck``: a gradient against numerical derivatives, in five stages.

Record f and its gradient; differentiate f numerically by each input; judge each number; look closer where in doubt;
report.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from math import inf, nan
from typing import Any

from ..engine import graph_vjp, recording
from ..graph import leaves
from ..numbers import to_index
from .finite_differences import Derivative
from .function_under_test import Claim, FunctionUnderTest, GraphUnderTest
from .judge import LOST, TINY, judge, judge_kinks_together
from .ravel import RaveledInputs, to_lists
from .report import WORST_FIRST, Check, GradientError, Report
from .wrong_node import find_wrong_node

EVALUATIONS_PER_INPUT = 200


def gradcheck(
    f: Callable[..., Any],
    inputs: Sequence[Any],
    grad: Callable[..., Any] | None = None,
    order: int = 1,
    *,
    rtol: float = 1e-6,
    max_evals: int | None = None,
) -> Report:
    """Return a report on the gradient of f against numerical derivatives.

    The verdicts:

    - PASS: the gradient lies within an error bar narrower than rtol. For a slope below 1e-6 of the size of f, over a
      distance of 1 or of x, a bar narrower than 1e-13 of that size is enough.
    - FAIL: it lies outside the bar.
    - KINK: the slopes to both sides differ, and it lies between them.
    - INCONCLUSIVE: the bar is too wide, or wider than both slopes and than 1e-6 of the mean slope of f; f returns two
      different numbers for the same inputs, or its graph does not depend on the inputs.

    Args:
        f: The function, called ``f(*inputs)``: with Values, whose backward pass is checked, or with floats if grad is
            given.
        inputs: The arguments: numbers, arrays and leaves in nested lists and dicts. Leaves are used as they are, so
            the parameters of a model can be checked.
        grad: A gradient function of your own, called like f; it returns one number for each input.
        order: 1, or 2 to check the gradient of the gradient too.
        rtol: The least relative error of a slope that must be caught. A function in single precision cannot show 1e-6.
        max_evals: The greatest number of evaluations of f; if None, 400 for each number.

    Raises:
        TypeError: If f or grad is not a function, or an input or a result is not a number.
        ValueError: If order, rtol or max_evals is out of range, or an input is not finite.

    >>> from autograd import tanh
    >>> print(gradcheck(lambda x, w: tanh(w * x), [0.5, -2.0]).verdict)
    PASS
    >>> print(gradcheck(lambda x: x**3, [2.0], grad=lambda x: 3 * x).checks[0].verdict)
    FAIL
    """
    if to_index(order) not in (1, 2):
        raise ValueError(f"order: expected 1 or 2, got {order!r:.40}")
    if order == 2 and grad is not None:
        raise ValueError("order: 2 needs a function of Values; check your second derivatives as the grad of your first")
    for name, function in (("f", f), ("grad", grad or f)):
        if not callable(function):
            raise TypeError(f"{name}: expected a function, got {type(function).__name__} {function!r:.40}")
    if not isinstance(rtol, int | float) or not 0 < rtol < 1:
        raise ValueError(f"rtol: expected a relative error between 0 and 1, got {rtol!r:.40}")
    if max_evals is not None and ((to_index(max_evals) or 0) < 1):
        raise ValueError(f"max_evals: expected a whole number from 1, got {max_evals!r:.40}")
    raveled = RaveledInputs(f, inputs)
    n = len(raveled.point)
    left = 2 * EVALUATIONS_PER_INPUT * (n + (n**2 if order == 2 else 0)) if max_evals is None else max_evals
    if grad is not None:
        return _check(FunctionUnderTest(f, raveled, grad=grad), rtol, left)
    try:
        with recording():
            reports = [_check(GraphUnderTest(f, raveled), rtol, left)]
            for i, name in enumerate(raveled.names if order == 2 else ()):
                labels = [f"{name}, {other}" for other in raveled.names]
                left = max(0, left - reports[-1].evaluations)
                slope = GraphUnderTest(_gradient_component(f, i), raveled, labels)
                reports.append(_check(slope, rtol, left, may_be_constant=True))
    finally:
        raveled.restore()
    return Report(
        tuple(check for report in reports for check in report.checks),
        sum(report.evaluations for report in reports),
        tuple(dict.fromkeys(note for report in reports for note in report.notes)),
        next((report.root for report in reports if report.verdict == "FAIL"), reports[0].root),
    )


def assert_gradients(
    f: Callable[..., Any], inputs: Sequence[Any], *args: Any, accept: Collection[str] = ("PASS",), **options: Any
) -> Report:
    """Return the report of ``gradcheck``, or raise GradientError for another verdict.

    Args:
        f, inputs, *args, **options: As for ``gradcheck``.
        accept: The verdicts to accept. With ``("PASS", "KINK")`` every slope between those to both sides of a kink is
            right.

    Raises:
        GradientError: If the verdict is not accepted; it is an AssertionError that shows the report.

    >>> assert_gradients(lambda x: x.relu(), [0.0], accept=("PASS", "KINK")).verdict
    'KINK'
    """
    __tracebackhide__ = True  # for pytest
    if isinstance(accept, str) or not set(accept) <= set(WORST_FIRST):
        raise ValueError(f"accept: expected a list of verdicts, {', '.join(WORST_FIRST)}; got {accept!r:.60}")
    report = gradcheck(f, inputs, *args, **options)
    if report.verdict not in accept:
        raise GradientError(report)
    return report


def _check(function: FunctionUnderTest, rtol: float, max_evals: int, may_be_constant: bool = False) -> Report:
    """Run the five stages on one function."""
    value = function.value(function.inputs.point)
    claim = function.claim()
    checks: list[Check] = []
    slopes: list[Derivative] = []
    for i in range(len(claim.gradient)):
        slopes.append(_differentiate(function, i, max_evals))
        checks.append(_judge_closely(function, claim, i, slopes[i], rtol, max_evals))
    kinks = sum(check.verdict == "KINK" for check in checks)
    if kinks > 1 and max_evals - function.evaluations > 6 * (kinks + 1):
        checks = judge_kinks_together(function, checks, slopes)
    notes = _find_unrepeatable(function, claim, value, may_be_constant)
    if isinstance(function, GraphUnderTest):
        checks = [_explain_failure(function, check, i, max_evals) for i, check in enumerate(checks)]
    if notes:
        checks = [check if check.verdict == "FAIL" else replace(check, verdict="INCONCLUSIVE") for check in checks]
    return Report(tuple(checks), function.evaluations, tuple(notes), claim.graph.root if claim.graph else None)


def _differentiate(function: FunctionUnderTest, i: int, max_evals: int) -> Derivative:
    """Return the numerical derivative by input i, within its share of evaluations."""
    share = min(EVALUATIONS_PER_INPUT, (max_evals - function.evaluations) // (len(function.inputs.point) - i))
    return Derivative(nan, inf, 0, note="max_evals reached") if share < 12 else function.derivative_at(i, share - 4)


def _judge_closely(
    function: FunctionUnderTest, claim: Claim, i: int, found: Derivative, rtol: float, max_evals: int
) -> Check:
    """Return the check of one number, with a second look at that of a graph.

    A gradient that varies between neighbouring floats is not failed for a smaller difference. One that passes must also
    agree with forward mode on the same graph.
    """
    name, claimed, rounding = function.labels[i], claim.gradient[i], max(claim.roundings[i], found.blur)
    check = judge(name, claimed, found, rtol, rounding)
    if claim.graph is None or not isinstance(function, GraphUnderTest):
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


def _gradient_component(f: Callable[..., Any], i: int) -> Callable[..., Any]:
    """Return the function that computes one number of the gradient of f, as a graph."""
    return lambda *args: graph_vjp([f(*args)], leaves(to_lists(args)), [1.0], True)[i] or 0.0
