"""A large trace with the parts of a model folded into boxes, by scope; each box opens into what it holds.

While one part is open, what is beside it stands folded: its siblings in one box, other parts in one each.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from autograd.graph.graph import Graph, Row
from autograd.graph.trace import Edge, Forward, Seed, Step, Trace

from .scopes import MANY, Path, folded, places, ranged, shared, stem

OTHERS = "…"
PLAIN: dict[str, Any] = {"latex": "", "selects": False, "symmetric": False, "trees": {}}  # what is told of a box

Key = int | Path  # a node by itself, or the box that it is in


@dataclass(frozen=True)
class View:
    """A trace in which some rows are boxes: the path that opens each of them, and which numbers are known."""

    trace: Trace
    opens: dict[int, Path]  # boxes, and weighted sums that can be spelt out
    boxes: frozenset[int]
    numbers: frozenset[int]  # nodes and boxes of one output, whose value is shown
    known: frozenset[int]  # edges whose local derivative is shown
    folded: int
    more: int  # uses of the opened part that are not drawn, as those for other samples


class Collapsed:
    """A trace, where each of its nodes belongs, and the view of any part."""

    def __init__(self, trace: Trace, most: int) -> None:
        self.trace = trace
        self.rows = list(trace.graph.rows)
        self.data, self.grads = list(trace.data), list(trace.grads)
        self.into: list[list[Edge]] = [[] for _ in self.rows]
        for edge in trace.edges:
            self.into[edge.dst].append(edge)
        self.root = len(self.rows) - 1
        self.places = ranged(folded(trace, places(trace), most))
        self.places[self.root] = ()
        self.members: dict[Path, list[int]] = {}
        self.outputs = {n for n, row in enumerate(self.rows) if row.op and row.scope}
        self.used: dict[Key, dict[Key, set[int]]] = {}  # by each place or lone node, of each other: which nodes
        for n, place in enumerate(self.places):
            if place:
                self.members.setdefault(place, []).append(n)
            used = self.used.setdefault(self._unit(n), {})
            for edge in self.into[n]:
                if self._unit(edge.src) != self._unit(n):
                    used.setdefault(self._unit(edge.src), set()).add(edge.src)

    @property
    def scoped(self) -> bool:
        """Whether there is anything to fold."""
        return bool(self.members)

    def ways(self) -> dict[str, Path]:
        """Map each scope to the path that opens it."""
        return {self.rows[n].scope: self.places[n] for n in sorted(self.outputs) if n != self.root}

    def view(self, path: Path = ()) -> View:
        """Fold all but what is on the way to a path, which is opened."""
        spelt = path[-1] if path and isinstance(path[-1], int) else None
        if spelt is not None:
            return self._spelt(spelt).view(path[:-1])
        keys = self._opened(path)
        for unit in self.used:
            if unit not in keys and unit != path:
                keys[unit] = unit if isinstance(unit, int) else _key(path, unit)
        uses: dict[Key, dict[Key, set[int]]] = {unit: used for unit, used in self.used.items() if unit in keys}
        for n in self.members.get(path, []):
            used = uses.setdefault(n, {})
            for edge in self.into[n]:
                used.setdefault(self._unit(edge.src), set()).add(edge.src)
        uses = {
            unit: {
                src: nodes
                for place, found in used.items()
                for src, nodes in ([(n, {n}) for n in found] if place == path else [(place, found)])
            }
            for unit, used in uses.items()
        }
        order = _acyclic(keys, uses)
        units: dict[Key, list[Key]] = {key: [] for key in order}
        for unit, key in keys.items():
            units[key].append(unit)
        return self._quotient(path, keys, units, uses)

    def _unit(self, n: int) -> Key:
        return self.places[n] or n

    def _opened(self, path: Path) -> dict[Key, Key]:
        """Give each node of the opened part its key: itself, or a box for more uses of the part or more leaves."""
        inside = self.members.get(path, [])
        outputs = [n for n in inside if n in self.outputs]
        first, stack = set[int](), outputs[:1]  # what is computed for the first sample of a batch
        while stack:
            n = stack.pop()
            if self.places[n] == path and n not in first:
                first.add(n)
                stack += [edge.src for edge in self.into[n]]
        computed = [n for n in inside if self.rows[n].op]
        kept = first if outputs else set(computed[-MANY:])  # those nearest to the result
        leaves = [n for n in inside if self.rows[n].op is None and (n in first or not outputs)]
        kept = {n for n in kept if self.rows[n].op} | set(leaves[:MANY])
        return {n: n if n in kept else (*path, OTHERS + " leaves" * (n in leaves)) for n in inside}

    def _quotient(
        self,
        path: Path,
        keys: Mapping[Key, Key],
        units: Mapping[Key, Sequence[Key]],
        uses: Mapping[Key, Mapping[Key, set[int]]],
    ) -> View:
        ids = {key: i for i, key in enumerate(units)}
        exits: list[set[int]] = [set() for _ in units]
        sources: list[set[int]] = [set() for _ in units]
        for unit, used in uses.items():
            for src, nodes in used.items():
                if keys[src] != keys[unit]:
                    exits[ids[keys[src]]] |= nodes
                    if keys[unit] == (*path, OTHERS) and src in self.members.get(path, []):
                        continue  # that more uses of a part have its weights goes without a wire
                    sources[ids[keys[unit]]].add(ids[keys[src]])
        exits[-1].add(self.root)
        rows: list[Row] = []
        edges: list[Edge] = []
        known, ops = set(), SPELT | self.trace.ops
        for i, (key, inside) in enumerate(units.items()):
            if isinstance(key, int):
                wires = [(edge, keys[self._atom(edge.src, path)]) for edge in self.into[key]]
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
                name = f"{OTHERS} {i}"  # no operation is called so
                ops[name] = {"symbol": self._title(key, inside), **PLAIN}
                rows.append(Row(name, tuple(sorted(sources[i])), self._counts(key, inside)))
                edges += [Edge(src, i, slot, math.nan) for slot, src in enumerate(sorted(sources[i]))]
        single = [next(iter(out)) if len(out) == 1 else None for out in exits]
        data = [math.nan if n is None else self.data[n] for n in single]
        grads = [  # of more outputs, their norm
            math.hypot(*(self.grads[n] for n in sorted(out))) if n is None else self.grads[n]
            for n, out in zip(single, exits, strict=True)
        ]
        steps: list[Step] = [*(Forward(i, x) for i, x in enumerate(data)), *(Seed(i, g) for i, g in enumerate(grads))]
        return View(
            Trace(Graph(tuple(rows), (len(rows) - 1,)), tuple(data), tuple(edges), tuple(steps), ops),
            {ids[key]: opened for key in units if (opened := self._opens(path, key)) is not None},
            frozenset(i for i, key in enumerate(units) if not isinstance(key, int)),
            frozenset(i for i, n in enumerate(single) if n is not None),
            frozenset(known),
            sum(self._count(inside) for key, inside in units.items() if not isinstance(key, int)),
            sum(unit in self.outputs for unit in units.get((*path, OTHERS), ()) if path and isinstance(unit, int)),
        )

    def _atom(self, n: int, path: Path) -> Key:
        return n if self.places[n] == path else self._unit(n)

    def _count(self, units: Iterable[Key]) -> int:
        return sum(1 if isinstance(unit, int) else len(self.members[unit]) for unit in units)

    def _opens(self, path: Path, key: Key) -> Path | None:
        if isinstance(key, int):
            return (*path, key) if self.rows[key].op == "dot" and path and len(self.rows[key].args) > 1 else None
        return None if str(key[-1]).startswith(OTHERS) else key

    def _title(self, key: Path, units: Sequence[Key]) -> str:
        if not str(key[-1]).startswith(OTHERS):
            return str(key[-1])
        parts = [unit for unit in units if not isinstance(unit, int)]
        if parts:
            return f"{len(parts):,} more {stem(parts[0][-1])}{'s' * (len(parts) > 1)}"
        uses = sum(unit in self.outputs for unit in units)
        if uses:
            return f"{uses:,} more use{'s' * (uses > 1)}"
        return f"{len(units):,} more {'leaves' if str(key[-1]).endswith('leaves') else 'nodes'}"

    def _counts(self, key: Path, units: Sequence[Key]) -> str:
        parts = [unit for unit in units if not isinstance(unit, int) and len(unit) > len(key)]
        if len(parts) > 1:
            return f"{len(parts):,} {stem(parts[0][-1])}s"
        count = self._count(units)
        return f"{count:,} node{'s' * (count > 1)}"

    def _spelt(self, node: int) -> Collapsed:
        """Spell a weighted sum as products and one sum."""
        twin = copy(self)
        twin.rows, twin.into, twin.places = list(self.rows), list(self.into), list(self.places)
        twin.data, twin.grads = list(self.data), list(self.grads)
        args, place = self.rows[node].args, self.places[node]
        local = {edge.slot: edge.local for edge in self.into[node]}
        n = len(args) // 2
        for slot, (w, x) in enumerate(zip(args[:n], args[n:-1], strict=True)):
            twin.into.append(_edges(len(twin.rows), (w, x), (local.get(slot), local.get(n + slot))))
            twin.rows.append(Row("mul", (w, x), f"term {slot}"))
            twin.data.append(math.prod(self.data[arg] if isinstance(arg, int) else arg for arg in (w, x)))
            twin.grads.append(self.grads[node])
            twin.places.append(place)
        products = range(len(self.rows), len(twin.rows))
        terms = (*products, *(arg for arg in args[-1:] if isinstance(arg, int) or arg))
        twin.rows[node] = replace(self.rows[node], op="add", args=terms)
        twin.into[node] = _edges(node, terms, (1.0,) * len(terms))
        if place:
            twin.members = self.members | {place: [*self.members[place], *products]}
            return twin
        twin.used = dict(self.used)
        for n in (node, *products):  # in no box, each by itself
            twin.used[n] = {}
            for edge in twin.into[n]:
                twin.used[n].setdefault(twin._unit(edge.src), set()).add(edge.src)
        return twin


SPELT = {  # what the sums and products of a spelt-out sum look like
    op: {"symbol": sign, **PLAIN, "symmetric": True} for op, sign in (("mul", "×"), ("add", "+"))
}


def _edges(dst: int, args: Sequence[int | float], locals_: Sequence[float | None]) -> list[Edge]:
    return [Edge(arg, dst, slot, locals_[slot]) for slot, arg in enumerate(args) if isinstance(arg, int)]


def _key(path: Path, place: Path) -> Path:
    """Find the box in which a place is folded while a path is open."""
    c = shared(path, place)
    return place[: c + 1] if c in (0, len(path)) else (*path[:c], OTHERS)


def _acyclic(keys: dict[Key, Key], uses: Mapping[Key, Mapping[Key, set[int]]]) -> list[Key]:
    """Order the boxes and nodes, arguments first; boxes that depend on each other become one, in ``keys`` too."""
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
            one = min((key for key in cycle if not isinstance(key, int)), key=str)
            keys.update({unit: one for unit, key in keys.items() if key in cycle})
