"""A node of another engine as it was read, and what its backward does."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from .memento import home_of


@dataclass
class Probe:
    """The gradients that a node's backward adds to some other nodes.

    Attributes:
        targets: The nodes that may get something: parents, and nodes that a closure holds.
        one, minus_two: What they get for an upstream of 1 and of −2; the second is None where it cannot be had.
        ten: What their gradients are after an upstream of 1 if they were 10; None where it cannot be had.
        way: "stored", "rule", "sweep", or "quiet" for a sweep by which nothing arrived, which may be none.
        error: What the rule raised.
    """

    targets: list[Any] = field(default_factory=list)
    one: list[float] = field(default_factory=list)
    minus_two: list[float] | None = None
    ten: list[float] | None = None
    way: str = ""
    error: Exception | None = None

    def of(self, x: Any) -> float:
        """Return what a node gets for an upstream of 1."""
        return next((d for y, d in zip(self.targets, self.one, strict=False) if y is x), 0.0)


@dataclass(eq=False)
class ForeignNode:
    """A node of another engine, as it was read.

    Attributes:
        obj, data, grad: Their object, and its number and gradient.
        args: The arguments: nodes, and numbers among the parents.
        stored: A local derivative for each argument, if the engine keeps them as numbers.
        texts: What may name its operation.
        label: Its label.
        constants: Numbers that its rule or its object holds, such as an exponent.
        rule: Its backward step, if it has one.
        probe: What it adds to its arguments.
        key: The same for all nodes that share the code of their rule and the name of their operation.
        forgotten: Arguments that its rule writes to but its parents lack.
        jumps: Whether its rule passes by its own parents.
        holds_nodes: Whether its rule holds any node.
        misplaced: The node to which its rule was attached instead.
        eps: The relative error of its numbers.
    """

    obj: Any
    data: float
    grad: float = 0.0
    args: list[Any] = field(default_factory=list)
    stored: list[float | None] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    label: str = ""
    constants: list[float] = field(default_factory=list)
    rule: Any = None
    probe: Probe = field(default_factory=Probe)
    key: Any = None
    forgotten: list[ForeignNode] = field(default_factory=list)
    jumps: bool = False
    holds_nodes: bool = False
    misplaced: ForeignNode | None = None
    eps: float = 1e-9
    is_constant: bool = False

    @property
    def parents(self) -> list[ForeignNode]:
        """The arguments that are nodes, without repeats."""
        return distinct(a for a in self.args if isinstance(a, ForeignNode))

    @property
    def is_known(self) -> bool:
        """Whether its local derivatives could be measured."""
        return not self.parents or (self.probe.error is None and bool(self.probe.one))


def distinct(items: Any) -> list[Any]:
    """Return objects without repeats, by identity."""
    return list({id(x): x for x in items}.values())


def number(x: Any) -> float | None:
    """Return a number, or an array of one, as a float; None for anything else."""
    if issubclass(type(x), bool | str | bytes):
        return None
    with suppress(Exception):
        if hasattr(type(x), "as_integer_ratio"):  # an int, a float, a Fraction, a Decimal
            return float(x)
        if home_of(type(x)) == "numpy" and x.size == 1 and x.dtype.kind in "fiu":
            return float(x.item())
    return None
