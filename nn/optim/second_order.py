"""Second-order steps: the curvature comes from products of the Hessian with a vector, never from the Hessian.

A product H·v is the gradient of ∇L·v, one more pass over the graph of the gradient (Pearlmutter, 1994).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import isfinite
from typing import Any, ClassVar

from autograd import Value, dot, grad, no_grad

from ..validation import read_bool, read_int
from .first_order import Optimizer, Option, at_least, vector

Vector = list[float]
Closure = Callable[[], Value]


class SecondOrder(Optimizer):
    """An optimiser whose step evaluates the loss itself, by a closure as in PyTorch, and returns it.

    With ``line_search`` a step that does not make the loss smaller by a fair share of what its slope promises
    is halved until it does, and not taken if none does (Armijo, 1966).
    """

    line_search: bool

    def __init__(self, parameters: Iterable[Value], lr: float | None = None, **options: Any) -> None:
        super().__init__(parameters, lr, **options)
        self.free = [p for p in self.parameters if p.requires_grad]

    def step(self, closure: Closure | None = None) -> Value:  # type: ignore[override]  # it needs the graph
        """Take a step down the loss that closure() computes from the parameters; each ``grad`` becomes its gradient."""
        if closure is None:
            raise TypeError(f"closure: expected a function that computes the loss; {type(self).__name__} needs it")
        self.steps += 1
        loss = closure()
        slopes = grad(loss, self.free, create_graph=True)
        g = [s.data for s in slopes]
        for p, slope in zip(self.free, g, strict=True):
            p.grad = slope
        d, t = self.direction(g, lambda v: [h.data for h in grad(dot(slopes, v), self.free)])
        taken = self.walk(closure, loss.data, d, t, _dot(g, d))
        self.remember(g, [taken * x for x in d])
        return loss

    def direction(self, g: Vector, hessian_times: Callable[[Vector], Vector]) -> tuple[Vector, float]:
        """Return where to go, and how far at first."""
        raise NotImplementedError

    def remember(self, g: Vector, s: Vector) -> None:
        """Note the gradient before a step s."""

    def walk(self, closure: Closure, before: float, d: Vector, t: float, slope: float) -> float:
        """Move the parameters by t·d, and return t."""
        start = [p.data for p in self.free]
        for _ in range(40 if self.line_search else 1):
            for p, x, along in zip(self.free, start, d, strict=True):
                p.data = x + t * along
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
    """Solve H·d = −∇L by conjugate gradients, and step along d (Nocedal and Wright, 2006, algorithm 7.1).

    Where the curvature is not positive it keeps what it has found so far, or goes down the gradient; ``damping``
    is added to the diagonal of H. On a quadratic bowl one step ends at the bottom.

    >>> x, y = Value(3.0), Value(-2.0)
    >>> loss = Newton([x, y]).step(lambda: (x - 1) ** 2 + 10 * (y + x) ** 2)
    >>> loss.data, round(x.data, 9), round(y.data, 9)
    (14.0, 1.0, -1.0)
    """

    options: ClassVar[dict[str, Option]] = {
        "lr": (1.0, at_least),
        "damping": (0.0, at_least),
        "iterations": (None, lambda x, name: None if x is None else read_int(x, name)),
        "tolerance": (1e-10, at_least),
        "line_search": (True, read_bool),
    }
    damping: float
    iterations: int | None
    tolerance: float

    def direction(self, g: Vector, hessian_times: Callable[[Vector], Vector]) -> tuple[Vector, float]:  # noqa: D102  # as above
        d, rest = [0.0] * len(g), [-x for x in g]
        along, squared = rest, _dot(rest, rest)
        enough = self.tolerance**2 * squared
        for _ in range(self.iterations or 2 * len(self.free)):
            if squared <= enough:
                break
            bent = [h + self.damping * v for h, v in zip(hessian_times(along), along, strict=True)]
            curvature = _dot(along, bent)
            if not curvature > 0:
                return (d if any(d) else rest), self.lr
            t = squared / curvature
            d = [x + t * v for x, v in zip(d, along, strict=True)]
            rest = [r - t * b for r, b in zip(rest, bent, strict=True)]
            squared, last = _dot(rest, rest), squared
            along = [r + squared / last * v for r, v in zip(rest, along, strict=True)]
        return d, self.lr


def _kind(x: Any, name: str) -> str:
    if x not in ("product", "difference"):
        raise ValueError(f"{name}: expected product or difference, got {x!r:.40}")
    return str(x)


class LBFGS(SecondOrder):
    """Step along −B·∇L, B an inverse Hessian made of the last steps s and how the gradient changed, y (Nocedal, 1980).

    ``curvature="product"`` takes y = H·s, exact at the new point; "difference" takes the difference of two
    gradients, which with ``line_search=False`` is PyTorch's LBFGS of one iteration per step.

    >>> x, y = Value(3.0), Value(-2.0)
    >>> optimizer = LBFGS([x, y])
    >>> for _ in range(15): loss = optimizer.step(lambda: (x - 1) ** 2 + 10 * (y + x) ** 2)
    >>> round(x.data, 6), round(y.data, 6)
    (1.0, -1.0)
    """

    options: ClassVar[dict[str, Option]] = {
        "lr": (1.0, at_least),
        "history_size": (100, read_int),
        "curvature": ("product", _kind),
        "line_search": (True, read_bool),
    }
    history_size: int
    curvature: str

    def __init__(self, parameters: Iterable[Value], lr: float | None = None, **options: Any) -> None:
        super().__init__(parameters, lr, **options)
        self.memory = {"s": [], "y": [], "last_s": [], "last_g": []}

    def recall(self, name: str, found: Any) -> list[Any]:  # noqa: D102  # as in Optimizer
        n = len(self.free)
        if name.startswith("last"):
            return vector(found, name, n) if found != [] else []
        if not isinstance(found, list):
            raise ValueError(f"state: expected a list of {name}, got {found!r:.40}")
        return [vector(v, name, n) for v in found]

    def direction(self, g: Vector, hessian_times: Callable[[Vector], Vector]) -> tuple[Vector, float]:  # noqa: D102  # as above
        pairs, last = self.memory, self.memory["last_s"]
        if any(last):
            changed = [a - b for a, b in zip(g, pairs["last_g"], strict=True)]
            y = hessian_times(last) if self.curvature == "product" else changed
            if _dot(y, last) > 1e-10:
                pairs["s"], pairs["y"] = ([*pairs[k], v][-self.history_size :] for k, v in (("s", last), ("y", y)))
        if not pairs["s"]:
            return [-x for x in g], self.lr * min(1.0, 1 / (sum(map(abs, g)) or 1.0))
        return _two_loops(g, pairs["s"], pairs["y"]), self.lr

    def remember(self, g: Vector, s: Vector) -> None:  # noqa: D102  # as above
        self.memory["last_g"], self.memory["last_s"] = g, s


def _two_loops(g: Vector, steps: Sequence[Vector], changes: Sequence[Vector]) -> Vector:
    """Multiply −g by the inverse Hessian of the pairs: two loops over them, the newest first and last."""
    pairs = list(zip(steps, changes, strict=True))
    q, shares = [-x for x in g], []
    for s, y in reversed(pairs):
        share = _dot(s, q) / _dot(y, s)
        shares.append(share)
        q = [a - share * b for a, b in zip(q, y, strict=True)]
    s, y = pairs[-1]
    scale = _dot(y, s) / _dot(y, y)
    q = [scale * a for a in q]
    for (s, y), share in zip(pairs, reversed(shares), strict=True):
        more = share - _dot(y, q) / _dot(y, s)
        q = [a + more * b for a, b in zip(q, s, strict=True)]
    return q


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return float(dot(a, b))
