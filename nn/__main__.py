"""Train a small network and watch it learn: ``python -m nn moons``, ``python -m nn digits`` and others."""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from .demos import tasks as demos


def number(low: int, high: int | None) -> Callable[[str], int]:
    """Make a reader of whole numbers from low to high for argparse."""
    expected = f"expected a whole number of at least {low}" + (f" and at most {high}" if high is not None else "")

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < low or (high is not None and int(text) > high):
            raise argparse.ArgumentTypeError(f"{expected}, got {text!r:.40}")
        return int(text)

    return read


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line and exit with code 2."""
        self.exit(2, f"{self.prog}: {' '.join(message.split())} (--help shows how to use it)\n")


def parser() -> Parser:
    """Describe the command line."""
    top = Parser(prog="python -m nn", description="Train a small network, every weight a Value, and watch it learn.")
    commands = top.add_subparsers(dest="command", required=True, metavar="|".join(demos.TASKS))
    for name, (run, text, options) in demos.TASKS.items():
        sub = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        for option, low, high, default, meaning in (*options, ("seed", 0, None, 1, "where the random draws start")):
            shown = f"{meaning} (default {default or '400, with --compile all 1397'})"
            sub.add_argument(f"--{option}", type=number(low, high), default=default, metavar="N", help=shown)
        if name == "digits":
            sub.add_argument("--conv", action="store_true", help="with shared weights: a convolutional network")
        sub.add_argument("--compile", action="store_true", help="replay at the speed of matrices (needs NumPy)")
        sub.add_argument("--save", metavar="FOLDER", help=f"where model and pictures go (default runs/{name})")
        sub.add_argument("--resume", action="store_true", help="go on with the run that this folder holds, if it does")
        sub.set_defaults(run=run, every=10 if "steps" in options[-1] else 1)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    args = parser().parse_args(argv)
    random.seed(args.seed)
    try:
        args.run(args)
        sys.stdout.flush()
    except (ImportError, OSError, ValueError) as error:  # an extra that is missing, a folder, another run's checkpoint
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
