"""The usual faults of a training loop, found in a loss and its gradients.

Nothing here changes a ``grad``.
"""

from __future__ import annotations

import gc
import math
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..engine import Node, expect_value, first_lost, first_stale, format_call, graph_vjp, nodes_in_order
from ..engine import first_nonfinite as birth


@dataclass(frozen=True)
class Finding:
    """A fault in a training loop.

    Attributes:
        kind: A word, such as "stale"; see ``lint``.
        message: What was found, and often a remedy.
        nodes: The Values that show it; there may be none.
    """

    kind: str
    message: str
    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


def lint(loss: Node, parameters: Iterable[Node] | None = None) -> list[Finding]:
    """Return the usual faults of a training loop that a loss shows.

    Call it between ``loss.backward()`` and the step of the optimizer. The kinds are "stale" (data changed after the
    forward pass), "lost" (a gradient of 0 met an infinite derivative), "unused" (a parameter that the loss does not
    depend on), "nan" (with its origin), "repeated" (backward ran more than once), "accumulated" (gradients of an
    earlier step were not zeroed) and "kept" (a list holds other results, with all their graphs).

    Args:
        loss: The Value on which ``backward`` was called.
        parameters: The parameters that are trained; if None, the leaves under the loss.

    Raises:
        TypeError: If loss or a parameter is not a Value.

    >>> from autograd import Value
    >>> w, spare = Value(2.0, label="w"), Value(1.0, label="spare")
    >>> loss = w * w
    >>> loss.backward()
    >>> loss.backward()
    >>> for finding in lint(loss, [w, spare]): print(finding)
    unused: the loss does not depend on spare
    repeated: the gradients are 2 times those of the loss: backward() ran 2 times, or zero_grad() was forgotten
    """
    nodes = nodes_in_order(expect_value(loss, "loss"))
    leaves = [node for node in nodes if node.op is None and node.requires_grad]
    given = leaves if parameters is None else list(parameters)
    for i, p in enumerate(given):
        expect_value(p, f"parameters[{i}]")
    under = {id(node) for node in nodes}
    findings = list(_find_stale(loss))
    if where := first_lost(loss):
        findings.append(Finding("lost", where, ()))
    unused = tuple(p for p in given if id(p) not in under)
    if unused:
        names = ", ".join(p.label or repr(p) for p in unused[:5])
        more = f" and {len(unused) - 5} more" if len(unused) > 5 else ""
        findings.append(Finding("unused", f"the loss does not depend on {names}{more}", unused))
    return [*findings, *_find_accumulated(loss, [p for p in given if id(p) in under]), *_find_kept(under, leaves)]


def _find_stale(loss: Node) -> Iterable[Finding]:
    node = first_stale(loss)
    if node is not None and node.op is not None:
        text = f"data was changed after {format_call(node.op, node.args)} gave {node.data}: run forward() again"
        yield Finding("stale", text, (node,))


def _find_accumulated(loss: Node, parameters: Sequence[Node]) -> Iterable[Finding]:
    """Yield a finding if the parameters hold more than the gradients of this loss."""
    own = [g or 0.0 for g in graph_vjp([loss], parameters, [1.0], create_graph=False)]
    held = [getattr(p.grad, "data", p.grad) for p in parameters]  # a float, or a graph of one
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


def _find_kept(under: set[int], leaves: Sequence[Node]) -> Iterable[Finding]:
    """Yield a finding for each list that holds other results over the same leaves."""
    everything = (x for x in gc.get_objects() if issubclass(type(x), Node))  # isinstance runs a __class__ property
    other: list[Any] = [x for x in everything if x.is_concrete and x.op is not None and id(x) not in under]
    inner = {id(a) for x in other for a in x.args}
    shared = {id(leaf) for leaf in leaves}
    roots = [x for x in other if id(x) not in inner and any(id(node) in shared for node in nodes_in_order(x))]
    holders: dict[int, list[Node]] = defaultdict(list)
    for root in roots:
        for holder in gc.get_referrers(root):
            if isinstance(holder, list | deque) and holder is not roots and holder is not other:
                holders[id(holder)].append(root)
    for held in holders.values():
        if len(held) > 1:
            size = len({id(node) for root in held for node in nodes_in_order(root)})
            text = (
                f"{len(held)} other results are kept in a list, with {size:,} nodes under them: keep loss.data instead"
            )
            yield Finding("kept", text, tuple(held))
