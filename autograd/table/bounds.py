"""Bounds of rounding errors in ulp, and distances from a kink, on floats."""

from math import inf, prod


def exponent_ulps(*args: float) -> float:
    """Bound the error of exp(a − b), whose exponent is off by half an ulp of itself."""
    return max(args) - min(args) + 4


def product_ulps(*args: float) -> float:
    """Bound the error of a product, unless a part of it leaves the range of floats."""
    small, great = prod(min(abs(a), 1) for a in args), prod(max(abs(a), 1) for a in args)
    return 4 + len(args) if small > 1e-290 and great < 1e290 else inf


def length_ulps(*args: float) -> float:
    """Bound the error of a vector's length or direction, unless it is out of range."""
    return 4 if all(1e-300 < abs(a) < 1e300 for a in args) else inf


def smallest_gap(*args: float) -> float:
    """Return the least distance between two of the arguments, which is 0 at a tie."""
    return min([abs(a - b) for i, a in enumerate(args) for b in args[:i]], default=1)
