"""Compare nn.fit with and without compile=True on 1,397 real digits, in CPU time of one run.

    python benchmarks/training.py

Needs scikit-learn for the digits.
"""

from __future__ import annotations

import random
import time
from typing import Any

import nn


def perceptron() -> Any:
    """Return a network of 64 pixels, 16 neurons and 10 scores."""
    return nn.MLP(64, [16, 10])


def convolutional() -> Any:
    """Return the network of ``python -m nn digits --conv``."""
    conv, scores = nn.Conv2d(1, 6, 3, init="kaiming_uniform"), nn.Layer(54, 10, nonlin=False, init="fan_in")
    return nn.Sequential(nn.Reshape(1, 8, 8), conv, nn.Pool2d(2), nn.Activation("relu"), nn.Reshape(), scores)


def seconds(make: Any, data: Any, epochs: int, **options: Any) -> float:
    """Return the CPU time of one epoch in seconds, all of fit included."""
    random.seed(1)
    model = make()
    sgd = nn.SGD(model.parameters(), lr=0.1)
    start = time.process_time()
    nn.fit(model, data, loss=nn.cross_entropy, optimizer=sgd, epochs=epochs, seed=3, progress=False, **options)
    return (time.process_time() - start) / epochs


def main() -> None:
    """Print a line for each network and batch."""
    images, labels = nn.data.digits()
    data = images[:1397], labels[:1397]
    print(f"{'network':14}{'batch':>6}{'metrics':>10}{'eager':>12}{'compiled':>12}{'ratio':>8}   seconds per epoch")
    for make in (perceptron, convolutional):
        for batch_size, metrics in ((10, {"accuracy": nn.accuracy}), (10, None), (100, None), (None, None)):
            options = {"batch_size": batch_size, "metrics": metrics}
            eager = seconds(make, data, 1, **options)
            compiled = seconds(make, data, 20, **options, compile=True)
            words = f"{make.__name__:14}{batch_size or 'all':>6}{'accuracy' if metrics else '':>10}"
            print(f"{words}{eager:12.3f}{compiled:12.4f}{eager / compiled:7.0f}x")


if __name__ == "__main__":
    main()
