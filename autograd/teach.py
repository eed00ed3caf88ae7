"""Backpropagation done wrong on purpose: a trace to the trace that a usual mistake would give.

>>> from autograd import Value, trace
>>> a = Value(3.0, label="a")
>>> b = a * 2
>>> b.label = "b"
>>> right = trace(b * b)
>>> for mistake in (overwrite, recurse, forget_zero_grad):
...     print(mistake.__name__, *differences(right, mistake(right)))
overwrite a: 24.0, not 12.0 b: 12.0, not 6.0
recurse a: 24.0, not 36.0
forget_zero_grad a: 24.0, not 48.0
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count

from .graph.trace import Chain, Forward, Seed, Trace, backward_steps

MOST = 100_000  # steps; the naive recursion takes one for each edge of each path


@dataclass(frozen=True)
class Difference:
    """A node whose gradient is wrong, with the right one."""

    node: int
    label: str
    right: float
    wrong: float

    def __str__(self) -> str:
        return f"{self.label}: {self.right}, not {self.wrong}"


def differences(right: Trace, wrong: Trace) -> list[Difference]:
    """List the nodes whose gradients differ between two traces of the same graph.

    Raises ValueError if they are of different graphs.
    """
    if _trace(right, "right").graph != _trace(wrong, "wrong").graph:
        raise ValueError("wrong: expected a trace of the same graph as right")
    rows = zip(count(), right.graph.rows, right.grads, wrong.grads, strict=False)
    return [Difference(n, row.label, a, b) for n, row, a, b in rows if a != b and not (a != a and b != b)]


def overwrite(trace: Trace) -> Trace:
    """Set gradients where they should be added up: ``a.grad = …`` in place of ``a.grad += …``."""
    _trace(trace)
    return _with_steps(
        trace, backward_steps(trace.graph, trace.edges, combine=lambda before, contribution: contribution)
    )


def forget_zero_grad(trace: Trace, held: Mapping[str, float] | None = None) -> Trace:
    """Start from gradients that the leaves still hold, by label: those of the same backward_steps pass unless given.

    Raises ValueError for a label that no leaf has.
    """
    leaves = {n: row.label for n, row in enumerate(_trace(trace).graph.rows) if row.op is None}
    if held is not None and not isinstance(held, Mapping):
        raise TypeError(f"held: expected a mapping from labels to gradients, got {type(held).__name__} {held!r:.40}")
    for label in held or ():
        if label not in leaves.values():
            raise ValueError(f"held: no leaf is called {label!r:.40}")
    start = {n: trace.grads[n] if held is None else held.get(label, 0.0) for n, label in leaves.items()}
    return _with_steps(trace, backward_steps(trace.graph, trace.edges, start=start))


def recurse(trace: Trace) -> Trace:
    """Go on from a node as soon as it is reached, before all that flows into it has arrived.

    Where the graph has a branch, what came by the first path is passed on again after the second: hence the
    topological order. It takes a step for each edge of each path; raises ValueError beyond 100,000.
    """
    return _with_steps(trace, _recursion(_trace(trace)))


def _recursion(trace: Trace) -> Iterator[Seed | Chain]:
    (root,) = trace.graph.outputs
    into: list[list[int]] = [[] for _ in trace.graph.rows]
    for k, e in enumerate(trace.edges):
        into[e.dst].append(k)
    grads = {root: 1.0}
    yield Seed(root, 1.0)
    stack = [iter(into[root])]
    for _ in range(MOST):
        while (n := next(stack[-1], None)) is None:
            stack.pop()
            if not stack:
                return
        edge = trace.edges[n]
        local, upstream, before = edge.local or 0.0, grads[edge.dst], grads.get(edge.src, 0.0)
        contribution = local * upstream if upstream else 0.0
        grads[edge.src] = before + contribution
        yield Chain(n, local, upstream, contribution, before, grads[edge.src])
        stack.append(iter(into[edge.src]))
    raise ValueError(f"trace: the naive recursion takes more than {MOST:,} steps, one for each edge of each path")


def _trace(x: object, name: str = "trace") -> Trace:
    if not isinstance(x, Trace):
        raise TypeError(f"{name}: expected a trace, as autograd.trace(v) makes it, got {type(x).__name__} {x!r:.40}")
    return x


def _with_steps(trace: Trace, steps: Iterator[Seed | Chain]) -> Trace:
    return replace(trace, steps=(*(step for step in trace.steps if isinstance(step, Forward)), *steps))
