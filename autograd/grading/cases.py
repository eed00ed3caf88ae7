"""Operators, functions with the names of rows, and graphs, to try on an engine."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from ..callers import NOT_THE_USERS
from ..engine import Value, nodes_in_order
from ..foreign import is_smooth, row_called

OPERATORS = (
    "a + b", "a * b", "a - b", "a / b", "a ** b", "-a", "+a", "abs(a)", "a + 2", "2 + a", "a * 2", "2 * a", "a - 2",
    "2 - a", "a / 2", "2 / a", "a ** 2", "a ** 3", "a ** -1", "a ** 0.5", "2 ** a", "sum([a, b, a])",
)  # fmt: skip  # in few lines
GRAPHS = (  # a node used twice, diamonds, the long and the short way first
    "a + a", "a * a", "a - a", "a / a", "(a * b + a) * b", "((c := a * b) + c) * a", "(c := a * b) * c + a",
    "((c := a * b) + a) * (c + b)", "(c := a * b) * a * b + c", "(c := a * b) + c * a * b",
    "(d := (c := a * b + a) * b + c) * b + d",
)  # fmt: skip  # in few lines
GENERIC = (0.7, 1.3), (-1.3, 0.4), (1.9, -0.6)  # where few operations agree, so that rules are judged there
SPECIAL = (0.0, 1.0), (1.0, 1.0), (-1.0, 2.0), (2.0, -1.0), (2.0, 2.0)  # where only final numbers are compared
INSIDE = 1.5, 0.625  # whose product is within nearly all domains


@dataclass(frozen=True)
class Case:
    """An operation or a graph, as Python, and as functions of their nodes and of Values."""

    text: str
    run: Callable[..., Any]
    right: Callable[..., Any] | None  # None if only its rule can be judged
    is_graph: bool = False
    is_function: bool = False  # of a module, which may be one of plain numbers

    @classmethod
    def of(cls, text: str, is_graph: bool = False) -> Case:
        """Return the case of an expression of a and b."""
        run = eval(compile(f"lambda a, b: {text}", __file__, "eval"))
        return cls(text, run, run, is_graph)

    def expected(self, point: Sequence[float]) -> tuple[float | None, list[float] | None] | None:
        """Return value and gradients, without these at a kink; None where there are none."""
        if self.right is None:
            return None, None
        leaves = [Value(x) for x in point]
        with suppress(ArithmeticError, ValueError), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            root = self.right(*leaves)
            root.backward()
            nodes = [node for node in nodes_in_order(root) if node.op is not None]
            smooth = all(is_smooth(n.op, [a.data if isinstance(a, Value) else a for a in n.args]) for n in nodes)
            slopes = [leaf.grad for leaf in leaves]
            if math.isfinite(root.data):
                return root.data, slopes if smooth and all(map(math.isfinite, slopes)) else None
        return None


def functions_of(cls: type, modules: Sequence[Any]) -> Iterator[Case]:
    """Yield the methods of a class and the functions of modules that have the name of a row."""
    found = [(f"a.{name}(%s)", getattr(cls, name, None), name) for name in dir(cls)]
    for name, f in [pair for module in modules for pair in vars(module).items()]:
        if type(f) is FunctionType and not f.__code__.co_filename.startswith(NOT_THE_USERS):
            found.append((f"{name}(a%s)", f, name))
    for text, f, name in found:
        if not name.startswith("_") and callable(f) and (op := row_called(name)):
            is_pow, is_function = op.name == "pow", "(a" in text
            if op.arity == 2 and not op.calling.defaults:
                second: Callable[[Any], Any] = (lambda b: 3) if is_pow else (lambda b: b)
                run = lambda a, b, f=f, second=second: f(a, second(b))
                right = lambda a, b, op=op, second=second: op(a, second(b))
                yield Case(text % (", " * is_function + "b3"[is_pow]), run, right, is_function=is_function)
            else:
                right = (lambda a, b, op=op: op(a)) if op.arity == 1 else None  # type: ignore[assignment,misc]
                yield Case(text % "", lambda a, b, f=f: f(a), right, is_function=is_function)


def is_in(name: str, text: str) -> bool:
    """Return whether a variable occurs in an expression."""
    return bool(re.search(rf"\b{name}\b", text))
