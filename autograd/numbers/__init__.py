"""What a number is to the table: its primitives, and its Python operators."""

from .floats import FLOAT, Function, to_float
from .kinds import expect_number, primitive
from .operators import NUMPY_NAMES, TABLE, Operators, apply_rule

__all__ = [
    "FLOAT", "NUMPY_NAMES", "TABLE", "Function", "Operators", "apply_rule", "expect_number", "primitive", "to_float",
]  # fmt: skip  # in few lines
