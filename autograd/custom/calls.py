"""Calls of Functions and gates: their state, and the operation of each result."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from ..engine import Node, ProbedOp, Value, birth, current_tracer, new_leaf, topological
from ..modes import Block
from ..numbers import IEEE, expect_real, reads
from .context import Context, View, flows, plain_number
from .rules import digest, refuse_other_code

QUIET = Block()  # in which no nan or infinity raises: numbers of backward may have one on the way
QUIET.raises = False


def call(function: Any, inputs: Sequence[Any]) -> Any:
    """Return the result of a Function or gate as a Value or dual number, or a tuple of them."""
    name, ctx, before, start = function.__name__, Context(), reads.count, birth()
    if current_tracer() is not None:
        raise TypeError(f"{name}: its methods cannot be compiled; use autograd.operation")
    ctx.needs_input_grad = tuple(map(flows, inputs))
    seen = [_see(x, f"input {i} of {name}") for i, x in enumerate(inputs, 1)]
    setup = getattr(function, "setup_context", None)
    found = function.forward(*seen) if setup else function.forward(ctx, *seen)
    if setup:
        setup(ctx, tuple(seen), found)
    several = isinstance(found, list | tuple)
    results = list(found) if several else [found]
    numbers = [expect_real(plain_number(y), f"what {name}.forward returns") for y in results]
    names = [f"{name}.{k}" if several else name for k in range(len(results))]
    recorded = Call(function, ctx, seen, results, numbers, names, reads.last * (reads.count > before), start)
    recorded.refuse_others(results, "forward")
    ops = recorded.ops()
    args = tuple(filter(is_argument, inputs))
    answers = [x if id(y) in ctx._constant else op.apply(args) for op, y, x in zip(ops, results, numbers, strict=True)]
    if all(isinstance(x, Node) or not flows(x) for x in args):
        answers = [y if isinstance(y, Node) else new_leaf(Value, y, requires_grad=False) for y in answers]
    return tuple(answers) if several else answers[0]


def expect_methods(owner: Any, name: str, what: str = "") -> None:
    """Raise TypeError if a Function or gate lacks a method."""
    for method in ("forward", "backward"):
        if not callable(getattr(owner, method, None)):
            expected = "expected a class with the methods forward and backward"
            raise TypeError(f"{name}: {expected}; {method} is missing{what}")


def is_argument(x: Any) -> bool:
    """Return whether an input is a number, and not an option such as True or "mean"."""
    return hasattr(type(x), "__apply__") or (isinstance(x, float | int) and not isinstance(x, bool))


def _see(x: Any, name: str) -> Any:
    """Return an input as forward gets it: a leaf, a float with methods, or an option."""
    if not hasattr(type(x), "__apply__"):
        return IEEE(x) if type(x) is float else x
    return new_leaf(View, expect_real(plain_number(x), name, "a number or a Value"), flows(x))


@dataclass
class Call:
    """A call between its two passes: data of its nodes, copied and pickled with them."""

    function: Any  # a Function, or an object with forward, backward and __name__
    ctx: Context
    inputs: list[Any]  # as forward has got them
    results: list[Any]  # as forward has returned them
    numbers: list[float]  # the results
    names: list[str]  # of the operations of the results
    lost: str  # what forward has used through which no derivative flows, such as "reads .data"
    start: int  # the serial number of the first leaf that forward has made

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"code": digest(*self.methods())}

    def __setstate__(self, state: dict[str, Any]) -> None:
        code = state.pop("code", "")
        vars(self).update(state)
        refuse_other_code(self.function.__name__, code, *self.methods())

    def methods(self) -> list[Any]:
        """Return the user's methods, which a pickle finds by the name of their class."""
        owner = getattr(self.function, "instance", self.function)
        return [getattr(owner, name, None) for name in ("forward", "backward", "setup_context")]

    def arguments(self) -> list[Any]:
        """Return the inputs that are arguments of the nodes."""
        return list(filter(is_argument, self.inputs))

    def ops(self) -> list[CallOp]:
        """Return the operation of each result."""
        return [CallOp(self, k) for k in range(len(self.names))]

    def refuse_others(self, found: Sequence[Any], method: str, upstream: Any = None) -> None:
        """Raise TypeError if a result depends on a Value that is no input and older than the call."""
        nodes = [y for y in found if isinstance(y, Node)]
        for a in filter(flows, chain(found, *[node.args for node in topological(*nodes)])):
            is_made = isinstance(a, Node) and (a.op is not None or (a._serial or 0) >= self.start)
            if not (is_made or any(a is x for x in (*self.inputs, upstream))):
                lost = f"{self.function.__name__}.{method} reads {a!r} from outside, to which no gradient would flow"
                raise TypeError(f"{lost}: pass it as an argument of apply, or write v.data for a constant")

    def backward(self, k: int, upstream: Any) -> list[Any]:
        """Return what backward returns for each argument, if result k alone has an upstream."""
        name, n = self.function.__name__, len(self.inputs)
        zero = new_leaf(Value, 0.0, requires_grad=False) if self.ctx._zeros else None
        answer = self.function.backward(self.ctx, *[upstream if j == k else zero for j in range(len(self.names))])
        parts = list(answer) if isinstance(answer, list | tuple) else [answer]
        while len(parts) > n and parts[-1] is None:
            parts.pop()
        if len(parts) != n:
            raise ValueError(f"{name}.backward: expected {n} results, one for each input, got {len(parts)}")
        self.refuse_others(parts, "backward", upstream)
        for i, part in enumerate(parts, 1):
            if not isinstance(part, Node | None):
                expect_real(part, f"result {i} of {name}.backward", "a number, a Value or None")
        return [part for part, x in zip(parts, self.inputs, strict=True) if is_argument(x)]

    def backward_with_graph(self, k: int, upstream: View) -> list[Any]:
        """Return the same as a graph; raise TypeError if a part of it is lost."""
        before, name = reads.count, f"create_graph: {self.function.__name__}"
        known = (*self.inputs, *[y for y in self.results if isinstance(y, Node)])
        for key, kept in vars(self.ctx).items() if self.lost else ():
            for x in kept if type(kept) is tuple else (kept,):
                if not (isinstance(x, int | str | None) or any(x is other for other in known)):
                    lost = f"{name}.forward {self.lost}, so ctx.{key} may have a derivative that is lost"
                    raise TypeError(f"{lost}; compute it in operations on Values, or save arguments and results alone")
        parts = self.backward(k, upstream)
        if reads.count > before:
            raise TypeError(f"{name}.backward {reads.last}, whose derivative is lost; use operations on Values")
        for i, part in enumerate(parts, 1):
            if plain_number(part) and not flows(part):
                raise TypeError(f"{name}.backward: result {i} has no graph; write it in operations on Values")
        return parts


