"""The error function, and smooth activations.

Made from the table by tools/make_stubs.py, so change the rows or that file.
"""
from typing import Any

from ..op import Op
def gaussian(a: Any, over: int=1) -> Any:
    """Return exp(−a²/over) to a few ulp: a² is an exact h² and a small rest."""
erf: Op
erfc: Op
sigmoid: Op
logsigmoid: Op
softplus: Op
softsign: Op
silu: Op
gelu: Op
elu: Op
