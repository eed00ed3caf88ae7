"""A computation as a recipe: the leaves to start from, and what to call on them. It prints as the program it is."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .extend import OURS
from .op import TABLE, Op

#: Python's operators that a node spells out for speed, and their signs.
INLINED = {TABLE["add"]: operator.add, TABLE["sub"]: operator.sub, TABLE["mul"]: operator.mul}
SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}

Argument = int | float
Call = tuple[Op, tuple[Argument, ...]]


@dataclass(frozen=True, repr=False)
class Expression:
    """A recipe for a number: the leaves to start from, and what to compute from them.

    An argument of a call is the number of a leaf or of an earlier call (an int), or a constant (a float). Its
    ``repr`` is a program that can be pasted and run; it calls the leaves x0, x1 … and the result y.

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
        """Compute the last call, with leaves of any kind of number."""
        found = list(leaves)
        for op, args in self.calls:
            numbers = tuple(found[a] if isinstance(a, int) else a for a in args)
            found.append(INLINED[op](*numbers) if op in INLINED else op.of(numbers))
        return found[-1]

    def pruned(self) -> Expression:
        """Leave out the calls on which the last does not depend."""
        first = len(self.leaves)
        needed = {first + len(self.calls) - 1}
        for n in range(first + len(self.calls) - 1, first - 1, -1):
            if n in needed:
                needed.update(a for a in self.calls[n - first][1] if isinstance(a, int))
        kept = [n for n in range(first + len(self.calls)) if n < first or n in needed]
        places = {n: place for place, n in enumerate(kept)}
        calls = [self.calls[n - first] for n in kept if n >= first]
        return Expression(
            self.leaves,
            tuple((op, tuple(places[a] if isinstance(a, int) else a for a in args)) for op, args in calls),
        )

    def __repr__(self) -> str:
        first, last = len(self.leaves), len(self.leaves) + len(self.calls) - 1
        names = [f"x{n}" if n < first else "y" if n == last else f"v{n}" for n in range(last + 1)]
        lines = [f"{name} = ag.Value({_float(x)})" for name, x in zip(names, self.leaves, strict=False)]
        for name, (op, args) in zip(names[first:], self.calls, strict=True):
            lines.append(f"{name} = {_call(op, [names[a] if isinstance(a, int) else _float(a) for a in args])}")
        own = sorted({op.name for op, _ in self.calls} - OURS)
        needs = [f"# define first, with @ag.operation: {', '.join(own)}"] if own else []
        return "\n".join(["import autograd as ag", *needs, *lines, *([] if self.calls else [f"y = {names[-1]}"])])


def _call(op: Op, args: Sequence[str]) -> str:
    if op.name in SIGNS:
        return f" {SIGNS[op.name]} ".join(f"({a})" if a.startswith("-") else a for a in args)
    if op.name == "dot":
        n = len(args) // 2
        return f"ag.dot([{', '.join(args[:n])}], [{', '.join(args[n:-1])}], {args[-1]})"
    return f"ag.{op.name}({', '.join(args)}{', index=0' if op.each else ''})"


def _float(x: float) -> str:
    return repr(x) if x - x == 0 else f'float("{x}")'
