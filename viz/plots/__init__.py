"""Plots with matplotlib, the extra ``plots``.

Each function draws on given or new axes, and returns them.
"""

from .axes import COLOURS
from .function_plots import activation, approximation, descent, functions, surface
from .model_plots import curves, decision_boundary, histogram
from .mosaics import images, templates

__all__ = [
    "COLOURS", "activation", "approximation", "curves", "decision_boundary", "descent", "functions", "histogram",
    "images", "surface", "templates",
]  # fmt: skip
