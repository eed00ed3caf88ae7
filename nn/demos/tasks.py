"""The tasks of ``python -m nn``, each of which trains and saves a model."""

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
from . import ascii_art, training_svg

N_DIGITS = 1797
N_HELD_OUT = 400
BATCH = 10
Task = Callable[[argparse.Namespace], None]
Option = tuple[str, int, int | None, int, str]  # name, least, greatest and default number, and meaning


def make_plane_task(make: Callable[..., data.Points], title: str, noise: float) -> Task:
    """Return a task that separates two classes of points by the sign of a score."""

    def classify(args: argparse.Namespace) -> None:
        X, y = make(args.samples, noise=noise, seed=args.seed)
        net = MLP(2, [16, 16, 1])
        print(f"{title}: {args.samples} points with noise {noise:g}, seed {args.seed}")
        print(f"network:   MLP 2-16-16-1 with ReLU, {len(net.parameters())} parameters")
        print(f"training:  hinge loss + L2, {args.steps} steps of gradient descent over all points\n")
        loss: Any = lambda scores, labels: hinge(scores, [2 * label - 1 for label in labels])
        penalty: Any = lambda parameters: l2(parameters, 2e-4)
        options = {"loss": loss, "penalty": penalty, "optimizer": SGD, "metrics": {"accuracy": accuracy}}
        schedule = linear(1.0, 0.1, args.steps)
        history = train(args, net, (X, y), "step", epochs=args.steps, schedule=schedule, **options)

        def score(point: list[float]) -> float:
            return float(net(point).data)  # recording is faster than no_grad, and the graph is freed at once

        steps = f"{len(history)} step{'s' * (len(history) != 1)}"
        print(f"right after {steps}: {format_right(accuracy([score(point) for point in X], y), y, 'points, ')}")
        boundary = viz.Boundary(X, y)
        boundary.add(score, steps)
        save_results(args, history, "step", {"regions.svg": boundary.svg()}, net(X[0]))
        print("x and o are the two classes; the network answers x where there are dots\n")
        print(*ascii_art.decision_regions(score, X, y), sep="\n")

    return classify


def classify_digits(args: argparse.Namespace) -> None:
    """Classify handwritten digits of 64 pixels by the greatest of ten scores."""
    images, labels = data.digits()
    samples = args.samples or (N_DIGITS - N_HELD_OUT if args.compile else 400)
    parts = dict(zip(("train", "held out"), split_digits(samples), strict=True))
    net: Any = MLP(64, [16, 10])
    shape = "MLP 64-16-10 with ReLU"
    if args.conv:
        conv, scores = Conv2d(1, 6, 3, init="kaiming_uniform"), Layer(54, 10, nonlin=False, init="fan_in")
        net = Sequential(Reshape(1, 8, 8), conv, Pool2d(2), Activation("relu"), Reshape(), scores)
        shape = "6 maps of 3x3 with ReLU, the greatest of 2x2, 10 neurons"
    print(f"digits:    {samples} of 8x8 pixels to train on, {N_HELD_OUT} others held out, seed {args.seed}")
    print(f"network:   {shape}, {len(net.parameters())} parameters")
    print(f"training:  softmax cross-entropy, {args.epochs} epochs of gradient descent in batches of {BATCH}\n")
    training_part = [images[i] for i in parts["train"]], [labels[i] for i in parts["train"]]
    options = {"loss": cross_entropy, "optimizer": SGD, "metrics": {"accuracy": accuracy}, "batch_size": BATCH}
    history = train(args, net, training_part, "epoch", schedule=linear(0.5, 0.0, args.epochs), **options)
    answers: dict[int, int] = {}
    for name, part in parts.items():
        with no_grad():
            answers |= {i: greatest(net(images[i])) for i in part}
        wrong = [i for i in part if answers[i] != labels[i]]
        print(f"{name:10} {format_right(1 - len(wrong) / len(part), part)}")
    captions = [f"a {labels[i]}, read as {answers[i]}" for i in wrong]
    pictures = {"misread.svg": training_svg.images([images[i] for i in wrong[:24]], captions[:24])} if wrong else {}
    save_results(args, history, "epoch", pictures)
    if wrong:
        print("some of the held-out digits that were misread\n")
        print(*ascii_art.side_by_side([ascii_art.image(images[i]) for i in wrong[:4]]), sep="\n")
        print(*(f"{caption:^16}" for caption in captions[:4]), sep="   ")


def classify_iris(args: argparse.Namespace) -> None:
    """Classify three species of iris by four standardised lengths."""
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
    print(f"test       {format_right(share, y_test)}")
    save_results(args, history, "epoch", {}, cross_entropy(net(X[0]), y[0]))


class Forecast(Module):
    """Predict the next value at every step of a series."""

    def __init__(self, hidden: int) -> None:
        self.rnn: RNN = RNN(1, hidden)
        self.out: Layer = Layer(hidden, 1, nonlin=False, init="fan_in")

    def __call__(self, series: list[float]) -> list[Any]:
        """Return a prediction for each step of the series."""
        states, _ = self.rnn(series)
        return [self.out(state) for state in states]


