"""GPT: a small language model with the architecture of microgpt."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import autograd

from ..modules import CausalSelfAttention, Embedding, Layer, Module


class GPT(Module):
    """Score the next token after each token of a sequence.

    The architecture is that of microgpt (Karpathy, 2026): embeddings of tokens and positions, residual connections,
    rows normalised to a mean square of 1, no biases, and weights drawn with a standard deviation of 0.08.

    Args:
        tokens: The number of different tokens.
        context: The greatest length of a sequence.
        width: The length of the row of a token.
        heads: The number of attention heads, a divisor of the width.

    Raises:
        ValueError, TypeError: If a size is not a whole number of at least 1, or ``heads`` does not divide the width.

    >>> random.seed(0)
    >>> scores = GPT(tokens=5, context=3, width=4, heads=2)([0, 4])
    >>> len(scores), len(scores[0])
    (2, 5)
    """

    up: Layer
    down: Layer

    scope = "gpt"

    def __init__(self, tokens: int, context: int, *, width: int = 16, heads: int = 4) -> None:
        options: Any = {"activation": "linear", "bias": False, "init": _draw_weight}
        self.token: Embedding = Embedding(tokens, width, init=_draw_weight)
        self.position: Embedding = Embedding(context, width, init=_draw_weight)
        self.attention: CausalSelfAttention = CausalSelfAttention(width, heads, init=_draw_weight)
        self.up, self.down = Layer(width, 4 * width, **options), Layer(4 * width, width, **options)
        self.head: Layer = Layer(width, tokens, **options)

    def __call__(self, tokens: Sequence[Any]) -> list[list[Any]]:
        """Return for each token a row of scores, one for every token that may come next."""
        rows = [_normalise(_add(self.token(t), self.position(k))) for k, t in enumerate(tokens)]
        rows = [*map(_add, rows, self.attention([_normalise(row) for row in rows]))]
        rows = [_add(row, self.down.outputs([z.relu() for z in self.up.outputs(_normalise(row))])) for row in rows]
        return [self.head.outputs(row) for row in rows]


def _draw_weight(nin: int, nout: int) -> float:
    return random.gauss(0, 0.08)


def _add(a: Sequence[Any], b: Sequence[Any]) -> list[Any]:
    return [x + y for x, y in zip(a, b, strict=True)]


def _normalise(x: Sequence[Any]) -> list[Any]:
    scale = (autograd.dot(x, x) / len(x) + 1e-5) ** -0.5
    return [v * scale for v in x]
