"""Circuit: units wired by hand, an MLP whose connections may be few and may skip layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd import Value

from ..layers import row
from ..module import Module, size
from ..neuron import Neuron


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
        self.nin, pairs = size(nin, "nin"), row(units)
        if not pairs:
            raise ValueError("units: expected at least one, got none")
        depths = [0] * self.nin
        for k, pair in enumerate(pairs):
            depths.append(1 + max((depths[place] for place in _sources(pair, f"units[{k}]", len(depths))), default=0))
        self.units = [unit for unit, _ in pairs]
        self.sources = [tuple(sources) for _, sources in pairs]
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


def _sources(pair: Any, name: str, known: int) -> Sequence[int]:
    """Check a unit with its sources, of which so many places are known, and return these."""
    match pair:
        case [unit, [*sources]] if callable(unit):
            for place in sources:
                if not hasattr(place, "__index__") or place not in range(known):
                    raise ValueError(f"{name}: its sources are from 0 to {known - 1}, got {place!r:.40}")
            if isinstance(unit, Neuron) and len(unit.w) != len(sources):
                raise ValueError(f"{name}: expected {len(unit.w)} sources, one for each weight, got {len(sources)}")
            return sources
    raise TypeError(f"{name}: expected a unit and the places of its sources, got {pair!r:.60}")
