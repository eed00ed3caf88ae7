"""Linear algebra by elimination, on lists of numbers of any kind."""

from __future__ import annotations

import operator
from functools import reduce
from typing import Any

import numpy as np  # an optional extra: this module is imported when there are arrays

from .operators import TABLE


def eliminate(a: list[list[Any]]) -> tuple[list[Any], float]:
    """Turn a square matrix, with or without columns to its right, into a diagonal one, in place.

    The result is the factors of the determinant, and its sign. If the matrix is singular, the last factor is 0: a
    pivot, or the determinant of the block of zeros that is left, whose derivatives need not be 0.
    """
    n, sign = len(a), 1.0
    for k in range(n):
        j = next((j for j in range(k, n) if any(row[j] != 0 for row in a[k:])), None)
        if j is None:
            return [*[a[i][i] for i in range(k)], determinant_without_division([row[k:n] for row in a[k:]])], sign
        i = max(range(k, n), key=lambda i: abs(a[i][j]))
        sign = sign if (i == k) == (j == k) else -sign
        a[i], a[k] = a[k], a[i]
        for row in a:
            row[j], row[k] = row[k], row[j]
        for row in [*a[:k], *a[k + 1 :]]:
            factor = row[k] / a[k][k]
            row[k + 1 :] = [x - factor * y for x, y in zip(row[k + 1 :], a[k][k + 1 :], strict=True)]
    return [a[i][i] for i in range(n)], sign


def determinant(a: Any) -> Any:
    """Return a determinant; powers of two balance factors that would overflow midway."""
    factors, sign = eliminate(a.tolist())
    halves = [TABLE["floor"](TABLE["log2"](TABLE["maximum"](abs(x), 1e-300) if x else 1.0) / 2) for x in factors]
    down, up = [TABLE["sum"](TABLE[end](half, 0.0) for half in halves) for end in ("minimum", "maximum")]
    if (down < -480 and down + up > -500) or (up > 480 and down + up < 500):
        mean = TABLE["floor"]((down + up) / len(halves))
        sign = sign * TABLE["exp2"](2 * (down + up - mean * len(halves)))
        factors = [x * p * p for x, half in zip(factors, halves, strict=True) for p in [TABLE["exp2"](mean - half)]]
    return reduce(operator.mul, factors, sign)


def determinant_without_division(a: list[list[Any]]) -> Any:
    """Return a determinant by n − 1 products of matrices (Bird, 2011)."""
    n, f = len(a), a
    for _ in a[1:]:
        for i in range(n):
            weights = [-TABLE["sum"](f[j][j] for j in range(i + 1, n)), *f[i][i + 1 :]]
            f = [*f[:i], [TABLE["dot"](weights, [row[j] for row in a[i:]]) for j in range(n)], *f[i + 1 :]]
    return f[0][0] * (-1.0) ** (n - 1)


def solve(a: Any, b: Any) -> Any:
    """Return x with a·x = b."""
    rows, n = [[*left, *right] for left, right in zip(a, b, strict=True)], len(a)
    factors, _ = eliminate(rows)
    if factors and factors[-1] == 0:
        raise np.linalg.LinAlgError("Singular matrix")
    return np.array([[x / row[i] for x in row[n:]] for i, row in enumerate(rows)], dtype=object).reshape(b.shape)


def cholesky(a: Any, upper: bool = False) -> Any:
    """Return the lower triangular l with l·lᵀ = a, or its transpose; read one triangle of a."""
    l = [[0.0] * len(a) for _ in a]
    for i, row in enumerate(a.T if upper else a):
        for j in range(i + 1):
            rest = row[j] - TABLE["dot"](l[i][:j], l[j][:j])
            if i == j and not rest > 0:
                raise np.linalg.LinAlgError("Matrix is not positive definite")
            l[i][j] = TABLE["sqrt"](rest) if i == j else rest / l[j][j]
    return np.array(list(zip(*l, strict=True)) if upper else l, dtype=object).reshape(a.shape)
