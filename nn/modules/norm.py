"""RMSNorm: rows scaled to a mean square of 1."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Value

from ..validation import check_length, read_float, read_int, read_row
from .module import Module


class RMSNorm(Module):
    """Divide a row by √(mean of squares + eps) and multiply each number by a gain.

    Zhang and Sennrich (2019), Root mean square layer normalization.

    Args:
        n: The length of a row, and the number of gains, which start at 1.
        eps: A number of at least 0 that bounds the divisor from below.

    Raises:
        ValueError, TypeError: If n is not a whole number of at least 1, or eps not a number in this range.

    >>> [round(v.data, 6) for v in RMSNorm(2, eps=0.0)([3.0, -4.0])]
    [0.848528, -1.131371]
    """

    scope = "norm"

    def __init__(self, n: int, eps: float = 1e-5) -> None:
        self.eps: float = read_float(eps, "eps", 0)
        self.gain: list[Value] = [Value(1.0) for _ in range(read_int(n, "n"))]

    def __call__(self, x: Any) -> list[Any]:
        """Return the normalised row; raise ValueError if x does not have n numbers."""
        x = read_row(x)
        scale = autograd.sqrt(autograd.dot(x, x) / len(x) + self.eps)
        return [g * (v / scale) for g, v in zip(self.gain, check_length(x, len(self.gain)), strict=True)]
