"""Gradients that are not linear in their upstream."""

from __future__ import annotations

import numpy as np

from .evidence import RELATIVE, Array, Evidence


def explain_nonlinear(e: Evidence, large: Array, zero: Array, upstream: Array) -> str:
    """Return what a gradient does with large upstreams and with zeros.

    >>> right = np.eye(3)
    >>> explain_nonlinear(Evidence(right, right, 1, 1e-5), np.ones(3), np.zeros(3), np.array([7.0, 8.0, 9.0]))
    'is clipped: its entries are cut off at 1'
    """
    right = np.tensordot(upstream, e.right, upstream.ndim)
    slack, top, low = RELATIVE * abs(right).max(), large.max(), large.min()
    if large.shape != right.shape:
        return ""
    whole: Array = large * np.arange(1, 33).reshape(-1, *(1,) * large.ndim)  # integers may have been divided
    whole = np.all(abs(whole - np.round(whole)) < 1e-9, axis=tuple(range(1, whole.ndim)))
    if np.any(large) and np.any(whole) and np.all(abs(right - large) < 1 + slack):
        return "is rounded: its entries are cut to whole numbers, as in an array of integers"
    for sign, word in ((1, "negative"), (-1, "positive")):
        if large.shape == upstream.shape and np.any(large == 0) and np.array_equal(large == 0, sign * upstream < 0):
            return f"is 0 where its upstream is {word}: its mask is that of the upstream"
    for words, least, most in ((f"{top:.6g}", None, top), (f"{low:.6g}", low, None), (f"±{top:.6g}", -top, top)):
        cut = np.clip(right, least, most)
        if np.all(abs(large - cut) <= RELATIVE * abs(cut).max()) and abs(cut).max() > 3 * slack < np.ptp(cut - right):
            return f"is clipped: its entries are cut off at {words}"
    signs = np.tensordot(np.sign(upstream), e.right, upstream.ndim)
    size = float(np.vdot(signs, large) / (np.vdot(signs, signs) or 1.0))
    if 0 < size < abs(upstream).min() and np.all(abs(large - size * signs) <= RELATIVE * size * abs(signs).max()):
        return f"clips its upstream: it is cut off at {size:.6g}"
    return "is not 0 for an upstream of 0: it adds what it should multiply by its upstream" if np.any(zero) else ""
