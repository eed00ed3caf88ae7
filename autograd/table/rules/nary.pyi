"""Operations on any number of arguments: sums, products, maxima, softmax.

Made from the table by tools/make_stubs.py, so change the rows or that file.
"""
from typing import Any

from ..op import Op
ALL: Any
ANY: Any
SOME: Any
def quick(op: Any, like: Any) -> Any:
    """Return a primitive operation, on floats as their function: a third of the time."""
def argmax_weights(y: Any, *args: Any) -> tuple[Any, ...]:
    """Return 1/k for each of the k arguments equal to y, else 0; nan, 0/0, if k is 0."""
def products_of_others(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return for each argument the product of the others, without dividing."""
def log_share(a: Any, m: Any, excess: Any) -> Any:
    """Return log softmax, from the maximum and log_excess; one infinite argument takes all."""
def log_shares(args: tuple[Any, ...], excess: Any) -> list[Any]:
    """Return log softmax for each argument from their log_excess, with few nodes for each.

The greatest, if its share is more than half, is −log_excess, whose derivatives are the others' shares. Any other
is a − log Σ exp a, of the arguments less their maximum, through which nothing flows. So no derivative cancels:
neither the 1 − p of a class that is almost sure, nor the p of the greatest of many."""
def shares(args: tuple[Any, ...], excess: Any) -> list[Any]:
    """Return softmax for each argument; for few arguments as nodes that replay shares."""
def log_excess_partials(y: Any, *args: Any) -> tuple[Any, ...]:
    """Return p − 1/k for each of the k greatest arguments, else p, their softmax.

Where that difference would cancel, it is −1/k of the sum of the others' p."""
def log_softmax_partials(scale: Any, *args: Any) -> tuple[Any, ...]:
    """Return scale × (1 − p) by the own argument, and −scale × p by each other."""
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
