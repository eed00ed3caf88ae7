"""Compare the speed of replay with its peers: ``python benchmarks/replay.py [--rounds 3] [--plot ratios.png]``.

Loss and all gradients of five networks for n samples, in µs: the minimum of several rounds, each peer in its
own process, in turn, on one thread, in float64. Only ratios within one run are comparable. Peers that are not
installed are reported as skipped. ``numpy`` is hand-written NumPy with its own derivatives; ``values`` is replay
with parameters that are Values captured from outside.

small   MLP(2, [16, 16, 1]), tanh, squared error       digits  64-32-10, tanh, cross-entropy
lenet   two convolutions, pooling, 8×8 images          rnn     16 units, 10 steps
block   a causal transformer block, 8 × 16, 4 heads    gpt     microgpt, 8 letters, and its own scalar class
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

SIZES = (1, 32, 100, 1000)
PEERS = ("numpy", "glassgrad", "glassgrad values", "torch", "jax", "casadi", "own class")
WORKLOADS = ("small", "digits", "lenet", "rnn", "block", "gpt")


def network(name: str) -> Any:
    """Return loss, params and draws, in scalars."""
    from benchmarks import networks as nets

    return {
        "small": nets.mlp,
        "digits": lambda: nets.mlp((64, 32, 10)),
        "lenet": nets.lenet,
        "rnn": nets.rnn,
        "block": nets.transformer,
        "gpt": nets.gpt,
    }[name]()


def glassgrad(name: str, params: Any) -> Callable[..., Any]:
    """Return replay with arrays for parameters."""
    import autograd

    return autograd.compile(autograd.value_and_grad(network(name)[0]), batch=("x", "y"))


def glassgrad_values(name: str, params: Any) -> Callable[..., Any]:
    """Return replay with parameters that are Values, whose grads it sets."""
    import autograd

    loss = network(name)[0]
    nested: Any = lambda x: list(map(nested, x)) if isinstance(x, list) else autograd.Value(x)
    live = {key: nested(value.tolist()) for key, value in params.items()}

    def step(x: Any, y: Any) -> Any:
        error = loss(live, x, y)
        error.backward()
        return error

    compiled = autograd.compile(step, batch=("x", "y"))
    return lambda p, x, y: compiled(x, y)


def numpy(name: str, params: Any) -> Callable[..., Any]:
    """Return the hand-written NumPy version."""
    from benchmarks import numpy_networks

    if not hasattr(numpy_networks, name):
        raise ImportError(f"{name} has no hand-written version")
    return getattr(numpy_networks, name)


def vectorised(xp: Any, name: str) -> Callable[..., Any]:
    """Return the loss of a whole batch, in the functions of PyTorch or JAX."""
    if name == "gpt":
        raise ImportError("gpt is not written for it")

    def cross_entropy(z: Any, y: Any) -> Any:
        return (xp.logsumexp(z, 1) - (z * y).sum(1)).mean()

    def small(p: Any, x: Any, y: Any) -> Any:
        h = xp.tanh(xp.tanh(x @ p["w0"].T + p["b0"]) @ p["w1"].T + p["b1"])
        return (((h @ p["w2"].T + p["b2"])[:, 0] - y) ** 2).mean()

    def digits(p: Any, x: Any, y: Any) -> Any:
        return cross_entropy(xp.tanh(x @ p["w0"].T + p["b0"]) @ p["w1"].T + p["b1"], y)

    def lenet(p: Any, x: Any, y: Any) -> Any:
        h = xp.relu(xp.conv(x[:, None], p["k1"]) + p["b1"][:, None, None])
        h = xp.max(h.reshape(len(x), h.shape[1], 3, 2, 3, 2), (3, 5))
        h = xp.relu(xp.conv(h, p["k2"]) + p["b2"][:, None, None])
        return cross_entropy(h.reshape(len(x), -1) @ p["w"].T + p["b"], y)

    def rnn(p: Any, x: Any, y: Any) -> Any:
        h = xp.tanh(x[:, 0] @ p["wx"].T + p["b"])
        for t in range(1, x.shape[1]):
            h = xp.tanh(x[:, t] @ p["wx"].T + h @ p["wh"].T + p["b"])
        return ((h @ p["wo"] - y) ** 2).mean()

    def norm(x: Any) -> Any:
        centred = x - x.mean(-1, keepdims=True)
        return centred / ((centred**2).mean(-1, keepdims=True) + 1e-5) ** 0.5

    def block(p: Any, x: Any, y: Any) -> Any:
        n, length, width = x.shape
        z = norm(x)
        q, k, v = (xp.heads((z @ p[name].T).reshape(n, length, 4, width // 4)) for name in "qkv")
        scores = q @ xp.turn(k) / (width // 4) ** 0.5 + xp.mask(length)
        mixed = xp.heads(xp.softmax(scores, -1) @ v).reshape(n, length, width)
        x = x + mixed @ p["o"].T
        x = x + xp.relu(norm(x) @ p["up"].T) @ p["down"].T
        return ((x - y) ** 2).sum((1, 2)).mean()

    return {"small": small, "digits": digits, "lenet": lenet, "rnn": rnn, "block": block}[name]


def torch(name: str, params: Any) -> Callable[..., Any]:
    """Return a hand-vectorised PyTorch version."""
    import torch as t

    t.set_num_threads(1)

    class XP:
        tanh, relu, softmax, logsumexp = t.tanh, t.relu, t.softmax, t.logsumexp
        conv = staticmethod(t.nn.functional.conv2d)
        max = staticmethod(lambda x, axes: x.amax(axes))
        heads = staticmethod(lambda x: x.transpose(1, 2))
        turn = staticmethod(lambda x: x.transpose(-1, -2))
        mask = staticmethod(lambda k: t.full((k, k), -t.inf, dtype=t.float64).triu(1))

    loss = vectorised(XP, name)
    live = {key: t.tensor(value, requires_grad=True) for key, value in params.items()}

    def step(p: Any, x: Any, y: Any) -> Any:
        error = loss(live, t.from_numpy(x), t.from_numpy(y))
        grads = t.autograd.grad(error, list(live.values()))
        return error.item(), {key: g.numpy() for key, g in zip(live, grads, strict=True)}

    return step


def jax(name: str, params: Any) -> Callable[..., Any]:
    """Return a hand-vectorised JAX version under jit."""
    import jax as j

    j.config.update("jax_enable_x64", True)
    jnp = j.numpy

    class XP:
        tanh, max = jnp.tanh, jnp.max
        relu, softmax, logsumexp = j.nn.relu, j.nn.softmax, j.scipy.special.logsumexp
        conv = staticmethod(lambda x, k: j.lax.conv(x, k, (1, 1), "VALID"))
        heads = staticmethod(lambda x: x.swapaxes(1, 2))
        turn = staticmethod(lambda x: x.swapaxes(-1, -2))
        mask = staticmethod(lambda k: jnp.triu(jnp.full((k, k), -jnp.inf), 1))

    step = j.jit(j.value_and_grad(vectorised(XP, name)))
    return lambda p, x, y: j.block_until_ready(step(p, x, y))


def casadi(name: str, params: Any) -> Callable[..., Any]:
    """Return the same scalar code on CasADi's SX, mapped over the samples."""
    import casadi as c
    import numpy as np

    if name not in ("small", "digits"):
        raise ImportError("written for small and digits only")
    shapes = {key: value.shape for key, value in params.items()}
    flat = c.SX.sym("p", sum(value.size for value in params.values()))
    parts, at = {}, 0
    for key, shape in shapes.items():
        size = int(np.prod(shape))
        parts[key] = c.reshape(flat[at : at + size], *reversed(shape), *([1] * (len(shape) == 1))).T
        at += size
    x, y = c.SX.sym("x", params["w0"].shape[1]), c.SX.sym("y", 1 if name == "small" else 10)
    h = x
    layers = sum(key[0] == "w" for key in params)
    for k in range(layers):
        h = parts[f"w{k}"] @ h + parts[f"b{k}"].T
        h = c.tanh(h) if k < layers - 1 else h
    error = (h - y) ** 2 if name == "small" else c.log(c.sum1(c.exp(h))) - c.dot(h, y)
    step = c.Function("step", [flat, x, y], [error, c.gradient(error, flat)])

    def run(p: Any, xs: Any, ys: Any) -> Any:
        vector = np.concatenate([value.ravel() for value in p.values()])
        value, slope = step.map(len(xs))(vector, xs.T, ys.reshape(len(xs), -1).T)
        return float(np.mean(value)), np.mean(slope, axis=1)

    return run


