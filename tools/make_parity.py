"""Record PyTorch 2.13.0's training: ``python tools/make_parity.py [--check]``.

Ten steps of every optimizer on one small network, and ten steps of plain descent on every loss, go to
tests/nn/parity.json; the tests compare ours with it and need no torch. With ``--check`` the file is made
again in memory, and a number that differs from the recorded one by more than 1e-10 is an error.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812  # as all of PyTorch calls it

FILE = Path(__file__).parents[1] / "tests" / "nn" / "parity.json"
STEPS = 10
TOLERANCE = 1e-10
DRAWS = random.Random(2026)


def draw(*shape: int, low: float = -1.0, high: float = 1.0) -> Any:
    """Draw nested lists of numbers."""
    if not shape:
        return DRAWS.uniform(low, high)
    return [draw(*shape[1:], low=low, high=high) for _ in range(shape[0])]


# Optimizers: a 2-3-1 tanh network, mean squared error on six points, all in one step

X, Y = draw(6, 2), draw(6)
WEIGHTS = {"w1": draw(3, 2), "b1": draw(3), "w2": draw(1, 3), "b2": draw(1)}

OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    "SGD": ("SGD", {"lr": 0.1}),
    "SGD with momentum": ("SGD", {"lr": 0.1, "momentum": 0.9}),
    "SGD with Nesterov momentum and L2": ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    "Adagrad": ("Adagrad", {"lr": 0.1}),
    "Adagrad with L2": ("Adagrad", {"lr": 0.1, "weight_decay": 0.01}),
    "RMSprop": ("RMSprop", {"lr": 0.05}),
    "RMSprop with L2": ("RMSprop", {"lr": 0.05, "alpha": 0.9, "eps": 1e-6, "weight_decay": 0.01}),
    "Adam": ("Adam", {"lr": 0.05}),
    "Adam with L2": ("Adam", {"lr": 0.05, "betas": [0.8, 0.95], "weight_decay": 0.01}),
    "AdamW": ("AdamW", {"lr": 0.05}),
    "AdamW with decay": ("AdamW", {"lr": 0.05, "betas": [0.8, 0.95], "weight_decay": 0.1}),
    "LBFGS": ("LBFGS", {"lr": 0.5}),
    "LBFGS with a short history": ("LBFGS", {"lr": 0.5, "history_size": 3}),
}
CLIPPING: dict[str, Any] = {"clip_norm": 0.2, "clip_value": 0.05}


def optimise(kind: str, options: dict[str, Any], clip_norm: float = 0.0, clip_value: float = 0.0) -> list[Any]:
    """Return the loss before each of ten steps, and all weights after it."""
    p = {name: torch.tensor(w, dtype=torch.float64, requires_grad=True) for name, w in WEIGHTS.items()}
    one_step = {"max_iter": 1, "tolerance_grad": 0.0, "tolerance_change": 0.0} if kind == "LBFGS" else {}
    optimizer = getattr(torch.optim, kind)(p.values(), **options, **one_step)
    x, y = torch.tensor(X, dtype=torch.float64), torch.tensor(Y, dtype=torch.float64)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = F.mse_loss(F.linear(torch.tanh(F.linear(x, p["w1"], p["b1"])), p["w2"], p["b2"])[:, 0], y)
        loss.backward()
        if clip_norm:
            torch.nn.utils.clip_grad_norm_(p.values(), clip_norm)
        if clip_value:
            torch.nn.utils.clip_grad_value_(p.values(), clip_value)
        return loss

    steps = []
    for _ in range(STEPS):
        loss = optimizer.step(closure).item()
        steps.append([loss, [v for w in p.values() for v in w.detach().flatten().tolist()]])
    return steps


# Losses: the prediction itself descends

LOGITS, PROBABILITIES = draw(4, 3, low=-3, high=3), draw(4, 3, low=0.05, high=0.95)
CLASSES, SIGNS, BITS = [0, 2, 1, 2], [1, -1, -1, 1], [1, 0, 0, 1]
SHARES = [[0.2, 0.3, 0.5], [0.0, 1.0, 0.0], [0.7, 0.2, 0.1], [0.25, 0.25, 0.5]]
SCORES, CHANCES, NUMBERS = draw(4, low=-3, high=3), draw(4, low=0.1, high=0.9), draw(4, 3)

Loss = Callable[[Any, Any, str], Any]
LOSSES: dict[str, tuple[str, Any, Any, Loss]] = {
    "cross_entropy of classes": ("cross_entropy", LOGITS, CLASSES, lambda p, t, r: F.cross_entropy(p, t, reduction=r)),
    "cross_entropy of shares": ("cross_entropy", LOGITS, SHARES, lambda p, t, r: F.cross_entropy(p, t, reduction=r)),
    "kl_divergence": (
        "kl_divergence",
        LOGITS,
        SHARES,
        lambda p, t, r: F.kl_div(F.log_softmax(p, 1), t, reduction="batchmean" if r == "mean" else r),
    ),
    "multi_hinge": (
        "multi_hinge",
        LOGITS,
        CLASSES,
        lambda p, t, r: 3 * F.multi_margin_loss(p, t, reduction=r),
    ),
    "symmetric_cross_entropy": (
        "symmetric_cross_entropy",
        LOGITS,
        SHARES,
        lambda p, t, r: F.binary_cross_entropy_with_logits(p, t, reduction=r) * (3 if r == "mean" else 1),
    ),
    "log_loss": ("log_loss", PROBABILITIES, CLASSES, lambda p, t, r: F.nll_loss(torch.log(p), t, reduction=r)),
    "hinge": ("hinge", SCORES, SIGNS, lambda p, t, r: getattr(F.relu(1 - p * t), r)()),
    "perceptron_criterion": ("perceptron_criterion", SCORES, SIGNS, lambda p, t, r: getattr(F.relu(-p * t), r)()),
    "bce_with_logits": (
        "bce_with_logits",
        SCORES,
        BITS,
        lambda p, t, r: F.binary_cross_entropy_with_logits(p, t.double(), reduction=r),
    ),
    "bce": ("bce", CHANCES, BITS, lambda p, t, r: F.binary_cross_entropy(p, t.double(), reduction=r)),
    "mse": ("mse", LOGITS, NUMBERS, lambda p, t, r: F.mse_loss(p, t, reduction=r)),
    "mae": ("mae", LOGITS, NUMBERS, lambda p, t, r: F.l1_loss(p, t, reduction=r)),
    "euclidean": (
        "euclidean",
        LOGITS,
        NUMBERS,
        lambda p, t, r: F.mse_loss(p, t, reduction=r) / 2 * (3 if r == "mean" else 1),
    ),
}


def descend(prediction: Any, target: Any, loss: Loss, reduction: str, lr: float) -> list[Any]:
    """Return the loss before each of ten steps, and the prediction after it."""
    p = torch.tensor(prediction, dtype=torch.float64, requires_grad=True)
    t = torch.tensor(target, dtype=torch.float64 if isinstance(leaf(target), float) else torch.int64)
    steps = []
    for _ in range(STEPS):
        value = loss(p, t, reduction)
        (gradient,) = torch.autograd.grad(value, p)
        with torch.no_grad():
            p -= lr * gradient
        steps.append([value.item(), p.detach().flatten().tolist()])
    return steps


def leaf(tree: Any) -> Any:
    """Return the first number of nested lists."""
    return leaf(tree[0]) if isinstance(tree, list) else tree


# Layers: their outputs and the gradient of half the sum of squares of them


def layers() -> dict[str, Any]:
    """Return inputs, weights, outputs and gradients of the layers that PyTorch has too."""
    image, kernel, bias = draw(2, 5, 4), draw(3, 2, 2, 2), draw(3)
    rows, gain = draw(3, 4), draw(4)
    i, k, b, x, g = (
        torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (image, kernel, bias, rows, gain)
    )
    found: dict[str, Any] = {"conv": {"image": image, "kernel": kernel, "bias": bias, "cases": []}}
    for stride, padding in (1, 0), (2, 1), (1, 2):
        out = F.conv2d(i[None], k, b, stride=stride, padding=padding)[0]
        gradients = torch.autograd.grad((out**2).sum() / 2, (i, k, b))
        found["conv"]["cases"].append([stride, padding, out.tolist(), [g.flatten().tolist() for g in gradients]])
    found["pool"] = {
        "max": F.max_pool2d(i, 2).tolist(),
        "mean": F.avg_pool2d(i, 2).tolist(),
        "stride": F.max_pool2d(i, 3, 1).tolist(),
    }
    out = F.rms_norm(x, (4,), g, 1e-5)
    gradients = torch.autograd.grad((out**2).sum() / 2, (x, g))
    found["norm"] = {
        "rows": rows,
        "gain": gain,
        "out": out.tolist(),
        "grads": [v.flatten().tolist() for v in gradients],
    }
    q, keys, values, o = (torch.tensor(draw(4, 4), dtype=torch.float64) for _ in range(4))
    heads = [(x @ w.T).reshape(3, 2, 2).transpose(0, 1) for w in (q, keys, values)]
    mixed = F.scaled_dot_product_attention(*heads, is_causal=True).transpose(0, 1).reshape(3, 4) @ o.T
    found["attention"] = {
        "rows": rows,
        "weights": [w.tolist() for w in (q, keys, values, o)],
        "out": mixed.tolist(),
        "grad": torch.autograd.grad((mixed**2).sum() / 2, x)[0].flatten().tolist(),
    }
    rnn = torch.nn.RNN(4, 2, dtype=torch.float64)
    with torch.no_grad():
        for p in rnn.parameters():
            p.copy_(torch.tensor(draw(*p.shape)))
        rnn.bias_hh_l0.zero_()
    out, _ = rnn(x)
    rnn.zero_grad()
    (out**2).sum().backward()
    weight = torch.cat([rnn.weight_ih_l0, rnn.weight_hh_l0], 1)
    slope = torch.cat([rnn.weight_ih_l0.grad, rnn.weight_hh_l0.grad], 1)
    found["rnn"] = {
        "rows": rows,
        "weight": weight.tolist(),
        "bias": rnn.bias_ih_l0.tolist(),
        "out": out.tolist(),
        "grads": [slope.tolist(), rnn.bias_ih_l0.grad.tolist()],
    }
    return found


def make() -> dict[str, Any]:
    """Run everything."""
    return {
        "torch": torch.__version__.split("+")[0],
        "data": {"X": X, "Y": Y, "weights": WEIGHTS},
        "optimizers": {
            name: {"kind": kind, "options": options, "steps": optimise(kind, options)}
            for name, (kind, options) in OPTIMIZERS.items()
        },
        "clipping": {
            name: {"limit": limit, "steps": optimise("SGD", {"lr": 0.5}, **{name: limit})}
            for name, limit in CLIPPING.items()
        },
        "losses": {
            f"{name}, {reduction}": {
                "loss": ours,
                "prediction": prediction,
                "target": target,
                "reduction": reduction,
                "lr": (lr := 0.002 if ours in ("bce", "log_loss") else 0.1),  # probabilities stay between 0 and 1
                "steps": descend(prediction, target, loss, reduction, lr),
            }
            for name, (ours, prediction, target, loss) in LOSSES.items()
            for reduction in ("mean", "sum")
        },
        "layers": layers(),
    }


def drift(old: Any, new: Any, where: str = "") -> tuple[float, str]:
    """Return the greatest difference of two trees of numbers and its place, or inf."""
    if isinstance(old, list) and isinstance(new, list):
        old, new = dict(enumerate(old)), dict(enumerate(new))
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        return max((drift(old[key], new[key], f"{where}/{key}") for key in old), default=(0.0, where))
    if isinstance(old, float | int) and isinstance(new, float | int):
        return abs(old - new), where
    return (0.0 if old == new else float("inf")), where


def main() -> int:
    """Write the file, or compare with it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the recorded numbers and write nothing")
    made = json.loads(json.dumps(make()))
    if not parser.parse_args().check:
        text = json.dumps(made, separators=(",", ":")).replace('},"', '},\n"')
        FILE.write_text(text + "\n", encoding="utf-8")
        return 0
    worst, where = drift(json.loads(FILE.read_text(encoding="utf-8")), made)
    print(f"torch {made['torch']}: the greatest difference from the recorded numbers is {worst:.1e}, at {where}")
    return int(not worst <= TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
