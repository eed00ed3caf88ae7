"""Results of an engine, next to the right ones."""

from __future__ import annotations

import dis
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ..callers import NOT_THE_USERS
from ..foreign import Reading, near, undisturbed
from .cases import Case, is_in
from .findings import Fault
from .sweep_judge import gradients

Shown = tuple[Any, dict[str, Any]]  # a root of theirs, and its leaves by name
Found = list[tuple[Fault, Shown | None]]


@dataclass
class Attempt:
    """A result of theirs, what it should be, and the gradients that it has."""

    point: Sequence[float]
    leaves: list[Any]
    root: Any
    value: float | None
    right: list[float] | None
    reading: Reading | None = None
    got: list[float] = field(default_factory=list)

    def read(self) -> None:
        """Read its graph, and find its gradients by their rules."""
        with undisturbed(self.root):
            self.reading = Reading(self.root, thorough=True)
        found = gradients(self.reading, reversed(self.reading.order))
        if all(node.is_known and node.probe.way != "quiet" for node in self.reading):
            self.got = [found.get(id(self.reading.nodes.get(id(leaf))), 0.0) for leaf in self.leaves]

    @property
    def shown(self) -> Shown:
        """The root and the names of its leaves."""
        return self.root, dict(zip("ab", self.leaves, strict=True))

    def where(self, text: str) -> str:
        """Return the numbers of the leaves."""
        return "at " + ", ".join(f"{n} = {x:g}" for n, x in zip("ab", self.point, strict=True) if is_in(n, text))


def wrong_values(case: Case, attempts: Sequence[Attempt], data: Callable[[Any], float | None]) -> Found:
    """Return the values that are wrong, found by a function of a node."""
    found: Found = []
    for x in attempts:
        theirs = data(x.root)
        if x.value is not None and theirs is not None and not near(theirs, x.value, 1e-5, 1.0):
            turned = re.fullmatch(r"(\w) (\S+) (\w)", case.text)
            text = "{2} {1} {0}".format(*turned.groups()) if turned else ""
            other = Case.of(text).expected(x.point) if text else None
            is_swapped = other is not None and near(other[0] or 0.0, theirs, 1e-5, 1.0)
            reason = x.where(case.text) + f", it is computed as {text}" * is_swapped
            found.append((Fault("value", case.text, (), theirs, x.value, reason=reason), x.shown))
    return found


def wrong_slopes(case: Case, attempts: Sequence[Attempt]) -> Found:
    """Return the gradients that their rules give wrongly, or that do not arrive."""
    found: Found = []
    for x in attempts:
        for name, leaf, got, right in zip("ab", x.leaves, x.got, x.right or (), strict=False):
            node = x.reading.nodes.get(id(leaf)) if x.reading else None
            if near(got, right, 1e-5, 1e5) or (node and node.is_constant and not got):
                continue
            lost = f"; its result is cut off from {name}" * (x.reading is not None and node is None)
            reason, argument = x.where(case.text) + lost, name * is_in("b", case.text)
            found.append((Fault("local", case.text, (), got, right, argument=argument, reason=reason), x.shown))
    return found


def shown_by(fault: Fault, attempts: Sequence[Attempt], around: Shown | None) -> Shown:
    """Return the smallest result that shows a fault; of a rule that overwrites, a graph."""
    if around and fault.kind in ("accumulation", "upstream"):
        return around
    return next((x.shown for x in attempts if x.point[0] in fault.values), attempts[0].shown)


def innermost(error: BaseException) -> Any:
    """Return where their code raised an error, or None if Python itself refused a call."""
    place, trace = None, error.__traceback__
    while trace:
        place = place if trace.tb_frame.f_code.co_filename.startswith(NOT_THE_USERS) else trace
        trace = trace.tb_next
    return place


def is_refusal(error: BaseException) -> bool:
    """Return whether their code raised an error by a statement, as an assertion does."""
    place = innermost(error)
    return place is not None and place.tb_frame.f_code.co_code[place.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def is_absent(case: Case, error: Exception) -> bool:
    """Return whether an operation that raises is not there, rather than wrong."""
    is_mixed = re.search(r"\d|\*\*|sum", case.text) and not case.text.startswith("2")
    if innermost(error) is None or is_refusal(error) or case.is_graph:
        return True
    if is_mixed and ("**" in case.text or isinstance(error, TypeError | AttributeError)):  # no such number, or node
        return True
    with suppress(Exception):  # a function of plain numbers
        return case.is_function and case.run(0.7, 1.3) is not None
    return False
