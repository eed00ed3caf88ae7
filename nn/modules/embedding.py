"""Embedding: a table with a row of parameters for each symbol."""

from __future__ import annotations

from typing import Any

from autograd import Value

from ..functional import pick
from ..init import scheme
from ..validation import read_int
from .module import Module


class Embedding(Module):
    """Look up the row of parameters of a symbol.

    Args:
        n, width: The number of symbols, and the length of a row.
        init: A scheme of ``nn.init``; the default is the standard Gaussian.

    Raises:
        ValueError, TypeError: If a size is not a whole number of at least 1, or ``init`` no scheme.

    >>> table = Embedding(27, 4)
    >>> table(3) == table.rows[3], len(table([1, 2])), table.rows[3][1].label
    (True, 2, 'embedding.rows[3,1]')
    """

    scope = "embedding"

    def __init__(self, n: int, width: int, *, init: Any = "normal") -> None:
        draw, n, width = scheme(init), read_int(n, "n"), read_int(width, "width")
        self.rows: list[list[Value]] = [[Value(draw(n, width)) for _ in range(width)] for _ in range(n)]

    def __call__(self, symbol: Any) -> list[Any]:
        """Return the row of a symbol from 0 to n − 1, or the rows of a list of symbols."""
        if hasattr(symbol, "__iter__") and not isinstance(symbol, str):
            return [self(s) for s in symbol]
        return pick(self.rows, symbol, "symbol")  # type: ignore[no-any-return]  # a row
