"""The rounding of rows in words, as docs/semantics.md lists it: bounds and cancellation."""

from __future__ import annotations

from ..table import Op

#: Rows whose value and first derivatives may be off by more than 4 ulp of the sum of their terms, and by how much.
BOUNDS = {
    "pow": "4 + abs(b) + abs(log a) if the result is subnormal; 4 + abs(b·log a) from b = 2⁵³, where b − 1 is rounded",
    "cbrt": "8 for abs(a) below 1e-114",
    "atan2 hypot norm": "more where the least part of the length is subnormal",
    "prod": "5 for each argument; more where a part is subnormal",
    "mean": "inf where the sum overflows",
    "log_excess logsumexp log_softmax logaddexp": "4 + 2·(max − min): a rounding of the exponent",
    "softmax": "8 + 4·(max − min), the same twice",
    "sech": "all digits beyond 709, where cosh overflows and 0 stands for at most 2.4e-308",
    "erfinv": "4 − 3·log(1 − abs(a)), at most 115 next to 1",
    "lgamma": "more near its zeros at 1 and 2 and those below 0, where it is small against its slope",
    "polygamma": "8; more where the result is below 1e-300",
    "sinc_derivative": "16, from n = 6 on 16 + 2ⁿ of the greatest value: 1,048,592 for n = 20",
    "gelu": "4 + 2a²: the rounding of a/√2, magnified by erfc",
    "mish": "4 + 2a for a > 0: the exponent of sech², 604 at 300, of a part of the slope that is 0 next to 1",
}

#: Rows whose derivatives add terms of both signs: from which order on, the terms, and the condition number.
CANCELS = {
    "silu": (1, "σ + a·σ′, 0 at −1.28", "(σ + abs(a·σ′)) / abs(σ + a·σ′)"),
    "gelu": (1, "Φ + a·φ, 0 at −0.75", "(Φ + abs(a·φ)) / abs(Φ + a·φ)"),
    "mish": (1, "t + a·t′ with t = tanh(softplus(a)), 0 at −1.19", "(t + abs(a·t′)) / abs(t + a·t′)"),
    "lgamma digamma polygamma": (1, "for a < 0, ψ⁽ⁿ⁾(1 − a) and π·cot⁽ⁿ⁾(πa)",
        "(abs(ψ⁽ⁿ⁾(1 − a)) + abs(π·cot⁽ⁿ⁾(πa))) / abs(ψ⁽ⁿ⁾(a))"),
    "hypot norm": (2, "1 − u² with u = a/y", "(1 + u²) / (1 − u²)"),
    "atan2": (2, "a² − b²", "(a² + b²) / abs(a² − b²)"),
    "logit": (2, "a² − (1 − a)²", "(a² + (1 − a)²) / abs(1 − 2a)"),
    "pow": (2, "1 + b·log a, and b·(b − 1)", "(1 + abs(b·log a)) / abs(1 + b·log a), (1 + abs(b)) / abs(b − 1)"),
    "softmax": (2, "1 − 2y", "1 / abs(1 − 2y)"),
    "sech": (2, "1 − 2y²", "1 / abs(1 − 2y²)"),
    "sigmoid_slope": (2, "1 − 6y", "(1 − 2y) / abs(1 − 6y)"),
    "tanh": (3, "1 − 3y²", "(1 + y²) / abs(1 − 3y²)"),
    "sigmoid": (3, "1 − 6s with s = σ′(a)", "(1 − 2s) / abs(1 − 6s)"),
    "softplus logsigmoid": (4, "1 − 6s with s = σ′(a)", "(1 − 2s) / abs(1 − 6s)"),
    "logaddexp": (3, "1 − 2p with p = σ(a − b)", "1 / abs(1 − 2p)"),
    "logsumexp log_softmax log_excess": (3, "1 − 2p with p the softmax", "1 / abs(1 − 2p)"),
    "erf erfc": (3, "2a² − 1", "(2a² + 1) / abs(2a² − 1)"),
    "asinh": (3, "2a² − 1", "(4a² + 1) / abs(2a² − 1)"),
    "atan": (3, "3a² − 1", "(5a² + 1) / abs(3a² − 1)"),
}  # fmt: skip  # a table


def describe_accuracy(op: Op) -> list[str]:
    """Return the lines on an operation: its bound in ulp, and its cancellation.

    >>> from autograd.table import TABLE
    >>> describe_accuracy(TABLE["cbrt"])
    ['error in ulp: 8 for abs(a) below 1e-114']
    """
    bounds = [f"error in ulp: {text}" for names, text in BOUNDS.items() if op.name in names.split()]
    found = [row for names, row in CANCELS.items() if op.name in names.split()]
    return bounds + [f"cancels from order {n} on: {terms}; condition number {x}" for n, terms, x in found]
