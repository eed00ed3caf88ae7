"""Arguments for a function from the names of its parameters, as courses call them.

All sizes differ, so a wrong axis or a forgotten transposition shows.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from inspect import Parameter
from itertools import product
from math import prod
from random import Random
from typing import Any, NamedTuple

N, T, D, M = 3, 2, 4, 5  # rows, steps, features, outputs
C, F, H, W, K = 2, 5, 4, 6, 3  # channels, filters, height, width, kernel

Shape = tuple[int, ...]


class Layout(NamedTuple):
    """The shapes of an input x, and of weights, biases, gains and recurrent weights that fit it."""

    x: Shape
    weight: Shape = (D, M)
    bias: Shape = (M,)
    gain: Shape = (D,)
    recurrent: Shape = (M, M)
    hidden: Shape = (N, M)

    @property
    def label(self) -> Shape:
        """The shape of labels that are floats, where there are weights: that of the result."""
        return (*self.x[:-1], *self.bias) if len(self.bias) < 2 else (M, N)

    @property
    def sizes(self) -> tuple[int, int]:
        """The number of features or channels of x, and of the result."""
        return (C, F) if len(self.x) == 4 else (D, M)


SAME, SCALE = Layout((N, D), *[(N, D)] * 3), Layout((N, D), *[(D,)] * 3)  # for results of the shape of x
ROWS, SEQUENCES, IMAGES = Layout((N, D)), Layout((N, T, D)), Layout((N, C, H, W), (F, C, K, K), (F,), (C,))
LINEAR, VECTOR, SCALARS = Layout((N, D), (D,), ()), Layout((D,), (M, D)), Layout((), (), (), ())
COLUMN = Layout((D, 1), (M, D), (M, 1), (D, 1))
LAYOUTS = [  # in the order of trial; the first in which the forward pass runs is taken
    ROWS,
    Layout((N, D), (M, D)),
    Layout((D, N), (M, D), (M, 1), (D, 1)),
    COLUMN,
    SAME,
    SCALE,
    SEQUENCES,
    IMAGES,
    IMAGES._replace(gain=(1, C, 1, 1)),
    Layout((N, H, W, C), (K, K, C, F), (1, 1, 1, F), (C,)),
    VECTOR,
    SCALARS,
    Layout((D,), (D,), ()),
]
FIRST = [  # a word in the name of the pair, and the layout to begin with
    (r"conv.*|.*pool.*|spatial|im2col|2d", IMAGES),
    (r"r?nn|lstm|gru|temporal|attention|sequence", SEQUENCES),
]
ROLES = {
    "label": r"(y|t|targets?|labels?|class(es)?|idx|ind(ex|ices)|gt)(_?(true|batch|train))?|tokens?|words|captions",
    "weight": r"w\d*|weights?\d*|theta|kernels?|filters?|w_?xh?|w_?ih",
    "recurrent": r"w_?hh?|u|w_?ah?",
    "bias": r"b\d*|bias(es)?|b_?h",
    "gain": r"gamma|beta|scale|shift|gain",
    "hidden": r"(prev_?)?[hc](_?prev|_?0|_?t)?|h_?in|hidden|state",
    "mask": r"masks?",
    "params": r".*param(eter)?s?|.*config|cfg|opt(ion)?s",
}
NUMBERS: list[tuple[str, Any]] = [  # of parameters that are no inputs
    (r"eps(ilon)?", 1e-5),
    (r"momentum|keep_prob", 0.9),
    (r"(?i:stride|pad(ding)?)", 1),
    (r"(kernel|filter|pool)_?(size|height|width|h|w)|ksize|HH|WW", 2),
    (r"G|(n|num)_?(groups|heads)|groups|seed", 2),
    (r".*(ratio|rate|drop(out)?|prob)", 0.5),
    (r"alpha|.*slope|reg.*|lam.*|l2|lr", 0.1),
    (r"temperature|tau|margin|delta", 1.5),
    (r"axis|dim", -1),
    (r"(is_)?train(ing)?(_fl(a)?g)?", True),
    (r"mode", "train"),
    (r"activation\w*", "relu"),
]
PARAMS = {"stride": 1, "pad": 1, "mode": "train", "p": 0.5, "seed": 1, "eps": 1e-5, "f": 2}
POOLS = {"stride": 2, "pad": 0, "pool_height": 2, "pool_width": 2, "f": 2, "mode": "max"}
SIZES = [  # of parameters of a constructor
    (r"(n|d|num|fan|f|size|dim)?_?in(put)?s?_?\w*", 0),
    (r"(n|d|num|fan|f|size|dim)?_?out(put)?s?_?\w*|.*hidden\w*|(n|num)?_?(units|neurons|classes|filters)", 1),
    (r"\w*(dim|size|features|channels|shape|model)|d|n", 0),
]


def required(parameters: Mapping[str, Parameter], given: Collection[str] = ()) -> list[Parameter]:
    """Return the parameters that have no default or are among the given ones."""
    variadic = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    return [p for p in parameters.values() if p.kind not in variadic and (p.default is p.empty or p.name in given)]


def number_of(name: str) -> Any:
    """Return the number for a parameter of this name that is no input, or None."""
    return next((x for pattern, x in NUMBERS if re.fullmatch(pattern, name)), None)


def trials(words: Collection[str], has_arrays: bool) -> Iterator[tuple[Layout, str, bool]]:
    """Yield a layout, a kind of labels and whether numbers are positive, the likeliest first.

    >>> next(trials(["conv", "forward"], True))[0].x
    (3, 2, 4, 6)
    """
    layouts = LAYOUTS if has_arrays else [SCALARS]
    matching = [layout for pattern, layout in FIRST if any(re.fullmatch(pattern, word) for word in words)]
    if matching and has_arrays and not {"step", "cell"} & set(words):
        layouts = [matching[0], *layouts]
    if gates := 4 * ("lstm" in words) or 3 * ("gru" in words):
        n = gates * M
        layouts = [layout._replace(weight=(D, n), bias=(n,), recurrent=(M, n)) for layout in layouts[:2]] + layouts
    if {"embedding", "embed"} & set(words):
        yield SEQUENCES, "x", False
    for layout, positive in product(layouts, (False, True)):
        if has_arrays:
            yield layout, "whole", positive
        if layout is ROWS:  # a regression, before labels that are a matrix
            yield LINEAR, "whole", positive
        yield layout, "floats", positive


def invent(
    layout: Layout,
    labels: str,
    draw: Draw,
    row: Mapping[str, Any],
    words: Collection[str],
    function: Callable[..., Any],
    constructs: bool = False,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return inputs and constants for the parameters of a function, or of a class.

    Labels are "whole", or "floats", or "x" itself is, in an embedding. A row has shapes as tuples, and values.
    """
    inputs, constants = dict[str, Any](), dict[str, Any]()
    names = [p.name for p in required(inspect.signature(function).parameters, row)]
    roles = {name: next((role for role in ROLES if re.fullmatch(ROLES[role], name, re.I)), "x") for name in names}
    if any("norm" in word or word in ("bn", "ln") for word in words):
        roles = {name: "gain" if role in ("weight", "bias") else role for name, role in roles.items()}
    if "weight" not in roles.values():  # then b is the second of two
        second = "gain" if layout is SCALE else "x"
        others = {"bias": second, "recurrent": second, "label": "x" if labels == "floats" else "label"}
        roles = {name: others.get(role, role) for name, role in roles.items()}
    if "recurrent" not in roles.values():
        roles = {name: "x" if role == "hidden" and len(name) == 1 else role for name, role in roles.items()}
    if {"matmul", "dot", "mm", "gemm"} & set(words) and len(names) == 2:
        roles[names[1]] = "weight"
    if roles and next(iter(roles.values())) == "label" and "x" not in roles.values():
        roles[names[0]] = "x"  # as y in mse(y, t)
    if layout is LINEAR and not {"weight", "label"} <= set(roles.values()):
        raise ValueError("no regression")
    for name in names:
        role = roles[name]
        size = next((layout.sizes[k] for pattern, k in SIZES if constructs and re.fullmatch(pattern, name)), None)
        number = 0.5 if name == "p" and "dropout" in words else number_of(name)
        if name in row:
            value = row[name]
            found = inputs if isinstance(value, tuple | list) or hasattr(value, "dtype") else constants
            found[name] = draw.floats(value) if isinstance(value, tuple) else draw.array(value)
        elif role == "params":
            constants[name] = POOLS if "pool" in name.lower() or "pool" in words else PARAMS
        elif size is not None or number is not None:
            constants[name] = number if size is None else size
        elif role == "mask":
            constants[name] = draw.integers(layout.x[:-1], 2)
        elif labels == {"label": "whole", "x": "x"}.get(role):
            inputs[name] = draw.integers(layout.x[:1] if len(layout.x) == 4 else layout.x[:-1], D)
        else:
            inputs[name] = draw.floats(getattr(layout, role, layout.x))
    return inputs, constants


