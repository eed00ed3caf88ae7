"""The function to check, called with floats or with Values."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, isnan, nan, ulp
from random import Random
from sys import float_info
from typing import Any

from ..engine import Node, Value, backpropagate, nodes_in_order, recording
from ..oracles import evaluate_on, forward_derivative, sum_path_magnitudes
from ..table import Op
from .arrays import digits_of, expect_number, numbers_in
from .finite_differences import Derivative, derivative, join_sides
from .inexact import inexact_derivative
from .ravel import RaveledInputs

EVALUATIONS_PER_INPUT = 200


@dataclass
class Claim:
    """The gradient to check, computed twice.

    ``roundings`` bound how far rounding may move each number of a right gradient; ``graph`` is the graph that it comes
    from, None for a gradient that the user computes.
    """

    gradient: list[float]
    again: list[float]
    roundings: list[float]
    graph: RecordedGraph | None = None


class FunctionUnderTest:
    """A function of floats, whose gradient the user computes by ``grad``.

    ``evaluations`` counts the calls of f, and ``labels`` name the numbers of the gradient. f computes with ``digits``
    binary digits and is known to ``f_error``.
    """

    f: Callable[..., Any]
    inputs: RaveledInputs
    labels: Sequence[str]
    grad: Callable[..., Any] | None
    evaluations: int
    f_error: float
    digits: int
    is_along: bool = False  # a direction of another function
    most_evals: int = EVALUATIONS_PER_INPUT  # for the derivative by one number
    most_rtol: float = 0.0  # the greatest relative error that may be missed, where the bar is wide
    rtol: float = 0.0  # the one that was

    def __init__(
        self,
        f: Callable[..., Any],
        inputs: RaveledInputs,
        labels: Sequence[str] = (),
        grad: Callable[..., Any] | None = None,
        f_error: float = 0.0,
    ) -> None:
        self.f, self.inputs, self.labels, self.grad = f, inputs, labels or inputs.names, grad
        self.f_error, self.evaluations, self.digits = f_error, 0, digits_of(inputs.trees)

    def call(self, numbers: Sequence[Any]) -> Any:
        """Call f; an error gets a note with the inputs."""
        self.evaluations += 1
        return self.inputs.call(self.f, "f", numbers)

    def value(self, point: Sequence[float]) -> float:
        """Return f at a point."""
        return expect_number(self.call(point))

    def vary(self, rng: Random) -> None:
        """Draw what a check may choose, such as an upstream; here nothing."""

    def claim(self) -> Claim:
        """Return the gradient that the user computes."""
        assert self.grad is not None  # only a graph does without
        gradient, again = (self.inputs.claimed(self.grad) for _ in range(2))
        return Claim(gradient, again, self.roundings(gradient))

    @property
    def is_inexact(self) -> bool:
        """Whether f is known to an error only, or computes with short floats."""
        return bool(self.f_error) or self.digits < 53

    def roundings(self, gradient: Sequence[float]) -> list[float]:
        """Return how far short floats may round each number of a right gradient."""
        return [2.0 ** (4 - self.digits) * size if self.digits < 53 else 0.0 for size in self.sizes(gradient)]

    def sizes(self, gradient: Sequence[float]) -> list[float]:
        """Return for each number the size of the greatest in the gradient of its argument."""
        rest = iter(gradient)
        found: list[float] = []
        for tree in self.inputs.trees:
            row = list(itertools.islice(rest, len(numbers_in(tree))))
            found += [max((abs(g) for g in row if isfinite(g)), default=0.0)] * len(row)
        return found

    def value_error(self) -> float:
        """Return how far f may be from its exact value."""
        return self.f_error + (2.0 ** (1 - self.digits) * abs(self.value(self.inputs.point)) if self.digits < 53 else 0)

    def derivative_at(self, i: int, max_evals: int) -> Derivative:
        """Return the numerical derivative by input i."""
        point = self.inputs.point
        f = lambda t: self.value(perturbed(point, i, t))
        if self.is_inexact:
            error = self.value_error()
            return inexact_derivative(f, point[i], digits=self.digits, f_error=error, max_evals=max_evals - 1)
        return derivative(
            f,
            point[i],
            max_evals=max_evals,
            on_complex=lambda z: self.call(perturbed(point, i, z)),
        )


class GraphUnderTest(FunctionUnderTest):
    """A function of Values, whose graph gives the gradient to check.

    Leaves among the inputs are used as they are, and hold the data of the latest evaluation until
    ``RaveledInputs.restore``. ``rounding`` bounds the rounding error of f; it is known from its claim.
    """

    rounding: float = 0.0

    def record(self, point: Sequence[float]) -> RecordedGraph:
        """Call f with Values at a point and return its graph."""
        own, named = self.inputs.own, zip(point, self.inputs.names, strict=True)
        with recording():
            given = [own[i] if i in own else Value(x, label=name) for i, (x, name) in enumerate(named)]
            for v, x in zip(given, point, strict=True):
                v.data = x
            y = self.call(given)
        return RecordedGraph(y if isinstance(y, Node) else Value(expect_number(y)), given)

    def record_near(self, i: int, t: float) -> RecordedGraph:
        """Return the graph with t in place of input i, or that of nan where f raises an error."""
        try:
            return self.record(perturbed(self.inputs.point, i, t))
        except Exception:
            if t == self.inputs.point[i]:
                raise
            return RecordedGraph(Value(nan), [Value(nan)] * len(self.inputs.point))

    def value(self, point: Sequence[float]) -> float:
        """Return f at a point."""
        return self.record(point).root.data

    def claim(self) -> Claim:
        """Return the gradient by the backward pass."""
        graph = self.record(self.inputs.point)
        gradient, again = graph.gradient(), graph.gradient()
        sizes = sum_path_magnitudes(graph.nodes, graph.inputs)
        every = zip(graph.nodes, sum_path_magnitudes(graph.nodes, graph.nodes), strict=True)
        self.rounding = sum(filter(isfinite, (2.0**-52 * abs(node.data) * size for node, size in every)))
        return Claim(gradient, again, [1e-12 * size if isfinite(size) else 0.0 for size in sizes], graph)

    def derivative_at(self, i: int, max_evals: int) -> Derivative:
        """Return the numerical derivative by input i on its own branch.

        Where x is on an edge, the derivatives on the branches to both sides are joined.
        """
        if self.f_error:
            return super().derivative_at(i, max_evals)
        point, x = self.inputs.point, self.inputs.point[i]
        graph = self.record(point)
        tiny = (abs(x) or 1.0) * 2.0**-50
        near = (self.record_near(i, t) if t != x else graph for t in (x, x - tiny, x + tiny))
        here, below, above = ((graph if isnan(there.root.data) else there).branch_key for there in near)

        def on_branch(branch: tuple[Any, ...], side: int) -> Callable[[float], float]:
            """Return f as a function of input i, with nan off the branch and the side."""

            def f(t: float) -> float:
                if t == x:
                    return graph.root.data
                if (t - x) * side < 0:
                    return nan
                there = self.record(perturbed(point, i, t))
                return there.root.data if there.branch_key == branch else nan

            return f

        if below == here == above:
            on_complex = lambda z: evaluate_on(graph.nodes, {graph.inputs[i]: z}, complex)[graph.root]
            return derivative(on_branch(here, 0), x, max_evals=max_evals, on_complex=on_complex, rounding=self.rounding)
        left, right = (
            derivative(on_branch(branch, side), x, max_evals=max_evals // 2, rounding=self.rounding)
            for branch, side in ((below, -1), (above, 1))
        )
        return join_sides(left, right)

    def gradient_noise(self, i: int) -> float:
        """Return how much the gradient varies between neighbouring floats.

        For sin(cosh(x)) at 50 it varies a lot. Only points on the same branch count.
        """
        point, last, slopes = self.inputs.point, ulp(self.inputs.point[i]), []
        branch = self.record(point).branch_key
        for k in range(-3, 4):
            graph = self.record_near(i, point[i] + k * last)
            slopes += [graph.gradient()[i]] if graph.branch_key == branch else []
        self.record(point)
        return 2 * (max(slopes) - min(slopes)) if all(map(isfinite, slopes)) else 0.0


@dataclass(eq=False)
class RecordedGraph:
    """The graph of one evaluation: its root, and the Values that f was called with."""

    root: Node
    inputs: list[Value]

    @cached_property
    def nodes(self) -> list[Node]:
        """All nodes in topological order."""
        return nodes_in_order(self.root)

    @cached_property
    def branch_key(self) -> tuple[Any, ...]:
        """The branch of f that was recorded; see ``branch_key``."""
        return branch_key(self.nodes)

    def gradient(self) -> list[float]:
        """Return ∂root/∂inputs as ``backward()`` computes it; no ``grad`` changes."""
        before = [(node, node.grad) for node in {*self.nodes, *self.inputs}]
        try:
            for node, _ in before:
                node.grad = 0.0
            backpropagate(self.root, 1.0)
            return [x.grad for x in self.inputs]
        finally:
            for node, grad in before:
                node.grad = grad

    def derivative_by_duals(self, i: int) -> float:
        """Return ∂root/∂input i in forward mode, with the same rules but no sweep.

        The result is nan for a graph with an opaque node, which has no rule, and for one with subnormal data, of which
        one mode loses digits that the other keeps.
        """
        if any(0 < abs(node.data) < float_info.min for node in self.nodes):
            return nan
        try:
            return forward_derivative(self.nodes, self.inputs[i])
        except TypeError:
            return nan


def branch_key(nodes: Sequence[Node]) -> tuple[Any, ...]:
    """Return a key of the smooth piece of f on which a graph was recorded.

    It holds the operation of each computed node and the side of its kinks. Two points with the same key lie on the same
    piece, also of a function with a Python ``if``, which records other operations.

    >>> below, beneath, above = (nodes_in_order(Value(x).relu()) for x in (-2.0, -1.0, 1.0))
    >>> branch_key(below) == branch_key(beneath) != branch_key(above)
    True
    """
    return tuple(
        _side(node.op, [a.data if isinstance(a, Node) else a for a in node.args], node.data)
        for node in nodes
        if node.op
    )


def _side(op: Op, args: Sequence[float], y: float) -> tuple[Any, ...]:
    """Return the side of its kinks that an operation is on.

    It is the step, the order of the arguments, or the pieces of the domain.
    """
    if not any(op.partials):  # no gradient flows: a step function
        return op.name, y
    if op.arity is None:
        ranks = {a: rank for rank, a in enumerate(sorted(set(args)))} if op.kink else {}
        return op.name, *(ranks.get(a) for a in args)
    kink = op.kink(*args) if op.kink else 0.0
    return op.name, kink > 0, kink < 0, *map(_piece, op.domain, args)


def _piece(domain: Sequence[tuple[float, float]], x: float) -> int:
    """Return the number of the part of a domain that contains x.

    A part is an interval, a point between two, or the outside.
    """
    ends = sorted({end for interval in domain for end in interval}) if len(domain) > 1 else []
    return bisect_left(ends, x) + bisect_right(ends, x)


def perturbed(point: Sequence[float], i: int, t: Any) -> list[Any]:
    """Return a point with t in place of its i-th number."""
    return [*point[:i], t, *point[i + 1 :]]
