"""Check a gradient against numerical derivatives, and know when that proves nothing.

A difference has an error, so the verdict rests on error bars, never on a flat tolerance: a gradient that lies
outside is wrong, one that lies inside of a narrow bar is right, and a wide bar is no proof of anything.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from math import copysign, inf, isfinite, nan, ulp
from sys import float_info
from typing import Any, Literal

from ..engine.node import Node
from ..engine.traversal import nodes_in_order
from ..engine.vjp import gradients
from ..graph.pytree import leaves
from ..oracles import magnitudes, tangent
from .finite_differences import Derivative, Values, derivative
from .function_under_test import Recorded, Subject, blame, swept
from .ravel import Inputs, plain

__all__ = ["Check", "Report", "assert_gradients", "derivative", "gradcheck"]

Verdict = Literal["PASS", "FAIL", "KINK", "INCONCLUSIVE"]
WORST: tuple[Verdict, ...] = ("FAIL", "INCONCLUSIVE", "KINK", "PASS")
PER_INPUT = 200  # evaluations of f
LOST = 1e-310  # what subnormal numbers may lose
TINY = 1e-150  # two factors of this size have a product that is lost, and the two modes multiply in another order
BESIDE = 1e-7  # of rtol beside the size of f: what a slope may lose to contributions that cancel, for 1e-13 is 500 ulp


@dataclass(frozen=True, slots=True)
class Check:
    """One number of a gradient beside the numerical derivative that it should be."""

    name: str
    verdict: Verdict
    analytic: float
    numeric: float
    error: float
    step: float
    note: str = ""
    node: int | None = None  # where the disagreement starts, nodes_in_order as in a trace of the graph


@dataclass(frozen=True, repr=False)
class Report:
    """What ``gradcheck`` found; it is true only if every number passed, and prints as a table."""

    checks: tuple[Check, ...]
    evaluations: int
    notes: tuple[str, ...] = ()
    root: Node | None = None  # the graph at the inputs, if it is ours

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all numbers: FAIL, else INCONCLUSIVE, else KINK, else PASS."""
        found = {check.verdict for check in self.checks}
        return next((verdict for verdict in WORST if verdict in found), "PASS")

    def __bool__(self) -> bool:
        return self.verdict == "PASS"

    def __repr__(self) -> str:  # also what pytest shows of ``assert gradcheck(...)``
        head = ("", "analytic", "numeric", "± error", "step", "verdict")
        lines = [
            (c.name, f"{c.analytic:.12g}", f"{c.numeric:.12g}", f"{c.error:.1e}", f"{c.step:.1e}", c.verdict)
            for c in self.checks
        ]
        widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
        table = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in (head, *lines)]
        told = [f"{check.name}: {check.note}" for check in self.checks if check.note]
        return "\n".join(
            [f"gradcheck: {self.verdict}, f evaluated {self.evaluations} times", *table, *told, *self.notes]
        )


def gradcheck(
    f: Callable[..., Any],
    inputs: Sequence[Any],
    grad: Callable[..., Any] | None = None,
    order: int = 1,
    *,
    rtol: float = 1e-6,
    max_evals: int | None = None,
) -> Report:
    """Compare the gradient of f at the inputs with numerical derivatives, number by number.

    f is called ``f(*inputs)``: with Values, whose backward pass is checked, or with floats if ``grad`` is
    given, your own gradient function, which is called in the same way and returns one number for each input.
    ``order=2`` checks the gradient of the gradient. ``rtol`` is the least relative error that must be caught
    in a slope; f that computes in single precision can't show 1e-6. Inputs may be arrays, and nested lists
    and dicts; leaves among them are used as they are, so that the parameters of a model can be checked.

    PASS: the gradient lies within an error bar narrower than rtol; of slopes that are less than 1e-6 of the
    size of f, over a distance of 1 or of x, the bar need only be narrower than 1e-13 of that. FAIL: it lies
    outside. KINK: the slopes to both sides differ, and it lies between them. INCONCLUSIVE: the bar is too
    wide to tell, or f does not give the same number twice, or made its graph without the inputs.

    >>> from autograd import tanh
    >>> print(gradcheck(lambda x, w: tanh(w * x), [0.5, -2.0]).verdict)
    PASS
    >>> print(gradcheck(lambda x: x**3, [2.0], grad=lambda x: 3 * x).checks[0].verdict)
    FAIL
    """
    if type(order) is not int or order not in (1, 2):
        raise ValueError(f"order: expected 1 or 2, got {order!r:.40}")
    if order == 2 and grad is not None:
        raise ValueError("order: 2 needs a function of Values; check your second derivatives as the grad of your first")
    for what, function in (("f", f), ("grad", grad or f)):
        if not callable(function):
            raise TypeError(f"{what}: expected a function, got {type(function).__name__} {function!r:.40}")
    if not isinstance(rtol, int | float) or not 0 < rtol < 1:
        raise ValueError(f"rtol: expected a relative error between 0 and 1, got {rtol!r:.40}")
    if max_evals is not None and (type(max_evals) is not int or max_evals < 1):
        raise ValueError(f"max_evals: expected a whole number from 1, got {max_evals!r:.40}")
    given = Inputs(f, inputs)
    n = len(given.point)
    left = 2 * PER_INPUT * (n + (n**2 if order == 2 else 0)) if max_evals is None else max_evals
    if grad is not None:
        return _examine(Subject(f, given), grad, rtol, left)
    try:
        reports = [_examine(Recorded(f, given), None, rtol, left)]
        for i, name in enumerate(given.names if order == 2 else ()):
            labels = [f"{name}, {other}" for other in given.names]
            left = max(0, left - reports[-1].evaluations)
            reports.append(_examine(Recorded(_slope(f, i), given, labels), None, rtol, left, first=False))
    finally:
        given.restore()
    return Report(
        tuple(check for report in reports for check in report.checks),
        sum(report.evaluations for report in reports),
        tuple(dict.fromkeys(note for report in reports for note in report.notes)),
        next((report.root for report in reports if report.verdict == "FAIL"), reports[0].root),
    )


