"""Plot functions of one and of two numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograd.engine import no_grad
from autograd.table import TABLE
from autograd.transforms import grad

from ..drawing import LIGHT
from .axes import COLOURS, ensure_axes, linspace, read_float

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def activation(f: str | Callable[[Any], Any], low: float = -4.0, high: float = 4.0, *, ax: Axes | None = None) -> Axes:
    """Plot a function of one number and its derivative, which the engine computes.

    Args:
        f: A function, or the name of an operation of the table.
        low, high: The ends of the axis.
        ax: The axes to draw on, which are returned; by default new ones.

    Raises:
        ValueError: If the table has no operation of this name.

    >>> from matplotlib.figure import Figure
    >>> ax = activation("tanh", ax=Figure().subplots())
    >>> [line.get_label() for line in ax.lines[-2:]]
    ['tanh', 'its derivative']
    """
    if isinstance(f, str) and f not in TABLE:
        raise ValueError(f"f: the table has no operation {f!r:.40}")
    function: Callable[[Any], Any] = TABLE[f] if isinstance(f, str) else f
    name = f if isinstance(f, str) else getattr(f, "__name__", "f").replace("<lambda>", "f")
    ax = ensure_axes(ax)
    slope: Callable[[float], Any] = grad(function)
    ax.axhline(0, color=LIGHT["rule"], linewidth=1)
    ax.axvline(0, color=LIGHT["rule"], linewidth=1)
    return functions({name: function, "its derivative": slope}, low, high, ax=ax)


def functions(named: Mapping[str, Callable[[float], Any]], low: float, high: float, *, ax: Axes | None = None) -> Axes:
    """Plot functions of one number, the first in blue and the second in red.

    Args:
        named: The functions by name, at least one.
        low, high: The ends of the axis.
        ax: The axes to draw on, which are returned; by default new ones.

    Raises:
        ValueError: If there is no function.

    >>> from matplotlib.figure import Figure
    >>> ax = functions({"square": lambda x: x * x}, -1, 1, ax=Figure().subplots())
    >>> [line.get_label() for line in ax.lines]
    ['square']
    """
    if not named:
        raise ValueError("named: expected at least one function, got none")
    ax = ensure_axes(ax)
    xs = linspace(low, high, 401)
    with no_grad():
        for (name, f), colour in zip(named.items(), (COLOURS[1], COLOURS[0], *COLOURS[2:]) * 9, strict=False):
            ax.plot(xs, [read_float(f(x)) for x in xs], color=colour, label=name)
    ax.legend(frameon=False)
    return ax


def approximation(
    f: Callable[[float], Any], *networks: Callable[[float], Any], low: float = 0.0, high: float = 1.0,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip  # two lines rather than eight
    """Plot a function and networks that approximate it, each with its greatest error.

    Args:
        f: A function of one number.
        networks: Its approximations, such as the bumps and staircases of ``nn.classic``.
        low, high: The ends of the axis.
        ax: The axes to draw on, by default new ones.

    Returns:
        The axes, whose legend has the greatest error of each network at 801 points.

    Raises:
        ValueError: If high is not greater than low.

    >>> from matplotlib.figure import Figure
    >>> ax = approximation(lambda x: x, lambda x: x + 0.25, ax=Figure().subplots())
    >>> [line.get_label() for line in ax.lines]
    ['f', 'network, at most 0.25 from f']
    """
    if not low < high:
        raise ValueError(f"high: expected more than low = {low}, got {high}")
    xs = linspace(low, high, 801)
    with no_grad():
        expected, *others = ([read_float(g(x)) for x in xs] for g in (f, *networks))
    ax = ensure_axes(ax)
    ax.plot(xs, expected, color=LIGHT["value"], label="f")
    for k, ys in enumerate(others):
        error = max(abs(a - b) for a, b in zip(expected, ys, strict=True))
        ax.plot(xs, ys, color=(COLOURS[0], *COLOURS[2:])[k % 9], label=f"network, at most {error:.2g} from f")
    ax.legend(frameon=False)
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
    """Plot paths down a function of two numbers, on its contours.

    Args:
        f: A function of two numbers.
        paths: Lists of points by name, such as ``nn.minimize`` returns.
        x, y: The ranges (low, high) of the two numbers.
        ax: The axes to draw on, which are returned; by default new ones.
        cells: The number of grid points along each axis.

    >>> from matplotlib.figure import Figure
    >>> path = [[1.0, 1.0], [0.5, 0.5]]
    >>> ax = descent(lambda x, y: x * x + y * y, {"SGD": path}, (-1, 1), (-1, 1), ax=Figure().subplots())
    >>> ax.lines[0].get_xydata().tolist() == path
    True
    """
    xs, ys = linspace(*x, cells), linspace(*y, cells)
    heights = [[read_float(f(a, b)) for a in xs] for b in ys]
    low, high = min(map(min, heights)), max(map(max, heights))
    levels = [low + (high - low) * (k / 14) ** 2 for k in range(1, 14)]
    ax = ensure_axes(ax)
    ax.contour(xs, ys, heights, levels=levels, colors=[LIGHT["line"]], linewidths=0.9)
    for (name, path), colour in zip(paths.items(), COLOURS * 9, strict=False):
        ax.plot(*zip(*path, strict=True), color=colour, label=name, marker="o", markersize=3, linewidth=1.4)
    ax.set(xlim=x, ylim=y)
    ax.legend(frameon=False)
    return ax


def surface(
    f: Callable[[list[float]], Any], x: tuple[float, float] = (0.0, 1.0), y: tuple[float, float] = (0.0, 1.0), *,
    ax: Axes | None = None, cells: int = 80,
) -> Axes:  # fmt: skip  # two lines rather than eight
    """Plot a function of two numbers over a rectangle as shades, with a scale.

    Args:
        f: A function of a list of two numbers, such as a tower of ``nn.classic``.
        x, y: The ranges (low, high) of the two numbers.
        ax: The axes to draw on, which are returned; by default new ones.
        cells: The number of grid points along each axis.

    >>> from matplotlib.figure import Figure
    >>> ax = surface(lambda point: point[0] * point[1], ax=Figure().subplots(), cells=5)
    >>> ax.get_xlim()
    (np.float64(0.0), np.float64(1.0))
    """
    xs, ys = linspace(*x, cells), linspace(*y, cells)
    with no_grad():
        heights = [[read_float(f([a, b])) for a in xs] for b in ys]
    ax = ensure_axes(ax)
    ax.figure.colorbar(ax.contourf(xs, ys, heights, levels=12, cmap="cividis"), ax=ax)
    ax.set_aspect("equal")
    return ax
