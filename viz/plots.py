"""Plots with matplotlib, the extra ``plots``: each takes the axes to draw on, or makes some, and returns them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograd.modes import no_grad
from autograd.op import TABLE
from autograd.transforms import grad

from .style import LIGHT
from .towers import bump, step, tower

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "activation", "approximation", "bump", "curves", "decision_boundary", "functions", "histogram", "step", "surface",
    "templates", "tower",
]  # fmt: skip

MISSING = 'plots need matplotlib: pip install "glassgrad[plots]"'
COLOURS = (
    LIGHT["grad"], LIGHT["value"], "#5b8c2a", "#7a4fa3", "#a8763e", "#2a8c8c", "#8c2a5b", "#6b6b6b", "#b59a00",
    "#000000",
)  # fmt: skip  # a palette


def _axes(ax: Axes | None) -> Axes:
    """Take the axes given, or make some; raise RuntimeError, naming the extra, if matplotlib is not installed."""
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot  # an extra
    except ImportError:
        raise RuntimeError(MISSING) from None
    return pyplot.subplots(layout="constrained")[1]


def _number(x: Any) -> float:
    return float(getattr(x, "data", x))


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))


def _greatest(scores: Sequence[Any]) -> int:
    numbers = list(map(_number, scores))
    return numbers.index(max(numbers))


def _grid(low: float, high: float, count: int) -> list[float]:
    return [low + (high - low) * i / (count - 1) for i in range(count)]


def decision_boundary(
    model: Callable[[list[float]], Any],
    X: Sequence[Sequence[float]],
    y: Sequence[int],
    *,
    ax: Axes | None = None,
    cells: int = 60,
) -> Axes:
    """Draw points of the plane by their classes, 0, 1, …, and where a model would put every other point.

    The model gives one score, above 0 for class 1, or a score for each class. Raises ValueError for points that are
    not pairs or not as many as the classes.
    """
    points = [tuple(map(_number, point)) for point in X]
    if not points or any(len(point) != 2 for point in points):
        raise ValueError("X: expected pairs of numbers, at least one")
    if len(points) != len(y):
        raise ValueError(f"y: expected {len(points)} classes, one for each point, got {len(y)}")
    ax = _axes(ax)
    ranges = []
    for axis in (0, 1):
        low, high = min(p[axis] for p in points), max(p[axis] for p in points)
        air = (high - low) * 0.1 or 1.0
        ranges.append(_grid(low - air, high + air, cells))
    with no_grad():
        found = [[model([a, b]) for a in ranges[0]] for b in ranges[1]]
    several = isinstance(found[0][0], list | tuple)
    if several:
        classes = [[_greatest(scores) for scores in row] for row in found]
        (left, *_, right), (low, *_, high) = ranges
        tints = [(*_rgb(colour), 0.22) for colour in COLOURS]
        image = [[tints[k % len(tints)] for k in row] for row in classes]
        ax.imshow(image, extent=(left, right, low, high), origin="lower", interpolation="nearest")
    else:
        scores = [[_number(s) for s in row] for row in found]
        ax.contourf(*ranges, scores, levels=[-math.inf, 0, math.inf], colors=(COLOURS[1], COLOURS[0]), alpha=0.22)
        if min(map(min, scores)) < 0 < max(map(max, scores)):
            ax.contour(*ranges, scores, levels=[0], colors=[LIGHT["ink"]], linewidths=1.2)
    order = COLOURS if several else (COLOURS[1], COLOURS[0])
    first, second = zip(*points, strict=True)
    ax.scatter(first, second, c=[order[int(k) % len(order)] for k in y], edgecolors="white", s=34)
    ax.set_aspect("equal")
    return ax


def curves(history: Any, *, ax: Axes | None = None) -> Axes:
    """Draw the columns of a history over its steps: losses on the left axis, accuracies on one at the right.

    ``history`` maps names to lists of numbers, or has ``rows`` as what ``nn.fit`` returns. What is called a loss is on
    a logarithmic scale if all are above 0. Raises ValueError if it holds nothing.
    """
    rows = getattr(history, "rows", None)
    columns: Mapping[str, Sequence[float]] = (
        history if rows is None else {name: [row[name] for row in rows] for name in (rows[0] if rows else {})}
    )
    shown = {
        name: list(map(_number, column)) for name, column in columns.items() if "loss" in name or "accuracy" in name
    }
    shown = shown or {name: list(map(_number, column)) for name, column in columns.items()}
    if not any(shown.values()):
        raise ValueError("history: it holds no numbers yet")
    ax = _axes(ax)
    right = ax.twinx() if any("accuracy" in name for name in shown) and len(shown) > 1 else ax
    lines = []
    for (name, column), colour in zip(shown.items(), COLOURS * 9, strict=False):
        one = right if "accuracy" in name else ax
        lines += one.plot(range(1, len(column) + 1), column, color=colour, label=name)
    losses = [x for name, column in shown.items() if "loss" in name for x in column]
    if losses and min(losses) > 0:
        ax.set_yscale("log")
    if right is not ax:
        right.set_ylim(0, 1.02)
        right.set_ylabel("accuracy")
    ax.set_xlabel("step")
    ax.set_ylabel("loss" if losses else "accuracy" if any("accuracy" in name for name in shown) else "")
    ax.legend(handles=lines, loc="center right", frameon=False)
    return ax


def descent(
    f: Callable[[Any, Any], Any],
    paths: Mapping[str, Sequence[Sequence[float]]],
    x: tuple[float, float],
    y: tuple[float, float],
    *,
    ax: Axes | None = None,
    cells: int = 80,
) -> Axes:
    """Draw ways down a function of two numbers, such as ``nn.minimize`` returns, on contours that narrow downwards.

    ``paths`` maps names to lists of points; x and y are the ranges that are shown.
    """
    across, up = _grid(*x, cells), _grid(*y, cells)
    heights = [[_number(f(a, b)) for a in across] for b in up]
    low, high = min(map(min, heights)), max(map(max, heights))
    levels = [low + (high - low) * (k / 14) ** 2 for k in range(1, 14)]
    ax = _axes(ax)
    ax.contour(across, up, heights, levels=levels, colors=[LIGHT["line"]], linewidths=0.9)
    for (name, path), colour in zip(paths.items(), COLOURS * 9, strict=False):
        ax.plot(*zip(*path, strict=True), color=colour, label=name, marker="o", markersize=3, linewidth=1.4)
    ax.set(xlim=x, ylim=y)
    ax.legend(frameon=False)
    return ax


def activation(f: str | Callable[[Any], Any], low: float = -4.0, high: float = 4.0, *, ax: Axes | None = None) -> Axes:
    """Draw a function of one number and its derivative, as the engine computes it; ``f`` may name an operation.

    Raises ValueError for a name that is no operation.
    """
    if isinstance(f, str) and f not in TABLE:
        raise ValueError(f"f: the table has no operation {f!r:.40}")
    function: Callable[[Any], Any] = TABLE[f] if isinstance(f, str) else f
    name = f if isinstance(f, str) else getattr(f, "__name__", "f").replace("<lambda>", "f")
    ax = _axes(ax)
    slope: Callable[[float], Any] = grad(function)
    ax.axhline(0, color=LIGHT["rule"], linewidth=1)
    ax.axvline(0, color=LIGHT["rule"], linewidth=1)
    return functions({name: function, "its derivative": slope}, low, high, ax=ax)


def functions(named: Mapping[str, Callable[[float], Any]], low: float, high: float, *, ax: Axes | None = None) -> Axes:
    """Draw functions of one number with their names; the first is blue, the second red.

    Raises ValueError if there is none.
    """
    if not named:
        raise ValueError("named: expected at least one function, got none")
    ax = _axes(ax)
    xs = _grid(low, high, 401)
    with no_grad():
        for (name, f), colour in zip(named.items(), (COLOURS[1], COLOURS[0], *COLOURS[2:]) * 9, strict=False):
            ax.plot(xs, [_number(f(x)) for x in xs], color=colour, label=name)
    ax.legend(frameon=False)
    return ax


def histogram(model: Any, what: str = "data", *, ax: Axes | None = None, bins: int = 40) -> Axes:
    """Draw how the parameters of each layer are distributed, or with ``what="grad"`` the gradients that they hold.

    Raises ValueError for another ``what`` and for a model without parameters.
    """
    if what not in ("data", "grad"):
        raise ValueError(f"what: expected data or grad, got {what!r:.40}")
    layers: dict[str, list[float]] = {}
    for name, p in model.named_parameters():
        layers.setdefault(".".join(name.split(".")[:2]) if "." in name else name, []).append(getattr(p, what))
    if not layers:
        raise ValueError(f"model: {type(model).__name__} has no parameters")
    ax = _axes(ax)
    every = [x for xs in layers.values() for x in xs]
    low, high = min(every), max(every)
    for (name, xs), colour in zip(layers.items(), COLOURS * 99, strict=False):
        ax.hist(xs, bins=bins, range=(low, high if high > low else low + 1), histtype="step", color=colour, label=name)
    ax.set_xlabel({"data": "weight", "grad": "gradient"}[what])
    ax.set_ylabel("parameters")
    ax.legend(frameon=False)
    return ax


def templates(
    weights: Sequence[Sequence[Any]], shape: tuple[int, int] | None = None, *, ax: Axes | None = None,
    columns: int = 5, captions: Sequence[Any] = (),
) -> Axes:  # fmt: skip  # one option a line reads worse
    """Draw the weights of each neuron as an image, blue below 0 and red above, all on one scale.

    ``weights`` are rows of Values or numbers; ``shape`` is (height, width), square unless given; a caption stands below
    its image. Raises ValueError for rows that do not fit the shape, and for captions that are not as many.
    """
    rows = [list(map(_number, row)) for row in weights]
    if not rows:
        raise ValueError("weights: expected at least one row")
    side = math.isqrt(len(rows[0]))
    height, width = shape or (side, side)
    for i, row in enumerate(rows):
        if len(row) != height * width:
            raise ValueError(f"weights[{i}]: expected {height} × {width} numbers, got {len(row)}")
    if captions and len(captions) != len(rows):
        raise ValueError(f"captions: expected {len(rows)}, one for each row of weights, got {len(captions)}")
    columns, high = min(columns, len(rows)), height + (3 if captions else 1)
    canvas = [[math.nan] * (columns * (width + 1) - 1) for _ in range(-(-len(rows) // columns) * high - 1)]
    ax = _axes(ax)
    for k, row in enumerate(rows):
        top, left = k // columns * high, k % columns * (width + 1)
        for i in range(height):
            canvas[top + i][left : left + width] = row[i * width : (i + 1) * width]
        ax.text(left + (width - 1) / 2, top + height - 0.2, captions[k] if captions else "", ha="center", va="top")
    most = max(abs(x) for row in rows for x in row) or 1.0
    ax.imshow(canvas, cmap="RdBu_r", vmin=-most, vmax=most, interpolation="nearest")
    ax.set_axis_off()
    return ax


def approximation(
    f: Callable[[float], Any],
    low: float = 0.0,
    high: float = 1.0,
    pieces: int = 10,
    *,
    steepness: float = 500.0,
    ax: Axes | None = None,
) -> Axes:
    """Draw a function and its approximation by so many bumps, a layer of sigmoids: networks can compute any function.

    Each bump is as high as f in its middle. Cybenko (1989), Approximation by superpositions of a sigmoidal function;
    the drawn argument is that of Nielsen (2015), Neural networks and deep learning, chapter 4.
    """
    if pieces < 1:
        raise ValueError(f"pieces: expected at least 1, got {pieces}")
    wide = (high - low) / pieces
    edges = [low + wide * i for i in range(pieces + 1)]
    bumps = [bump(a, a + wide, _number(f(a + wide / 2)), steepness / (high - low)) for a in edges[:-1]]
    return functions(
        {"f": f, f"{2 * pieces} sigmoids": lambda x: math.fsum(_number(one(x)) for one in bumps)}, low, high, ax=ax
    )


def surface(f: Callable[[float, float], Any], *, ax: Axes | None = None, cells: int = 80) -> Axes:
    """Draw a function of two numbers from 0 to 1, such as a tower, as shades with a scale."""
    ax = _axes(ax)
    grid = _grid(0.0, 1.0, cells)
    shades = ax.contourf(grid, grid, [[_number(f(x, y)) for x in grid] for y in grid], levels=12, cmap="cividis")
    ax.figure.colorbar(shades, ax=ax)
    ax.set_aspect("equal")
    return ax
