"""Gradients that are not linear in their upstream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .evidence import RELATIVE, Array, Evidence

LARGE = 1024.0


def explain_nonlinear(e: Evidence, gradient: Callable[[float], Array], upstream: Array) -> str:
    """Return what a gradient does with multiples of an upstream, or nothing.

    >>> right = np.eye(3)
    >>> clipped = lambda scale: np.clip(scale * np.array([0.7, -0.8, 0.9]), -2, 2)
    >>> explain_nonlinear(Evidence(right, right, 1, 1e-5), clipped, np.array([0.7, -0.8, 0.9]))
    'is clipped: its entries are cut off at ±2'
    """
    zero, one, two, four, large, huge = (gradient(scale) for scale in (0.0, 1.0, 2.0, 4.0, LARGE, LARGE**2))
    if np.any(zero) and (words := _describe_added(e, zero, two - one, upstream)):
        return words
    same: Callable[[Array, Array], Any] = lambda a, b: np.all(abs(a - b) <= RELATIVE * abs(b).max())
    upstream = LARGE * upstream
    right, signs = (np.tensordot(u, e.right, u.ndim) for u in (upstream, np.sign(upstream)))
    if large.shape != right.shape or not np.any(large):
        return ""
    for digits in range(7):
        parts = [10.0**digits * large * n for n in range(1, 2 if digits else 33)]  # integers may have been divided
        is_whole = any(np.all(abs(part - np.round(part)) < 1e-6) for part in parts)
        if is_whole and np.all(abs(right - large) < 32 * 10.0**-digits + RELATIVE * abs(right).max()):
            cut = f"to {digits} decimals" if digits else "to whole numbers, as in an array of integers"
            return f"is rounded: its entries are cut {cut}"
    for sign, word in ((1, "negative"), (-1, "positive")):
        if large.shape == upstream.shape and np.any(large == 0) and np.array_equal(large == 0, sign * upstream < 0):
            return f"is 0 where its upstream is {word}: its mask is that of the upstream"
    low, top, below = large.min(), large.max(), gradient(-LARGE)
    for words, least, most in ((f"{top:.6g}", None, top), (f"{low:.6g}", low, None), (f"±{top:.6g}", -top, top)):
        is_cut = same(large, np.clip(right, least, most)) and same(below, np.clip(-right, least, most))
        if is_cut and not same(large, right):
            return f"is clipped: its entries are cut off at {words}"
    size = float(np.vdot(signs, large) / (np.vdot(signs, signs) or 1.0))
    if 0 < size < abs(upstream).min() and same(large, size * signs):
        return f"clips its upstream: it is cut off at {size:.6g}"
    if same(huge, large) and same(large, e.fit(large, right) * right):
        return f"is clipped: its norm is cut off at {np.linalg.norm(large):.6g}, or that of all gradients"
    if np.any(zero):
        return "is not 0 for an upstream of 0: it adds what it should multiply by its upstream"
    if same(huge, large):
        return "is clipped: it does not grow with a large upstream, so something is cut off"
    twice = (two - 2 * one) / 2
    is_squared = same(four, 4 * (one - twice) + 16 * twice) and abs(twice).max() > 1e-3 * abs(one).max()
    return "has a term that squares its upstream: it is multiplied twice" if is_squared else ""


def _describe_added(e: Evidence, zero: Array, rise: Array, upstream: Array) -> str:
    """Return what is added to a gradient, by its value for an upstream of 0."""
    if upstream.size == 1 and zero.size > 1 and np.allclose(rise, upstream.item(), RELATIVE, 0):
        return "adds its upstream instead of multiplying by it"
    x = e.arrays.get(e.name)
    if x is None or x.shape != zero.shape or x.size < 3:
        return ""
    for words, array in ((e.name, x), (f"the sign of {e.name}", np.sign(x)), (f"{e.name}²", x * x)):
        factor = e.fit(zero, array)
        if np.ptp(array) and np.all(abs(zero - factor * array) <= RELATIVE * abs(zero).max()):
            return f"has {factor:.5g} times {words} too much for any upstream, a term as of a penalty"
    return ""
