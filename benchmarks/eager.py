"""Compare the speed of the eager engine with its peers: ``python benchmarks/eager.py [--rounds 5]``.

Building a graph, backward and freeing it, in ns of CPU time per operation that the user wrote: the minimum of
several rounds, the engines in turn, each in its own process. Only ratios within one run are comparable. micrograd
runs with the cycle collector off, its best case; glassgrad with it on and off. Peers that are not installed are
reported as skipped.

W1  one step of MLP(2, [16, 16, 1]), ReLU, on 100 points; also with glassgrad's n-ary ``dot``
W2  a chain of 300,000 operations        W3  a random graph of 200,000 operations
"""

from __future__ import annotations

import argparse
import gc
import importlib
import itertools
import random
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

sys.setrecursionlimit(10**6)


class Microgpt:
    """A scalar in microgpt's layout: tuples of children and local gradients, and a set of visited nodes."""

    __slots__ = ("_children", "_local_grads", "data", "grad")

    def __init__(self, data: float, children: tuple[Any, ...] = (), local_grads: tuple[float, ...] = ()) -> None:
        self.data, self.grad, self._children, self._local_grads = data, 0.0, children, local_grads

    def __add__(self, other: Any) -> Microgpt:
        other = other if isinstance(other, Microgpt) else Microgpt(other)
        return Microgpt(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other: Any) -> Microgpt:
        other = other if isinstance(other, Microgpt) else Microgpt(other)
        return Microgpt(self.data * other.data, (self, other), (other.data, self.data))

    __radd__, __rmul__ = __add__, __mul__

    def relu(self) -> Microgpt:
        """Return the positive part."""
        return Microgpt(max(0.0, self.data), (self,), (float(self.data > 0),))

    def backward(self) -> None:
        """Add to the gradient of every node below."""
        order, seen, stack = [], set(), [(self, iter(self._children))]
        while stack:  # iterative, so that W2 does not end in the recursion limit
            node, children = stack[-1]
            child = next((c for c in children if c not in seen), None)
            if child is None:
                order.append(stack.pop()[0])
            else:
                seen.add(child)
                stack.append((child, iter(child._children)))
        self.grad = 1.0
        for node in reversed(order):
            for child, local in zip(node._children, node._local_grads, strict=True):
                child.grad += local * node.grad


def torch_scalar() -> Callable[[float], Any]:
    """Return a maker of 0-d PyTorch tensors, on one thread."""
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    return lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True)


ENGINES: dict[str, tuple[Callable[[], Any], bool]] = {  # how to make a leaf, and whether the collector is on
    "micrograd, gc off": (lambda: importlib.import_module("micrograd.engine").Value, False),
    "microgpt's layout": (lambda: Microgpt, True),
    "PyTorch 0-d": (torch_scalar, True),
    "glassgrad": (lambda: importlib.import_module("autograd").Value, True),
    "glassgrad, gc off": (lambda: importlib.import_module("autograd").Value, False),
    "glassgrad dot": (lambda: importlib.import_module("autograd").Value, True),
    "glassgrad dot, gc off": (lambda: importlib.import_module("autograd").Value, False),
}


def w1(leaf: Any, dot: Any) -> tuple[Callable[[], Any], int]:
    """Return one step of a small network on 100 points."""
    rng = random.Random(0)
    sizes = [2, 16, 16, 1]
    net = [
        [([leaf(rng.uniform(-1, 1)) for _ in range(nin)], leaf(0.0)) for _ in range(nout)]
        for nin, nout in itertools.pairwise(sizes)
    ]
    points = [(rng.uniform(-1, 1), rng.uniform(-1, 1)) for _ in range(100)]

    def forward() -> Any:
        loss = leaf(0.0)
        for x in points:
            h: Sequence[Any] = x
            for k, layer in enumerate(net):
                if dot:
                    h = [dot(w, h, b) for w, b in layer]
                else:
                    h = [sum((wi * xi for wi, xi in zip(w, h, strict=True)), b) for w, b in layer]
                if k < 2:
                    h = [v.relu() for v in h]
            loss = loss + h[0] * h[0]
        return loss

    return forward, 100 * (2 * (2 * 16 + 16 * 16 + 16) + 32 + 2)


def w2(leaf: Any, dot: Any, length: int = 300_000) -> tuple[Callable[[], Any], int]:
    """Return a chain of operations."""

    def forward() -> Any:
        y = leaf(1.0)
        for _ in range(length // 2):
            y = y * 0.999999 + 1e-7
        return y

    return forward, length


def w3(leaf: Any, dot: Any) -> tuple[Callable[[], Any], int]:
    """Return a random graph with many shared nodes."""

    def forward() -> Any:
        rng = random.Random(1)
        nodes = [leaf(rng.uniform(-1, 1)) for _ in range(1000)]
        for i in range(200_000):
            a, b = nodes[int(rng.random() * len(nodes))], nodes[-1 - int(rng.random() * 100)]
            nodes.append(a * b if i % 2 else a + b)
        total = leaf(0.0)
        for node in nodes[-1000:]:
            total = total + node
        return total

    return forward, 201_000


WORKLOADS = {"W1": w1, "W2": w2, "W3": w3}


def measure(engine: str, workload: str) -> str:
    """Time one engine on one workload in this process: ns per operation, and bytes per operation."""
    make, collect = ENGINES[engine]
    leaf = make()
    dot = importlib.import_module("autograd").dot if "dot" in engine else None
    forward, ops = WORKLOADS[workload](leaf, dot)
    gc.collect()
    (gc.enable if collect else gc.disable)()
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        root = forward()
        root.backward()
        del root
        best = min(best, time.process_time() - start)
        gc.collect()
    small, few = w2(leaf, dot, 10_000) if workload == "W2" else (forward, ops)
    tracemalloc.start()  # it counts the frames of a recursion at every allocation: hence the shorter chain
    root = small()
    root.backward()
    size = tracemalloc.get_traced_memory()[0]
    return f"{best / ops * 1e9:.0f} {size / few:.0f}"


def main() -> None:
    """Run every engine on every workload in turn and print the minimum times and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="how often each process is started (default 3)")
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "WORKLOAD"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(measure(*args.one))
        return
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for _ in range(args.rounds):
        for workload in WORKLOADS:
            for engine in ENGINES:
                if "dot" in engine and workload != "W1":
                    continue
                command = [sys.executable, __file__, "--one", engine, workload]
                try:
                    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
                except subprocess.TimeoutExpired:
                    print(f"skipped: {engine} on {workload}: not done in 100 s", file=sys.stderr)
                    continue
                if run.returncode:
                    why = run.stderr.strip().splitlines()[-1:] or [f"it died with {run.returncode}"]
                    print(f"skipped: {engine} on {workload}: {why[0]}", file=sys.stderr)
                    continue
                ns, size = map(float, run.stdout.split())
                least = found.get((workload, engine), (float("inf"), size))[0]
                found[workload, engine] = (min(ns, least), size)
    print(f"Python {sys.version.split()[0]}; x: how many times as fast as micrograd with its collector off\n")
    print(f"{'':4}{'engine':24}{'ns/op':>8}{'x':>7}{'bytes/op':>10}")
    for (workload, engine), (ns, size) in sorted(found.items(), key=lambda item: (item[0][0], -item[1][0])):
        base = found.get((workload, "micrograd, gc off"))
        ratio = f"{base[0] / ns:.2f}" if base else ""
        print(f"{workload:4}{engine:24}{ns:8.0f}{ratio:>7}{size:10.0f}")


if __name__ == "__main__":
    main()
