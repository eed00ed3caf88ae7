"""Generate numbers and expressions for Hypothesis."""

from .generators import ACTIVATIONS, AWKWARD, EVERYDAY, arities, expressions, floats_in, interval, networks, points
from .program import Expression

__all__ = [
    "ACTIVATIONS", "AWKWARD", "EVERYDAY", "Expression", "arities", "expressions", "floats_in", "interval", "networks",
    "points",
]  # fmt: skip  # in few lines
