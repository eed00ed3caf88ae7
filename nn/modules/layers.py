"""Layers of other shapes: in sequence, over images, over symbols; normalised, or dropped at random.

A row is a list of numbers or Values; an image is a list of channels, each a list of rows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import autograd
from autograd import Value
from autograd.engine.node import real
from autograd.graph.pytree import leaves, rebuild

from ..activations import check_activation, get_activation
from ..functional import draw, pick
from ..init import scheme
from ..validation import read_float, read_int, read_row
from .module import Module


class Sequential(Module):
    """Apply layers, or any functions, one after the other.

    >>> from nn import Layer
    >>> net = Sequential(Layer(2, 3, activation="tanh"), Dropout(0.5), Layer(3, 1, nonlin=False))
    >>> net.eval()([1.0, 2.0]).scope, net.parameters()[-1].label
    ('layer2.neuron0', 'b[2,0]')
    """

    def __init__(self, *layers: Callable[[Any], Any]) -> None:
        self.layers = list(layers)

    def __call__(self, x: Any) -> Any:
        """Return the output of the last layer."""
        for layer in self.layers:
            x = layer(x)
        return x


class Activation(Module):
    """Apply an activation of one number to every number of a row or an image.

    >>> Activation("relu")([[-1.0, 2.0]])
    [[0.0, 2.0]]
    """

    def __init__(self, name: str) -> None:
        self.name = check_activation(name)

    def __call__(self, x: Any) -> Any:
        """Return the same shape."""
        return rebuild(x, map(get_activation(self.name, self.training), leaves(x)))


class Dropout(Module):
    """Drop each number with probability p in training and multiply the others by 1/(1 − p); pass all on otherwise.

    So the mean is kept and nothing needs to change in use: inverted dropout (Srivastava et al., 2014).

    >>> Dropout(0.5).eval()([1.0, 2.0])
    [1.0, 2.0]
    """

    def __init__(self, p: float = 0.5) -> None:
        if not 0 <= real(p, "p") < 1:
            raise ValueError(f"p: expected a probability from 0 to below 1, got {p!r:.40}")
        self.p = p

    def __repr__(self) -> str:
        return f"Dropout({self.p:g})"

    def __call__(self, x: Any) -> Any:
        """Return the same shape."""
        if not self.training or not self.p:
            return x
        return rebuild(x, [v * draw(self.mask) for v in leaves(x)])

    def mask(self) -> float:
        """Draw what a number is multiplied by."""
        return 0.0 if random.random() < self.p else 1 / (1 - self.p)


class RMSNorm(Module):
    """Divide a row by √(mean of squares + eps), and multiply by a gain for each number (Zhang and Sennrich, 2019).

    >>> [round(v.data, 6) for v in RMSNorm(2, eps=0.0)([3.0, -4.0])]
    [0.848528, -1.131371]
    """

    scope = "norm"

    def __init__(self, n: int, eps: float = 1e-5) -> None:
        self.eps = read_float(eps, "eps", 0)
        self.gain = [Value(1.0) for _ in range(read_int(n, "n"))]

    def __call__(self, x: Any) -> list[Any]:
        """Return a row of n; raise ValueError if x has not n numbers."""
        x = read_row(x)
        scale = autograd.sqrt(autograd.dot(x, x) / len(x) + self.eps)
        return [g * (v / scale) for g, v in zip(self.gain, _as_many(x, len(self.gain)), strict=True)]


class Embedding(Module):
    """Look up the row of a symbol: n symbols, each of ``width`` numbers, drawn from a standard Gaussian.

    >>> table = Embedding(27, 4)
    >>> table(3) == table.rows[3], len(table([1, 2])), table.rows[3][1].label
    (True, 2, 'embedding.rows[3,1]')
    """

    scope = "embedding"

    def __init__(self, n: int, width: int, *, init: Any = "normal") -> None:
        draw, n, width = scheme(init), read_int(n, "n"), read_int(width, "width")
        self.rows = [[Value(draw(n, width)) for _ in range(width)] for _ in range(n)]

    def __call__(self, symbol: Any) -> list[Any]:
        """Return the row of a symbol, 0 ≤ symbol < n, or the list of rows of a list of them."""
        if hasattr(symbol, "__iter__") and not isinstance(symbol, str):
            return [self(s) for s in symbol]
        return pick(self.rows, symbol, "symbol")  # type: ignore[no-any-return]  # a row


class Conv2d(Module):
    """Slide ``maps`` kernels over the channels of an image: every output of a map has the same weights.

    ``kernel[map][channel]`` is a square of side ``side``; the image is first padded by so many zeros. From
    channels × h × w it makes maps × h′ × w′, h′ = (h + 2·padding − side) // stride + 1, as in PyTorch.

    >>> image = [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]
    >>> conv = Conv2d(1, 1, 2, init="zeros")
    >>> conv.kernel[0][0][1][0].data = 10.0
    >>> [[[v.data for v in row] for row in channel] for channel in conv(image)]
    [[[40.0, 50.0]]]
    """

    scope = "conv"

    def __init__(
        self, channels: int, maps: int, side: int, *, stride: int = 1, padding: int = 0, init: Any = "fan_in"
    ) -> None:
        channels, maps, side = read_int(channels, "channels"), read_int(maps, "maps"), read_int(side, "side")
        self.stride, self.padding, draw = (
            read_int(stride, "stride"),
            read_int(padding, "padding", low=0),
            scheme(init),
        )
        fans = channels * side * side, maps * side * side
        self.kernel = [
            [[[Value(draw(*fans)) for _ in range(side)] for _ in range(side)] for _ in range(channels)]
            for _ in range(maps)
        ]
        self.bias = [Value(0.0) for _ in range(maps)]

    def __repr__(self) -> str:
        maps, side = len(self.kernel), len(self.kernel[0][0])
        return f"Conv2d({len(self.kernel[0])}, {maps}, {side}, stride={self.stride}, padding={self.padding})"

    def __call__(self, image: Any) -> list[list[list[Any]]]:
        """Return the maps; raise ValueError for another number of channels or an image smaller than a kernel."""
        image, side, pad = _image(image), len(self.kernel[0][0]), self.padding
        if len(image) != len(self.kernel[0]):
            raise ValueError(f"image: expected {len(self.kernel[0])} channels, got {len(image)}")
        across = [0.0] * (len(image[0][0]) + 2 * pad)
        framed = [
            [*[across] * pad, *([0.0] * pad + list(line) + [0.0] * pad for line in channel), *[across] * pad]
            for channel in image
        ]
        patches = windows(framed, side, self.stride, lambda parts: [v for part in parts for v in part])
        maps = []
        for m, (kernel, bias) in enumerate(zip(self.kernel, self.bias, strict=True)):
            weights, scope = leaves(kernel), f"{self.scope}.map{m}"
            maps.append([[autograd.dot(weights, patch, bias) for patch in line] for line in patches])
            for out in leaves(maps[-1]):
                if isinstance(out, Value):  # numbers of other kinds have no scope
                    out.scope = scope
        return maps


class Pool2d(Module):
    """Replace each square of a channel by its greatest number, or by its mean with ``how="mean"``.

    ``stride`` is the side of the square unless given.

    >>> Pool2d(2)([[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]])
    [[[4.0, 8.0]]]
    >>> Pool2d(2, how="mean")([[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]])
    [[[2.5, 6.5]]]
    """

    def __init__(self, side: int, *, stride: int | None = None, how: str = "max") -> None:
        self.side, self.stride = read_int(side, "side"), read_int(side if stride is None else stride, "stride")
        if how not in ("max", "mean"):
            raise ValueError(f"how: expected max or mean, got {how!r:.40}")
        self.how = how

    def __call__(self, image: Any) -> list[list[list[Any]]]:
        """Return the smaller image; raise ValueError if it is smaller than a square."""
        pool = getattr(autograd, self.how)
        return [windows([channel], self.side, self.stride, lambda parts: pool(parts[0])) for channel in _image(image)]


class Reshape(Module):
    """Give the numbers of a row or an image another shape, in the same order; ``Reshape()`` makes a row of all.

    >>> Reshape(1, 2, 2)([1.0, 2.0, 3.0, 4.0]), Reshape()([[[1.0, 2.0]]])
    ([[[1.0, 2.0], [3.0, 4.0]]], [1.0, 2.0])
    """

    def __init__(self, *shape: int) -> None:
        self.shape = [read_int(n, f"shape[{k}]") for k, n in enumerate(shape)]

    def __call__(self, x: Any) -> Any:
        """Return the numbers in the shape; raise ValueError if they are not as many."""
        x = leaves(x.tolist() if hasattr(x, "tolist") else x)
        if self.shape:
            _as_many(x, prod(self.shape))
        for n in reversed(self.shape[1:]):
            x = [x[k : k + n] for k in range(0, len(x), n)]
        return x


def windows(channels: Any, side: int, stride: int, of: Callable[[list[list[Any]]], Any]) -> list[list[Any]]:
    """Compute a function of every square over all channels; it gets the numbers of each channel as a list."""
    height, width = len(channels[0]), len(channels[0][0])
    if min(height, width) < side:
        raise ValueError(f"image: expected at least {side}×{side}, got {height}×{width}")
    return [
        [
            of([[v for line in channel[top : top + side] for v in line[left : left + side]] for channel in channels])
            for left in range(0, width - side + 1, stride)
        ]
        for top in range(0, height - side + 1, stride)
    ]


def _image(image: Any) -> Any:
    """Check that the channels of an image are of one height and width; an array's numbers become floats."""
    image = image.tolist() if hasattr(image, "tolist") else image
    shapes = {(len(channel), len(line)) for channel in image for line in channel or [()]}
    if len(shapes) != 1:
        raise ValueError(f"image: expected channels of one height and width, got {sorted(shapes)}")
    return image


def _as_many(x: Sequence[Any], n: int) -> Sequence[Any]:
    if len(x) != n:
        raise ValueError(f"inputs: expected {n} numbers, got {len(x)}")
    return x
