"""Fold the parts of a model in a large trace into boxes that open.

While one part is open, the rest is folded: its siblings into one box, other parts into one box each.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from typing import Any

from autograd.graph import Edge, Forward, Graph, Row, Seed, Step, Trace

from .scopes import (
    LEAVES,
    MAX_SIBLINGS,
    Path,
    Unit,
    common_length,
    group_into_ranges,
    part_kind,
    place_unscoped,
    scope_paths,
    unroll_uses,
)

OTHERS = "…"
BOX_METADATA: dict[str, Any] = {"latex": "", "selects": False, "symmetric": False, "trees": {}}
EXPANDED_OPS: dict[str, dict[str, Any]] = {  # the sums and products of an expanded weighted sum
    op: {"symbol": sign, **BOX_METADATA, "symmetric": True} for op, sign in (("mul", "×"), ("add", "+"))
}

Key = int | Path  # what is drawn of a node: itself, or the box that contains it


@dataclass(frozen=True)
class View:
    """A trace in which some rows are boxes, with the part that each of them opens."""

    trace: Trace
    opens: dict[int, Path]  # of boxes, and of weighted sums that can be expanded
    boxes: frozenset[int]
    numbers: frozenset[int]  # nodes, and boxes of one output, whose value is shown
    known: frozenset[int]  # edges whose local derivative is shown
    n_folded: int  # nodes in boxes
    n_other_uses: int  # of the opened part, for example for other samples; these are in a box
    members: tuple[tuple[int, ...], ...]  # the nodes of the trace that each row shows


class FoldedTrace:
    """A trace with the path of each node, and the view of any part."""

    data: list[float]
    grads: list[float]

    def __init__(self, trace: Trace, max_nodes: int) -> None:
        self.trace = trace
        self.rows: list[Row] = list(trace.graph.rows)
        self.data, self.grads = list(trace.data), list(trace.grads)
        self.in_edges: list[list[Edge]] = [[] for _ in self.rows]
        for edge in trace.edges:
            self.in_edges[edge.dst].append(edge)
        self.root: int = len(self.rows) - 1
        paths = place_unscoped(trace, scope_paths(trace), max_nodes)
        paths[self.root] = ()
        self.paths: list[Path] = group_into_ranges(unroll_uses(trace, paths))
        self.outputs: set[int] = {n for n, row in enumerate(self.rows) if row.op and row.scope}

    @property
    def has_scopes(self) -> bool:
        """Whether there is anything to fold."""
        return any(self.paths)

    def paths_by_scope(self) -> dict[str, Path]:
        """Map each scope to the path that opens it, of several uses the first."""
        return {self.rows[n].scope: self.paths[n] for n in sorted(self.outputs, reverse=True) if n != self.root}

    def view(self, path: Path = ()) -> View:
        """Return the trace with one part open and the rest folded."""
        if path and isinstance(path[-1], int):
            return self._expand_sum(path[-1]).view(path[:-1])
        keys = self._keys(path)
        members: dict[Key, list[int]] = {}
        sources: dict[Key, dict[Key, None]] = {}
        exits: dict[Key, set[int]] = {}
        for n, key in enumerate(keys):
            members.setdefault(key, []).append(n)
            sources.setdefault(key, {})
            for edge in self.in_edges[n]:
                if keys[edge.src] != key:
                    sources[key][keys[edge.src]] = None
                    exits.setdefault(keys[edge.src], set()).add(edge.src)
        others = (*path, OTHERS)
        if others in sources:  # a bag of what comes before and after the rest: no wire leads back into it
            sources[others] = {key: None for key in sources[others] if others not in closure(key, sources)}
        order = [key for key in TopologicalSorter(sources).static_order() if key != self.root]
        return self._build_view(path, keys, {key: members[key] for key in (*order, self.root)}, sources, exits)

    def _keys(self, path: Path) -> list[Key]:
        """Return what is drawn of each node while a part is open."""
        kept = self._kept(path)
        before = [self._parts_before(path[: k + 1]) for k in range(len(path))]
        leaves = {edge.src: None for n in sorted(kept) for edge in self.in_edges[n] if not self.rows[edge.src].op}
        shown = kept | set([n for n in leaves if self.paths[n] != path][:MAX_SIBLINGS] if path else [])
        keys: list[Key] = []
        for n, own in enumerate(self.paths):
            level = common_length(path, own)
            if not own or n in shown:
                keys.append(n)
            elif own == path:
                keys.append((*path, OTHERS + " leaves" * (self.rows[n].op is None)))
            elif level in (0, len(path)):
                keys.append(own[: level + 1])
            else:
                is_before = (own[level] if level < len(own) else n) in before[level]
                keys.append((*path[:level], f"{OTHERS} {'before' if is_before else 'after'}"))
        return keys

    def _kept(self, path: Path) -> set[int]:
        """Return the nodes of an opened part that are drawn: those of its first use."""
        inside = [n for n, own in enumerate(self.paths) if own == path]
        outputs = [n for n in inside if n in self.outputs]
        if not path:
            return set(inside)
        first, stack = set[int](), outputs[:1]  # what is computed for the first sample of a batch
        while stack:
            n = stack.pop()
            if self.paths[n] == path and n not in first:
                first.add(n)
                stack += [edge.src for edge in self.in_edges[n]]
        computed = [n for n in inside if self.rows[n].op]
        kept = first if outputs else set(computed[-MAX_SIBLINGS:])  # those nearest to the output
        leaves = [n for n in inside if self.rows[n].op is None and (n in first or not outputs)]
        return {n for n in kept if self.rows[n].op} | set(leaves[:MAX_SIBLINGS])

    def _parts_before(self, path: Path) -> set[str | int]:
        """Return the parts and nodes next to a part that it depends on."""
        depth = len(path) - 1
        inside = [n for n, own in enumerate(self.paths) if own[:depth] == path[:-1]]
        units: dict[int, str | int] = {n: self.paths[n][depth] if len(self.paths[n]) > depth else n for n in inside}
        before: dict[str | int, set[str | int]] = {unit: set() for unit in units.values()}
        for n, unit in units.items():
            before[unit].update(units[edge.src] for edge in self.in_edges[n] if edge.src in units)
        return closure(path[-1], before)

    def _build_view(
        self,
        path: Path,
        keys: Sequence[Key],
        members: Mapping[Key, Sequence[int]],
        sources: Mapping[Key, Iterable[Key]],
        exits: Mapping[Key, set[int]],
    ) -> View:
        ids = {key: i for i, key in enumerate(members)}
        rows: list[Row] = []
        edges: list[Edge] = []
        known, ops = set(), EXPANDED_OPS | self.trace.ops
        for i, (key, inside) in enumerate(members.items()):
            if isinstance(key, int):
                args = {edge.slot: ids[keys[edge.src]] for edge in self.in_edges[key]}
                row = self.rows[key]
                rows.append(replace(row, args=tuple(args.get(k, arg) for k, arg in enumerate(row.args)), scope=""))
                seen = set()
                for edge in self.in_edges[key]:
                    src = keys[edge.src]
                    if isinstance(src, int):
                        known.add(len(edges))
                    elif src in seen:  # one wire from a box is enough
                        continue
                    seen.add(src)
                    edges.append(Edge(ids[src], i, edge.slot, edge.local))
            else:
                name = f"{OTHERS} {i}"  # no operation has such a name
                into = sorted(ids[src] for src in sources[key])
                ops[name] = {"symbol": self._title(key, inside), **BOX_METADATA}
                rows.append(Row(name, tuple(into), self._size_label(key, inside)))
                edges += [Edge(src, i, slot, math.nan) for slot, src in enumerate(into)]
        leaving = [sorted(exits.get(key, {self.root})) for key in members]  # the root alone has no user
        data = [self.data[out[0]] if len(out) == 1 else math.nan for out in leaving]
        grads = [  # of several outputs, their norm
            self.grads[out[0]] if len(out) == 1 else math.hypot(*(self.grads[n] for n in out)) for out in leaving
        ]
        steps: list[Step] = [*(Forward(i, x) for i, x in enumerate(data)), *(Seed(i, g) for i, g in enumerate(grads))]
        boxes = frozenset(i for i, key in enumerate(members) if not isinstance(key, int))
        return View(
            Trace(Graph(tuple(rows), (len(rows) - 1,)), tuple(data), tuple(edges), tuple(steps), ops),
            {ids[key]: opened for key in members if (opened := self._target(path, key)) is not None},
            boxes,
            frozenset(i for i, out in enumerate(leaving) if len(out) == 1),
            frozenset(known),
            sum(len(inside) for i, inside in enumerate(members.values()) if i in boxes),
            sum(n in self.outputs for n in members.get((*path, OTHERS), ())),
            tuple(map(tuple, members.values())),
        )

    def _target(self, path: Path, key: Key) -> Path | None:
        """Return what a click on a node or box opens, if anything."""
        if isinstance(key, int):
            return (*path, key) if self.rows[key].op == "dot" and path and len(self.rows[key].args) > 1 else None
        return None if str(key[-1]).startswith(OTHERS) else key

    def _title(self, key: Path, members: Sequence[int]) -> str:
        """Return the name of a part, or what a box without a name holds."""
        if not str(key[-1]).startswith(OTHERS):
            return str(key[-1])
        parts = self._parts_below(key[:-1], members)
        loose = [n for n in members if self.paths[n][len(key) - 1 :] in ((), (LEAVES,))]
        uses = sum(n in self.outputs for n in loose) if key[-1] == OTHERS else 0
        counts = [f"{len(parts):,} more {_plural(parts)}"] if parts else [f"{uses:,} more use{'s' * (uses > 1)}"]
        if loose and not uses:
            kind = "node" if any(self.rows[n].op for n in loose) else "leaf"
            kinds = kind if len(loose) == 1 else "leaves" if kind == "leaf" else "nodes"
            counts = [*counts[: len(parts)], f"{len(loose):,} {'more ' * (not parts)}{kinds}"]
        return " + ".join(counts)

    def _size_label(self, key: Path, members: Sequence[int]) -> str:
        parts = self._parts_below(key, members) if not str(key[-1]).startswith(OTHERS) else []
        if len(parts) > 1:
            return f"{len(parts):,} {_plural(parts)}"
        return f"{len(members):,} node{'s' * (len(members) > 1)}"

    def _parts_below(self, path: Path, members: Sequence[int]) -> list[str | int]:
        """Return the parts of a part that nodes belong to, but for its leaves."""
        below = [self.paths[n][len(path)] for n in members if len(self.paths[n]) > len(path)]
        return [name for name in dict.fromkeys(below) if name != LEAVES]

    def _expand_sum(self, node: int) -> FoldedTrace:
        """Return a copy in which a weighted sum is replaced by products and one sum."""
        twin = copy(self)
        twin.rows, twin.in_edges, twin.paths = list(self.rows), list(self.in_edges), list(self.paths)
        twin.data, twin.grads = list(self.data), list(self.grads)
        args, path = self.rows[node].args, self.paths[node]
        local = {edge.slot: edge.local for edge in self.in_edges[node]}
        n = len(args) // 2
        for slot, (w, x) in enumerate(zip(args[:n], args[n:-1], strict=True)):
            twin.in_edges.append(_edges(len(twin.rows), (w, x), (local.get(slot), local.get(n + slot))))
            twin.rows.append(Row("mul", (w, x), f"term {slot}"))
            twin.data.append(math.prod(self.data[arg] if isinstance(arg, int) else arg for arg in (w, x)))
            twin.grads.append(self.grads[node])
            twin.paths.append(path)
        products = range(len(self.rows), len(twin.rows))
        terms = (*products, *(arg for arg in args[-1:] if isinstance(arg, int) or arg))
        twin.rows[node] = replace(self.rows[node], op="add", args=terms)
        twin.in_edges[node] = _edges(node, terms, (1.0,) * len(terms))
        return twin


def _edges(dst: int, args: Sequence[int | float], locals_: Sequence[float | None]) -> list[Edge]:
    return [Edge(arg, dst, slot, locals_[slot]) for slot, arg in enumerate(args) if isinstance(arg, int)]


def _plural(parts: Sequence[str | int]) -> str:
    """Return what parts are called together, such as neurons, or parts if they differ."""
    kinds = {part_kind(name) for name in parts}
    return (kinds.pop() if len(kinds) == 1 else "part") + "s" * (len(parts) > 1)


def closure(start: Unit, following: Mapping[Unit, Iterable[Unit]]) -> set[Unit]:
    """Return all that follows, directly or not."""
    found, stack = set[Unit](), [start]
    while stack:
        new = [unit for unit in following.get(stack.pop(), ()) if unit not in found]
        found.update(new)
        stack += new
    return found
