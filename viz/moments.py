"""What there is to see at each moment of the two passes: the state of the picture, and the equations beneath it.

The moments of granularity edge are the steps of the trace; those of granularity node take all the arguments of
a node together, and all leaves; those of granularity pass a whole pass. ``player.js`` does in a page what this
file does in Python, and the tests hold them together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograd.steps import Chain, Forward, Seed, Step, Trace, backward

from .gate import State, bracketed
from .letters import some
from .signs import fill, template
from .words import digits, name, pretty

GRANULARITIES = ("edge", "node", "pass")
LINES = 6  # of equations, at most
Line = tuple[tuple[str, str], ...]  # texts, and the class of each: v for values, g for gradients, q for what is quiet


@dataclass(frozen=True)
class Moment:
    """What is shown after so many of the moments: a phase, a picture, and lines of text."""

    number: int
    count: int
    phase: str  # Start, Forward or Backward
    state: State
    lines: tuple[Line, ...]


def bounds(trace: Trace, granularity: str, drawn: Sequence[int] | None = None) -> list[list[int]]:
    """Group the steps, by their numbers, into moments; only steps of the nodes drawn take part.

    >>> from autograd import Value, trace
    >>> x = Value(3.0, label="x")
    >>> [bounds(trace(x * x), granularity) for granularity in GRANULARITIES]
    [[[0], [1], [2], [3], [4]], [[0], [1], [2], [3, 4]], [[0, 1], [2, 3, 4]]]
    """
    groups: list[list[int]] = []
    latest: dict[object, list[int]] = {}  # the group of the leaves, and the last one
    shown = set(range(len(trace.data)) if drawn is None else drawn)
    for n, step in enumerate(trace.steps):
        if nodes_of(trace, step) <= shown:
            key = _group(trace, step, n, granularity)
            if key not in latest:
                groups.append([])
                latest = {"leaves": latest["leaves"]} if "leaves" in latest else {}
                latest[key] = groups[-1]
            latest[key].append(n)
    return groups


def usual(trace: Trace) -> bool:
    """Tell whether the steps are those of the graph; a trace made to show a mistake has others."""
    forward = [Forward(n, x) for n, x in enumerate(trace.data)]
    return repr([*forward, *backward(trace.graph, trace.edges)]) == repr(list(trace.steps))  # where nan is nan


def nodes_of(trace: Trace, step: Step) -> set[int]:
    """Return the nodes that a step is about."""
    if isinstance(step, Chain):
        return {trace.edges[step.edge].src, trace.edges[step.edge].dst}
    return {step.node}


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
    """All moments of a trace, from 0, where nothing is known yet."""

    def __init__(self, trace: Trace, granularity: str = "edge", drawn: Sequence[int] | None = None) -> None:
        self.trace = trace
        self.granularity = granularity
        self.groups = bounds(trace, granularity, drawn)
        rows = trace.graph.rows
        self.names = [pretty(name(row)) for row in rows]
        self.usual = usual(trace)
        self.arriving = [0] * len(rows)  # contributions to each node
        for edge in trace.edges:
            self.arriving[edge.src] += edge.local is not None

    def __len__(self) -> int:
        return len(self.groups) + 1

    def __iter__(self) -> Iterator[Moment]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, k: int) -> Moment:
        if not 0 <= k < len(self):
            raise IndexError(f"moment {k} of {len(self)}")
        group = self.groups[k - 1] if k else []
        now = [self.trace.steps[n] for n in group]
        done = [self.trace.steps[n] for earlier in self.groups[:k] for n in earlier]
        phase = "Start" if not now else "Forward" if isinstance(now[0], Forward) else "Backward"
        lines = self._lines(phase, now, max(group, default=0))
        return Moment(k, len(self.groups), phase, self._state(phase, now, done), tuple(lines))

    def most_lines(self) -> int:
        """Return how many lines of text a moment has at most."""
        if self.granularity != "node":
            return 2  # an equation, and what there is to say of it
        arguments = [len(group) for group in self.groups if not isinstance(self.trace.steps[group[0]], Forward)]
        return min(LINES, max([2, *arguments]))

    def _state(self, phase: str, now: list[Step], done: list[Step]) -> State:
        trace = self.trace
        values = {step.node: step.value for step in done if isinstance(step, Forward)}
        grads = {step.node: step.grad for step in done if isinstance(step, Seed)}
        grads |= {trace.edges[step.edge].src: step.after for step in done if isinstance(step, Chain)}
        known = {step.edge for step in done if isinstance(step, Chain)}
        if self.granularity == "pass" or not now:
            return State(values, grads, known, moving=True)
        if phase == "Forward":
            nodes = {step.node for step in now if isinstance(step, Forward)}
            active = {n for n, edge in enumerate(trace.edges) if edge.dst in nodes}
            return State(values, grads, known, "fwd", active, nodes, nodes, moving=True)
        if isinstance(now[0], Seed):
            node = {now[0].node}
            return State(values, grads, known, "bwd", (), node, (), node, moving=True)
        chains = [step for step in now if isinstance(step, Chain)]
        edges = [trace.edges[step.edge] for step in chains]
        sources = {edge.src for edge in edges}
        upstream = digits(chains[0].upstream, "−")
        if len(chains) > 1:
            badge = (edges[0].dst, f"[local] × [{upstream}]", "to each argument")
        elif edges[0].local is None:
            badge = (edges[0].dst, "nothing flows", "along this edge")
        else:
            first = f"{bracketed(edges[0].local)} × [{upstream}]"
            badge = (edges[0].dst, first, f"= {digits(chains[0].contribution, '−')}")
        marked = sources | {edges[0].dst}
        return State(values, grads, known, "bwd", {c.edge for c in chains}, sources, (), marked, badge, True)

    def _lines(self, phase: str, now: list[Step], last: int) -> list[Line]:
        root = self.names[-1]
        if not now:
            return [((f"How {root} depends on every number", ""),), (("step forward to begin", "q"),)]
        if self.granularity == "pass":
            if phase == "Forward":
                return [self._forward(len(self.names) - 1), (("every value, from its arguments", "q"),)]
            return [((f"∂{root}/∂ every node", ""),), (("each contribution is [local] × [upstream]", "q"),)]
        if isinstance(now[0], Forward):
            found = [self._forward(step.node) for step in now if isinstance(step, Forward)]
        elif isinstance(now[0], Seed):
            return [
                ((f"∂{root}/∂{root} = ", ""), (digits(now[0].grad, "−"), "g")),
                (("the backward pass starts here", "q"),),
            ]
        else:
            found = [self._chain(step) for step in now if isinstance(step, Chain)]
        if len(found) > LINES:
            found = [*found[: LINES - 1], ((f"… {len(found) - LINES + 1} more", "q"),)]
        if len(now) == 1:
            return [*found, self._note(now[0], last)]
        if isinstance(now[0], Forward):  # the leaves, on one line
            joined = [part for line in found for part in ((", ", ""), *line)][1:]
            return [tuple(joined), (("leaves: their values are given", "q"),)]
        return found

    def _forward(self, node: int) -> Line:
        row = self.trace.graph.rows[node]
        value = (digits(self.trace.data[node], "−"), "v")
        if row.op is None:
            return ((f"{self.names[node]} = ", ""), value)
        form = template(self.trace, row)
        by_name, by_value = (
            fill(form, [texts[arg] if isinstance(arg, int) else "" for arg in row.args])
            for texts in (self.names, [digits(x, "−") for x in self.trace.data])
        )
        return ((f"{self.names[node]} = {by_name} = {by_value} = ", ""), value)

    def _chain(self, step: Chain) -> Line:
        edge = self.trace.edges[step.edge]
        root, src, dst = self.names[-1], self.names[edge.src], self.names[edge.dst]
        if edge.local is None:
            return ((f"∂{root}/∂{src}: nothing flows from {dst}", ""),)
        sign = "+=" if self.arriving[edge.src] > 1 else "="
        product = f"{bracketed(edge.local)} × [{digits(step.upstream, '−')}] = {digits(step.contribution, '−')}"
        return ((f"∂{root}/∂{src} {sign} ∂{dst}/∂{src} × ∂{root}/∂{dst} = ", ""), (product, "g"))

    def _note(self, step: Step, last: int) -> Line:
        if isinstance(step, Forward):
            leaf = self.trace.graph.rows[step.node].op is None
            return (("a leaf: its value is given" if leaf else "computed from its arguments", "q"),)
        assert isinstance(step, Chain)
        edge = self.trace.edges[step.edge]
        if edge.local is None:
            return (("this argument only chooses, or is not chosen", "q"),)
        if step.upstream == 0 and not math.isfinite(step.local):
            return (("a gradient of 0 passes nothing on", "q"),)
        if not self.usual and step.before:
            before, contribution = digits(step.before, "−"), digits(step.contribution, "−")
            if step.before + step.contribution - step.after:
                return ((f"overwrites {before}", "q"),)
            return ((f"accumulates: {before} + {_bracket(contribution)} = ", "q"), (digits(step.after, "−"), "g"))
        arrived = [
            digits(s.contribution, "−")
            for s in self.trace.steps[: last + 1]
            if isinstance(s, Chain)
            and self.trace.edges[s.edge].src == edge.src
            and self.trace.edges[s.edge].local is not None
        ]
        if self.arriving[edge.src] == 1:
            return (("[local] × [upstream]", "q"),)
        if len(arrived) == 1:
            return ((f"the first of {self.arriving[edge.src]} contributions to {self.names[edge.src]}", "q"),)
        terms = " + ".join(_bracket(t) if i else t for i, t in enumerate(some(arrived)))
        return ((f"accumulates: {terms} = ", "q"), (digits(step.after, "−"), "g"))


def _bracket(text: str) -> str:
    return f"({text})" if text.startswith("−") else text
