"""Attention: every step of a sequence looks at itself and at those before it."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

from autograd import dot

from ..activations import softmax
from ..validation import read_int
from .mlp import Layer
from .module import Module


class CausalSelfAttention(Module):
    """Mix each row of a sequence with those before it, by softmax(q·k / √d) of queries and keys (Vaswani et al., 2017).

    Rows have ``width`` numbers, which ``heads`` share; it must divide the width, or ValueError is raised.

    >>> import random
    >>> random.seed(0)
    >>> attention = CausalSelfAttention(4, heads=2)
    >>> first, second = attention([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
    >>> first[0].data == attention([[1.0, 0.0, 0.0, 0.0]])[0][0].data, attention.parameters()[0].label
    (True, 'attention.query.w[0,0]')
    """

    scope = "attention"

    def __init__(self, width: int, heads: int = 1, *, bias: bool = False, init: Any = "fan_in") -> None:
        self.heads = read_int(heads, "heads")
        if read_int(width, "width") % heads:
            raise ValueError(f"heads: expected a divisor of the width {width}, got {heads}")
        for name in ("query", "key", "value", "out"):
            setattr(self, name, Layer(width, width, activation="linear", bias=bias, init=init))

    query: Layer
    key: Layer
    value: Layer
    out: Layer

    def __call__(self, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """Return as many rows; the k-th depends on the first k of ``rows`` alone."""
        queries, keys, values = ([part.outputs(row) for row in rows] for part in (self.query, self.key, self.value))
        mixed = []
        for t, query in enumerate(queries):
            together: list[Any] = []
            wide = len(query) // self.heads
            for head in range(0, len(query), wide):
                of = slice(head, head + wide)
                shares = softmax([dot(query[of], key[of]) / sqrt(wide) for key in keys[: t + 1]])
                together += [dot(shares, column) for column in zip(*(v[of] for v in values[: t + 1]), strict=True)]
            mixed.append(self.out.outputs(together))
        return mixed
