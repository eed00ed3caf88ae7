"""Show traces, models and comparisons."""

from .comparison import Comparison, compare_with_report, compare_with_trace
from .decision_boundary import Boundary
from .derivation import Derivation
from .grades import format_grades
from .layer_flow import GradientFlow, read_history
from .network import Neurons
from .path_sum import PathsFigure
from .trace_figure import Figure, Player, as_trace, variables

__all__ = [
    "Boundary", "Comparison", "Derivation", "Figure", "GradientFlow", "Neurons", "PathsFigure", "Player", "as_trace",
    "compare_with_report", "compare_with_trace", "format_grades", "read_history", "variables",
]  # fmt: skip
