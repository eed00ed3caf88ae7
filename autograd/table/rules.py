"""The table: one row for each operation, with its derivatives.

    name · symbol · LaTeX · forward · domain · ∂y/∂a · ∂y/∂b …

A partial is an expression in the operations, given the result y and then the arguments. So a row serves floats,
Values (the gradient is a graph again), arrays, exact numbers and symbols. Rules write ``1``, not ``1.0``, which would
turn a Fraction into a float, and raise to literal whole powers only. A branch on data is an operation, never a Python
``if``, which a recorded graph would freeze. ``docs/adding-an-op.md`` says how to add a row.
"""
# ruff: noqa: A001  # abs, max, sum and others are the field's names; this file does without Python's

import operator
import sys
from dataclasses import replace
from functools import reduce
from itertools import accumulate
from math import inf, pi
from typing import Any

from .bounds import exponent_ulps, length_ulps, product_ulps, smallest_gap
from .op import Calling
from .op import register as row
from .primitives import primitive
from .variadic import left_sum, multiply_add, one_iterable, weights_inputs_bias

R = ((-inf, inf),)
POSITIVE = ((0, inf),)
NEGATIVE = ((-inf, 0),)
UNIT = ((-1, 1),)
TWO_SIDES = ((-inf, 0), (0, inf))  # smooth on either side of a kink or a pole at 0
BETWEEN_INTEGERS = ((-2, -1), (-1, 0), (0, 1), (1, 2))
ANY = Calling(range(sys.maxsize), signature=one_iterable)
SOME = Calling(range(1, sys.maxsize), signature=one_iterable)


def const_like(number: int, like: Any) -> Any:
    """Return a whole number in the kind of another, so that log(2) is as exact."""
    return number * (1 - lt(like, like))


def is_finite(a: Any) -> Any:
    """Return 1 where a is finite, else 0."""
    return eq(a - a, 0)


def argmax_weight(a: Any, b: Any) -> Any:
    """Return 1 where a is the greater, ½ at a tie, else 0; nan if either is nan."""
    return where(eq(a, b), eq(a, b) / 2, heaviside(a - b, 0))


def argmax_weights(y: Any, *args: Any) -> tuple[Any, ...]:
    """Return 1/k for each of the k arguments equal to y, else 0; nan, 0/0, if k is 0."""
    equal = [eq(a, y) for a in args]
    ties = left_sum(*equal)
    return tuple(e / ties for e in equal)


def power_partial(y: Any, a: Any, b: Any) -> Any:
    """Return b·a^(b − 1), computed from y = a^b where b − 1 would be rounded."""
    from_y = is_finite(a) * is_finite(y) * (1 - eq(a, 0)) * (1 - eq(y, 0))
    direct = b * pow(a, b - 1)
    return where(eq((b - 1) + 1, b), direct, where(from_y, b / a * y, direct))


def gaussian(a: Any, over: int = 1) -> Any:
    """Return exp(−a²/over) to a few ulp: a² is an exact h² and a small rest."""
    a = minimum(maximum(a, -64), 64)  # beyond it is 0
    h = round(16 * a) / 16
    return exp(-h * h / over) * exp(-(a - h) * (a + h) / over)


