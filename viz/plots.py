"""Plots with matplotlib, the extra ``plots``: each takes the axes to draw on, or makes some, and returns them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograd.diagnose import layer_name, named_parameters
from autograd.engine.modes import no_grad
from autograd.extras import explain_missing
from autograd.table.op import TABLE
from autograd.transforms import grad

from .drawing.theme import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "activation", "approximation", "curves", "decision_boundary", "descent", "functions", "histogram", "images",
    "surface", "templates",
]  # fmt: skip

COLOURS = (
    LIGHT["grad"], LIGHT["value"], "#5b8c2a", "#7a4fa3", "#a8763e", "#2a8c8c", "#8c2a5b", "#6b6b6b", "#b59a00",
    "#000000",
)  # fmt: skip


def _axes(ax: Axes | None) -> Axes:
    """Take the axes given, or make some; raise RuntimeError, naming the extra, if matplotlib is not installed."""
    if ax is not None:
        return ax
    with explain_missing("plots need matplotlib", "plots", RuntimeError):
        from matplotlib import pyplot
    return pyplot.subplots(layout="constrained")[1]


def _number(x: Any) -> float:
    return float(getattr(x, "data", x))


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
    """Draw points of the plane by their classes, and where a model would put every other point.

    The model gives one score, above 0 for class 1 and else for class 0, which may be called −1; or a score for each
    of the classes 0, 1, …. Raises ValueError for points that are not pairs, and for classes that are not as many or
    have no score.
    """
    points = [tuple(map(_number, point)) if isinstance(point, Iterable) else () for point in X]
    if not points or any(len(point) != 2 for point in points):
        raise ValueError("X: expected pairs of numbers, at least one")
    if len(points) != len(y):
        raise ValueError(f"y: expected {len(points)} classes, one for each point, got {len(y)}")
    ranges = []
    for axis in (0, 1):
        low, high = min(p[axis] for p in points), max(p[axis] for p in points)
        air = (high - low) * 0.1 or 1.0
        ranges.append(_grid(low - air, high + air, cells))
    with no_grad():
        found = [[model([a, b]) for a in ranges[0]] for b in ranges[1]]
    several = isinstance(found[0][0], list | tuple)
    known = range(len(found[0][0])) if several else (-1, 0, 1)
    for i, k in enumerate(y):
        if k not in known:
            raise ValueError(f"y[{i}]: expected one of the classes {', '.join(map(str, known))}, got {k!r:.40}")
    ax = _axes(ax)
    if several:
        from matplotlib.colors import to_rgba

        scores = [[list(map(_number, score)) for score in row] for row in found]
        image = [[to_rgba(COLOURS[row.index(max(row)) % len(COLOURS)], 0.22) for row in rows] for rows in scores]
        (left, *_, right), (low, *_, high) = ranges
        ax.imshow(image, extent=(left, right, low, high), origin="lower", interpolation="nearest")
    else:
        heights = [[_number(s) for s in row] for row in found]
        ax.contourf(*ranges, heights, levels=[-math.inf, 0, math.inf], colors=(COLOURS[1], COLOURS[0]), alpha=0.22)
        if min(map(min, heights)) < 0 < max(map(max, heights)):
            ax.contour(*ranges, heights, levels=[0], colors=[LIGHT["ink"]], linewidths=1.2)
    colours = [COLOURS[k % len(COLOURS)] if several else COLOURS[k < 1] for k in y]
    first, second = zip(*points, strict=True)
    ax.scatter(first, second, c=colours, edgecolors="white", s=34)
    ax.set_aspect("equal")
    return ax


def curves(history: Any, *, ax: Axes | None = None) -> Axes:
    """Draw the columns of a history over its steps: losses on the left axis, accuracies on one at the right.

    ``history`` maps names to lists of numbers, or has ``rows`` as what ``nn.fit`` returns. What is called ``val_…`` is
    dashed, what is called a loss on a logarithmic scale if all are above 0. Raises TypeError for anything else, and
    ValueError if it holds nothing.
    """
    rows = getattr(history, "rows", None)
    columns = history if rows is None else {name: [row[name] for row in rows] for name in (rows[0] if rows else {})}
    if not isinstance(columns, Mapping):
        raise TypeError(
            "history: expected a mapping from names to numbers, or what nn.fit returns, "
            f"got {type(history).__name__} {history!r:.40}"
        )
    shown = {name: list(map(_number, column)) for name, column in columns.items()}
    shown = {name: column for name, column in shown.items() if "loss" in name or "accuracy" in name} or shown
    if not any(shown.values()):
        raise ValueError("history: it holds no numbers yet")
    ax = _axes(ax)
    right = ax.twinx() if 0 < sum("accuracy" in name for name in shown) < len(shown) else ax
    kinds = list(dict.fromkeys(name.removeprefix("val_") for name in shown))
    lines = []
    for name, column in shown.items():
        kind = name.removeprefix("val_")
        colour, dash = COLOURS[kinds.index(kind) % len(COLOURS)], "-" if kind == name else "--"
        one = right if "accuracy" in name else ax
        lines += one.plot(range(1, len(column) + 1), column, color=colour, linestyle=dash, label=name)
    losses = [x for name, column in shown.items() if "loss" in name for x in column]
    if losses and min(losses) > 0:
        ax.set_yscale("log")
        if max(losses) < 10 * min(losses):  # between two powers of ten
            ax.yaxis.set_minor_formatter("{x:g}")
            ax.yaxis.set_major_formatter("{x:g}")
    if any("accuracy" in name for name in shown):
        right.set_ylim(0, 1.02)
        right.set_ylabel("accuracy")
    ax.set_xlabel("step" if rows is None else "epoch")
    if losses:
        ax.set_ylabel("loss")
    ax.legend(handles=lines, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False)
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


def histogram(model: Any, what: str = "data", *, ax: Axes | None = None, bins: int | str = "auto") -> Axes:
    """Draw how the parameters of each layer are distributed, or with ``what="grad"`` the gradients that they hold.

    Those that are not finite are counted in the legend; ``bins`` is NumPy's. Raises ValueError for another ``what`` and
    for a model without parameters.
    """
    if what not in ("data", "grad"):
        raise ValueError(f"what: expected data or grad, got {what!r:.40}")
    layers: dict[str, list[float]] = {}
    for name, p in named_parameters(model):
        layers.setdefault(layer_name(name), []).append(getattr(p, what))
    finite = {name: list(filter(math.isfinite, xs)) for name, xs in layers.items()}
    odd = {name: len(xs) - len(finite[name]) for name, xs in layers.items()}
    labels = [name + f" ({n} not finite)" * bool(n) for name, n in odd.items()]
    colours = [COLOURS[k % len(COLOURS)] for k in range(len(layers))]
    ax = _axes(ax)
    ax.hist(list(finite.values()), bins=bins, histtype="step", linewidth=1.5, color=colours, label=labels)
    ax.set_xlabel({"data": "weight", "grad": "gradient"}[what])
    ax.set_ylabel("parameters")
    ax.legend(frameon=False, reverse=True)  # hist draws the last layer first
    return ax


def templates(
    weights: Sequence[Sequence[Any]], shape: tuple[int, int] | None = None, *, ax: Axes | None = None,
    columns: int = 5, captions: Sequence[Any] = (),
) -> Axes:  # fmt: skip  # one option a line reads worse
    """Draw the weights of each neuron as an image, blue below 0 and red above, all on one scale.

    ``weights`` are rows of Values or numbers; ``shape`` is (height, width), square unless given; a caption stands below
    its image. Raises ValueError for rows that do not fit the shape, and for captions that are not as many.
    """
    ax = _mosaic("weights", weights, shape, ax, columns, captions)
    image, most = ax.images[-1], max(abs(_number(x)) for row in weights for x in row) or 1.0
    image.set(cmap="RdBu_r", clim=(-most, most))
    ax.figure.colorbar(image, ax=ax, shrink=0.6)
    return ax


def images(
    pixels: Sequence[Sequence[Any]], shape: tuple[int, int] | None = None, *, ax: Axes | None = None,
    columns: int = 10, captions: Sequence[Any] = (),
) -> Axes:  # fmt: skip  # as above
    """Draw rows of pixels, 0 for paper and above it ink, as images; arguments and errors are those of ``templates``."""
    ax = _mosaic("pixels", pixels, shape, ax, columns, captions)
    most = max(_number(x) for row in pixels for x in row)
    ax.images[-1].set(cmap="Greys", clim=(-most / 16, most))  # so that paper is seen on a white page
    return ax


def _mosaic(
    name: str, given: Sequence[Sequence[Any]], shape: tuple[int, int] | None, ax: Axes | None, columns: int,
    captions: Sequence[Any],
) -> Axes:  # fmt: skip  # as above
    rows = [list(map(_number, row)) for row in given]
    if not rows:
        raise ValueError(f"{name}: expected at least one row")
    side = math.isqrt(len(rows[0]))
    height, width = shape or (side, side)
    for i, row in enumerate(rows):
        if len(row) != height * width:
            raise ValueError(f"{name}[{i}]: expected {height} × {width} numbers, got {len(row)}")
    if columns < 1:
        raise ValueError(f"columns: expected at least 1, got {columns}")
    if captions and len(captions) != len(rows):
        raise ValueError(f"captions: expected {len(rows)}, one for each row, got {len(captions)}")
    columns, high = min(columns, len(rows)), height + (3 if captions else 1)
    canvas = [[math.nan] * (columns * (width + 1) - 1) for _ in range(-(-len(rows) // columns) * high - 1)]
    ax = _axes(ax)
    for k, row in enumerate(rows):
        top, left = k // columns * high, k % columns * (width + 1)
        for i in range(height):
            canvas[top + i][left : left + width] = row[i * width : (i + 1) * width]
        if captions:
            ax.text(left + (width - 1) / 2, top + height - 0.2, captions[k], ha="center", va="top")
    ax.imshow(canvas, interpolation="nearest")
    ax.set_axis_off()
    return ax


def approximation(
    f: Callable[[float], Any], *networks: Callable[[float], Any], low: float = 0.0, high: float = 1.0,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw a function and networks that approximate it, such as the bumps and staircases of ``nn.classic``.

    The legend tells how far each is from f at most, of 801 places. Raises ValueError unless low < high.
    """
    if not low < high:
        raise ValueError(f"high: expected more than low = {low}, got {high}")
    xs = _grid(low, high, 801)
    with no_grad():
        of, *others = ([_number(one(x)) for x in xs] for one in (f, *networks))
    ax = _axes(ax)
    ax.plot(xs, of, color=LIGHT["value"], label="f")
    for k, ys in enumerate(others):
        far = max(abs(a - b) for a, b in zip(of, ys, strict=True))
        ax.plot(xs, ys, color=(COLOURS[0], *COLOURS[2:])[k % 9], label=f"network, at most {far:.2g} from f")
    ax.legend(frameon=False)
    return ax


def surface(
    f: Callable[[list[float]], Any], x: tuple[float, float] = (0.0, 1.0), y: tuple[float, float] = (0.0, 1.0), *,
    ax: Axes | None = None, cells: int = 80,
) -> Axes:  # fmt: skip
    """Draw a function of two numbers, such as a tower of ``nn.classic``, over a rectangle as shades with a scale."""
    across, up = _grid(*x, cells), _grid(*y, cells)
    with no_grad():
        heights = [[_number(f([a, b])) for a in across] for b in up]
    ax = _axes(ax)
    ax.figure.colorbar(ax.contourf(across, up, heights, levels=12, cmap="cividis"), ax=ax)
    ax.set_aspect("equal")
    return ax
