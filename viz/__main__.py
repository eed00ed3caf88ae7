"""Step through an expression: ``python -m viz "sigmoid(w*x + b)" w=2 x=-1 b=0.5 --save neuron.svg``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from .expression import parse
from .figure import Figure, as_trace
from .text import table


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"viz: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Print every step of the forward and the backward pass of an expression, and save its picture."""
    parser = _Parser(
        prog="python -m viz",
        description="Print every step of the forward and the backward pass of an expression.",
        allow_abbrev=False,
        epilog='example: python -m viz "sigmoid(w*x + b)" w=2 x=-1 b=0.5 --save neuron.svg',
    )
    parser.add_argument("expression", help="numbers, variables, + - * / ** and functions such as sigmoid(…)")
    parser.add_argument("values", nargs="*", metavar="name=number", help="the value of each variable")
    parser.add_argument(
        "--save", action="append", default=[], metavar="FILE", help="write .svg, .dot, .json or .txt; may be repeated"
    )
    given = sys.argv[1:] if argv is None else argv
    # an expression may start with a minus: the space tells argparse that it is no option
    args = parser.parse_args([f" {a}" if a[:1] == "-" and a[1:2] not in ("-", "h") else a for a in given])
    try:
        figure = Figure(as_trace(parse(args.expression, variables(args.values)), names=False))
        figure.save(*args.save)
    except ValueError as error:
        parser.error(str(error))
    except OSError as error:
        parser.error(str(error))
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console that has no ∂ shows a ?
    try:
        print(table(figure.trace))
        for path in args.save:
            print(f"wrote {path}")
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def variables(words: Sequence[str]) -> dict[str, float]:
    """Read words of the form name=number, or raise ValueError naming the one that is not.

    >>> variables(["w0=2", "x0=-1"])
    {'w0': 2.0, 'x0': -1.0}
    """
    found: dict[str, float] = {}
    for word in words:
        name, equals, text = word.strip().partition("=")
        if not equals or not name.isidentifier():
            raise ValueError(f"{word.strip()!r}: expected name=number")
        if name in found:
            raise ValueError(f"{name}: given twice")
        try:
            found[name] = float(text)
        except ValueError:
            raise ValueError(f"{name}: expected a number, got {text!r}") from None
    return found


if __name__ == "__main__":
    sys.exit(main())
