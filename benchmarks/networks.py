"""Networks written in scalars, as functions loss(params, x, y) of one sample; params are dicts of nested lists.

Each comes as (loss, params, x, y): the function, drawn parameters, and draws of n samples.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from typing import Any

from autograd import dot, logsumexp, maximum, relu, sigmoid, tanh
from autograd import max as greatest_of

Loss = Callable[[Any, Any, Any], Any]


def matrix(rng: random.Random, *shape: int, scale: float = 1.0) -> Any:
    """Draw nested lists of a shape, from a normal distribution."""
    if not shape:
        return rng.gauss(0, scale)
    return [matrix(rng, *shape[1:], scale=scale) for _ in range(shape[0])]


def linear(w: Any, x: Sequence[Any], b: Any = None) -> list[Any]:
    """Apply a matrix, and a bias."""
    return [dot(row, x, b[j] if b is not None else 0.0) for j, row in enumerate(w)]


def total(terms: Any) -> Any:
    """Add from the left."""
    first, *rest = terms
    for term in rest:
        first = first + term
    return first


def softmax(z: Sequence[Any]) -> list[Any]:
    """Return exp z / Σ exp z, shifted by the maximum."""
    top = greatest_of(z)
    e = [(s - top).exp() for s in z]
    whole = total(e)
    return [p / whole for p in e]


def cross_entropy(z: Sequence[Any], onehot: Sequence[Any]) -> Any:
    """Return −Σ target · log softmax."""
    return logsumexp(list(z)) - dot(onehot, z)


def mlp(sizes: Sequence[int] = (2, 16, 16, 1), seed: int = 0) -> Any:
    """Tanh layers and a squared error; or cross-entropy where there are several outputs."""
    rng = random.Random(seed)
    params = {
        f"{name}{k}": matrix(rng, *shape, scale=nin**-0.5)
        for k, (nin, nout) in enumerate(itertools.pairwise(sizes))
        for name, shape in (("w", (nout, nin)), ("b", (nout,)))
    }

    def loss(p: Any, x: Any, y: Any) -> Any:
        for k in range(len(sizes) - 1):
            x = linear(p[f"w{k}"], x, p[f"b{k}"])
            if k < len(sizes) - 2:
                x = [tanh(z) for z in x]
        return cross_entropy(x, y) if sizes[-1] > 1 else (x[0] - y) ** 2

    if sizes[-1] == 1:
        return loss, params, lambda n: matrix(rng, n, sizes[0]), lambda n: matrix(rng, n)
    return loss, params, lambda n: matrix(rng, n, sizes[0]), lambda n: onehot(rng, n, sizes[-1])


def onehot(rng: random.Random, n: int, classes: int) -> Any:
    """Draw n rows with a single 1."""
    return [[float(c == k) for c in range(classes)] for k in (rng.randrange(classes) for _ in range(n))]


def convolve(image: Any, kernels: Any, bias: Any, padded: bool) -> Any:
    """Correlate channels × rows × columns with out × channels × 3 × 3."""
    rows, columns = len(image[0]), len(image[0][0])
    k = len(kernels[0][0])
    edge = k // 2 if padded else 0
    out = []
    for kernel, b in zip(kernels, bias, strict=True):
        out.append([])
        for i in range(-edge, rows - k + 1 + edge):
            out[-1].append([])
            for j in range(-edge, columns - k + 1 + edge):
                pairs = [
                    (kernel[c][di][dj], image[c][i + di][j + dj])
                    for c in range(len(image))
                    for di in range(k)
                    for dj in range(k)
                    if 0 <= i + di < rows and 0 <= j + dj < columns
                ]
                out[-1][-1].append(dot([w for w, _ in pairs], [x for _, x in pairs], b))
    return out


def pool(image: Any, reduce: Any) -> Any:
    """Reduce squares of 2 × 2."""
    return [
        [
            [reduce([c[2 * i][2 * j], c[2 * i][2 * j + 1], c[2 * i + 1][2 * j], c[2 * i + 1][2 * j + 1]])
             for j in range(len(c[0]) // 2)]
            for i in range(len(c) // 2)
        ]
        for c in image
    ]  # fmt: skip  # a picture of the loops


def greatest(xs: Any) -> Any:
    """Take the greatest of four, pairwise."""
    return maximum(maximum(xs[0], xs[1]), maximum(xs[2], xs[3]))


def average(xs: Any) -> Any:
    """Take the mean."""
    return total(xs) / len(xs)


def lenet(padded: bool = False, channels: tuple[int, int] = (4, 8), seed: int = 0, pooling: Any = greatest) -> Any:
    """Two convolutions with relu and pooling on 8×8 images, then a linear layer and cross-entropy."""
    rng = random.Random(seed)
    c1, c2 = channels
    side = 4 if padded else 3
    last = (side // 2 if padded else 1) ** 2 * c2
    params = {
        "k1": matrix(rng, c1, 1, 3, 3, scale=0.3), "b1": matrix(rng, c1, scale=0.1),
        "k2": matrix(rng, c2, c1, 3, 3, scale=0.2), "b2": matrix(rng, c2, scale=0.1),
        "w": matrix(rng, 10, last, scale=0.3), "b": matrix(rng, 10, scale=0.1),
    }  # fmt: skip  # one line for each layer

    def loss(p: Any, x: Any, y: Any) -> Any:
        h = pool(activate(convolve([x], p["k1"], p["b1"], padded)), pooling)
        h = activate(convolve(h, p["k2"], p["b2"], padded))
        if padded:
            h = pool(h, pooling)
        flat = [z for channel in h for row in channel for z in row]
        return cross_entropy(linear(p["w"], flat, p["b"]), y)

    return loss, params, lambda n: matrix(rng, n, 8, 8), lambda n: onehot(rng, n, 10)


def activate(image: Any) -> Any:
    """Apply relu to every number."""
    return [[[relu(z) for z in row] for row in channel] for channel in image]


def rnn(steps: int = 10, inputs: int = 8, hidden: int = 16, seed: int = 0) -> Any:
    """A recurrent net through time, with a squared error at the end."""
    rng = random.Random(seed)
    params = {
        "wx": matrix(rng, hidden, inputs, scale=0.3), "wh": matrix(rng, hidden, hidden, scale=0.2),
        "b": matrix(rng, hidden, scale=0.1), "wo": matrix(rng, hidden, scale=0.3),
    }  # fmt: skip  # one line for each layer

    def loss(p: Any, x: Any, y: Any) -> Any:
        h = [0.0] * hidden
        for t in range(steps):
            h = [tanh(dot(wx, x[t], b) + dot(wh, h)) for wx, wh, b in zip(p["wx"], p["wh"], p["b"], strict=True)]
        return (dot(p["wo"], h) - y) ** 2

    return loss, params, lambda n: matrix(rng, n, steps, inputs), lambda n: matrix(rng, n)


def lstm(steps: int = 6, inputs: int = 4, hidden: int = 8, seed: int = 0) -> Any:
    """A long short-term memory through time."""
    rng = random.Random(seed)
    params: dict[str, Any] = {}
    for gate in "ifog":
        params[f"wx{gate}"] = matrix(rng, hidden, inputs, scale=0.3)
        params[f"wh{gate}"] = matrix(rng, hidden, hidden, scale=0.3)
        params[f"b{gate}"] = matrix(rng, hidden, scale=0.1)
    params["wo"] = matrix(rng, hidden, scale=0.3)

    def loss(p: Any, x: Any, y: Any) -> Any:
        h, c = [0.0] * hidden, [0.0] * hidden
        for t in range(steps):
            gates = {}
            for gate in "ifog":
                rows = zip(p[f"wx{gate}"], p[f"wh{gate}"], p[f"b{gate}"], strict=True)
                squash = tanh if gate == "g" else sigmoid
                gates[gate] = [squash(dot(wx, x[t], b) + dot(wh, h)) for wx, wh, b in rows]
            c = [f * m + i * g for f, m, i, g in zip(gates["f"], c, gates["i"], gates["g"], strict=True)]
            h = [o * tanh(m) for o, m in zip(gates["o"], c, strict=True)]
        return (dot(p["wo"], h) - y) ** 2

    return loss, params, lambda n: matrix(rng, n, steps, inputs), lambda n: matrix(rng, n)


def norm(x: Sequence[Any]) -> list[Any]:
    """Normalise to mean 0 and variance 1."""
    mean = total(x) / len(x)
    centred = [z - mean for z in x]
    scale = (total([z * z for z in centred]) / len(x) + 1e-5) ** -0.5
    return [z * scale for z in centred]


def transformer(length: int = 8, width: int = 16, heads: int = 4, causal: bool = True, seed: int = 0) -> Any:
    """One block: attention and a perceptron, each on normalised inputs, each with a residual connection."""
    rng = random.Random(seed)
    params = {k: matrix(rng, width, width, scale=width**-0.5) for k in ("q", "k", "v", "o")}
    params["up"] = matrix(rng, 4 * width, width, scale=width**-0.5)
    params["down"] = matrix(rng, width, 4 * width, scale=(4 * width) ** -0.5)

    def loss(p: Any, x: Any, y: Any) -> Any:
        x = attend(p, x, heads, causal)
        for t, row in enumerate(x):
            h = linear(p["down"], [relu(z) for z in linear(p["up"], norm(row))])
            x[t] = [a + b for a, b in zip(row, h, strict=True)]
        return total([(a - b) ** 2 for row, target in zip(x, y, strict=True) for a, b in zip(row, target, strict=True)])

    return loss, params, lambda n: matrix(rng, n, length, width), lambda n: matrix(rng, n, length, width)


def attend(p: Any, x: Any, heads: int, causal: bool, normalise: Any = norm) -> list[list[Any]]:
    """Add to each position what it attends to."""
    length, width = len(x), len(x[0])
    size = width // heads
    normed = [normalise(row) for row in x]
    q, k, v = ([linear(p[name], row) for row in normed] for name in "qkv")
    out = []
    for t in range(length):
        seen = range(t + 1) if causal else range(length)
        mixed: list[Any] = []
        for head in range(heads):
            part = slice(head * size, (head + 1) * size)
            weights = softmax([dot(q[t][part], k[s][part]) / size**0.5 for s in seen])
            mixed += [dot(weights, [v[s][j] for s in seen]) for j in range(part.start, part.stop)]
        out.append([a + b for a, b in zip(x[t], linear(p["o"], mixed), strict=True)])
    return out


def rms(x: Sequence[Any]) -> list[Any]:
    """Scale to a mean square of 1."""
    scale = (total([z * z for z in x]) / len(x) + 1e-5) ** -0.5
    return [z * scale for z in x]


def gpt(length: int = 8, width: int = 16, heads: int = 4, letters: int = 27, seed: int = 0) -> Any:
    """Microgpt's architecture (Karpathy, 2026) on one-hot letters: the mean cross-entropy of the next ones."""
    rng = random.Random(seed)
    params = {k: matrix(rng, width, width, scale=0.08) for k in ("q", "k", "v", "o")}
    params |= {"token": matrix(rng, width, letters, scale=0.08), "place": matrix(rng, length, width, scale=0.08)}
    params |= {"up": matrix(rng, 4 * width, width, scale=0.08), "down": matrix(rng, width, 4 * width, scale=0.08)}
    params["head"] = matrix(rng, letters, width, scale=0.08)

    def loss(p: Any, x: Any, y: Any) -> Any:
        known = [linear(p["token"], letter) for letter in x]
        rows = [rms([a + b for a, b in zip(t, s, strict=True)]) for t, s in zip(known, p["place"], strict=True)]
        rows = attend(p, rows, heads, causal=True, normalise=rms)
        terms = []
        for row, target in zip(rows, y, strict=True):
            hidden = [relu(z) ** 2 for z in linear(p["up"], rms(row))]
            out = [a + b for a, b in zip(row, linear(p["down"], hidden), strict=True)]
            terms.append(cross_entropy(linear(p["head"], out), target))
        return total(terms) / len(terms)

    def draw(n: int) -> Any:
        return [onehot(rng, length, letters) for _ in range(n)]

    return loss, params, draw, draw
