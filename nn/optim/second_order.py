"""Newton and LBFGS: steps that use the curvature of the loss.

A product H·v is the gradient of ∇L·v, one more pass over the graph of the gradient; the Hessian itself is never built.
Pearlmutter (1994), Fast exact multiplication by the Hessian.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import isfinite
from typing import Any, ClassVar

from autograd import Value, dot, grad, no_grad

from ..validation import read_bool, read_int
from .optimizer import Optimizer, Option, read_nonnegative, read_vector

Vector = list[float]
Closure = Callable[[], Value]


class SecondOrder(Optimizer):
    """Base class of optimizers whose step evaluates the loss, by a closure.

    Args:
        line_search: Whether a step is halved until the loss decreases by 1e-4 of what its slope promises, at most 40
            times; if it never does, the step is not taken (Armijo, 1966).
    """

    line_search: bool

    def __init__(self, parameters: Iterable[Value], lr: float | None = None, **options: Any) -> None:
        super().__init__(parameters, lr, **options)
        self.free: list[Value] = [p for p in self.parameters if p.requires_grad]

    def step(self, closure: Closure | None = None) -> Value:  # type: ignore[override]  # it needs the graph
        """Change the parameters by one step, and set ``grad`` to the gradient before it.

        Args:
            closure: A function without arguments that computes the loss from the parameters.

        Returns:
            The loss before the step.

        Raises:
            TypeError: If there is no closure.
        """
        if closure is None:
            raise TypeError(f"closure: expected a function that computes the loss; {type(self).__name__} needs it")
        self.steps = self.steps + 1
        loss = closure()
        slopes = grad(loss, self.free, create_graph=True)
        g = [s.data for s in slopes]
        for p, slope in zip(self.free, g, strict=True):
            p.grad = slope
        d, t = self.find_direction(g, lambda v: [h.data for h in grad(dot(slopes, v), self.free)])
        accepted = self.search_line(closure, loss.data, d, t, _dot(g, d))
        self.remember_step(g, [accepted * x for x in d])
        return loss

    def find_direction(self, g: Vector, hessian_times: Callable[[Vector], Vector]) -> tuple[Vector, float]:
        """Return the direction of a step at gradient g, and its length to try first."""
        raise NotImplementedError

    def remember_step(self, g: Vector, s: Vector) -> None:
        """Store the step s and the gradient before it."""

    def search_line(self, closure: Closure, before: float, d: Vector, t: float, slope: float) -> float:
        """Move the parameters by t·d, t halved if needed, and return t or 0."""
        start = [p.data for p in self.free]
        for _ in range(40 if self.line_search else 1):
            for p, x, direction in zip(self.free, start, d, strict=True):
                p.data = x + t * direction
            if not self.line_search:
                return t
            with no_grad():
                after = closure().data
            if isfinite(after) and after <= before + 1e-4 * t * slope:
                return t
            t /= 2
        for p, x in zip(self.free, start, strict=True):
            p.data = x
        return 0.0


class Newton(SecondOrder):
    """Solve H·d = −∇L by conjugate gradients, and step along d.

    Where the curvature is not positive, the step goes along the solution so far, or down the gradient. On a quadratic
    function one step reaches the minimum. Nocedal and Wright (2006), Numerical optimization, algorithm 7.1.

    Args:
        damping: The number added to the diagonal of H.
        iterations: The most iterations of conjugate gradients; the default is twice the number of parameters.
        tolerance: The residual, relative to ∇L, at which the iterations end.

    >>> x, y = Value(3.0), Value(-2.0)
    >>> loss = Newton([x, y]).step(lambda: (x - 1) ** 2 + 10 * (y + x) ** 2)
    >>> loss.data, round(x.data, 9), round(y.data, 9)
    (14.0, 1.0, -1.0)
    """

    options: ClassVar[dict[str, Option]] = {
        "lr": (1.0, read_nonnegative),
        "damping": (0.0, read_nonnegative),
        "iterations": (None, lambda x, name: None if x is None else read_int(x, name)),
        "tolerance": (1e-10, read_nonnegative),
        "line_search": (True, read_bool),
    }
    damping: float
    iterations: int | None
    tolerance: float

    def find_direction(self, g: Vector, hessian_times: Callable[[Vector], Vector]) -> tuple[Vector, float]:  # noqa: D102  # as above
        d, residual = [0.0] * len(g), [-x for x in g]
        search, squared = residual, _dot(residual, residual)
        enough = self.tolerance**2 * squared
        for _ in range(self.iterations or 2 * len(self.free)):
            if squared <= enough:
                break
            image = [h + self.damping * v for h, v in zip(hessian_times(search), search, strict=True)]
            curvature = _dot(search, image)
            if not curvature > 0:
                return (d if any(d) else residual), self.lr
            t = squared / curvature
            d = [x + t * v for x, v in zip(d, search, strict=True)]
            residual = [r - t * b for r, b in zip(residual, image, strict=True)]
            squared, last = _dot(residual, residual), squared
            search = [r + squared / last * v for r, v in zip(residual, search, strict=True)]
        return d, self.lr


def _read_curvature(x: Any, name: str) -> str:
    """Return x if it is "product" or "difference", or raise ValueError."""
    if x not in ("product", "difference"):
        raise ValueError(f"{name}: expected product or difference, got {x!r:.40}")
    return str(x)


class LBFGS(SecondOrder):
    """Step along −B·∇L, where B approximates the inverse Hessian.

    B follows from the last steps s and the changes y of the gradient.

    Nocedal (1980), Updating quasi-Newton matrices with limited storage.

    Args:
        history_size: The greatest number of pairs (s, y).
        curvature: "product" computes y = H·s, exact at the new point; "difference" subtracts two gradients, which with
            ``line_search=False`` is PyTorch's LBFGS with one iteration per step.

    >>> x, y = Value(3.0), Value(-2.0)
    >>> optimizer = LBFGS([x, y])
    >>> for _ in range(15): loss = optimizer.step(lambda: (x - 1) ** 2 + 10 * (y + x) ** 2)
    >>> round(x.data, 6), round(y.data, 6)
    (1.0, -1.0)
    """

    options: ClassVar[dict[str, Option]] = {
        "lr": (1.0, read_nonnegative),
        "history_size": (100, read_int),
        "curvature": ("product", _read_curvature),
        "line_search": (True, read_bool),
    }
    history_size: int
    curvature: str

    def __init__(self, parameters: Iterable[Value], lr: float | None = None, **options: Any) -> None:
        super().__init__(parameters, lr, **options)
        self.memory: dict[str, Any] = {"s": [], "y": [], "last_s": [], "last_g": []}

    def read_memory(self, name: str, found: Any) -> list[Any]:  # noqa: D102  # as in Optimizer
        n = len(self.free)
        if name.startswith("last"):
            return read_vector(found, name, n) if found != [] else []
        if not isinstance(found, list):
            raise ValueError(f"state: expected a list of {name}, got {found!r:.40}")
        return [read_vector(v, name, n) for v in found]

    def find_direction(self, g: Vector, hessian_times: Callable[[Vector], Vector]) -> tuple[Vector, float]:  # noqa: D102  # as above
        pairs, last = self.memory, self.memory["last_s"]
        if any(last):
            difference = [a - b for a, b in zip(g, pairs["last_g"], strict=True)]
            y = hessian_times(last) if self.curvature == "product" else difference
            if _dot(y, last) > 1e-10:
                pairs["s"], pairs["y"] = ([*pairs[k], v][-self.history_size :] for k, v in (("s", last), ("y", y)))
        if not pairs["s"]:
            return [-x for x in g], self.lr * min(1.0, 1 / (sum(map(abs, g)) or 1.0))
        return _apply_inverse_hessian(g, pairs["s"], pairs["y"]), self.lr

    def remember_step(self, g: Vector, s: Vector) -> None:  # noqa: D102  # as above
        self.memory["last_g"], self.memory["last_s"] = g, s


def _apply_inverse_hessian(g: Vector, steps: Sequence[Vector], changes: Sequence[Vector]) -> Vector:
    """Return −B·g by the two-loop recursion over pairs of step and change."""
    pairs = list(zip(steps, changes, strict=True))
    q, weights = [-x for x in g], []
    for s, y in reversed(pairs):
        weight = _dot(s, q) / _dot(y, s)
        weights.append(weight)
        q = [a - weight * b for a, b in zip(q, y, strict=True)]
    s, y = pairs[-1]
    scale = _dot(y, s) / _dot(y, y)
    q = [scale * a for a in q]
    for (s, y), weight in zip(pairs, reversed(weights), strict=True):
        correction = weight - _dot(y, q) / _dot(y, s)
        q = [a + correction * b for a, b in zip(q, s, strict=True)]
    return q


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return float(dot(a, b))
