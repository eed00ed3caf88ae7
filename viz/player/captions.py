"""Write the captions of steps: equations and a note beneath the picture."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from functools import reduce
from operator import add

from autograd.graph import Chain, Forward, Seed, Step, Trace, backward_steps

from ..drawing import bracket_local
from ..text import digits, ellipsize_list, fill_template, short_name, subscript_digits, template

MAX_LINES = 6  # equations in one caption; the page reserves room for them
Line = tuple[tuple[str, str], ...]  # texts, each with a class: v for values, g for gradients, q for quiet notes


def steps_match_graph(trace: Trace) -> bool:
    """Return whether the steps are those of the graph, and not of a mistake."""
    forward = [Forward(n, x) for n, x in enumerate(trace.data)]
    expected = [*forward, *backward_steps(trace.graph, trace.edges)]
    return repr(expected) == repr(list(trace.steps))  # in a repr, nan is nan


class Captions:
    """The captions for any steps of a trace, of which some edges are drawn."""

    trace: Trace
    granularity: str
    drawn_edges: Collection[int]

    def __init__(self, trace: Trace, granularity: str, drawn_edges: Collection[int]) -> None:
        self.trace, self.granularity, self.drawn_edges = trace, granularity, drawn_edges
        self.names: list[str] = [subscript_digits(short_name(row)) for row in trace.graph.rows]
        self.steps_match_graph: bool = steps_match_graph(trace)
        self.n_contributions: list[int] = [0] * len(self.names)  # to each node, by the graph
        for edge in trace.edges:
            self.n_contributions[edge.src] += edge.local is not None
        self.contributions: list[list[str]] = [[] for _ in self.names]  # to each node, by the steps
        self.ordinals: dict[int, int] = {}  # which contribution to its node each step is, from 1
        for n, step in enumerate(trace.steps):
            if isinstance(step, Chain) and trace.edges[step.edge].local is not None:
                arrived = self.contributions[trace.edges[step.edge].src]
                arrived.append(digits(step.contribution, "−"))
                self.ordinals[n] = len(arrived)

    def for_steps(self, group: Sequence[int]) -> list[Line]:
        """Return the caption of the steps with these numbers, which happen together."""
        steps = [self.trace.steps[n] for n in group]
        root = self.names[-1]
        if not steps:
            return [((f"How {root} depends on every number", ""),), (("step forward to begin", "q"),)]
        if self.granularity == "pass":
            if isinstance(steps[0], Forward):
                return [self._forward_line(len(self.names) - 1), (("every value, from its arguments", "q"),)]
            return [((f"∂{root}/∂ every node", ""),), (("each contribution is [local] × [upstream]", "q"),)]
        if isinstance(steps[0], Forward):
            lines = [self._forward_line(step.node) for step in steps if isinstance(step, Forward)]
        elif isinstance(steps[0], Seed):
            return [
                ((f"∂{root}/∂{root} = ", ""), (digits(steps[0].grad, "−"), "g")),
                (("the backward pass starts here", "q"),),
            ]
        else:
            chains = [step for step in steps if isinstance(step, Chain)]
            if chains[0].edge not in self.drawn_edges:
                return self._hidden_lines(chains)
            lines = [self._chain_line(step) for step in chains]
        if len(lines) > MAX_LINES:
            lines = [*lines[: MAX_LINES - 1], ((f"… {len(lines) - MAX_LINES + 1} more", "q"),)]
        if len(steps) == 1:
            return [*lines, self._note(steps[0], group[0])]
        if isinstance(steps[0], Forward):  # the leaves, on one line
            joined = [part for line in lines for part in ((", ", ""), *line)][1:]
            return [tuple(joined), (("leaves: their values are given", "q"),)]
        return lines

    def _forward_line(self, node: int) -> Line:
        row = self.trace.graph.rows[node]
        value = (digits(self.trace.data[node], "−"), "v")
        if row.op is None:
            return ((f"{self.names[node]} = ", ""), value)
        form = template(self.trace, row)
        args = [arg if isinstance(arg, int) else None for arg in row.args]
        by_name = fill_template(form, ["" if arg is None else self.names[arg] for arg in args])
        by_value = fill_template(form, ["" if arg is None else digits(self.trace.data[arg], "−") for arg in args])
        return ((f"{self.names[node]} = {by_name} = {by_value} = ", ""), value)

    def _chain_line(self, step: Chain) -> Line:
        edge = self.trace.edges[step.edge]
        root, src, dst = self.names[-1], self.names[edge.src], self.names[edge.dst]
        if edge.local is None:
            return ((f"∂{root}/∂{src}: nothing flows from {dst}", ""),)
        sign = "+=" if self.n_contributions[edge.src] > 1 else "="
        product = f"{bracket_local(edge.local)} × [{digits(step.upstream, '−')}] = {digits(step.contribution, '−')}"
        return ((f"∂{root}/∂{src} {sign} ∂{dst}/∂{src} × ∂{root}/∂{dst} = ", ""), (product, "g"))

    def _hidden_lines(self, chains: list[Chain]) -> list[Line]:
        grad = f"∂{self.names[-1]}/∂{self.names[self.trace.edges[chains[0].edge].src]}"
        total = reduce(add, [step.contribution for step in chains], 0.0)  # as the page adds; sum() is more exact
        return [
            ((f"{grad} += ", ""), (digits(total, "−"), "g")),
            ((f"from nodes not drawn; {grad} is now ", "q"), (digits(chains[-1].after, "−"), "g")),
        ]

    def _note(self, step: Step, n: int) -> Line:
        if isinstance(step, Forward):
            is_leaf = self.trace.graph.rows[step.node].op is None
            return (("a leaf: its value is given" if is_leaf else "computed from its arguments", "q"),)
        assert isinstance(step, Chain)
        edge = self.trace.edges[step.edge]
        if edge.local is None:
            return (("this argument only chooses, or is not chosen", "q"),)
        if step.upstream == 0 and math.isinf(step.local):
            return (("a gradient of 0 passes nothing on", "q"),)
        if not self.steps_match_graph and step.before:
            before, contribution = digits(step.before, "−"), digits(step.contribution, "−")
            if step.before + step.contribution - step.after:
                return ((f"overwrites {before}", "q"),)
            return ((f"accumulates: {before} + {_bracket(contribution)} = ", "q"), (digits(step.after, "−"), "g"))
        count, ordinal = self.n_contributions[edge.src], self.ordinals[n]
        if count == 1:
            return (("[local] × [upstream]", "q"),)
        if ordinal == 1:
            return ((f"the first of {count} contributions to {self.names[edge.src]}", "q"),)
        terms = ellipsize_list(self.contributions[edge.src][:ordinal])
        total = " + ".join([terms[0], *map(_bracket, terms[1:])])
        return ((f"accumulates: {total} = ", "q"), (digits(step.after, "−"), "g"))


def _bracket(text: str) -> str:
    return f"({text})" if text.startswith("−") else text
