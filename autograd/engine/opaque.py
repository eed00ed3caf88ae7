"""Operations without a rule, such as those of micrograd's nodes, gates and Functions.

An opaque node has only numbers. It is swept and traced, but never evaluated again or replayed.
"""

from __future__ import annotations

from typing import Any

from ..table import Calling, Notation, Op


def refuse(*args: Any) -> Any:
    """Raise TypeError in place of a rule."""
    raise TypeError("an opaque node has no rule, only numbers: it cannot be computed again or on other numbers")


def refuse_graph(name: str, hint: str = "") -> None:
    """Raise TypeError for a derivative of the derivative of an operation without a rule."""
    name = name.lstrip("ƒ ") or "a node with local_grads or a _backward of its own"
    raise TypeError(f"create_graph: {name} is opaque: it has no rule, only numbers, so no second derivative{hint}")


class OpaqueOp(Op):
    """The operation of a node made from local derivatives; no row has ƒ in its name."""

    def __init__(self, name: str, n: int) -> None:
        self.origin: tuple[str, int] = name, n
        upright = "".join(f"\\{c}" if c in "#$%&_{}" else c for c in name.replace("\\", ""))
        notation = Notation(name or "ƒ", rf"\mathrm{{{upright or 'f'}}}(#*)")
        super().__init__(f"ƒ {name}".strip(), notation, Calling(range(n, n + 1)), refuse, (), (refuse,) * n)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.origin


class ProbedOp(OpaqueOp):
    """The operation of a node whose ``_backward`` must run for its local derivatives."""

    def run_backward(self, node: Any) -> float:
        """Run a node's closure and return the sum of its arguments' grads; refuse one without."""
        if (closure := vars(node).get("_backward")) is None:
            raise ValueError(f"{node!r} has children but neither local gradients nor a _backward")
        closure()
        return float(sum(getattr(a.grad, "data", a.grad) for a in node.args if type(a) is not float))

    def contributions(self, node: Any, upstream: Any, create_graph: bool = False) -> tuple[Any, ...]:
        """Return what each argument gets, all in its first place; None for a constant."""
        if create_graph:
            refuse_graph(self.name)
        args = [a for a in node.args if type(a) is not float]
        grads = [(a, a.grad) for a in (node, *args)]
        try:
            for a in args:
                a.grad = 0.0
            node.grad = getattr(upstream, "data", upstream)
            if node.grad:  # as in backpropagate
                self.run_backward(node)
            found = {id(a): a.grad for a in args}
            return tuple([None if type(a) is float else found.pop(id(a), 0.0) for a in node.args])
        finally:
            for a, grad in grads:
                a.grad = grad
