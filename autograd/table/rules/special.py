"""The error function, and smooth activations."""
# ruff: noqa: A004  # abs and round are the field's names; this file does without Python's

from math import pi
from typing import Any

from ...numbers import primitive
from ..op import register as row
from .arithmetic import TWO_SIDES, R
from .elementary import atan, exp, expm1, log1p, sqrt
from .piecewise import abs, const_like, le, lt, maximum, minimum, round, where


def gaussian(a: Any, over: int = 1) -> Any:
    """Return exp(−a²/over) to a few ulp: a² is an exact h² and a small rest."""
    a = minimum(maximum(a, -64), 64)  # beyond it is 0
    h = round(16 * a) / 16
    return exp(-h * h / over) * exp(-(a - h) * (a + h) / over)


# fmt: off

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
elu        = row("elu", "ELU", r"\mathrm{ELU}_{#2}(#1)",
                 lambda a, alpha: where(lt(0, a), a, alpha * expm1(a)), (TWO_SIDES, R),
                 lambda y, a, alpha: where(le(0, a), 1, alpha * exp(a)),
                 lambda y, a, alpha: expm1(minimum(a, 0)), defaults=(1.0,))
