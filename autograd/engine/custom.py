"""Operations of your own: a row added at run time, and gates with forward and backward as a student writes them."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..table.op import TABLE, Op, register
from ..table.operators import Operators, Rule
from .anomaly import anomaly
from .modes import current_tracer, is_anomaly_enabled
from .node import Node, real
from .value import Value

OURS = frozenset(TABLE)  # the operations that the table has by itself
REAL = ((float("-inf"), float("inf")),)


def operation(
    *partials: Rule | None, symbol: str = "", latex: str = "", domain: Sequence[Any] = (), **options: Any
) -> Callable[[Rule], Op]:
    r"""Add the decorated function to the table as a row, with its partials given y and then its arguments.

    Written in operations it is read on every kind of number, like any row; written with ``math`` it works on
    floats and Values, and says so elsewhere. ``domain`` lists for each argument the open intervals where the
    row is smooth, all numbers unless given. A row of your own may be defined again, as when a cell is run
    twice; one of the table's may not.

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

    def define(forward: Rule) -> Op:
        if not inspect.isfunction(forward):
            raise TypeError(f"operation: expected a function to decorate, got {forward!r:.40}; write @operation(…)")
        name = forward.__name__
        signature = inspect.signature(forward).parameters.values()
        arity = len(signature)
        if not name.isidentifier():
            raise ValueError(f"{name}: the name of the function is that of the operation: expected an identifier")
        if name in OURS:
            raise ValueError(f"{name}: the table has an operation of this name; call yours something else")
        if len(partials) != arity:
            raise ValueError(f"partials: expected {arity}, one for each argument of {name}(), got {len(partials)}")
        for i, partial in enumerate(partials):
            if partial is not None and len(inspect.signature(partial).parameters) != 1 + arity:
                raise ValueError(f"partials[{i}]: expected a function of y and the {arity} arguments of {name}()")
        if domain and len(domain) != arity:
            raise ValueError(f"domain: expected {arity}, one for each argument of {name}(), got {len(domain)}")
        unknown = [place for place in re.findall(r"(?<!\\)#(\d+)", latex) if not 1 <= int(place) <= arity]
        if unknown:
            raise ValueError(f"latex: #{unknown[0]} is not one of the {arity} arguments of {name}()")
        if name not in TABLE and hasattr(Value, name):
            raise ValueError(f"{name}: every Value has an attribute of this name; call yours something else")
        if TABLE.pop(name, None):
            delattr(Operators, name)
        places = ", ".join(f"#{i + 1}" for i in range(arity))
        shown = latex or rf"\mathrm{{{name}}}({places})".replace("_", r"\_")
        defaults = tuple(p.default for p in signature if p.default is not p.empty)
        return register(
            name, symbol or name, shown, forward, domain or (REAL,) * arity, *partials,
            **{"defaults": defaults} | options,
        )  # fmt: skip  # as a row of the table reads

    return define


def gate(kind: Callable[[], Any]) -> Callable[..., Value]:
    """Turn a class of gates, with ``forward(x, …)`` and ``backward(upstream)``, into a function on Values.

    Each call makes a gate of its own, which may keep what it likes between the two passes; backward returns
    the upstream × local of each input, one number or as many as there are inputs. Such a node is drawn and
    traced with the locals it is seen to have; only numbers are known of it, so its gradient has no graph.

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
            raise TypeError(
                f"{name}: a gate knows numbers only and cannot be compiled; add a row by autograd.operation"
            )
        made = kind()
        args = tuple(x if isinstance(x, Node) else _input(name, i, x) for i, x in enumerate(inputs))
        y = real(made.forward(*[x.data if isinstance(x, Node) else x for x in args]), f"what {name}.forward returns")
        out = Value(y, tuple(x for x in args if isinstance(x, Node)), name)
        if out.op is not None:
            out._a, out._da = args, ()
            vars(out)["gate"] = Opened(name, made, len(args))
            if is_anomaly_enabled() and not math.isfinite(y):
                raise anomaly(out.op, args, y, ())
        return out

    if hasattr(kind, "forward"):  # its arguments are those of the function, by which a report calls them
        _, *own = inspect.signature(kind.forward).parameters.values()
        vars(apply)["__signature__"] = inspect.Signature(own)
    return apply


def _input(name: str, i: int, x: Any) -> float:
    return real(x, f"input {i + 1} of {name}", "a number or a Value")


@dataclass
class Opened:
    """A gate between its two passes, as a node keeps it: data, which is copied and pickled with the node."""

    name: str
    made: Any
    count: int

    def contributions(self, upstream: float) -> list[float]:
        """Ask the gate for upstream × local of each input, and check what it says."""
        found = self.made.backward(upstream)
        parts = list(found) if hasattr(found, "__len__") else [found]
        if len(parts) != self.count:
            raise ValueError(
                f"{self.name}.backward: expected {self.count} numbers, one for each input, got {len(parts)}"
            )
        return [real(part, f"number {i + 1} of {self.name}.backward") for i, part in enumerate(parts)]
