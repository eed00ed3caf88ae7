"""Adopt a node of another engine as a Value."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from ..callers import user_frame
from ..engine import Node, Value, recording
from ..variables import names_of
from .foreign_node import ForeignNode
from .functions import adopt_function
from .memento import home_of, is_their_class, undisturbed
from .reading import LIBRARIES, Reading, describe
from .rows import Candidate, candidates, fits, rows_named, same_function


def adopt(
    root: Any, inputs: Any = None, *, data: str | None = None, grad: str | None = None, parents: str | None = None,
    names: bool | Mapping[str, Any] = True, keep_grad: bool = False, model: Any = None,
) -> Value:  # fmt: skip  # in few lines
    """Return a Value for a node of any scalar engine, or a function of arrays.

    A node is a row of the table where its value and its local derivatives prove which one, else a node made from its
    local derivatives. These come from running its own backward on it alone. Afterwards all their objects are as they
    were. A function of PyTorch's tensors or JAX's arrays is read down to the single numbers. An input gets a gradient
    if it requires one, or if none does. A function with a rule of its own is always one node.

    Args:
        root: A node of another engine, or a function of one number; a Value is returned as it is.
        inputs: The arguments of a function, in a tuple or list, or a single array.
        data, grad, parents: The names of its attributes; what is None is looked for.
        names: Variables that name unlabelled nodes; True takes those of the caller.
        keep_grad: Whether each ``grad`` is the one that their node holds now, not 0.
        model: The ``torch.nn.Module`` whose names label parameters; None looks for it in the function.

    Raises:
        TypeError: If root is no node, the graph under it cannot be read, or inputs hold no arrays.
        ValueError: If root has no attribute of a given name, arrays are too large, or a part cannot be followed.

    >>> class Num:
    ...     def __init__(self, data, parents=()):
    ...         self.data, self.grad, self.parents, self.back = data, 0.0, parents, lambda: None
    ...     def __mul__(self, other):
    ...         out = Num(self.data * other.data, (self, other))
    ...         def back():
    ...             self.grad += other.data * out.grad
    ...             other.grad += self.data * out.grad
    ...         out.back = back
    ...         return out
    >>> a, b = Num(2.0), Num(-3.0)
    >>> ours = adopt(a * b)
    >>> ours, ours.op, [v.label for v in ours.args]
    (Value(data=-6.0, grad=0.0), <op mul>, ['a', 'b'])
    """
    if inputs is not None or model is not None:
        return adopt_function(root, inputs if inputs is not None else (), model)
    if isinstance(root, Node):
        return root  # type: ignore[return-value]  # a Value, or of a class that extends it
    refuse_other(root)
    variables = variables_of(names)
    with undisturbed(root):
        reading = Reading(root, data, grad, parents)
        return build(reading, find_rows(reading), variables, keep_grad)[id(reading.root)]


def variables_of(names: bool | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the variables that may name nodes: given ones, or those of the user's line."""
    variables = user_frame()[1].f_locals if names is True else names or {}
    if not isinstance(variables, Mapping):
        raise TypeError(f"names: expected True, False or a mapping such as locals(), got {names!r:.60}")
    return variables


def refuse_other(root: Any) -> None:
    """Raise TypeError for what is no node of another engine."""
    cls = type(root)
    home, module = home_of(cls), sys.modules.get(str(getattr(cls, "__module__", "")))
    is_library = home in LIBRARIES and getattr(module, cls.__name__, None) is cls  # no doctest
    if is_library or isinstance(root, type) or not is_their_class(cls, (home,)):
        hint = "; for arrays write step(f, (x, w)) with the function, or compute within autograd.watch()"
        hint *= callable(root) or hasattr(root, "dtype")
        raise TypeError(f"root: expected a Value, got {describe(root)}{hint}")


def find_rows(reading: Sequence[ForeignNode] | Reading) -> dict[int, list[Candidate]]:
    """Return for each node the rows that its value and its rule's nodes allow."""
    found: dict[int, list[Candidate]] = {}
    pools: dict[Any, list[set[str]]] = defaultdict(list)
    for node in reading:
        if node.parents:
            names = rows_named(node.texts)
            found[id(node)] = candidates(node, names) or candidates(node, ())
            pools[node.key].append({candidate.op.name for candidate in found[id(node)]})
    common = {key: set.intersection(*pool) for key, pool in pools.items()}
    for node in reading:
        if node.parents and (shared := common[node.key]):
            found[id(node)] = [candidate for candidate in found[id(node)] if candidate.op.name in shared]
    return found


def proven_row(node: ForeignNode, found: list[Candidate], trusting: bool = False) -> Candidate | None:
    """Return the row that value and local derivatives prove, or None.

    Where the derivatives are unknown, or their engine is not trusted with them, the value and the name do.
    """
    names = rows_named(node.texts)
    proven = [candidate for candidate in found if node.is_known and fits(node, candidate)]
    if not proven and (trusting or not node.is_known):
        proven = [c for c in found if not c.is_invented and (c.op.name in names or trusting)]
    best = [candidate for candidate in proven if candidate.op.name in names] or proven
    return best[0] if best and same_function(node, best) else None


def build(
    reading: Reading, rows: dict[int, list[Candidate]], variables: Mapping[str, Any], keep_grad: bool = False,
    trusting: bool = False,
) -> dict[int, Value]:  # fmt: skip  # in few lines
    """Return a Value for each node by its id, or raise TypeError for unknown derivatives."""
    known = names_of([(node.obj, node.label, not node.parents) for node in reading], variables)
    used = {id(x) for node in reading for x in node.parents if node.probe.of(x.obj) or not x.is_constant}
    ours: dict[int, Value] = {}
    with recording():
        for node in reading:
            if not node.parents:
                built = Value(node.data, requires_grad=id(node) in used or not node.is_constant)
            elif row := proven_row(node, rows[id(node)], trusting):
                built = row.op.apply(tuple(a if isinstance(a, float) else ours[id(a)] for a in row.args))
            else:
                built = by_hand(node, ours)
            if label := node.label or known.get(id(node.obj), ""):
                built.label = label
            built.grad = node.grad if keep_grad else 0.0
            ours[id(node)] = built
    return ours


def by_hand(node: ForeignNode, ours: dict[int, Value]) -> Value:
    """Return a node made from measured local derivatives."""
    name = node.texts[0].strip("_") if node.texts else ""
    if not node.is_known:
        reason = f": it raised {node.probe.error!r:.80}" if node.probe.error else ""
        what = f"{name or 'a node'} = {node.data:.6g} by running its backward{reason}"
        raise TypeError(f"root: expected to find the local derivatives of {what}")
    local = [node.probe.of(parent.obj) for parent in node.parents]
    return Value(node.data, tuple(ours[id(parent)] for parent in node.parents), name, local_grads=tuple(local))
