"""Networks from before backpropagation, and networks built by hand: what the lectures begin with."""

from .approximators import approximate, bumps, greatest_error, powers, step, tower
from .boolean import Formula
from .gates import Gate, MultiplyGate, SigmoidGate, SigmoidLayer, on_rows
from .learning import Adaline, MulticlassPerceptron, Perceptron
from .regions import Region, half_plane
from .threshold import AND, NOT, OR, Circuit, McCullochPitts

__all__ = [
    "AND", "NOT", "OR", "Adaline", "Circuit", "Formula", "Gate", "McCullochPitts", "MulticlassPerceptron",
    "MultiplyGate", "Perceptron", "Region", "SigmoidGate", "SigmoidLayer", "approximate", "bumps", "greatest_error",
    "half_plane", "on_rows", "powers", "step", "tower",
]  # fmt: skip  # in few lines
