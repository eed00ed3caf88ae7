"""Whether a loss is the mean over its samples, as its graph shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isclose, isnan
from typing import Any

from autograd import Value
from autograd.engine import Node, nodes_in_order
from autograd.graph import leaves, transform_leaves

from ..functional import BatchOutputs


def expect_mean(loss: Callable[[Any, Any], Any], outputs: Sequence[Any], targets: Sequence[Any]) -> None:
    """Raise ValueError unless the loss of samples is the mean of the losses of each.

    The graphs are compared as sums of terms: those of the whole must be those of the parts, each by 1/n.
    """
    copies = [transform_leaves(lambda x: Value(getattr(x, "data", x)), output) for output in outputs]
    sample = {id(leaf): frozenset([i]) for i, copy in enumerate(copies, 1) for leaf in leaves(copy)}
    form = _LinearForm(sample)
    whole = form.terms(loss(BatchOutputs(copies), targets))
    expected: dict[Any, float] = {}
    for copy, y in zip(copies, targets, strict=True):
        for term, weight in form.terms(loss(BatchOutputs([copy]), [y])).items():
            expected[term] = expected.get(term, 0.0) + weight / len(copies)
    for term in dict.fromkeys((*whole, *expected)):
        found, right = whole.get(term, 0.0), expected.get(term, 0.0)
        if not (isclose(found, right, rel_tol=1e-9, abs_tol=1e-12) or (isnan(found) and isnan(right))):
            name, read = form.reads.get(term, ("what reads no sample", frozenset()))
            reason = f"{name} counts {found:.6g} times for {len(copies)} samples, where their mean has {right:.6g}"
            if len(read) > 1:
                reason = f"{name} takes numbers of samples {' and '.join(map(str, sorted(read)))} together"
            raise ValueError(f"compile: the loss is no mean of the losses of the samples: {reason}; leave compile out")


class _LinearForm:
    """Values as sums of terms, which have the same key in every sum."""

    def __init__(self, sample: dict[int, frozenset[int]]) -> None:
        self.sample = sample
        self.keys: dict[Any, int] = {}
        self.reads: dict[int, tuple[str, frozenset[int]]] = {}  # of a key: an operation, and the samples that it reads

    def terms(self, root: Value) -> dict[Any, float]:
        """Return the weight of each term, and under 0 the sum of what reads no sample."""
        nodes = nodes_in_order(root)
        key: dict[Node, int] = {}
        for node in nodes:
            args = tuple([key[a] if isinstance(a, Node) else a for a in node.args])
            key[node] = self._key((node.op.name, args) if args else id(node), node, args)
        weights: dict[Node, float] = {root: 1.0}
        found: dict[Any, float] = {0: 0.0}
        for node in reversed(nodes):
            weight = weights.pop(node, 0.0)
            flowing = [isinstance(a, Node) and bool(self.reads[key[a]][1]) for a in node.args]
            if not self.reads[key[node]][1]:
                found[0] += weight * node.data
            elif node.args and _is_linear(node.op.name, flowing):
                found[0] += weight * node.data
                for a, local, flows in zip(node.args, node.locals, flowing, strict=True):
                    if flows and local is not None:
                        found[0] -= weight * local * a.data
                        weights[a] = weights.get(a, 0.0) + weight * local
            else:
                found[key[node]] = found.get(key[node], 0.0) + weight
        return found

    def _key(self, content: Any, node: Node, args: Sequence[Any]) -> int:
        """Return the number of an expression, equal for equal ones."""
        if content not in self.keys:
            self.keys[content] = len(self.keys) + 1
            read = [self.reads[a][1] for a in args if type(a) is int] or [self.sample.get(id(node), frozenset())]
            self.reads[self.keys[content]] = node.op.name if node.op else "an output", frozenset().union(*read)
        return self.keys[content]


def _is_linear(name: str, flowing: Sequence[bool]) -> bool:
    """Return whether an operation is linear in the arguments that read samples."""
    if name in ("mul", "div"):
        return sum(flowing) == 1 and (name == "mul" or flowing[0])
    if name == "dot":  # the weights, the inputs, and a bias
        half = len(flowing) // 2
        return not any(a and b for a, b in zip(flowing[:half], flowing[half : 2 * half], strict=True))
    return name in ("add", "sub", "neg", "sum", "mean")
