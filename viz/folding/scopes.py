"""Which part of a model each node of a trace belongs to.

A node belongs to the scope of the output that it is computed for. What has no scope is, where it is much, given a
place after the last part of the model above it, so that no box ever depends on itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from autograd.graph.trace import Trace

MANY = 30  # parts side by side; more are folded into ranges
FEW = 12  # shared leaves that are drawn one by one

Path = tuple[str | int, ...]  # scopes from the outside in; a number spells out a weighted sum


def places(trace: Trace) -> list[Path]:
    """Find the scope of each node: its own, or that of all that is computed from it; () where there is none."""
    rows = trace.graph.rows
    users: list[dict[Path, None]] = [{} for _ in rows]
    places: list[Path] = [()] * len(rows)
    for n in range(len(rows) - 1, -1, -1):
        if rows[n].scope:
            places[n] = tuple(rows[n].scope.split("."))
        elif len(users[n]) == 1 or (users[n] and rows[n].op):
            places[n] = common(users[n])
        if places[n]:
            for arg in rows[n].args:
                if isinstance(arg, int):
                    users[arg][places[n]] = None
    return places


def folded(trace: Trace, places: list[Path], most: int) -> list[Path]:
    """Give what has no scope a place too, where it is too much to be drawn one by one."""
    if not any(places):
        return places
    rows = trace.graph.rows
    outside = [n for n, place in enumerate(places) if not place]
    leaves = [n for n in outside if rows[n].op is None]
    found = list(places)
    if len(leaves) > FEW:
        for n in leaves:
            found[n] = ("shared leaves",)
    if len(outside) > most // 2:
        tops = {name: k for k, name in enumerate(dict.fromkeys(place[0] for place in places if place))}
        above = [-1] * len(rows)  # the last part of the model that it depends on
        for n, row in enumerate(rows):
            above[n] = max([above[arg] for arg in row.args if isinstance(arg, int)], default=-1)
            if places[n]:
                above[n] = max(above[n], tops[str(places[n][0])])
            elif row.op:
                found[n] = (f"after {list(tops)[above[n]]}" if above[n] >= 0 else "before",)
    return found


def ranged(places: list[Path]) -> list[Path]:
    """Fold more than so many parts side by side into ranges."""
    parts: dict[Path, dict[str | int, None]] = {}
    for place in places:
        for i in range(len(place)):
            parts.setdefault(place[:i], {})[place[i]] = None
    names: dict[Path, str] = {}
    for parent, children in parts.items():
        if len(children) > MANY:
            size = max(MANY, math.ceil(len(children) / MANY))
            every = list(children)
            for i, child in enumerate(every):
                run = every[i // size * size : i // size * size + size]
                names[(*parent, child)] = f"{run[0]} to {run[-1]}" if len(run) > 1 else ""
    if not names:
        return places

    def longer(place: Path) -> Path:
        found: list[str | int] = []
        for i, part in enumerate(place):
            found += [name for name in (names.get(place[: i + 1], ""),) if name]
            found.append(part)
        return tuple(found)

    return [longer(place) for place in places]


def shared(a: Path, b: Path) -> int:
    """Count the parts that two paths begin with alike."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def common(paths: Iterable[Path]) -> Path:
    """Return what all paths begin with."""
    first, *rest = paths
    return first[: min((shared(first, path) for path in rest), default=len(first))]


def stem(name: str | int) -> str:
    """Take the name of a part without its number: neuron of neuron3."""
    match = re.match(r"[^\W\d]+", str(name))
    return match[0] if match else "part"
