"""Autoencoder: a network that reproduces its input through a bottleneck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..functional import mse
from ..modules import MLP, Layer, Module
from ..training import fit, number_checkpoint


class Autoencoder(Module):
    """Encode rows by layers down to a bottleneck, and decode them by the mirror.

    The code and the output are linear. Train it with ``nn.fit(model, (X, X), …)``, possibly after ``pretrain``.

    Args:
        nin: The length of a row.
        sizes: The sizes of the encoder's layers, the last that of the bottleneck.
        activation: The activation of the layers between.
        **kwargs: Options of each neuron, as for ``Neuron``.

    >>> import random
    >>> random.seed(0)
    >>> model = Autoencoder(4, [3, 2])
    >>> len(model.encode([1.0, 0.0, 0.0, 1.0])), len(model([1.0, 0.0, 0.0, 1.0])), len(model.parameters())
    (2, 4, 48)
    """

    def __init__(self, nin: int, sizes: Sequence[int], *, activation: str = "tanh", **kwargs: Any) -> None:
        self.encoder: MLP = MLP(nin, sizes, activation=activation, **kwargs)
        self.decoder: MLP = MLP(sizes[-1], [*reversed(sizes[:-1]), nin], activation=activation, **kwargs)

    def encode(self, x: Any) -> Any:
        """Return the code of a row."""
        return self.encoder(x)

    def decode(self, code: Any) -> Any:
        """Return the row of a code."""
        return self.decoder(code)

    def __call__(self, x: Any) -> Any:
        """Return the reconstruction of a row."""
        return self.decode(self.encode(x))

    def pretrain(self, X: Sequence[Any], **options: Any) -> list[float]:
        """Train the layers pair by pair, each to reproduce its input on X.

        Ctrl-C ends the pretraining, and the current pair gets its best weights.
        Bengio et al. (2007), Greedy layer-wise training of deep networks.

        Args:
            X: The rows.
            **options: The options of ``fit``; the optimizer must be a function of the parameters, the loss is ``mse``
                by default, and the checkpoint of pair k has ``-k`` in its name.

        Returns:
            The last loss of each pair that was trained.
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
    """A layer of the encoder and its mirror in the decoder, which keep their names."""

    def __init__(self, *layers: Layer) -> None:
        object.__setattr__(self, "layers", layers)

    def __call__(self, x: Any) -> Any:
        encode, decode = vars(self)["layers"]
        return decode.outputs(encode.outputs(x))
