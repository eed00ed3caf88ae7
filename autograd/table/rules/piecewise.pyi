"""Branches on data, comparisons and rounding.

Made from the table by tools/make_stubs.py, so change the rows or that file.
"""
from typing import Any

from ..op import Op
POSITIVE: Any
NEGATIVE: Any
BETWEEN_INTEGERS: Any
def const_like(number: int, like: Any) -> Any:
    """Return a whole number in the kind of another, so that log(2) is as exact."""
def is_finite(a: Any) -> Any:
    """Return 1 where a is finite, else 0."""
def argmax_weight(a: Any, b: Any) -> Any:
    """Return 1 where a is the greater, ½ at a tie, else 0; nan if either is nan."""
abs: Op
sign: Op
maximum: Op
minimum: Op
clamp: Op
where: Op
heaviside: Op
floor: Op
ceil: Op
round: Op
trunc: Op
floordiv: Op
fmod: Op
copysign: Op
lt: Op
le: Op
eq: Op
relu: Op
leaky_relu: Op
hardtanh: Op
relu6: Op
