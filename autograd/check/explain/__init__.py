"""Notes on what is wrong with a gradient, in words; without NumPy there are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..backward_pass import BackwardPass
from ..ravel import RaveledInputs
from ..report import Check, Report


def explain_backward(backward: BackwardPass, faults: Sequence[Check]) -> tuple[Check, ...]:
    """Return the faults of a wrong backward pass, with notes on its gradients."""
    try:
        from .notes import note_backward
    except ImportError:
        return tuple(faults)
    return tuple(note_backward(backward, faults))


def explain_numbers(inputs: RaveledInputs, f: Callable[..., Any], grad: Callable[..., Any], report: Report) -> Report:
    """Return the report on a function of one number, with notes if it failed."""
    try:
        from .notes import note_numbers
    except ImportError:
        return report
    return note_numbers(inputs, f, grad, report) if report.verdict == "FAIL" else report
