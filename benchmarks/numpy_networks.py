"""Compute loss and gradients of the five networks of ``replay.py`` with hand-written NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any


def entropy(z: Array, y: Array) -> tuple[float, Array]:
    """Return the mean cross-entropy of scores, and its gradient."""
    top = z.max(axis=1, keepdims=True)
    e = np.exp(z - top)
    whole = e.sum(axis=1, keepdims=True)
    loss = (np.log(whole) + top)[:, 0] - (z * y).sum(axis=1)
    return loss.mean(), (e / whole - y) / len(z)


def small(p: Any, x: Array, y: Array) -> Any:
    """Compute two tanh layers and a squared error."""
    h0 = np.tanh(x @ p["w0"].T + p["b0"])
    h1 = np.tanh(h0 @ p["w1"].T + p["b1"])
    error = (h1 @ p["w2"].T + p["b2"])[:, 0] - y
    g2 = (2 / len(x) * error)[:, None]
    g1 = (g2 @ p["w2"]) * (1 - h1 * h1)
    g0 = (g1 @ p["w1"]) * (1 - h0 * h0)
    slope = {"w0": g0.T @ x, "b0": g0.sum(0), "w1": g1.T @ h0, "b1": g1.sum(0), "w2": g2.T @ h1, "b2": g2.sum(0)}
    return (error * error).mean(), slope


def digits(p: Any, x: Array, y: Array) -> Any:
    """Compute a tanh layer and cross-entropy."""
    h = np.tanh(x @ p["w0"].T + p["b0"])
    loss, g1 = entropy(h @ p["w1"].T + p["b1"], y)
    g0 = (g1 @ p["w1"]) * (1 - h * h)
    return loss, {"w0": g0.T @ x, "b0": g0.sum(0), "w1": g1.T @ h, "b1": g1.sum(0)}


def patches(x: Array) -> Array:
    """Return all 3×3 patches: samples × positions × (channels · 9)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(2, 3))
    n, channels, rows, columns = windows.shape[:4]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(n, rows * columns, channels * 9)


def lenet(p: Any, x: Array, y: Array) -> Any:
    """Compute two convolutions with 2×2 max pooling between them."""
    n, (c1, c2) = len(x), (len(p["k1"]), len(p["k2"]))
    k1, k2 = p["k1"].reshape(c1, -1), p["k2"].reshape(c2, -1)
    columns = patches(x[:, None])
    z1 = columns @ k1.T + p["b1"]  # n × 36 × c1
    squares = np.maximum(z1, 0).reshape(n, 3, 2, 3, 2, c1)
    pooled = squares.max(axis=(2, 4))
    columns2 = patches(pooled.transpose(0, 3, 1, 2))
    z2 = columns2 @ k2.T + p["b2"]
    flat = np.maximum(z2, 0).transpose(0, 2, 1).reshape(n, -1)
    loss, g = entropy(flat @ p["w"].T + p["b"], y)
    slope = {"w": g.T @ flat, "b": g.sum(0)}
    g2 = (g @ p["w"]).reshape(n, c2, -1).transpose(0, 2, 1) * (z2 > 0)
    slope["k2"] = (g2.reshape(-1, c2).T @ columns2.reshape(-1, c1 * 9)).reshape(p["k2"].shape)
    slope["b2"] = g2.sum(axis=(0, 1))
    back = (g2 @ k2).reshape(n, c1, 3, 3).transpose(0, 2, 3, 1)
    chosen = squares == pooled[:, :, None, :, None]
    g1 = (back[:, :, None, :, None] * chosen / chosen.sum(axis=(2, 4), keepdims=True)).reshape(n, 36, c1) * (z1 > 0)
    slope["k1"] = (g1.reshape(-1, c1).T @ columns.reshape(-1, 9)).reshape(p["k1"].shape)
    slope["b1"] = g1.sum(axis=(0, 1))
    return loss, slope


def rnn(p: Any, x: Array, y: Array) -> Any:
    """Compute a recurrent network, unrolled through time."""
    states = [np.zeros((len(x), len(p["wh"])))]
    for t in range(x.shape[1]):
        states.append(np.tanh(x[:, t] @ p["wx"].T + states[-1] @ p["wh"].T + p["b"]))
    error = states[-1] @ p["wo"] - y
    g = 2 / len(x) * error
    slope = {key: np.zeros_like(value) for key, value in p.items()}
    slope["wo"] = g @ states[-1]
    back = g[:, None] * p["wo"]
    for t in range(x.shape[1] - 1, -1, -1):
        inner = back * (1 - states[t + 1] ** 2)
        slope["wx"] += inner.T @ x[:, t]
        slope["wh"] += inner.T @ states[t]
        slope["b"] += inner.sum(0)
        back = inner @ p["wh"]
    return (error * error).mean(), slope


def normalised(x: Array) -> tuple[Array, Array]:
    """Return x with mean 0 and variance 1, and its scale factor."""
    centred = x - x.mean(-1, keepdims=True)
    scale = 1 / np.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-5)
    return centred * scale, scale


def normalised_back(g: Array, z: Array, scale: Array) -> Array:
    """Return the gradient with respect to the input of the normalisation."""
    return scale * (g - g.mean(-1, keepdims=True) - z * (g * z).mean(-1, keepdims=True))


def block(p: Any, x: Array, y: Array) -> Any:
    """Compute a causal transformer block of four heads."""
    n, length, width = x.shape
    size = width // 4
    z, _ = normalised(x)
    heads = lambda a: a.reshape(n, length, 4, size).transpose(0, 2, 1, 3)
    flat = lambda a: a.reshape(-1, a.shape[-1])
    q, k, v = (heads(z @ p[name].T) for name in "qkv")
    scores = q @ k.swapaxes(2, 3) / size**0.5 + np.triu(np.full((length, length), -np.inf), 1)
    e = np.exp(scores - scores.max(-1, keepdims=True))
    w = e / e.sum(-1, keepdims=True)
    mixed = (w @ v).transpose(0, 2, 1, 3).reshape(n, length, width)
    mid = x + mixed @ p["o"].T
    z2, scale2 = normalised(mid)
    up = z2 @ p["up"].T
    active = np.maximum(up, 0)
    error = mid + active @ p["down"].T - y
    g = 2 / n * error
    slope = {"down": flat(g).T @ flat(active)}
    g_up = (g @ p["down"]) * (up > 0)
    slope["up"] = flat(g_up).T @ flat(z2)
    g_mid = g + normalised_back(g_up @ p["up"], z2, scale2)
    slope["o"] = flat(g_mid).T @ flat(mixed)
    g_mixed = heads(g_mid @ p["o"])
    g_w = g_mixed @ v.swapaxes(2, 3)
    g_scores = w * (g_w - (g_w * w).sum(-1, keepdims=True)) / size**0.5
    parts = {"q": g_scores @ k, "k": g_scores.swapaxes(2, 3) @ q, "v": w.swapaxes(2, 3) @ g_mixed}
    for name, part in parts.items():
        slope[name] = flat(part.transpose(0, 2, 1, 3).reshape(n, length, width)).T @ flat(z)
    return (error * error).sum(axis=(1, 2)).mean(), slope
