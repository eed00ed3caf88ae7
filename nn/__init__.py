"""Neural networks on the scalar engine: every weight is a Value."""

from .losses import cross_entropy, hinge
from .module import Module
from .neuron import MLP, Layer, Neuron

__all__ = ["MLP", "Layer", "Module", "Neuron", "cross_entropy", "hinge"]
