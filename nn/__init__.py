"""Neural networks on the scalar engine: every weight is a Value.

``fit`` trains a model, such as an ``MLP``, by a loss, such as ``mse``, and an optimizer, such as ``Adam``. ``nn.data``
has data to learn, ``nn.init`` and ``nn.schedules`` initial weights and learning rates, and ``nn.classic`` what came
before backpropagation. ``python -m nn`` runs the demos.
"""

import autograd.engine  # noqa: F401  # first: it reports if PyPI's autograd was installed over ours

from . import data, init, schedules
from .activations import maxout, noisy_relu, softmax, threshold
from .data import DataWarning, MinMaxScaler, StandardScaler, batches, one_hot, split
from .functional import (
    bce,
    bce_with_logits,
    cross_entropy,
    draw,
    entropy,
    euclidean,
    hinge,
    kl_divergence,
    l1,
    l2,
    log_loss,
    mae,
    mse,
    multi_hinge,
    perceptron_criterion,
    pick,
    symmetric_cross_entropy,
)
from .metrics import accuracy, errors
from .models import GPT, Autoencoder
from .modules import (
    MLP,
    RNN,
    Activation,
    CausalSelfAttention,
    Conv2d,
    Dropout,
    Embedding,
    Layer,
    Module,
    Neuron,
    Pool2d,
    Reshape,
    RMSNorm,
    Sequential,
)
from .optim import (
    LBFGS,
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Newton,
    RMSprop,
    WeightAverage,
    clip_grad_norm,
    clip_grad_value,
    minimize,
)
from .training import History, fit, restarts, restore, save

__all__ = [
    "GPT", "LBFGS", "MLP", "RNN", "SGD", "Activation", "Adagrad", "Adam", "AdamW", "Autoencoder", "CausalSelfAttention",
    "Conv2d", "DataWarning", "Dropout", "Embedding", "History", "Layer", "MinMaxScaler", "Module", "Neuron", "Newton",
    "Pool2d", "RMSNorm", "RMSprop", "Reshape", "Sequential", "StandardScaler", "WeightAverage", "accuracy", "batches",
    "bce", "bce_with_logits", "clip_grad_norm", "clip_grad_value", "cross_entropy", "data", "draw", "entropy", "errors",
    "euclidean", "fit", "hinge", "init", "kl_divergence", "l1", "l2", "log_loss", "mae", "maxout", "minimize", "mse",
    "multi_hinge", "noisy_relu", "one_hot", "perceptron_criterion", "pick", "restarts", "restore", "save", "schedules",
    "softmax", "split", "symmetric_cross_entropy", "threshold",
]  # fmt: skip  # one name a line would be longer than the imports
