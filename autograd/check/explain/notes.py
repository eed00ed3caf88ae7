"""Notes on the mistake that makes a claimed gradient of the right one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np

from ..backward_pass import BackwardPass, draw
from ..ravel import RaveledInputs
from ..report import Check, Report, failed
from . import changed, exact, factors, fitted
from .evidence import RELATIVE, Evidence, Fits, jacobians
from .factors import name_factor
from .upstreams import explain_nonlinear

UNCERTAIN = "in place", "stale"  # in notes on faults that make the numbers uncertain
LINEAR = "is not linear in its upstream"
SMALL = 1e-100  # whose square is a float

#: What is tried in turn, the simple first.
FIRST = factors.scaled, exact.of_other_argument
EXACT = exact.exchanged, exact.flipped, exact.summed, factors.multiplied  # by chance if few numbers differ
FITTED = (
    fitted.moved, fitted.lost, fitted.masked, factors.in_part, fitted.missing_number, fitted.added,
    fitted.missing_term, fitted.of_some_paths, changed.of_some_slices, changed.by_other_matrix,
    changed.as_if,
)  # fmt: skip  # in few lines
LAST = fitted.entry_by_entry, fitted.along_other_axis, factors.only_in_part
OF_OTHER_SHAPE = exact.of_other_argument, exact.exchanged, exact.reshaped


def explain(e: Evidence, only: Sequence[Callable[[Evidence], Fits]] = ()) -> str:
    """Return what is wrong with a claimed gradient, or nothing.

    >>> right = np.arange(24.0).reshape(2, 3, 4)
    >>> explain(Evidence(-right, right, 2, 1e-5))
    'has the wrong sign'
    """
    size = max(abs(e.claimed).max(initial=0), abs(e.right).max(initial=0))
    if not SMALL < size < 1 / SMALL or e.same(e.claimed, e.right):  # not for nan
        return ""
    is_like = e.claimed.shape == e.right.shape
    every = (*FIRST, *(EXACT if e.is_varied() else ()), *FITTED) if is_like else OF_OTHER_SHAPE
    found = (words for find in only or every for words, a, b in find(e) if e.same(a, b))
    return next(found, "") or next(_scaled_too(e, is_like), "") if not only else next(found, "")


def _scaled_too(e: Evidence, is_like: bool) -> Iterator[str]:
    """Yield mistakes that come with a factor, and what is more of a question."""
    for find in EXACT if is_like and e.is_varied() else () if is_like else OF_OTHER_SHAPE:
        for words, a, b in find(e):
            factor = e.fit(a, b) if a.shape == b.shape else 0.0
            if abs(factor) > RELATIVE and e.count(b) > 3 and e.same(a, factor * b):
                yield f"{words}, and {name_factor(factor)}"
    if is_like:
        yield from (words for find in LAST for words, a, b in find(e) if e.same(a, b))


def note_backward(backward: BackwardPass, faults: Sequence[Check]) -> list[Check]:
    """Return the faults of a wrong backward pass, with notes on its gradients."""
    known = {check.name: check.note for check in faults}
    if any(word in note for note in known.values() for word in UNCERTAIN):
        return list(faults)
    upstream = np.array(draw(Random(2), backward.size))
    notes: dict[str, str] = {}
    try:
        for e in jacobians(backward):
            k, shape = backward.names.index(e.name), e.claimed.shape[e.n_out :]
            if LINEAR in known.get(e.name, ""):
                gradient = lambda scale, k=k, shape=shape: np.reshape(backward.gradients(scale * upstream)[k], shape)
                notes[e.name] = explain_nonlinear(e, gradient, upstream.reshape(e.right.shape[: e.n_out]))
            elif "upstream" not in known.get(e.name, ""):
                notes[e.name] = explain(e)
    except Exception:  # forward may raise next to the inputs, vjp for an upstream with zeros
        return list(faults)
    more = {name: note for name, note in notes.items() if note}
    longer = [failed(c.name, f"{c.note}; it {more.pop(c.name)}") if c.name in more else c for c in faults]
    return longer + [failed(name, f"its gradient {note}") for name, note in more.items()]


def note_numbers(inputs: RaveledInputs, f: Callable[..., Any], grad: Callable[..., Any], report: Report) -> Report:
    """Return the report on the wrong gradient of a function that returns one number, with notes."""
    try:
        backward = BackwardPass(f, lambda _, *given: grad(*given), inputs)
        found = jacobians(backward)
    except Exception:  # as above
        return report
    notes = [f"{e.name}: its gradient {note}" for e in found if (note := explain(e))]
    if len(found) > 1 and all(e.claimed.shape == e.right.shape for e in found):
        claimed, right = np.concatenate([[e.claimed.ravel(), e.right.ravel()] for e in found], axis=1)
        every = Evidence(claimed, right, 0, max(e.tolerance for e in found))
        if np.any(claimed) and (note := explain(every, FIRST)):
            notes = [f"the gradient {note}"]
    return replace(report, notes=(*report.notes, *notes), evaluations=report.evaluations + backward.evaluations)
