"""Parse expressions into Values, without running them as code.

Unlike the modules that draw, this one uses the table of operations.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from typing import Any

from autograd.engine import Value
from autograd.table import TABLE

from ..text import ellipsize_repr

MAX_LENGTH = 5000  # characters
MAX_OPS = 500  # of two arguments; an operation of n counts as n − 1
MAX_DEPTH = 200  # of nesting; a chain of + counts as nested

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow",
}  # fmt: skip
REPLACEMENTS: dict[type[ast.AST], str] = {  # for Python's other operators
    ast.BitXor: "{a}**{b}", ast.Mod: "mod({a}, {b})", ast.FloorDiv: "floor({a}/{b})",
    ast.Lt: "lt({a}, {b})", ast.LtE: "le({a}, {b})", ast.Gt: "lt({b}, {a})", ast.GtE: "le({b}, {a})",
    ast.Eq: "eq({a}, {b})", ast.NotEq: "1 - eq({a}, {b})",
}  # fmt: skip
FUNCTIONS = {name: op for name, op in TABLE.items() if name != "dot"}  # its arguments are sequences


def parse_expression(text: str, variables: Mapping[str, float]) -> Value:
    """Return an expression as a Value, with one labelled leaf for each variable.

    It may contain numbers, variables, + - * / ** and operations of the table by name.

    Raises:
        ValueError: If something is not allowed, unknown, missing or unused; the message names it.

    >>> parse_expression("w * x + 1", {"w": 2, "x": 3})
    Value(data=7.0, grad=0.0)
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"expression: {len(text)} characters; the limit is {MAX_LENGTH}")
    text = text.strip()
    if not text:
        raise ValueError("expression: it is empty")
    try:
        tree = _parse_tree(text)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for name in variables:
            if name not in used:
                raise ValueError(f"{ellipsize_repr(name)}: the expression has no such variable")
        root = _Evaluator(text, {name: Value(x, label=name) for name, x in variables.items()}).evaluate(tree, 0)
    except (RecursionError, MemoryError):
        raise ValueError("expression: nested too deeply") from None
    if not isinstance(root, Value):
        raise ValueError(f"expression: {ellipsize_repr(text)!r} has no variable to differentiate by")
    return root


def _parse_tree(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        place = f" at character {error.offset}" if error.offset and error.lineno == 1 else ""
        raise ValueError(f"expression: {error.msg}{place} of {ellipsize_repr(text)!r}") from None
    except ValueError as error:  # a number of thousands of digits
        raise ValueError(f"expression: {error}") from None


class _Evaluator:
    def __init__(self, text: str, leaves: Mapping[str, Value]) -> None:
        self.text = text
        self.leaves = leaves
        self.ops = 0

    def evaluate(self, node: ast.expr, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise ValueError(f"expression: nested more than {MAX_DEPTH} deep")
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return TABLE["mul"](number, 1.0)
            case ast.Name(id=name):
                return self.find_leaf(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.apply("neg", [operand], depth)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.evaluate(operand, depth + 1)
            case ast.BinOp(op=op, left=left, right=right) if type(op) in OPERATORS:
                return self.apply(OPERATORS[type(op)], [left, right], depth)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                if name not in FUNCTIONS:
                    raise ValueError(f"expression: unknown function {ellipsize_repr(name)!r}{_suggest(name)}")
                return self.apply(name, args, depth)
        raise ValueError(f"expression: {self.source(node)!r} is not allowed: {self.hint(node)}")

    def find_leaf(self, name: str) -> Value:
        if name in self.leaves:
            return self.leaves[name]
        if name in FUNCTIONS:
            raise ValueError(f"expression: {name!r} is a function; call it as {name}(…)")
        raise ValueError(f"expression: no value for {ellipsize_repr(name)!r}; add {ellipsize_repr(name)}=NUMBER")

    def apply(self, name: str, args: list[ast.expr], depth: int) -> Any:
        self.ops += max(1, len(args) - 1)
        if self.ops > MAX_OPS:
            raise ValueError(f"expression: more than {MAX_OPS} operations")
        numbers = [self.evaluate(arg, depth + 1) for arg in args]
        try:
            return TABLE[name].apply(TABLE[name].flatten(tuple(numbers), {}))  # one number: of softmax, the first
        except (TypeError, ValueError) as error:  # too few or too many arguments
            raise ValueError(f"expression: {error}") from None

    def source(self, node: ast.expr) -> str:
        """Return a part of the text for a message; ast.unparse fails on deep trees."""
        return ellipsize_repr(ast.get_source_segment(self.text, node) or self.text)

    def hint(self, node: ast.expr) -> str:
        """Return how to write a construct, or what is allowed."""
        match node:
            case ast.Constant(value=value):
                return f"a {type(value).__name__} is no real number"
            case ast.BinOp(op=op, left=a, right=b) | ast.Compare(ops=[op], left=a, comparators=[b]):
                if type(op) in REPLACEMENTS:
                    return "write " + REPLACEMENTS[type(op)].format(a=self.source(a), b=self.source(b))
            case ast.IfExp(test=c, body=a, orelse=b):
                return f"write where({self.source(c)}, {self.source(a)}, {self.source(b)})"
            case ast.Call(func=ast.Attribute(attr=name), args=args) if name in FUNCTIONS:
                return f"write {name}({', '.join(map(self.source, args[:3]))}{', …' * (len(args) > 3)})"
        return "only numbers, variables, + - * / ** and functions of the table are"


def _suggest(name: str) -> str:
    matches = difflib.get_close_matches(name, FUNCTIONS, n=1)
    return f"; did you mean {matches[0]!r}?" if matches else f"; the known ones are {', '.join(FUNCTIONS)}"