def scalar() -> Any:
    """Return a class with microgpt's layout that knows what the network needs; rows are expressions in it."""
    from benchmarks.eager import Microgpt

    def number(x: Any) -> Any:
        return x if isinstance(x, Microgpt) else Microgpt(x)

    def log_excess(*args: Any) -> Any:
        top = max(a.data for a in args)
        return log(sum([exp(a - top) for a in args], Microgpt(0.0)))

    def maximum(a: Any, b: Any) -> Any:
        a, b = number(a), number(b)
        return Microgpt(max(a.data, b.data), (a, b), (float(a.data > b.data), float(a.data <= b.data)))

    def exp(a: Any) -> Any:
        return Microgpt(math.exp(a.data), (a,), (math.exp(a.data),))

    def log(a: Any) -> Any:
        return Microgpt(math.log(a.data), (a,), (1 / a.data,))

    def power(a: Any, b: float) -> Any:
        return Microgpt(a.data**b, (a,), (b * a.data ** (b - 1),))

    spellings = {"log_excess": log_excess, "maximum": maximum, "exp": exp, "log": log}
    methods = {
        "__apply__": lambda self, op, args: spellings[op.name](*args) if op.primitive else op.forward(*args),
        "__neg__": lambda self: self * -1,
        "__sub__": lambda self, other: self + -other,
        "__rsub__": lambda self, other: -self + other,
        "__truediv__": lambda self, other: self * other**-1,
        "__pow__": power,
        "exp": exp,
    }
    for name, method in methods.items():
        setattr(Microgpt, name, method)
    return Microgpt


