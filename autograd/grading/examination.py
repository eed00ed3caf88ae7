"""Examine the graph of another engine: local derivatives and backward pass."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Any

from ..engine import Node, nodes_in_order
from ..foreign import Reading, adopt, find_rows, near, refuse_other, undisturbed
from .findings import Examination, Fault
from .rule_judge import judge_rules
from .sweep_judge import judge_sweep


def examine(
    root: Any, inputs: Any = None, *, data: str | None = None, grad: str | None = None, parents: str | None = None
) -> Examination:
    """Return what is wrong with the gradients of another engine's node, and where.

    Each operation is recognised by its value and its name, and its rule is run by itself; the right derivatives are
    those of the table. Then the backward pass as a whole is run and watched. Nothing is judged at a kink, where several
    operations fit, or where numbers are not finite. Afterwards all their objects are as they were.

    In PyTorch and JAX, functions with a rule of their own are compared with what they compute.

    Args:
        root: A node of another engine, or a function of PyTorch's tensors or JAX's arrays.
        inputs, data, grad, parents: As in ``autograd.adopt``.

    Returns:
        An examination: ``faults``, ``notes``, and True if there is no fault.

    Raises:
        TypeError: If root is no node of another engine, or its graph cannot be read.
        ValueError: If root has no attribute of a given name.

    >>> class Num:
    ...     def __init__(self, data, parents=()):
    ...         self.data, self.grad, self.parents, self.back = data, 0.0, parents, lambda: None
    ...     def exp(self):
    ...         out = Num(math.exp(self.data), (self,))
    ...         def back():
    ...             self.grad += self.data * out.grad
    ...         out.back = back
    ...         return out
    ...     def backward(self):
    ...         self.grad = 1.0
    ...         self.back()
    >>> import math
    >>> examine(Num(0.3).exp())
    1 fault in 1 operation
    exp(0.3): its derivative is 0.300 = x, right is 1.350 = y
    """
    if inputs is not None:
        return judge_own_rules(adopt(root, inputs))
    if isinstance(root, Node):
        raise TypeError("root: expected a node of another engine, got a Value, which gradcheck checks")
    refuse_other(root)
    with undisturbed(root) as memento:
        reading = Reading(root, data, grad, parents, thorough=True)
        faults, notes = judge_rules(reading, find_rows(reading))
        is_linear = not any(fault.kind in ("upstream", "accumulation", "attachment") for fault in faults)
        memento.restore()
        of_sweep, more = judge_sweep(reading, memento, is_linear)
        operations = sum(bool(node.parents) for node in reading)
    return Examination((*faults, *of_sweep), (*notes, *more), operations)


def judge_own_rules(root: Node) -> Examination:
    """Return where a function's own rule differs from the derivatives of what it computes."""
    faults: dict[tuple[str, str], Fault] = {}
    nodes = [node for node in nodes_in_order(root) if node.op is not None]
    own = [node for node in nodes if "wrapped" in vars(node)]
    for node in own:
        name, values = node.op.name.removeprefix("ƒ "), tuple(a.data for a in node.args)
        for i, (theirs, right) in enumerate(zip(node.locals, vars(node)["wrapped"] or (), strict=False)):
            if theirs is not None and isfinite(theirs + right) and not near(theirs, right, 1e-4, 1.0):
                argument = str(i + 1) * (len(values) > 1)
                first = faults.get(
                    (name, argument), Fault("local", name, values, theirs, right, argument=argument, count=0)
                )
                faults[name, argument] = replace(first, count=first.count + 1)
    unknown = dict.fromkeys(node.op.name.removeprefix("ƒ ") for node in own if vars(node)["wrapped"] is None)
    notes = [f"{name} could not be compared with what it computes" for name in unknown]
    return Examination(tuple(faults.values()), tuple(notes), len(nodes))
