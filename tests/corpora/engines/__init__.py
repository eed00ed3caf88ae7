"""Scalar autograd engines of many spellings, right ones and ones with a planted fault, in two halves."""

from tests.corpora.engines import half_a, half_b
from tests.corpora.engines.entry import KINDS, Entry, Fault

HALVES = {"a": half_a, "b": half_b}
ENGINES: tuple[Entry, ...] = half_a.ENGINES + half_b.ENGINES
CONVENTIONS: tuple[Entry, ...] = half_a.CONVENTIONS + half_b.CONVENTIONS
FAULTS: tuple[Fault, ...] = half_a.FAULTS + half_b.FAULTS

__all__ = ["CONVENTIONS", "ENGINES", "FAULTS", "HALVES", "KINDS", "Entry", "Fault"]
