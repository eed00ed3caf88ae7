"""minimize: how an optimiser goes down a function of a few numbers, without a model or data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd import Value

from ..validation import read_int
from .first_order import Optimizer
from .second_order import SecondOrder


def minimize(
    f: Callable[..., Any],
    start: Sequence[float],
    optimizer: Callable[[list[Value]], Optimizer],
    steps: int = 100,
) -> list[list[float]]:
    """Go down a function of n numbers from a start, and return the path: steps + 1 points of n coordinates.

    ``f`` is computed anew for each step and may be another each time, as the error of one example is.

    >>> import nn
    >>> path = minimize(lambda x, y: (x - 1) ** 2 + 10 * (y + x) ** 2, [3.0, -2.0], nn.Newton, steps=1)
    >>> [[round(c, 9) for c in point] for point in path]
    [[3.0, -2.0], [1.0, -1.0]]
    """
    point = [Value(x) for x in start]
    chosen = optimizer(point)
    path = [list(map(float, start))]
    for _ in range(read_int(steps, "steps", 0)):
        if isinstance(chosen, SecondOrder):
            chosen.step(lambda: f(*point))
        else:
            chosen.zero_grad()
            f(*point).backward()
            chosen.step()
        path.append([p.data for p in point])
    return path
