"""Judge other engines: which derivative is wrong, and where the sweep goes wrong."""

from ..check.ravel import OTHER_ENGINES
from .array_function import find_arrays
from .examination import examine
from .findings import Examination, Fault
from .foreign_function import find_foreign
from .grade import Grade, Row
from .side_by_side import trace_both
from .trials import battery

__all__ = ["Examination", "Fault", "Grade", "Row", "battery", "examine", "trace_both"]

OTHER_ENGINES.extend((find_arrays, find_foreign))  # a door, since check is below this package