def assert_gradients(
    f: Callable[..., Any], inputs: Sequence[Any], *args: Any, accept: Collection[str] = ("PASS",), **options: Any
) -> Report:
    """Raise GradientError, an AssertionError that prints the report, unless ``gradcheck`` finds what is accepted.

    It takes what ``gradcheck`` takes; with ``accept=("PASS", "KINK")`` any slope between those to both sides of a kink
    is right too.

    >>> assert_gradients(lambda x: x.relu(), [0.0], accept=("PASS", "KINK")).verdict
    'KINK'
    """
    __tracebackhide__ = True  # for pytest
    if isinstance(accept, str) or not set(accept) <= set(WORST):
        raise ValueError(f"accept: expected a list of verdicts, {', '.join(WORST)}; got {accept!r:.60}")
    report = gradcheck(f, inputs, *args, **options)
    if report.verdict not in accept:
        raise GradientError(report)
    return report


class GradientError(AssertionError):
    """A gradient that was not found right; ``report`` tells of it."""

    def __init__(self, report: Report) -> None:
        super().__init__(str(report))
        self.report = report


def _examine(subject: Subject, grad: Any, rtol: float, limit: int, first: bool = True) -> Report:
    """Compare every number of a gradient, claimed or that of a recorded graph, with the numerical derivative."""
    point, notes, root = subject.inputs.point, [], None
    blurs = [0.0] * len(point)
    y = subject.value(point)
    if isinstance(subject, Recorded):
        root, given = subject.record(point)
        analytic, again = swept(root, given), swept(root, given)
        blurs = [1e-12 * size if isfinite(size) else 0.0 for size in magnitudes(root, given)]
        if first and not set(given) & set(nodes_in_order(root)):
            notes.append("no input reaches f's result")
    else:
        analytic, again = (subject.inputs.claimed(grad) for _ in range(2))
    if str(analytic) != str(again):  # nan is like nan
        notes.append(f"{'grad' if root is None else 'the backward pass'} does not give the same numbers twice")
    checks, sides = [], []
    for i, claimed in enumerate(analytic):
        share = min(PER_INPUT, (limit - subject.evaluations) // (len(point) - i))
        found = Derivative(nan, inf, 0, note="max_evals reached") if share < 12 else subject.along(point, i, share - 4)
        check = _judge(subject.labels[i], claimed, found, rtol, max(blurs[i], found.blur))
        if isinstance(subject, Recorded) and check.verdict == "FAIL":
            chaos = subject.chaos(point, i) if limit - subject.evaluations > 10 else 0.0
            check = _judge(subject.labels[i], claimed, found, rtol, max(blurs[i], found.blur, chaos))
            check = replace(check, note="") if check.verdict == "FAIL" else check
        elif root is not None:
            subject.inputs.restore()
            forwards = _tangent(root, given[i])
            if abs(forwards - claimed) > blurs[i] + LOST and max(abs(forwards), abs(claimed)) > TINY:
                check = replace(check, verdict="FAIL", note=f"forward mode gives {forwards!r} on the same graph")
        checks.append(check)
        sides.append(found.sides or (0.0, 0.0))
    kinks = sum(check.verdict == "KINK" for check in checks)
    if kinks > 1 and limit - subject.evaluations > 6 * (kinks + 1):
        checks = _together(subject, checks, sides)
    if str(subject.value(point)) != str(y):
        notes.append("f does not give the same number twice")
    for i, check in enumerate(checks):
        if isinstance(subject, Recorded) and check.verdict == "FAIL" and not check.note:
            note, node = blame(subject, point, i, min(PER_INPUT, limit - subject.evaluations))
            checks[i] = replace(check, note=note, node=node)
    if notes:
        checks = [check if check.verdict == "FAIL" else replace(check, verdict="INCONCLUSIVE") for check in checks]
    return Report(tuple(checks), subject.evaluations, tuple(notes), root)


def _judge(name: str, claimed: float, found: Derivative, rtol: float, blur: float) -> Check:
    """Reach a verdict from what is claimed, to within its own rounding ``blur``, and what was found."""
    size = rtol * abs(found.value)
    floor = BESIDE * rtol * found.scale + LOST
    low, high = found.sides or (found.value, found.value)
    bar = found.error if not found.sides else found.error - abs(high - low) / 2
    margin = bar + size / 2 + LOST
    off = max(low - claimed, claimed - high) if low <= high else max(high - claimed, claimed - low)
    tiny = claimed == 0 or abs(claimed) <= 2 * ulp(found.size)  # beside f it is nothing but rounding
    narrow = bar <= size / 5 or (bar <= floor and (8 * bar <= abs(claimed) or tiny))
    narrow = narrow or (claimed == 0 and bar <= BESIDE * rtol * found.size)  # nothing, also beside f far away
    verdict: Verdict
    note = found.note
    if not isfinite(found.error):
        verdict = "INCONCLUSIVE"
    elif not off <= max(margin + blur, floor):
        verdict = "FAIL"
    elif off > margin:
        verdict, note = (
            "INCONCLUSIVE",
            f"a right gradient adds contributions that cancel, and may be rounded by {max(blur, floor):.1e}",
        )
    elif not narrow:
        verdict = "INCONCLUSIVE"
    else:
        verdict = "KINK" if found.sides else "PASS"
    if found.sides:
        note = f"a kink: the slope is {low:.6g} to the left and {high:.6g} to the right"
    elif verdict == "INCONCLUSIVE" and not note:
        note = f"the error bar is too wide to tell {rtol:g} of this slope"
    elif verdict == "PASS":
        note = ""
    return Check(name, verdict, claimed, found.value, found.error, found.step, note)


def _together(subject: Subject, checks: list[Check], sides: list[tuple[float, float]]) -> list[Check]:
    """Fail inputs whose slopes may each be right, but not all at once, as (1, 1) for max(x, y) at a tie.

    Moved together, each up or down as its slopes lean, f has a slope on every piece that meets here, and what the
    gradient says of that direction lies between them (Clarke, 1983). The pieces are those on which every input is
    on its steeper side, or all but one, and those opposite.
    """
    point, kinks = subject.inputs.point, [i for i, check in enumerate(checks) if check.verdict == "KINK"]
    h = min(checks[i].step for i in kinks)
    leans = {i: copysign(1.0, sum(sides[i])) for i in kinks}
    steeper = {i: copysign(1.0, leans[i] * (sides[i][1] - sides[i][0])) for i in kinks}
    slopes = []
    for odd, way in itertools.product([None, *kinks], (h, -h)):
        piece = [x + way * steeper.get(i, 0.0) * (-1 if i == odd else 1) for i, x in enumerate(point)]
        f = lambda t, piece=piece: subject.value([x + t * leans.get(i, 0.0) for i, x in enumerate(piece)])
        values = Values(f, 0.0, 3)  # nan where a piece is not in the domain
        slopes.append((values.at(h / 8) - values.at(-h / 8)) / (h / 4))
    slopes, claimed = list(filter(isfinite, slopes)), sum(leans[i] * checks[i].analytic for i in kinks)
    slack = 1e-3 * sum(abs(slope) for i in kinks for slope in sides[i])  # f may be curved, and is rounded
    if not slopes or min(slopes) - slack <= claimed <= max(slopes) + slack:
        return checks
    names = ", ".join(checks[i].name for i in kinks)
    note = f"{names} together: the slope is {min(slopes):.6g} to {max(slopes):.6g}, the gradient says {claimed:.6g}"
    return [replace(check, verdict="FAIL", note=note) if i in leans else check for i, check in enumerate(checks)]


def _tangent(root: Node, leaf: Node) -> float:
    """Compute in forward mode, which shares the rows but not the sweep; nan for a node made by hand, which has none.

    Likewise where a node's data are subnormal, of which one direction loses digits that the other does not.
    """
    if any(0 < abs(node.data) < float_info.min for node in nodes_in_order(root)):
        return nan
    try:
        return tangent(root, leaf)
    except TypeError:
        return nan


def _slope(f: Callable[..., Any], i: int) -> Callable[..., Any]:
    """Make the function that gives one number of the gradient of f, as a graph."""
    return lambda *args: gradients([f(*args)], leaves(plain(args)), [1.0], True)[i] or 0.0
