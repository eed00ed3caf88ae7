"""Expressions: computations as data that can be called and print as programs."""

from __future__ import annotations

import inspect
import operator
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..table import BUILT_IN, TABLE, Op

#: Operators for which a node has a fast path; called as operators, so that tests cover it.
INLINED: dict[Op, Any] = {TABLE["add"]: operator.add, TABLE["sub"]: operator.sub, TABLE["mul"]: operator.mul}
SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}

Argument = int | float
Call = tuple[Op, tuple[Argument, ...]]


@dataclass(frozen=True, repr=False)
class Expression:
    """A computation: leaves, and calls of operations on them.

    An argument of a call is the number of a leaf or of an earlier call (an int), or a constant (a float). The
    ``repr`` is a program that can be pasted and run; its leaves are x0, x1 …, and its result is y.

    Args:
        leaves: The numbers of the leaves.
        calls: Pairs of an operation and its arguments.

    >>> from autograd import Value
    >>> square = Expression((3.0,), ((TABLE["mul"], (0, 0)),))
    >>> square(Value(5.0)), square(*square.leaves)
    (Value(data=25.0, grad=0.0), 9.0)
    >>> square
    import autograd as ag
    x0 = ag.Value(3.0)
    y = x0 * x0
    """

    leaves: tuple[float, ...]
    calls: tuple[Call, ...]

    def __call__(self, *leaves: Any) -> Any:
        """Return the result of the last call, computed from leaves of any kind of number."""
        found = list(leaves)
        for op, args in self.calls:
            numbers = tuple(found[a] if isinstance(a, int) else a for a in args)
            found.append(INLINED[op](*numbers) if op in INLINED else op.apply(numbers))
        return found[-1]

    def prune(self) -> Expression:
        """Return the expression without parts that its result does not depend on."""
        first = len(self.leaves)
        last = first + len(self.calls) - 1
        needed = {last}
        for n in range(last, first - 1, -1):
            if n in needed:
                needed.update(a for a in self.calls[n - first][1] if isinstance(a, int))
        places = {n: place for place, n in enumerate(sorted(needed))}
        calls = [self.calls[n - first] for n in places if n >= first]
        return Expression(
            tuple(self.leaves[n] for n in places if n < first),
            tuple((op, tuple(places[a] if isinstance(a, int) else a for a in args)) for op, args in calls),
        )

    def __repr__(self) -> str:
        first, last = len(self.leaves), len(self.leaves) + len(self.calls) - 1
        names = [f"x{n}" if n < first else "y" if n == last else f"v{n}" for n in range(last + 1)]
        lines = [f"{name} = ag.Value({_write_float(x)})" for name, x in zip(names, self.leaves, strict=False)]
        for name, (op, args) in zip(names[first:], self.calls, strict=True):
            lines.append(
                f"{name} = {_write_call(op, [names[a] if isinstance(a, int) else _write_float(a) for a in args])}"
            )
        own = {op.name: op for op, _ in self.calls if op.name not in BUILT_IN}
        needs = [_write_definition(own[name]) for name in sorted(own)]
        return "\n".join(["import autograd as ag", *needs, *lines, *([] if self.calls else [f"y = {names[-1]}"])])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Print as a program in a failing example of Hypothesis, and in IPython."""
        first, *others = repr(self).splitlines()
        printer.text(first)
        for line in others:
            printer.break_()
            printer.text(line)


def _write_definition(op: Op) -> str:
    """Return the import of a user's operation, or its source with definitions."""
    forward = inspect.unwrap(op.forward)  # the function that was decorated
    home, names = forward.__module__, forward.__globals__
    if home != "__main__" and names.get(op.name) is op:
        return f"from {home} import {op.name}"
    try:
        source = textwrap.dedent(inspect.getsource(forward)).rstrip()
    except (OSError, TypeError):  # typed at a prompt that keeps no source
        return f"# define first, with @ag.operation: {op.name}"
    needs = []
    for name in sorted({*re.findall(r"[^\W\d]\w*", source)} & {*names} - {op.name}):
        thing = names[name]
        home = getattr(thing, "__module__", "")
        if inspect.ismodule(thing):
            needs.append(f"import {thing.__name__} as {name}")
        elif isinstance(thing, Op) and thing.name not in BUILT_IN:
            needs.append(_write_definition(thing))
        elif isinstance(thing, float | int):
            needs.append(f"{name} = {thing!r}")
        elif home and home != "__main__":
            needs.append(f"from {'autograd' if home.startswith('autograd.') else home} import {name}")
    return "\n".join([*needs, source])


def _write_call(op: Op, args: Sequence[str]) -> str:
    if op.name in SIGNS:
        return f" {SIGNS[op.name]} ".join(f"({a})" if a.startswith("-") else a for a in args)
    if op.name == "dot":
        n = len(args) // 2
        return f"ag.dot([{', '.join(args[:n])}], [{', '.join(args[n:-1])}], {args[-1]})"
    return f"ag.{op.name}({', '.join(args)}{', index=0' if op.calling.each else ''})"


def _write_float(x: float) -> str:
    return repr(x) if x - x == 0 else f'float("{x}")'
