"""List the operations of array libraries as rows of the table, to be proven at each use."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..table import dot, sub
from ..table.rules.arithmetic import neg
from ..table.rules.elementary import exp, exp2, expm1, log, log1p, log2, sqrt, tanh, xlogy
from ..table.rules.nary import max as highest
from ..table.rules.nary import mean, norm
from ..table.rules.nary import sum as total
from ..table.rules.piecewise import abs as absolute
from ..table.rules.piecewise import clamp, lt, maximum, minimum, relu6, where
from ..table.rules.special import elu, erfc, erfinv, lgamma, sigmoid, softplus

ROWS = {  # what PyTorch and JAX call the rows; the condition of where is no number
    "amax": "max", "amin": "min", "aminmax": "min max", "max": "max maximum", "min": "min minimum", "fmax": "maximum",
    "fmin": "minimum", "clamp_min": "maximum", "clamp_max": "minimum", "clamp": "clamp maximum minimum",
    "pow": "pow square", "remainder": "mod", "elu": "elu selu", "log_sigmoid_forward": "logsigmoid",
    "linalg_vector_norm": "norm", "safe_softmax": "softmax", "div": "div floordiv", "logcumsumexp": "logsumexp",
    "special_logit": "logit", "max_pool2d_with_indices": "max", "max_pool3d_with_indices": "max",
    "adaptive_max_pool2d": "max", "adaptive_max_pool3d": "max", "reduce_sum": "sum", "reduce_max": "max",
    "reduce_min": "min", "reduce_prod": "prod", "reduce_window_max": "max", "cumlogsumexp": "logsumexp",
    "integer_pow": "pow", "logistic": "sigmoid", "erf_inv": "erfinv", "rem": "fmod", "where": "",
}  # fmt: skip  # in few lines
Formula = Callable[[Sequence[Any], dict[str, Any]], Any]  # of the elements, and of the constants of a call by name


def loss(f: Callable[..., Any]) -> Formula:
    """Return the formula of a loss, whose terms may be averaged or added."""

    def formula(p: Sequence[Any], c: dict[str, Any]) -> Any:
        terms = [f(c, x, t) for x, t in zip(p[: len(p) // 2], p[len(p) // 2 :], strict=True)]
        return terms[0] if len(terms) == 1 else mean(terms) if c["reduction"] == 1 else total(terms)

    return formula


def scaled(p: Sequence[Any], c: dict[str, Any], n: int, centre: bool = True) -> Any:
    """Return an element of n as layers that normalise do, then scaled and shifted."""
    x, extra = p[: n or len(p)], p[n:] if n else ()
    key = tuple(map(id, x))
    if key not in c["shared"]:  # with x, so that no id is used again
        centred = [a - m for a in x] if centre and (m := mean(x)) is not None else x
        c["shared"][key] = x, centred, sqrt(mean([a * a for a in centred]) + (c.get("eps") or 0.0))
    _, centred, root = c["shared"][key]
    y = centred[c["own"]] / root
    return y * extra[0] + extra[1] if len(extra) == 2 else y * extra[0] if extra else y


def variance(p: Sequence[Any], c: dict[str, Any]) -> Any:
    """Return the variance of numbers."""
    m = mean(p)
    correction = c.get("correction")
    return total([(a - m) ** 2 for a in p]) / (len(p) - float(1 if correction is None else correction))


def p_norm(p: Sequence[Any], order: Any) -> Any:
    """Return the norm of numbers of an order."""
    if order == 2:
        return norm(*p)
    if order in (1, math.inf):
        return (total if order == 1 else highest)([absolute(a) for a in p])
    return total([absolute(a) ** float(order) for a in p]) ** (1.0 / order)


def differences(p: Sequence[Any]) -> list[Any]:
    """Return the differences of the first half and the second."""
    return [a - b for a, b in zip(p[: len(p) // 2], p[len(p) // 2 :], strict=True)]


def huber(d: Any, width: float) -> Any:
    """Return d²/2 near 0, and a line of the same slope farther out."""
    small = minimum(absolute(d), width)
    return 0.5 * small * small + width * (absolute(d) - small)


def near(a: float, b: float, eps: float, scale: float = 0.0) -> bool:
    """Return whether two numbers agree but for rounding."""
    return abs(a - b) <= 1000 * eps * max(abs(a), abs(b), scale) or a == b or (a != a and b != b)


def weighted_sum(c: Sequence[float], args: Sequence[Any], bias: float, eps: float) -> Any:
    """Return Σ c·a + bias in the fewest and plainest rows."""
    if len(c) == 2 and bias == 0.0 and sorted(c) == [-1.0, 1.0]:
        return sub(*(args if c[0] == 1.0 else args[::-1]))
    if len(c) == 1:
        (a,), (w,) = args, c
        if w == -1.0:
            return sub(bias, a) if bias else neg(a)
        scaled = a if w == 1.0 else a * w
        return scaled + bias if bias else scaled
    if all(w == 1.0 for w in c):
        y = args[0] + args[1] if len(c) == 2 else total(args)
        return y + bias if bias else y
    if not bias and all(near(w, 1.0 / len(c), eps) for w in c):
        return mean(args)
    return dot(c, args, bias)


def products(args: Sequence[Any], n: int, signs: Sequence[float]) -> Any:
    """Return the sum of n numbers and of products of pairs with their signs."""
    rest, pairs = args[:n], list(zip(args[n::2], args[n + 1 :: 2], strict=True))
    plus, minus = ([pair for pair, s in zip(pairs, signs, strict=True) if s == sign] for sign in (1.0, -1.0))
    bias: Any = total(rest) if n > 1 else rest[0] if n else 0.0
    if len(plus) == 1 and not minus:
        y = plus[0][0] * plus[0][1]
        return y + bias if n else y
    y = dot(*zip(*plus, strict=True), bias) if plus else bias
    return y - dot(*zip(*minus, strict=True)) if minus else y


R2 = math.sqrt(2.0)
FORMULAS: dict[str, Sequence[Formula]] = {
    name: some if isinstance(some, tuple) else (some,)
    for name, some in {
        "rsqrt": lambda p, c: 1.0 / sqrt(p[0]),
        "addcdiv": lambda p, c: p[0] + c["value"] * (p[1] / p[2]),
        "addcmul": lambda p, c: p[0] + c["value"] * (p[1] * p[2]),
        "lerp": (lambda p, c: p[0] + p[2] * (p[1] - p[0]), lambda p, c: p[0] + c["weight"] * (p[1] - p[0])),
        "ldexp": lambda p, c: p[0] * exp2(p[1]),
        "logaddexp2": lambda p, c: log2(exp2(p[0]) + exp2(p[1])),
        "celu": lambda p, c: maximum(p[0], 0.0) + minimum(c["alpha"] * expm1(p[0] / c["alpha"]), 0.0),
        "elu": lambda p, c: c["scale"] * elu(p[0] * c["input_scale"], c["alpha"]),
        "softplus": lambda p, c: softplus(p[0] * c["beta"]) / c["beta"],
        "hardsigmoid": lambda p, c: relu6(p[0] + 3.0) / 6.0,
        "hardswish": lambda p, c: p[0] * (relu6(p[0] + 3.0) / 6.0),
        "hardshrink": lambda p, c: where(lt(c["lambd"], absolute(p[0])), p[0], 0.0),
        "threshold": lambda p, c: where(lt(c["threshold"], p[0]), p[0], c["value"]),
        "softshrink": lambda p, c: p[0] - clamp(p[0], -c["lambd"], c["lambd"]),
        "prelu_kernel": lambda p, c: maximum(p[0], 0.0) + p[1] * minimum(p[0], 0.0),
        "glu": lambda p, c: p[0] * sigmoid(p[1]),
        "hardtanh": lambda p, c: clamp(p[0], float(c["min_val"]), float(c["max_val"])),
        "gelu": lambda p, c: 0.5 * p[0] * (1.0 + tanh(0.7978845608028654 * (p[0] + 0.044715 * p[0] ** 3))),
        "var": variance, "var_mean": (variance, lambda p, c: mean(p)),
        "std": lambda p, c: sqrt(variance(p, c)), "std_mean": (lambda p, c: sqrt(variance(p, c)), lambda p, c: mean(p)),
        "linalg_vector_norm": lambda p, c: p_norm(p, c["ord"]),
        "dist": lambda p, c: p_norm(differences(p), c["p"]),
        "cdist_forward": lambda p, c: p_norm(differences(p), c["p"]),
        "pdist_forward": lambda p, c: p_norm(differences(p), c["p"]),
        "native_layer_norm": lambda p, c: scaled(p, c, math.prod(c["normalized_shape"])),
        "fused_rms_norm": lambda p, c: scaled(p, c, math.prod(c["normalized_shape"]), centre=False),
        "native_group_norm": lambda p, c: scaled(p, c, c["C"] // c["group"] * c["HxW"]),
        "native_batch_norm": (
            lambda p, c: scaled(p, c, len(p) - 2), lambda p, c: scaled(p, c, len(p)),
            lambda p, c: (p[0] - p[-2]) / sqrt(p[-1] + c["eps"]),
            lambda p, c: (p[0] - p[-2]) / sqrt(p[-1] + c["eps"]) * p[1] + p[2],
        ),
        "mse_loss": loss(lambda c, x, t: (x - t) ** 2),
        "huber_loss": loss(lambda c, x, t: huber(x - t, c["delta"])),
        "smooth_l1_loss": loss(lambda c, x, t: huber(x - t, c["beta"]) / c["beta"]),
        "binary_cross_entropy": loss(lambda c, x, t: -(t * log(x) + (1.0 - t) * log(1.0 - x))),
        "binary_cross_entropy_with_logits": loss(lambda c, x, t: softplus(x) - x * t),
        "soft_margin_loss": loss(lambda c, x, t: softplus(-x * t)),
        "special_entr": lambda p, c: -xlogy(p[0], p[0]),
        "special_xlog1py": lambda p, c: p[0] * log1p(p[1]),
        "special_erfcx": lambda p, c: exp(p[0] * p[0]) * erfc(p[0]),
        "special_log_ndtr": lambda p, c: log(0.5 * erfc(-p[0] / R2)),
        "special_ndtri": lambda p, c: R2 * erfinv(2.0 * p[0] - 1.0),
        "mvlgamma": lambda p, c: (
            total([lgamma(p[0] - 0.5 * j) for j in range(c["p"])]) + c["p"] * (c["p"] - 1) * math.log(math.pi) / 4.0
        ),
    }.items()
}  # fmt: skip  # in few lines
