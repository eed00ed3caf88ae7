"""How well gradients flow: units that are dead or saturated, layers that vanish or explode."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from ..engine.node import Node, expect_value
from ..engine.traversal import nodes_in_order
from ..engine.vjp import gradients

FLAT = 0.05  # a unit is saturated where its slope is less than this share of its slope at 0
FAR = 1e3  # a layer vanishes or explodes when its median is this many times from the last layer's


@dataclass(frozen=True)
class Unit:
    """What a unit of a model did over all samples under some roots.

    ``active`` is the share of samples in which its activation had a slope, ``saturated`` the share in which
    the slope was under 5 % of that at 0, as of sigmoid and tanh far from 0; ``outputs`` are its values.
    """

    scope: str
    op: str
    outputs: tuple[float, ...]
    active: float
    saturated: float

    @property
    def dead(self) -> bool:
        """Whether no sample reached it: a gradient never flows through."""
        return self.active == 0


def units(*roots: Node) -> list[Unit]:
    """Measure every unit under some roots: what has a scope, as the output of each neuron of nn does.

    Raises ValueError if nothing has one.

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
            if node.op is not None and (scope := getattr(node, "scope", "")):
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
        flat = sum(slope < FLAT * usual for slope in steepest)
    active = sum(slope > 0 for slope in steepest) / len(nodes)
    return Unit(scope, op.name, tuple(node.data for node in nodes), active, flat / len(nodes))


@dataclass(frozen=True)
class LayerFlow:
    """The gradients of a layer's parameters: their sizes, and how they stand to the last layer's.

    ``median`` is that of the sizes that are not 0, nan if there is none; ``flag`` is "vanishing", "exploding" or
    "". Of its ``units``, ``dead`` have only gradients of exactly 0.
    """

    name: str
    sizes: tuple[float, ...]
    median: float
    flag: str
    dead: int
    units: int


def gradient_flow(model: Any, loss: Node) -> list[LayerFlow]:
    """Measure ∂loss/∂ every parameter, layer by layer, whatever ``grad`` holds.

    ``model`` has ``named_parameters()``; a layer is what holds ``neurons``, else a part of a list of parts, else a
    matrix; a unit is a neuron, else a row of a matrix, with its bias. Raises TypeError if there is no such method or
    the loss is no Value, and ValueError if there are no parameters, or if the loss depends on none of them.

    >>> from nn import MLP
    >>> model = MLP(2, [3, 1])
    >>> [(layer.name, len(layer.sizes), layer.units) for layer in gradient_flow(model, model([1.0, 2.0]))]
    [('layers.0', 9, 3), ('layers.1', 4, 1)]
    """
    named, found = checked(model, loss)
    units = units_of(name for name, _ in named)
    layers: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for (name, _), g in zip(named, found, strict=True):
        layers[layer_of(name)][units[name]].append(abs(g or 0.0))
    medians = {name: _median(size for sizes in parts.values() for size in sizes) for name, parts in layers.items()}
    last = next((m for m in reversed(medians.values()) if not math.isnan(m)), math.nan)
    return [
        LayerFlow(
            name,
            tuple(size for sizes in parts.values() for size in sizes),
            medians[name],
            "vanishing" if medians[name] < last / FAR else "exploding" if medians[name] > last * FAR else "",
            sum(not any(sizes) for sizes in parts.values()),
            len(parts),
        )
        for name, parts in layers.items()
    ]


def checked(model: Any, loss: Any) -> tuple[list[tuple[str, Node]], Sequence[float | None]]:
    """Return the named parameters of a model and ∂loss/∂ each, or raise naming what is wrong."""
    parameters = named(model)
    found = gradients([expect_value(loss, "loss")], [p for _, p in parameters], [1.0], create_graph=False)
    if all(g is None for g in found):
        raise ValueError(f"loss: it depends on no parameter of {type(model).__name__}")
    return parameters, found


def named(model: Any) -> list[tuple[str, Node]]:
    """Return the named parameters of a model, or raise naming what is wrong."""
    if not callable(getattr(model, "named_parameters", None)):
        raise TypeError(f"model: expected a model with named_parameters(), got {type(model).__name__} {model!r:.40}")
    if not (parameters := list(model.named_parameters())):
        raise ValueError(f"model: {type(model).__name__} has no parameters")
    return parameters


def _median(sizes: Iterable[float]) -> float:
    some = [size for size in sizes if size]
    return median(some) if some else math.nan


def layer_of(name: str) -> str:
    """Take from the name of a parameter that of its layer: what holds neurons, else a part of a list, else a matrix.

    >>> layer_of("layers.0.neurons.3.w.1"), layer_of("layers.4.gain.0"), layer_of("table.7.1")
    ('layers.0', 'layers.4', 'table')
    """
    head, found, _ = name.rpartition(".neurons.")
    part = re.match(r"(.*?\.\d+)\.[^\d]", name)
    return head if found else part[1] if part else re.sub(r"(\.\d+)+$", "", name)


def units_of(names: Iterable[str]) -> dict[str, str]:
    """Map the name of each parameter to that of its unit: a neuron, a row of a matrix with its bias, else the layer.

    >>> units_of(["layers.0.neurons.3.w.1", "conv.1.kernel.0.5", "conv.1.bias.0", "layers.4.gain.0"])
    ... # doctest: +NORMALIZE_WHITESPACE
    {'layers.0.neurons.3.w.1': 'layers.0.neurons.3', 'conv.1.kernel.0.5': 'conv.1.kernel.0',
     'conv.1.bias.0': 'conv.1.kernel.0', 'layers.4.gain.0': 'layers.4'}
    """
    units: dict[str, str] = {}
    matrices: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))  # of each layer, their rows
    vectors: dict[str, list[str]] = defaultdict(list)
    for name in names:
        layer = layer_of(name)
        row = re.match(r"((?:\.[^.\d][^.]*)*)(\.\d+)(?=\.)", name[len(layer) :])
        units[name] = layer + row[0] if row else layer
        if row:
            matrices[layer][row[1]][row[2]] = units[name]
        elif name.rpartition(".")[2].isdigit():
            vectors[name.rpartition(".")[0]].append(name)
    for vector in vectors.values():
        fitting = [rows for rows in matrices[layer_of(vector[0])].values() if len(rows) == len(vector)]
        if len(fitting) == 1:
            units |= dict(zip(vector, fitting[0].values(), strict=True))
    return units
