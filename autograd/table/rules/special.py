"""The error function, the gamma function and others, and smooth activations."""
# ruff: noqa: A004  # abs and round are the field's names; this file does without Python's

from math import inf, pi
from numbers import Real
from typing import Any

from ...numbers import primitive
from ..bounds import exponent_ulps
from ..op import Op
from ..op import register as row
from .arithmetic import TWO_SIDES, R
from .elementary import UNIT, atan, atanh, exp, expm1, log, log1p, sech, sqrt, tanh
from .piecewise import abs, const_like, eq, floor, heaviside, lt, maximum, minimum, round, sign, where

BETWEEN_POLES = ((-3, -2), (-2, -1), (-1, 0), (0, inf))
ORDERS = ((0, 1), (1, 2), (2, 3))
SELU_ALPHA = 1.6732632423543772  # Klambauer and others, 2017
SELU_SCALE = 1.0507009873554805


def gaussian(a: Any, over: int = 1) -> Any:
    """Return exp(−a²/over) to a few ulp: a² is an exact h² and a small rest."""
    a = minimum(maximum(a, -64), 64)  # beyond it is 0
    h = round(16 * a) / 16
    return exp(-h * h / over) * exp(-(a - h) * (a + h) / over)


def exp_times(factor: Any, a: Any) -> Any:
    """Return factor × exp(a) for a < 0, also where exp(a) loses digits; 0 × inf is 0."""
    return maximum(factor, -4096) * exp(a / 2) * exp(a / 2)


LAST = {"polygamma": 100, "sinc_derivative": 20}  # the last order that their primitives compute to their bound


class Ordered(Op):
    """An operation of an order n, whose last one is checked in calls, not by apply."""

    def __call__(self, n: Any, a: Any) -> Any:  # noqa: D102  # as that of Op
        order, last = getattr(n, "_data", n), LAST[self.name]
        if isinstance(order, Real) and order > last:
            raise ValueError(f"{self.name}() n must be at most {last}, got n={n}")
        return self.apply((n, a))


# fmt: off

# The error function: √π/2 = √atan 1
erf   = row("erf",   "erf",   r"\operatorname{erf} #1",    primitive, (R,),
            lambda y, a: gaussian(a) / sqrt(atan(const_like(1, a))),
            textbook=(lambda y, a: 2 / sqrt(pi) * exp(-(a**2)),))
erfc  = row("erfc",  "erfc",  r"\operatorname{erfc} #1",   primitive, (R,),
            lambda y, a: -gaussian(a) / sqrt(atan(const_like(1, a))),
            textbook=(lambda y, a: -2 / sqrt(pi) * exp(-(a**2)),))

erfinv = row("erfinv", "erf⁻¹", r"\operatorname{erf}^{-1} #1", primitive, (UNIT,),
             lambda y, a: sqrt(atan(const_like(1, a))) / gaussian(y),
             textbook=(lambda y, a: sqrt(pi) / 2 * exp(y**2),), ulps=lambda a: 4 - 3 * log1p(-abs(a)))  # 2 y² times

# The gamma function and others; n is rounded down
lgamma    = row("lgamma", "log |Γ|", r"\ln |\Gamma(#1)|", primitive, (BETWEEN_POLES,), lambda y, a: digamma(a),
                ulps=lambda a: 4 + 4 / maximum(abs(lgamma(a) / (2 + abs(a))) - 2.0**-50, 1e-300))  # near its zeros
digamma   = row("digamma", "ψ", r"\psi(#1)", primitive, (BETWEEN_POLES,), lambda y, a: polygamma(1, a))
polygamma = row("polygamma", "ψ⁽ⁿ⁾", r"\psi^{(#1)}(#2)", primitive, (ORDERS, BETWEEN_POLES),
                None, lambda y, n, a: polygamma.apply((floor(n) + 1, a)), smooth="n = 0, 1, …, 100, a ≠ …, −2, −1, 0",
                ulps=lambda n, a: 8 + lt(abs(polygamma(n, a)), 1e-300) * exp(lgamma(n + 1)))  # n! subnormals
sinc      = row("sinc", "sinc", r"\frac{\sin \pi #1}{\pi #1}", lambda a: sinc_derivative(0, a), (R,),
                lambda y, a: sinc_derivative(1, a))
sinc_derivative = row("sinc_derivative", "sinc⁽ⁿ⁾", r"\mathrm{sinc}^{(#1)}(#2)", primitive, (ORDERS, R),
                      None, lambda y, n, a: sinc_derivative.apply((floor(n) + 1, a)),
                      ulps=lambda n, a: 16 + heaviside(n - 6, 0) * 2.0**n, smooth="n = 0, 1, …, 20")
