"""The table: one row for each operation, and all that is known of its derivative.

    name · symbol · LaTeX · forward · domain · ∂y/∂a · ∂y/∂b …

A partial is an expression in the operations themselves, given the result y and then the arguments. So
the same row can be read on floats, on Values (the gradient as a graph again), on arrays, on exact
numbers or on symbols. Rules write ``1``, not ``1.0``, which would turn a Fraction into a float, and raise
to literal whole powers only. A branch on data is an operation too, never a Python ``if``, so that a
recorded graph does not freeze it.

To add an operation, add a row.
"""
# ruff: noqa: A001  # abs, sum and pow are the field's names; this file does without Python's

import operator
from collections.abc import Iterable
from functools import reduce
from math import inf
from typing import Any

from .numbers import primitive as p
from .op import row

R = ((-inf, inf),)
POSITIVE = ((0, inf),)
TWO_SIDES = ((-inf, 0), (0, inf))  # smooth on either side of a kink or a pole at 0


def fold(*args: Any) -> Any:
    """Add from the left with plain +: builtin sum compensates from Python 3.12 on."""
    return reduce(operator.add, args) if args else 0.0


def one_iterable(*args: Any) -> Iterable[Any]:
    """Take sum(a, b, c) and sum([a, b, c]) alike."""
    return args[0] if len(args) == 1 and isinstance(args[0], Iterable) else args


def multiply_add(*args: Any) -> Any:
    """Compute bias + w0·x0 + w1·x1 + … in this order, that of a loop, from the flat (*w, *x, bias)."""
    n, odd = divmod(len(args), 2)
    if not odd:
        raise ValueError(f"dot() takes as many weights as inputs, and a bias: {len(args)} numbers given")
    return reduce(operator.add, map(operator.mul, args[:n], args[n:-1]), args[-1])


def weights_inputs_bias(weights: Iterable[Any], inputs: Iterable[Any], bias: Any = 0.0) -> tuple[Any, ...]:
    """Take dot(weights, inputs, bias); weights and inputs must be as many."""
    w, x = tuple(weights), tuple(inputs)
    if len(w) != len(x):
        raise ValueError(f"dot() weights and inputs must be as many: {len(w)} weights and {len(x)} inputs given")
    return (*w, *x, bias)


def preference(a: Any, b: Any) -> Any:
    """Compute the share of a in a contest with b: 1 if greater, 0 if less, ½ at a tie, nan if either is nan."""
    return where(eq(a, b), eq(a, b) / 2, heaviside(a - b, 0))


# fmt: off

# Arithmetic
add = row("add", "+", r"#1 + #2",        p("add"), (R, R),         lambda y, a, b: 1,     lambda y, a, b: 1)
sub = row("sub", "−", r"#1 - #2",        p("sub"), (R, R),         lambda y, a, b: 1,     lambda y, a, b: -1)
mul = row("mul", "×", r"#1 \cdot #2",    p("mul"), (R, R),         lambda y, a, b: b,     lambda y, a, b: a)
div = row("div", "/", r"\frac{#1}{#2}",  p("div"), (R, TWO_SIDES), lambda y, a, b: 1 / b, lambda y, a, b: -y / b)
neg = row("neg", "−", r"-#1",            p("neg"), (R,),           lambda y, a: -1)
pow = row("pow", "^", r"{#1}^{#2}",      p("pow"), (POSITIVE, R),
          lambda y, a, b: where(eq(b, 0), 0, b * pow(a, b - 1)),
          lambda y, a, b: where(eq(a, 0) * le(0, b), 0, y * log(a)))
sum = row("sum", "+", r"\sum(#*)",       fold,     (R,),           lambda y, *args: (1,) * len(args),
          signature=one_iterable)
