"""Conv2d and Pool2d: layers over images.

An image is a list of channels, a channel a list of rows, a row a list of numbers or Values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
from autograd import Value
from autograd.graph import leaves

from ..init import scheme
from ..validation import read_int
from .module import Module


class Conv2d(Module):
    """Slide kernels over an image; all outputs of a map share its weights.

    An image of channels × h × w gives maps × h′ × w′ with h′ = (h + 2·padding − side) // stride + 1, and w′ likewise,
    as in PyTorch. ``kernel[map][channel]`` is a square of side × side weights, ``bias[map]`` starts at 0.

    Args:
        channels, maps: The numbers of channels of the image and of the output.
        side: The side of a kernel in pixels.
        stride: The distance between neighbouring positions of the kernel in pixels.
        padding: The width of the frame of zeros around the image in pixels.
        init: A scheme of ``nn.init``; the fans are channels·side² and maps·side².

    Raises:
        ValueError, TypeError: If a size or the padding is not a whole number of at least 1 or 0, or ``init`` no scheme.

    >>> image = [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]
    >>> conv = Conv2d(1, 1, 2, init="zeros")
    >>> conv.kernel[0][0][1][0].data = 10.0
    >>> [[[v.data for v in row] for row in channel] for channel in conv(image)]
    [[[40.0, 50.0]]]
    """

    stride: int
    padding: int

    scope = "conv"

    def __init__(
        self, channels: int, maps: int, side: int, *, stride: int = 1, padding: int = 0, init: Any = "fan_in"
    ) -> None:
        channels, maps, side = read_int(channels, "channels"), read_int(maps, "maps"), read_int(side, "side")
        self.stride, self.padding = read_int(stride, "stride"), read_int(padding, "padding", low=0)
        draw, fans = scheme(init), (channels * side * side, maps * side * side)
        self.kernel: list[list[list[list[Value]]]] = [
            [[[Value(draw(*fans)) for _ in range(side)] for _ in range(side)] for _ in range(channels)]
            for _ in range(maps)
        ]
        self.bias: list[Value] = [Value(0.0) for _ in range(maps)]

    def __repr__(self) -> str:
        maps, side = len(self.kernel), len(self.kernel[0][0])
        return f"Conv2d({len(self.kernel[0])}, {maps}, {side}, stride={self.stride}, padding={self.padding})"

    def __call__(self, image: Any) -> list[list[list[Any]]]:
        """Return the maps; raise ValueError for an image of other channels or too small."""
        image, side, pad = _check_image(image), len(self.kernel[0][0]), self.padding
        if len(image) != len(self.kernel[0]):
            raise ValueError(f"image: expected {len(self.kernel[0])} channels, got {len(image)}")
        zeros = [0.0] * (len(image[0][0]) + 2 * pad)
        padded = [
            [*[zeros] * pad, *([0.0] * pad + list(line) + [0.0] * pad for line in channel), *[zeros] * pad]
            for channel in image
        ]
        patches = _map_windows(padded, side, self.stride, lambda channels: [v for numbers in channels for v in numbers])
        maps = []
        for m, (kernel, bias) in enumerate(zip(self.kernel, self.bias, strict=True)):
            weights, scope = leaves(kernel), f"{self.scope}.map{m}"
            maps.append([[autograd.dot(weights, patch, bias) for patch in line] for line in patches])
            for out in leaves(maps[-1]):
                if isinstance(out, Value):  # numbers of other kinds have no scope
                    out.scope = scope
        return maps


class Pool2d(Module):
    """Reduce each square of a channel to its greatest number or its mean.

    Args:
        side: The side of a square in pixels.
        stride: The distance between neighbouring squares in pixels; the default is the side.
        how: "max" or "mean".

    Raises:
        ValueError, TypeError: If a size is not a whole number of at least 1, or ``how`` is another word.

    >>> Pool2d(2)([[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]])
    [[[4.0, 8.0]]]
    >>> Pool2d(2, how="mean")([[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]])
    [[[2.5, 6.5]]]
    """

    side: int
    stride: int

    def __init__(self, side: int, *, stride: int | None = None, how: str = "max") -> None:
        self.side, self.stride = read_int(side, "side"), read_int(side if stride is None else stride, "stride")
        if how not in ("max", "mean"):
            raise ValueError(f"how: expected max or mean, got {how!r:.40}")
        self.how = how

    def __call__(self, image: Any) -> list[list[list[Any]]]:
        """Return the smaller image; raise ValueError if a square does not fit into it."""
        pool = getattr(autograd, self.how)
        return [
            _map_windows([c], self.side, self.stride, lambda numbers: pool(numbers[0])) for c in _check_image(image)
        ]


def _map_windows(channels: Any, side: int, stride: int, f: Callable[[list[list[Any]]], Any]) -> list[list[Any]]:
    """Return f of every square window; f gets a list of numbers for each channel."""
    height, width = len(channels[0]), len(channels[0][0])
    if min(height, width) < side:
        raise ValueError(f"image: expected at least {side}×{side}, got {height}×{width}")
    return [
        [
            f([[v for line in channel[top : top + side] for v in line[left : left + side]] for channel in channels])
            for left in range(0, width - side + 1, stride)
        ]
        for top in range(0, height - side + 1, stride)
    ]


def _check_image(image: Any) -> Any:
    """Return an image as nested lists, or raise ValueError for ragged channels."""
    image = image.tolist() if hasattr(image, "tolist") else image
    shapes = {(len(channel), len(line)) for channel in image for line in channel or [()]}
    if len(shapes) != 1:
        raise ValueError(f"image: expected channels of one height and width, got {sorted(shapes)}")
    return image
