"""Signatures and forwards of operations on any number of arguments."""

import operator
from collections.abc import Iterable
from functools import reduce
from typing import Any


def left_sum(*args: Any) -> Any:
    """Add from the left with +; the builtin sum compensates from Python 3.12."""
    return reduce(operator.add, args) if args else 0.0


def one_iterable(*args: Any) -> Iterable[Any]:
    """Accept both sum(a, b, c) and sum([a, b, c])."""
    return args[0] if len(args) == 1 and isinstance(args[0], Iterable) else args


def multiply_add(*args: Any) -> Any:
    """Return bias + w0·x0 + w1·x1 + … of (*w, *x, bias), as a loop adds."""
    n, odd = divmod(len(args), 2)
    if not odd:
        raise ValueError(f"dot() takes weights, inputs and a bias, an odd number of arguments, {len(args)} given")
    return reduce(operator.add, map(operator.mul, args[:n], args[n:-1]), args[-1])


def weights_inputs_bias(weights: Iterable[Any], inputs: Iterable[Any], bias: Any = 0.0) -> tuple[Any, ...]:
    """Return the arguments of dot as (*weights, *inputs, bias)."""
    w, x = tuple(weights), tuple(inputs)
    if len(w) != len(x):
        raise ValueError(f"dot() needs an input for each weight: {len(w)} weights and {len(x)} inputs given")
    return (*w, *x, bias)
