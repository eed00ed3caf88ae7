"""When each node is computed: nodes of one level and one signature become one instruction."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

from .nodes import Nodes, Signature
from .tape import LEAVES


def levels(nodes: Nodes, signatures: Sequence[Signature | None]) -> list[int]:
    """Give each node a level above those of its arguments, such that few instructions come of it; leaves have 0.

    Bounded by as soon and as late as possible, a node goes to the first level at which its signature is
    needed anyway: the fewest levels that meet all intervals of a signature are the ends of those that end first.
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
    points = _fewest(nodes, signatures, soon, late)
    level = soon
    for i in nodes.computed():
        low = 1 + max([level[a] for a in rows[i][1:]])
        there = points[signatures[i]]
        k = bisect_left(there, low)
        if k == len(there) or there[k] > late[i]:
            insort(there, low)
        level[i] = there[k]
    return level


def _fewest(
    nodes: Nodes, signatures: Sequence[Signature | None], soon: Sequence[int], late: Sequence[int]
) -> dict[Signature | None, list[int]]:
    """Choose for each signature the fewest levels such that each of its nodes can be at one of them."""
    points: dict[Signature | None, list[int]] = {}
    for i in sorted(nodes.computed(), key=late.__getitem__):
        there = points.setdefault(signatures[i], [])
        if not there or soon[i] > there[-1]:
            there.append(late[i])
    return points


def buckets(
    nodes: Nodes, signatures: Sequence[Signature | None], level: Sequence[int]
) -> dict[tuple[int, Signature | None], list[int]]:
    """Group the nodes that one instruction may compute."""
    found: dict[tuple[int, Signature | None], list[int]] = {}
    for i in nodes.computed():
        found.setdefault((level[i], signatures[i]), []).append(i)
    return found
