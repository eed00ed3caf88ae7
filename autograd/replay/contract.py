"""Matrix products recognised in sums of products, by the rows that they share.

The input is nodes Σₖ a·b as lists of pairs of rows. Nodes that share their list of a, or of b, belong to one product.
With the lists as vertices and the nodes as edges, a connected component with R lists of a and C lists of b is an R×C
block of scalar products of length K.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Rows = tuple[int, ...]
Pairs = Sequence[tuple[int, int]]


@dataclass
class Block:
    """A product A @ B: rows, columns, and the node of each pair, or None for a hole."""

    a: list[Rows]
    b: list[Rows]
    nodes: list[int | None]

    @property
    def shape(self) -> tuple[int, int, int]:
        """R, C and K."""
        return len(self.a), len(self.b), len(self.a[0])

    def products(self) -> Iterator[tuple[int, Rows, Rows]]:
        """Yield each node with its row and column."""
        for (a, b), n in zip(itertools.product(self.a, self.b), self.nodes, strict=True):
            if n is not None:
                yield n, a, b


def contract(nodes: Sequence[Pairs]) -> list[list[Block]]:
    """Return nodes, as pairs of rows, grouped into blocks and pools of one shape.

    Lists are compared in the order of one side. A list that lacks a row of a longer one, as at the border of a
    convolution, gets row 0, which is zero. The side is the one for which fewer rows are read.

    >>> [pool] = contract([[(10 + 2 * r + k, 20 + 2 * c + k) for k in range(2)] for r in range(3) for c in range(4)])
    >>> [(block.shape, block.a) for block in pool]
    [((3, 4, 2), [(10, 11), (12, 13), (14, 15)])]
    """
    sides = (1, 0) if max(map(len, nodes)) > 1 else (1,)
    ways = [_blocks(nodes, side) for side in sides]
    return _pools(min(ways, key=lambda blocks: sum((r + c) * k for r, c, k in [block.shape for block in blocks])))


def _blocks(nodes: Sequence[Pairs], side: int) -> list[Block]:
    """Return the blocks of nodes whose pairs are sorted by one side and padded."""
    a: list[Rows] = []
    b: list[Rows] = []
    known: dict[Rows, Rows] = {}
    for pairs in nodes:
        ordered = sorted(pairs, key=(lambda t: (t[1], t[0])) if side else None) if len(pairs) > 1 else pairs
        for rows, found in zip(zip(*ordered, strict=True), (a, b), strict=True):
            found.append(known.setdefault(rows, rows))
    leading, following = (b, a) if side else (a, b)
    if min(map(len, leading)) < max(map(len, leading)):
        home = _longest_containing(leading)
        for n, rows in enumerate(leading):
            if home[rows] != rows:
                partner = dict(zip(rows, following[n], strict=True))
                leading[n], following[n] = home[rows], tuple([partner.get(x, 0) for x in home[rows]])
    return [block for component in _components(a, b) for block in _solid(component, a, b)]


def _longest_containing(lists: Iterable[Rows]) -> dict[Rows, Rows]:
    """Map each list to the longest one that contains it."""
    home: dict[Rows, Rows] = {}
    containing: dict[int, list[tuple[Rows, frozenset[int]]]] = {}
    for rows in sorted(set(lists), key=len, reverse=True):
        elements = frozenset(rows)
        rarest = min((containing.get(x, []) for x in (rows[0], rows[-1])), key=len)
        is_set = len(elements) == len(rows)
        longer = (r for r, its in rarest[:32] if is_set and len(rows) * 8 >= len(r) and elements <= its)
        home[rows] = next(longer, rows)
        for x in rows if is_set and home[rows] is rows else ():
            containing.setdefault(x, []).append((rows, elements))
    return home


def _components(a: Sequence[Rows], b: Sequence[Rows]) -> list[list[int]]:
    """Return the nodes of each component of the graph whose vertices are the lists."""
    parent = list(range(len(a)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = n = parent[parent[n]]
        return n

    for side in (a, b):
        first: dict[Rows, int] = {}
        for n, rows in enumerate(side):
            m = first.setdefault(rows, n)
            if m != n:
                parent[root(n)] = root(m)
    components: dict[int, list[int]] = {}
    for n in range(len(a)):
        components.setdefault(root(n), []).append(n)
    return list(components.values())


def _solid(members: list[int], a: Sequence[Rows], b: Sequence[Rows]) -> list[Block]:
    """Return the block of a component, or one for each node if most are holes."""
    rows, columns = {a[n] for n in members}, {b[n] for n in members}
    if len(rows) * len(columns) > 2 * len(members):
        return [Block([a[n]], [b[n]], [n]) for n in members]
    place = {(a[n], b[n]): n for n in reversed(members)}
    nodes = [place.get(pair) for pair in itertools.product(sorted(rows), sorted(columns))]
    block = Block(sorted(rows), sorted(columns), nodes)
    again = [n for n in members if place[a[n], b[n]] != n]  # equal products in other sums
    return [block, *_solid(again, a, b)] if again else [block]


def _pools(blocks: list[Block]) -> list[list[Block]]:
    """Return blocks grouped by shape; single products are padded to powers of 2."""
    pools: dict[tuple[int, int, int], list[Block]] = {}
    for block in blocks:
        pools.setdefault(block.shape, []).append(block)
    single = [(r, c, k) for r, c, k in pools if 1 in (r, c) and (k == 1 or r == c)]
    small = [block for shape in single for block in pools.pop(shape)] if len(pools) > 2 and len(single) > 1 else []
    for block in small:
        for n, a, b in block.products():
            kept = [(x, y) for x, y in zip(a, b, strict=True) if x and y]
            kept += [(0, 0)] * ((1 << max(len(kept) - 1, 0).bit_length()) - len(kept))
            xs, ys = zip(*kept, strict=True)
            pools.setdefault((1, 1, len(kept)), []).append(Block([xs], [ys], [n]))
    for pool in pools.values():
        pool.sort(key=lambda block: (block.a[0], block.b[0]))  # so that results of neighbours become neighbours
    return list(pools.values())
