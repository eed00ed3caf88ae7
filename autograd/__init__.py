"""glassgrad: a scalar autograd engine that one can see through."""

from typing import Any

__distribution__ = "glassgrad"  # engine.py looks for it: PyPI's autograd is another project

from .engine import Value
from .graph import Graph, evaluate
from .op import TABLE
from .recording import trace
from .steps import Trace

__version__ = "0.1.0"
__all__ = ["Graph", "Trace", "Value", "evaluate", "trace", *TABLE]


def __getattr__(name: str) -> Any:
    """Offer every operation of the table as a function of its name."""
    try:
        return TABLE[name]
    except KeyError:
        raise AttributeError(f"module 'autograd' has no attribute {name!r}") from None
