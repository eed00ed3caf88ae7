"""Operations of your own: rows of the table that are added at run time, and gates."""

from .gates import gate
from .operations import operation

__all__ = ["gate", "operation"]
