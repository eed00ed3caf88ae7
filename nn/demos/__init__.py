"""Train the examples of the command line."""

from .tasks import TASKS

__all__ = ["TASKS"]
