"""Operations on any number of arguments: sums, products, maxima, softmax."""
# ruff: noqa: A001, A004  # max, sum and others are the field's names; this file does without Python's

import operator
import sys
from dataclasses import replace
from functools import reduce
from itertools import accumulate
from math import inf, nan
from typing import Any

from ...numbers import primitive
from ..bounds import exponent_ulps, length_ulps, product_ulps, smallest_gap
from ..op import Calling
from ..op import register as row
from ..variadic import left_sum, multiply_add, one_iterable, weights_inputs_bias
from .arithmetic import R
from .elementary import atan2, exp, expm1
from .piecewise import abs, const_like, eq, heaviside, is_finite, le, lt, maximum, minimum, where

ALL = range(sys.maxsize)
ANY = Calling(ALL, signature=one_iterable)
SOME = Calling(range(1, sys.maxsize), signature=one_iterable)


def quick(op: Any, like: Any) -> Any:
    """Return a primitive operation, on floats as their function: a third of the time."""
    return op.forward.on_float if type(like) is float else op


def argmax_weights(y: Any, *args: Any) -> tuple[Any, ...]:
    """Return 1/k for each of the k arguments equal to y, else 0; nan, 0/0, if k is 0."""
    same = quick(eq, y)
    equal = [same(a, y) for a in args]
    ties = left_sum(*equal)
    return tuple(e / ties for e in equal)


def products_of_others(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return for each argument the product of the others, without dividing."""
    before = accumulate(args[:-1], operator.mul, initial=1)
    after = accumulate(args[:0:-1], operator.mul, initial=1)
    return tuple(map(operator.mul, before, reversed(list(after))))


def log_share(a: Any, m: Any, excess: Any) -> Any:
    """Return log softmax, from the maximum and log_excess; one infinite argument takes all."""
    return where(lt(le(0.6875, excess), eq(a, m)), 0, a - m) - excess


def log_shares(args: tuple[Any, ...], excess: Any) -> list[Any]:
    """Return log softmax for each argument from their log_excess, with few nodes for each.

    The greatest, if its share is more than half, is −log_excess, whose derivatives are the others' shares. Any other
    is a − log Σ exp a, of the arguments less their maximum, through which nothing flows. So no derivative cancels:
    neither the 1 − p of a class that is almost sure, nor the p of the greatest of many.
    """
    m = max.apply(args)
    if type(m) is float:  # the same in less time
        return [(a - m if a != m or excess >= 0.6875 else 0.0) - excess for a in args]
    if not hasattr(m, "detach"):  # nothing to be differentiated
        return [log_share(a, m, excess) for a in args]
    finite, sure = is_finite(m), where(le(0.6875, excess), nan, m)  # nan if none is sure; log 2 is 0.693
    constant = where(finite, heaviside(lt(m, m), m), m)
    less = [a - constant for a in args]
    whole = where(finite, logsumexp.apply(tuple(less)), excess)
    greatest = 0 - excess
    return [where(eq(a, sure), greatest, d - whole) for a, d in zip(args, less, strict=True)]


def shares(args: tuple[Any, ...], excess: Any) -> list[Any]:
    """Return softmax for each argument; for few arguments as nodes that replay shares."""
    if len(args) > 64 or not hasattr(excess, "detach"):
        return list(map(exp, log_shares(args, excess)))
    return [softmax.apply((a, *args[:i], *args[i + 1 :])) for i, a in enumerate(args)]


def log_excess_partials(y: Any, *args: Any) -> tuple[Any, ...]:
    """Return p − 1/k for each of the k greatest arguments, else p, their softmax.

    Where that difference would cancel, it is −1/k of the sum of the others' p.
    """
    m = max.apply(args)
    same, less, choose = [quick(op, y) for op in (eq, lt, where)]
    p, greatest = shares(args, y), [same(a, m) for a in args]
    ties = left_sum(*greatest)
    rest = left_sum(*[q * (1 - e) for q, e in zip(p, greatest, strict=True)]) / ties
    cancels = less(2 * rest, 1)
    return tuple(choose(e * cancels, -rest, q - e / ties) for q, e in zip(p, greatest, strict=True))


def log_softmax_partials(scale: Any, *args: Any) -> tuple[Any, ...]:
    """Return scale × (1 − p) by the own argument, and −scale × p by each other."""
    _, *others = shares(args, log_excess.apply(args))
    return (scale * (0 - expm1(log_softmax.apply(args))), *(-scale * p for p in others))


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
           lambda y, *args: tuple(where(eq(y, 0), atan2(a, y), a / y) for a in args), calling=ANY, ulps=length_ulps,
           textbook=(lambda y, *args: tuple(a / y for a in args),), smooth="an argument that is not 0", symmetric=True)
dot  = row("dot",  "Σ",    r"\sum(#*)",           multiply_add, (R,),
           lambda y, *args: (*args[len(args) // 2:-1], *args[:len(args) // 2], 1),
           calling=Calling(range(1, sys.maxsize, 2), signature=weights_inputs_bias))
max       = row("max", "max", r"\max(#*)", lambda *args: reduce(quick(maximum, args[0]), args), (R,), argmax_weights,
                calling=SOME, textbook=(lambda y, *args: tuple(eq(a, y) for a in args),), kink=smallest_gap,
                chooses=ALL, smooth="arguments that differ", symmetric=True)
min       = row("min", "min", r"\min(#*)", lambda *args: reduce(quick(minimum, args[0]), args), (R,), argmax_weights,
                calling=SOME, textbook=(lambda y, *args: tuple(eq(a, y) for a in args),), kink=smallest_gap,
                chooses=ALL, smooth="arguments that differ", symmetric=True)

# Softmax and its relatives
log_excess  = row("log_excess", "log Σ exp − max", r"\mathrm{LSE}(#*) - \max(#*)", primitive, (R,), log_excess_partials,
                  textbook=(lambda y, *args: tuple(p - eq(a, max.apply(args)) for a, p in textbook_softmax(args)),),
                  calling=SOME, ulps=exponent_ulps, kink=smallest_gap, symmetric=True, smooth="arguments that differ")
logsumexp   = row("logsumexp", "log Σ exp", r"\mathrm{LSE}(#*)",
                  lambda *args: max.apply(args) + log_excess.apply(args), (R,),
                  lambda y, *args: tuple(shares(args, log_excess.apply(args))),
                  textbook=(lambda y, *args: tuple(p for _, p in textbook_softmax(args)),),
                  calling=SOME, ulps=exponent_ulps, symmetric=True)
log_softmax = row("log_softmax", "log softmax", r"\ln \mathrm{softmax}(#*)",
                  lambda *args: log_share(args[0], max.apply(args), log_excess.apply(args)), (R,),
                  lambda y, *args: log_softmax_partials(1, *args),
                  textbook=(lambda y, *args: textbook_softmax_partials(1, args),),
                  calling=replace(SOME, each=lambda args: log_shares(args, log_excess.apply(args))), ulps=exponent_ulps)
softmax     = row("softmax", "softmax", r"\mathrm{softmax}(#*)", lambda *args: exp(log_softmax.apply(args)), (R,),
                  lambda y, *args: log_softmax_partials(y, *args),
                  textbook=(lambda y, *args: textbook_softmax_partials(y, args),),
                  calling=replace(SOME, each=lambda args: list(map(exp, log_shares(args, log_excess.apply(args))))),
                  ulps=lambda *args: 2 * exponent_ulps(*args))  # its partials have two exponents
