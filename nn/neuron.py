"""Neuron, Layer and MLP: the multilayer perceptron, with the signatures and the draws of micrograd."""

from __future__ import annotations

import operator
import random
from collections.abc import Iterable
from typing import Any

from autograd import Value, dot
from autograd.op import TABLE

from .module import Module


class Neuron(Module):
    """Compute activation(b + w0·x0 + w1·x1 + …), the weights drawn from [-1, 1) and b = 0.

    ``activation`` is "linear" or the name of a row of the table that takes one argument, such as "relu",
    "tanh" or "sigmoid"; ``nonlin=False`` means "linear". ``at`` is the place in a model, (neuron,) or
    (layer, neuron): it names the scope of the output and the parameters. Raises ValueError or TypeError
    for a size or an activation that cannot be, before anything is drawn.

    >>> random.seed(0)
    >>> neuron = Neuron(2)
    >>> neuron, neuron([1.0, -2.0])
    (ReLUNeuron(2), Value(data=0.0, grad=0.0))
    >>> [(p.label, round(p.data, 2)) for p in neuron.parameters()]
    [('w0', 0.69), ('w1', 0.52), ('b', 0.0)]
    """

    def __init__(self, nin: int, nonlin: bool = True, *, activation: str = "relu", at: tuple[int, ...] = ()) -> None:
        nin = _size(nin, "nin")
        if not isinstance(nonlin, bool):
            raise TypeError(f"nonlin: expected True or False, got {type(nonlin).__name__} {nonlin!r:.40}")
        self.activation = _activation(activation)
        self.nonlin = nonlin and activation != "linear"
        self.scope = _scope(at)
        self.w = [Value(random.uniform(-1, 1), label=_label("w", *at, i)) for i in range(nin)]
        self.b = Value(0.0, label=_label("b", *at))

    def __call__(self, x: Any) -> Value:
        """Return the output for one row of inputs, numbers and Values mixed, or a bare one if nin is 1.

        Raises ValueError if they are not as many as the weights, TypeError if they are not numbers.
        """
        inputs = _row(x)
        if len(inputs) != len(self.w):
            raise ValueError(f"inputs: expected {len(self.w)}, one for each weight, got {len(inputs)}")
        try:
            out: Value = dot(self.w, inputs, self.b)
            if self.nonlin:
                out = TABLE[self.activation](out)
        except TypeError as error:
            raise TypeError(f"inputs: expected one row of numbers or Values, got {inputs!r:.60}") from error
        if isinstance(out, Value):  # numbers of other kinds have no scope
            out.scope = self.scope
        return out

    def __repr__(self) -> str:
        activation = self.activation if self.nonlin else "linear"
        return f"{activation.title().replace('_', '').replace('Relu', 'ReLU')}Neuron({len(self.w)})"


class Layer(Module):
    """Apply nout neurons to the same nin inputs; keyword arguments go to each neuron.

    ``at`` is the number of the layer in a model. Raises as Neuron does.

    >>> layer = Layer(2, 3, activation="tanh")
    >>> layer
    Layer of [TanhNeuron(2), TanhNeuron(2), TanhNeuron(2)]
    >>> [out.scope for out in layer([1.0, -2.0])]
    ['layer.neuron0', 'layer.neuron1', 'layer.neuron2']
    """

    def __init__(self, nin: int, nout: int, *, at: int | None = None, **kwargs: Any) -> None:
        above = () if at is None else (at,)
        self.neurons = [Neuron(nin, at=(*above, j), **kwargs) for j in range(_size(nout, "nout"))]

    def __call__(self, x: Any) -> Any:
        """Return the list of outputs; of a layer of one neuron the bare Value, as micrograd does."""
        inputs = _row(x)
        out = [neuron(inputs) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self.neurons))}]"


class MLP(Module):
    """Stack layers of nouts[0], nouts[1], … neurons on nin inputs, a multilayer perceptron; the last is linear.

    Raises ValueError or TypeError for a size or an activation that cannot be, before anything is drawn.

    >>> net = MLP(2, [3, 1])
    >>> net
    MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(3)]]
    >>> len(net.parameters()), net.named_parameters()[5][0], net.parameters()[5].label
    (13, 'layers.0.neurons.1.b', 'b[0,1]')
    >>> net([1.0, -2.0]).scope
    'layer1.neuron0'
    """

    def __init__(self, nin: int, nouts: Iterable[int], *, activation: str = "relu") -> None:
        if not isinstance(nouts, Iterable):
            raise TypeError(f"nouts: expected a list of sizes, got {type(nouts).__name__} {nouts!r:.40}")
        sizes = [_size(nin, "nin"), *(_size(n, f"nouts[{i}]") for i, n in enumerate(nouts))]
        last = len(sizes) - 2
        if last < 0:
            raise ValueError("nouts: expected at least one size, got an empty list")
        self.layers = [
            Layer(sizes[i], sizes[i + 1], at=i, nonlin=i != last, activation=activation) for i in range(last + 1)
        ]

    def __call__(self, x: Any) -> Any:
        """Return the outputs of the last layer: a list, or the bare Value of a single neuron."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"


def _size(n: Any, name: str) -> int:
    """Read a size, or raise TypeError or ValueError naming it; NumPy's integers pass."""
    expected = f"{name}: expected a whole number of at least 1, got"
    if isinstance(n, bool) or not hasattr(n, "__index__"):
        raise TypeError(f"{expected} {type(n).__name__} {n!r:.40}")
    if n < 1:
        raise ValueError(f"{expected} {n}")
    return operator.index(n)


def _activation(name: Any) -> str:
    """Check the name of an activation, or raise TypeError or ValueError."""
    if not isinstance(name, str):
        raise TypeError(f"activation: expected a name such as 'relu', got {type(name).__name__} {name!r:.40}")
    known = ["linear", *(op.name for op in TABLE.values() if op.arity is not None and op.arity - len(op.defaults) == 1)]
    if name not in known:
        raise ValueError(f"activation: expected one of {', '.join(known)}; got {name!r:.40}")
    return name


def _row(x: Any) -> tuple[Any, ...]:
    """Take inputs as a tuple, an array's as floats; a bare Value, as a layer of one neuron gives, is a row of one."""
    if hasattr(x, "tolist"):
        x = x.tolist()
    return tuple(x) if hasattr(x, "__iter__") else (x,)


def _scope(at: tuple[int, ...]) -> str:
    match at:
        case ():
            return "neuron"
        case (neuron,):
            return f"layer.neuron{neuron}"
        case (layer, neuron):
            return f"layer{layer}.neuron{neuron}"
    raise ValueError(f"at: expected (), (neuron,) or (layer, neuron), got {at!r:.40}")


def _label(name: str, *place: int) -> str:
    """Name a parameter of a lone neuron w0 or b, one in a model by its place: w[layer,neuron,input]."""
    if len(place) < 2 and name == "w":
        return f"w{place[0]}"
    return f"{name}[{','.join(map(str, place))}]" if place else name
