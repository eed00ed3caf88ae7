"""Derivatives of any order of an operation, in either mode."""

from functools import reduce

from autograd import jvp


def along(f, slot):
    """Return ∂f/∂ an argument by forward mode."""
    return lambda *args: jvp(f)(args, tuple(float(i == slot) for i in range(len(args))))[1]


def nested(derivative, op, slots):
    """Return the derivative by the arguments in these slots, one after the other."""
    return reduce(derivative, slots, lambda *args: op.apply(args))
