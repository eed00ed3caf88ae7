"""How rows for any number of arguments are called, and the sums that they share."""

import operator
from collections.abc import Iterable
from functools import reduce
from typing import Any


def left_sum(*args: Any) -> Any:
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
