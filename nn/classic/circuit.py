"""Circuit: units wired by hand, an MLP whose connections may be few and may skip layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd import Value

from ..layers import row
from ..module import Module, size


class Circuit(Module):
    """Compute each of several units from inputs and from units before it; the last is the answer.

    uₖ = unitₖ(sources of k). ``units`` are pairs of a unit and the places of its sources: 0 to nin − 1 are the
    inputs, nin is the first unit, and so on. ``depth`` is the longest chain of units, each applied to the one
    before. Raises ValueError for a source that is not there. McCulloch and Pitts (1943), nets without circles.

    >>> from nn.classic import AND, OR
    >>> xor = Circuit(2, [(OR(2), (0, 1)), (OR(2, negated=[0, 1]), (0, 1)), (AND(2), (2, 3))])
    >>> [int(xor([x, y]).data) for x in (0, 1) for y in (0, 1)], xor.depth
    ([0, 1, 1, 0], 2)
    """

    def __init__(self, nin: int, units: Iterable[tuple[Callable[[Any], Value], Sequence[int]]]) -> None:
        self.nin, pairs = size(nin, "nin"), list(units)
        self.units = [unit for unit, _ in pairs]
        self.sources = [tuple(sources) for _, sources in pairs]
        if not pairs:
            raise ValueError("units: expected at least one, got none")
        depths = [0] * self.nin
        for k, sources in enumerate(self.sources):
            for place in sources:
                if place not in range(self.nin + k):
                    raise ValueError(f"units[{k}]: its sources are from 0 to {self.nin + k - 1}, got {place!r:.40}")
            depths.append(1 + max((depths[place] for place in sources), default=0))
        self.depth = depths[-1]

    def outputs(self, x: Any) -> list[Value]:
        """Return what each unit says for one row of inputs; raise ValueError if they are not nin."""
        known: list[Any] = list(row(x))
        if len(known) != self.nin:
            raise ValueError(f"inputs: expected {self.nin}, got {len(known)}")
        for unit, sources in zip(self.units, self.sources, strict=True):
            known.append(unit([known[place] for place in sources]))
        return known[self.nin :]

    def __call__(self, x: Any) -> Value:
        """Return what the last unit says; raise as ``outputs`` does."""
        return self.outputs(x)[-1]
