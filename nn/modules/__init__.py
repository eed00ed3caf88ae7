"""Build neurons, layers and networks."""

from .attention import CausalSelfAttention
from .containers import Reshape, Sequential
from .conv import Conv2d, Pool2d
from .elementwise import Activation, Dropout
from .embedding import Embedding
from .mlp import MLP, Layer, Neuron
from .module import Module
from .norm import RMSNorm
from .recurrent import RNN

__all__ = [
    "MLP", "RNN", "Activation", "CausalSelfAttention", "Conv2d", "Dropout", "Embedding", "Layer", "Module", "Neuron",
    "Pool2d", "RMSNorm", "Reshape", "Sequential",
]  # fmt: skip  # one name a line would be longer than the imports
