"""Bounds of rounding errors in ulp, and distances from a kink, on floats."""

from math import hypot, inf, prod

SUBNORMAL = 2.0**-1021  # a number below it has fewer digits


def exponent_ulps(*args: float) -> float:
    """Bound the error of exp(a − b − c), whose exponent is twice off by half an ulp of itself."""
    return 2 * (max(args) - min(args)) + 4


def product_ulps(*args: float) -> float:
    """Bound the error of a product with a part that may be subnormal; inf at overflow."""
    small, great = prod(min(abs(a) or 1, 1) for a in args), prod(max(abs(a), 1) for a in args)
    lost = SUBNORMAL / max(small, 5e-324) + (great - 1) * (small < SUBNORMAL) if great < 2.0**1023 else inf
    return 4 + len(args) * (1 + lost)


def length_ulps(*args: float) -> float:
    """Bound the error of a vector's length, direction or angle, with subnormal parts."""
    length, least = hypot(*args), min(filter(None, map(abs, args)), default=1)
    part = min(length, least / length) if 0 < length < 1 else 1
    return 4 + SUBNORMAL / part if length < inf else inf


def smallest_gap(*args: float) -> float:
    """Return the least distance between two of the arguments, which is 0 at a tie."""
    return min([abs(a - b) for i, a in enumerate(args) for b in args[:i]], default=1)
