"""A trace as plain data: one forward and one backward pass, step by step.

trace  := graph data edge … step … op … watched …
edge   := src dst slot local   one for each argument that is a node: a·a has two
step   := forward node value | seed node grad
        | chain edge local upstream contribution before after
watched := sign number         a comparison of the result
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from ..numbers import SIGNS
from .graph import Graph, graph_from_data, row_to_data
from .serialization import dump, load, read_float, read_index, read_list, read_text


@dataclass(frozen=True, slots=True)
class Edge:
    """An argument that is a node, with its local derivative ∂dst/∂src.

    ``local`` is None where no gradient flows.
    """

    src: int
    dst: int
    slot: int
    local: float | None


@dataclass(frozen=True, slots=True)
class Forward:
    """The forward pass computes the value of a node."""

    node: int
    value: float


@dataclass(frozen=True, slots=True)
class Seed:
    """The backward pass starts with ∂L/∂L."""

    node: int
    grad: float


@dataclass(frozen=True, slots=True)
class Chain:
    """The backward pass adds local × upstream to the gradient of a source."""

    edge: int
    local: float
    upstream: float
    contribution: float
    before: float
    after: float


Step = Forward | Seed | Chain
STEPS: dict[str, type[Step]] = {"forward": Forward, "seed": Seed, "chain": Chain}


@dataclass(frozen=True)
class Trace:
    """A graph with one output, and its forward and backward pass step by step.

    Attributes:
        graph, data: The rows of the nodes, and the value of each.
        edges: One for each argument that is a node, with its local derivative.
        steps: The forward and the backward pass: ``Forward``, ``Seed`` and ``Chain``.
        ops: The symbol, the LaTeX and the expression trees of each operation in it, by name.
        watched: How Python compared the result with numbers while it was recorded, such as ("<", 0.5).
    """

    graph: Graph
    data: tuple[float, ...]
    edges: tuple[Edge, ...]
    steps: tuple[Step, ...]
    ops: dict[str, Any]
    watched: tuple[tuple[str, float], ...] = ()

    @cached_property
    def grads(self) -> tuple[float, ...]:
        """∂L/∂ each node; 0 where no contribution arrived."""
        grads = self.state(len(self.steps))[1]
        return tuple(grads.get(n, 0.0) for n in range(len(self.data)))

    def state(self, k: int) -> tuple[dict[int, float], dict[int, float]]:
        """Return the values and the gradients that are known after the first k steps."""
        values: dict[int, float] = {}
        grads: dict[int, float] = {}
        for step in self.steps[:k]:
            match step:
                case Forward():
                    values[step.node] = step.value
                case Seed():
                    grads[step.node] = step.grad
                case Chain():
                    grads[self.edges[step.edge].src] = step.after
        return values, grads

    def to_json(self) -> str:
        """Return the trace as JSON."""
        nodes = [
            row_to_data(n, row) | {"data": x} for n, (row, x) in enumerate(zip(self.graph.rows, self.data, strict=True))
        ]
        edges = [{"id": n} | asdict(edge) for n, edge in enumerate(self.edges)]
        kinds = {cls: kind for kind, cls in STEPS.items()}
        steps = [{"kind": kinds[type(step)]} | asdict(step) for step in self.steps]
        watched = {"watched": self.watched} if self.watched else {}
        return dump("trace", nodes=nodes, edges=edges, ops=self.ops, steps=steps, **watched)

    @classmethod
    def from_json(cls, text: str | bytes) -> Trace:
        """Return the trace that ``to_json`` wrote, or raise ValueError with the reason."""
        return load("trace", text, cls._read)

    @classmethod
    def _read(cls, d: Any) -> Trace:
        nodes = read_list(d["nodes"])
        graph = graph_from_data(nodes, [len(nodes) - 1])
        edges = tuple(_read_edge(n, e, graph) for n, e in enumerate(read_list(d["edges"])))
        steps = tuple(_read_step(step, len(nodes), len(edges)) for step in read_list(d["steps"]))
        for row in graph.rows:
            if row.op:
                _check_op(d["ops"][row.op], len(row.args))
        watched = tuple((_read_sign(sign), read_float(x)) for sign, x in read_list(d.get("watched", [])))
        return cls(graph, tuple(read_float(node["data"]) for node in nodes), edges, steps, dict(d["ops"]), watched)


def _read_edge(n: int, d: Any, graph: Graph) -> Edge:
    if read_index(d["id"]) != n:
        raise ValueError(f"edge {n} has the id {d['id']}")
    dst = read_index(d["dst"], len(graph.rows))
    slot = read_index(d["slot"], len(graph.rows[dst].args))
    src = graph.rows[dst].args[slot]
    if not isinstance(src, int) or src != read_index(d["src"]):
        raise ValueError(f"edge {n} comes from node {d['src']}, which is not argument {slot} of node {dst}")
    return Edge(src, dst, slot, None if d["local"] is None else read_float(d["local"]))


def _read_step(d: Any, nodes: int, edges: int) -> Step:
    cls = STEPS[d["kind"]]
    limits = {"node": nodes, "edge": edges}
    read: Callable[[str], float] = lambda k: read_index(d[k], limits[k]) if k in limits else read_float(d[k])
    fields: dict[str, Any] = {k: read(k) for k in cls.__slots__}
    return cls(**fields)


def _read_sign(x: Any) -> str:
    if read_text(x) not in SIGNS.values():
        raise ValueError(f"expected a sign of {', '.join(SIGNS.values())}, got {x!r:.40}")
    return str(x)


def _check_op(d: Any, arity: int) -> None:
    """Raise ValueError if the metadata of an operation breaks the grammar."""
    read_text(d["symbol"]), read_text(d["latex"])
    for key in ("selects", "symmetric"):
        if not isinstance(d[key], bool):
            raise ValueError(f"expected a truth for {key}, got {d[key]!r:.40}")
    trees = d["trees"][str(arity)]
    if trees is not None and (trees["forward"] is None or len(read_list(trees["partials"])) != arity):
        raise ValueError(f"expected a forward and {arity} partials for {arity} arguments")


def backward_steps(
    graph: Graph,
    edges: Sequence[Edge],
    start: Mapping[int, float] | None = None,
    combine: Callable[[float, float], float] = operator.add,
) -> Iterator[Seed | Chain]:
    """Yield the steps of the backward pass over a graph with one output.

    They go back through the rows. The engine's ``backpropagate`` may add the same contributions in another order.

    Args:
        graph: The graph; its nodes are visited from the output to the first.
        edges: Its edges, whose local derivatives are multiplied by the upstream gradients.
        start: The gradients to start from, by node; 0 for all others.
        combine: How a contribution (second argument) joins the gradient that is there (first argument).
    """
    (root,) = graph.outputs
    grads = [0.0] * len(graph.rows)
    for node, grad in (start or {}).items():
        grads[node] = grad
    grads[root] = 1.0
    into: list[list[int]] = [[] for _ in graph.rows]
    for n, edge in enumerate(edges):
        into[edge.dst].append(n)
    yield Seed(root, 1.0)
    reached = {root, *(start or {})}
    for node in range(root, -1, -1):
        for n in into[node]:
            src, local, upstream, before = edges[n].src, edges[n].local, grads[node], grads[edges[n].src]
            contribution = 0.0
            if local is not None and node in reached:
                reached.add(src)
                contribution = local * upstream if upstream or local != local else 0.0
            grads[src] = combine(before, contribution)
            yield Chain(n, 0.0 if local is None else local, upstream, contribution, before, grads[src])
