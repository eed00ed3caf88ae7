"""Networks from before backpropagation, which the lectures begin with."""

from .boolean_circuits import Formula
from .decision_regions import Region, half_plane
from .gates import Gate, MultiplyGate, SigmoidGate, SigmoidLayer, on_rows
from .perceptrons import Adaline, MulticlassPerceptron, Perceptron
from .threshold_units import AND, NOT, OR, Circuit, McCullochPitts
from .universal_approximation import approximate, bumps, greatest_error, powers, step, tower

__all__ = [
    "AND", "NOT", "OR", "Adaline", "Circuit", "Formula", "Gate", "McCullochPitts", "MulticlassPerceptron",
    "MultiplyGate", "Perceptron", "Region", "SigmoidGate", "SigmoidLayer", "approximate", "bumps", "greatest_error",
    "half_plane", "on_rows", "powers", "step", "tower",
]  # fmt: skip  # in few lines