dot = row("dot", "Σ", r"\sum(#*)",       multiply_add, (R,),
          lambda y, *args: (*args[len(args) // 2:-1], *args[:len(args) // 2], 1), signature=weights_inputs_bias)

# Exponentials and roots
exp   = row("exp",   "exp",   r"e^{#1}",          p("exp"),   (R,),            lambda y, a: y)
expm1 = row("expm1", "expm1", r"(e^{#1} - 1)",    p("expm1"), (R,),            lambda y, a: exp(a))
log   = row("log",   "log",   r"\ln #1",          p("log"),   (POSITIVE,),     lambda y, a: where(lt(a, 0), y, 1 / a))
log1p = row("log1p", "log1p", r"\ln(1 + #1)",     p("log1p"), (((-1, inf),),),
            lambda y, a: where(lt(a, -1), y, 1 / (1 + a)))
sqrt  = row("sqrt",  "√",     r"\sqrt{#1}",       p("sqrt"),  (POSITIVE,),     lambda y, a: 1 / (2 * y))

# Trigonometric and hyperbolic
sin  = row("sin",  "sin",  r"\sin #1",  p("sin"),  (R,), lambda y, a: cos(a))
cos  = row("cos",  "cos",  r"\cos #1",  p("cos"),  (R,), lambda y, a: -sin(a))
tan  = row("tan",  "tan",  r"\tan #1",  p("tan"),  (R,), lambda y, a: 1 + y**2)
sinh = row("sinh", "sinh", r"\sinh #1", p("sinh"), (R,), lambda y, a: cosh(a))
cosh = row("cosh", "cosh", r"\cosh #1", p("cosh"), (R,), lambda y, a: sinh(a))
tanh = row("tanh", "tanh", r"\tanh #1", p("tanh"), (R,), lambda y, a: (1 / cosh(a))**2)  # not 1 − y²: 0 at 20

# Activations
sigmoid    = row("sigmoid", "σ", r"\sigma(#1)", lambda a: exp(minimum(a, 0)) / (1 + exp(-abs(a))), (R,),
                 lambda y, a: y * sigmoid(-a))  # 1 − σ(a) = σ(−a), which does not cancel at 40
softplus   = row("softplus", "softplus", r"\ln(1 + e^{#1})", lambda a: maximum(a, 0) + log1p(exp(-abs(a))), (R,),
                 lambda y, a: sigmoid(a))
relu       = row("relu", "ReLU", r"\max(0, #1)", lambda a: maximum(a, 0), (TWO_SIDES,),
                 lambda y, a: heaviside(a, 0))
leaky_relu = row("leaky_relu", "leaky ReLU", r"\mathrm{leaky\,ReLU}_{#2}(#1)",
                 lambda a, slope: where(lt(0, a), a, slope * a), (TWO_SIDES, R),
                 lambda y, a, slope: where(lt(0, a), 1, where(le(a, 0), slope, a)),
                 lambda y, a, slope: minimum(a, 0), defaults=(0.01,))
elu        = row("elu", "ELU", r"\mathrm{ELU}_{#2}(#1)",
                 lambda a, alpha: where(lt(0, a), a, alpha * expm1(a)), (TWO_SIDES, R),
                 lambda y, a, alpha: where(le(0, a), 1, alpha * exp(a)),
                 lambda y, a, alpha: expm1(minimum(a, 0)), defaults=(1.0,))

# Branches on data
abs       = row("abs", "|·|", r"|#1|", p("abs"), (TWO_SIDES,), lambda y, a: sign(a))
maximum   = row("maximum", "max", r"\max(#1, #2)", p("maximum"), (R, R),
                lambda y, a, b: preference(a, b), lambda y, a, b: preference(b, a), kink=lambda a, b: a - b)
minimum   = row("minimum", "min", r"\min(#1, #2)", p("minimum"), (R, R),
                lambda y, a, b: preference(b, a), lambda y, a, b: preference(a, b), kink=lambda a, b: a - b)
where     = row("where", "where", r"\mathrm{where}(#1, #2, #3)", p("where"), (TWO_SIDES, R, R),
                None, lambda y, c, a, b: where(c, 1, 0), lambda y, c, a, b: where(c, 0, 1), selects=True)
heaviside = row("heaviside", "H", r"H(#1)", p("heaviside"), (TWO_SIDES, R), None, None)
sign      = row("sign", "sign", r"\mathrm{sign}(#1)", p("sign"), (TWO_SIDES,), None)
lt        = row("lt", "<", r"[#1 < #2]",    p("lt"), (R, R), None, None, kink=lambda a, b: a - b)
le        = row("le", "≤", r"[#1 \le #2]", p("le"), (R, R), None, None, kink=lambda a, b: a - b)
eq        = row("eq", "=", r"[#1 = #2]",    p("eq"), (R, R), None, None, kink=lambda a, b: a - b)
