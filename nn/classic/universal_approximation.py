"""Universal approximation by construction: steps, bumps and towers of steep sigmoids, as networks to train on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from itertools import combinations_with_replacement, product
from math import inf, isfinite
from operator import mul, sub
from typing import Any

from autograd import max as greatest  # unlike Python's, it passes a nan on
from autograd.engine.node import Node, real

from ..modules import MLP, Neuron
from ..validation import read_float, read_int, read_row
from .threshold_units import Circuit
from .validation import interval, numbers, positive

Range = tuple[float, float]


def step(at: float, w: float = 100.0) -> Neuron:
    """Make a sigmoid neuron that steps from 0 to 1 at s = −b/w: the weight makes it steep, the bias moves it.

    A negative weight steps down. Raises ValueError for w = 0. Nielsen (2015), Neural networks and deep learning.

    >>> neuron = step(at=1.0)
    >>> neuron.w[0].data, neuron.b.data, [round(neuron(x).data, 3) for x in (0.9, 1.0, 1.1)]
    (100.0, -100.0, [0.0, 0.5, 1.0])
    """
    w, at = read_float(w, "w"), read_float(at, "at")
    if not w:
        raise ValueError("w: expected a weight other than 0, got 0")
    return _set(Neuron(1, activation="sigmoid", init="zeros"), {0: w}, -w * at)


def bumps(*parts: tuple[float, float, float], w: float = 1000.0) -> MLP:
    """Make a network whose output is a sum of bumps: each (left, right, height), of two steps weighted ±height.

    >>> net = bumps((0.4, 0.6, 1.2), (0.6, 1.0, -1.0))
    >>> [round(net(x).data, 3) for x in (0.3, 0.5, 0.7)], len(net.layers[0].neurons)
    ([0.0, 1.2, -1.0], 4)
    """
    edges, w = [], positive(w, "w")
    for k, part in enumerate(parts):
        left, right, height = numbers(part, f"parts[{k}]", 3)
        edges += list(zip(interval((left, right), f"parts[{k}]"), (height, -height), strict=True))
    if not edges:
        raise ValueError("parts: expected at least one, got none")
    net = MLP(1, [len(edges), 1], activation="sigmoid", init="zeros")
    net.layers[0].neurons = [step(at, w) for at, _ in edges]
    _set(net.layers[1].neurons[0], {k: height for k, (_, height) in enumerate(edges)}, 0.0)
    return net


def tower(x: Range, y: Range, h: float = 20.0, w: float = 1000.0) -> MLP:
    """Make a network that is 1 over a rectangle and 0 elsewhere: σ(h·(bump of x + bump of y) − 3h/2).

    The four hidden units are steps along one input, the weight of the other being 0; the output bias asks
    for both bumps at once. Nielsen (2015), Neural networks and deep learning.

    >>> inside = tower((0.2, 0.6), (0.4, 0.8))
    >>> [round(inside(point).data, 3) for point in ([0.4, 0.6], [0.4, 0.9], [0.9, 0.6], [0.9, 0.9])]
    [1.0, 0.0, 0.0, 0.0]
    """
    sides = [(axis, at) for axis, ends in enumerate((interval(x, "x"), interval(y, "y"))) for at in ends]
    h, w = positive(h, "h"), positive(w, "w")
    net = MLP(2, [4, 1], activation=["sigmoid", "sigmoid"], init="zeros")
    for neuron, (axis, at) in zip(net.layers[0].neurons, sides, strict=True):
        _set(neuron, {axis: w}, -w * at)
    _set(net.layers[1].neurons[0], {0: h, 1: -h, 2: h, 3: -h}, -1.5 * h)
    return net


def approximate(
    f: Callable[..., float], ranges: Sequence[Range], eps: float, *, cells: int = 600
) -> tuple[Circuit, float]:
    """Build a network that differs from f by at most eps on an interval or a square, and return it and its error.

    ``ranges`` has one pair (low, high) for each of f's one or two arguments. They are cut into cells so small that
    f varies little in each. On an interval the output adds up steps, from cell to cell; on a square, corners, each
    a unit that joins two steps (towers would leave a hole wherever four of them meet).
    The error is the greatest that was met: at the ends of each cell and at places within it that lie on no regular
    grid; what f does between them is not seen. Raises ValueError for what cannot be, such as eps ≤ 0, and for an f
    that is not followed with so many ``cells``, as where it jumps. Cybenko (1989), Approximation by superpositions
    of a sigmoidal function.

    >>> net, error = approximate(lambda x: x * x, [(0.0, 1.0)], eps=0.05)
    >>> error <= 0.05, len(net.units)
    (True, 22)
    """
    if not callable(f):
        raise TypeError(f"f: expected a function, got {type(f).__name__} {f!r:.40}")
    eps, cells, given = positive(eps, "eps"), read_int(cells, "cells", 4), read_row(ranges)
    if len(given) not in (1, 2):
        raise ValueError(f"ranges: expected one or two pairs (low, high), got {ranges!r:.60}")
    ranges = [interval(pair, f"ranges[{k}]") for k, pair in enumerate(given)]
    for k, (low, high) in enumerate(ranges):
        if not 0 < 200 * cells / (high - low) < inf:
            raise ValueError(f"ranges[{k}]: expected a length within floats, got {(low, high)}")
    n, met = 2, {}
    while n ** len(ranges) <= cells:
        heights, met[n] = _heights(f, ranges, n)
        if met[n] <= 0.95 * eps:
            net = _stairs(heights, ranges, n)
            met[n] = greatest_error(net, f, {x for cell in heights for x in _points(ranges, n, cell)})
            if met[n] <= eps:
                return net, met[n]
        n += 1 + n // 8
    raise ValueError(
        f"eps: expected at least {min(met.values()):.3g}, to within which {max(met) ** len(ranges)} cells follow f, "
        f"got {eps}; allow more cells, or less of ranges, unless f jumps there"
    )


def greatest_error(net: Callable[..., Any], f: Callable[..., float], points: Iterable[Sequence[float]]) -> float:
    """Return the greatest |net(x) − f(*x)| over points x, at least one.

    >>> greatest_error(step(at=0.5), lambda x: x * x, [[0.0], [0.5], [1.0]])
    0.25
    """
    errors = []
    for x in points:
        y = net(x)
        errors.append(abs(real(y.data if isinstance(y, Node) else y, f"net at {x}") - f(*x)))
    if not errors:
        raise ValueError("points: expected at least one, got none")
    return float(greatest(errors))


def powers(x: Any, degree: int) -> list[Any]:
    """Return polynomial features up to a degree, from which a linear layer makes polynomials.

    Those of one number are x, x², …; those of a row x, y are x, y, x², xy, y², …

    >>> powers(3.0, 3), powers([2.0, 5.0], 2)
    ([3.0, 9.0, 27.0], [2.0, 5.0, 4.0, 10.0, 25.0])
    """
    inputs = [v if isinstance(v, Node) else real(v, f"x[{i}]") for i, v in enumerate(read_row(x))]
    return [
        reduce(mul, factors)
        for k in range(1, read_int(degree, "degree") + 1)
        for factors in combinations_with_replacement(inputs, k)
    ]


def _points(ranges: Sequence[Range], n: int, cell: Sequence[int]) -> list[tuple[float, ...]]:
    """Return the ends of one of n cells along each range, and odd places within, which no period of f falls in with."""
    places = (0.0, 0.213, 0.471, 0.829, 1.0) if len(ranges) == 1 else (0.0, 0.413, 1.0)
    axes = [
        [low + (high - low) * (i + place) / n for place in places] for (low, high), i in zip(ranges, cell, strict=True)
    ]
    return list(product(*axes))


def _heights(f: Callable[..., float], ranges: Sequence[Range], n: int) -> tuple[dict[tuple[int, ...], float], float]:
    """Return the middle of what f takes on each cell, and the most that it is off there."""
    heights, spread = {}, 0.0
    for cell in product(range(n), repeat=len(ranges)):
        values = {x: real(f(*x), f"f at {x}") for x in _points(ranges, n, cell)}
        for x, y in values.items():
            if not isfinite(y):
                raise ValueError(f"f: expected finite numbers, got {y} at {x}")
        low, high = min(values.values()), max(values.values())
        heights[cell] = low / 2 + high / 2
        spread = max(spread, high / 2 - low / 2)
    return heights, spread


def _stairs(heights: Mapping[tuple[int, ...], float], ranges: Sequence[Range], n: int) -> Circuit:
    """Add up rises: each is 1 beyond an edge of one range, or beyond one of both, as an AND of two steps."""
    units: list[tuple[Neuron, list[int]]] = []
    for axis, (low, high) in enumerate(ranges):
        units += [(step(low + (high - low) * k / n, 200 * n / (high - low)), [axis]) for k in range(1, n)]
    first, *cells = heights
    rises = {}
    for cell in cells:
        steps = [len(ranges) + axis * (n - 1) + k - 1 for axis, k in enumerate(cell) if k]
        if len(steps) == 2:
            corner = Neuron(2, activation="sigmoid", init="zeros")
            units.append((_set(corner, {0: 40.0, 1: 40.0}, -60.0), steps))
            steps = [1 + len(units)]
        before = {back: tuple(map(sub, cell, back)) for back in product((0, 1), repeat=len(cell))}
        rises[steps[0]] = sum((-1) ** sum(back) * heights.get(place, 0.0) for back, place in before.items())
    out = _set(Neuron(len(rises), nonlin=False, init="zeros"), dict(enumerate(rises.values())), heights[first])
    return Circuit(len(ranges), [*units, (out, list(rises))])


def _set(neuron: Neuron, weights: Mapping[int, float], bias: float) -> Neuron:
    for i, w in weights.items():
        neuron.w[i].data = read_float(w, "a weight")
    neuron.b.data = read_float(bias, "the bias −w·at")
    return neuron
