"""Fold the parts of a model in a large trace into boxes that open.

While one part is open, the rest is folded: its siblings into one box, other parts into one box each.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from autograd.graph import Edge, Forward, Graph, Row, Seed, Step, Trace

from .scopes import MAX_SIBLINGS, Path, common_length, group_into_ranges, part_kind, place_unscoped, scope_paths

OTHERS = "…"
BOX_METADATA: dict[str, Any] = {"latex": "", "selects": False, "symmetric": False, "trees": {}}
EXPANDED_OPS: dict[str, dict[str, Any]] = {  # the sums and products of an expanded weighted sum
    op: {"symbol": sign, **BOX_METADATA, "symmetric": True} for op, sign in (("mul", "×"), ("add", "+"))
}

Unit = int | Path  # what can be folded: a node without a path, or all nodes of a path
Key = int | Path  # what is drawn of a unit: the node itself, or the box that contains it


@dataclass(frozen=True)
class View:
    """A trace in which some rows are boxes, with the part that each of them opens."""

    trace: Trace
    opens: dict[int, Path]  # of boxes, and of weighted sums that can be expanded
    boxes: frozenset[int]
    numbers: frozenset[int]  # nodes, and boxes of one output, whose value is shown
    known: frozenset[int]  # edges whose local derivative is shown
    n_folded: int  # nodes in boxes
    n_other_uses: int  # of the opened part, for example for other samples; these are not drawn


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
        self.paths: list[Path] = group_into_ranges(place_unscoped(trace, scope_paths(trace), max_nodes))
        self.paths[self.root] = ()
        self.members: dict[Path, list[int]] = {}
        self.outputs: set[int] = {n for n, row in enumerate(self.rows) if row.op and row.scope}
        self.uses: dict[Unit, dict[Unit, set[int]]] = {}  # which nodes of each other unit a unit uses
        for n, path in enumerate(self.paths):
            if path:
                self.members.setdefault(path, []).append(n)
            used = self.uses.setdefault(self._unit(n), {})
            for edge in self.in_edges[n]:
                if self._unit(edge.src) != self._unit(n):
                    used.setdefault(self._unit(edge.src), set()).add(edge.src)

    @property
    def has_scopes(self) -> bool:
        """Whether there is anything to fold."""
        return bool(self.members)

    def paths_by_scope(self) -> dict[str, Path]:
        """Map each scope to the path that opens it."""
        return {self.rows[n].scope: self.paths[n] for n in sorted(self.outputs) if n != self.root}

    def view(self, path: Path = ()) -> View:
        """Return the trace with one part open and the rest folded."""
        if path and isinstance(path[-1], int):
            return self._expand_sum(path[-1]).view(path[:-1])
        keys = self._open(path)
        for unit in self.uses:
            if unit not in keys and unit != path:
                keys[unit] = unit if isinstance(unit, int) else _box_of(path, unit)
        uses: dict[Unit, dict[Unit, set[int]]] = {unit: used for unit, used in self.uses.items() if unit in keys}
        for n in self.members.get(path, []):
            used = uses.setdefault(n, {})
            for edge in self.in_edges[n]:
                used.setdefault(self._unit(edge.src), set()).add(edge.src)
        uses = {
            unit: {
                src: nodes
                for other, found in used.items()
                for src, nodes in ([(n, {n}) for n in found] if other == path else [(other, found)])
            }
            for unit, used in uses.items()
        }
        units: dict[Key, list[Unit]] = {key: [] for key in _merge_cycles(keys, uses)}
        for unit, key in keys.items():
            units[key].append(unit)
        return self._build_view(path, keys, units, uses)

    def _unit(self, n: int) -> Unit:
        return self.paths[n] or n

    def _open(self, path: Path) -> dict[Unit, Key]:
        """Map each node of an opened part to itself, or to a box for other uses."""
        inside = self.members.get(path, [])
        outputs = [n for n in inside if n in self.outputs]
        first, stack = set[int](), outputs[:1]  # what is computed for the first sample of a batch
        while stack:
            n = stack.pop()
            if self.paths[n] == path and n not in first:
                first.add(n)
                stack += [edge.src for edge in self.in_edges[n]]
        computed = [n for n in inside if self.rows[n].op]
        kept = first if outputs else set(computed[-MAX_SIBLINGS:])  # those nearest to the output
        leaves = [n for n in inside if self.rows[n].op is None and (n in first or not outputs)]
        kept = {n for n in kept if self.rows[n].op} | set(leaves[:MAX_SIBLINGS])
        return {n: n if n in kept else (*path, OTHERS + " leaves" * (n in leaves)) for n in inside}

    def _build_view(
        self,
        path: Path,
        keys: Mapping[Unit, Key],
        units: Mapping[Key, Sequence[Unit]],
        uses: Mapping[Unit, Mapping[Unit, set[int]]],
    ) -> View:
        ids = {key: i for i, key in enumerate(units)}
        exits, sources = self._connect(path, keys, ids, uses)
        rows: list[Row] = []
        edges: list[Edge] = []
        known, ops = set(), EXPANDED_OPS | self.trace.ops
        for i, (key, inside) in enumerate(units.items()):
            if isinstance(key, int):
                wires = [(edge, keys[self._key_in(edge.src, path)]) for edge in self.in_edges[key]]
                args = {edge.slot: ids[src] for edge, src in wires}
                row = self.rows[key]
                rows.append(replace(row, args=tuple(args.get(k, arg) for k, arg in enumerate(row.args)), scope=""))
                seen = set()
                for edge, src in wires:
                    if isinstance(src, int):
                        known.add(len(edges))
                    elif src in seen:  # one wire from a box is enough
                        continue
                    seen.add(src)
                    edges.append(Edge(ids[src], i, edge.slot, edge.local))
            else:
                name = f"{OTHERS} {i}"  # no operation has such a name
                ops[name] = {"symbol": self._title(key, inside), **BOX_METADATA}
                rows.append(Row(name, tuple(sorted(sources[i])), self._size_label(key, inside)))
                edges += [Edge(src, i, slot, math.nan) for slot, src in enumerate(sorted(sources[i]))]
        single = [next(iter(out)) if len(out) == 1 else None for out in exits]
        data = [math.nan if n is None else self.data[n] for n in single]
        grads = [  # of several outputs, their norm
            math.hypot(*(self.grads[n] for n in sorted(out))) if n is None else self.grads[n]
            for n, out in zip(single, exits, strict=True)
        ]
        steps: list[Step] = [*(Forward(i, x) for i, x in enumerate(data)), *(Seed(i, g) for i, g in enumerate(grads))]
        return View(
            Trace(Graph(tuple(rows), (len(rows) - 1,)), tuple(data), tuple(edges), tuple(steps), ops),
            {ids[key]: opened for key in units if (opened := self._target(path, key)) is not None},
            frozenset(i for i, key in enumerate(units) if not isinstance(key, int)),
            frozenset(i for i, n in enumerate(single) if n is not None),
            frozenset(known),
            sum(self._count(inside) for key, inside in units.items() if not isinstance(key, int)),
            sum(unit in self.outputs for unit in units.get((*path, OTHERS), ()) if path and isinstance(unit, int)),
        )

    def _connect(
        self,
        path: Path,
        keys: Mapping[Unit, Key],
        ids: Mapping[Key, int],
        uses: Mapping[Unit, Mapping[Unit, set[int]]],
    ) -> tuple[list[set[int]], list[set[int]]]:
        """Return for each key its output nodes, and the keys that it uses, by number."""
        exits: list[set[int]] = [set() for _ in ids]
        sources: list[set[int]] = [set() for _ in ids]
        for unit, used in uses.items():
            for src, nodes in used.items():
                if keys[src] != keys[unit]:
                    exits[ids[keys[src]]] |= nodes
                    if keys[unit] == (*path, OTHERS) and src in self.members.get(path, []):
                        continue  # other uses of a part share its weights, which needs no wire
                    sources[ids[keys[unit]]].add(ids[keys[src]])
        exits[-1].add(self.root)
        return exits, sources

    def _key_in(self, n: int, path: Path) -> Unit:
        return n if self.paths[n] == path else self._unit(n)

    def _count(self, units: Iterable[Unit]) -> int:
        return sum(1 if isinstance(unit, int) else len(self.members[unit]) for unit in units)

    def _target(self, path: Path, key: Key) -> Path | None:
        """Return what a click on a node or box opens, if anything."""
        if isinstance(key, int):
            return (*path, key) if self.rows[key].op == "dot" and path and len(self.rows[key].args) > 1 else None
        return None if str(key[-1]).startswith(OTHERS) else key

    def _title(self, key: Path, units: Sequence[Unit]) -> str:
        if not str(key[-1]).startswith(OTHERS):
            return str(key[-1])
        parts = [unit for unit in units if not isinstance(unit, int)]
        if parts:
            return f"{len(parts):,} more {part_kind(parts[0][-1])}{'s' * (len(parts) > 1)}"
        uses = sum(unit in self.outputs for unit in units)
        if uses:
            return f"{uses:,} more use{'s' * (uses > 1)}"
        return f"{len(units):,} more {'leaves' if str(key[-1]).endswith('leaves') else 'nodes'}"

    def _size_label(self, key: Path, units: Sequence[Unit]) -> str:
        parts = [unit for unit in units if not isinstance(unit, int) and len(unit) > len(key)]
        if len(parts) > 1:
            return f"{len(parts):,} {part_kind(parts[0][-1])}s"
        count = self._count(units)
        return f"{count:,} node{'s' * (count > 1)}"

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
        if path:
            twin.members = self.members | {path: [*self.members[path], *products]}
            return twin
        twin.uses = dict(self.uses)
        for n in (node, *products):  # in no box, each by itself
            twin.uses[n] = {}
            for edge in twin.in_edges[n]:
                twin.uses[n].setdefault(twin._unit(edge.src), set()).add(edge.src)
        return twin


def _edges(dst: int, args: Sequence[int | float], locals_: Sequence[float | None]) -> list[Edge]:
    return [Edge(arg, dst, slot, locals_[slot]) for slot, arg in enumerate(args) if isinstance(arg, int)]


def _box_of(opened: Path, path: Path) -> Path:
    """Return the box that contains a path while another is open."""
    n = common_length(opened, path)
    return path[: n + 1] if n in (0, len(opened)) else (*opened[:n], OTHERS)


def _merge_cycles(keys: dict[Unit, Key], uses: Mapping[Unit, Mapping[Unit, set[int]]]) -> list[Key]:
    """Order boxes and nodes, arguments first, and merge cycles in ``keys``."""
    while True:
        before: dict[Key, dict[Key, None]] = {key: {} for key in keys.values()}
        for unit, used in uses.items():
            for src in used:
                if keys[src] != keys[unit]:
                    before[keys[unit]][keys[src]] = None
        try:
            return list(TopologicalSorter(before).static_order())
        except CycleError as error:
            cycle = set(error.args[1])
            merged = min((key for key in cycle if not isinstance(key, int)), key=str)
            keys.update({unit: merged for unit, key in keys.items() if key in cycle})