for _op in (polygamma, sinc_derivative):
    _op.__class__ = Ordered
logit     = row("logit", "logit", r"\ln \frac{#1}{1 - #1}",
                lambda a: where(lt(abs(a - 0.5), 0.25), 2 * atanh(2 * a - 1), log(a / (1 - a))), (((0, 1),),),
                lambda y, a: where(eq(y, y), 1 / a + 1 / (1 - a), y), textbook=(lambda y, a: 1 / (a * (1 - a)),))
logaddexp = row("logaddexp", "log(eˣ + eʸ)", r"\ln(e^{#1} + e^{#2})",
                lambda a, b: maximum(a, b) + log1p(exp(-where(eq(a - b, a - b), abs(a - b), 0))), (R, R),
                lambda y, a, b: sigmoid(a - b), lambda y, a, b: sigmoid(b - a), symmetric=True, ulps=exponent_ulps)

# Activations
sigmoid    = row("sigmoid", "σ", r"\sigma(#1)", lambda a: exp(minimum(a, 0)) / (1 + exp(-abs(a))), (R,),
                 lambda y, a: sigmoid_slope(a), textbook=(lambda y, a: y * (1 - y),))
sigmoid_slope = row("sigmoid_slope", "σ′", r"\sigma'(#1)", lambda a: sigmoid(a) * sigmoid(-a), (R,),
                    lambda y, a: -y * tanh(a / 2))  # for σ·(1 − σ)·(1 − 2σ), which cancels at 40 and at 0
logsigmoid = row("logsigmoid", "log σ", r"\ln \sigma(#1)", lambda a: minimum(a, 0) - log1p(exp(-abs(a))), (R,),
                 lambda y, a: sigmoid(-a))
softplus   = row("softplus", "softplus", r"\ln(1 + e^{#1})", lambda a: maximum(a, 0) + log1p(exp(-abs(a))), (R,),
                 lambda y, a: sigmoid(a))
softsign   = row("softsign", "softsign", r"\frac{#1}{1 + |#1|}", lambda a: a / (1 + abs(a)), (TWO_SIDES,),
                 lambda y, a: (1 / (1 + abs(a)))**2)
silu       = row("silu", "SiLU", r"#1 \sigma(#1)",
                 lambda a: where(lt(a, -700), exp_times(a, a), a * sigmoid(a)), (R,),
                 lambda y, a: where(lt(abs(a), 700), sigmoid(a) + a * sigmoid_slope(a),
                                    heaviside(a, 0) - sign(a) * exp_times(1 - abs(a), -abs(a))),
                 textbook=(lambda y, a: sigmoid(a) * (1 + a * sigmoid(-a)),))
gelu       = row("gelu", "GELU", r"#1 \Phi(#1)", lambda a: a * (erfc(-a / sqrt(const_like(2, a))) / 2), (R,),
                 lambda y, a: erfc(-a / sqrt(const_like(2, a))) / 2
                 + a * gaussian(a, 2) / sqrt(8 * atan(const_like(1, a))),
                 textbook=(lambda y, a: (1 + erf(a / sqrt(2))) / 2 + a * exp(-(a**2) / 2) / sqrt(2 * pi),),
                 ulps=lambda a: 4 + 2 * minimum(a * a, 4096))  # erfc magnifies the rounding of a/√2
elu        = row("elu", "ELU", r"\mathrm{ELU}_{#2}(#1)",
                 lambda a, alpha: where(lt(0, a), a, alpha * expm1(a)), (TWO_SIDES, R),
                 lambda y, a, alpha: where(lt(0, a), 1, alpha * exp(a)),
                 lambda y, a, alpha: where(lt(0, a), 0, expm1(a)), defaults=(1.0,), chooses=(1,))
selu       = row("selu", "SELU", r"\mathrm{SELU}(#1)",
                 lambda a: SELU_SCALE * where(lt(0, a), a, SELU_ALPHA * expm1(a)), (TWO_SIDES,),
                 lambda y, a: SELU_SCALE * where(lt(0, a), 1, SELU_ALPHA * exp(a)))
mish       = row("mish", "Mish", r"#1 \tanh \ln(1 + e^{#1})",
                 lambda a: where(lt(a, -700), exp_times(a, a), a * tanh(softplus(a))), (R,),
                 lambda y, a: where(lt(a, -700), exp_times(1 + a, a), tanh(softplus(a))
                                    + minimum(a, 4096) * sech(softplus(a))**2 * sigmoid(a)),
                 textbook=(lambda y, a: tanh(softplus(a)) + a * sech(softplus(a))**2 * sigmoid(a),),
                 ulps=lambda a: 4 + 2 * minimum(maximum(a, 0), 4096))  # the exponent of sech² is rounded
