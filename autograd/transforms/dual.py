"""Dual numbers: the rows read forwards, each number with its derivative along one direction."""

from __future__ import annotations

import itertools
import operator
from functools import reduce
from typing import Any

from ..engine.node import Node, recording
from ..table.op import TABLE, Op
from ..table.operators import Operators


class Dual(Operators):
    """A number and its derivative along one direction; the rows carry both forwards (Clifford, 1873).

    Nested derivatives are kept apart by their ``level``: an operation works on the innermost, and the
    others are constants to it.
    """

    __slots__ = ("level", "tangent", "value")

    def __init__(self, value: Any, tangent: Any, level: int) -> None:
        self.value = value
        self.tangent = tangent
        self.level = level

    def __apply__(self, op: Op, args: tuple[Any, ...]) -> Dual:
        level = max(a.level for a in args if isinstance(a, Dual))
        mine = [isinstance(a, Dual) and a.level == level for a in args]
        values = tuple(a.value if m else a for a, m in zip(args, mine, strict=True))
        y = op.apply(values)
        derivative = op.derivatives(y, values)
        terms = []
        for slot, (a, m) in enumerate(zip(args, mine, strict=True)):
            if m and recording() and not (isinstance(a.tangent, float | int) and a.tangent == 0):
                local = derivative(slot)
                if op.selects and isinstance(local, Node) and not local.known:
                    terms.append(TABLE["where"].apply((local, a.tangent, 0.0)))
                elif local is not None and not (op.selects and _number(local) == 0):
                    terms.append(local * a.tangent)
        return Dual(y, reduce(operator.add, terms) if terms else 0.0, level)

    @property
    def data(self) -> Any:
        """The number without its derivatives."""
        return _number(self)

    def detach(self) -> Any:
        """Return the number without its derivatives."""
        return _number(self)

    def __bool__(self) -> bool:
        return bool(_number(self))

    def __format__(self, spec: str) -> str:
        return format(_number(self), spec)

    def __lt__(self, other: Any) -> bool:
        return bool(_number(self) < _number(other))

    def __le__(self, other: Any) -> bool:
        return bool(_number(self) <= _number(other))

    def __gt__(self, other: Any) -> bool:
        return bool(_number(self) > _number(other))

    def __ge__(self, other: Any) -> bool:
        return bool(_number(self) >= _number(other))

    def __repr__(self) -> str:
        return f"Dual({self.value} + {self.tangent}ε)"


levels = itertools.count()


def _number(x: Any) -> Any:
    """Take the plain number out of nested Duals and Values."""
    while isinstance(x, Dual):
        x = x.value
    return x.data if isinstance(x, Node) and x.known else x
