"""What went wrong, and where: the first nan, marks of a faulty training loop, units that do not learn.

It measures and draws nothing, and leaves every ``grad`` alone.
"""

from __future__ import annotations

import gc
import linecache
import math
import os
import sys
import warnings
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .byhand import first_stale
from .gradients import gradients
from .measures import LayerFlow, Unit, gradient_flow, units
from .node import Node, expect_value
from .op import Op
from .recording import trace
from .steps import Chain
from .walk import numbered

__all__ = ["Finding", "LayerFlow", "Unit", "birth", "gradient_flow", "lint", "source", "units"]

_HOME = os.path.dirname(os.path.dirname(__file__))
OURS = tuple(os.path.join(_HOME, package, "") for package in ("autograd", "nn", "viz"))


def birth(root: Node) -> str | None:
    """Say where the first nan or infinity under root was born, forward or else backward; None if nowhere.

    What was recorded under ``detect_anomaly`` is told with its line of source.

    >>> from autograd import Value
    >>> x = Value(-1.0, label="x")
    >>> print(birth(x.log() * 2))
    forward: log(x = -1.0) gave nan
    """
    nodes = numbered(expect_value(root, "root"))
    for node in nodes:
        if not math.isfinite(node.data):
            if node.op is None:
                return f"forward: the leaf {_called(node)} is {node.data}"
            return f"forward: {_applied(node.op, node.args)} gave {node.data}{_where(node)}"
    recorded = trace(root)
    rows = recorded.graph.rows
    for step in recorded.steps:
        if isinstance(step, Chain) and not math.isfinite(step.after):
            edge = recorded.edges[step.edge]
            operands = ", ".join(
                f"{rows[a].label} = {recorded.data[a]}" if isinstance(a, int) else f"{a}" for a in rows[edge.dst].args
            )
            return (
                f"backward: {rows[edge.dst].op}({operands}) passes local {step.local} × upstream {step.upstream} "
                f"= {step.contribution} to {rows[edge.src].label}{_where(nodes[edge.dst])}"
            )
    return None


def warn_not_finite(root: Node, stop: bool) -> None:
    """Warn that a gradient is nan or infinite, naming where the first was born, or raise FloatingPointError."""
    where = birth(root)
    if where is None:  # only a sum over all gradients, by which this is noticed, was too large
        return
    text = f"backward met a nan or an infinity; {where}"
    if stop:
        raise FloatingPointError(text)
    warnings.warn(text, RuntimeWarning, stacklevel=3)


def anomaly(op: Op, args: Sequence[Any], y: float, locals_: Sequence[float | None]) -> FloatingPointError:
    """Make the error that ``detect_anomaly`` raises where an operation gives a nan or an infinity."""
    return FloatingPointError(f"{_applied(op, args)} gave {y}, local derivatives {locals_}{_line(*source())}")