def own_class(name: str, params: Any) -> Callable[..., Any]:
    """Return the scalar code on a class with microgpt's layout."""
    if name != "gpt":
        raise ImportError("for gpt only")
    loss, leaf = network(name)[0], scalar()
    nested: Any = lambda x: list(map(nested, x)) if isinstance(x, list) else leaf(x)
    live = {key: nested(value.tolist()) for key, value in params.items()}

    def step(p: Any, xs: Any, ys: Any) -> Any:
        found = [loss(live, x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
        for error in found:
            error.backward()
        return sum(error.data for error in found) / len(found), None

    return step


def measure(peer: str, name: str) -> None:
    """Time one peer on one workload in this process; print JSON: for each n the µs and the loss."""
    import numpy as np

    _, params, draw_x, draw_y = network(name)
    arrays = {key: np.array(value) for key, value in params.items()}
    step = globals()[peer.replace(" ", "_")](name, arrays)
    found: dict[int, tuple[float, float]] = {}
    for n in SIZES if peer != "own class" else SIZES[:1]:
        x, y = np.array(draw_x(n)), np.array(draw_y(n))
        value = float(step(arrays, x, y)[0] if peer != "glassgrad values" else step(arrays, x, y))
        timer = timeit.Timer(lambda x=x, y=y: step(arrays, x, y))
        each = max(1e-6, min(timer.repeat(3, 1)))
        number = max(1, int(0.001 / each))
        repeats = max(5, min(200, int(0.4 / (each * number))))  # short, so that other load disturbs few of them
        found[n] = (min(timer.repeat(repeats, number)) / number * 1e6, value)
    print(json.dumps(found))


def main() -> None:
    """Run every peer on every workload in turn; print the minimum times and the ratios to hand-written NumPy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="how often each process is started (default 3)")
    parser.add_argument("--workloads", nargs="*", default=WORKLOADS, choices=WORKLOADS)
    parser.add_argument("--plot", help="write a picture of the ratios; needs matplotlib")
    parser.add_argument("--one", nargs=2, metavar=("PEER", "WORKLOAD"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        measure(*args.one)
        return
    env = os.environ | {f"{k}_NUM_THREADS": "1" for k in ("OMP", "OPENBLAS", "MKL")}
    env |= {"JAX_PLATFORMS": "cpu", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}
    found: dict[tuple[str, str], dict[int, float]] = {}
    losses: dict[tuple[str, int], float] = {}
    for _ in range(args.rounds):
        for name in args.workloads:
            for peer in PEERS:
                command = [sys.executable, __file__, "--one", peer, name]
                run = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
                if run.returncode:
                    why = run.stderr.strip().splitlines()[-1:] or [f"it died with {run.returncode}"]
                    print(f"skipped: {peer} on {name}: {why[0]}", file=sys.stderr)
                    continue
                for size, (us, loss) in json.loads(run.stdout).items():
                    n = int(size)
                    times = found.setdefault((name, peer), {})
                    times[n] = min(us, times.get(n, us))
                    expected = losses.setdefault((name, n), loss)
                    if abs(loss - expected) > 1e-9 * abs(expected):
                        print(f"differs: {peer} on {name} at n = {n}: {loss} and {expected}", file=sys.stderr)
    report(found)
    if args.plot:
        plot(found, args.plot)


def report(found: dict[tuple[str, str], dict[int, float]]) -> None:
    """Print µs for each call, and the ratio to hand-written NumPy."""
    print(f"Python {sys.version.split()[0]}; µs, and in brackets the ratio to hand-written NumPy\n")
    print(f"{'':8}{'':18}" + "".join(f"{f'n = {n}':>18}" for n in SIZES))
    for name in WORKLOADS:
        for peer in PEERS:
            times = found.get((name, peer))
            if times:
                base = found.get((name, "numpy"), {})
                cells = [f"{times[n]:.1f}" + (f" ({times[n] / base[n]:.2f})" if base else "") for n in times]
                print(f"{name:8}{peer:18}" + "".join(f"{cell:>18}" for cell in cells))


def plot(found: dict[tuple[str, str], dict[int, float]], path: str) -> None:
    """Draw the ratios to hand-written NumPy, one panel for each workload."""
    import matplotlib.pyplot as plt

    names = [name for name in WORKLOADS if (name, "numpy") in found]
    figure, axes = plt.subplots(1, len(names), figsize=(2.6 * len(names), 3.4), sharey=True, squeeze=False)
    figure.set_layout_engine("constrained")
    lines: dict[str, Any] = {}
    for axis, name in zip(axes[0], names, strict=True):
        for k, peer in enumerate(PEERS):
            times = found.get((name, peer))
            if times and peer != "numpy":
                ratios = [times[n] / found[name, "numpy"][n] for n in SIZES]
                lines[peer] = axis.plot(SIZES, ratios, marker="o", color=f"C{k}")[0]
        axis.axhline(1, color="black", linewidth=0.8)
        axis.set(title=name, xscale="log", yscale="log", xlabel="samples")
    axes[0][0].set_ylabel("time / hand-written NumPy")
    figure.legend(list(lines.values()), list(lines), loc="outside lower center", ncols=len(lines))
    figure.savefig(path, dpi=150)


if __name__ == "__main__":
    main()
