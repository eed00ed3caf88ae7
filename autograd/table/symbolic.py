"""Rules as expression trees, by evaluating them on symbols.

    tree := number | "x0" | "x1" … the arguments | "y" the result | [primitive, tree, …]

A trace carries the trees of its operations, so that it can be evaluated without the table.
"""

from __future__ import annotations

from numbers import Real
from typing import Any

from ..numbers import Operators


class InvalidRuleError(TypeError):
    """Raised for a rule that computes with, or returns, what is not a number."""


class Symbol(Operators):
    """A name that records what is computed from it; it has no truth."""

    __slots__ = ("tree",)

    def __init__(self, tree: Any) -> None:
        self.tree: Any = tree

    def __apply__(self, op: Any, args: tuple[Any, ...]) -> Symbol:
        if op.primitive:
            return Symbol([op.name, *[expr(a, op.name) for a in args]])
        return Symbol(expr(op.forward(*args), op.name))

    def __bool__(self) -> bool:
        raise TypeError("expected where(condition, a, b) for a branch on data, got the truth of a symbol")

    def __eq__(self, other: object) -> bool:
        return bool(self)

    __hash__ = None  # type: ignore[assignment]  # as for every class without equality


def expr(x: Any, name: str) -> Any:
    """Return the tree of a Symbol, or a number; else raise InvalidRuleError."""
    if isinstance(x, Symbol):
        return x.tree
    if isinstance(x, Real):
        return x
    raise InvalidRuleError(f"{name}: expected a rule that returns a number, got {type(x).__name__} {x!r:.40}")


def symbolic_rule(op: Any, arity: int) -> dict[str, Any]:
    """Return the forward of an Op and its partials as trees; None: nothing flows.

    >>> from autograd.table import TABLE
    >>> symbolic_rule(TABLE["div"], 2)
    {'forward': ['div', 'x0', 'x1'], 'partials': [['div', 1, 'x1'], ['div', ['neg', 'y'], 'x1']]}
    """
    args = tuple(Symbol(f"x{i}") for i in range(arity))
    derivative = op.partials_at(Symbol("y"), args)
    flows = [True] * arity if op.arity is None else op.partials
    return {
        "forward": expr(op.apply(args), op.name),
        "partials": [expr(derivative(slot), op.name) if flows[slot] else None for slot in range(arity)],
    }
