"""Record operations on Values and backpropagate."""

from .anomaly import anomaly, format_call
from .modes import EnableGrad, current_tracer, detect_anomaly, enable_grad, is_anomaly_enabled, is_grad_enabled, no_grad
from .node import Defer, Node, expect_value, new, operand
from .nonfinite import first_lost, first_nonfinite
from .opaque import OpaqueOp, ProbedOp
from .recompute import first_stale, refuse_stale
from .traversal import backpropagate, nodes_in_order, topological
from .value import Value
from .vjp import vjp as graph_vjp

__all__ = [
    "Defer", "EnableGrad", "Node", "OpaqueOp", "ProbedOp", "Value", "anomaly", "backpropagate",
    "current_tracer", "detect_anomaly", "enable_grad", "expect_value", "first_lost", "first_nonfinite", "first_stale",
    "format_call", "graph_vjp", "is_anomaly_enabled", "is_grad_enabled", "new", "no_grad",
    "nodes_in_order", "operand", "refuse_stale", "topological",
]  # fmt: skip  # in few lines
