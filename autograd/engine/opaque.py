"""Operations without a rule: of nodes that users make as in micrograd and microgpt, and of gates.

An opaque node has only numbers. It is swept and traced, but never evaluated again, differentiated twice or replayed.
"""

from __future__ import annotations

from typing import Any

from ..table import Calling, Notation, Op


def refuse(*args: Any) -> Any:
    """Raise TypeError in place of a rule."""
    raise TypeError("an opaque node has no rule, only numbers: it cannot be computed again or on other numbers")


class OpaqueOp(Op):
    """The operation of a node that was made with its local derivatives; ƒ is in its name, as in that of no row."""

    def __init__(self, name: str, n_args: int) -> None:
        self.origin: tuple[str, int] = name, n_args
        upright = "".join(f"\\{c}" if c in "#$%&_{}" else c for c in name.replace("\\", ""))
        notation = Notation(name or "ƒ", rf"\mathrm{{{upright or 'f'}}}(#*)")
        super().__init__(
            f"ƒ {name}".strip(), notation, Calling(range(n_args, n_args + 1)), refuse, (), (refuse,) * n_args
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.origin


class ProbedOp(OpaqueOp):
    """The operation of a node with a gate or a ``_backward`` closure, which has to run for its local derivatives."""

    def run_backward(self, node: Any) -> float:
        """Run the gate or closure of a node, and return the sum of its arguments' grads; raise ValueError if none."""
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
        """Return what each argument gets from an upstream of 1; all of it in its first place, if it occurs twice."""
        args = [a for a in node.args if type(a) is not float]
        grads = [(a, a.grad) for a in (node, *args)]
        try:
            for a in args:
                a.grad = 0.0
            node.grad = 1.0
            self.run_backward(node)
            found = {id(a): a.grad for a in args}
            flows = [type(a) is not float and a.requires_grad for a in node.args]
            return tuple([found.pop(id(a), 0.0) if f else None for a, f in zip(node.args, flows, strict=True)])
        finally:
            for a, grad in grads:
                a.grad = grad
