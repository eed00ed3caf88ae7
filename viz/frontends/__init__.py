"""Read expressions, notebook cells and micrograd's programs."""

from .expression_parser import parse_expression
from .ipython import load_ipython_extension
from .live import Live
from .micrograd import draw_dot

__all__ = ["Live", "draw_dot", "load_ipython_extension", "parse_expression"]
