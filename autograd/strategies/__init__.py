"""Generate numbers, arrays and expressions for Hypothesis."""

from .floats import AWKWARD, EVERYDAY, floats_in, interval
from .generators import arities, arrays_in, parameters_of, points
from .graphs import ACTIVATIONS, expressions, networks
from .program import Expression

__all__ = [
    "ACTIVATIONS", "AWKWARD", "EVERYDAY", "Expression", "arities", "arrays_in", "expressions", "floats_in", "interval",
    "networks", "parameters_of", "points",
]  # fmt: skip  # in few lines
