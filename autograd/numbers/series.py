"""Special functions on floats that ``math`` lacks: series and iterations, with their errors.

Each answers any floats: at a pole or outside the domain with inf or nan.

    >>> digamma(1.0), polygamma(1, 1.0)
    (-0.5772156649015329, 1.6449340668482264)
"""

import math
import operator
from functools import cache, reduce
from itertools import count
from math import copysign, fsum, inf, nan, pi
from typing import Any

#: B₂, B₄ … of the Euler-Maclaurin formula, whose remainder after them is below 1e-20 of the sum from FAR on.
BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330)
FAR = 20
DIGAMMA_ZERO, DIGAMMA_ZERO_REST = 0.46163214496836236, -1.5522348162858676e-17  # of ψ(1 + x)


def lgamma(x: float) -> float:
    """Return log |Γ(x)| within 8 ulp of 1 + |x|, or of itself if that is greater."""
    try:
        return math.lgamma(x)
    except (OverflowError, ValueError):  # so large, or a pole
        return inf


def digamma(x: float) -> float:
    """Return (log Γ)′(x) within 4 ulp, for x < 0 of the sum |ψ(1 − x)| + |π cot πx|."""
    if not x:
        return -copysign(inf, x)
    if x < 0:
        other = digamma_after_1(-x) if x > -1 else digamma(1 - x)
        return nan if x == round_down(x) else other - pi * cospi(x) / sinpi(x)
    if not x < FAR:
        tail = [-b / k * x**-k for k, b in zip(count(2, 2), BERNOULLI, strict=False)]
        return fsum([math.log(x), -0.5 / x, *tail]) if x < inf else x
    whole = math.floor(x)
    first = digamma_after_1(x - whole)
    return fsum([first, *[1 / (x - k) for k in range(1, whole)]]) if whole else first - 1 / x


def digamma_after_1(x: float) -> float:
    """Return ψ(1 + x) for 0 ≤ x < 1 by Taylor about its zero; the rest is below 2^−60 of it."""
    near = x - DIGAMMA_ZERO - DIGAMMA_ZERO_REST
    return near * reduce(lambda total, c: total * near + c, digamma_coefficients(), 0.0)


@cache
def digamma_coefficients() -> list[float]:
    """Return the Taylor series of digamma about its zero without the constant 0, highest first."""
    return [polygamma(k, 1 + DIGAMMA_ZERO) / math.factorial(k) for k in range(44, 0, -1)]


def polygamma(n: float, x: float) -> float:
    """Return the n-th derivative of digamma within 8 ulp, if above 1e-300; n ≤ 100.

    For x < 0 and n even, where it passes through 0, 8 ulp of the sum of |ψ⁽ⁿ⁾(1 − x)| and |π cot⁽ⁿ⁾ πx|. It is nan for
    n above 170, whose factorial overflows.
    """
    if not 0 <= n < 171 or x != x:
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
        cot = cospi(x) / sinpi(x)
        if abs(cot) > 0.5:
            both = hurwitz_zeta(s, x - math.floor(x)) + sign * hurwitz_zeta(s, math.ceil(x) - x)
        else:  # where these cancel
            both = pi**s / math.factorial(s - 1) * reduce(lambda total, c: total * cot + c, cot_derivative(s - 1), 0.0)
        zeta = both - sign * hurwitz_zeta(s, 1 - x)
    return sign * math.factorial(s - 1) * zeta


@cache
def cot_derivative(n: int) -> list[int]:
    """Return (−1)ⁿ cot⁽ⁿ⁾ x as a polynomial in cot x without negative terms, highest first."""
    if n == 0:
        return [1, 0]
    slope = [k * c for k, c in zip(count(n, -1), cot_derivative(n - 1), strict=False)][:-1]
    return list(map(operator.add, [*slope, 0, 0], [0, 0, *slope]))


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
    """Return the n-th derivative of sin πx / πx within 16 + 2ⁿ ulp of πⁿ/(n + 1)."""
    return sinc_derivative_at(math, n, x)  # type: ignore[no-any-return]  # a float


def sinc_derivative_at(at: Any, n: Any, x: Any) -> Any:
    """Return it by a Taylor series for |x| < 1, else by x·f⁽ⁿ⁾ = π^(n−1) sin⁽ⁿ⁾ πx − n·f⁽ⁿ⁻¹⁾.

    ``at`` is math, or for numbers of mpmath their context.
    """
    if not (0 <= n < 31 and x - x == 0):
        return nan
    n = int(n)
    if abs(x) < max(1, n / 10) and (n or not x):  # where the recurrence magnifies errors more
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
