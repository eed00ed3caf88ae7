"""Powers, exponentials, logarithms and roots, trigonometric and hyperbolic functions."""
# ruff: noqa: A001, A004  # pow and abs are the field's names; this file does without Python's

from math import inf
from typing import Any

from ...numbers import primitive
from ..bounds import length_ulps
from ..op import register as row
from .arithmetic import TWO_SIDES, R
from .piecewise import POSITIVE, abs, const_like, eq, is_finite, le, lt, minimum, where

UNIT = ((-1, 1),)


steep: Any = lambda x: cbrt(where(eq(x, 0), x, 0))  # 0, whose derivative at x = 0 is infinite, as that of x^y by both


def power_slope(y: Any, a: Any, b: Any) -> Any:
    """Return b·a^(b − 1), computed from y = a^b where b − 1 would be rounded."""
    from_y = is_finite(a) * is_finite(y) * (1 - eq(a, 0)) * (1 - eq(y, 0))
    direct = b * where(eq(b, 1), where(eq(a, 0), 1 - steep(b - 1), pow(a, b - 1)), pow(a, b - 1))
    found = where(eq((b - 1) + 1, b), direct, where(from_y, b * y / where(from_y, a, 1), direct))
    return where(eq(b, 0), where(lt(1e-300, abs(a)), direct, steep(b)), found)


# fmt: off

pow  = row("pow",  "^", r"{#1}^{#2}",      primitive, (POSITIVE, R),
           power_slope,
           lambda y, a, b: where(eq(a, 0) * le(0, b), where(lt(1, b), 0, (2 * eq(b, 0) - 1) * steep(a)), y * log(a)),
           textbook=(lambda y, a, b: b * a ** (b - 1), lambda y, a, b: y * log(a)),
           ulps=lambda a, b: 4 + lt(minimum(pow(a, b), pow(a, b - 3)), 1e-300) * (abs(b) + abs(log(a)))  # if subnormal
           + lt(2.0**53, abs(b)) * abs(b * log(a)) + where(lt(pow(a, b - 1), inf), 0, inf))  # if b − 1 is rounded

# Exponentials and roots; a logarithm of a negative number is nan, and so is its derivative
exp   = row("exp",   "exp",   r"e^{#1}",       primitive, (R,),        lambda y, a: y)
exp2  = row("exp2",  "exp2",  r"2^{#1}",       primitive, (R,),        lambda y, a: y * log(const_like(2, a)),
            textbook=(lambda y, a: y * log(2),))
expm1 = row("expm1", "expm1", r"(e^{#1} - 1)", primitive, (R,),        lambda y, a: exp(a))
log   = row("log",   "log",   r"\ln #1",       primitive, (POSITIVE,), lambda y, a: where(lt(a, 0), y, 1 / a),
            textbook=(lambda y, a: 1 / a,))
log2  = row("log2",  "log2",  r"\log_2 #1",    primitive, (POSITIVE,),
            lambda y, a: where(lt(a, 0), y, 1 / log(const_like(2, a)) / a), textbook=(lambda y, a: 1 / (a * log(2)),))
log10 = row("log10", "log10", r"\log_{10} #1", primitive, (POSITIVE,),
            lambda y, a: where(lt(a, 0), y, 1 / log(const_like(10, a)) / a), textbook=(lambda y, a: 1 / (a * log(10)),))
log1p = row("log1p", "log1p", r"\ln(1 + #1)",  primitive, (((-1, inf),),),
            lambda y, a: where(lt(a, -1), y, 1 / (1 + a)), textbook=(lambda y, a: 1 / (1 + a),))
sqrt  = row("sqrt",  "√",     r"\sqrt{#1}",    primitive, (POSITIVE,), lambda y, a: 1 / (2 * y))
cbrt  = row("cbrt",  "∛",     r"\sqrt[3]{#1}", primitive, (TWO_SIDES,),
            lambda y, a: where(lt(1e-114, abs(a)) * is_finite(a), y / a, y**-2) / 3,
            textbook=(lambda y, a: 1 / (3 * y**2),), ulps=lambda a: where(lt(1e-114, abs(a)), 4, 8))
