"""Threshold units, neurons that fire or do not, and circuits of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from autograd import Value, heaviside

from ..modules import Module, Neuron
from ..validation import read_float, read_int, read_row


class McCullochPitts(Neuron):
    """Compute 1 where w·x ≥ θ and ``low`` elsewhere; the derivative of the step is 0.

    ŷ = 1 if w0·x0 + w1·x1 + … ≥ θ. The threshold is stored as the bias b = −θ, since w·x + b ≥ 0 is the same.
    McCulloch and Pitts (1943), A logical calculus of the ideas immanent in nervous activity.

    Args:
        weights: The finite weights w, at least one.
        theta: The threshold θ.
        low: The output of a unit that does not fire, 0 or −1.

    Raises:
        ValueError, TypeError: If there are no weights, one or theta is not finite, or ``low`` is neither 0 nor −1.

    >>> two_of_three = McCullochPitts([1, 1, 1], theta=2)
    >>> two_of_three([1, 0, 1]).data, two_of_three([0, 0, 1]).data, two_of_three.b.data
    (1.0, 0.0, -2.0)
    """

    def __init__(self, weights: Sequence[float], theta: float = 0.0, *, low: int = 0) -> None:
        numbers = [read_float(w, f"weights[{i}]") for i, w in enumerate(read_row(weights))]
        bias = -read_float(theta, "theta")
        if isinstance(low, bool) or low not in (0, -1):
            raise ValueError(f"low: expected 0 or -1, what the unit says where it does not fire; got {low!r:.40}")
        super().__init__(len(numbers), nonlin=False, init="zeros")
        for w, number in zip(self.w, numbers, strict=True):
            w.data = number
        self.b.data = bias
        self.low = low

    def score(self, x: Any) -> Value:
        """Return w·x + b for one row; raise ValueError for another number of inputs."""
        return super().__call__(x)

    def __call__(self, x: Any) -> Value:
        """Return 1 or ``low`` for one row of inputs; raise as ``score`` does."""
        score = self.score(x)
        answer: Value = heaviside(score, 1)
        if self.low:
            answer = 2 * answer - 1
        score.scope, answer.scope = "", self.scope  # the unit's drawing extends to its answer
        return answer

    def __repr__(self) -> str:
        return f"{type(self).__name__}({[w.data for w in self.w]}, theta={0.0 - self.b.data})"


def AND(n: int, negated: Collection[int] = ()) -> McCullochPitts:
    """Return the unit that fires if all of n inputs, some of them negated, are 1.

    Inputs are 0 or 1.

    A negated input has the weight −1, any other 1. θ is n − k − ½, for k negated inputs.

    Args:
        n: The number of inputs.
        negated: The indices of negated inputs.

    Raises:
        ValueError, TypeError: If n is not a whole number of at least 1, or an index is out of range.

    >>> and_not = AND(2, negated=[1])
    >>> and_not, [int(and_not([x, y]).data) for x in (0, 1) for y in (0, 1)]
    (McCullochPitts([1.0, -1.0], theta=0.5), [0, 0, 1, 0])
    """
    weights = _literal_weights(n, negated)
    return McCullochPitts(weights, weights.count(1) - 0.5)


def OR(n: int, negated: Collection[int] = ()) -> McCullochPitts:
    """Return the unit that fires if any of n inputs, some of them negated, is 1.

    Args:
        n, negated: As for ``AND``.

    >>> implies = OR(2, negated=[0])
    >>> implies, [int(implies([x, y]).data) for x in (0, 1) for y in (0, 1)]
    (McCullochPitts([-1.0, 1.0], theta=-0.5), [1, 1, 0, 1])
    """
    weights = _literal_weights(n, negated)
    return McCullochPitts(weights, 0.5 - weights.count(-1))


def NOT() -> McCullochPitts:
    """Return the unit that fires if its one input is 0.

    >>> NOT()([0]).data, NOT()([1]).data
    (1.0, 0.0)
    """
    return OR(1, negated=[0])


class Circuit(Module):
    """Compute units in order, each from inputs and earlier units.

    uₖ = unitₖ(sources of k). ``depth`` is the greatest number of units on a path.
    McCulloch and Pitts (1943), nets without circles.

    Args:
        nin: The number of inputs.
        units: Pairs of a unit, a function of a row, and the indices of its sources: 0 to nin − 1 are the inputs, nin
            is the first unit, and so on.

    Raises:
        ValueError: If there are no units, or a source is not an input or an earlier unit.
        TypeError: If an entry of ``units`` is not such a pair.

    >>> xor = Circuit(2, [(OR(2), (0, 1)), (OR(2, negated=[0, 1]), (0, 1)), (AND(2), (2, 3))])
    >>> [int(xor([x, y]).data) for x in (0, 1) for y in (0, 1)], xor.depth
    ([0, 1, 1, 0], 2)
    """

    nin: int

    def __init__(self, nin: int, units: Iterable[tuple[Callable[[Any], Value], Sequence[int]]]) -> None:
        self.nin, pairs = read_int(nin, "nin"), read_row(units)
        if not pairs:
            raise ValueError("units: expected at least one, got none")
        depths = [0] * self.nin
        for k, pair in enumerate(pairs):
            sources = _read_sources(pair, f"units[{k}]", len(depths))
            depths.append(1 + max((depths[source] for source in sources), default=0))
        self.units: list[Any] = [unit for unit, _ in pairs]
        self.sources: list[tuple[Any, ...]] = [tuple(sources) for _, sources in pairs]
        self.depth: int = depths[-1]

    def outputs(self, x: Any) -> list[Value]:
        """Return the output of each unit for one row of nin inputs, or raise ValueError."""
        values: list[Any] = list(read_row(x))
        if len(values) != self.nin:
            raise ValueError(f"inputs: expected {self.nin}, got {len(values)}")
        for unit, sources in zip(self.units, self.sources, strict=True):
            values.append(unit([values[source] for source in sources]))
        return values[self.nin :]

    def __call__(self, x: Any) -> Value:
        """Return the output of the last unit; raise as ``outputs`` does."""
        return self.outputs(x)[-1]

    def __repr__(self) -> str:
        return f"{type(self).__name__} of {self.units}"


def _literal_weights(n: int, negated: Collection[int]) -> list[int]:
    """Return −1 for each negated input and 1 for the others."""
    for place in read_row(negated):
        if place not in range(read_int(n, "n")):
            raise ValueError(f"negated: expected places from 0 to {n - 1}, got {place!r:.40}")
    return [-1 if i in read_row(negated) else 1 for i in range(read_int(n, "n"))]


def _read_sources(pair: Any, name: str, n_known: int) -> Sequence[int]:
    """Return the sources of a unit, all below n_known, or raise an error."""
    match pair:
        case [unit, [*sources]] if callable(unit):
            for source in sources:
                if not hasattr(source, "__index__") or source not in range(n_known):
                    raise ValueError(f"{name}: its sources are from 0 to {n_known - 1}, got {source!r:.40}")
            if isinstance(unit, Neuron) and len(unit.w) != len(sources):
                raise ValueError(f"{name}: expected {len(unit.w)} sources, one for each weight, got {len(sources)}")
            return sources
    raise TypeError(f"{name}: expected a unit and the places of its sources, got {pair!r:.60}")
