"""A recorded function evaluated as it is written: row by row, in order, one NumPy call for each operation."""

import itertools
import operator
from functools import reduce

import numpy as np

from autograd.replay.kernels import forward_tree
from autograd.replay.tape import ALIAS, BATCHED, CONST, DIV, SHARED, STOP, TERMS
from autograd.table import TABLE

EPSILON, TINY = 2.0**-52, 5e-324  # a product that underflows, and the sign of a sum that is 0
OTHER_NAMES = {
    "add": "add", "sub": "subtract", "mul": "multiply", "div": "divide", "neg": "negative", "pow": "power",
    "mod": "remainder", "round": "rint", "lt": "less", "le": "less_equal", "eq": "equal", "atan": "arctan",
    "atan2": "arctan2", "asin": "arcsin", "acos": "arccos", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "floordiv": "floor_divide",
}  # fmt: skip  # a table
OWN = {
    "where": lambda condition, a, b: np.where(condition != 0, a, b),
    "clamp": lambda x, lo, hi: np.minimum(np.maximum(x, lo), hi),
    "max": lambda *xs: reduce(np.maximum, xs),
    "min": lambda *xs: reduce(np.minimum, xs),
}
STEPS = {"floor", "ceil", "round", "trunc", "floordiv", "mod", "fmod", "lt", "le", "sign", "heaviside", "where"}
JUMPS = STEPS | {"div", "pow", "reciprocal", "atan2", "copysign"}  # where a number that is not exact is not followed
LIBRARY = {"exp", "tanh", "sigmoid", "atan", "atan2", "hypot"}  # NumPy's differ in the last digit with the strides


def numpy_value(name, args):
    """Return the value of an operation in NumPy's functions, one for each primitive of its rule."""

    def compute(tree):
        if not isinstance(tree, list):
            return args[int(tree[1:])] if isinstance(tree, str) else np.float64(tree)
        name, *parts = tree
        function = OWN.get(name) or getattr(np, OTHER_NAMES.get(name, name))
        return np.asarray(function(*map(compute, parts)), np.float64)

    return compute(forward_tree(name, len(args)))


def float_value(name, args):
    """Return the value of an operation on floats, as the engine computes it."""
    return np.array([TABLE[name].on_float(*map(float, each)) for each in np.stack(np.broadcast_arrays(*args), 1)])


class Recorded:
    """The numbers of the rows of a tape, and how far a program that adds products in another order may be from them.

    The distance is 0 where no sum of products takes part, else at most n·ε·Σ|terms| of each such sum, carried on
    through what is computed from it; infinite where that is not followed, as through a comparison that is undecided.
    """

    def __init__(self, tape, shared, batched, value=numpy_value):
        n = batched.shape[0]
        self.value, self.tape = value, tape
        self.numbers, self.errors, self.library = [], [], False
        self.sums = {}  # of a linear row: Σ|terms|, how many, how many are products
        with np.errstate(all="ignore"):
            for i, row in enumerate(tape.rows):
                if row[0] is CONST:
                    found = row[1], 0.0
                elif row[0] in (SHARED, BATCHED):
                    found = (shared[row[1]] if row[0] is SHARED else batched[:, row[1]]), 0.0
                elif row[0] in (ALIAS, STOP):
                    found = self.numbers[row[1]], self.errors[row[1]]
                    self.sums |= {i: self.sums[row[1]]} if row[1] in self.sums else {}
                elif row[0] in TERMS:
                    found = self._sum(i, TERMS[row[0]](row[1:]))
                else:
                    found = self._map(row[0], row[1:])
                self.numbers.append(np.broadcast_to(np.asarray(found[0], np.float64), (n,)))
                self.errors.append(np.broadcast_to(np.asarray(found[1], np.float64), (n,)))

    @property
    def is_exact(self):
        """Whether no sum has two products, which may be added in any order, and no function is NumPy's own."""
        return not self.library and all(products < 2 for _, _, products in self.sums.values())

    def _sum(self, i, terms):
        rows, x, e = self.tape.rows, self.numbers, self.errors
        value, error, size, count, products = None, 0.0, 0.0, 0, 0
        for a, b in terms:
            a, b = (b, a) if rows[b][0] is CONST else (a, b)
            part = x[a] * x[b]
            value = part if value is None else value + part
            error = error + abs(x[a]) * e[b] + abs(x[b]) * e[a] + e[a] * e[b]
            if rows[a][0] is CONST and b in self.sums:
                inside, more, its = self.sums[b]
                size, count, products = size + abs(x[a]) * inside, count + more, products + its
            else:
                size, count = size + abs(part), count + 1
                products += rows[a][0] is not CONST
        self.sums[i] = size, count, products
        error = error + count * (EPSILON * size + TINY) if products > 1 or np.any(error) else error
        return value, np.where(np.isnan(error), np.inf, error)

    def _map(self, op, rows):
        args, errors = [self.numbers[a] for a in rows], [self.errors[a] for a in rows]
        value, own = self.value(op.name, args), 0.0
        if self.value is numpy_value and op.name in LIBRARY:
            self.library, own = True, 16 * EPSILON * abs(value)
        if not any(map(np.any, errors)):
            return value, own
        moved = np.zeros_like(value)
        corners = itertools.product((-1, 1), repeat=len(args)) if len(args) < 4 else [(s,) * len(args) for s in (-1, 1)]
        for signs in corners:
            there = self.value(op.name, [x + s * e for x, s, e in zip(args, signs, errors, strict=True)])
            moved = np.fmax(moved, np.where(there == value, 0, abs(there - value)))
            moved[np.isnan(there)] = np.inf
        if op.name in JUMPS or op is DIV:
            moved[moved > 1e-6 * abs(value)] = np.inf
        if op.name == "eq":
            moved[abs(args[0] - args[1]) <= errors[0] + errors[1]] = np.inf
        inexact = np.any([e > 0 for e in errors], axis=0)
        return value, own + np.where(inexact, 2 * moved + 8 * EPSILON * abs(value), 0)


def add(*numbers):
    """Add from the left, without sum."""
    return reduce(operator.add, numbers)
