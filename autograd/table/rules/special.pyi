"""The error function, the gamma function and others, and smooth activations.

Made from the table by tools/make_stubs.py, so change the rows or that file.
"""
from typing import Any

from ..op import Op
BETWEEN_POLES: Any
ORDERS: Any
SELU_ALPHA: Any
SELU_SCALE: Any
def gaussian(a: Any, over: int=1) -> Any:
    """Return exp(−a²/over) to a few ulp: a² is an exact h² and a small rest."""
def exp_times(factor: Any, a: Any) -> Any:
    """Return factor × exp(a) for a < 0, also where exp(a) loses digits; 0 × inf is 0."""
LAST: Any
erf: Op
erfc: Op
erfinv: Op
lgamma: Op
digamma: Op
polygamma: Op
sinc: Op
sinc_derivative: Op
logit: Op
logaddexp: Op
sigmoid: Op
sigmoid_slope: Op
logsigmoid: Op
softplus: Op
softsign: Op
silu: Op
gelu: Op
elu: Op
selu: Op
mish: Op
