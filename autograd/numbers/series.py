"""Special functions on floats that ``math`` lacks: series and iterations, with their errors.

Each answers any floats: at a pole or outside the domain with inf or nan.

    >>> digamma(1.0), polygamma(1, 1.0)
    (-0.577215664901533, 1.6449340668482264)
"""

import math
from itertools import count
from math import copysign, fsum, inf, nan, pi
from typing import Any

#: B₂, B₄ … of the Euler-Maclaurin formula, whose remainder after them is below 1e-20 of the sum from FAR on.
BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330)
FAR = 20


def lgamma(x: float) -> float:
    """Return log |Γ(x)| within 8 ulp of 1 + |x|, or of itself if that is greater, so not near its zeros."""
    try:
        return math.lgamma(x)
    except (OverflowError, ValueError):  # so large, or a pole
        return inf


def digamma(x: float) -> float:
    """Return the derivative of log Γ(x) within 4 ulp of the greatest of log x, 1/x and π cot πx."""
    if not x:
        return -copysign(inf, x)
    if x < 0:  # by reflection, with the distance of x from a whole number
        return nan if x == round_down(x) else digamma(1 - x) - pi / math.tan(pi * math.remainder(x, 1))
    if not x < inf:
        return x
    steps = range(max(0, math.ceil(FAR - x)))
    far = x + len(steps)
    tail = [-b / k * far**-k for k, b in zip(count(2, 2), BERNOULLI, strict=False)]
    return fsum([math.log(far), -0.5 / far, *tail, *[-inverse_power(x + k, 1) for k in steps]])


def polygamma(n: float, x: float) -> float:
    """Return the n-th derivative of digamma within 8 ulp, for n up to 100, which is rounded down."""
    if not 0 <= n < 101 or x != x:
        return nan
    if n < 1:
        return digamma(x)
    s = int(n) + 1
    sign = 1 if s % 2 == 0 else -1
    if x > 0:
        zeta = hurwitz_zeta(s, x)
    elif x == round_down(x):
        return inf if sign > 0 else nan
    else:  # the sum over all whole steps both ways, less that below x
        above, below = x - math.floor(x), math.ceil(x) - x
        zeta = hurwitz_zeta(s, above) + sign * (hurwitz_zeta(s, below) - hurwitz_zeta(s, 1 - x))
    return sign * math.factorial(s - 1) * zeta


def hurwitz_zeta(s: int, x: float) -> float:
    """Return Σ (x + k)^−s over k = 0, 1, … for x > 0 and s > 1."""
    if not x < inf:
        return 0 / x if x == x else x
    steps = range(max(0, math.ceil(FAR + s - x)))
    far = x + len(steps)
    terms = [inverse_power(x + k, s) for k in steps]
    terms += [far ** (1 - s) / (s - 1), far**-s / 2]
    rising = s / far
    for k, b in zip(count(2, 2), BERNOULLI, strict=False):
        terms.append(b / math.factorial(k) * rising * far**-s)
        rising *= (s + k - 1) / far * (s + k) / far
    return fsum(terms) if terms[0] < inf else inf


def inverse_power(x: float, n: int) -> float:
    """Return x^−n, infinite where it overflows."""
    try:
        return x**-n
    except OverflowError:
        return inf


def round_down(x: float) -> float:
    """Return the greatest whole number that is not above x."""
    return float(math.floor(x)) if x - x == 0 else x


def erfinv(x: float) -> float:
    """Return the inverse of erf within 2 ulp: three steps of Halley's from a start within 1 %."""
    size = abs(x)
    if not size < 1:
        return copysign(inf, x) if size == 1 else nan
    log = math.log1p(-size * size) if size < 0.5 else math.log((1 - size) * (1 + size))
    u = 4.33 + log / 2  # Winitzki's approximation
    y = math.sqrt(math.sqrt(u * u - log / 0.147) - u) if size > 0.01 else size * math.sqrt(pi) / 2
    for _ in range(3):
        over = math.erf(y) - size if size < 0.5 else (1 - size) - math.erfc(y)
        step = over * math.sqrt(pi) / 2 * math.exp(y * y)
        y -= step / (1 + y * step)
    return copysign(y, x)


def sinpi(x: float) -> float:
    """Return sin πx, exactly 0 where x is a whole number."""
    rest = math.remainder(x, 2)
    return math.sin(pi * (copysign(1, rest) - rest if abs(rest) > 0.5 else rest))


def cospi(x: float) -> float:
    """Return cos πx, exactly 0 halfway between whole numbers."""
    return math.sin(pi * (0.5 - abs(math.remainder(x, 2))))


def sinc_derivative(n: float, x: float) -> float:
    """Return the n-th derivative of sin πx / πx for n up to 20, which is rounded down, within 16 ulp of πⁿ/(n + 1)."""
    return sinc_derivative_at(math, n, x)  # type: ignore[no-any-return]  # a float


def sinc_derivative_at(at: Any, n: Any, x: Any) -> Any:
    """Return it by a Taylor series for |x| < 1, else by x·f⁽ⁿ⁾ = π^(n−1) sin⁽ⁿ⁾ πx − n·f⁽ⁿ⁻¹⁾.

    ``at`` is math, or for numbers of mpmath their context.
    """
    if not (0 <= n < 21 and x - x == 0):
        return nan
    n = int(n)
    if abs(x) < 1 and (n or not x):
        t, terms, size = at.pi * x, [], at.pi**n
        for j in count():
            if (n + j) % 2 == 0:
                terms.append((-1) ** ((n + j) // 2) * size / (n + j + 1))
                if j > 6 and abs(size) < at.pi**n * getattr(at, "eps", 2**-60) / 256:
                    return at.fsum(terms)
            size = size * t / (j + 1)
    sin, cos = (sinpi(x), cospi(x)) if at is math else (at.sinpi(x), at.cospi(x))
    f = sin / (at.pi * x)
    for k in range(1, n + 1):
        f = (at.pi ** (k - 1) * (sin, cos, -sin, -cos)[k % 4] - k * f) / x
    return f
