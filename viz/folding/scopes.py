"""Assign each node of a trace to a part of the model, named by its path.

A node belongs to the scope of the output for which it is computed. Nodes without a scope, if there are many, get a
place after the last part of the model that they depend on, so that no box ever depends on itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from autograd.graph import Trace

MAX_SIBLINGS = 30  # parts of one part; more are grouped into ranges
MAX_SHARED_LEAVES = 12  # drawn one by one

Path = tuple[str | int, ...]  # scopes from the outside in; a number expands a weighted sum


def scope_paths(trace: Trace) -> list[Path]:
    """Return the scope of each node: its own, that of all its users, or ()."""
    rows = trace.graph.rows
    users: list[dict[Path, None]] = [{} for _ in rows]
    paths: list[Path] = [()] * len(rows)
    for n in range(len(rows) - 1, -1, -1):
        if rows[n].scope:
            paths[n] = tuple(rows[n].scope.split("."))
        elif len(users[n]) == 1 or (users[n] and rows[n].op):
            paths[n] = common_prefix(users[n])
        if paths[n]:
            for arg in rows[n].args:
                if isinstance(arg, int):
                    users[arg][paths[n]] = None
    return paths


def place_unscoped(trace: Trace, paths: list[Path], max_nodes: int) -> list[Path]:
    """Return paths with places for nodes without a scope, if there are many."""
    if not any(paths):
        return paths
    rows = trace.graph.rows
    unscoped = [n for n, path in enumerate(paths) if not path]
    leaves = [n for n in unscoped if rows[n].op is None]
    placed = list(paths)
    if len(leaves) > MAX_SHARED_LEAVES:
        for n in leaves:
            placed[n] = ("shared leaves",)
    if len(unscoped) > max_nodes // 2:
        tops = {name: k for k, name in enumerate(dict.fromkeys(path[0] for path in paths if path))}
        last = [-1] * len(rows)  # the last part of the model that each node depends on
        for n, row in enumerate(rows):
            last[n] = max([last[arg] for arg in row.args if isinstance(arg, int)], default=-1)
            if paths[n]:
                last[n] = max(last[n], tops[str(paths[n][0])])
            elif row.op:
                placed[n] = (f"after {list(tops)[last[n]]}" if last[n] >= 0 else "before",)
    return placed


def group_into_ranges(paths: list[Path]) -> list[Path]:
    """Return paths with a range inserted wherever a part has too many parts."""
    parts: dict[Path, dict[str | int, None]] = {}
    for path in paths:
        for i in range(len(path)):
            parts.setdefault(path[:i], {})[path[i]] = None
    ranges: dict[Path, str] = {}
    for parent, children in parts.items():
        if len(children) > MAX_SIBLINGS:
            size = max(MAX_SIBLINGS, math.ceil(len(children) / MAX_SIBLINGS))
            names = list(children)
            for i, child in enumerate(names):
                group = names[i // size * size : i // size * size + size]
                ranges[(*parent, child)] = f"{group[0]} to {group[-1]}" if len(group) > 1 else ""
    if not ranges:
        return paths

    def insert_ranges(path: Path) -> Path:
        longer: list[str | int] = []
        for i, part in enumerate(path):
            longer += [name for name in (ranges.get(path[: i + 1], ""),) if name]
            longer.append(part)
        return tuple(longer)

    return list(map(insert_ranges, paths))


def common_length(a: Path, b: Path) -> int:
    """Return the number of parts in the common prefix of two paths."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def common_prefix(paths: Iterable[Path]) -> Path:
    """Return the common prefix of all paths."""
    first, *rest = paths
    return first[: min((common_length(first, path) for path in rest), default=len(first))]


def part_kind(name: str | int) -> str:
    """Return the name of a part without its number, such as neuron for neuron3."""
    match = re.match(r"[^\W\d]+", str(name))
    return match[0] if match else "part"
