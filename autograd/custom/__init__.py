"""Operations of your own: rows of the table that are added at run time, gates and Functions."""

from .calls import call
from .functions import Function
from .gates import gate
from .operations import operation

__all__ = ["Function", "call", "gate", "operation"]
