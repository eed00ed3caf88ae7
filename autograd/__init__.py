"""glassgrad: a scalar autograd engine you can see inside.

A ``Value`` records how it was computed, and its ``backward()`` fills the ``grad`` of everything under it. ``grad``,
``jvp``, ``hessian`` and others differentiate functions. Every operation of the table is a function, such as
``autograd.exp``. ``trace``, ``explain``, ``show`` and ``latex`` show a computation, ``gradcheck`` checks a gradient,
and ``compile`` runs a function on arrays (extra ``replay``).
"""

import sys
from typing import Any

__distribution__ = "glassgrad"  # extras.py looks for it: PyPI's autograd is another project

from .check import assert_gradients, gradcheck
from .custom import Function, gate, operation
from .engine import Value, detect_anomaly, enable_grad, no_grad
from .extras import explain_missing
from .foreign import adopt, watch
from .grading import examine
from .graph import Graph, Trace, evaluate
from .modes import set_grad_enabled
from .snapshot import trace
from .table import TABLE, dot
from .text import explain, latex, show
from .transforms import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

if sys.platform == "emscripten":
    from . import browser as browser

__version__ = "0.2.0"  # the one place: pyproject.toml reads it from here
__all__ = [
    "Function", "Graph", "Trace", "Value", "adopt", "assert_gradients", "detect_anomaly", "dot", "enable_grad",
    "evaluate", "examine", "explain", "gate", "grad", "gradcheck", "hessian", "hvp", "jacobian", "jvp", "latex",
    "no_grad", "operation", "set_grad_enabled", "show", "trace", "value_and_grad", "vjp", "watch",
]  # fmt: skip  # in few lines


def __dir__() -> list[str]:
    return sorted({*__all__, "array", "compile", *TABLE})


def __getattr__(name: str) -> Any:
    """Return an operation of the table by its name, or load what needs NumPy."""
    if name == "compile":
        from .replay import compile  # noqa: A004  # the field's name for it

        return compile
    if name == "array":
        with explain_missing("autograd.array needs NumPy", "replay"):
            from .numbers.arrays import array

        return array
    try:
        return TABLE[name]
    except KeyError:
        raise AttributeError(f"module 'autograd' has no attribute {name!r}") from None
