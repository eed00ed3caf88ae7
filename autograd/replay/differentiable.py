"""A call of a compiled function on Values, recorded as one node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..custom import call
from ..engine import Node, current_tracer, graph_vjp
from .arguments import Arguments, numbers_of, records
from .compiled import Compiled


class Differentiable(Compiled):
    """A compiled function whose calls can be differentiated, by a compiled gradient."""

    def _on_numbers(self, arguments: Arguments) -> Any:
        """Return a Value of one node, or f itself where one node cannot stand for it."""
        numbers = [x for part in arguments.shared for x in numbers_of(part)]
        flows = tuple([isinstance(x, Node) and x.requires_grad for x in numbers])
        inputs = [x for x, its in zip(numbers, flows, strict=True) if its]
        others = [x for x, its in zip(numbers, flows, strict=True) if not its]
        found: list[Any] = []
        if inputs and not current_tracer() and not any(map(records, (*others, *arguments.batched))):
            if flows not in self.slopes:
                self.slopes[flows] = WithSlopes(self.f, *self.given)
                self.slopes[flows].flows = flows
            found = self.slopes[flows].at(arguments)
        if not len(found):
            return super()._on_numbers(arguments)
        return call(Call(self, arguments, numbers, flows, [float(x) for x in found]), inputs)


class WithSlopes(Compiled):
    """A compiled function that returns a number and its derivatives by some arguments.

    It returns an empty list if f returns anything else, calls backward(), or reads a Value from outside to which
    gradients flow.
    """

    flows: tuple[bool, ...]  # for each number of the shared arguments, whether its derivative is wanted

    def at(self, arguments: Arguments) -> Any:
        """Return the number and its derivatives at the arguments of a compiled f."""
        structure = self._keep(replace(arguments.structure, known=[]))
        arguments = replace(arguments, structure=structure)
        arguments.make_arrays()
        return self._replay(arguments)

    def _call(self, arguments: Arguments, shared: Iterator[Any], batched: Iterator[Any]) -> Any:
        inputs: list[Any] = []

        def noted() -> Iterator[Any]:
            for x, its in zip(shared, self.flows, strict=False):
                inputs.extend([x] * its)
                yield x

        y, tape = super()._call(arguments, noted(), batched), current_tracer()
        if not isinstance(y, Node) or (self.batch and not self.reduce):
            return []
        if tape and (tape.is_swept or any(v.requires_grad for v in tape.captured)):
            tape.grads.clear()  # f itself will write
            return []
        return [y, *[0.0 if d is None else d for d in graph_vjp([y], inputs, [1.0], create_graph=False)]]


@dataclass(eq=False)
class Call:
    """A call as a Function: backward multiplies by the slopes, or records f for a graph."""

    compiled: Compiled
    arguments: Arguments
    numbers: list[Any]  # the shared ones
    flows: tuple[bool, ...]  # for each of them, whether its derivative is wanted
    found: list[float]  # the number and the slopes

    def __post_init__(self) -> None:
        self.__name__: str = getattr(self.compiled, "__name__", "f")

    def forward(self, ctx: Any, *inputs: Any) -> float:
        """Return the number that was computed."""
        ctx.save_for_backward(*inputs)
        return self.found[0]

    def backward(self, ctx: Any, upstream: Any) -> list[Any]:
        """Return upstream × slope for each input."""
        if not upstream.requires_grad:
            return [upstream.data * slope for slope in self.found[1:]]
        inputs = iter(ctx.saved_tensors)
        given = [next(inputs) if its else x for x, its in zip(self.numbers, self.flows, strict=True)]
        y = Compiled._on_numbers(self.compiled, replace(self.arguments, shared=given))
        return graph_vjp([y], ctx.saved_tensors, [upstream], create_graph=True)
