"""CausalSelfAttention: rows of a sequence read from the rows before them."""

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
    """Mix each row of a sequence with the rows before it, by softmax(q·k / √d).

    Vaswani et al. (2017), Attention is all you need.

    Args:
        width: The length of a row.
        heads: The number of heads, a divisor of the width; d = width / heads.
        bias: Whether the four linear layers have biases.
        init: A scheme of ``nn.init``.

    Raises:
        ValueError: If ``heads`` does not divide the width.

    >>> import random
    >>> random.seed(0)
    >>> attention = CausalSelfAttention(4, heads=2)
    >>> first, second = attention([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
    >>> first[0].data == attention([[1.0, 0.0, 0.0, 0.0]])[0][0].data, attention.parameters()[0].label
    (True, 'attention.query.w[0,0]')
    """

    scope = "attention"

    def __init__(self, width: int, heads: int = 1, *, bias: bool = False, init: Any = "fan_in") -> None:
        self.heads: int = read_int(heads, "heads")
        if read_int(width, "width") % heads:
            raise ValueError(f"heads: expected a divisor of the width {width}, got {heads}")
        for name in ("query", "key", "value", "out"):
            setattr(self, name, Layer(width, width, activation="linear", bias=bias, init=init))

    query: Layer
    key: Layer
    value: Layer
    out: Layer

    def __call__(self, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """Return one row for each given row; row k depends on rows 0 to k only."""
        queries, keys, values = ([part.outputs(row) for row in rows] for part in (self.query, self.key, self.value))
        mixed = []
        for t, query in enumerate(queries):
            concatenated: list[Any] = []
            d = len(query) // self.heads
            for start in range(0, len(query), d):
                head = slice(start, start + d)
                weights = softmax([dot(query[head], key[head]) / sqrt(d) for key in keys[: t + 1]])
                columns = zip(*(v[head] for v in values[: t + 1]), strict=True)
                concatenated += [dot(weights, column) for column in columns]
            mixed.append(self.out.outputs(concatenated))
        return mixed
