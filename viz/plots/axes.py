"""Create axes, and read the numbers that are plotted on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd.extras import explain_missing

from ..drawing import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = (
    LIGHT["grad"], LIGHT["value"], "#5b8c2a", "#7a4fa3", "#a8763e", "#2a8c8c", "#8c2a5b", "#6b6b6b", "#b59a00",
    "#000000",
)  # fmt: skip


def ensure_axes(ax: Axes | None) -> Axes:
    """Return the axes given or new ones, or raise RuntimeError without matplotlib."""
    if ax is not None:
        return ax
    with explain_missing("plots need matplotlib", "plots", RuntimeError):
        from matplotlib import pyplot
    return pyplot.subplots(layout="constrained")[1]


def read_float(x: Any) -> float:
    """Return a number, or the data of a Value, as a float."""
    return float(getattr(x, "data", x))


def linspace(low: float, high: float, count: int) -> list[float]:
    """Return evenly spaced numbers, both ends included."""
    return [low + (high - low) * i / (count - 1) for i in range(count)]
