from .value import Constant, Value, frozen

__all__ = ["Constant", "Value", "frozen"]