xlogy = row("xlogy", "x·log y", r"#1 \ln #2", lambda a, b: where(eq(a, 0) * eq(b, b), 0, a * log(b)), (R, POSITIVE),
            lambda y, a, b: log(b),
            lambda y, a, b: where(le(0, b), where(eq(a, 0) * eq(b, 0), atan2(a, abs(b)), a / b), y),
            textbook=(None, lambda y, a, b: a / b))

# Trigonometric and hyperbolic; 1 − x² and sech are partials whose own derivatives neither cancel nor overflow
sin   = row("sin",   "sin",   r"\sin #1",    primitive, (R,),    lambda y, a: cos(a))
cos   = row("cos",   "cos",   r"\cos #1",    primitive, (R,),    lambda y, a: -sin(a))
tan   = row("tan",   "tan",   r"\tan #1",    primitive, (R,),    lambda y, a: 1 + y**2, smooth="cos(a) ≠ 0")
one_minus_square = row("one_minus_square", "1 − x²", r"(1 - {#1}^2)", lambda a: (1 - a) * (1 + a), (R,),
                       lambda y, a: -2 * a)
asin  = row("asin",  "asin",  r"\arcsin #1", primitive, (UNIT,), lambda y, a: 1 / sqrt(one_minus_square(a)),
            textbook=(lambda y, a: 1 / sqrt(1 - a**2),))
acos  = row("acos",  "acos",  r"\arccos #1", primitive, (UNIT,), lambda y, a: -1 / sqrt(one_minus_square(a)),
            textbook=(lambda y, a: -1 / sqrt(1 - a**2),))
atan  = row("atan",  "atan",  r"\arctan #1", primitive, (R,),    lambda y, a: (1 / hypot(1, a))**2,
            textbook=(lambda y, a: 1 / (1 + a**2),))
atan2 = row("atan2", "atan2", r"\mathrm{atan2}(#1, #2)",   primitive, (TWO_SIDES, R),
            lambda y, a, b: b / hypot(a, b) / hypot(a, b), lambda y, a, b: -(a / hypot(a, b)) / hypot(a, b),
            textbook=(lambda y, a, b: b / (a**2 + b**2), lambda y, a, b: -a / (a**2 + b**2)), ulps=length_ulps,
            smooth="a ≠ 0 or 0 < b")
hypot = row("hypot", "hypot", r"\sqrt{{#1}^2 + {#2}^2}",   primitive, (TWO_SIDES, R),
            lambda y, a, b: where(eq(y, 0), atan2(a, y), a / y),  # 0 at the origin, where its derivative is nan
            lambda y, a, b: where(eq(y, 0), atan2(b, y), b / y),
            textbook=(lambda y, a, b: a / y, lambda y, a, b: b / y), ulps=length_ulps, symmetric=True,
            smooth="a ≠ 0 or b ≠ 0")
sinh  = row("sinh",  "sinh",  r"\sinh #1",   primitive, (R,),    lambda y, a: cosh(a))
cosh  = row("cosh",  "cosh",  r"\cosh #1",   primitive, (R,),    lambda y, a: sinh(a))
sech  = row("sech",  "sech",  r"\operatorname{sech} #1", lambda a: 1 / cosh(a), (R,), lambda y, a: -y * tanh(a),
            ulps=lambda a: where(lt(abs(a), 709), 4, 2.0**50))  # 0 for 5e-309, where cosh overflows
tanh  = row("tanh",  "tanh",  r"\tanh #1",   primitive, (R,),    lambda y, a: sech(a)**2,  # 1 − y² is 0 at 20
            textbook=(lambda y, a: 1 - y**2,))
asinh = row("asinh", "asinh", r"\operatorname{arsinh} #1", primitive, (R,), lambda y, a: 1 / hypot(1, a),
            textbook=(lambda y, a: 1 / sqrt(a**2 + 1),))
acosh = row("acosh", "acosh", r"\operatorname{arcosh} #1", primitive, (((1, inf),),),
            lambda y, a: 1 / sqrt(a - 1) / sqrt(a + 1), textbook=(lambda y, a: 1 / sqrt(a**2 - 1),))
atanh = row("atanh", "atanh", r"\operatorname{artanh} #1", primitive, (UNIT,),
            lambda y, a: where(lt(1, abs(a)), y, 1 / one_minus_square(a)), textbook=(lambda y, a: 1 / (1 - a**2),))
