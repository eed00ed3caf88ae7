"""Bounds of rounding errors in ulp, and distances from a kink, on floats."""

from math import hypot, inf, prod

from ..numbers import FLOAT

SUBNORMAL, divide = 2.0**-1021, FLOAT["div"]


def exponent_ulps(*args: float) -> float:
    """Bound the error of exp(a − b), whose exponent is off by half an ulp of itself."""
    return max(args) - min(args) + 4


def product_ulps(*args: float) -> float:
    """Bound the error of a product, of which a part may be subnormal with few digits; none where one may overflow."""
    small, great = prod(min(abs(a) or 1, 1) for a in args), prod(max(abs(a), 1) for a in args)
    return 4 + len(args) * (1 + divide(SUBNORMAL, small)) if great < 2.0**1023 else inf


def length_ulps(*args: float) -> float:
    """Bound the error of a vector's length or direction; its length may be subnormal with few digits, or overflow."""
    length = hypot(*args)
    return 4 + divide(SUBNORMAL, length or 1) if length < inf else inf


def angle_ulps(a: float, b: float) -> float:
    """Bound the error of an angle's derivatives a/h/h and b/h/h, of which a/h or b/h may be subnormal."""
    h = hypot(a, b)
    return length_ulps(a, b) + (h < 1) * divide(SUBNORMAL * h, min(abs(a) or 1, abs(b) or 1))


def smallest_gap(*args: float) -> float:
    """Return the least distance between two of the arguments, which is 0 at a tie."""
    return min([abs(a - b) for i, a in enumerate(args) for b in args[:i]], default=1)
