"""Find the first nan, dead units and faulty training loops."""

from ..engine import first_nonfinite as birth
from .connections import Connection, Network, Neuron, measure_connections
from .layer_gradients import FLAGGED_RATIO, LayerFlow, Unit, gradient_flow, layer_name, named_parameters, units
from .training_faults import Finding, lint

__all__ = [
    "FLAGGED_RATIO", "Connection", "Finding", "LayerFlow", "Network", "Neuron", "Unit", "birth", "gradient_flow",
    "layer_name", "lint", "measure_connections", "named_parameters", "units",
]  # fmt: skip  # in few lines
