"""Neuron, Layer and MLP, with the signatures and random draws of micrograd."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Value, dot

from ..activations import check_activation, get_activation
from ..init import scheme
from ..validation import read_bool, read_int, read_row
from .elementwise import Dropout
from .module import Module


class Neuron(Module):
    """Compute activation(b + w0·x0 + w1·x1 + …).

    Arguments are checked before anything is drawn.

    Args:
        nin: The number of inputs.
        nonlin: False means the activation "linear", as in micrograd.
        activation: "linear", "threshold", "noisy_relu", or the name of a row of the table that takes one argument,
            such as "relu", "tanh" or "sigmoid".
        init: A scheme of ``nn.init`` that draws the weights; the default is micrograd's, uniform in [−1, 1).
        bias: Whether there is a bias b, which starts at 0.
        nout: The size of the neuron's layer, for the scheme.

    Raises:
        ValueError: If a size is below 1, or no activation or scheme has the given name.
        TypeError: If an argument has another type.

    >>> import random
    >>> random.seed(0)
    >>> neuron = Neuron(2)
    >>> neuron, neuron([1.0, -2.0])
    (ReLUNeuron(2), Value(data=0.0, grad=0.0))
    >>> [(p.label, round(p.data, 2)) for p in neuron.parameters()]
    [('w0', 0.69), ('w1', 0.52), ('b', 0.0)]
    """

    scope = "neuron"

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: str = "relu",
        init: Any = "uniform",
        bias: bool = True,
        nout: int = 1,
    ) -> None:
        nin, draw = read_int(nin, "nin"), scheme(init)
        self.activation: str = check_activation(activation)
        self.nonlin: bool = read_bool(nonlin, "nonlin") and activation != "linear"
        self.w: list[Value] = [Value(draw(nin, nout)) for _ in range(nin)]
        self.b: Any = Value(0.0) if bias else 0.0

    def __call__(self, x: Any) -> Value:
        """Return the output for one row of inputs.

        Args:
            x: A list of nin numbers or Values, or a bare one if nin is 1.

        Raises:
            ValueError: If the number of inputs is not nin.
            TypeError: If an input is not a number.
        """
        inputs = read_row(x)
        if len(inputs) != len(self.w):
            raise ValueError(f"inputs: expected {len(self.w)}, one for each weight, got {len(inputs)}")
        try:
            out: Value = dot(self.w, inputs, self.b)
            if self.nonlin:
                out = get_activation(self.activation, self.training)(out)
        except TypeError as error:
            raise TypeError(f"inputs: expected one row of numbers or Values, got {inputs!r:.60}") from error
        if isinstance(out, Value):  # numbers of other kinds have no scope
            out.scope = self.scope
        return out

    def __repr__(self) -> str:
        activation = self.activation if self.nonlin else "linear"
        return f"{activation.title().replace('_', '').replace('Relu', 'ReLU')}Neuron({len(self.w)})"


class Layer(Module):
    """Apply nout neurons to the same nin inputs.

    Args:
        nin, nout: The numbers of inputs and of neurons.
        **kwargs: Options of each neuron, as for ``Neuron``.

    >>> layer = Layer(2, 3, activation="tanh")
    >>> layer
    Layer of [TanhNeuron(2), TanhNeuron(2), TanhNeuron(2)]
    >>> [out.scope for out in layer([1.0, -2.0])]
    ['layer.neuron0', 'layer.neuron1', 'layer.neuron2']
    """

    scope = "layer"

    def __init__(self, nin: int, nout: int, **kwargs: Any) -> None:
        nout = read_int(nout, "nout")
        self.neurons: list[Neuron] = [Neuron(nin, nout=nout, **kwargs) for _ in range(nout)]

    def __call__(self, x: Any) -> Any:
        """Return the list of outputs, or as micrograd the bare Value of a single neuron."""
        out = self.outputs(x)
        return out[0] if len(out) == 1 else out

    def outputs(self, x: Any) -> list[Any]:
        """Return the list of outputs, also for a single neuron."""
        inputs = read_row(x)
        return [neuron(inputs) for neuron in self.neurons]

    def __repr__(self) -> str:
        return f"{type(self).__name__} of [{', '.join(map(repr, self.neurons))}]"


class MLP(Module):
    """Stack layers of neurons on nin inputs: a multilayer perceptron.

    Arguments are checked before anything is drawn.

    Args:
        nin: The number of inputs.
        nouts: The number of neurons of each layer.
        activation: The activation of all layers except the last, which is linear, or a list of one per layer.
        dropout: The probability of dropping an output of a hidden layer in training.
        **kwargs: Options of each ``Neuron``.

    Raises:
        ValueError: If a size is below 1, there is no layer, or the list of activations has another length.
        TypeError: If ``nouts`` is not a list, or a size is not a whole number.

    >>> net = MLP(2, [3, 1])
    >>> net
    MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(3)]]
    >>> len(net.parameters()), net.named_parameters()[5][0], net.parameters()[5].label
    (13, 'layers.0.neurons.1.b', 'b[0,1]')
    >>> net([1.0, -2.0]).scope
    'layer1.neuron0'
    >>> MLP(1, [1, 1], activation=["tanh", "sigmoid"], init="xavier_uniform")
    MLP of [Layer of [TanhNeuron(1)], Layer of [SigmoidNeuron(1)]]
    """

    def __init__(
        self, nin: int, nouts: Iterable[int], *, activation: Any = "relu", dropout: float = 0.0, **kwargs: Any
    ) -> None:
        if not isinstance(nouts, Iterable):
            raise TypeError(f"nouts: expected a list of sizes, got {type(nouts).__name__} {nouts!r:.40}")
        sizes = [read_int(nin, "nin"), *(read_int(n, f"nouts[{i}]") for i, n in enumerate(nouts))]
        n_layers = len(sizes) - 1
        if not n_layers:
            raise ValueError("nouts: expected at least one size, got an empty list")
        is_list = isinstance(activation, list | tuple)
        names = [check_activation(name) for name in (activation if is_list else [activation] * n_layers)]
        if len(names) != n_layers:
            raise ValueError(f"activation: expected {n_layers}, one for each layer, got {len(names)}")
        if not is_list:
            names[-1] = "linear"
        self.dropout: Dropout | None = Dropout(dropout) if dropout else None
        self.layers: list[Layer] = [
            Layer(sizes[i], sizes[i + 1], activation=names[i], **kwargs) for i in range(n_layers)
        ]

    def __call__(self, x: Any) -> Any:
        """Return the last layer's list of outputs, or the bare Value of a single neuron."""
        for layer in self.layers[:-1]:
            x = layer(x) if self.dropout is None else self.dropout(layer(x))
        return self.layers[-1](x)

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"
