"""Universal approximation by steps, bumps and towers of steep sigmoids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from itertools import combinations_with_replacement, product
from math import inf, isfinite
from operator import mul, sub
from typing import Any

from autograd import max as greatest  # Python's max would drop a nan
from autograd.engine import Node
from autograd.numbers import expect_real

from ..modules import MLP, Neuron
from ..validation import read_float, read_int, read_row
from .threshold_units import Circuit
from .validation import read_floats, read_interval, read_positive

Range = tuple[float, float]


def step(at: float, w: float = 100.0) -> Neuron:
    """Return a sigmoid neuron that steps from 0 to 1 at s = −b/w, with slope w/4.

    Nielsen (2015), Neural networks and deep learning.

    Args:
        at: The position s of the step.
        w: The weight; the greater, the steeper, and a negative weight steps down.

    Raises:
        ValueError: If the weight is 0.

    >>> neuron = step(at=1.0)
    >>> neuron.w[0].data, neuron.b.data, [round(neuron(x).data, 3) for x in (0.9, 1.0, 1.1)]
    (100.0, -100.0, [0.0, 0.5, 1.0])
    """
    w, at = read_float(w, "w"), read_float(at, "at")
    if not w:
        raise ValueError("w: expected a weight other than 0, got 0")
    return _set_weights(Neuron(1, activation="sigmoid", init="zeros"), {0: w}, -w * at)


def bumps(*parts: tuple[float, float, float], w: float = 1000.0) -> MLP:
    """Return a network whose output is a sum of bumps, each of two steps ±height.

    Args:
        *parts: For each bump its (left, right, height).
        w: The weight of the steps.

    Raises:
        ValueError, TypeError: If there are no bumps, left is not below right, or w is not a number above 0.

    >>> net = bumps((0.4, 0.6, 1.2), (0.6, 1.0, -1.0))
    >>> [round(net(x).data, 3) for x in (0.3, 0.5, 0.7)], len(net.layers[0].neurons)
    ([0.0, 1.2, -1.0], 4)
    """
    edges, w = [], read_positive(w, "w")
    for k, part in enumerate(parts):
        left, right, height = read_floats(part, f"parts[{k}]", 3)
        edges += list(zip(read_interval((left, right), f"parts[{k}]"), (height, -height), strict=True))
    if not edges:
        raise ValueError("parts: expected at least one, got none")
    net = MLP(1, [len(edges), 1], activation="sigmoid", init="zeros")
    net.layers[0].neurons = [step(at, w) for at, _ in edges]
    _set_weights(net.layers[1].neurons[0], {k: height for k, (_, height) in enumerate(edges)}, 0.0)
    return net


def tower(x: Range, y: Range, h: float = 20.0, w: float = 1000.0) -> MLP:
    """Return a network that is 1 over a rectangle and 0 elsewhere.

    The output is σ(h·(bump of x + bump of y) − 3h/2).

    The four hidden units are steps along one input, with weight 0 for the other. The output bias requires both bumps
    at once. Nielsen (2015), Neural networks and deep learning.

    Args:
        x, y: The (left, right) and the (lower, upper) sides of the rectangle.
        h, w: The weights of the bumps and of the steps, above 0.

    Raises:
        ValueError, TypeError: If the first of two sides is not below the second, or h or w is not a number above 0.

    >>> inside = tower((0.2, 0.6), (0.4, 0.8))
    >>> [round(inside(point).data, 3) for point in ([0.4, 0.6], [0.4, 0.9], [0.9, 0.6], [0.9, 0.9])]
    [1.0, 0.0, 0.0, 0.0]
    """
    ranges = read_interval(x, "x"), read_interval(y, "y")
    sides = [(axis, at) for axis, ends in enumerate(ranges) for at in ends]
    h, w = read_positive(h, "h"), read_positive(w, "w")
    net = MLP(2, [4, 1], activation=["sigmoid", "sigmoid"], init="zeros")
    for neuron, (axis, at) in zip(net.layers[0].neurons, sides, strict=True):
        _set_weights(neuron, {axis: w}, -w * at)
    _set_weights(net.layers[1].neurons[0], {0: h, 1: -h, 2: h, 3: -h}, -1.5 * h)
    return net


def approximate(
    f: Callable[..., float], ranges: Sequence[Range], eps: float, *, cells: int = 600
) -> tuple[Circuit, float]:
    """Build a network within eps of f on an interval or a rectangle.

    The ranges are cut into cells so small that f varies little in each. On an interval the output adds up steps, from
    cell to cell. On a rectangle it adds up corners, each a unit that joins two steps; towers would leave a hole where
    four of them meet. Cybenko (1989), Approximation by superpositions of a sigmoidal function.

    Args:
        f: A function of one or two numbers.
        ranges: For each of its arguments a pair (low, high).
        eps: The greatest difference, above 0.
        cells: The greatest number of cells.

    Returns:
        The network, and the greatest error that was found: at the ends of each cell and at irregular points within
        it. How f behaves between these points is not seen.

    Raises:
        ValueError: If an argument is out of range, or this number of cells does not suffice, as where f jumps.
        TypeError: If f is not a function, or its result is not a number.

    >>> net, error = approximate(lambda x: x * x, [(0.0, 1.0)], eps=0.05)
    >>> error <= 0.05, len(net.units)
    (True, 22)
    """
    if not callable(f):
        raise TypeError(f"f: expected a function, got {type(f).__name__} {f!r:.40}")
    eps, cells, pairs = read_positive(eps, "eps"), read_int(cells, "cells", 4), read_row(ranges)
    if len(pairs) not in (1, 2):
        raise ValueError(f"ranges: expected one or two pairs (low, high), got {ranges!r:.60}")
    ranges = [read_interval(pair, f"ranges[{k}]") for k, pair in enumerate(pairs)]
    for k, (low, high) in enumerate(ranges):
        if not 0 < 200 * cells / (high - low) < inf:
            raise ValueError(f"ranges[{k}]: expected a length within floats, got {(low, high)}")
    n, error = 2, {}
    while n ** len(ranges) <= cells:
        heights, error[n] = _cell_heights(f, ranges, n)
        if error[n] <= 0.95 * eps:
            net = _build_staircase(heights, ranges, n)
            error[n] = greatest_error(net, f, {x for cell in heights for x in _probe_points(ranges, n, cell)})
            if error[n] <= eps:
                return net, error[n]
        n += 1 + n // 8
    raise ValueError(
        f"eps: expected at least {min(error.values()):.3g}, to within which {max(error) ** len(ranges)} cells follow "
        f"f, got {eps}; allow more cells, or less of ranges, unless f jumps there"
    )


def greatest_error(net: Callable[..., Any], f: Callable[..., float], points: Iterable[Sequence[float]]) -> float:
    """Return the greatest |net(x) − f(*x)| over points x; a nan is passed on.

    Args:
        net, f: Functions of a point and of its coordinates; net may return a Value.
        points: Rows of coordinates.

    Raises:
        ValueError, TypeError: If there are no points, or a result of net is not a number.

    >>> greatest_error(step(at=0.5), lambda x: x * x, [[0.0], [0.5], [1.0]])
    0.25
    """
    errors = []
    for x in points:
        y = net(x)
        errors.append(abs(expect_real(y.data if isinstance(y, Node) else y, f"net at {x}") - f(*x)))
    if not errors:
        raise ValueError("points: expected at least one, got none")
    return float(greatest(errors))


def powers(x: Any, degree: int) -> list[Any]:
    """Return all products of up to ``degree`` inputs, the terms of polynomials.

    For one number they are x, x², …; for a row x, y they are x, y, x², xy, y², …

    Args:
        x: A number or a row of numbers or Values.
        degree: The degree, at least 1.

    Raises:
        ValueError, TypeError: If an input is not a number, or the degree not a whole one of at least 1.

    >>> powers(3.0, 3), powers([2.0, 5.0], 2)
    ([3.0, 9.0, 27.0], [2.0, 5.0, 4.0, 10.0, 25.0])
    """
    inputs = [v if isinstance(v, Node) else expect_real(v, f"x[{i}]") for i, v in enumerate(read_row(x))]
    return [
        reduce(mul, factors)
        for k in range(1, read_int(degree, "degree") + 1)
        for factors in combinations_with_replacement(inputs, k)
    ]


def _probe_points(ranges: Sequence[Range], n: int, cell: Sequence[int]) -> list[tuple[float, ...]]:
    """Return the ends of a cell, and irregular points within that match no period."""
    offsets = (0.0, 0.213, 0.471, 0.829, 1.0) if len(ranges) == 1 else (0.0, 0.413, 1.0)
    axes = [
        [low + (high - low) * (i + offset) / n for offset in offsets]
        for (low, high), i in zip(ranges, cell, strict=True)
    ]
    return list(product(*axes))


def _cell_heights(
    f: Callable[..., float], ranges: Sequence[Range], n: int
) -> tuple[dict[tuple[int, ...], float], float]:
    """Return the mid-range of f on each cell, and half of the greatest range."""
    heights, spread = {}, 0.0
    for cell in product(range(n), repeat=len(ranges)):
        values = {x: expect_real(f(*x), f"f at {x}") for x in _probe_points(ranges, n, cell)}
        for x, y in values.items():
            if not isfinite(y):
                raise ValueError(f"f: expected finite numbers, got {y} at {x}")
        low, high = min(values.values()), max(values.values())
        heights[cell] = low / 2 + high / 2
        spread = max(spread, high / 2 - low / 2)
    return heights, spread


def _build_staircase(heights: Mapping[tuple[int, ...], float], ranges: Sequence[Range], n: int) -> Circuit:
    """Return a circuit that adds up rises from cell to cell.

    A rise lies beyond an edge of one range or, as an AND of two steps, of both ranges.
    """
    units: list[tuple[Neuron, list[int]]] = []
    for axis, (low, high) in enumerate(ranges):
        units += [(step(low + (high - low) * k / n, 200 * n / (high - low)), [axis]) for k in range(1, n)]
    first, *cells = heights
    rises = {}
    for cell in cells:
        steps = [len(ranges) + axis * (n - 1) + k - 1 for axis, k in enumerate(cell) if k]
        if len(steps) == 2:
            corner = Neuron(2, activation="sigmoid", init="zeros")
            units.append((_set_weights(corner, {0: 40.0, 1: 40.0}, -60.0), steps))
            steps = [1 + len(units)]
        before = {back: tuple(map(sub, cell, back)) for back in product((0, 1), repeat=len(cell))}
        rises[steps[0]] = sum((-1) ** sum(back) * heights.get(place, 0.0) for back, place in before.items())
    out = Neuron(len(rises), nonlin=False, init="zeros")
    _set_weights(out, dict(enumerate(rises.values())), heights[first])
    return Circuit(len(ranges), [*units, (out, list(rises))])


def _set_weights(neuron: Neuron, weights: Mapping[int, float], bias: float) -> Neuron:
    """Set weights by index and the bias, and return the neuron."""
    for i, w in weights.items():
        neuron.w[i].data = read_float(w, "a weight")
    neuron.b.data = read_float(bias, "the bias −w·at")
    return neuron
