"""Record operations on Values and backpropagate."""

from .value import Constant, Value, frozen

__all__ = ["Constant", "Value", "frozen"]
