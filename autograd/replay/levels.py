"""The order of computation: nodes of a level and key are one instruction."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping

from .nodes import GroupKey, Nodes
from .tape import LEAVES

Groups = dict[tuple[int, GroupKey], list[int]]


def group_nodes(nodes: Nodes) -> Groups:
    """Return the nodes of each instruction, by level and group key."""
    keys = nodes.group_keys()
    level = assign_levels(nodes, keys)
    found: Groups = {}
    for i, key in keys.items():
        found.setdefault((level[i], key), []).append(i)
    return found


def assign_levels(nodes: Nodes, keys: Mapping[int, GroupKey]) -> list[int]:
    """Return a level for each node, above its arguments, for few groups.

    A node goes to the first level, between as soon and as late as possible, that has its group key. The fewest levels
    that meet all such intervals of a key are the ends of those that end first.
    """
    rows = nodes.rows
    soon = [0] * len(rows)
    for i in keys:
        soon[i] = 1 + max([soon[a] for a in rows[i][1:]])
    late = [max(soon, default=0)] * len(rows)
    for i in range(len(rows) - 1, -1, -1):
        if rows[i][0] not in LEAVES:
            end = late[i] - 1
            for a in rows[i][1:]:
                if late[a] > end:
                    late[a] = end
    points: dict[GroupKey, list[int]] = {}
    for i in sorted(keys, key=late.__getitem__):
        there = points.setdefault(keys[i], [])
        if not there or soon[i] > there[-1]:
            there.append(late[i])
    level = soon
    for i in keys:
        low = 1 + max([level[a] for a in rows[i][1:]])
        there = points[keys[i]]
        k = bisect_left(there, low)
        if k == len(there) or there[k] > late[i]:
            insort(there, low)
        level[i] = there[k]
    return level
