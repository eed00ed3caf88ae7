"""Gradients layer by layer, and units that are dead or saturated."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from ..engine import Node, expect_value, graph_vjp, nodes_in_order

SATURATED = 0.05  # share of the slope at 0 below which a unit is saturated
FLAGGED_RATIO = 1e3  # between the medians of a layer and of the last one, from which a layer vanishes or explodes


@dataclass(frozen=True)
class Unit:
    """A unit of a model over all samples.

    Attributes:
        scope, op, outputs: The scope of its outputs, the name of their operation, and their values.
        active: The share of samples in which its activation has a slope that is not 0.
        saturated: The share in which the slope is under 5 % of that at 0, as for tanh far from 0.
    """

    scope: str
    op: str
    outputs: tuple[float, ...]
    active: float
    saturated: float

    @property
    def dead(self) -> bool:
        """Whether the slope is 0 for every sample, so that no gradient flows through."""
        return self.active == 0


def units(*roots: Node) -> list[Unit]:
    """Return a Unit for each scope under the roots, over all samples.

    Args:
        *roots: Results of a model, one for each sample. The output of every neuron of nn has a scope.

    Raises:
        TypeError: If a root is not a Value.
        ValueError: If nothing under the roots has a scope.

    >>> from autograd import Value
    >>> x = Value(-1.0)
    >>> y = (3 * x).relu()
    >>> y.scope = "neuron0"
    >>> units(y)
    [Unit(scope='neuron0', op='relu', outputs=(0.0,), active=0.0, saturated=0.0)]
    """
    found: dict[str, dict[int, Node]] = defaultdict(dict)
    for root in roots:
        for node in nodes_in_order(expect_value(root, "roots")):
            if node.op is not None and (scope := node.scope):
                found[scope][id(node)] = node
    if not found:
        raise ValueError("roots: nothing under them has a scope, as the neurons of nn have")
    return [_unit(scope, list(nodes.values())) for scope, nodes in found.items()]


def _unit(scope: str, nodes: Sequence[Node]) -> Unit:
    slopes = [[abs(d) for d in node.locals if d is not None] for node in nodes]
    steepest = [max(found, default=0.0) for found in slopes]
    op = nodes[0].op
    assert op is not None  # only computed nodes are units
    flat = 0
    if op.arity is not None and op.arity - len(op.calling.defaults) == 1:  # an activation
        at_zero = (0.0, *op.calling.defaults)
        usual = abs(op.derivative(op.apply(at_zero), at_zero, 0) or 0.0)
        flat = sum(slope < SATURATED * usual for slope in steepest)
    active = sum(slope > 0 for slope in steepest) / len(nodes)
    return Unit(scope, op.name, tuple(node.data for node in nodes), active, flat / len(nodes))


@dataclass(frozen=True)
class LayerFlow:
    """The gradients of a layer, compared with those of the last layer.

    Attributes:
        name, sizes: The name of the layer, such as "layers.0", and the magnitudes of its gradients.
        median: The median of the sizes that are not 0, or nan.
        flag: "vanishing", "exploding" or "".
        dead, unused, units: The number of its units with gradients of exactly 0 only, of those that the loss does not
            read, such as rows of a table that are not looked up, and of all.
        uses: How often a unit was computed: once for each sample, in a recurrent network for each step too. It is the
            greatest number, for rows of a table may differ.
        dead_uses: The least and the greatest number for its dead units, (0, 0) without any.
    """

    name: str
    sizes: tuple[float, ...]
    median: float
    flag: str
    dead: int
    units: int
    unused: int = 0
    uses: int = 1
    dead_uses: tuple[int, int] = (0, 0)


def gradient_flow(model: Any, loss: Node) -> list[LayerFlow]:
    """Return the gradients of a loss by every parameter, layer by layer.

    They are computed anew, and no ``grad`` changes. A layer is an object with ``neurons``, else a part of a list of
    parts, else a matrix. A unit is a neuron, else a row of a matrix with its bias.

    Args:
        model: An object with ``named_parameters()``, which lists pairs (name, Value), or a module of PyTorch.
        loss: The Value to differentiate; for a module of PyTorch, what ``autograd.adopt`` returns.

    Raises:
        TypeError: If model has no such method, or loss is not a Value.
        ValueError: If there are no parameters, or loss depends on none of them.

    >>> from nn import MLP
    >>> model = MLP(2, [3, 1])
    >>> [(layer.name, len(layer.sizes), layer.units) for layer in gradient_flow(model, model([1.0, 2.0]))]
    [('layers.0', 9, 3), ('layers.1', 4, 1)]
    """
    parameters, found = parameter_gradients(model, loss)
    unit, uses = unit_names(name for name, _ in parameters), count_uses(parameters, loss)
    layers: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    used: dict[str, int] = defaultdict(int)  # by unit
    for (name, p), g in zip(parameters, found, strict=True):
        layers[layer_name(name)][unit[name]].append(abs(g or 0.0))
        used[unit[name]] = max(used[unit[name]], uses[id(p)], g is not None)
    medians = {name: _median(size for sizes in parts.values() for size in sizes) for name, parts in layers.items()}
    last = next((m for m in reversed(medians.values()) if not math.isnan(m)), math.nan)
    flow = []
    for name, parts in layers.items():
        sizes = tuple(size for own in parts.values() for size in own)
        of_dead = [used[part] for part, own in parts.items() if used[part] and not any(own)]
        counts = len(of_dead), len(parts), sum(not used[part] for part in parts), max(used[part] for part in parts)
        ends = min(of_dead, default=0), max(of_dead, default=0)
        flow.append(LayerFlow(name, sizes, medians[name], _flag(medians[name], last), *counts, ends))
    return flow


def count_uses(parameters: Iterable[tuple[str, Node]], loss: Node) -> Counter[int]:
    """Count by id the nodes under a loss that combine a parameter with another number."""
    ids = {id(p) for _, p in parameters}
    uses = Counter[int]()
    for node in nodes_in_order(loss):
        times = Counter(id(a) for a in node.args if id(a) in ids)
        if len(node.args) > 1:
            uses.update(key for key, count in times.items() if count == 1)  # not w·w, a penalty
    return uses


def _flag(layer: float, last: float) -> str:
    """Return whether a layer vanishes or explodes compared with the last one."""
    return "vanishing" if layer < last / FLAGGED_RATIO else "exploding" if layer > last * FLAGGED_RATIO else ""


def parameter_gradients(model: Any, loss: Any) -> tuple[list[tuple[str, Node]], Sequence[float | None]]:
    """Return the named parameters of a model, and ∂loss/∂ each or None."""
    parameters = named_parameters(model)
    expect_value(loss, "loss")
    if not any(isinstance(p, Node) for _, p in parameters):
        parameters = _labelled({name for name, _ in parameters}, loss)
    found = graph_vjp([loss], [p for _, p in parameters], [1.0], create_graph=False)
    if all(g is None for g in found):
        raise ValueError(f"loss: it depends on no parameter of {type(model).__name__}")
    return parameters, found


def _labelled(names: Container[str], loss: Node) -> list[tuple[str, Node]]:
    """Return the leaves that are elements of parameters, such as 0.weight[2][1], named as in nn."""
    found = []
    for leaf in nodes_in_order(loss):
        name, _, places = leaf.label.partition("[")
        if leaf.op is None and name in names:
            path, _, part = name.rpartition(".")
            row, *rest = places.rstrip("]").split("][")
            found.append((".".join([path or "model", "neurons", row or "0", part, *rest]), leaf))
    return found


def named_parameters(model: Any) -> list[tuple[str, Node]]:
    """Return the pairs (name, Value) of a model's parameters.

    Args:
        model: An object with ``named_parameters()``.

    Raises:
        TypeError, ValueError: If model has no such method, or no parameters.
    """
    if not callable(getattr(model, "named_parameters", None)):
        raise TypeError(f"model: expected a model with named_parameters(), got {type(model).__name__} {model!r:.40}")
    if not (parameters := list(model.named_parameters())):
        raise ValueError(f"model: {type(model).__name__} has no parameters")
    return parameters


def _median(sizes: Iterable[float]) -> float:
    some = [size for size in sizes if size]
    return median(some) if some else math.nan


def layer_name(name: str) -> str:
    """Return the name of the layer of a parameter.

    It is the part of the name before ``.neurons.``, else up to the first number that a name follows, else the name
    without the numbers at its end.

    >>> layer_name("layers.0.neurons.3.w.1"), layer_name("layers.4.gain.0"), layer_name("table.7.1")
    ('layers.0', 'layers.4', 'table')
    """
    head, found, _ = name.rpartition(".neurons.")
    part = re.match(r"(.*?\.\d+)\.[^\d]", name)
    return head if found else part[1] if part else re.sub(r"(\.\d+)+$", "", name)


def unit_names(names: Iterable[str]) -> dict[str, str]:
    """Map each parameter name to the name of its unit.

    A unit is a neuron, else a row of a matrix with the number of its bias, else the layer.

    >>> unit_names(["layers.0.neurons.3.w.1", "conv.1.kernel.0.5", "conv.1.bias.0", "layers.4.gain.0"])
    ... # doctest: +NORMALIZE_WHITESPACE
    {'layers.0.neurons.3.w.1': 'layers.0.neurons.3', 'conv.1.kernel.0.5': 'conv.1.kernel.0',
     'conv.1.bias.0': 'conv.1.kernel.0', 'layers.4.gain.0': 'layers.4'}
    """
    units: dict[str, str] = {}
    matrices: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))  # of each layer, their rows
    vectors: dict[str, list[str]] = defaultdict(list)
    for name in names:
        layer = layer_name(name)
        row = re.match(r"((?:\.[^.\d][^.]*)*)(\.\d+)(?=\.)", name[len(layer) :])
        units[name] = layer + row[0] if row else layer
        if row:
            matrices[layer][row[1]][row[2]] = units[name]
        elif name.rpartition(".")[2].isdigit():
            vectors[name.rpartition(".")[0]].append(name)
    for vector in vectors.values():
        fitting = [rows for rows in matrices[layer_name(vector[0])].values() if len(rows) == len(vector)]
        if len(fitting) == 1:
            units |= dict(zip(vector, fitting[0].values(), strict=True))
    return units
