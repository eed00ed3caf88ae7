"""A row of your own, added to the table at run time."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from typing import Any

from ..engine import Value
from ..numbers import Function, Operators
from ..table import BUILT_IN, TABLE, Op, register

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
