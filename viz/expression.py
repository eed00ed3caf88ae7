"""Expressions as text, turned into Values without ever running them as code."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from typing import Any

from autograd.engine import Value
from autograd.op import TABLE

MAX_LENGTH = 5000  # characters
MAX_OPS = 500
MAX_DEPTH = 200  # of nesting, as which a chain of + counts too

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow",
}  # fmt: skip
FUNCTIONS = {name: op for name, op in TABLE.items() if name != "dot"}  # it takes sequences


def parse(text: str, variables: Mapping[str, float]) -> Value:
    """Compute an expression as a Value with one labelled leaf for each variable.

    It may use numbers, variables, + - * / ** and the operations of the table by name. Raises ValueError
    naming what is not allowed, unknown, missing or left over.

    >>> parse("w * x + 1", {"w": 2, "x": 3})
    Value(data=7.0, grad=0.0)
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"expression: {len(text)} characters; the limit is {MAX_LENGTH}")
    text = text.strip()
    if not text:
        raise ValueError("expression: it is empty")
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"expression: {error.msg} at character {error.offset} of {text!r:.60}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"expression: {error or 'nested too deeply'}") from None
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for name in variables:
        if name not in used:
            raise ValueError(f"{name}: the expression has no such variable")
    reader = _Reader({name: Value(x, label=name) for name, x in variables.items()})
    root = reader.read(tree, 0)
    if not isinstance(root, Value):
        raise ValueError(f"expression: {text!r:.60} has no variable to differentiate by")
    return root


class _Reader:
    def __init__(self, leaves: Mapping[str, Value]) -> None:
        self.leaves = leaves
        self.ops = 0

    def read(self, node: ast.expr, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise ValueError(f"expression: nested more than {MAX_DEPTH} deep")
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return TABLE["mul"](number, 1.0)
            case ast.Name(id=name):
                return self.leaf(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.apply("neg", [operand], depth)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand, depth + 1)
            case ast.BinOp(op=op, left=left, right=right) if type(op) in OPERATORS:
                return self.apply(OPERATORS[type(op)], [left, right], depth)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                if name not in FUNCTIONS:
                    raise ValueError(f"expression: unknown function {name!r}{_near(name, FUNCTIONS)}")
                return self.apply(name, args, depth)
        raise ValueError(f"expression: {ast.unparse(node)!r:.60} is not allowed: {_what(node)}")

    def leaf(self, name: str) -> Value:
        if name in self.leaves:
            return self.leaves[name]
        if name in FUNCTIONS:
            raise ValueError(f"expression: {name!r} is a function; call it as {name}(…)")
        raise ValueError(f"expression: no value for {name!r}; add {name}=NUMBER")

    def apply(self, name: str, args: list[ast.expr], depth: int) -> Any:
        self.ops += 1
        if self.ops > MAX_OPS:
            raise ValueError(f"expression: more than {MAX_OPS} operations")
        try:
            return TABLE[name](*(self.read(arg, depth + 1) for arg in args))
        except TypeError as error:  # too few or too many arguments
            raise ValueError(f"expression: {error}") from None


def _near(name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; the known ones are {', '.join(known)}"


def _what(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return f"a {type(node.value).__name__} is no real number"
    return "only numbers, variables, + - * / ** and functions of the table are"
