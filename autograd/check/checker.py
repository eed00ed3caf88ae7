"""``gradcheck``: a gradient against numerical derivatives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from math import inf
from random import Random
from typing import Any

from ..engine import graph_vjp, recording
from ..graph import leaves
from ..numbers import to_index
from .arrays import settle
from .backward_pass import BackwardPass, ForwardUnderTest, other_inputs, to_backward_pass
from .directions import EVALUATIONS_ELSEWHERE, check_along, count_directions
from .explain import explain_backward, explain_numbers
from .function_under_test import EVALUATIONS_PER_INPUT, FunctionUnderTest, GraphUnderTest
from .judge import run_stages
from .ravel import RaveledInputs, find_other
from .report import WORST_FIRST, GradientError, Report, join_reports

EVALUATIONS_TO_EXPLAIN = 5  # for each number
LEAST_BACKWARD = 50  # evaluations to find how a backward pass behaves
MOST_RTOL = 0.25  # of a function that is known to an error
RTOL = {53: 1e-6, 24: 1e-2, 11: 0.25, 8: 0.5}  # by binary digits
SHORT = "short steps show the rounding of such floats, and wide ones cross kinks, as of ReLUs: check it in float64"
SHAPE = "its gradient has the shape"
OTHER = "right at the inputs, wrong at others of the same shapes, as if state of another call were left"


def gradcheck(
    f: Callable[..., Any],
    inputs: Sequence[Any],
    grad: Callable[..., Any] | None = None,
    order: int = 1,
    *,
    vjp: Callable[..., Any] | None = None,
    wrt: Sequence[str | int] | None = None,
    directions: int | None = None,
    rtol: float | None = None,
    f_error: float = 0.0,
    max_evals: int | None = None,
) -> Report:
    """Return a report on a gradient or backward pass, with numerical derivatives.

    The verdicts:

    - PASS: the gradient lies within an error bar narrower than rtol. For a slope below 1e-6 of the size of f, over a
      distance of 1 or of x, a bar narrower than 1e-13 of that size is enough.
    - FAIL: it lies outside the bar.
    - KINK: the slopes to both sides differ, and it lies between them.
    - INCONCLUSIVE: the bar is too wide, or wider than both slopes and than 1e-6 of the mean slope of f; f returns two
      different numbers for the same inputs, or its graph does not depend on the inputs.

    Args:
        f: The function, called ``f(*inputs)``: with Values, whose backward pass is checked, with floats and arrays if
            grad is given. With vjp it returns numbers in lists or arrays, or a tuple of these and a cache. If it
            returns a node of another engine, or a tensor or array, the gradients of that library are checked.
        inputs: The arguments: numbers, arrays and leaves in nested lists and dicts. Leaves are used as they are, also
            those of another engine, so the parameters of a model can be checked. f gets arrays of the same library,
            dtype and flags; arrays of integers or truth values have no gradient, and with vjp, nor have other integers.
        grad: A gradient function of your own, called like f; it returns one number for each input.
        order: 1, or 2 to check the gradient of the gradient too.
        vjp: A backward pass, called ``vjp(upstream, cache)``, or ``vjp(upstream, *inputs)`` if f returns no cache. It
            returns a tuple of gradients, for the inputs with floats, those of wrt, or all. None is zero.
        wrt: The names or positions of the arguments to check; if None, all.
        directions: The number of random directions along which to check; 0 to check number by number. If None, 3 for
            more than 100 numbers, else 0.
        rtol: The least relative error of a slope that must be caught; if None, 1e-6, but 1e-2 for inputs in single
            precision, 0.25 in half precision and 0.5 in bfloat16.
        f_error: How far each number that f returns may be from the exact one, as that of a solver may; if rtol is
            None, it is what the bars allow.
        max_evals: The greatest number of evaluations of f, with vjp at least 50; if None, 400 for each number.

    Raises:
        TypeError: If f, grad or vjp is not a function or gets other arguments, or an input or a result is not a number.
        ValueError: If an option is out of range, or an input is not finite.

    >>> from autograd import tanh
    >>> print(gradcheck(lambda x, w: tanh(w * x), [0.5, -2.0]).verdict)
    PASS
    >>> print(gradcheck(lambda x: x**3, [2.0], grad=lambda x: 3 * x).checks[0].verdict)
    FAIL
    """
    if to_index(order) not in (1, 2):
        raise ValueError(f"order: expected 1 or 2, got {order!r:.40}")
    if order == 2 and (grad or vjp or directions):
        each = "directions: with order=2 each number is checked, expected None or 0; write order=1 for these"
        values = "order: 2 needs a function of Values; check your second derivatives as the grad of your first"
        raise ValueError(values if grad or vjp else each)
    if grad is not None and vjp is not None:
        raise ValueError("vjp: expected grad or vjp, got both; grad is for functions that return one number")
    for name, function in (("f", f), ("grad", grad or f), ("vjp", vjp or f)):
        if not callable(function):
            raise TypeError(f"{name}: expected a function, got {type(function).__name__} {function!r:.40}")
    if rtol is not None and (not isinstance(rtol, int | float) or not 0 < rtol < 1):
        raise ValueError(f"rtol: expected a relative error between 0 and 1, got {rtol!r:.40}")
    if not isinstance(f_error, int | float) or not 0 <= f_error < inf:
        raise ValueError(f"f_error: expected a size from 0, got {f_error!r:.40}")
    for name, number, least in (
        ("max_evals", max_evals, 1 if vjp is None else LEAST_BACKWARD),
        ("directions", directions, 0),
    ):
        if number is not None and ((whole := to_index(number)) is None or whole < least):
            raise ValueError(f"{name}: expected a whole number from {least}, got {number!r:.40}")
    if vjp is not None:
        return _check_backward(to_backward_pass(f, vjp, inputs, wrt), directions, rtol, f_error, max_evals)
    if grad is None and (theirs := find_other(f, inputs, wrt, f_error)):
        return _check_other(theirs, directions, rtol, max_evals, order)
    raveled = RaveledInputs(f, inputs, wrt)
    n = len(raveled.point)
    left = 2 * EVALUATIONS_PER_INPUT * (n + (n**2 if order == 2 else 0)) if max_evals is None else max_evals
    along = 0 if order == 2 else count_directions(directions, n)
    if grad is not None:
        black_box = FunctionUnderTest(f, raveled, grad=grad, f_error=f_error)
        report = _check_in_mode(black_box, along, rtol, f_error, left)
        explained = left - report.evaluations > EVALUATIONS_TO_EXPLAIN * (n + 2)
        return explain_numbers(raveled, f, grad, report) if explained else report
    try:
        with recording():
            graph = GraphUnderTest(f, raveled, f_error=f_error)
            graph.digits = 53  # of Values, whatever they are made from
            reports = [_check_in_mode(graph, along, rtol, f_error, left)]
            rtol = 1e-6 if rtol is None else rtol
            for i, name in enumerate(raveled.names if order == 2 else ()):
                labels = [f"{name}, {other}" for other in raveled.names]
                left = max(0, left - reports[-1].evaluations)
                slope = GraphUnderTest(_gradient_component(f, i), raveled, labels)
                reports.append(run_stages(slope, rtol, left, may_be_constant=True))
    except Exception:
        if theirs := find_other(f, inputs, wrt, f_error, by_result=True):
            return _check_other(theirs, directions, rtol, max_evals, order)
        raise
    finally:
        raveled.restore()
    return join_reports(reports)


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


def _check_other(f: Any, directions: int | None, rtol: float | None, max_evals: int | None, order: int) -> Report:
    """Check a function of another engine, and leave their objects as they were."""
    if order == 2:
        raise ValueError("order: expected 1 for nodes and arrays of other engines, got 2")
    n = len(f.inputs.point)
    left, along = max_evals or 2 * EVALUATIONS_PER_INPUT * n, count_directions(directions, n)
    with f.opened():
        report: Report = f.explain(_check_in_mode(f, along, rtol, f.f_error, left))
    return report


def _check_in_mode(
    function: FunctionUnderTest,
    directions: int,
    rtol: float | None,
    f_error: float,
    max_evals: int,
    closely: bool = True,
) -> Report:
    """Run the stages on a function number by number, or on it along each direction."""
    function.most_rtol = 0.0 if rtol or not f_error else MOST_RTOL
    rtol = function.rtol = rtol or RTOL[function.digits]
    if directions:
        report = check_along(function, directions, rtol, max_evals, closely)
    else:
        function.vary(Random(1))
        report = run_stages(function, rtol, max_evals)
    notes: list[str] = []
    if f_error or function.digits < 53:
        known = f"f is known to {f_error:g}" if f_error else f"floats of {function.digits} binary digits"
        notes.append(f"{known}: rtol is {function.rtol:.2g}")
    if function.digits < 53 and report.verdict == "INCONCLUSIVE":
        notes.append(SHORT)
    return replace(report, notes=(*report.notes, *notes))


def _check_backward(
    backward: BackwardPass, directions: int | None, rtol: float | None, f_error: float, max_evals: int | None
) -> Report:
    """Check how a backward pass behaves, and its numbers here and at other inputs."""
    rng, n = Random(1), len(backward.inputs.point)
    most = 2 * EVALUATIONS_PER_INPUT * n if max_evals is None else max_evals
    faults = backward.find_faults(rng)
    reports = [Report(tuple(faults), 0)]
    if not any(SHAPE in check.note for check in faults):
        function, spare = ForwardUnderTest(backward, f_error), EVALUATIONS_ELSEWHERE * (most > LEAST_BACKWARD)
        reports.append(_check_in_mode(function, count_directions(directions, n), rtol, f_error, most - spare))
    verdict, left = join_reports(reports).verdict, most - backward.evaluations
    if verdict == "FAIL" and left > EVALUATIONS_TO_EXPLAIN * (n + 2):
        reports[0] = Report(explain_backward(backward, faults), 0)
    enough = verdict in ("PASS", "KINK") and left >= EVALUATIONS_ELSEWHERE
    if other := other_inputs(backward, rng) if enough else None:
        function = ForwardUnderTest(other, f_error)
        there = _check_in_mode(function, 1, rtol, f_error, left, closely=False)
        if there.checks[0].verdict == "FAIL":
            reports.append(replace(there, checks=(replace(there.checks[0], name="at other inputs", note=OTHER),)))
        backward.evaluations += other.evaluations
    return replace(join_reports(reports), evaluations=backward.evaluations)


def _gradient_component(f: Callable[..., Any], i: int) -> Callable[..., Any]:
    """Return the function that computes one number of the gradient of f, as a graph."""
    return lambda *args: graph_vjp([f(*args)], leaves(settle(args, arrays=True)), [1.0], True)[i] or 0.0
