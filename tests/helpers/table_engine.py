"""An engine whose closures use the derivatives of the table, so that it is right, or wrong on purpose."""

from __future__ import annotations

import math
import random

from autograd.foreign.rows import ROWS

SYMBOLS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**", "neg": "-"}
STYLES = {
    "name": lambda op: op.name, "symbol": lambda op: SYMBOLS.get(op.name, op.symbol), "none": lambda op: "",
    "custom": lambda op: f"op{len(op.name)}",
}  # fmt: skip  # in few lines


class Tabled:
    """A node with a closure that adds local derivatives, each times a factor."""

    def __init__(self, data, prev=(), op=""):
        self.data, self.grad, self._prev, self._op, self._backward = data, 0.0, prev, op, lambda: None

    @classmethod
    def apply(cls, op, args, text, container=tuple, factor=1.0):
        nodes = [a for a in args if isinstance(a, cls)]
        raw = [a.data if isinstance(a, cls) else a for a in args]
        y = op.on_float(*raw)
        local = op.local_derivatives(y, raw, [None if isinstance(a, cls) else 0.0 for a in args])
        out = cls(y, container(nodes), text)

        def _backward():
            for a, d in zip(args, local, strict=True):
                if d is not None:
                    a.grad += factor * d * out.grad

        out._backward = _backward
        return out

    def backward(self):
        order, seen = [], set()

        def visit(v):
            if v not in seen:
                seen.add(v)
                for p in v._prev:
                    visit(p)
                order.append(v)

        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            v._backward()


def random_graph(seed):
    """Return the root of a small graph of any rows, at special points or others, named or not."""
    rng = random.Random(seed)
    ordinary = [rng.uniform(-2, 2) for _ in range(4)]
    points = [[0.0, 1.0, -1.0, 2.0], [0.5, 1.0, 2.0, 3.0, 0.25], ordinary, [abs(x) for x in ordinary]][seed % 4]
    container, text = rng.choice([set, tuple, list]), STYLES[rng.choice(list(STYLES))]
    nodes = [Tabled(rng.choice(points)) for _ in range(3)]
    for _ in range(rng.randrange(1, 7)):
        op = rng.choice(ROWS)
        args = rng.choices(nodes, k=op.arity or 3)
        if op.arity and op.arity > 1 and rng.random() < 0.4:
            first = op.name in ("elu", "leaky_relu", "clamp")  # nobody makes a node of their constants alone
            args[rng.randrange(first, op.arity)] = rng.choice([2.0, 0.5, -1.0, 3.0, rng.uniform(-2, 2)])
        try:
            new = Tabled.apply(op, args, text(op), container)
        except ValueError:  # the row refuses these numbers
            continue
        nodes += [new] if abs(new.data) < 1e6 or not math.isfinite(new.data) else []
    return nodes[-1]
