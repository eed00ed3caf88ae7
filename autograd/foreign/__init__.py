"""Read the graphs of other engines."""

from .adoption import adopt, build, find_rows, refuse_other, variables_of
from .foreign_node import ForeignNode, Probe
from .functions import watch
from .memento import undisturbed
from .probe import START, Sweep, find_sweeps
from .reading import Reading
from .rows import NEED_A_CONSTANT, Candidate, fits, is_smooth, near, right_locals, row_called, rows_named, value

__all__ = [
    "NEED_A_CONSTANT", "START", "Candidate", "ForeignNode", "Probe", "Reading", "Sweep", "adopt", "build", "find_rows",
    "find_sweeps", "fits", "is_smooth", "near", "refuse_other", "right_locals", "row_called", "rows_named",
    "undisturbed", "value", "variables_of", "watch",
]  # fmt: skip  # in few lines
