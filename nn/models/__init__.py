"""Build an autoencoder and a small GPT."""

from .autoencoder import Autoencoder
from .gpt import GPT

__all__ = ["GPT", "Autoencoder"]