class Draw:
    """Random numbers away from 0, as floats, or as arrays of NumPy or PyTorch."""

    def __init__(self, seed: int, library: Any, positive: bool) -> None:
        self.rng, self.library, self.positive = Random(seed), library, positive

    def numbers(self, n: int) -> list[float]:
        """Return floats of both signs, or positive ones."""
        sizes = [self.rng.uniform(0.2, 0.8 if self.positive else 1.5) for _ in range(n)]
        return [x if self.positive or self.rng.random() < 0.5 else -x for x in sizes]

    def floats(self, shape: Shape) -> Any:
        """Return an array of floats, or a float for the shape ()."""
        if shape and self.library is None:
            raise ValueError(f"the shape {shape} needs arrays; expected an import of NumPy or PyTorch in the file")
        return self.array(self.numbers(prod(shape))).reshape(shape) if shape else self.numbers(1)[0]

    def integers(self, shape: Shape, below: int) -> Any:
        """Return an array of whole numbers, each of them once before any again."""
        found = [k % below for k in range(prod(shape))]
        self.rng.shuffle(found)
        return self.array(found).reshape(shape)

    def array(self, value: Any) -> Any:
        """Return a list as an array, in double precision, and anything else as it is."""
        if not isinstance(value, list) or self.library is None:
            return value
        if self.library.__name__ == "torch":
            found = self.library.tensor(value)
            return found.double() if found.is_floating_point() else found
        return self.library.array(value)