def source() -> tuple[str, int]:
    """Find the user's line that is running: the innermost that is not in one of our packages."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_code.co_filename.startswith(OURS):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def _line(file: str, number: int) -> str:
    text = linecache.getline(file, number).strip()
    return f", at {os.path.basename(file)}:{number}" + (f": {text}" if text else "")


def _where(node: Node) -> str:
    label = getattr(node, "label", "")
    at = getattr(node, "source", None)
    return (f" at {label}" if label else "") + (_line(*at) if at else "")


def _applied(op: Op, args: Sequence[Any]) -> str:
    return f"{op.name}({', '.join(_called(a) if isinstance(a, Node) else str(a) for a in args)})"


def _called(node: Node) -> str:
    label = getattr(node, "label", "")
    return f"{label} = {node.data}" if label else f"{node.data}"


@dataclass(frozen=True)
class Finding:
    """A mark of a fault in a training loop: its kind, what to do about it, and the Values that show it."""

    kind: str
    message: str
    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


def lint(loss: Node, parameters: Iterable[Node] | None = None) -> list[Finding]:
    """Look for the usual faults of a training loop; call it between ``loss.backward()`` and the step.

    The kinds are "stale" (data changed after the forward pass), "unused" (a parameter that the loss does not
    depend on), "nan" (with its birth), "repeated" (backward ran more than once), "accumulated" (gradients of an
    earlier step were not zeroed) and "kept" (other results, with all their graphs, are held in a list).
    ``parameters`` are the leaves under the loss unless given.

    >>> from autograd import Value
    >>> w, spare = Value(2.0, label="w"), Value(1.0, label="spare")
    >>> loss = w * w
    >>> loss.backward()
    >>> loss.backward()
    >>> for finding in lint(loss, [w, spare]): print(finding)
    unused: the loss does not depend on spare
    repeated: the gradients are 2 times those of the loss: backward() ran 2 times, or zero_grad() was forgotten
    """
    nodes = numbered(expect_value(loss, "loss"))
    leaves = [node for node in nodes if node.op is None and node.flows]
    given = leaves if parameters is None else list(parameters)
    for i, p in enumerate(given):
        expect_value(p, f"parameters[{i}]")
    under = {id(node) for node in nodes}
    findings = list(_stale(loss))
    unused = tuple(p for p in given if id(p) not in under)
    if unused:
        names = ", ".join(getattr(p, "label", "") or repr(p) for p in unused[:5])
        more = f" and {len(unused) - 5} more" if len(unused) > 5 else ""
        findings.append(Finding("unused", f"the loss does not depend on {names}{more}", unused))
    return [*findings, *_accumulated(loss, [p for p in given if id(p) in under]), *_kept(under, leaves)]


def _stale(loss: Node) -> Iterable[Finding]:
    node = first_stale(loss)
    if node is not None and node.op is not None:
        text = f"data was changed after {_applied(node.op, node.args)} gave {node.data}: run forward() again"
        yield Finding("stale", text, (node,))


def _accumulated(loss: Node, parameters: Sequence[Node]) -> Iterable[Finding]:
    """Compare what the parameters hold with the gradients of this loss alone."""
    own = [g or 0.0 for g in gradients([loss], parameters, [1.0], create_graph=False)]
    held = [p.grad.data if isinstance(p.grad, Node) else p.grad for p in parameters]
    pairs = list(zip(parameters, held, own, strict=True))
    if not any(held):
        return  # backward has not run
    if not all(map(math.isfinite, (*held, *own))):
        yield Finding("nan", birth(loss) or "a gradient is not finite, though none of this loss is", tuple(parameters))
        return
    wrong = tuple(p for p, h, g in pairs if not math.isclose(h, g, rel_tol=1e-9, abs_tol=1e-300))
    if not wrong:
        return
    k = next(round(h / g) for _, h, g in pairs if g) if any(own) else 0
    if k > 1 and all(math.isclose(h, k * g, rel_tol=1e-9) for _, h, g in pairs):
        text = f"the gradients are {k} times those of the loss: backward() ran {k} times, or zero_grad() was forgotten"
        yield Finding("repeated", text, wrong)
    else:
        text = f"{len(wrong)} of {len(pairs)} gradients hold more than those of this loss: call zero_grad() each step"
        yield Finding("accumulated", text, wrong)


def _kept(under: set[int], leaves: Sequence[Node]) -> Iterable[Finding]:
    """Find containers that hold two or more other results over the same leaves."""
    everything = (x for x in gc.get_objects() if issubclass(type(x), Node))  # isinstance asks strangers for their class
    other: list[Any] = [x for x in everything if x.op is not None and id(x) not in under]
    inner = {id(a) for x in other for a in x.args}
    shared = {id(leaf) for leaf in leaves}
    roots = [x for x in other if id(x) not in inner and any(id(node) in shared for node in numbered(x))]
    holders: dict[int, list[Node]] = defaultdict(list)
    for root in roots:
        for holder in gc.get_referrers(root):
            if isinstance(holder, list | deque) and holder is not roots and holder is not other:
                holders[id(holder)].append(root)
    for held in holders.values():
        if len(held) > 1:
            size = len({id(node) for root in held for node in numbered(root)})
            text = (
                f"{len(held)} other results are kept in a list, with {size:,} nodes under them: keep loss.data instead"
            )
            yield Finding("kept", text, tuple(held))
