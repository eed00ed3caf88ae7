"""Operations of your own: a row added at run time, and gates with forward and backward as a student writes them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from .engine import Value
from .node import Node, real
from .op import TABLE, Op, Operators, Rule, row

_ours = frozenset(TABLE)
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

    def define(forward: Rule) -> Op:
        name = forward.__name__
        arity = len(inspect.signature(forward).parameters)
        if name in _ours:
            raise ValueError(f"{name}: the table has an operation of this name; call yours something else")
        if len(partials) != arity:
            raise ValueError(f"partials: expected {arity}, one for each argument of {name}(), got {len(partials)}")
        if domain and len(domain) != arity:
            raise ValueError(f"domain: expected {arity}, one for each argument of {name}(), got {len(domain)}")
        if name not in TABLE and hasattr(Value, name):
            raise ValueError(f"{name}: every Value has an attribute of this name; call yours something else")
        if TABLE.pop(name, None):
            delattr(Operators, name)
        places = ", ".join(f"#{i + 1}" for i in range(arity))
        shown = latex or rf"\mathrm{{{name}}}({places})"
        return row(name, symbol or name, shown, forward, domain or (REAL,) * arity, *partials, **options)

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
    name = getattr(kind, "__name__", type(kind).__name__)

    def apply(*inputs: Any) -> Value:
        made = kind()
        floats = [x.data if isinstance(x, Node) else real(x, f"input {i + 1} of {name}") for i, x in enumerate(inputs)]
        nodes = [(i, x) for i, x in enumerate(inputs) if isinstance(x, Node)]
        out = Value(real(made.forward(*floats), f"what {name}.forward returns"), tuple(x for _, x in nodes), name)

        def backward() -> None:
            found = made.backward(out.grad)
            parts = list(found) if isinstance(found, list | tuple) else [found]
            if len(parts) != len(inputs):
                raise ValueError(
                    f"{name}.backward: expected {len(inputs)} numbers, one for each input, got {len(parts)}"
                )
            for i, x in nodes:
                x.grad += real(parts[i], f"number {i + 1} of {name}.backward")

        if nodes:
            out._backward = backward
        return out

    return apply
