"""Find the first nan, dead units and faulty training loops."""

from .training_faults import Finding, birth, gradient_flow, lint, units

__all__ = ["Finding", "birth", "gradient_flow", "lint", "units"]
