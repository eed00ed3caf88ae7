"""Functions made of a few steep sigmoids: steps, bumps and towers, of which any function can be built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.op import TABLE


def step(at: float, steepness: float = 50.0) -> Callable[[float], Any]:
    """Make a step from 0 to 1 of one steep sigmoid: sigmoid(steepness·(x − at))."""
    return lambda x: TABLE["sigmoid"](steepness * (x - at))


def bump(left: float, right: float, height: float = 1.0, steepness: float = 50.0) -> Callable[[float], Any]:
    """Make a bump of two steps, the second of which takes the first back."""
    up, down = step(left, steepness), step(right, steepness)
    return lambda x: height * (up(x) - down(x))


def tower(
    x: tuple[float, float], y: tuple[float, float], height: float = 1.0, steepness: float = 50.0
) -> Callable[[float, float], Any]:
    """Make a tower over a rectangle: a steep step where the bumps along both axes add up to more than 3/2."""
    along, across = bump(*x, 1.0, steepness), bump(*y, 1.0, steepness)
    return lambda a, b: height * TABLE["sigmoid"](steepness * (along(a) + across(b) - 1.5))
