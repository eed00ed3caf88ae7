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
    same: Callable[[Array, Array], Any] = lambda a, b: np.all(abs(a - b) <= RELATIVE * abs(b).max())
    upstream = LARGE * upstream
    right, signs = (np.tensordot(u, e.right, u.ndim) for u in (upstream, np.sign(upstream)))
    if large.shape != right.shape or not np.any(large):
        return ""
    parts: Array = large * np.arange(1, 33).reshape(-1, *(1,) * large.ndim)  # integers may have been divided
    whole = np.all(abs(parts - np.round(parts)) < 1e-9, axis=tuple(range(1, parts.ndim)))
    if np.any(whole) and np.all(abs(right - large) < 32 + RELATIVE * abs(right).max()):
        return "is rounded: its entries are cut to whole numbers, as in an array of integers"
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
    if np.any(zero):
        return "is not 0 for an upstream of 0: it adds what it should multiply by its upstream"
    if same(huge, large):
        return "is clipped: it does not grow with a large upstream, so something is cut off"
    twice = (two - 2 * one) / 2
    is_squared = same(four, 4 * (one - twice) + 16 * twice) and abs(twice).max() > 1e-3 * abs(one).max()
    return "has a term that squares its upstream: it is multiplied twice" if is_squared else ""
