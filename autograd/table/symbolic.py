"""Rows read on symbols: as expression trees, and from these as straight lines of Python for floats.

    tree := number | "x0" | "x1" … the arguments | "y" the result | [primitive, tree, …]

A trace carries the trees, so that its reader can compute without knowing the table. The engine records with
the straight lines: a rule such as sigmoid's calls no other rule then, only primitives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .floats import FLOAT, to_float
from .op import Op
from .operators import Operators, Rule, on_floats

CompiledRule = tuple[Callable[..., float], tuple[Any, ...]]


class Symbol(Operators):
    """A symbol that records what is done to it."""

    __slots__ = ("tree",)

    def __init__(self, tree: Any) -> None:
        self.tree = tree

    def __apply__(self, op: Op, args: tuple[Any, ...]) -> Symbol:
        if op.primitive:
            return Symbol([op.name, *map(expr, args)])
        return Symbol(expr(op.forward(*args)))


def expr(x: Any) -> Any:
    """Take the nested lists out of a Symbol; anything else is a number and stays."""
    return x.tree if isinstance(x, Symbol) else x


def symbolic_rule(op: Op, arity: int) -> dict[str, Any]:
    """Read a row on symbols: its forward and its partials (None where nothing flows) as trees.

    >>> from autograd.table.op import TABLE
    >>> symbolic_rule(TABLE["div"], 2)
    {'forward': ['div', 'x0', 'x1'], 'partials': [['div', 1, 'x1'], ['div', ['neg', 'y'], 'x1']]}
    """
    args = tuple(Symbol(f"x{i}") for i in range(arity))
    return {
        "forward": expr(op.apply(args)),
        "partials": [expr(op.derivative(Symbol("y"), args, slot)) for slot in range(arity)],
    }


INFIX = {"add": "({} + {})", "sub": "({} - {})", "mul": "({} * {})", "neg": "(-{})"}
TRUTH = {"eq": "{} == {}", "lt": "{} < {}", "le": "{} <= {}"}


def to_python(tree: Any) -> str:
    """Write a tree as Python.

    >>> to_python(["where", ["lt", "x0", 0], "y", ["mul", 2, ["exp", "x0"]]])
    '(y if x0 < 0.0 else (2.0 * exp(x0)))'
    """
    if isinstance(tree, str):
        return tree
    if not isinstance(tree, list):
        number = to_float(tree)
        return repr(number) if number - number == 0 else f"float('{number}')"
    name, *args = tree
    if name == "where":
        condition, a, b = args
        test = condition[0] if isinstance(condition, list) else ""
        truth = TRUTH[test].format(*map(to_python, condition[1:])) if test in TRUTH else to_python(condition)
        return f"({to_python(a)} if {truth} else {to_python(b)})"
    return INFIX[name].format(*map(to_python, args)) if name in INFIX else f"{name}({', '.join(map(to_python, args))})"


def compile_rule(op: Op) -> CompiledRule:
    """Return the forward of a row and its partials as functions of floats, and keep them on the row.

    They compute the same bits as the row read on floats, which a test proves. What cannot be read on symbols,
    such as a rule written with ``math``, is called as it is.
    """
    assert op.arity is not None  # a row for any number of arguments is read as it is
    names = ", ".join(f"x{i}" for i in range(op.arity))
    try:
        read = symbolic_rule(op, op.arity)
    except TypeError:
        found: CompiledRule = (_called(op.on_float), tuple([rule and _called(rule) for rule in op.partials]))
    else:
        forward = eval(f"lambda {names}: {to_python(read['forward'])}", dict(FLOAT))
        rules = [None if tree is None else f"lambda y, {names}: {to_python(tree)}" for tree in read["partials"]]
        found = (forward, tuple([rule and eval(rule, dict(FLOAT)) for rule in rules]))
    op.compiled = found
    return found


def _called(rule: Rule) -> Callable[..., float]:
    return lambda *args: float(on_floats(rule, *args))
