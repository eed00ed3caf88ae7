"""Represent a step of a trace: the known numbers, and what is highlighted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from autograd.graph import Trace


@dataclass(frozen=True)
class Frame:
    """The numbers to show, and what to highlight, numbered as in the trace."""

    values: Mapping[int, float]
    grads: Mapping[int, float]
    known: Collection[int]  # edges whose local derivative is shown
    phase: str = ""  # fwd or bwd if something happens
    edges: Collection[int] = ()
    nodes: Collection[int] = ()
    marked_values: Collection[int] = ()
    marked_grads: Collection[int] = ()
    badge: tuple[int, str, str] | None = None  # a node and the two lines of text beneath it
    colour_passed: bool = False  # whether wires that a gradient has passed are coloured
    shows_exact: bool = False  # whether a pointer that rests on a node shows its numbers with all digits


def final_frame(trace: Trace) -> Frame:
    """Return the frame after the last step, with all numbers and nothing highlighted."""
    return Frame(dict(enumerate(trace.data)), dict(enumerate(trace.grads)), range(len(trace.edges)))