def predict_sine(args: argparse.Namespace) -> None:
    """Predict a noisy sine by a recurrent network, unrolled over 20 steps."""
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
        predictions = [v.data for v in net(series[:-1])]
    last = slice(len(series) * 3 // 4, None)
    repeated = mse(series[last][:-1], series[last][1:])
    print(f"held out   {mse(predictions[last], series[1:][last]):.4f}, and {repeated:.4f} if each value is repeated")
    curves = training_svg.curves({"sine": series[1:], "predicted": predictions}, "step")
    save_results(args, history, "epoch", {"forecast.svg": curves})


def train(args: argparse.Namespace, model: Any, samples: Any, unit: str, **options: Any) -> History:
    """Return the history of ``fit``, with printed progress and a checkpoint.

    On Ctrl-C the best model is saved.
    """
    folder = Path(args.save or Path("runs", args.command))
    folder.mkdir(parents=True, exist_ok=True)
    args.save = folder
    has_header = False

    def print_row(history: History) -> None:
        nonlocal has_header
        row, n = history.rows[-1], len(history)
        cells = {"loss": f"{row['loss']:.4f}"}
        if "val_loss" in row:
            cells["held out"] = f"{row['val_loss']:.4f}"
        if "accuracy" in row:
            cells["accuracy"] = format_percent(row["accuracy"])
        if not has_header:
            tqdm.write(f"{unit:>6}" + "".join(f"{name:>11}" for name in cells))
        if not has_header or n % args.every == 0:
            tqdm.write(f"{n:6}" + "".join(f"{cell:>11}" for cell in cells.values()))
        has_header = True

    start = time.perf_counter()
    ours = {"checkpoint": folder / "run.json", "resume": args.resume, "keep": False, "compile": args.compile}
    history = fit(model, samples, callbacks=[print_row], **{"epochs": getattr(args, "epochs", None), **ours, **options})
    if history.stopped == "interrupted":
        save(folder / "model.json", model)
        raise KeyboardInterrupt
    print(f"\ntrained in {time.perf_counter() - start:.1f} s")
    return history


def save_results(
    args: argparse.Namespace, history: History, unit: str, pictures: dict[str, str], value: Any = None
) -> None:
    """Save the model, the curve of its losses, pictures, and the graph of one Value."""
    save(args.save / "model.json", history.model)
    columns = {"loss": history["loss"]} | ({"held out": history["val_loss"]} if "val_loss" in history.rows[0] else {})
    for name, text in {"loss.svg": training_svg.curves(columns, unit), **pictures}.items():
        (args.save / name).write_text(text, encoding="utf-8")
    names = ["model.json", "loss.svg", *pictures]
    if value is not None:
        viz.graph(value).save(args.save / "graph.svg")
        names.append("graph.svg")
    print(f"\nsaved in {args.save}: {', '.join(names)}\n")


def split_digits(samples: int) -> tuple[list[int], list[int]]:
    """Return disjoint random indices of digits to train on and to hold out."""
    order = random.sample(range(N_DIGITS), N_DIGITS)
    return order[N_HELD_OUT : N_HELD_OUT + samples], order[:N_HELD_OUT]


def format_percent(share: float) -> str:
    """Return a share as a percentage."""
    return f"{100 * share:.1f} %"


def format_right(share: float, samples: Sequence[Any], what: str = "right, ") -> str:
    """Return a text such as "90 of 100 right, 90.0 %"."""
    return f"{round(share * len(samples))} of {len(samples)} {what}{format_percent(share)}"


def make_plane_entry(task: Task, text: str, steps: int = 100) -> tuple[Task, str, tuple[Option, ...]]:
    """Return an entry of the table for points in the plane."""
    return task, text, (("samples", 2, None, 100, "points"), ("steps", 1, None, steps, "steps of gradient descent"))


def epochs_option(default: int, words: str = "") -> Option:
    """Return the option for how often each sample is used."""
    return "epochs", 1, None, default, f"{words}times that each sample is used"


#: The tasks by name: how to run them, a description, and their options.
TASKS: dict[str, tuple[Task, str, tuple[Option, ...]]] = {
    "moons": make_plane_entry(make_plane_task(data.moons, "two moons", 0.1), "separate two moons, micrograd's demo"),
    "circles": make_plane_entry(make_plane_task(data.circles, "two circles", 0.05), "separate two circles"),
    "xor": make_plane_entry(
        make_plane_task(data.xor, "xor", 0.0), "separate points with coordinates of opposite signs"
    ),
    "spiral": make_plane_entry(make_plane_task(data.spiral, "two spirals", 0.02), "separate two spirals", 300),
    "gauss": make_plane_entry(make_plane_task(data.gauss, "two Gaussians", 1.0), "separate two Gaussians"),
    "iris": (
        classify_iris,
        "classify three species of iris (needs scikit-learn)",
        (epochs_option(100, "at most the "),),
    ),
    "sine": (
        predict_sine,
        "predict a noisy sine with a recurrent network",
        (("samples", 40, None, 120, "steps of the series"), epochs_option(30)),
    ),
    "digits": (
        classify_digits,
        "classify handwritten digits (needs scikit-learn)",
        (("samples", 1, N_DIGITS - N_HELD_OUT, 0, "digits to train on"), epochs_option(20)),
    ),
}
