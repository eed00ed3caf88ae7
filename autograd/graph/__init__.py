"""Hold graphs and traces as plain data."""

from .graph import Graph, Row, evaluate
from .paths import Paths, WeightedPath, heaviest_paths
from .pytree import Tree, children, is_number, leaves, leaves_like, rebuild, transform_leaves, with_children
from .serialization import dump, load, read_float, read_index, read_list, read_text
from .trace import Chain, Edge, Forward, Seed, Step, Trace, backward_steps

__all__ = [
    "Chain", "Edge", "Forward", "Graph", "Paths", "Row", "Seed", "Step", "Trace", "Tree", "WeightedPath",
    "backward_steps", "children", "dump", "evaluate", "heaviest_paths", "is_number", "leaves", "leaves_like", "load",
    "read_float", "read_index", "read_list", "read_text", "rebuild", "transform_leaves", "with_children",
]  # fmt: skip  # in few lines
