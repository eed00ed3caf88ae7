"""Expression trees as straight lines of Python, for the engine and replay.

Each operation is a line, so that a common subexpression is computed once. Constants are folded. Of a ``where`` only the
branch taken is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from math import inf, nan
from typing import Any

from ..numbers import FLOAT, AnyFunction, apply_rule, to_float
from .symbolic import InvalidRuleError, expr, symbolic_rule

Operand = str | float  # a variable, or a constant

COMPARISONS = {"lt": "{} < {}", "le": "{} <= {}", "eq": "{} == {}"}

#: Primitives that need no call. An operand may occur twice, for it is a variable or a constant.
SPELLINGS = {
    "add": "{} + {}", "sub": "{} - {}", "mul": "{} * {}", "div": "{} / {}", "neg": "-{}",
    "maximum": "{0} if {0} >= {1} or {0} != {0} else {1}", "minimum": "{0} if {0} <= {1} or {0} != {0} else {1}",
    "heaviside": "1.0 if {0} > 0 else 0.0 if {0} < 0 else {1} if {0} == 0 else {0}",
    **{name: f"1.0 if {text} else 0.0" for name, text in COMPARISONS.items()},
}  # fmt: skip  # a table
TOTAL = SPELLINGS | {"div": "{0} / {1} if {1} else div({0}, {1})"}  # nothing raises

NAMES: dict[str, Any] = FLOAT | {"inf": inf, "nan": nan}  # what the lines may call


class Writer:
    """Lines of Python that compute trees, whose leaves are variables or constants.

    >>> writer = Writer(TOTAL, {"x0": "x0"})
    >>> writer.finish(["add", "x0", ["exp", "x0"]], "return ")
    >>> writer.lines
    ['t0 = exp(x0)', 'return x0 + t0']
    """

    def __init__(self, spellings: Mapping[str, str], leaves: Mapping[str, Operand]) -> None:
        self.spellings = spellings
        self.leaves = leaves
        self.lines: list[str] = []
        self.known: dict[str, str] = {}  # the variable that holds an operation
        self.fresh: Iterator[str] = map("t{}".format, count())

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
        """Write a tree, with ``start``, such as "return ", before its last line."""
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
        """Return the lines of a branch, whose results are known in it alone."""
        branch = Writer(self.spellings, self.leaves)
        branch.known, branch.fresh = dict(self.known), self.fresh
        branch.finish(tree, start)
        return [f" {line}" for line in branch.lines]

    def _operation(self, tree: list[Any], spellings: Mapping[str, str]) -> Operand:
        """Return an operation as text, or its result if that is a constant."""
        name, *args = tree[0], *map(self.write, tree[1:])
        if name in FLOAT and all(isinstance(a, float) for a in args):
            return float(FLOAT[name](*args))
        if name == "lt" and args[0] == args[1]:  # the 0 of const_like
            return 0.0
        return spellings[name].format(*args) if name in spellings else f"{name}({', '.join(map(str, args))})"


def to_function(tree: Any, parameters: Sequence[str]) -> Callable[..., float]:
    """Return a tree as a function of floats."""
    writer = Writer(TOTAL, {name: name for name in parameters})
    writer.finish(tree, "return ")
    exec("\n ".join([f"def rule({', '.join(parameters)}):", *writer.lines]), scope := dict(NAMES))
    return scope["rule"]  # type: ignore[no-any-return]  # a function


def compile_rule(op: Any) -> tuple[Callable[..., float], tuple[Any, ...]]:
    """Return the forward and the partials of an Op as total functions of floats.

    They give the bits of the rule evaluated on floats. A rule is called as it is if it takes any number of arguments
    or cannot be evaluated on symbols, such as one written with ``math``.

    Raises:
        TypeError: If a rule returns something other than a number.
    """
    forward = getattr(op.forward, "on_float", op.forward)
    if op.arity is None:
        every = op.partials[0]
        return _call(forward, op.name), (lambda *args: tuple(map(float, apply_rule(every, *args))),)
    names = [f"x{i}" for i in range(op.arity)]
    try:
        rule = symbolic_rule(op, op.arity)
    except InvalidRuleError:
        raise
    except TypeError:
        return _call(forward, op.name), tuple([partial and _call(partial, op.name) for partial in op.partials])
    partials = [None if tree is None else to_function(tree, ["y", *names]) for tree in rule["partials"]]
    return to_function(rule["forward"], names), tuple(partials)


def _call(rule: AnyFunction, name: str) -> Callable[..., float]:
    """Return a rule as a function that checks its result."""
    return lambda *args: to_float(expr(apply_rule(rule, *args), name))