def products_of_others(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return for each argument the product of the others, without dividing."""
    before = accumulate(args[:-1], operator.mul, initial=1)
    after = accumulate(args[:0:-1], operator.mul, initial=1)
    return tuple(map(operator.mul, before, reversed(list(after))))


def probabilities(args: tuple[Any, ...], m: Any, excess: Any) -> tuple[Any, ...]:
    """Return softmax for each argument, from the maximum and log_excess."""
    return tuple(exp((a - m) - excess) for a in args)


def log_excess_partials(y: Any, *args: Any) -> tuple[Any, ...]:
    """Return p − 1/k for each of the k greatest arguments, else p, their softmax.

    Where that difference would cancel, it is −1/k of the sum of the others' p.
    """
    m = max.apply(args)
    p, greatest = probabilities(args, m, y), [eq(a, m) for a in args]
    ties = left_sum(*greatest)
    rest = left_sum(*[q * (1 - e) for q, e in zip(p, greatest, strict=True)]) / ties
    cancels = lt(2 * rest, 1)
    return tuple(where(e * cancels, -rest, q - e / ties) for q, e in zip(p, greatest, strict=True))


def log_softmax_partials(scale: Any, a: Any, *others: Any) -> tuple[Any, ...]:
    """Return scale × (1 − p) by the own argument, and −scale × p by each other."""
    p = probabilities(others, max.apply((a, *others)), log_excess.apply((a, *others)))
    return (scale * left_sum(*p), *(-scale * q for q in p))


def log_softmax_of_each(args: tuple[Any, ...]) -> list[Any]:
    """Return log softmax for each argument; all share the maximum and the excess.

    The excess is the first operand, so a backward pass reaches it last. By then the 1 through a and the −1 through the
    maximum have cancelled, and the 1 − p of a class that is almost sure is added to 0.
    """
    m, minus_excess = max.apply(args), -log_excess.apply(args)
    return [minus_excess + (a - m) for a in args]


def textbook_softmax(args: tuple[Any, ...]) -> list[tuple[Any, Any]]:
    """Return each argument and its softmax, written as such."""
    return [(a, softmax.apply((a, *args[:i], *args[i + 1 :]))) for i, a in enumerate(args)]


def textbook_softmax_partials(scale: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return scale × (1 − p) by the own argument, and −scale × p by each other."""
    (_, own), *others = textbook_softmax(args)
    return (scale * (1 - own), *(-scale * p for _, p in others))


# fmt: off

# Arithmetic
add  = row("add",  "+", r"#1 + #2",        primitive, (R, R),         lambda y, a, b: 1,     lambda y, a, b: 1,
           symmetric=True)
sub  = row("sub",  "−", r"#1 - #2",        primitive, (R, R),         lambda y, a, b: 1,     lambda y, a, b: -1)
mul  = row("mul",  "×", r"#1 \cdot #2",    primitive, (R, R),         lambda y, a, b: b,     lambda y, a, b: a,
           symmetric=True)
div  = row("div",  "/", r"\frac{#1}{#2}",  primitive, (R, TWO_SIDES), lambda y, a, b: 1 / b, lambda y, a, b: -y / b,
           textbook=(None, lambda y, a, b: -a / b**2))
neg  = row("neg",  "−", r"-#1",            primitive, (R,),           lambda y, a: -1)
mod  = row("mod",  "%", r"#1 \bmod #2",    primitive, (R, TWO_SIDES), lambda y, a, b: 1,
           lambda y, a, b: (y - a) / b, kink=lambda a, b: mod(a, b))
pow  = row("pow",  "^", r"{#1}^{#2}",      primitive, (POSITIVE, R),
           lambda y, a, b: where(eq(b, 0), 0, power_partial(y, a, b)),
           lambda y, a, b: where(eq(a, 0) * le(0, b), 0, y * log(a)),
           textbook=(lambda y, a, b: b * a ** (b - 1), lambda y, a, b: y * log(a)),
           ulps=lambda a, b: where(lt(1e-300, abs(pow(a, b))), 4, 1000))  # a subnormal power has few digits
square     = row("square",     "x²",  r"{#1}^2",       lambda a: a * a, (R,),         lambda y, a: 2 * a)
reciprocal = row("reciprocal", "1/x", r"\frac{1}{#1}", lambda a: 1 / a, (TWO_SIDES,), lambda y, a: -y * y,
                 textbook=(lambda y, a: -1 / a**2,))

# Sums and products of any number of arguments
sum  = row("sum",  "+",    r"\sum(#*)",           left_sum,     (R,), lambda y, *args: (1,) * len(args),
           calling=ANY, symmetric=True)
mean = row("mean", "mean", r"\mathrm{mean}(#*)",  lambda *args: left_sum(*args) / len(args), (R,),
           lambda y, *args: (const_like(1, y) / len(args),) * len(args), calling=SOME, symmetric=True,
           textbook=(lambda y, *args: (1 / len(args),) * len(args),),
           ulps=lambda *args: where(lt(left_sum(*map(abs, args)), inf), 4, inf))  # the sum may overflow
prod = row("prod", "∏",    r"\prod(#*)",          lambda *args: reduce(operator.mul, args, 1), (R,),
           lambda y, *args: products_of_others(args), calling=ANY, ulps=product_ulps, symmetric=True)
norm = row("norm", "‖·‖",  r"\lVert #* \rVert",   primitive,    (R,),
           lambda y, *args: tuple(where(eq(y, 0), 0, a / y) for a in args), calling=ANY, ulps=length_ulps,
           textbook=(lambda y, *args: tuple(a / y for a in args),), symmetric=True)
dot  = row("dot",  "Σ",    r"\sum(#*)",           multiply_add, (R,),
           lambda y, *args: (*args[len(args) // 2:-1], *args[:len(args) // 2], 1),
           calling=Calling(range(1, sys.maxsize, 2), signature=weights_inputs_bias))

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
            lambda y, a: where(is_finite(a) * (1 - eq(a, 0)), y / a, 1 / (y * y)) / 3,
            textbook=(lambda y, a: 1 / (3 * y**2),))

# Trigonometric and hyperbolic
sin   = row("sin",   "sin",   r"\sin #1",    primitive, (R,),    lambda y, a: cos(a))
cos   = row("cos",   "cos",   r"\cos #1",    primitive, (R,),    lambda y, a: -sin(a))
tan   = row("tan",   "tan",   r"\tan #1",    primitive, (R,),    lambda y, a: 1 + y**2)
asin  = row("asin",  "asin",  r"\arcsin #1", primitive, (UNIT,), lambda y, a: 1 / sqrt((1 - a) * (1 + a)),
            textbook=(lambda y, a: 1 / sqrt(1 - a**2),))
acos  = row("acos",  "acos",  r"\arccos #1", primitive, (UNIT,), lambda y, a: -1 / sqrt((1 - a) * (1 + a)),
            textbook=(lambda y, a: -1 / sqrt(1 - a**2),))
atan  = row("atan",  "atan",  r"\arctan #1", primitive, (R,),    lambda y, a: (1 / hypot(1, a))**2,
            textbook=(lambda y, a: 1 / (1 + a**2),))
atan2 = row("atan2", "atan2", r"\mathrm{atan2}(#1, #2)",   primitive, (TWO_SIDES, R),
            lambda y, a, b: b / hypot(a, b) / hypot(a, b), lambda y, a, b: -(a / hypot(a, b)) / hypot(a, b),
            textbook=(lambda y, a, b: b / (a**2 + b**2), lambda y, a, b: -a / (a**2 + b**2)), ulps=length_ulps)
hypot = row("hypot", "hypot", r"\sqrt{{#1}^2 + {#2}^2}",   primitive, (TWO_SIDES, R),
            lambda y, a, b: where(eq(y, 0), 0, a / y), lambda y, a, b: where(eq(y, 0), 0, b / y),
            textbook=(lambda y, a, b: a / y, lambda y, a, b: b / y), ulps=length_ulps, symmetric=True)
sinh  = row("sinh",  "sinh",  r"\sinh #1",   primitive, (R,),    lambda y, a: cosh(a))
cosh  = row("cosh",  "cosh",  r"\cosh #1",   primitive, (R,),    lambda y, a: sinh(a))
tanh  = row("tanh",  "tanh",  r"\tanh #1",   primitive, (R,),    lambda y, a: (1 / cosh(a))**2,  # 1 − y² is 0 at 20
            textbook=(lambda y, a: 1 - y**2,))
asinh = row("asinh", "asinh", r"\operatorname{arsinh} #1", primitive, (R,), lambda y, a: 1 / hypot(1, a),
            textbook=(lambda y, a: 1 / sqrt(a**2 + 1),))
acosh = row("acosh", "acosh", r"\operatorname{arcosh} #1", primitive, (((1, inf),),),
            lambda y, a: 1 / (sqrt(a - 1) * sqrt(a + 1)), textbook=(lambda y, a: 1 / sqrt(a**2 - 1),))
atanh = row("atanh", "atanh", r"\operatorname{artanh} #1", primitive, (UNIT,),
            lambda y, a: where(lt(1, abs(a)), y, 1 / ((1 - a) * (1 + a))), textbook=(lambda y, a: 1 / (1 - a**2),))

# The error function: √π/2 = √atan 1
erf   = row("erf",   "erf",   r"\operatorname{erf} #1",    primitive, (R,),
            lambda y, a: gaussian(a) / sqrt(atan(const_like(1, a))),
            textbook=(lambda y, a: 2 / sqrt(pi) * exp(-(a**2)),))
erfc  = row("erfc",  "erfc",  r"\operatorname{erfc} #1",   primitive, (R,),
            lambda y, a: -gaussian(a) / sqrt(atan(const_like(1, a))),
            textbook=(lambda y, a: -2 / sqrt(pi) * exp(-(a**2)),))

# Activations
sigmoid    = row("sigmoid", "σ", r"\sigma(#1)", lambda a: exp(minimum(a, 0)) / (1 + exp(-abs(a))), (R,),
                 lambda y, a: y * sigmoid(-a),  # 1 − σ(a) = σ(−a), which does not cancel at 40
                 textbook=(lambda y, a: y * (1 - y),))
logsigmoid = row("logsigmoid", "log σ", r"\ln \sigma(#1)", lambda a: minimum(a, 0) - log1p(exp(-abs(a))), (R,),
                 lambda y, a: sigmoid(-a))
softplus   = row("softplus", "softplus", r"\ln(1 + e^{#1})", lambda a: maximum(a, 0) + log1p(exp(-abs(a))), (R,),
                 lambda y, a: sigmoid(a))
softsign   = row("softsign", "softsign", r"\frac{#1}{1 + |#1|}", lambda a: a / (1 + abs(a)), (TWO_SIDES,),
                 lambda y, a: (1 / (1 + abs(a)))**2)
silu       = row("silu", "SiLU", r"#1 \sigma(#1)", lambda a: a * sigmoid(a), (R,),
                 lambda y, a: sigmoid(a) * (1 + a * sigmoid(-a)))
gelu       = row("gelu", "GELU", r"#1 \Phi(#1)", lambda a: a * erfc(-a / sqrt(const_like(2, a))) / 2, (R,),
                 lambda y, a: erfc(-a / sqrt(const_like(2, a))) / 2
                 + a * gaussian(a, 2) / sqrt(8 * atan(const_like(1, a))),
                 textbook=(lambda y, a: (1 + erf(a / sqrt(2))) / 2 + a * exp(-(a**2) / 2) / sqrt(2 * pi),),
                 ulps=lambda a: 4 + 2 * a * a)  # erfc magnifies the rounding of a/√2
relu       = row("relu", "ReLU", r"\max(0, #1)", lambda a: maximum(a, 0), (TWO_SIDES,),
                 lambda y, a: heaviside(a, 0))
leaky_relu = row("leaky_relu", "leaky ReLU", r"\mathrm{leaky\,ReLU}_{#2}(#1)",
                 lambda a, slope: where(lt(0, a), a, slope * a), (TWO_SIDES, R),
                 lambda y, a, slope: where(lt(0, a), 1, where(le(a, 0), slope, a)),
                 lambda y, a, slope: minimum(a, 0), defaults=(0.01,),
                 textbook=(lambda y, a, slope: where(lt(0, a), 1, slope), None))
elu        = row("elu", "ELU", r"\mathrm{ELU}_{#2}(#1)",
                 lambda a, alpha: where(lt(0, a), a, alpha * expm1(a)), (TWO_SIDES, R),
                 lambda y, a, alpha: where(le(0, a), 1, alpha * exp(a)),
                 lambda y, a, alpha: expm1(minimum(a, 0)), defaults=(1.0,))

# Softmax and its relatives
log_excess  = row("log_excess", "log Σ exp − max", r"\ln \sum e^{#*} - \max(#*)", primitive, (R,), log_excess_partials,
                  textbook=(lambda y, *args: tuple(p - eq(a, max.apply(args)) for a, p in textbook_softmax(args)),),
                  calling=SOME, ulps=exponent_ulps, kink=smallest_gap, symmetric=True)
logsumexp   = row("logsumexp", "log Σ exp", r"\ln \sum e^{#*}",
                  lambda *args: max.apply(args) + log_excess.apply(args), (R,),
                  lambda y, *args: probabilities(args, max.apply(args), log_excess.apply(args)),
                  textbook=(lambda y, *args: tuple(p for _, p in textbook_softmax(args)),),
                  calling=SOME, ulps=exponent_ulps, symmetric=True)
log_softmax = row("log_softmax", "log softmax", r"\ln \mathrm{softmax}(#*)",
                  lambda *args: (args[0] - max.apply(args)) - log_excess.apply(args), (R,),
                  lambda y, *args: log_softmax_partials(1, *args),
                  textbook=(lambda y, *args: textbook_softmax_partials(1, args),),
                  calling=replace(SOME, each=log_softmax_of_each), ulps=exponent_ulps)
softmax     = row("softmax", "softmax", r"\mathrm{softmax}(#*)", lambda *args: exp(log_softmax.apply(args)), (R,),
                  lambda y, *args: log_softmax_partials(y, *args),
                  textbook=(lambda y, *args: textbook_softmax_partials(y, args),),
                  calling=replace(SOME, each=lambda args: list(map(exp, log_softmax_of_each(args)))),
                  ulps=exponent_ulps)

# Branches on data
abs       = row("abs", "|·|", r"|#1|", primitive, (TWO_SIDES,), lambda y, a: sign(a))
maximum   = row("maximum", "max", r"\max(#1, #2)", primitive, (R, R),
                lambda y, a, b: argmax_weight(a, b), lambda y, a, b: argmax_weight(b, a),
                textbook=(lambda y, a, b: heaviside(a - b, 0.5), lambda y, a, b: heaviside(b - a, 0.5)),
                kink=operator.sub, symmetric=True)
minimum   = row("minimum", "min", r"\min(#1, #2)", primitive, (R, R),
                lambda y, a, b: argmax_weight(b, a), lambda y, a, b: argmax_weight(a, b),
                textbook=(lambda y, a, b: heaviside(b - a, 0.5), lambda y, a, b: heaviside(a - b, 0.5)),
                kink=operator.sub, symmetric=True)
max       = row("max", "max", r"\max(#*)", lambda *args: reduce(maximum, args), (R,), argmax_weights, calling=SOME,
                textbook=(lambda y, *args: tuple(eq(a, y) for a in args),), kink=smallest_gap, symmetric=True)
min       = row("min", "min", r"\min(#*)", lambda *args: reduce(minimum, args), (R,), argmax_weights, calling=SOME,
                textbook=(lambda y, *args: tuple(eq(a, y) for a in args),), kink=smallest_gap, symmetric=True)
clamp     = row("clamp", "clamp", r"\mathrm{clamp}(#1, #2, #3)", primitive, (R, NEGATIVE, POSITIVE),
                lambda y, a, lo, hi: where(eq(y, y), le(lo, a) * le(a, hi), y),
                lambda y, a, lo, hi: where(eq(y, y), lt(a, lo), y), lambda y, a, lo, hi: where(eq(y, y), lt(hi, a), y),
                textbook=(lambda y, a, lo, hi: le(lo, a) * le(a, hi), lambda y, a, lo, hi: lt(a, lo),
                          lambda y, a, lo, hi: lt(hi, a)), kink=lambda a, lo, hi: (a - lo) * (a - hi))
where     = row("where", "where", r"\mathrm{where}(#1, #2, #3)", primitive, (TWO_SIDES, R, R),
                None, lambda y, c, a, b: where(c, 1, 0), lambda y, c, a, b: where(c, 0, 1), selects=True)
heaviside = row("heaviside", "H", r"H(#1)", primitive, (TWO_SIDES, R), None, None)
sign      = row("sign", "sign", r"\mathrm{sign}(#1)", primitive, (TWO_SIDES,), None)
floor     = row("floor", "⌊·⌋", r"\lfloor #1 \rfloor", primitive, (BETWEEN_INTEGERS,), None)
ceil      = row("ceil", "⌈·⌉", r"\lceil #1 \rceil", primitive, (BETWEEN_INTEGERS,), None)
round     = row("round", "round", r"\mathrm{round}(#1)", primitive, (((-1.5, -0.5), (-0.5, 0.5), (0.5, 1.5)),), None)
lt        = row("lt", "<", r"[#1 < #2]",   primitive, (R, R), None, None, kink=operator.sub)
le        = row("le", "≤", r"[#1 \le #2]", primitive, (R, R), None, None, kink=operator.sub)
eq        = row("eq", "=", r"[#1 = #2]",   primitive, (R, R), None, None, kink=operator.sub, symmetric=True)
