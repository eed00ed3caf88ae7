"""Assign each node of a trace to a part of the model, named by its path.

A node belongs to the scope of the output for which it is computed. Nodes without a scope, if there are many, get a
place after the last part of the model that they depend on. Parts that feed each other in turn are unrolled by use, so
no box ever depends on itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from autograd.graph import Trace

MAX_SIBLINGS = 30  # parts of one part; more are grouped into ranges
MAX_SHARED_LEAVES = 12  # drawn one by one
LEAVES = "shared leaves"  # the name of a part for more

Unit = TypeVar("Unit")
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
            placed[n] = (LEAVES,)
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


def unroll_uses(trace: Trace, paths: list[Path]) -> list[Path]:
    """Return paths in which parts that feed each other in turn are one part for each turn.

    A part that feeds itself, such as the cell of a recurrent network, gets a part for each use. Several parts that do
    so are put together in one, which names them. Then no part depends on itself through others.
    """
    found = list(paths)
    _unroll(trace, found, range(len(found)), 0)
    return found


def _unroll(trace: Trace, paths: list[Path], nodes: Sequence[int], depth: int) -> None:
    """Unroll the parts below a part, whose nodes are given in order."""
    rows, place = trace.graph.rows, paths[nodes[0]][:depth]
    units = {n: paths[n][depth] if len(paths[n]) > depth else n for n in nodes}
    own = {n for n in nodes if rows[n].op and rows[n].scope and len(paths[n]) == depth + 1}  # outputs of these parts
    args = {n: [arg for arg in rows[n].args if isinstance(arg, int) and arg in units] for n in nodes}
    before: dict[str | int, set[str | int]] = {unit: set() for unit in units.values()}
    for n in nodes:
        before[units[n]].update(units[arg] for arg in args[n] if units[arg] != units[n] or arg in own)
    computed = {units[n] for n in nodes if rows[n].op}
    order = {unit: k for k, unit in enumerate(before)}
    for group in strong_components(before):
        parts = [unit for unit in before if unit in group and isinstance(unit, str)]
        if len(group) == 1 and not (parts and parts[0] in before[parts[0]]):
            continue
        is_all = depth > 0 and len(group) > 1 and computed <= group
        container = place if is_all else (*place, _name_together(parts, len(group) - len(parts)))
        members = [n for n in nodes if units[n] in group]
        turns: dict[int, int] = {}  # a next turn starts where a part uses a later one, or an output of its own
        for n in [n for n in members if rows[n].op]:
            used = [(turns[arg], order[units[arg]] - order[units[n]], arg in own) for arg in args[n] if arg in turns]
            turns[n] = max([turn + (step > 0 or (step == 0 and ends)) for turn, step, ends in used], default=0)
            paths[n] = (*container, f"use {turns[n] + 1}", *paths[n][depth + (len(group) == 1) :])
        leaves = [n for n in members if n not in turns]
        for n in leaves:
            paths[n] = (*container, LEAVES) if len(leaves) > MAX_SHARED_LEAVES else container
    below: dict[str | int, list[int]] = {}
    for n in [n for n in nodes if len(paths[n]) > depth]:
        below.setdefault(paths[n][depth], []).append(n)
    for inside in below.values():
        _unroll(trace, paths, inside, depth + 1)


def _name_together(parts: Sequence[str], n_between: int) -> str:
    """Return a name for parts that feed each other, and for the nodes between them."""
    names = [*parts[:3], *([f"{len(parts) - 3} more"] if len(parts) > 3 else [])]
    names += [f"{n_between} node{'s' * (n_between > 1)}"] if n_between else []
    return " + ".join(names)


def strong_components(before: Mapping[Unit, Iterable[Unit]]) -> list[set[Unit]]:
    """Return the largest sets of units that use each other, directly or not (Tarjan 1972)."""
    index: dict[Unit, float] = {}
    low: dict[Unit, float] = {}
    kept: list[Unit] = []
    found: list[set[Unit]] = []
    for start in before:
        stack = [(start, iter(before[start]))] if start not in index else []
        while stack:
            unit, rest = stack[-1]
            if unit not in index:
                index[unit] = low[unit] = len(index)
                kept.append(unit)
            for other in rest:
                if other not in index:
                    stack.append((other, iter(before[other])))
                    break
                low[unit] = min(low[unit], low[other])
            else:
                stack.pop()
                if stack:
                    low[stack[-1][0]] = min(low[stack[-1][0]], low[unit])
                if low[unit] == index[unit]:
                    found.append({*kept[kept.index(unit) :]})
                    del kept[kept.index(unit) :]
                    low.update(dict.fromkeys(found[-1], math.inf))  # nothing else is in one set with these
    return found


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
