"""Define losses, their targets and random sampling."""

from .losses import (
    bce,
    bce_with_logits,
    cross_entropy,
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
    symmetric_cross_entropy,
)
from .reduction import BatchOutputs, to_lists
from .sampling import Sampler, draw, drawing_from
from .targets import pick

__all__ = [
    "BatchOutputs", "Sampler", "bce", "bce_with_logits", "cross_entropy", "draw", "drawing_from", "entropy",
    "euclidean", "hinge", "kl_divergence", "l1", "l2", "log_loss", "mae", "mse", "multi_hinge",
    "perceptron_criterion", "pick", "symmetric_cross_entropy", "to_lists",
]  # fmt: skip  # one name a line would be longer than the imports
