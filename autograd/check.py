"""Check a gradient against numerical derivatives, and know when that proves nothing.

A difference has an error, so the verdict rests on error bars, never on a flat tolerance: a gradient that lies
outside is wrong, one that lies inside of a narrow bar is right, and a wide bar is no proof of anything.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite, nan, ulp
from typing import Any, Literal

from .differences import Derivative, derivative, number
from .engine import Value
from .node import Node, real
from .oracles import magnitudes, tangent
from .pytrees import leaves
from .subjects import Recorded, Subject, blame, called, swept
from .transforms import vjp

__all__ = ["Check", "Report", "assert_gradients", "derivative", "gradcheck"]

Verdict = Literal["PASS", "FAIL", "KINK", "INCONCLUSIVE"]
WORST: tuple[Verdict, ...] = ("FAIL", "INCONCLUSIVE", "KINK", "PASS")
PER_INPUT = 200  # evaluations of f


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
    node: int | None = None  # where the disagreement starts, numbered as in a trace of the graph


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
    in a slope; f that computes in single precision can't show 1e-6. Inputs may be nested lists and dicts.

    PASS: the gradient lies within an error bar narrower than rtol; of slopes that are less than 1e-6 of the
    size of f, over a distance of 1 or of x, the bar need only be narrower than 1e-13 of that. FAIL: it lies
    outside. KINK: the slopes to both sides differ, and it lies between them. INCONCLUSIVE: the bar is too
    wide to tell, or f does not give the same number twice.

    >>> from autograd import tanh
    >>> print(gradcheck(lambda x, w: tanh(w * x), [0.5, -2.0]).verdict)
    PASS
    >>> print(gradcheck(lambda x: x**3, [2.0], grad=lambda x: 3 * x).checks[0].verdict)
    FAIL
    """
    if order not in (1, 2):
        raise ValueError(f"order: expected 1 or 2, got {order!r:.40}")
    if order == 2 and grad is not None:
        raise ValueError("order: 2 needs a function of Values; check your second derivatives as the grad of your first")
    for what, function in (("f", f), ("grad", grad or f)):
        if not callable(function):
            raise TypeError(f"{what}: expected a function, got {type(function).__name__} {function!r:.40}")
    point, names = _point(inputs), _names(f, inputs)
    left = PER_INPUT * (len(point) + (len(point) ** 2 if order == 2 else 0)) if max_evals is None else max_evals
    if grad is not None:
        return _examine(Subject(f, inputs, names), point, grad, rtol, left)
    first = _examine(Recorded(f, inputs, names), point, None, rtol, left)
    if order == 1:
        return first
    reports = [first]
    for i, name in enumerate(names):
        labels = [f"{name}, {other}" for other in names]
        left = max(0, left - reports[-1].evaluations)
        reports.append(_examine(Recorded(_slope(f, i), inputs, names, labels), point, None, rtol, left))
    return Report(
        tuple(check for report in reports for check in report.checks),
        sum(report.evaluations for report in reports),
        tuple(dict.fromkeys(note for report in reports for note in report.notes)),
        next((report.root for report in reports if report.verdict == "FAIL"), first.root),
    )


def assert_gradients(
    f: Callable[..., Any],
    inputs: Sequence[Any],
    grad: Callable[..., Any] | None = None,
    order: int = 1,
    *,
    rtol: float = 1e-6,
    max_evals: int | None = None,
    accept: Collection[str] = ("PASS",),
) -> Report:
    """Raise GradientError, an AssertionError that prints the report, unless ``gradcheck`` finds what is accepted.

    ``accept=("PASS", "KINK")`` also takes any slope between those to both sides of a kink for right.

    >>> assert_gradients(lambda x: x.relu(), [0.0], accept=("PASS", "KINK")).verdict
    'KINK'
    """
    __tracebackhide__ = True  # for pytest
    report = gradcheck(f, inputs, grad, order, rtol=rtol, max_evals=max_evals)
    if report.verdict not in accept:
        raise GradientError(report)
    return report


class GradientError(AssertionError):
    """A gradient that was not found right; ``report`` tells of it."""

    def __init__(self, report: Report) -> None:
        super().__init__(str(report))
        self.report = report


