"""Update weights from their gradients."""

from .first_order import (
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Optimizer,
    Option,
    RMSprop,
    at_least,
    clip_grad_norm,
    clip_grad_value,
    clipped,
    root,
    share_below_one,
    two_shares,
    vector,
)

__all__ = [
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Optimizer",
    "Option",
    "RMSprop",
    "at_least",
    "clip_grad_norm",
    "clip_grad_value",
    "clipped",
    "root",
    "share_below_one",
    "two_shares",
    "vector",
]
