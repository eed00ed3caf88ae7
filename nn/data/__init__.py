"""Generate data and prepare it for training."""

from .generators import (
    NAMES,
    Points,
    blobs,
    circles,
    digits,
    gauss,
    iris,
    moons,
    names,
    next_steps,
    noisy_sine,
    sample,
    spiral,
    xor,
)

__all__ = [
    "NAMES",
    "Points",
    "blobs",
    "circles",
    "digits",
    "gauss",
    "iris",
    "moons",
    "names",
    "next_steps",
    "noisy_sine",
    "sample",
    "spiral",
    "xor",
]
