"""Dual numbers, on which the table is read in forward mode."""

from __future__ import annotations

import itertools
import operator
from functools import reduce
from typing import Any

from ..engine import Node, is_grad_enabled
from ..numbers import Function, Number
from ..table import TABLE, Op

_tags = itertools.count()


def fresh_tag() -> int:
    """Return a tag that is greater than all before it."""
    return next(_tags)


class Dual(Number):
    """A primal with its tangent, the derivative along one direction (Clifford, 1873).

    The ``tag`` tells nested derivatives apart: an operation differentiates by the greatest tag, that of the innermost
    derivative, and treats all other numbers as constants. With one tag for all, ``test_perturbation_confusion`` fails.
    """

    __slots__ = ("primal", "tag", "tangent")

    def __init__(self, primal: Any, tangent: Any, tag: int) -> None:
        self.primal: Any = primal
        self.tangent: Any = tangent
        self.tag: int = tag

    def __apply__(self, op: Op, args: tuple[Any, ...]) -> Dual:
        tag = max(a.tag for a in args if isinstance(a, Dual))
        own = [isinstance(a, Dual) and a.tag == tag for a in args]
        primals = tuple(a.primal if mine else a for a, mine in zip(args, own, strict=True))
        y = op.apply(primals)
        derivative = op.derivatives(y, primals)
        terms = []
        for slot, (a, mine) in enumerate(zip(args, own, strict=True)):
            if mine and is_grad_enabled() and not (isinstance(a.tangent, float | int) and a.tangent == 0):
                local = derivative(slot)
                if op.selects and isinstance(local, Node) and not local.is_concrete:
                    terms.append(TABLE["where"].apply((local, a.tangent, 0.0)))
                elif local is not None and not (op.selects and _plain_number(local) == 0):
                    terms.append(local * a.tangent)
        return Dual(y, reduce(operator.add, terms) if terms else 0.0, tag)

    @property
    def data(self) -> Any:
        """The number without its derivatives."""
        return _plain_number(self)

    def detach(self) -> Any:
        """Return the number without its derivatives."""
        return _plain_number(self)

    def __compare__(self, compare: Function, other: Any) -> Any:
        return compare(_strip_tangents(self), _strip_tangents(other))

    def __repr__(self) -> str:
        return f"({self.primal} + {self.tangent}ε)"


Dual.__name__ = "dual number"  # as messages call it


def _strip_tangents(x: Any) -> Any:
    """Return the number inside nested dual numbers."""
    while isinstance(x, Dual):
        x = x.primal
    return x


def _plain_number(x: Any) -> Any:
    """Return the number inside nested Duals and Values."""
    x = _strip_tangents(x)
    return x.data if isinstance(x, Node) and x.is_concrete else x
