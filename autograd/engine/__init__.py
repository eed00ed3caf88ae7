"""Record operations on Values and backpropagate."""

from .value import Value

__all__ = ["Value"]
