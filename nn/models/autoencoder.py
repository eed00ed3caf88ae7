"""Autoencoder: a network that learns to give back its input through a bottleneck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..functional import mse
from ..modules import MLP, Layer, Module
from ..training import fit, number_checkpoint


class Autoencoder(Module):
    """Encode rows of nin numbers by layers of these sizes, the last the bottleneck, and decode by their mirror.

    The code and the output are linear, the layers between have the activation; other keyword arguments go to
    each neuron. Training is ``nn.fit(model, (X, X), …)``; ``pretrain`` may come first.

    >>> import random
    >>> random.seed(0)
    >>> model = Autoencoder(4, [3, 2])
    >>> len(model.encode([1.0, 0.0, 0.0, 1.0])), len(model([1.0, 0.0, 0.0, 1.0])), len(model.parameters())
    (2, 4, 48)
    """

    def __init__(self, nin: int, sizes: Sequence[int], *, activation: str = "tanh", **kwargs: Any) -> None:
        self.encoder = MLP(nin, sizes, activation=activation, **kwargs)
        self.decoder = MLP(sizes[-1], [*reversed(sizes[:-1]), nin], activation=activation, **kwargs)

    def encode(self, x: Any) -> Any:
        """Return the code of a row."""
        return self.encoder(x)

    def decode(self, code: Any) -> Any:
        """Return the row of a code."""
        return self.decoder(code)

    def __call__(self, x: Any) -> Any:
        """Return what is left of a row after the bottleneck."""
        return self.decode(self.encode(x))

    def pretrain(self, X: Sequence[Any], **options: Any) -> list[float]:
        """Train the layers one by one, each pair to give back what the layers before make of X.

        The options are those of ``fit``, the optimiser as a function of the parameters; the loss is ``mse``
        unless given; the k-th pair's checkpoint has ``-k`` in its name. Returns the last loss of each pair that was
        trained; Ctrl-C ends it all, with the best weights of the pair at work.
        Bengio et al. (2007), Greedy layer-wise training.
        """
        codes, losses = list(X), []
        for k, (encode, decode) in enumerate(zip(self.encoder.layers, reversed(self.decoder.layers), strict=True)):
            history = fit(_Pair(encode, decode), (codes, codes), **{"loss": mse, **number_checkpoint(options, k)})
            losses += [row["loss"] for row in history.rows[-1:]]
            if history.stopped == "interrupted":
                break
            codes = [[v.data for v in encode.outputs(x)] for x in codes]
        return losses


class _Pair(Module):
    """A layer and the one that undoes it, which keep the names they have."""

    def __init__(self, *layers: Layer) -> None:
        object.__setattr__(self, "layers", layers)

    def __call__(self, x: Any) -> Any:
        encode, decode = vars(self)["layers"]
        return decode.outputs(encode.outputs(x))
