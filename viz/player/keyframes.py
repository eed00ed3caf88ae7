"""Group the steps of a trace into keyframes, with frames and captions.

With granularity edge a keyframe is a step of the trace. With node, it has all arguments of a node, or all leaves. With
pass, it is a whole pass. The scripts of the player do the same in a page, and the tests compare both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from autograd.graph import Chain, Forward, Seed, Step, Trace

from ..drawing import Frame, bracket_local
from ..text import digits
from .captions import MAX_LINES, Captions, Line

GRANULARITIES = ("edge", "node", "pass")
Drawn = tuple[Collection[int], Collection[int]]  # the nodes and edges that are drawn, as the trace numbers them


@dataclass(frozen=True)
class Keyframe:
    """One of ``count`` keyframes after the start, which is number 0."""

    number: int
    count: int
    phase: str  # Start, Forward or Backward
    frame: Frame
    caption: tuple[Line, ...]


def group_steps(trace: Trace, granularity: str, drawn: Drawn | None = None) -> list[list[int]]:
    """Return the numbers of the steps of each keyframe, for drawn nodes.

    All that reaches a node along hidden edges is one keyframe, just before its gradient is next needed.

    >>> from autograd import Value, trace
    >>> x = Value(3.0, label="x")
    >>> [group_steps(trace(x * x), granularity) for granularity in GRANULARITIES]
    [[[0], [1], [2], [3], [4]], [[0], [1], [2], [3, 4]], [[0, 1], [2, 3, 4]]]
    """
    groups: list[list[int]] = []
    open_groups: dict[object, list[int]] = {}  # the group of the leaves, and the last group
    nodes, drawn_edges = _drawn_sets(trace, drawn)
    needed = {dst: {dst} for dst in nodes}  # the nodes whose gradients a step of each node shows
    for n in drawn_edges:
        needed[trace.edges[n].dst].add(trace.edges[n].src)
    hidden: dict[int, list[int]] = {}  # steps along hidden edges, by the node that they reach

    def put(key: object, *steps: int) -> None:
        nonlocal open_groups
        if key not in open_groups:
            groups.append([])
            open_groups = {"leaves": open_groups["leaves"]} if "leaves" in open_groups else {}
            open_groups[key] = groups[-1]
        open_groups[key] += steps

    def put_hidden(reached: Collection[int]) -> None:
        for node in sorted(reached):
            steps = hidden.pop(node)
            put(False if granularity == "pass" else ("hidden", steps[0]), *steps)

    for n, step in enumerate(trace.steps):
        if not isinstance(step, Chain):
            if step.node in nodes:
                put(_group_key(trace, step, n, granularity), n)
            continue
        edge = trace.edges[step.edge]
        if step.edge in drawn_edges:
            put_hidden(needed[edge.dst] & hidden.keys())
            put(_group_key(trace, step, n, granularity), n)
        elif edge.src in nodes:
            hidden.setdefault(edge.src, []).append(n)
    put_hidden(list(hidden))
    return groups


def _drawn_sets(trace: Trace, drawn: Drawn | None) -> tuple[set[int], set[int]]:
    nodes, edges = drawn or (range(len(trace.data)), range(len(trace.edges)))
    return set(nodes), set(edges)


def _group_key(trace: Trace, step: Step, n: int, granularity: str) -> object:
    is_forward = isinstance(step, Forward)
    if granularity == "pass":
        return is_forward
    if granularity == "edge":
        return n
    if isinstance(step, Forward) and trace.graph.rows[step.node].op is None:
        return "leaves"
    return (is_forward, trace.edges[step.edge].dst) if isinstance(step, Chain) else (is_forward, step.node, "own")


class Keyframes:
    """All keyframes of a trace in time, from the start, at which no number is known."""

    def __init__(self, trace: Trace, granularity: str = "edge", drawn: Drawn | None = None) -> None:
        self.trace = trace
        self.granularity = granularity
        self.groups: list[list[int]] = group_steps(trace, granularity, drawn)
        self.drawn_edges: set[int] = _drawn_sets(trace, drawn)[1]
        self.in_edges: list[list[int]] = [[] for _ in trace.data]
        for n, edge in enumerate(trace.edges):
            self.in_edges[edge.dst].append(n)

    def __len__(self) -> int:
        return len(self.groups) + 1

    def __iter__(self) -> Iterator[Keyframe]:
        captions = Captions(self.trace, self.granularity, self.drawn_edges)
        values: dict[int, float] = {}
        grads: dict[int, float] = {}
        known: set[int] = set()
        for k, group in enumerate([[], *self.groups]):
            steps = [self.trace.steps[n] for n in group]
            for step in steps:
                match step:
                    case Forward(node, value):
                        values[node] = value
                    case Seed(node, grad):
                        grads[node] = grad
                    case Chain(edge, after=after):
                        grads[self.trace.edges[edge].src] = after
                        known.add(edge)
            phase = "Start" if not steps else "Forward" if isinstance(steps[0], Forward) else "Backward"
            frame = replace(self._highlight(steps), values=dict(values), grads=dict(grads), known=set(known))
            yield Keyframe(k, len(self.groups), phase, frame, tuple(captions.for_steps(group)))

    def max_caption_lines(self) -> int:
        """Return the number of lines of the longest caption."""
        if self.granularity != "node":
            return 2  # an equation and a note
        first = [(self.trace.steps[group[0]], len(group)) for group in self.groups]
        sizes = [size for step, size in first if isinstance(step, Chain) and step.edge in self.drawn_edges]
        return min(MAX_LINES, max([2, *sizes]))

    def _highlight(self, steps: list[Step]) -> Frame:
        """Return a frame that highlights what the steps do, without any numbers."""
        frame = Frame({}, {}, (), colour_passed=True)
        if self.granularity == "pass" or not steps:
            return frame
        if isinstance(steps[0], Forward):
            nodes = {step.node for step in steps if isinstance(step, Forward)}
            active = {n for node in nodes for n in self.in_edges[node]}
            return replace(frame, phase="fwd", edges=active, nodes=nodes, marked_values=nodes)
        frame = replace(frame, phase="bwd")
        if isinstance(steps[0], Seed):
            return replace(frame, nodes={steps[0].node}, marked_grads={steps[0].node})
        chains = [step for step in steps if isinstance(step, Chain)]
        edges = [self.trace.edges[step.edge] for step in chains]
        sources, dst = {edge.src for edge in edges}, edges[0].dst
        if chains[0].edge not in self.drawn_edges:
            return replace(frame, nodes=sources, marked_grads=sources)
        upstream = digits(chains[0].upstream, "−")
        if len(chains) > 1:
            badge = (dst, f"[local] × [{upstream}]", "to each argument")
        elif edges[0].local is None:
            badge = (dst, "nothing flows", "along this edge")
        else:
            product = f"{bracket_local(edges[0].local)} × [{upstream}]"
            badge = (dst, product, f"= {digits(chains[0].contribution, '−')}")
        active = {step.edge for step in chains}
        return replace(frame, edges=active, nodes=sources, marked_grads=sources | {dst}, badge=badge)
