"""What is said at each moment of the two passes: the equations beneath the picture, and a note on each."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from functools import reduce
from operator import add

from autograd.graph.trace import Chain, Forward, Seed, Step, Trace, backward

from ..drawing.glyph import bracketed
from ..text import digits, template
from ..text import ellipsize_list as some
from ..text import fill_template as fill
from ..text import short_name as name
from ..text import subscript_digits as pretty

LINES = 6  # of equations, at most
Line = tuple[tuple[str, str], ...]  # texts, and the class of each: v for values, g for gradients, q for what is quiet


def usual(trace: Trace) -> bool:
    """Tell whether the steps are those of the graph; a trace made to show a mistake has others."""
    forward = [Forward(n, x) for n, x in enumerate(trace.data)]
    return repr([*forward, *backward(trace.graph, trace.edges)]) == repr(list(trace.steps))  # where nan is nan


class Lines:
    """The lines of text for any steps of a trace, of which these wires are drawn."""

    def __init__(self, trace: Trace, granularity: str, wires: Collection[int]) -> None:
        self.trace, self.granularity, self.wires = trace, granularity, wires
        self.names = [pretty(name(row)) for row in trace.graph.rows]
        self.usual = usual(trace)
        self.arriving = [0] * len(self.names)  # contributions to each node, by the graph
        for edge in trace.edges:
            self.arriving[edge.src] += edge.local is not None
        self.arrived: list[list[str]] = [[] for _ in self.names]  # and by the steps
        self.nth: dict[int, int] = {}  # which of them each step is
        for n, step in enumerate(trace.steps):
            if isinstance(step, Chain) and trace.edges[step.edge].local is not None:
                came = self.arrived[trace.edges[step.edge].src]
                came.append(digits(step.contribution, "−"))
                self.nth[n] = len(came)

    def of(self, group: Sequence[int]) -> list[Line]:
        """Write the lines for a moment, whose steps are told by their numbers."""
        now = [self.trace.steps[n] for n in group]
        root = self.names[-1]
        if not now:
            return [((f"How {root} depends on every number", ""),), (("step forward to begin", "q"),)]
        if self.granularity == "pass":
            if isinstance(now[0], Forward):
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
            chains = [step for step in now if isinstance(step, Chain)]
            if chains[0].edge not in self.wires:
                return self._behind(chains)
            found = [self._chain(step) for step in chains]
        if len(found) > LINES:
            found = [*found[: LINES - 1], ((f"… {len(found) - LINES + 1} more", "q"),)]
        if len(now) == 1:
            return [*found, self._note(now[0], group[0])]
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
        args = [arg if isinstance(arg, int) else None for arg in row.args]
        by_name = fill(form, ["" if arg is None else self.names[arg] for arg in args])
        by_value = fill(form, ["" if arg is None else digits(self.trace.data[arg], "−") for arg in args])
        return ((f"{self.names[node]} = {by_name} = {by_value} = ", ""), value)

    def _chain(self, step: Chain) -> Line:
        edge = self.trace.edges[step.edge]
        root, src, dst = self.names[-1], self.names[edge.src], self.names[edge.dst]
        if edge.local is None:
            return ((f"∂{root}/∂{src}: nothing flows from {dst}", ""),)
        sign = "+=" if self.arriving[edge.src] > 1 else "="
        product = f"{bracketed(edge.local)} × [{digits(step.upstream, '−')}] = {digits(step.contribution, '−')}"
        return ((f"∂{root}/∂{src} {sign} ∂{dst}/∂{src} × ∂{root}/∂{dst} = ", ""), (product, "g"))

    def _behind(self, chains: list[Chain]) -> list[Line]:
        into = f"∂{self.names[-1]}/∂{self.names[self.trace.edges[chains[0].edge].src]}"
        total = reduce(add, [step.contribution for step in chains], 0.0)  # sum is more exact, and the page's is not
        return [
            ((f"{into} += ", ""), (digits(total, "−"), "g")),
            ((f"from nodes not drawn; {into} is now ", "q"), (digits(chains[-1].after, "−"), "g")),
        ]

    def _note(self, step: Step, n: int) -> Line:
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
        if self.arriving[edge.src] == 1:
            return (("[local] × [upstream]", "q"),)
        if self.nth[n] == 1:
            return ((f"the first of {self.arriving[edge.src]} contributions to {self.names[edge.src]}", "q"),)
        arrived = self.arrived[edge.src][: self.nth[n]]
        terms = " + ".join(_bracket(t) if i else t for i, t in enumerate(some(arrived)))
        return ((f"accumulates: {terms} = ", "q"), (digits(step.after, "−"), "g"))


def _bracket(text: str) -> str:
    return f"({text})" if text.startswith("−") else text
