"""Common mistakes of backpropagation, as traces with wrong gradients.

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

from .graph import Chain, Forward, Seed, Trace, backward_steps

MAX_STEPS = 100_000  # of the naive recursion, which takes one for each edge of each path


@dataclass(frozen=True)
class Difference:
    """A node whose gradient is wrong, with the right one.

    Attributes:
        node, label: The number of the node in the trace, and its label.
        right, wrong: ∂L/∂node in either trace.
    """

    node: int
    label: str
    right: float
    wrong: float

    def __str__(self) -> str:
        return f"{self.label}: {self.right}, not {self.wrong}"


def differences(right: Trace, wrong: Trace) -> list[Difference]:
    """Return the nodes whose gradients differ between two traces of one graph.

    Args:
        right, wrong: Two traces, as ``autograd.trace`` and the functions for mistakes return them.

    Raises:
        TypeError: If right or wrong is not a trace.
        ValueError: If they are traces of different graphs.
    """
    if _expect_trace(right, "right").graph != _expect_trace(wrong, "wrong").graph:
        raise ValueError("wrong: expected a trace of the same graph as right")
    rows = zip(count(), right.graph.rows, right.grads, wrong.grads, strict=False)
    return [Difference(n, row.label, a, b) for n, row, a, b in rows if a != b and not (a != a and b != b)]


def overwrite(trace: Trace) -> Trace:
    """Return the trace of a sweep that sets gradients instead of adding to them.

    The mistake is ``a.grad = …`` in place of ``a.grad += …``.

    Args:
        trace: The trace of the right backward pass.

    Raises:
        TypeError: If trace is not a trace.
    """
    _expect_trace(trace)
    keep_last = backward_steps(trace.graph, trace.edges, combine=lambda before, contribution: contribution)
    return _with_backward_pass(trace, keep_last)


def forget_zero_grad(trace: Trace, held: Mapping[str, float] | None = None) -> Trace:
    """Return the trace of a sweep that starts from gradients of an earlier one.

    Args:
        trace: The trace of the right backward pass.
        held: The gradients of the leaves by label, 0 for others; if None, those of the same backward pass.

    Raises:
        TypeError: If trace is not a trace, or held is not a mapping.
        ValueError: If no leaf has a label in held.
    """
    leaves = {n: row.label for n, row in enumerate(_expect_trace(trace).graph.rows) if row.op is None}
    if held is not None and not isinstance(held, Mapping):
        raise TypeError(f"held: expected a mapping from labels to gradients, got {type(held).__name__} {held!r:.40}")
    for label in held or ():
        if label not in leaves.values():
            raise ValueError(f"held: no leaf is called {label!r:.40}")
    start = {n: trace.grads[n] if held is None else held.get(label, 0.0) for n, label in leaves.items()}
    return _with_backward_pass(trace, backward_steps(trace.graph, trace.edges, start=start))


def recurse(trace: Trace) -> Trace:
    """Return the trace of a recursion that passes incomplete gradients on.

    Where a node is used more than once, the contribution of the first path is passed on again after the second. The
    topological order prevents this.

    Raises:
        TypeError: If trace is not a trace.
        ValueError: If the recursion takes more than 100,000 steps, one for each edge of each path.
    """
    return _with_backward_pass(trace, _recursive_steps(_expect_trace(trace)))


def _recursive_steps(trace: Trace) -> Iterator[Seed | Chain]:
    (root,) = trace.graph.outputs
    into: list[list[int]] = [[] for _ in trace.graph.rows]
    for k, e in enumerate(trace.edges):
        into[e.dst].append(k)
    grads = {root: 1.0}
    yield Seed(root, 1.0)
    stack = [iter(into[root])]
    for _ in range(MAX_STEPS):
        while (n := next(stack[-1], None)) is None:
            stack.pop()
            if not stack:
                return
        edge = trace.edges[n]
        local, upstream, before = edge.local or 0.0, grads[edge.dst], grads.get(edge.src, 0.0)
        contribution = local * upstream if upstream or local != local else 0.0
        grads[edge.src] = before + contribution
        yield Chain(n, local, upstream, contribution, before, grads[edge.src])
        stack.append(iter(into[edge.src]))
    raise ValueError(f"trace: the naive recursion takes more than {MAX_STEPS:,} steps, one for each edge of each path")


def _expect_trace(x: object, name: str = "trace") -> Trace:
    if not isinstance(x, Trace):
        raise TypeError(f"{name}: expected a trace, as autograd.trace(v) makes it, got {type(x).__name__} {x!r:.40}")
    return x


def _with_backward_pass(trace: Trace, steps: Iterator[Seed | Chain]) -> Trace:
    return replace(trace, steps=(*(step for step in trace.steps if isinstance(step, Forward)), *steps))
