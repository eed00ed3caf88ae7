"""Plot models: their decisions, their training and their parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograd.diagnose import layer_name, named_parameters
from autograd.engine import no_grad

from ..drawing import LIGHT
from .axes import COLOURS, ensure_axes, linspace, read_float

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def decision_boundary(
    model: Callable[[list[float]], Any],
    X: Sequence[Sequence[float]],
    y: Sequence[int],
    *,
    ax: Axes | None = None,
    cells: int = 60,
) -> Axes:
    """Plot points of the plane, and the class that a model assigns to each place.

    Args:
        model: A function of a list of two numbers. It returns one score, above 0 for class 1, or a list of one score
            for each of the classes 0, 1, ….
        X: Points, pairs of numbers.
        y: Their classes; with one score, class 0 may also be -1.
        ax: The axes to draw on, which are returned; by default new ones.
        cells: The number of grid points along each axis.

    Raises:
        ValueError: If a point is not a pair, X and y differ in length, or a class has no score.

    >>> from matplotlib.figure import Figure
    >>> ax = decision_boundary(lambda p: p[0] - 0.5, [(0, 0), (1, 1)], [0, 1], ax=Figure().subplots(), cells=9)
    >>> ax.get_aspect()
    1.0
    """
    points = [tuple(map(read_float, point)) if isinstance(point, Iterable) else () for point in X]
    if not points or any(len(point) != 2 for point in points):
        raise ValueError("X: expected pairs of numbers, at least one")
    if len(points) != len(y):
        raise ValueError(f"y: expected {len(points)} classes, one for each point, got {len(y)}")
    ranges = []
    for column in zip(*points, strict=True):
        low, high = min(column), max(column)
        margin = (high - low) * 0.1 or 1.0
        ranges.append(linspace(low - margin, high + margin, cells))
    with no_grad():
        scores = [[model([a, b]) for a in ranges[0]] for b in ranges[1]]
    is_multiclass = isinstance(scores[0][0], list | tuple)
    known = range(len(scores[0][0])) if is_multiclass else (-1, 0, 1)
    for i, k in enumerate(y):
        if k not in known:
            raise ValueError(f"y[{i}]: expected one of the classes {', '.join(map(str, known))}, got {k!r:.40}")
    ax = ensure_axes(ax)
    if is_multiclass:
        _fill_classes(ax, ranges, scores)
    else:
        _fill_sides(ax, ranges, [[read_float(score) for score in row] for row in scores])
    colours = [COLOURS[k % len(COLOURS)] if is_multiclass else COLOURS[k < 1] for k in y]
    xs, ys = zip(*points, strict=True)
    ax.scatter(xs, ys, c=colours, edgecolors="white", s=34)
    ax.set_aspect("equal")
    return ax


def _fill_classes(ax: Axes, ranges: Sequence[list[float]], scores: Sequence[Sequence[Any]]) -> None:
    """Fill each place with the colour of the class of the greatest score."""
    from matplotlib.colors import to_rgba  # an extra

    def colour(cell: Sequence[Any]) -> tuple[float, float, float, float]:
        sizes = list(map(read_float, cell))
        return to_rgba(COLOURS[sizes.index(max(sizes)) % len(COLOURS)], 0.22)

    image = [[colour(cell) for cell in row] for row in scores]
    (left, *_, right), (low, *_, high) = ranges
    ax.imshow(image, extent=(left, right, low, high), origin="lower", interpolation="nearest")


def _fill_sides(ax: Axes, ranges: Sequence[list[float]], scores: Sequence[Sequence[float]]) -> None:
    """Fill each side of the boundary, and draw it where the score is 0."""
    ax.contourf(*ranges, scores, levels=[-math.inf, 0, math.inf], colors=(COLOURS[1], COLOURS[0]), alpha=0.22)
    if min(map(min, scores)) < 0 < max(map(max, scores)):
        ax.contour(*ranges, scores, levels=[0], colors=[LIGHT["ink"]], linewidths=1.2)


def curves(history: Any, *, ax: Axes | None = None) -> Axes:
    """Plot the losses and accuracies of a history over its steps.

    Losses have the left axis, which is logarithmic if all are above 0, and accuracies the right one. Columns of
    validation, ``val_…``, are dashed.

    Args:
        history: A mapping from names to lists of numbers, or what ``nn.fit`` returns.
        ax: The axes to draw on, which are returned; by default new ones.

    Raises:
        TypeError: If history is neither of these.
        ValueError: If history has no numbers.

    >>> from matplotlib.figure import Figure
    >>> ax = curves({"loss": [1.0, 0.1], "val_loss": [1.2, 0.4]}, ax=Figure().subplots())
    >>> ax.get_yscale(), [line.get_linestyle() for line in ax.lines]
    ('log', ['-', '--'])
    """
    rows = getattr(history, "rows", None)
    columns = history if rows is None else {name: [row[name] for row in rows] for name in (rows[0] if rows else {})}
    if not isinstance(columns, Mapping):
        raise TypeError(
            "history: expected a mapping from names to numbers, or what nn.fit returns, "
            f"got {type(history).__name__} {history!r:.40}"
        )
    numbers = {name: list(map(read_float, column)) for name, column in columns.items()}
    plotted = {name: column for name, column in numbers.items() if "loss" in name or "accuracy" in name} or numbers
    if not any(plotted.values()):
        raise ValueError("history: it holds no numbers yet")
    ax = ensure_axes(ax)
    right = ax.twinx() if 0 < sum("accuracy" in name for name in plotted) < len(plotted) else ax
    kinds = list(dict.fromkeys(name.removeprefix("val_") for name in plotted))
    lines = []
    for name, column in plotted.items():
        kind = name.removeprefix("val_")
        colour, dash = COLOURS[kinds.index(kind) % len(COLOURS)], "-" if kind == name else "--"
        side = right if "accuracy" in name else ax
        lines += side.plot(range(1, len(column) + 1), column, color=colour, linestyle=dash, label=name)
    losses = [x for name, column in plotted.items() if "loss" in name for x in column]
    if losses and min(losses) > 0:
        ax.set_yscale("log")
        if max(losses) < 10 * min(losses):  # a logarithmic axis labels only powers of ten
            ax.yaxis.set_minor_formatter("{x:g}")
            ax.yaxis.set_major_formatter("{x:g}")
    if any("accuracy" in name for name in plotted):
        right.set_ylim(0, 1.02)
        right.set_ylabel("accuracy")
    ax.set_xlabel("step" if rows is None else "epoch")
    if losses:
        ax.set_ylabel("loss")
    ax.legend(handles=lines, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False)
    return ax


def histogram(model: Any, what: str = "data", *, ax: Axes | None = None, bins: int | str = "auto") -> Axes:
    """Plot the distribution of the parameters of each layer, or of their gradients.

    Args:
        model: An object with ``named_parameters()``.
        what: "data", or "grad" for the gradients that the parameters hold.
        ax: The axes to draw on, by default new ones.
        bins: The bins, as NumPy expects them.

    Returns:
        The axes, whose legend counts the numbers that are not finite.

    Raises:
        TypeError: If model has no ``named_parameters()``.
        ValueError: If what is unknown, or the model has no parameters.

    >>> from matplotlib.figure import Figure
    >>> from nn import MLP
    >>> ax = histogram(MLP(2, [3, 1]), ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['layers.0', 'layers.1']
    """
    if what not in ("data", "grad"):
        raise ValueError(f"what: expected data or grad, got {what!r:.40}")
    layers: dict[str, list[float]] = {}
    for name, p in named_parameters(model):
        layers.setdefault(layer_name(name), []).append(getattr(p, what))
    finite = {name: list(filter(math.isfinite, xs)) for name, xs in layers.items()}
    n_infinite = {name: len(xs) - len(finite[name]) for name, xs in layers.items()}
    labels = [name + f" ({n} not finite)" * bool(n) for name, n in n_infinite.items()]
    colours = [COLOURS[k % len(COLOURS)] for k in range(len(layers))]
    ax = ensure_axes(ax)
    ax.hist(list(finite.values()), bins=bins, histtype="step", linewidth=1.5, color=colours, label=labels)
    ax.set_xlabel({"data": "weight", "grad": "gradient"}[what])
    ax.set_ylabel("parameters")
    ax.legend(frameon=False, reverse=True)  # hist draws the last layer first
    return ax
