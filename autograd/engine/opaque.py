"""Operations without a rule: of nodes that users make as in micrograd and microgpt, and of gates.

An opaque node knows only numbers. It can be swept and traced, but it is not evaluated again, differentiated twice or
replayed.
"""

from __future__ import annotations

from typing import Any

from ..table import Calling, Notation, Op


def refuse(*args: Any) -> Any:
    """Raise TypeError in place of a rule."""
    raise TypeError("an opaque node has no rule, only numbers: it cannot be computed again or on other numbers")


class OpaqueOp(Op):
    """The operation of a node that was made with its local derivatives. Its name, ƒ …, is that of no row."""

    def __init__(self, name: str, n_args: int) -> None:
        self.label = name
        upright = "".join(f"\\{c}" if c in "#$%&_{}" else c for c in name.replace("\\", ""))
        notation = Notation(name or "ƒ", rf"\mathrm{{{upright or 'f'}}}(#*)")
        calling = Calling(range(n_args, n_args + 1))
        super().__init__(f"ƒ {name}".strip(), notation, calling, refuse, (), (refuse,) * n_args)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.label, len(self.partials))


class ProbedOp(OpaqueOp):
    """The operation of a node with a gate or a ``_backward`` closure, which has to run for its local derivatives."""

    def run_backward(self, node: Any) -> float:
        """Run the gate or closure of a node, which adds to the grads of its arguments.

        Returns:
            The sum of those grads, which is not finite if one of them is not.

        Raises:
            ValueError: The node has neither.
        """
        gate, closure = (vars(node).get(name) for name in ("gate", "_backward"))
        if gate is not None:
            for a, part in zip(node.args, gate.contributions(node.grad), strict=True):
                if type(a) is not float and a.requires_grad:
                    a.grad += part
        elif closure is not None:
            closure()
        else:
            raise ValueError(f"{node!r} has children but neither local gradients nor a _backward")
        return float(sum(a.grad for a in node.args if type(a) is not float))

    def probe_local_derivatives(self, node: Any) -> tuple[float | None, ...]:
        """Run the gate or closure with an upstream of 1, put all grads back, and return what each argument got.

        An argument that occurs twice has all of it in its first place.
        """
        args = [a for a in node.args if type(a) is not float]
        saved = [(a, a.grad) for a in (node, *args)]
        try:
            for a in args:
                a.grad = 0.0
            node.grad = 1.0
            self.run_backward(node)
            found = {id(a): a.grad for a in args if a.requires_grad}
            return tuple(
                [found.pop(id(a), 0.0) if type(a) is not float and a.requires_grad else None for a in node.args]
            )
        finally:
            for a, grad in saved:
                a.grad = grad
