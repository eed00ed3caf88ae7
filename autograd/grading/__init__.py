"""Judge other engines: which derivative is wrong, and where the sweep goes wrong."""

from .examination import examine
from .findings import Examination, Fault
from .side_by_side import trace_both

__all__ = ["Examination", "Fault", "examine", "trace_both"]