def _examine(subject: Subject, point: list[float], grad: Any, rtol: float, limit: int) -> Report:
    """Compare every number of a gradient, claimed or that of a recorded graph, with the numerical derivative."""
    root, notes, checks = None, [], []
    y = subject.value(point)
    if isinstance(subject, Recorded):
        root, given = subject.record(point)
        analytic = swept(root, given)
    else:
        analytic, again = (_claimed(grad, subject.tree, point, subject.names) for _ in range(2))
        if str(analytic) != str(again):  # nan is like nan
            notes.append("grad does not give the same numbers twice")
    for i, claimed in enumerate(analytic):
        share = min(PER_INPUT, (limit - subject.evaluations) // (len(point) - i))
        found = Derivative(nan, inf, 0, note="max_evals reached") if share < 12 else subject.along(point, i, share - 4)
        check = _judge(subject.labels[i], claimed, found, rtol)
        if isinstance(subject, Recorded) and root is not None:
            if check.verdict == "FAIL":
                note, node = blame(subject, point, i)
                check = replace(check, note=note, node=node)
            else:
                check = _both_ways(check, root, given[i])
        checks.append(check)
    if str(subject.value(point)) != str(y):
        notes.append("f does not give the same number twice")
    if notes:
        checks = [check if check.verdict == "FAIL" else replace(check, verdict="INCONCLUSIVE") for check in checks]
    return Report(tuple(checks), subject.evaluations, tuple(notes), root)


def _judge(name: str, claimed: float, found: Derivative, rtol: float) -> Check:
    """Reach a verdict from what is claimed and what was found."""
    size = rtol * abs(found.value)
    floor = 1e-7 * rtol * found.scale + 1e-310  # less is lost beside f
    rounding = 2 * ulp(found.scale)  # a gradient that is no more is 0
    low, high = found.sides or (found.value, found.value)
    bar = found.error if not found.sides else found.error - abs(high - low) / 2
    margin = bar + size / 2 + floor
    verdict: Verdict
    if not isfinite(found.error):
        verdict = "INCONCLUSIVE"
    elif not min(low, high) - margin <= claimed <= max(low, high) + margin:
        verdict = "FAIL"
    elif bar > size / 5 and not (bar <= floor and (8 * bar <= abs(claimed) or abs(claimed) <= rounding)):
        verdict = "INCONCLUSIVE"
    else:
        verdict = "KINK" if found.sides else "PASS"
    note = found.note
    if found.sides:
        note = f"a kink: the slope is {low:.6g} to the left and {high:.6g} to the right"
    elif verdict == "INCONCLUSIVE" and not note:
        note = f"the error bar is too wide to tell {rtol:g} of this slope"
    elif verdict == "PASS":
        note = ""
    return Check(name, verdict, claimed, found.value, found.error, found.step, note)


def _both_ways(check: Check, root: Node, leaf: Value) -> Check:
    """Compare with forward mode, which shares the rows but not the sweep."""
    try:
        forwards = tangent(root, leaf)
    except TypeError:  # a node made by hand, which has no rows to read
        return check
    tolerance = 1e-12 * magnitudes(root, [leaf])[0]
    if not abs(forwards - check.analytic) > tolerance:
        return check
    return replace(check, verdict="FAIL", note=f"forward mode gives {forwards!r} on the same graph")


def _slope(f: Callable[..., Any], i: int) -> Callable[..., Any]:
    """Make the function that gives one number of the gradient of f, as a graph."""
    return lambda *args: leaves(vjp(f)(*args)[1](1.0))[i]


def _claimed(grad: Any, tree: Any, point: Sequence[float], names: Sequence[str]) -> list[float]:
    """Call the user's own gradient function."""
    found = called(grad, "grad", tree, point, names)
    found = leaves(found.tolist() if hasattr(found, "tolist") else found)
    if len(found) != len(point):
        raise ValueError(f"grad: expected {len(point)} numbers, one for each input, got {len(found)}")
    return [number(g, f"grad, for {name}") for g, name in zip(found, names, strict=True)]


def _point(inputs: Any) -> list[float]:
    """Take the numbers out of the inputs, or raise naming what is none."""
    if not isinstance(inputs, list | tuple) or not leaves(inputs):
        kind = type(inputs).__name__
        raise TypeError(f"inputs: expected a list of numbers, one for each argument of f, got {kind} {inputs!r:.40}")
    found = [x.data if isinstance(x, Node) else real(x, f"inputs[{i}]") for i, x in enumerate(leaves(inputs))]
    for i, x in enumerate(found):
        if not isfinite(x):
            raise ValueError(f"inputs[{i}]: expected a finite number, got {x}")
    return found


def _names(f: Callable[..., Any], inputs: Sequence[Any]) -> list[str]:
    """Name each number as f names its arguments, else x0, x1 and so on."""
    try:
        arguments = [
            p.name
            for p in inspect.signature(f).parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        arguments = []
    if len(arguments) < len(inputs):
        arguments = [f"x{i}" for i in range(len(inputs))]
    return [path for name, tree in zip(arguments, inputs, strict=False) for path in _paths(name, tree)]


def _paths(name: str, tree: Any) -> Iterator[str]:
    if not isinstance(tree, dict | list | tuple):
        yield name
        return
    for key, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield from _paths(f"{name}[{key!r}]", part)
