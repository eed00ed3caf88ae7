"""Initial weights: a scheme draws one weight from the fans of its layer.

nin is the fan-in and nout the fan-out, in numbers of connections.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from math import sqrt
from typing import Any

Scheme = Callable[[int, int], float]

#: Every scheme by name. All draw from Python's ``random``, so ``random.seed`` determines a model.
SCHEMES: dict[str, Scheme] = {
    "uniform": lambda nin, nout: random.uniform(-1, 1),  # micrograd's
    "fan_in": lambda nin, nout: _symmetric_uniform(1 / sqrt(nin)),  # PyTorch's default for Linear, Conv2d and RNN
    "xavier_uniform": lambda nin, nout: _symmetric_uniform(sqrt(6 / (nin + nout))),  # Glorot and Bengio (2010)
    "xavier_normal": lambda nin, nout: random.gauss(0, sqrt(2 / (nin + nout))),
    "kaiming_uniform": lambda nin, nout: _symmetric_uniform(sqrt(6 / nin)),  # He et al. (2015), for ReLU
    "kaiming_normal": lambda nin, nout: random.gauss(0, sqrt(2 / nin)),
    "normal": lambda nin, nout: random.gauss(0, 1),
    "small": lambda nin, nout: random.gauss(0, 0.01),  # near zero, where a sigmoid is steepest
    "zeros": lambda nin, nout: 0.0,
}


def scheme(init: Any) -> Scheme:
    """Return the initialisation scheme of a name; a function is returned unchanged.

    Raises:
        ValueError: If no scheme has this name.
        TypeError: If ``init`` is neither a name nor a function.

    >>> scheme("zeros")(2, 3)
    0.0
    """
    if callable(init):
        return init  # type: ignore[no-any-return]  # Value() checks its result
    if not isinstance(init, str):
        raise TypeError(
            f"init: expected a name such as 'uniform' or a function, got {type(init).__name__} {init!r:.40}"
        )
    if init not in SCHEMES:
        raise ValueError(f"init: expected one of {', '.join(SCHEMES)}; got {init!r:.40}")
    return SCHEMES[init]


def _symmetric_uniform(bound: float) -> float:
    return random.uniform(-bound, bound)
