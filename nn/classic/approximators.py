"""Universal approximation by construction: steps, bumps and towers of steep sigmoids, as networks to train on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from math import isfinite
from typing import Any

from autograd import max as greatest  # unlike Python's, it passes a nan on
from autograd import no_grad
from autograd.node import real

from ..module import size
from ..neuron import MLP, Neuron

Range = tuple[float, float]
MOST = 600  # cells of an interval or a square, beyond which a function is not followed


def step(at: float, w: float = 100.0) -> Neuron:
    """Make a sigmoid neuron that steps from 0 to 1 at s = −b/w: the weight makes it steep, the bias moves it.

    A negative weight steps down. Raises ValueError for w = 0. Nielsen (2015), Neural networks and deep learning.

    >>> neuron = step(at=1.0)
    >>> neuron.w[0].data, neuron.b.data, [round(neuron(x).data, 3) for x in (0.9, 1.0, 1.1)]
    (100.0, -100.0, [0.0, 0.5, 1.0])
    """
    if not w:
        raise ValueError("w: expected a weight other than 0, got 0")
    neuron = Neuron(1, activation="sigmoid", init="zeros")
    _set(neuron, {0: real(w, "w")}, -w * real(at, "at"))
    return neuron


def bumps(*parts: tuple[float, float, float], w: float = 1000.0) -> MLP:
    """Make a network whose output is a sum of bumps: each (left, right, height), of two steps weighted ±height.

    >>> net = bumps((0.4, 0.6, 1.2), (0.6, 1.0, -1.0))
    >>> [round(net(x).data, 3) for x in (0.3, 0.5, 0.7)], len(net.layers[0].neurons)
    ([0.0, 1.2, -1.0], 4)
    """
    if not parts:
        raise ValueError("parts: expected at least one, got none")
    for k, (left, right, _) in enumerate(parts):
        _ordered(left, right, f"parts[{k}]")
    edges = [(at, sign * height) for left, right, height in parts for at, sign in ((left, 1), (right, -1))]
    return _steps(edges, 0.0, w)


def tower(x: Range, y: Range, h: float = 20.0, w: float = 1000.0) -> MLP:
    """Make a network that is 1 over a rectangle and 0 elsewhere: σ(h·(bump of x + bump of y) − 3h/2).

    The four hidden units are steps along one input, the weight of the other being 0; the output bias asks
    for both bumps at once. Nielsen (2015), Neural networks and deep learning.

    >>> inside = tower((0.2, 0.6), (0.4, 0.8))
    >>> [round(inside(point).data, 3) for point in ([0.4, 0.6], [0.4, 0.9], [0.9, 0.6], [0.9, 0.9])]
    [1.0, 0.0, 0.0, 0.0]
    """
    for name, ends in ("x", x), ("y", y):
        _ordered(*ends, name)
    net = MLP(2, [4, 1], activation=["sigmoid", "sigmoid"], init="zeros")
    for k, (axis, at) in enumerate((axis, at) for axis, ends in enumerate((x, y)) for at in ends):
        _set(net.layers[0].neurons[k], {axis: w}, -w * at)
    _set(net.layers[1].neurons[0], {0: h, 1: -h, 2: h, 3: -h}, -1.5 * h)
    return net


def approximate(f: Callable[..., float], ranges: Sequence[Range], eps: float) -> tuple[MLP, float]:
    """Build a network that differs from f by at most eps on an interval or a square, and return it and its error.

    ``ranges`` has one pair (low, high) for each of f's one or two arguments. They are cut into cells so small that
    f varies little in each. On an interval one layer of steps climbs from cell to cell; on a square a second layer
    joins two steps to a corner (towers would leave a hole wherever four of them meet). The error is the greatest
    that was met: at the ends of each cell and at places within it that lie on no regular grid; what f does between
    them is not seen. Raises ValueError for eps ≤ 0, and for an f that is not followed with 600 cells, as where
    it jumps.
    Cybenko (1989), Approximation by superpositions of a sigmoidal function.

    >>> net, error = approximate(lambda x: x * x, [(0.0, 1.0)], eps=0.05)
    >>> error <= 0.05, len(net.layers[0].neurons)
    (True, 21)
    """
    if not eps > 0:
        raise ValueError(f"eps: expected an error above 0, got {eps!r:.40}")
    if len(ranges) not in (1, 2) or any(not (isfinite(high - low) and low < high) for low, high in ranges):
        raise ValueError(f"ranges: expected one or two pairs of low < high, got {ranges!r:.60}")
    n = 2
    while n ** len(ranges) <= MOST:
        heights, spread = _heights(f, ranges, n)
        if spread <= 0.95 * eps:
            net = (_staircase if len(ranges) == 1 else _terraces)(heights, ranges, n)
            error = greatest_error(net, f, {x for cell in heights for x in _points(ranges, n, cell)})
            if error <= eps:
                return net, error
        n += 1 + n // 8
    raise ValueError(f"f: {MOST} cells do not come within {eps} of it; it varies too much on {ranges}, or jumps")


def greatest_error(net: Callable[..., Any], f: Callable[..., float], points: Iterable[Sequence[float]]) -> float:
    """Return the greatest |net(x) − f(*x)| over points x.

    >>> greatest_error(step(at=0.5), lambda x: x * x, [[0.0], [0.5], [1.0]])
    0.25
    """
    with no_grad():
        return float(greatest([abs(net(x) - f(*x)) for x in points]).data)


def powers(x: Any, degree: int) -> list[Any]:
    """Return x, x², … up to a degree: polynomial features, from which a linear layer makes polynomials.

    >>> powers(3.0, 3)
    [3.0, 9.0, 27.0]
    """
    return [x, *(x**k for k in range(2, size(degree, "degree") + 1))]


def _ordered(left: float, right: float, name: str) -> None:
    if not left < right:
        raise ValueError(f"{name}: expected left < right, got {left} and {right}")


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
        values = {x: f(*x) for x in _points(ranges, n, cell)}
        for x, y in values.items():
            if not isfinite(y):
                raise ValueError(f"f: expected finite numbers, got {y} at {x}")
        low, high = min(values.values()), max(values.values())
        heights[cell] = (low + high) / 2
        spread = max(spread, (high - low) / 2)
    return heights, spread


def _staircase(heights: Mapping[tuple[int, ...], float], ranges: Sequence[Range], n: int) -> MLP:
    ((low, high),) = ranges
    edges = [(low + (high - low) * k / n, heights[k,] - heights[k - 1,]) for k in range(1, n)]
    return _steps(edges, heights[0,], 200 * n / (high - low))


def _terraces(heights: Mapping[tuple[int, ...], float], ranges: Sequence[Range], n: int) -> MLP:
    """Add up corners: each is 1 where x and y are both beyond an edge, as an AND of two steps."""
    net = MLP(2, [2 * (n - 1), n * n - 1, 1], activation=["sigmoid", "sigmoid", "linear"], init="zeros")
    first, second, (out,) = (layer.neurons for layer in net.layers)
    for k, (axis, edge) in enumerate(product((0, 1), range(1, n))):
        low, high = ranges[axis]
        w = 200 * n / (high - low)
        _set(first[k], {axis: w}, -w * (low + (high - low) * edge / n))
    rises = {}
    for k, (i, j) in enumerate(list(product(range(n), repeat=2))[1:]):
        steps = [i - 1] * (i > 0) + [n - 2 + j] * (j > 0)
        _set(second[k], dict.fromkeys(steps, 40.0), -40 * (len(steps) - 0.5))
        before = [heights.get(at, 0.0) for at in ((i - 1, j), (i, j - 1), (i - 1, j - 1))]
        rises[k] = heights[i, j] - before[0] - before[1] + before[2]
    _set(out, rises, heights[0, 0])
    return net


def _steps(edges: Sequence[tuple[float, float]], start: float, w: float) -> MLP:
    """Make a network that begins at a height and rises by so much at each edge."""
    net = MLP(1, [len(edges), 1], activation="sigmoid", init="zeros")
    for neuron, (at, _) in zip(net.layers[0].neurons, edges, strict=True):
        _set(neuron, {0: w}, -w * at)
    _set(net.layers[1].neurons[0], {k: rise for k, (_, rise) in enumerate(edges)}, start)
    return net


def _set(neuron: Neuron, weights: Mapping[int, float], bias: float) -> None:
    for i, w in weights.items():
        neuron.w[i].data = w
    neuron.b.data = bias
