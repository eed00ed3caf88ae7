"""The order of computation: nodes of a level and key are one instruction."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

from .nodes import GroupKey, Nodes
from .tape import LEAVES


def assign_levels(nodes: Nodes, keys: Sequence[GroupKey | None]) -> list[int]:
    """Return a level for each node, above its arguments, for few groups.

    A node goes to the first level, between as soon and as late as possible, that has its group key. The fewest levels
    that meet all such intervals of a key are the ends of those that end first.
    """
    rows = nodes.rows
    soon = [0] * len(rows)
    for i in nodes.computed():
        soon[i] = 1 + max([soon[a] for a in rows[i][1:]])
    late = [max(soon, default=0)] * len(rows)
    for i in range(len(rows) - 1, -1, -1):
        if rows[i][0] not in LEAVES:
            end = late[i] - 1
            for a in rows[i][1:]:
                if late[a] > end:
                    late[a] = end
    points = _fewest(nodes, keys, soon, late)
    level = soon
    for i in nodes.computed():
        low = 1 + max([level[a] for a in rows[i][1:]])
        there = points[keys[i]]
        k = bisect_left(there, low)
        if k == len(there) or there[k] > late[i]:
            insort(there, low)
        level[i] = there[k]
    return level


def _fewest(
    nodes: Nodes, keys: Sequence[GroupKey | None], soon: Sequence[int], late: Sequence[int]
) -> dict[GroupKey | None, list[int]]:
    """Return, for each group key, the fewest levels that serve all its nodes."""
    points: dict[GroupKey | None, list[int]] = {}
    for i in sorted(nodes.computed(), key=late.__getitem__):
        there = points.setdefault(keys[i], [])
        if not there or soon[i] > there[-1]:
            there.append(late[i])
    return points


def group_by_level(
    nodes: Nodes, keys: Sequence[GroupKey | None], level: Sequence[int]
) -> dict[tuple[int, GroupKey | None], list[int]]:
    """Return the nodes of each instruction, by level and group key."""
    found: dict[tuple[int, GroupKey | None], list[int]] = {}
    for i in nodes.computed():
        found.setdefault((level[i], keys[i]), []).append(i)
    return found
