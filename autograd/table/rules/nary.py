"""Operations on any number of arguments: sums and products, the greatest, softmax and its relatives."""
# ruff: noqa: A001, A004  # max, sum and others are the field's names; this file does without Python's

import operator
import sys
from dataclasses import replace
from functools import reduce
from itertools import accumulate
from math import inf
from typing import Any

from ...numbers import primitive
from ..bounds import exponent_ulps, length_ulps, product_ulps, smallest_gap
from ..op import Calling
from ..op import register as row
from ..variadic import left_sum, multiply_add, one_iterable, weights_inputs_bias
from .arithmetic import R
from .elementary import exp
from .piecewise import abs, const_like, eq, lt, maximum, minimum, where

ANY = Calling(range(sys.maxsize), signature=one_iterable)
SOME = Calling(range(1, sys.maxsize), signature=one_iterable)


def argmax_weights(y: Any, *args: Any) -> tuple[Any, ...]:
    """Return 1/k for each of the k arguments equal to y, else 0; nan, 0/0, if k is 0."""
    equal = [eq(a, y) for a in args]
    ties = left_sum(*equal)
    return tuple(e / ties for e in equal)


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

# Sums and products
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
max       = row("max", "max", r"\max(#*)", lambda *args: reduce(maximum, args), (R,), argmax_weights, calling=SOME,
                textbook=(lambda y, *args: tuple(eq(a, y) for a in args),), kink=smallest_gap, symmetric=True)
min       = row("min", "min", r"\min(#*)", lambda *args: reduce(minimum, args), (R,), argmax_weights, calling=SOME,
                textbook=(lambda y, *args: tuple(eq(a, y) for a in args),), kink=smallest_gap, symmetric=True)

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
