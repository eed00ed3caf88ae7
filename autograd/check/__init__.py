"""Check gradients against numerical derivatives."""

from .checker import assert_gradients, gradcheck
from .finite_differences import Derivative, derivative
from .report import Check, GradientError, Report, Verdict

__all__ = [
    "Check", "Derivative", "GradientError", "Report", "Verdict", "assert_gradients", "derivative", "gradcheck",
]  # fmt: skip  # in few lines
