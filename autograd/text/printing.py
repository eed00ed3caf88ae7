"""Values as text, and the LaTeX of a Value or of its derivative."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import count
from typing import Any

from ..engine import Node, expect_value, nodes_in_order
from ..snapshot import MAX_RULE_ARITY
from ..table import TABLE, Op
from .formula import ATOM, Formula, write_constant, write_operation

MAX_INLINE = 60  # characters; a longer formula is broken into named parts
MAX_LATEX = 20_000  # characters of one formula in LaTeX


def show(root: Node, names: Mapping[str, Any] | None = None) -> str:
    """Return the computation of a Value as text, one line per label or shared value.

    Args:
        root: The Value.
        names: The names of unlabelled nodes, such as ``locals()``. Nodes without a name are %1, %2, …, and
            unlabelled leaves are their numbers.

    Raises:
        TypeError: If root is not a Value, or names is not a mapping.

    >>> from autograd import Value
    >>> x, y = Value(2.0, label="x"), Value(-3.0, label="y")
    >>> p = x * y + 1
    >>> print(show(p * p.exp()))
    %1 = x × y + 1
    %1 × exp(%1)
    """
    nodes = nodes_in_order(expect_value(root, "root"))
    node_names = _name_nodes(nodes, names)
    uses = Counter(id(a) for node in nodes for a in node.args)
    formulas: dict[int, Formula] = {}
    lines = []
    fresh = (f"%{k}" for k in count(1))
    for node in nodes:
        formula = formulas[id(node)] = _write_node(node, formulas, node_names)
        if id(node) in node_names:
            formulas[id(node)] = Formula.named(node_names[id(node)])
        elif node is not root and (uses[id(node)] > 1 or (node.op and len(formula.text) > MAX_INLINE)):
            formulas[id(node)] = Formula(next(fresh))
        name = formulas[id(node)].text
        if name != formula.text:
            lines.append(f"{name} = {formula}")
        elif node is root:
            lines.append(name)
    return "\n".join(lines)


def latex(root: Node, by: Node | None = None, names: Mapping[str, Any] | None = None) -> str:
    r"""Return a Value as one formula in LaTeX, or its derivative as a textbook has it.

    The chain rule is applied by substitution, without simplifying: ∂x²/∂x is x + x if x² is recorded as x·x.

    Args:
        root: The Value.
        by: The Value to differentiate by; if None, the result is the formula of root.
        names: The names of unlabelled nodes, such as ``locals()``.

    Raises:
        TypeError: If root or by is not a Value, or names is not a mapping.
        ValueError: If root does not depend on by, or if the formula is longer than 20,000 characters.

    >>> from autograd import Value
    >>> w, x = Value(2.0, label="w"), Value(-1.0, label="x")
    >>> y = (w * x).sigmoid()
    >>> print(latex(y))
    \sigma(w \cdot x)
    >>> print(latex(y, by=w))
    \sigma(w \cdot x) \cdot \left(1 - \sigma(w \cdot x)\right) \cdot x
    """
    nodes = nodes_in_order(expect_value(root, "root"))
    node_names = _name_nodes(nodes, names)
    formulas: dict[int, Formula] = {}
    slopes: dict[int, Any] = {} if by is None else {id(expect_value(by, "by")): write_constant(1, latex=True)}
    for node in nodes:
        formulas[id(node)] = y = _write_node(node, formulas, node_names, latex=True)
        if node.op is not None and node is not by:
            depends = [slot for slot, a in enumerate(node.args) if id(a) in slopes and node.locals[slot] is not None]
            rules = write_local_derivatives(node.op, y, _write_args(node, formulas, latex=True)) if depends else []
            terms = [rules[slot] * slopes[id(node.args[slot])] for slot in depends]
            if terms:
                slopes[id(node)] = reduce(operator.add, terms)
        if max(len(found[id(node)].text) for found in (formulas, slopes) if id(node) in found) > MAX_LATEX:
            raise ValueError(
                f"root: as one formula it is longer than {MAX_LATEX:,} characters; explain() goes in steps"
            )
    if by is not None and id(root) not in slopes:
        raise ValueError("by: root does not depend on it")
    return str((formulas if by is None else slopes)[id(root)])


def _name_nodes(nodes: list[Node], names: Mapping[str, Any] | None) -> dict[int, str]:
    """Return the label, or else the name, of each node that has one.

    Of equal names the first node keeps it.
    """
    if names is not None and not isinstance(names, Mapping):
        raise TypeError(f"names: expected a mapping such as locals(), got {type(names).__name__} {names!r:.40}")
    variables = {id(value): name for name, value in (names or {}).items() if not name.startswith("_")}
    node_names: dict[int, str] = {}
    for node in nodes:
        name = replace_unprintable(str(node.label) or variables.get(id(node), ""))
        if name and name not in node_names.values():
            node_names[id(node)] = name
    return node_names


def _write_node(node: Node, formulas: dict[int, Formula], node_names: dict[int, str], latex: bool = False) -> Formula:
    """Return the formula of a node; that of a leaf is its name or its number."""
    if node.op is None:
        name = node_names.get(id(node), "")
        return Formula.named(name, latex) if name else write_constant(node.data, latex)
    return write_operation(node.op, _write_args(node, formulas, latex), latex)


def _write_args(node: Node, formulas: dict[int, Formula], latex: bool) -> list[Formula]:
    return [formulas[id(a)] if isinstance(a, Node) else write_constant(a, latex) for a in node.args]


def write_local_derivatives(op: Op, y: Formula, args: Sequence[Formula]) -> list[Formula]:
    """Return the local derivatives of an operation as a textbook has them.

    Without a rule, or with more arguments than a trace has rules for, they are ∂y/∂x.
    """
    if TABLE.get(op.name) is not op or len(args) > MAX_RULE_ARITY:
        return [write_derivative(y.text, arg.text, y.latex) for arg in args]
    try:
        rules = op.textbook_derivatives(y, args)
    except TypeError:  # an operation of the user's own, written with math
        return [write_derivative(y.text, arg.text, y.latex) for arg in args]
    found = []
    for rule in rules:
        found.append(rule if isinstance(rule, Formula) else write_constant(rule or 0.0, y.latex))
    return found


def write_derivative(of: str, by: str, latex: bool) -> Formula:
    """Return ∂of/∂by as a formula."""
    return Formula(rf"\frac{{\partial {of}}}{{\partial {by}}}" if latex else f"∂{of}/∂{by}", ATOM, latex)


def replace_unprintable(text: str) -> str:
    """Return the text with � for each character that is not printable.

    Among these are characters that break a line or turn its direction.
    """
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
