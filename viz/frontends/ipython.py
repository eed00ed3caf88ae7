"""Provide ``%%backprop``, which runs a cell and plays its last Value."""

from __future__ import annotations

import ast
from typing import Any

from autograd.engine import Value

from ..figures import Player, as_trace
from ..player import GRANULARITIES

LAST = "_backprop"  # the variable for the last expression of a cell, while the cell runs


def load_ipython_extension(shell: Any) -> None:
    """Register the cell magic ``%%backprop``, on ``%load_ext viz``."""
    shell.register_magic_function(lambda line, cell: backprop(shell, line, cell), "cell", "backprop")


def backprop(shell: Any, line: str, cell: str) -> Player | None:
    """Run a cell in the notebook's namespace and return the player of its last Value.

    The last Value is that of the last expression or assignment at the top level of the cell, not inside an if, a for
    or a with. ``line`` may be a granularity: edge, node or pass. Prints a message and returns None if there is no
    Value, and raises what the cell raises.
    """
    granularity = line.strip() or "edge"
    if granularity not in GRANULARITIES:
        print(f"%%backprop: expected edge, node, pass or nothing, got {granularity!r:.60}")
        return None
    tree = shell.compile.ast_parse(shell.transform_cell(cell), filename=shell.compile.cache(cell))
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = tree.body[-1]
        tree.body[-1] = ast.copy_location(ast.Assign([ast.Name(LAST, ast.Store())], last.value), last)
        ast.fix_missing_locations(tree)
    names = shell.user_ns
    try:
        exec(compile(shell.transform_ast(tree), shell.compile.cache(cell), "exec"), names)
        assigned = [names.get(name) for statement in tree.body for name in _assigned_names(statement)]
    finally:
        names.pop(LAST, None)
    values = [value for value in assigned if isinstance(value, Value)]
    if not values:
        print("%%backprop: no Value to step through: end the cell with one, not indented, as in L = (w * x).tanh()")
        return None
    return Player(as_trace(values[-1], names), granularity=granularity)


def _assigned_names(statement: ast.stmt) -> list[str]:
    """Return the names that a statement assigns, in order."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    nodes = [node for target in targets if target is not None for node in ast.walk(target)]
    return [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
