"""Sequential and Reshape: layers in a row, and the shapes between them."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from autograd.graph import leaves

from ..validation import check_length, read_int
from .module import Module


class Sequential(Module):
    """Apply layers, or any functions of one argument, one after the other.

    >>> from nn import Dropout, Layer
    >>> net = Sequential(Layer(2, 3, activation="tanh"), Dropout(0.5), Layer(3, 1, nonlin=False))
    >>> net.eval()([1.0, 2.0]).scope, net.parameters()[-1].label
    ('layer2.neuron0', 'b[2,0]')
    """

    def __init__(self, *layers: Callable[[Any], Any]) -> None:
        self.layers: list[Callable[[Any], Any]] = list(layers)

    def __call__(self, x: Any) -> Any:
        """Return the output of the last layer."""
        for layer in self.layers:
            x = layer(x)
        return x


class Reshape(Module):
    """Arrange the numbers of a row or an image in another shape, in the same order.

    Args:
        *shape: The sizes, such as channels, height and width; without sizes the result is one row.

    Raises:
        ValueError: If a size is below 1, or a call gets another number of numbers.

    >>> Reshape(1, 2, 2)([1.0, 2.0, 3.0, 4.0]), Reshape()([[[1.0, 2.0]]])
    ([[[1.0, 2.0], [3.0, 4.0]]], [1.0, 2.0])
    """

    def __init__(self, *shape: int) -> None:
        self.shape: list[int] = [read_int(n, f"shape[{k}]") for k, n in enumerate(shape)]

    def __call__(self, x: Any) -> Any:
        """Return the numbers of x as nested lists of the shape."""
        x = leaves(x.tolist() if hasattr(x, "tolist") else x)
        if self.shape:
            check_length(x, prod(self.shape))
        for n in reversed(self.shape[1:]):
            x = [x[k : k + n] for k in range(0, len(x), n)]
        return x
