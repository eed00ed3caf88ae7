"""Check gradients against numerical derivatives."""

from .checker import (
    BESIDE,
    LOST,
    PER_INPUT,
    TINY,
    Check,
    GradientError,
    Report,
    Verdict,
    assert_gradients,
    derivative,
    gradcheck,
)

__all__ = [
    "BESIDE",
    "LOST",
    "PER_INPUT",
    "TINY",
    "Check",
    "GradientError",
    "Report",
    "Verdict",
    "assert_gradients",
    "derivative",
    "gradcheck",
]
