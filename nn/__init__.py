"""Neural networks on the scalar engine: every weight is a Value."""

import autograd.engine  # noqa: F401  # first of all: it says so if PyPI's autograd lies over ours

from .losses import cross_entropy, hinge
from .module import Module
from .neuron import MLP, Layer, Neuron

__all__ = ["MLP", "Layer", "Module", "Neuron", "cross_entropy", "hinge"]
