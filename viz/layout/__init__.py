"""Place the nodes of a graph in layers."""

from .graphviz_dot import dot_layout
from .layered import Box, Layout, Point, layered_layout
from .ordering import Wire

__all__ = ["Box", "Layout", "Point", "Wire", "dot_layout", "layered_layout"]
