"""The table: one row for each operation, with its derivatives.

    name · symbol · LaTeX · forward · domain · ∂y/∂a · ∂y/∂b …

A partial is an expression in the operations, given the result y and then the arguments. So a row serves floats,
Values (the gradient is a graph again), arrays, exact numbers and symbols. Rules write ``1``, not ``1.0``, which would
turn a Fraction into a float, and raise to literal whole powers only. A branch on data is an operation, never a Python
``if``, which a recorded graph would freeze. ``docs/adding-an-op.md`` says how to add a row.
"""

from ..op import TABLE
from . import elementary, special
from .arithmetic import add, mul, sub
from .nary import dot

BUILT_IN = frozenset(TABLE)  # the rows that the table has by itself

__all__ = ["BUILT_IN", "add", "dot", "elementary", "mul", "special", "sub"]
