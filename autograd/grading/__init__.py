"""Judge other engines: which derivative is wrong, and where the sweep goes wrong."""

from .examination import examine
from .findings import Examination, Fault
from .grade import Grade, Row
from .side_by_side import trace_both
from .trials import battery

__all__ = ["Examination", "Fault", "Grade", "Row", "battery", "examine", "trace_both"]
