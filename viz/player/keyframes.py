"""What there is to see at each moment of the two passes; what is said of it, lines.py says.

The moments of granularity edge are the steps of the trace; those of granularity node take all the arguments of
a node together, and all leaves; those of granularity pass a whole pass. ``player.js`` does in a page what this
file does in Python, and the tests hold them together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from autograd.graph.trace import Chain, Forward, Seed, Step, Trace

from ..drawing.glyph import State, bracketed
from ..text import digits
from .captions import LINES, Line, Lines

GRANULARITIES = ("edge", "node", "pass")
Drawn = tuple[Collection[int], Collection[int]]  # nodes and edges, as the trace numbers them


@dataclass(frozen=True)
class Moment:
    """What is shown after so many of the moments: a phase, a picture, and lines of text."""

    number: int
    count: int
    phase: str  # Start, Forward or Backward
    state: State
    lines: tuple[Line, ...]


def bounds(trace: Trace, granularity: str, drawn: Drawn | None = None) -> list[list[int]]:
    """Group the steps, by their numbers, into moments; only steps of the nodes drawn take part.

    What reaches a node along edges that are not drawn is one moment, just before its gradient is next needed.

    >>> from autograd import Value, trace
    >>> x = Value(3.0, label="x")
    >>> [bounds(trace(x * x), granularity) for granularity in GRANULARITIES]
    [[[0], [1], [2], [3], [4]], [[0], [1], [2], [3, 4]], [[0, 1], [2, 3, 4]]]
    """
    groups: list[list[int]] = []
    latest: dict[object, list[int]] = {}  # the group of the leaves, and the last one
    nodes, wires = _drawn(trace, drawn)
    needed = {dst: {dst} for dst in nodes}  # what a node passes on, and to whom
    for n in wires:
        needed[trace.edges[n].dst].add(trace.edges[n].src)
    behind: dict[int, list[int]] = {}  # steps along edges that are not drawn, by the node that they reach

    def put(key: object, *steps: int) -> None:
        nonlocal latest
        if key not in latest:
            groups.append([])
            latest = {"leaves": latest["leaves"]} if "leaves" in latest else {}
            latest[key] = groups[-1]
        latest[key] += steps

    def tell(some: Collection[int]) -> None:
        for node in sorted(some):
            steps = behind.pop(node)
            put(False if granularity == "pass" else ("behind", steps[0]), *steps)

    for n, step in enumerate(trace.steps):
        if not isinstance(step, Chain):
            if step.node in nodes:
                put(_group(trace, step, n, granularity), n)
            continue
        edge = trace.edges[step.edge]
        if step.edge in wires:
            tell(needed[edge.dst] & behind.keys())
            put(_group(trace, step, n, granularity), n)
        elif edge.src in nodes:
            behind.setdefault(edge.src, []).append(n)
    tell(list(behind))
    return groups


def _drawn(trace: Trace, drawn: Drawn | None) -> tuple[set[int], set[int]]:
    nodes, wires = drawn or (range(len(trace.data)), range(len(trace.edges)))
    return set(nodes), set(wires)


def _group(trace: Trace, step: Step, n: int, granularity: str) -> object:
    forward = isinstance(step, Forward)
    if granularity == "pass":
        return forward
    if granularity == "edge":
        return n
    if isinstance(step, Forward) and trace.graph.rows[step.node].op is None:
        return "leaves"
    return (forward, trace.edges[step.edge].dst) if isinstance(step, Chain) else (forward, step.node, "own")


class Moments:
    """All moments of a trace in time, from 0, where nothing is known yet."""

    def __init__(self, trace: Trace, granularity: str = "edge", drawn: Drawn | None = None) -> None:
        self.trace = trace
        self.granularity = granularity
        self.groups = bounds(trace, granularity, drawn)
        self.wires = _drawn(trace, drawn)[1]
        self.into: list[list[int]] = [[] for _ in trace.data]
        for n, edge in enumerate(trace.edges):
            self.into[edge.dst].append(n)

    def __len__(self) -> int:
        return len(self.groups) + 1

    def __iter__(self) -> Iterator[Moment]:
        lines = Lines(self.trace, self.granularity, self.wires)
        values: dict[int, float] = {}
        grads: dict[int, float] = {}
        known: set[int] = set()
        for k, group in enumerate([[], *self.groups]):
            for n in group:
                match self.trace.steps[n]:
                    case Forward(node, value):
                        values[node] = value
                    case Seed(node, grad):
                        grads[node] = grad
                    case Chain(edge, after=after):
                        grads[self.trace.edges[edge].src] = after
                        known.add(edge)
            now = [self.trace.steps[n] for n in group]
            phase = "Start" if not now else "Forward" if isinstance(now[0], Forward) else "Backward"
            state = replace(self._active(now), values=dict(values), grads=dict(grads), known=set(known))
            yield Moment(k, len(self.groups), phase, state, tuple(lines.of(group)))

    def most_lines(self) -> int:
        """Return how many lines of text a moment has at most."""
        if self.granularity != "node":
            return 2  # an equation, and what there is to say of it
        first = [(self.trace.steps[group[0]], len(group)) for group in self.groups]
        arguments = [size for step, size in first if isinstance(step, Chain) and step.edge in self.wires]
        return min(LINES, max([2, *arguments]))

    def _active(self, now: list[Step]) -> State:
        """Tell what stands out, of a state that knows nothing yet."""
        state = State({}, {}, (), moving=True)
        if self.granularity == "pass" or not now:
            return state
        if isinstance(now[0], Forward):
            nodes = {step.node for step in now if isinstance(step, Forward)}
            active = {n for node in nodes for n in self.into[node]}
            return replace(state, phase="fwd", edges=active, nodes=nodes, marked_values=nodes)
        state = replace(state, phase="bwd")
        if isinstance(now[0], Seed):
            return replace(state, nodes={now[0].node}, marked_grads={now[0].node})
        chains = [step for step in now if isinstance(step, Chain)]
        edges = [self.trace.edges[step.edge] for step in chains]
        sources, dst = {edge.src for edge in edges}, edges[0].dst
        if chains[0].edge not in self.wires:
            return replace(state, nodes=sources, marked_grads=sources)
        upstream = digits(chains[0].upstream, "−")
        if len(chains) > 1:
            badge = (dst, f"[local] × [{upstream}]", "to each argument")
        elif edges[0].local is None:
            badge = (dst, "nothing flows", "along this edge")
        else:
            product = f"{bracketed(edges[0].local)} × [{upstream}]"
            badge = (dst, product, f"= {digits(chains[0].contribution, '−')}")
        active = {step.edge for step in chains}
        return replace(state, edges=active, nodes=sources, marked_grads=sources | {dst}, badge=badge)
