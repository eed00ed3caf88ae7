"""A model as neurons and connections, with the size of the gradient on each."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..engine import Node, nodes_in_order
from .layer_gradients import count_uses, layer_name, parameter_gradients, unit_names


@dataclass(frozen=True)
class Neuron:
    """A unit of a model, or one of its inputs.

    Attributes:
        name, layer: Of the part of the model; the layer of an input is "".
        size: The norm of ∂loss/∂ its own parameters.
        dead: Whether all of these are exactly 0, although the loss reads them.
        op, scope: Its last operation, and the scope of its outputs.
        uses: How often it was computed, such as once for each sample; 0 if the loss does not read it.
    """

    name: str
    layer: str
    size: float
    dead: bool = False
    op: str = ""
    scope: str = ""
    uses: int = 1


@dataclass(frozen=True)
class Connection:
    """The weights from one neuron to another, with the norm of ∂loss/∂ them.

    Attributes:
        src, dst: The names of the two neurons.
        size: The norm.
    """

    src: str
    dst: str
    size: float


@dataclass(frozen=True)
class Network:
    """Neurons and their connections.

    Attributes:
        neurons, connections: The inputs, and then the neurons layer by layer; the weights between each two.
    """

    neurons: tuple[Neuron, ...]
    connections: tuple[Connection, ...]


def measure_connections(model: Any, loss: Node) -> Network:
    """Return the neurons of a model, and ∂loss/∂ the weights between each two.

    A weight connects its own neuron with the one whose output it is multiplied by in the graph of the loss. A neuron
    is a unit in the sense of ``gradient_flow``.

    Args:
        model, loss: As for ``gradient_flow``.

    >>> from nn import MLP
    >>> model = MLP(2, [3, 1])
    >>> network = measure_connections(model, model([1.0, 2.0]))
    >>> [neuron.name for neuron in network.neurons[:3]], len(network.connections)
    (['x0', 'x1', 'layers.0.neurons.0'], 9)
    """
    parameters, found = parameter_gradients(model, loss)
    names = {id(p): name for name, p in parameters}
    unit = unit_names(names.values())
    squares: dict[str, list[float]] = defaultdict(list)
    uses, counts = defaultdict[str, int](int), count_uses(parameters, loss)
    for (name, p), g in zip(parameters, found, strict=True):
        squares[unit[name]].append((g or 0.0) ** 2)
        uses[unit[name]] = max(uses[unit[name]], counts[id(p)], g is not None)
    gradient = {id(p): g or 0.0 for (_, p), g in zip(parameters, found, strict=True)}
    units: dict[int, frozenset[str]] = {}
    weights: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    met: set[tuple[str, int]] = set()
    last: dict[str, Node] = {}
    chained: set[int] = set()  # nodes computed from weights, and activations of these
    for node in nodes_in_order(loss):
        args = node.args
        if node.op is None:
            continue
        mine = [names[id(a)] for a in args if isinstance(a, Node) and id(a) in names]
        from_args = [units.get(id(a), frozenset()) for a in args if isinstance(a, Node)]
        own = frozenset(unit[name] for name in mine)
        units[id(node)] = own if own else own.union(*from_args)
        scoped = bool(node.scope)
        if own or scoped or (len(args) == 1 and id(args[0]) in chained):
            chained.add(id(node))
            for name in units[id(node)] if len(units[id(node)]) == 1 and not _is_penalty(node, mine) else ():
                if scoped or not getattr(last.get(name), "scope", ""):
                    last[name] = node
        for p, x in _factors(node):
            if not isinstance(p, Node) or id(p) not in names or (isinstance(x, Node) and id(x) in names):
                continue
            sources = units.get(id(x), frozenset()) if isinstance(x, Node) else frozenset()
            for src in sorted(sources) or [_input_name(x, names[id(p)], unit)]:
                weights[src, unit[names[id(p)]]][id(p)] = gradient[id(p)] ** 2
                if sources or isinstance(x, Node) or x:
                    met.add((src, id(p)))
    fed = {p for _, p in met}  # a constant 0, such as a first state, is no input of a weight that has another factor
    weights = {
        (src, dst): some
        for (src, dst), parts in weights.items()
        if (some := {p: square for p, square in parts.items() if (src, p) in met or p not in fed})
    }
    inputs = {src for src, _ in weights} - squares.keys()
    neurons = [Neuron(name, "", 0.0) for name in sorted(inputs, key=lambda name: (len(name), name))]
    layers = {unit[name]: layer_name(name) for name in names.values()}
    for name, parts in squares.items():
        out = last.get(name)
        op = out.op.name if out is not None and out.op else ""
        scope = str(out.scope) if out is not None else ""
        dead = uses[name] > 0 and not any(parts)
        neurons.append(Neuron(name, layers[name], math.sqrt(sum(parts)), dead, op, scope, uses[name]))
    edges = [Connection(a, b, math.sqrt(sum(parts.values()))) for (a, b), parts in weights.items()]
    return Network(tuple(neurons), tuple(edges))


def _is_penalty(node: Node, mine: list[str]) -> bool:
    """Return whether a node depends on weights alone, as a penalty does."""
    return len(mine) > 1 and len(mine) == len([a for a in node.args if isinstance(a, Node)])


def _factors(node: Node) -> list[tuple[Any, Any]]:
    """Return the pairs of factors in a product or weighted sum, in both orders."""
    assert node.op is not None  # only computed nodes multiply
    args = node.args
    if node.op.name == "mul":
        pairs = [(args[0], args[1])]
    elif node.op.name == "dot":
        n = len(args) // 2
        pairs = list(zip(args[:n], args[n:-1], strict=True))
    else:
        return []
    return [pair for a, b in pairs for pair in ((a, b), (b, a))]


def _input_name(x: Any, weight: str, unit: Mapping[str, str]) -> str:
    """Return the name of an input: its label, else x with the index of its weight."""
    numbers = [part for part in weight[len(unit[weight]) :].split(".") if part.isdigit()]
    return str(getattr(x, "label", "")) or (f"x[{','.join(numbers)}]" if len(numbers) > 1 else f"x{''.join(numbers)}")
