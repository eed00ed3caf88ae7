"""Train a small network and watch it learn: ``python -m nn moons`` and others."""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from .demos import TASKS


def int_parser(low: int, high: int | None) -> Callable[[str], int]:
    """Return a function for argparse that parses a whole number from low to high."""
    expected = f"expected a whole number of at least {low}" + (f" and at most {high}" if high is not None else "")

    def parse_int(text: str) -> int:
        if not text.isdecimal() or int(text) < low or (high is not None and int(text) > high):
            raise argparse.ArgumentTypeError(f"{expected}, got {text!r:.40}")
        return int(text)

    return parse_int


class Parser(argparse.ArgumentParser):
    """A parser whose error message is one line."""

    def error(self, message: str) -> NoReturn:
        """Print an error of the command line and exit with code 2."""
        self.exit(2, f"{self.prog}: {' '.join(message.split())} (--help shows how to use it)\n")


def build_parser() -> Parser:
    """Build the parser of the command line."""
    top = Parser(prog="python -m nn", description="Train a small network, every weight a Value, and watch it learn.")
    commands = top.add_subparsers(dest="command", required=True, metavar="|".join(TASKS))
    for name, (task, text, options) in TASKS.items():
        sub = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        for option, low, high, default, meaning in (*options, ("seed", 0, None, 1, "the seed of all random draws")):
            words = f"{meaning} (default {default or '400, with --compile all 1397'})"
            sub.add_argument(f"--{option}", type=int_parser(low, high), default=default, metavar="N", help=words)
        if name == "digits":
            sub.add_argument("--conv", action="store_true", help="use a convolutional network, with shared weights")
        sub.add_argument("--compile", action="store_true", help="replay at the speed of matrices (needs NumPy)")
        sub.add_argument("--save", metavar="FOLDER", help=f"the folder for model and pictures (default runs/{name})")
        sub.add_argument("--resume", action="store_true", help="continue the run in this folder, if there is one")
        sub.set_defaults(run=task, every=10 if "steps" in options[-1] else 1)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    args = build_parser().parse_args(argv)
    random.seed(args.seed)
    try:
        args.run(args)
        sys.stdout.flush()
    except (ImportError, OSError, ValueError) as error:  # a missing extra, a folder, the checkpoint of another run
        if isinstance(error, BrokenPipeError):  # as in `python -m nn moons | head`; the rest of the output is dropped
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
