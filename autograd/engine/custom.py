"""Operations of your own: a row that is added at run time, and gates with a forward and a backward."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..table import TABLE, Function, Op, Operators, register
from .anomaly import anomaly
from .modes import current_tracer, is_anomaly_enabled
from .node import Node, expect_real
from .opaque import ProbedOp
from .value import Value

BUILT_IN = frozenset(TABLE)  # the operations that the table has by itself
REAL = ((float("-inf"), float("inf")),)


def operation(
    *partials: Function | None, symbol: str = "", latex: str = "", domain: Sequence[Any] = (), **options: Any
) -> Callable[[Function], Op]:
    r"""Add the decorated function to the table as an operation; its name is that of the function.

    Written in operations, forward and partials work on every kind of number. Written with ``math`` they work on
    floats and Values. An operation of your own may be defined again, as when a cell is run twice.

    Args:
        partials: For each argument, ∂y/∂ it as a function of (y, a, b, …), or None where nothing flows.
        symbol: What pictures show; the name unless given.
        latex: LaTeX with #1, #2, … for the arguments.
        domain: For each argument, the open intervals on which the operation is smooth; all numbers unless given.
        options: Other options of ``autograd.table.Op``, such as kink.

    Raises:
        TypeError: A partial, or what is decorated, is no function.
        ValueError: The name is taken, or partials, domain or latex do not fit the arguments.

    >>> @operation(lambda y, a: 3 * a**2, symbol="x³", latex=r"{#1}^3")
    ... def cube(a):
    ...     return a * a * a
    >>> x = Value(2.0)
    >>> y = cube(x) + x.cube()
    >>> y.backward()
    >>> y.data, x.grad
    (16.0, 24.0)
    """
    for i, partial in enumerate(partials):
        if partial is not None and not callable(partial):
            raise TypeError(f"partials[{i}]: expected a function or None, got {type(partial).__name__} {partial!r:.40}")

    def define(forward: Function) -> Op:
        if not inspect.isfunction(forward):
            raise TypeError(f"operation: expected a function to decorate, got {forward!r:.40}; write @operation(…)")
        name = forward.__name__
        parameters = inspect.signature(forward).parameters.values()
        n = len(parameters)
        _require(name.isidentifier(), f"{name}: the operation takes this name; expected an identifier")
        _require(name not in BUILT_IN, f"{name}: the table has an operation of this name; call yours something else")
        _require(len(partials) == n, f"partials: expected {n}, one for each argument of {name}(), got {len(partials)}")
        for i, partial in enumerate(partials):
            fits = partial is None or len(inspect.signature(partial).parameters) == 1 + n
            _require(fits, f"partials[{i}]: expected a function of y and the {n} arguments of {name}()")
        fits = len(domain) in (0, n)
        _require(fits, f"domain: expected {n}, one for each argument of {name}(), got {len(domain)}")
        for place in re.findall(r"(?<!\\)#(\d+)", latex):
            _require(1 <= int(place) <= n, f"latex: #{place} is not one of the {n} arguments of {name}()")
        free = name in TABLE or not hasattr(Value, name)
        _require(free, f"{name}: every Value has an attribute of this name; call yours something else")
        if TABLE.pop(name, None):
            delattr(Operators, name)
        places = ", ".join(f"#{i + 1}" for i in range(n))
        notation = latex or rf"\mathrm{{{name}}}({places})".replace("_", r"\_")
        rest = {"defaults": tuple(p.default for p in parameters if p.default is not p.empty)} | options
        return register(name, symbol or name, notation, forward, domain or (REAL,) * n, *partials, **rest)

    return define


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def gate(kind: Callable[[], Any]) -> Callable[..., Value]:
    """Turn a class of gates, with ``forward(x, …)`` and ``backward(upstream)``, into a function on Values.

    Each call makes a gate of its own, which may keep what it needs between the two passes. Only numbers are known of
    such a node, so its gradient has no graph.

    Args:
        kind: The class. Its backward returns upstream × local for each input: one number, or a list.

    Raises:
        TypeError: kind cannot be called. The function raises it for inputs or results that are no numbers, and
            while it is compiled.

    >>> class MultiplyGate:
    ...     def forward(self, x, y):
    ...         self.x, self.y = x, y
    ...         return x * y
    ...     def backward(self, dz):
    ...         return [self.y * dz, self.x * dz]
    >>> x, y = Value(3.0), Value(-4.0)
    >>> gate(MultiplyGate)(x, y).backward()
    >>> x.grad, y.grad
    (-4.0, 3.0)
    """
    if not callable(kind):
        raise TypeError(f"kind: expected a class of gates, got {type(kind).__name__} {kind!r:.40}")
    name = getattr(kind, "__name__", type(kind).__name__)

    def apply(*inputs: Any) -> Value:
        if current_tracer() is not None:
            raise TypeError(f"{name}: a gate knows numbers only and cannot be compiled; use autograd.operation")
        args: list[Any] = [
            x if isinstance(x, Node) else expect_real(x, f"input {i} of {name}", "a number or a Value")
            for i, x in enumerate(inputs, 1)
        ]
        instance = kind()
        y = expect_real(
            instance.forward(*[x.data if isinstance(x, Node) else x for x in args]), f"what {name}.forward returns"
        )
        out = Value(y, tuple(x for x in args if isinstance(x, Node)), name)
        if out.op is not None:
            out.op, out.arg0, out.local0 = ProbedOp(name, len(args)), tuple(args), (None,) * len(args)
            vars(out)["gate"] = Gate(name, instance, len(args))
            if is_anomaly_enabled() and not math.isfinite(y):
                raise anomaly(out.op, args, y, ())
        return out

    if hasattr(kind, "forward"):  # its arguments are those of the function, by which a report calls them
        _, *own = inspect.signature(kind.forward).parameters.values()
        vars(apply)["__signature__"] = inspect.Signature(own)
    return apply


@dataclass
class Gate:
    """A gate between its two passes: data of a node, copied and pickled with it."""

    name: str
    instance: Any
    n_inputs: int

    def contributions(self, upstream: float) -> list[float]:
        """Return upstream × local for each input as the gate's backward does, or raise an error that names it."""
        answer = self.instance.backward(upstream)
        parts = list(answer) if hasattr(answer, "__len__") else [answer]
        expected = f"{self.name}.backward: expected {self.n_inputs} numbers, one for each input, got {len(parts)}"
        _require(len(parts) == self.n_inputs, expected)
        return [expect_real(part, f"number {i} of {self.name}.backward") for i, part in enumerate(parts, 1)]
