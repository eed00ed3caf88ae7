"""Notes on the mistake that makes a claimed gradient of the right one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from random import Random

import numpy as np

from ..backward_pass import BackwardPass, draw
from ..ravel import RaveledInputs
from ..report import Check, Report, failed
from .evidence import Evidence, jacobians, of_numbers
from .exact import EXACT, RESHAPED
from .fitted import FIRST, FITTED, OF_OTHER_SHAPE
from .upstreams import explain_nonlinear

UNCERTAIN = "in place", "stale"  # in notes on faults that make the numbers uncertain
LINEAR = "is not linear in its upstream"
SMALL = 1e-100  # whose square is a float


def explain(e: Evidence, only: Sequence[Callable[[Evidence], str]] = ()) -> str:
    """Return what is wrong with a claimed gradient, or nothing.

    >>> right = np.arange(24.0).reshape(2, 3, 4)
    >>> explain(Evidence(-right, right, 2, 1e-5))
    'has the wrong sign'
    """
    size = max(abs(e.claimed).max(initial=0), abs(e.right).max(initial=0))
    if not SMALL < size < 1 / SMALL or e.same(e.claimed, e.right):  # not for nan
        return ""
    if only:
        return next(filter(None, (find(e) for find in only)), "")
    first, then = (FIRST, FITTED) if e.same_shape else (OF_OTHER_SHAPE, ())
    exact = EXACT if e.same_shape else RESHAPED
    mistakes = chain.from_iterable(find(e) for find in exact if e.is_varied() or not e.same_shape)
    fits = (words for words, a, b in mistakes if e.same(a, b))
    return next(filter(None, chain((find(e) for find in first), fits, (find(e) for find in then))), "")


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


def note_numbers(inputs: RaveledInputs, report: Report) -> list[str]:
    """Return notes on the wrong gradient of a function that returns one number."""
    checks = report.checks
    if len(checks) != len(inputs.point) or any(check.verdict not in ("PASS", "FAIL") for check in checks):
        return []
    claimed, right = np.array([[check.analytic, check.numeric] for check in checks]).T
    found = of_numbers(inputs, claimed, right)
    every = Evidence(claimed, right, 0, max(e.tolerance for e in found))
    if len(found) > 1 and np.any(claimed) and (note := explain(every, FIRST)):
        return [f"the gradient {note}"]
    return [f"{e.name}: its gradient {note}" for e in found if (note := explain(e))]