class CallOp(ProbedOp):
    """One result of a call, as an operation on any numbers equal to the call's arguments."""

    def __init__(self, call: Call, k: int) -> None:
        super().__init__(call.names[k], len(call.arguments()))
        self.origin: Any = call, k
        self.call: Call = call
        self.k: int = k
        self.is_unary_or_binary = False  # a node keeps its arguments as a tuple, as all that are probed

    def on_float(self, *args: float) -> float:
        """Return the number of the result."""
        return self.call.numbers[self.k]

    def local_derivatives(self, y: float, raw: Sequence[float], args: Sequence[Any]) -> tuple[None, ...]:
        """Return None for each argument: backward waits for its upstream."""
        return (None,) * len(args)

    def partials_at(self, y: Any, args: Sequence[Any]) -> Callable[[int], Any]:
        """Return the function slot → ∂y/∂ its argument, or None where nothing flows."""
        every = cache(lambda: self._linear_parts(y, args))
        return lambda slot: every()[slot]

    def _linear_parts(self, y: Any, args: Sequence[Any]) -> list[Any]:
        """Return the derivatives by the arguments, or raise TypeError if backward is not linear."""
        found = self._parts(y, args, 1.0, any(map(flows, args)))
        for scale in (2.0**20, -(2.0**-20)):  # powers of two, which round nothing
            for one, other in zip(found, self._parts(y, args, scale, False), strict=True):
                a, b = (plain_number(one) or 0.0) * scale, other or 0.0
                if math.isfinite(a - b) and not math.isclose(a, b, rel_tol=1e-9):
                    name = f"{self.call.function.__name__}.backward is not linear in its upstream"
                    raise TypeError(f"{name}, so forward mode has no derivative; use grad")
        return found

    def run_backward(self, node: Any) -> float:
        """Add backward's results to the grads of a node's arguments, and return their sum."""
        pairs = zip(node.args, self.contributions(node, node.grad), strict=True)
        found = [(a, part) for a, part in pairs if flows(a) and part is not None]
        for a, part in found:
            a.grad += part
        return float(sum(part for _, part in found))

    def contributions(self, node: Any, upstream: Any, create_graph: bool = False) -> tuple[Any, ...]:
        """Return what each argument gets, as a graph or as numbers; None where nothing flows."""
        if not create_graph and plain_number(upstream) == 0:  # as in backpropagate
            return (None,) * len(node.args)
        return tuple(self._parts(node, node.args, upstream, create_graph))

    def _parts(self, y: Any, args: Sequence[Any], upstream: Any, create_graph: bool) -> list[Any]:
        """Return upstream × ∂y/∂ each argument as backward computes it."""
        call, above = self.call, new_leaf(View, plain_number(upstream), create_graph)
        if not create_graph:
            with QUIET:
                return [plain_number(part) for part in call.backward(self.k, above)]
        views = call.arguments()
        if any(float(plain_number(a)).hex() != float(plain_number(x)).hex() for a, x in zip(args, views, strict=True)):
            raise ValueError("create_graph: data was changed after it was computed; call forward() first")
        parts = call.backward_with_graph(self.k, above)
        results = [y if op.k == self.k else op.apply(tuple(args)) for op in call.ops()]
        pairs = zip((above, *call.results, *views), (upstream, *results, *args), strict=True)
        given = {id(x): number for x, number in pairs if isinstance(x, Node)}
        return [_compute_from(given, part) if isinstance(part, Node) else part for part in parts]


def _compute_from(given: dict[int, Any], y: Node) -> Any:
    """Return y with numbers of any kind in place of nodes of its graph."""
    known = dict(given)
    for node in topological(y):
        if id(node) not in known:
            known[id(node)] = node.op.apply(tuple([known.get(id(a), a) for a in node.args]))
    return known.get(id(y), y.data)
