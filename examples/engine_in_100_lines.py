"""A whole autograd engine in 100 lines, to read first: ``autograd`` is this one made fast, complete and safe.

>>> x = Value(3.0)
>>> y = tanh(x * 0.5) + x**2
>>> y.backward()
>>> print(f"y = {y.data:.6f}, ∂y/∂x = {x.grad:.6f}")
y = 9.905148, ∂y/∂x = 6.090353
>>> for line in steps(x * x): print(line)
forward   3.0
forward   mul(3.0, 3.0) = 9.0
backward  mul passes local 3.0 × upstream 1.0 to argument 0
backward  mul passes local 3.0 × upstream 1.0 to argument 1
>>> (dy,) = gradients(x**3, [x])  # a gradient is a graph again,
>>> gradients(dy, [x])[0].data  # so it has a gradient: 6·x
18.0
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple


class Op(NamedTuple):
    """One row of the table: an operation on floats, and ∂y/∂ each argument, given y and the arguments."""

    name: str
    forward: Callable[..., float]
    partials: tuple[Callable[..., Any], ...]  # written in operations, so that they work on Values too

    def __call__(self, *args: Any) -> Any:
        """Compute on floats; where an argument is a Value, record value, arguments and local derivatives."""
        numbers = [a.data if isinstance(a, Value) else float(a) for a in args]
        y = self.forward(*numbers)
        if not any(isinstance(a, Value) for a in args):
            return y
        locals_ = [p(y, *numbers) if isinstance(a, Value) else None for a, p in zip(args, self.partials, strict=True)]
        return Value(y, self, args, locals_)


add = Op("add", lambda a, b: a + b, (lambda y, a, b: 1.0, lambda y, a, b: 1.0))
sub = Op("sub", lambda a, b: a - b, (lambda y, a, b: 1.0, lambda y, a, b: -1.0))
mul = Op("mul", lambda a, b: a * b, (lambda y, a, b: b, lambda y, a, b: a))
div = Op("div", lambda a, b: a / b, (lambda y, a, b: 1 / b, lambda y, a, b: -1 * y / b))
power = Op("pow", math.pow, (lambda y, a, b: b * a ** (b - 1), lambda y, a, b: y * log(a)))
exp = Op("exp", math.exp, (lambda y, a: y,))
log = Op("log", math.log, (lambda y, a: 1 / a,))
sin = Op("sin", math.sin, (lambda y, a: cos(a),))
cos = Op("cos", math.cos, (lambda y, a: -1 * sin(a),))
sinh = Op("sinh", math.sinh, (lambda y, a: cosh(a),))
cosh = Op("cosh", math.cosh, (lambda y, a: sinh(a),))
tanh = Op("tanh", math.tanh, (lambda y, a: (1 / cosh(a)) ** 2,))  # 1 − y² would be 0 at 20


class Value:
    """A node: a number, and the operation, arguments and local derivatives that it came from (none for a leaf)."""

    def __init__(self, data: float, op: Op | None = None, args: Sequence[Any] = (), locals_: Sequence[Any] = ()):
        self.data, self.grad, self.op, self.args, self.locals = float(data), 0.0, op, args, locals_

    __add__, __radd__ = (lambda a, b: add(a, b)), (lambda a, b: add(b, a))
    __sub__, __rsub__ = (lambda a, b: sub(a, b)), (lambda a, b: sub(b, a))
    __mul__, __rmul__ = (lambda a, b: mul(a, b)), (lambda a, b: mul(b, a))
    __truediv__, __rtruediv__ = (lambda a, b: div(a, b)), (lambda a, b: div(b, a))
    __pow__, __rpow__ = (lambda a, b: power(a, b)), (lambda a, b: power(b, a))

    def backward(self) -> None:
        """Add ∂self/∂node to the ``grad`` of every node below: the chain rule, once per edge."""
        order = topological(self)
        for node in order:
            node.grad = 0.0 if node.op else node.grad  # leaves accumulate over calls
        self.grad += 1.0
        for node in reversed(order):
            for a, local in zip(node.args, node.locals, strict=True):
                if local is not None and node.grad:  # a gradient of exactly 0 passes nothing on, so 0 · inf is 0
                    a.grad += local * node.grad


def topological(root: Value) -> list[Value]:
    """List the nodes below root, arguments before results; a stack of its own, so that depth has no limit."""
    order, seen, stack = [], {id(root)}, [(root, iter(root.args))]
    while stack:
        a = next((a for a in stack[-1][1] if isinstance(a, Value) and id(a) not in seen), None)
        if a is None:
            order.append(stack.pop()[0])
        else:
            seen.add(id(a))
            stack.append((a, iter(a.args)))
    return order


def gradients(root: Value, inputs: Sequence[Value]) -> list[Any]:
    """Return ∂root/∂ each input as a graph again: the same sweep, with the partials evaluated on Values."""
    upstream: dict[Value, Any] = {root: 1.0}
    for node in reversed(topological(root)):
        for a, partial in zip(node.args, node.op.partials if node.op else (), strict=True):
            if isinstance(a, Value) and node in upstream:
                upstream[a] = upstream.get(a, 0.0) + upstream[node] * partial(node, *node.args)
    return [upstream.get(x, 0.0) for x in inputs]


def steps(root: Value) -> Iterator[str]:
    """Describe both passes step by step: what the tables, drawings and the player of ``viz`` show."""
    for node in (order := topological(root)):
        args = ", ".join(str(a.data if isinstance(a, Value) else a) for a in node.args)
        yield f"forward   {node.op.name}({args}) = {node.data}" if node.op else f"forward   {node.data}"
    root.backward()
    for node in reversed(order):
        for slot, local in enumerate(node.locals):
            if local is not None:
                yield f"backward  {node.op.name} passes local {local} × upstream {node.grad} to argument {slot}"
