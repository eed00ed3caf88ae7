"""minimize: run an optimizer on a function of a few numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd import Value

from ..validation import read_int
from .optimizer import Optimizer
from .second_order import SecondOrder


def minimize(
    f: Callable[..., Any],
    start: Sequence[float],
    optimizer: Callable[[list[Value]], Optimizer],
    steps: int = 100,
) -> list[list[float]]:
    """Minimise a function of n numbers and return the path, steps + 1 points.

    Args:
        f: A function of n Values that returns one; it is called anew for each step and may differ each time, as the
            error of one example does.
        start: The n coordinates of the first point.
        optimizer: A function from the list of n Values to an optimizer, such as ``nn.Newton``.
        steps: The number of steps.

    Raises:
        ValueError, TypeError: If a coordinate is not a number, or ``steps`` is not an integer ≥ 0.

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
