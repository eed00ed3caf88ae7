"""Powers, exponentials, logarithms and roots, trigonometric and hyperbolic functions.

Made from the table by tools/make_stubs.py, so change the rows or that file.
"""
from typing import Any

from ..op import Op
UNIT: Any
def power_slope(y: Any, a: Any, b: Any) -> Any:
    """Return b·a^(b − 1), computed from y = a^b where b − 1 would be rounded."""
pow: Op
exp: Op
exp2: Op
expm1: Op
log: Op
log2: Op
log10: Op
log1p: Op
sqrt: Op
cbrt: Op
xlogy: Op
sin: Op
cos: Op
tan: Op
one_minus_square: Op
asin: Op
acos: Op
atan: Op
atan2: Op
hypot: Op
sinh: Op
cosh: Op
sech: Op
tanh: Op
asinh: Op
acosh: Op
atanh: Op
