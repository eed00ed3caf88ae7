"""Values as formulas: a print that shows what is shared, and LaTeX of a Value or of its derivative."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import count
from typing import Any

from ..engine.node import Node
from ..engine.snapshot import WIDE
from ..engine.traversal import nodes_in_order
from ..table.op import TABLE, Op
from .formula import ATOM, Formula, number, write

LONG = 60  # characters; a longer formula is broken into named parts
LONGEST = 20_000  # of one formula in LaTeX


def show(root: Node, names: Mapping[str, Any] | None = None) -> str:
    """Write how a Value was computed, one line for what has a label or is used more than once.

    ``names``, such as ``locals()``, says what unlabelled nodes are called; the others are %1, %2, …, and an
    unlabelled leaf is its number. Raises TypeError if root is not a Value.

    >>> from autograd import Value
    >>> x, y = Value(2.0, label="x"), Value(-3.0, label="y")
    >>> p = x * y + 1
    >>> print(show(p * p.exp()))
    %1 = x × y + 1
    %1 × exp(%1)
    """
    nodes = _nodes(root)
    called = _called(nodes, names)
    uses = Counter(id(a) for node in nodes for a in node.args)
    written: dict[int, Formula] = {}
    lines = []
    fresh = (f"%{k}" for k in count(1))
    for node in nodes:
        formula = written[id(node)] = _written(node, written, called)
        if id(node) in called:
            written[id(node)] = Formula.named(called[id(node)])
        elif node is not root and (uses[id(node)] > 1 or (node.op and len(formula.text) > LONG)):
            written[id(node)] = Formula(next(fresh))
        name = written[id(node)].text
        if name != formula.text:
            lines.append(f"{name} = {formula}")
        elif node is root:
            lines.append(name)
    return "\n".join(lines)


def latex(root: Node, by: Node | None = None, names: Mapping[str, Any] | None = None) -> str:
    r"""Write a Value as one formula in LaTeX, or its derivative ``by`` another, as a textbook has it.

    Nothing is computed, only substituted, so that ∂x²/∂x is x + x if x² was x·x. Raises ValueError if root does
    not depend on by, or if the formula would be longer than 20,000 characters.

    >>> from autograd import Value
    >>> w, x = Value(2.0, label="w"), Value(-1.0, label="x")
    >>> y = (w * x).sigmoid()
    >>> print(latex(y))
    \sigma(w \cdot x)
    >>> print(latex(y, by=w))
    \sigma(w \cdot x) \cdot \left(1 - \sigma(w \cdot x)\right) \cdot x
    """
    nodes = _nodes(root)
    called = _called(nodes, names)
    written: dict[int, Formula] = {}
    slopes: dict[int, Any] = {} if by is None else {id(_node(by, "by")): number(1, latex=True)}
    for node in nodes:
        written[id(node)] = y = _written(node, written, called, latex=True)
        if node.op is not None and node is not by:
            parts = [written[id(a)] if isinstance(a, Node) else number(a, latex=True) for a in node.args]
            depends = [slot for slot, a in enumerate(node.args) if id(a) in slopes and node.locals[slot] is not None]
            rules = shown(node.op, y, parts) if depends else []
            terms = [rules[slot] * slopes[id(node.args[slot])] for slot in depends]
            if terms:
                slopes[id(node)] = reduce(operator.add, terms)
        if max(len(found[id(node)].text) for found in (written, slopes) if id(node) in found) > LONGEST:
            raise ValueError(f"root: as one formula it is longer than {LONGEST:,} characters; explain() goes in steps")
    if by is not None and id(root) not in slopes:
        raise ValueError("by: root does not depend on it")
    return str((written if by is None else slopes)[id(root)])


def _nodes(root: Any) -> list[Node]:
    return nodes_in_order(_node(root, "root"))


def _node(x: Any, name: str) -> Node:
    if not isinstance(x, Node):
        raise TypeError(f"{name}: expected a Value, got {type(x).__name__} {x!r:.40}")
    return x


def _called(nodes: list[Node], names: Mapping[str, Any] | None) -> dict[int, str]:
    """Find the label, or else the name, of each node that has one; a label counts for the first that has it."""
    if names is not None and not isinstance(names, Mapping):
        raise TypeError(f"names: expected a mapping such as locals(), got {type(names).__name__} {names!r:.40}")
    variables = {id(value): name for name, value in (names or {}).items() if not name.startswith("_")}
    called: dict[int, str] = {}
    for node in nodes:
        name = printable(str(getattr(node, "label", "")) or variables.get(id(node), ""))
        if name and name not in called.values():
            called[id(node)] = name
    return called


def _written(node: Node, written: dict[int, Formula], called: dict[int, str], latex: bool = False) -> Formula:
    """Write a node by what its arguments are written as; a leaf by its name or its number."""
    if node.op is None:
        name = called.get(id(node), "")
        return Formula.named(name, latex) if name else number(node.data, latex)
    return write(node.op, [written[id(a)] if isinstance(a, Node) else number(a, latex) for a in node.args], latex)


def shown(op: Op, y: Formula, args: Sequence[Formula]) -> list[Formula]:
    """Write the local derivatives of an operation as a textbook does, or as ∂y/∂x if it is by hand or too wide."""
    if TABLE.get(op.name) is not op or len(args) > WIDE:
        return [fraction(y.text, arg.text, y.latex) for arg in args]
    found = []
    for rule in op.textbook_derivatives(y, args):
        found.append(rule if isinstance(rule, Formula) else number(rule or 0.0, y.latex))
    return found


def fraction(of: str, by: str, latex: bool) -> Formula:
    """Write ∂of/∂by."""
    return Formula(rf"\frac{{\partial {of}}}{{\partial {by}}}" if latex else f"∂{of}/∂{by}", ATOM, latex)


def printable(text: str) -> str:
    """Replace by � whatever cannot be printed, would break a line or would turn its direction."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
