"""What ``python -m nn`` trains: each prints how it goes, and leaves the model and its pictures in a folder."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

import viz
from autograd import no_grad

from .. import data
from ..functional import cross_entropy, hinge, l2, mse
from ..metrics import accuracy, greatest
from ..modules import MLP, RNN, Activation, Conv2d, Layer, Module, Pool2d, Reshape, Sequential
from ..optim import SGD, Adam
from ..schedules import linear
from ..training import History, fit, save
from . import ascii_art as pictures
from . import training_svg as plots

DIGITS = 1797
HELD_OUT = 400
BATCH = 10
Task = Callable[[argparse.Namespace], None]
Option = tuple[str, int, int | None, int, str]  # its name, the least, the most, what it is unless given, its meaning


def plane(make: Callable[..., data.Points], what: str, noise: float) -> Task:
    """Tell two classes of points apart: a network of two inputs, and a score whose sign is the answer."""

    def run(args: argparse.Namespace) -> None:
        X, y = make(args.samples, noise=noise, seed=args.seed)
        net = MLP(2, [16, 16, 1])
        print(f"{what}: {args.samples} points with noise {noise:g}, seed {args.seed}")
        print(f"network:   MLP 2-16-16-1 with ReLU, {len(net.parameters())} parameters")
        print(f"training:  hinge loss + L2, {args.steps} steps of gradient descent over all points\n")
        loss: Any = lambda scores, labels: hinge(scores, [2 * label - 1 for label in labels])
        penalty: Any = lambda parameters: l2(parameters, 2e-4)
        options = {"loss": loss, "penalty": penalty, "optimizer": SGD, "metrics": {"accuracy": accuracy}}
        schedule = linear(1.0, 0.1, args.steps)
        history = train(args, net, (X, y), "step", epochs=args.steps, schedule=schedule, **options)

        def score(point: list[float]) -> float:
            return float(net(point).data)  # recording is faster than no_grad, and the graph is gone at once

        steps = f"{len(history)} step{'s' * (len(history) != 1)}"
        print(f"right after {steps}: {right(accuracy([score(point) for point in X], y), y, 'points, ')}")
        boundary = viz.Boundary(X, y)
        boundary.add(score, steps)
        keep(args, history, "step", {"regions.svg": boundary.svg()}, net(X[0]))
        print("x and o are the two classes; the network says x where there are dots\n")
        print(*pictures.decision_regions(score, X, y), sep="\n")

    return run


def digits(args: argparse.Namespace) -> None:
    """Read handwritten digits: 64 pixels, and ten scores of which the greatest is the answer."""
    images, labels = data.digits()
    samples = args.samples or (DIGITS - HELD_OUT if args.compile else 400)
    parts = dict(zip(("train", "held out"), split_digits(samples), strict=True))
    net: Any = MLP(64, [16, 10])
    shape = "MLP 64-16-10 with ReLU"
    if args.conv:
        conv, scores = Conv2d(1, 6, 3, init="kaiming_uniform"), Layer(54, 10, nonlin=False, init="fan_in")
        net = Sequential(Reshape(1, 8, 8), conv, Pool2d(2), Activation("relu"), Reshape(), scores)
        shape = "6 maps of 3x3 with ReLU, the greatest of 2x2, 10 neurons"
    print(f"digits:    {samples} of 8x8 pixels to train on, {HELD_OUT} others held out, seed {args.seed}")
    print(f"network:   {shape}, {len(net.parameters())} parameters")
    print(f"training:  softmax cross-entropy, {args.epochs} epochs of gradient descent in batches of {BATCH}\n")
    learned = [images[i] for i in parts["train"]], [labels[i] for i in parts["train"]]
    options = {"loss": cross_entropy, "optimizer": SGD, "metrics": {"accuracy": accuracy}, "batch_size": BATCH}
    history = train(args, net, learned, "epoch", schedule=linear(0.5, 0.0, args.epochs), **options)
    answers: dict[int, int] = {}
    for name, part in parts.items():
        with no_grad():
            answers |= {i: greatest(net(images[i])) for i in part}
        wrong = [i for i in part if answers[i] != labels[i]]
        print(f"{name:10} {right(1 - len(wrong) / len(part), part)}")
    captions = [f"a {labels[i]}, read as {answers[i]}" for i in wrong]
    drawn = {"misread.svg": plots.images([images[i] for i in wrong[:24]], captions[:24])} if wrong else {}
    keep(args, history, "epoch", drawn)
    if wrong:
        print("some of the held-out digits that it misread\n")
        print(*pictures.side_by_side([pictures.image(images[i]) for i in wrong[:4]]), sep="\n")
        print(*(f"{caption:^16}" for caption in captions[:4]), sep="   ")


def iris(args: argparse.Namespace) -> None:
    """Tell three kinds of iris apart by four lengths, standardised by the training part."""
    (X, y), (X_val, y_val), (X_test, y_test) = data.split(*data.iris(), seed=args.seed)
    scaler = data.StandardScaler().fit(X)
    X, X_val, X_test = map(scaler.transform, (X, X_val, X_test))
    net = MLP(4, [8, 3], activation="tanh", init="xavier_uniform")
    print(f"iris:      {len(X)} flowers to train on, {len(X_val)} to validate, {len(X_test)} to test, seed {args.seed}")
    print(f"network:   MLP 4-8-3 with tanh, {len(net.parameters())} parameters")
    print(f"training:  softmax cross-entropy, Adam in batches of {BATCH}, at most {args.epochs} epochs\n")
    adam = Adam(net.parameters(), lr=0.01)
    options = {"loss": cross_entropy, "optimizer": adam, "metrics": {"accuracy": accuracy}, "batch_size": BATCH}
    history = train(args, net, (X, y), "epoch", validation=(X_val, y_val), patience=20, **options)
    with no_grad():
        share = accuracy([net(x) for x in X_test], y_test)
    print(f"best after epoch {history.best_epoch}")
    print(f"test       {right(share, y_test)}")
    keep(args, history, "epoch", {}, cross_entropy(net(X[0]), y[0]))


class Forecast(Module):
    """Say for every step of a series what comes next."""

    def __init__(self, hidden: int) -> None:
        self.rnn = RNN(1, hidden)
        self.out = Layer(hidden, 1, nonlin=False, init="fan_in")

    def __call__(self, series: list[float]) -> list[Any]:
        """Return as many numbers."""
        states, _ = self.rnn(series)
        return [self.out(state) for state in states]


def sine(args: argparse.Namespace) -> None:
    """Foretell a noisy sine: a recurrent network, unrolled over 20 steps."""
    series, length = data.noisy_sine(args.samples, noise=0.1, seed=args.seed), 20
    X, y = data.next_steps(series, length)
    cut = len(X) * 3 // 4  # the later part is held out
    net = Forecast(8)
    print(f"sine:      {args.samples} steps of period 25 with noise 0.1, the last quarter held out, seed {args.seed}")
    print(f"network:   RNN 1-8 with tanh and a linear neuron, {len(net.parameters())} parameters")
    print(f"training:  mean squared error of the next step, through {length} steps, Adam, {args.epochs} epochs\n")
    options = {"loss": mse, "optimizer": Adam(net.parameters(), lr=0.01), "batch_size": BATCH}
    history = train(args, net, (X[:cut], y[:cut]), "epoch", validation=(X[cut:], y[cut:]), **options)
    with no_grad():
        told = [v.data for v in net(series[:-1])]
    last = slice(len(series) * 3 // 4, None)
    same = mse(series[last][:-1], series[last][1:])
    print(f"held out   {mse(told[last], series[1:][last]):.4f}, and by saying that all stays {same:.4f}")
    keep(args, history, "epoch", {"forecast.svg": plots.curves({"sine": series[1:], "foretold": told}, "step")})


def train(args: argparse.Namespace, model: Any, samples: Any, unit: str, **options: Any) -> History:
    """Run ``fit``, writing a line now and then and a checkpoint always; at Ctrl-C keep the best model, and stop."""
    folder = Path(args.save or Path("runs", args.command))
    folder.mkdir(parents=True, exist_ok=True)
    args.save = folder
    headed = False

    def show(history: History) -> None:
        nonlocal headed
        row, n = history.rows[-1], len(history)
        shown = {"loss": f"{row['loss']:.4f}"}
        if "val_loss" in row:
            shown["held out"] = f"{row['val_loss']:.4f}"
        if "accuracy" in row:
            shown["accuracy"] = percent(row["accuracy"], 1)
        if not headed:
            tqdm.write(f"{unit:>6}" + "".join(f"{name:>11}" for name in shown))
        if not headed or n % args.every == 0:
            tqdm.write(f"{n:6}" + "".join(f"{cell:>11}" for cell in shown.values()))
        headed = True

    start = time.perf_counter()
    ours = {"checkpoint": folder / "run.json", "resume": args.resume, "keep": False, "compile": args.compile}
    history = fit(model, samples, callbacks=[show], **{"epochs": getattr(args, "epochs", None), **ours, **options})
    if history.stopped == "interrupted":
        save(folder / "model.json", model)
        raise KeyboardInterrupt
    print(f"\ntrained in {time.perf_counter() - start:.1f} s")
    return history


def keep(args: argparse.Namespace, history: History, unit: str, drawn: dict[str, str], value: Any = None) -> None:
    """Save the model, the curve of its losses, other pictures, and the graph of one Value."""
    save(args.save / "model.json", history.model)
    columns = {"loss": history["loss"]} | ({"held out": history["val_loss"]} if "val_loss" in history.rows[0] else {})
    for name, text in {"loss.svg": plots.curves(columns, unit), **drawn}.items():
        (args.save / name).write_text(text, encoding="utf-8")
    names = ["model.json", "loss.svg", *drawn]
    if value is not None:
        viz.graph(value).save(args.save / "graph.svg")
        names.append("graph.svg")
    print(f"\nsaved in {args.save}: {', '.join(names)}\n")


def split_digits(samples: int) -> tuple[list[int], list[int]]:
    """Draw which digits to train on and which to hold out; none is both."""
    order = random.sample(range(DIGITS), DIGITS)
    return order[HELD_OUT : HELD_OUT + samples], order[:HELD_OUT]


def percent(part: float, whole: float) -> str:
    """Write a share as a percentage."""
    return f"{100 * part / whole:.1f} %"


def right(share: float, of: Sequence[Any], what: str = "right, ") -> str:
    """Say how many of some were right."""
    return f"{round(share * len(of))} of {len(of)} {what}{percent(share, 1)}"


def points(run: Task, text: str, steps: int = 100) -> tuple[Task, str, tuple[Option, ...]]:
    """Make a line of the table for points in the plane."""
    return run, text, (("samples", 2, None, 100, "points"), ("steps", 1, None, steps, "steps of gradient descent"))


def epochs(default: int, words: str = "") -> Option:
    """Make an option of how often each sample is seen."""
    return "epochs", 1, None, default, f"{words}times that it sees each of them"


#: What can be trained, by name: how, in a few words, and with which options.
TASKS: dict[str, tuple[Task, str, tuple[Option, ...]]] = {
    "moons": points(plane(data.moons, "two moons", 0.1), "tell two moons apart, the demo of micrograd"),
    "circles": points(plane(data.circles, "two circles", 0.05), "tell two circles apart"),
    "xor": points(plane(data.xor, "xor", 0.0), "tell points by whether the signs of their coordinates differ"),
    "spiral": points(plane(data.spiral, "two spirals", 0.02), "tell two spirals apart", 300),
    "gauss": points(plane(data.gauss, "two Gaussians", 1.0), "tell two Gaussians apart"),
    "iris": (iris, "tell three kinds of iris apart (needs scikit-learn)", (epochs(100, "at most the "),)),
    "sine": (
        sine,
        "foretell a noisy sine, with a recurrent network",
        (("samples", 40, None, 120, "steps of the series"), epochs(30)),
    ),
    "digits": (
        digits,
        "read handwritten digits (needs scikit-learn)",
        (("samples", 1, DIGITS - HELD_OUT, 0, "digits to train on"), epochs(20)),
    ),
}
