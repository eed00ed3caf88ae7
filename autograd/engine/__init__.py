"""Record operations on Values and backpropagate."""

from ..callers import NOT_THE_USERS, caller_line, find_line, is_intermediate
from ..modes import current_tracer, detect_anomaly, enable_grad, is_anomaly_enabled, is_grad_enabled, no_grad, recording
from .anomaly_error import anomaly, format_call
from .node import Defer, Node, live_inputs, new, new_leaf, operand
from .nonfinite import first_lost, first_nonfinite, warn, warn_nonfinite
from .opaque import OpaqueOp, ProbedOp, refuse_graph
from .recompute import first_stale, refuse_stale
from .traversal import backpropagate, expect_value, nodes_in_order, topological
from .value import Value, birth
from .vjp import reads_live_input
from .vjp import vjp as graph_vjp

__all__ = [
    "NOT_THE_USERS", "Defer", "Node", "OpaqueOp", "ProbedOp", "Value", "anomaly", "backpropagate", "birth",
    "caller_line", "current_tracer", "detect_anomaly", "enable_grad", "expect_value", "find_line", "first_lost",
    "first_nonfinite", "first_stale", "format_call", "graph_vjp", "is_anomaly_enabled", "is_grad_enabled",
    "is_intermediate", "live_inputs", "new", "new_leaf", "no_grad", "nodes_in_order", "operand", "reads_live_input",
    "recording", "refuse_graph", "refuse_stale", "topological", "warn", "warn_nonfinite",
]  # fmt: skip  # in few lines
