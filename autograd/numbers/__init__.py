"""Numbers as the table sees them: its primitives, and its Python operators."""

from .conversion import expect_real, expect_truth, to_index, unwrap
from .decisions import CYCLE, SIGNS, decide, keep_decisions, list_decisions
from .floats import FLOAT, AnyFunction, to_float
from .kinds import expect_number, on_each_element, primitive
from .number import Number, compare_number, reads
from .operators import IEEE, NUMPY_NAMES, TABLE, Operators, apply_rule

__all__ = [
    "CYCLE", "FLOAT", "IEEE", "NUMPY_NAMES", "SIGNS", "TABLE", "AnyFunction", "Number", "Operators", "apply_rule",
    "compare_number", "decide", "expect_number", "expect_real", "expect_truth", "keep_decisions", "list_decisions",
    "on_each_element", "primitive", "reads", "to_float", "to_index", "unwrap",
]  # fmt: skip  # in few lines
