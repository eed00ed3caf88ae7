"""Expression trees as straight lines of Python on floats.

Each operation is a line, so that a common subexpression is computed once. Constants are folded, and of a ``where`` only
the branch taken is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import count
from math import inf, nan
from numbers import Real
from typing import Any

from .floats import FLOAT, to_float
from .operators import Rule, on_floats
from .symbolic import NotANumberError, symbolic_rule

Operand = str | float  # a variable, or a constant

COMPARISONS = {"lt": "{} < {}", "le": "{} <= {}", "eq": "{} == {}"}

#: Primitives that need no call; the operands are variables or constants, so one may occur twice.
SPELLINGS = {
    "add": "{} + {}", "sub": "{} - {}", "mul": "{} * {}", "div": "{} / {}", "neg": "-{}",
    "maximum": "{0} if {0} >= {1} or {0} != {0} else {1}", "minimum": "{0} if {0} <= {1} or {0} != {0} else {1}",
    "heaviside": "1.0 if {0} > 0 else 0.0 if {0} < 0 else {1} if {0} == 0 else {0}",
    **{name: f"1.0 if {text} else 0.0" for name, text in COMPARISONS.items()},
}  # fmt: skip  # a table
TOTAL = SPELLINGS | {"div": "{0} / {1} if {1} else div({0}, {1})"}  # a division by 0 is left to IEEE

#: What the lines may call.
NAMES: dict[str, Any] = {
    **FLOAT, "inf": inf, "nan": nan,
    "max": lambda *xs: reduce(FLOAT["maximum"], xs), "min": lambda *xs: reduce(FLOAT["minimum"], xs),
}  # fmt: skip  # a table


class Writer:
    """Lines of Python that compute trees whose leaves are variables or constants."""

    def __init__(self, spellings: Mapping[str, str], leaves: Mapping[str, Operand]) -> None:
        self.spellings = spellings
        self.leaves = leaves
        self.lines: list[str] = []
        self.known: dict[str, str] = {}  # the variable that holds an operation
        self.fresh = map("t{}".format, count())

    def write(self, tree: Any) -> Operand:
        """Write what a tree needs, and return its operand."""
        if not isinstance(tree, list):
            return self.leaves[tree] if isinstance(tree, str) else to_float(tree)
        if tree[0] == "where":
            name = next(self.fresh)
            self.finish(tree, f"{name} = ")
            return name
        text = self._operation(tree, self.spellings)
        if isinstance(text, str) and text not in self.known:
            self.known[text] = next(self.fresh)
            self.lines.append(f"{self.known[text]} = {text}")
        return self.known[text] if isinstance(text, str) else text

    def finish(self, tree: Any, start: str) -> None:
        """Write a tree whose last line, on each branch, starts with "return " or "v = "."""
        if not isinstance(tree, list):
            self.lines.append(f"{start}{self.write(tree)}")
        elif tree[0] != "where":
            text = self._operation(tree, self.spellings)
            self.lines.append(f"{start}{self.known.get(str(text), text)}")
        else:
            _, condition, a, b = tree
            compares = isinstance(condition, list) and condition[0] in COMPARISONS
            test = self._operation(condition, COMPARISONS) if compares else self.write(condition)
            if isinstance(test, float):
                self.finish(a if test else b, start)
            else:
                self.lines += [f"if {test}:", *self._branch(a, start), "else:", *self._branch(b, start)]

    def _branch(self, tree: Any, start: str) -> list[str]:
        """Return the lines of a branch, which knows what was computed before it and keeps its own to itself."""
        branch = Writer(self.spellings, self.leaves)
        branch.known, branch.fresh = dict(self.known), self.fresh
        branch.finish(tree, start)
        return [f" {line}" for line in branch.lines]

    def _operation(self, tree: list[Any], spellings: Mapping[str, str]) -> Operand:
        """Return an operation as text, or its result if that is a constant."""
        name, *args = tree[0], *map(self.write, tree[1:])
        if all(isinstance(a, float) for a in args):
            return float(NAMES[name](*args))
        if name == "lt" and args[0] == args[1]:  # by which a rule writes 0 in the kind of its argument
            return 0.0
        return spellings[name].format(*args) if name in spellings else f"{name}({', '.join(map(str, args))})"


def to_python(tree: Any, parameters: Sequence[str], start: str = "return ") -> list[str]:
    """Return the lines of Python that compute a tree on floats; the last one starts with ``start``.

    >>> to_python(["add", "x0", ["exp", "x0"]], ["x0"])
    ['t0 = exp(x0)', 'return x0 + t0']
    """
    writer = Writer(TOTAL, {name: name for name in parameters})
    writer.finish(tree, start)
    return writer.lines


def to_function(tree: Any, parameters: Sequence[str]) -> Callable[..., float]:
    """Return a tree as a function of floats."""
    scope = dict(NAMES)
    exec("\n ".join([f"def rule({', '.join(parameters)}):", *to_python(tree, parameters)]), scope)
    return scope["rule"]  # type: ignore[no-any-return]  # a function


def compile_rule(op: Any) -> tuple[Callable[..., float], Any]:
    """Return the forward and the partials of an Op as functions of floats that never raise, and keep them on it.

    They give the same bits as the rule evaluated on floats. A rule that cannot be read on symbols is called as it is:
    one written with ``math``, and one for any number of arguments, whose partials are one function.

    Raises:
        TypeError: A rule returns what is no number.
    """
    forward, partials = getattr(op.forward, "on_float", op.forward), op.partials
    args = [f"x{i}" for i in range(op.arity or 0)]
    try:
        rule = None if op.arity is None else symbolic_rule(op, op.arity)
    except NotANumberError:
        raise
    except TypeError:
        rule = None
    if rule:
        slopes = [None if tree is None else to_function(tree, ["y", *args]) for tree in rule["partials"]]
        op.compiled = to_function(rule["forward"], args), tuple(slopes)
    elif op.arity is not None:
        op.compiled = _called(forward, op.name), tuple([partial and _called(partial, op.name) for partial in partials])
    else:
        op.compiled = _called(forward, op.name), (lambda *args: tuple(map(float, on_floats(partials[0], *args))),)
    return op.compiled  # type: ignore[no-any-return]  # as assigned


def _called(rule: Rule, name: str) -> Callable[..., float]:
    def call(*args: float) -> float:
        y = on_floats(rule, *args)
        if not isinstance(y, Real):
            raise NotANumberError(f"{name}: expected a rule that returns a number, got {type(y).__name__} {y!r:.40}")
        return to_float(y)

    return call
