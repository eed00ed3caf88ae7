"""Train a small network and watch it learn: ``python -m nn moons``, ``python -m nn digits`` and others."""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from . import demos


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
    texts = {name: f"tell {what} apart" for name, (_, what, _) in demos.PLANE.items()}
    texts["moons"] += ", the demo of micrograd"
    texts["xor"] = "tell points by whether the signs of their coordinates differ"
    texts["iris"] = "tell three kinds of iris apart (needs scikit-learn)"
    texts["sine"] = "foretell a noisy sine, with a recurrent network"
    texts["digits"] = "read handwritten digits (needs scikit-learn)"
    commands = top.add_subparsers(dest="command", required=True, metavar="|".join(texts))

    def command(name: str, run: Callable[[argparse.Namespace], None], *options: tuple[Any, ...]) -> Parser:
        text = texts[name]
        sub: Parser = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        for option, read, default, meaning in (*options, ("--seed", number(0), 1, "where the random draws start")):
            sub.add_argument(option, type=read, default=default, metavar="N", help=f"{meaning} (default {default})")
        sub.add_argument("--save", metavar="FOLDER", help=f"where model and pictures go (default runs/{name})")
        sub.add_argument("--resume", action="store_true", help="go on with the run that this folder holds, if it does")
        sub.set_defaults(run=run, every=1)
        return sub

    for name in demos.PLANE:
        steps = 300 if name == "spiral" else 100
        points = ("--samples", number(2), 100, "points")
        sub = command(name, demos.plane, points, ("--steps", number(1), steps, "steps of gradient descent"))
        sub.set_defaults(every=10)
    times = "times that it sees each of them"
    command(
        "digits",
        demos.digits,
        ("--samples", number(1, demos.DIGITS - demos.HELD_OUT), 400, "digits to train on"),
        ("--epochs", number(1), 20, times),
    ).add_argument("--conv", action="store_true", help="with shared weights: a convolutional network")
    command("iris", demos.iris, ("--epochs", number(1), 100, f"at most the {times}"))
    series = ("--samples", number(40), 120, "steps of the series")
    command("sine", demos.sine, series, ("--epochs", number(1), 30, times))
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    args = parser().parse_args(argv)
    random.seed(args.seed)
    try:
        args.run(args)
        sys.stdout.flush()
    except (OSError, ValueError) as error:  # a folder that cannot be written, a checkpoint of another run
        if isinstance(error, BrokenPipeError):  # as in `python -m nn moons | head`; what Python flushes goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 141
        print(f"nn: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("nn: interrupted", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
