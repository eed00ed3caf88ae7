"""Train a small network and watch it learn: ``python -m nn moons`` and ``python -m nn digits``."""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from tqdm import tqdm

import autograd
from autograd import Value

from . import data, pictures
from .losses import cross_entropy, hinge
from .neuron import MLP

DIGITS = 1797
HELD_OUT = 400
BATCH = 10


def train_moons(args: argparse.Namespace) -> None:
    """Tell two moons apart: a network of two inputs, and a score whose sign is the answer."""
    random.seed(args.seed)
    X, y = data.moons(args.samples, noise=0.1, seed=args.seed)
    net = MLP(2, [16, 16, 1])
    parameters = net.parameters()
    print(f"two moons: {args.samples} points with noise 0.1, seed {args.seed}")
    print(f"network:   MLP 2-16-16-1 with ReLU, {len(parameters)} parameters")
    print(f"training:  hinge loss + L2, {args.steps} steps of gradient descent over all points\n")
    print("  step      loss   accuracy")
    start = time.perf_counter()
    with progress(args.steps, "step") as bar:
        for step in range(args.steps):
            scores = [net(point) for point in X]
            losses = [hinge(score, 2 * label - 1) for score, label in zip(scores, y, strict=True)]
            loss = autograd.sum(losses) / len(losses) + 1e-4 * autograd.sum(p * p for p in parameters)
            net.zero_grad()
            loss.backward()
            descend(parameters, rate=1.0 - 0.9 * step / args.steps)
            bar.update()
            if step == 0 or (step + 1) % 10 == 0:
                bar.write(f"{step + 1:6} {loss:9.4f} {percent(same_side(scores, y), len(y)):>10}")
    seconds = time.perf_counter() - start
    right = same_side([net(point) for point in X], y)
    print(f"\nright after {args.steps} steps: {right} of {len(y)} points, {percent(right, len(y))}, in {seconds:.1f} s")
    print("\nx and o are the two moons; the network says x where there are dots\n")
    print(*pictures.decision_regions(net, X, y), sep="\n")


def train_digits(args: argparse.Namespace) -> None:
    """Read handwritten digits: a network of 64 pixels, and ten scores of which the greatest is the answer."""
    random.seed(args.seed)
    try:
        images, labels = data.digits()
    except ImportError as error:
        raise SystemExit(f"nn: {error}") from None
    chosen, held_out = split(args.samples)
    net = MLP(64, [16, 10])
    parameters = net.parameters()
    print(f"digits:    {len(chosen)} of 8x8 pixels to train on, {HELD_OUT} others held out, seed {args.seed}")
    print(f"network:   MLP 64-16-10 with ReLU, {len(parameters)} parameters")
    print(f"training:  softmax cross-entropy, {args.epochs} epochs of gradient descent in batches of {BATCH}\n")
    print(" epoch      loss   accuracy")
    start = time.perf_counter()
    with progress(args.epochs * len(chosen), "digit") as bar:
        for epoch in range(args.epochs):
            random.shuffle(chosen)
            total, right = 0.0, 0
            for first in range(0, len(chosen), BATCH):
                batch = chosen[first : first + BATCH]
                net.zero_grad()
                for i in batch:
                    logits = net(images[i])
                    loss = cross_entropy(logits, labels[i])
                    loss.backward(1 / len(batch))
                    total += loss.data
                    right += greatest(logits) == labels[i]
                    bar.update()
                descend(parameters, rate=0.5 * (1 - epoch / args.epochs))
            bar.write(f"{epoch + 1:6} {total / len(chosen):9.4f} {percent(right, len(chosen)):>10}")
    print(f"\ntrained in {time.perf_counter() - start:.1f} s")
    for name, part in ("train", chosen), ("held out", held_out):
        answers = {i: greatest(net(images[i])) for i in part}
        wrong = [i for i in part if answers[i] != labels[i]]
        right = len(part) - len(wrong)
        print(f"{name:10} {right} of {len(part)} right, {percent(right, len(part))}")
    if wrong:
        print("\nsome of the held-out digits that it misread\n")
        print(*pictures.side_by_side([pictures.image(images[i]) for i in wrong[:4]]), sep="\n")
        print(*(f"{f'a {labels[i]}, read as {answers[i]}':^16}" for i in wrong[:4]), sep="   ")


def split(samples: int) -> tuple[list[int], list[int]]:
    """Draw which digits to train on and which to hold out; none is both."""
    order = random.sample(range(DIGITS), DIGITS)
    return order[HELD_OUT : HELD_OUT + samples], order[:HELD_OUT]


def descend(parameters: Sequence[Value], rate: float) -> None:
    """Take a step of gradient descent: each parameter a little downhill."""
    for p in parameters:
        p.data -= rate * p.grad


def greatest(scores: Sequence[Value]) -> int:
    """Return the index of the greatest score: the answer of a classifier."""
    return max(range(len(scores)), key=lambda k: scores[k].data)


def same_side(scores: Sequence[Value], labels: Sequence[int]) -> int:
    """Count the scores that are above 0 just where the label is 1."""
    return sum((score.data > 0) == (label == 1) for score, label in zip(scores, labels, strict=True))


def percent(part: int, whole: int) -> str:
    """Write a share as a percentage."""
    return f"{100 * part / whole:.1f} %"


def progress(total: int, unit: str) -> tqdm[NoReturn]:
    """Show a progress bar on stderr while it is a terminal."""
    return tqdm(total=total, unit=f" {unit}s", leave=False, disable=None)


def number(low: int, high: int | None = None) -> Callable[[str], int]:
    """Make a reader of whole numbers from low to high for argparse."""
    expected = f"expected a whole number of at least {low}" + (f" and at most {high}" if high is not None else "")

    def read(text: str) -> int:
        try:
            n = int(text)
        except ValueError:
            n = None
        if n is None or n < low or (high is not None and n > high):
            raise argparse.ArgumentTypeError(f"{expected}, got {text!r:.40}")
        return n

    return read


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line and exit with code 2."""
        self.exit(2, f"{self.prog}: {' '.join(message.split())} (--help shows how to use it)\n")


def parser() -> Parser:
    """Describe the command line."""
    top = Parser(prog="python -m nn", description="Train a small network, every weight a Value, and watch it learn.")
    commands = top.add_subparsers(dest="command", required=True, metavar="moons|digits")

    def command(name: str, run: Callable[[argparse.Namespace], None], text: str, *options: tuple[Any, ...]) -> None:
        sub = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        for option, read, default, meaning in options:
            sub.add_argument(option, type=read, default=default, metavar="N", help=f"{meaning} (default {default})")
        sub.set_defaults(run=run)

    seed = ("--seed", number(0), 1, "where the random draws start")
    command(
        "moons",
        train_moons,
        "tell two moons apart, the demo of micrograd",
        ("--samples", number(2), 100, "points"),
        ("--steps", number(1), 100, "steps of gradient descent"),
        seed,
    )
    command(
        "digits",
        train_digits,
        "read handwritten digits (needs scikit-learn)",
        ("--samples", number(1, DIGITS - HELD_OUT), 400, "digits to train on"),
        ("--epochs", number(1), 20, "times that it sees each of them"),
        seed,
    )
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    args = parser().parse_args(argv)
    try:
        args.run(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("nn: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # as in `python -m nn moons | head`; what Python flushes at exit goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return 0


if __name__ == "__main__":
    sys.exit(main())
