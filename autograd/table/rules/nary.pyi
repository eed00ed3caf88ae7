"""Operations on any number of arguments: sums and products, the greatest, softmax and its relatives.

Made from the table by tools/make_stubs.py, so change the rows or that file.
"""
from typing import Any

from ..op import Op
ANY: Any
SOME: Any
def argmax_weights(y: Any, *args: Any) -> tuple[Any, ...]:
    """Return 1/k for each of the k arguments equal to y, else 0; nan, 0/0, if k is 0."""
def products_of_others(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return for each argument the product of the others, without dividing."""
def probabilities(args: tuple[Any, ...], m: Any, excess: Any) -> tuple[Any, ...]:
    """Return softmax for each argument, from the maximum and log_excess."""
def log_excess_partials(y: Any, *args: Any) -> tuple[Any, ...]:
    """Return p − 1/k for each of the k greatest arguments, else p, their softmax.

Where that difference would cancel, it is −1/k of the sum of the others' p."""
def log_softmax_partials(scale: Any, a: Any, *others: Any) -> tuple[Any, ...]:
    """Return scale × (1 − p) by the own argument, and −scale × p by each other."""
def log_softmax_of_each(args: tuple[Any, ...]) -> list[Any]:
    """Return log softmax for each argument; all share the maximum and the excess.

The excess is the first operand, so a backward pass reaches it last. By then the 1 through a and the −1 through the
maximum have cancelled, and the 1 − p of a class that is almost sure is added to 0."""
def textbook_softmax(args: tuple[Any, ...]) -> list[tuple[Any, Any]]:
    """Return each argument and its softmax, written as such."""
def textbook_softmax_partials(scale: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return scale × (1 − p) by the own argument, and −scale × p by each other."""
sum: Op
mean: Op
prod: Op
norm: Op
dot: Op
max: Op
min: Op
log_excess: Op
logsumexp: Op
log_softmax: Op
softmax: Op
