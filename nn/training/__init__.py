"""Train a model, with history and checkpoints."""

from .checkpoint import number_checkpoint, restore, save
from .history import History
from .loop import fit, restarts

__all__ = ["History", "fit", "number_checkpoint", "restarts", "restore", "save"]
