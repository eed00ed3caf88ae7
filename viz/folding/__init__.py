"""Fold the parts of a model into boxes."""

from .drilldown import NUMBER_KINDS, Drilldown, select_numbers
from .scopes import Path

__all__ = ["NUMBER_KINDS", "Drilldown", "Path", "select_numbers"]
