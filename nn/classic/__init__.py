"""Networks from before backpropagation, and networks built by hand: what the lectures begin with."""

from .adaline import Adaline
from .approximators import approximate, bumps, greatest_error, powers, step, tower
from .boolean import Formula
from .circuit import Circuit
from .gates import Gate, MultiplyGate, SigmoidGate, SigmoidLayer, on_rows
from .multiclass import MulticlassPerceptron
from .perceptron import Perceptron
from .regions import Region, half_plane
from .threshold import AND, NOT, OR, McCullochPitts

__all__ = [
    "AND", "NOT", "OR", "Adaline", "Circuit", "Formula", "Gate", "McCullochPitts", "MulticlassPerceptron",
    "MultiplyGate", "Perceptron", "Region", "SigmoidGate", "SigmoidLayer", "approximate", "bumps", "greatest_error",
    "half_plane", "on_rows", "powers", "step", "tower",
]  # fmt: skip  # in few lines
