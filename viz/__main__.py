"""Step through an expression: ``python -m viz "sigmoid(w*x + b)" w=2 x=-1 b=0.5 --save neuron.svg``."""

from __future__ import annotations

import argparse
import os
import sys
import unicodedata
from collections.abc import Sequence
from typing import NoReturn

from .figures.trace_figure import Figure, as_trace
from .frontends.expression_parser import parse
from .text import ellipsize_repr as brief
from .text import format_steps as table


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"viz: {message}\n")

    def print_help(self, file: object = None) -> None:
        if failure := say(self.format_help()):
            self.exit(failure)


def main(argv: Sequence[str] | None = None) -> int:
    """Print every step of the forward and the backward pass of an expression, and save its picture."""
    parser = _Parser(
        prog="python -m viz",
        usage="python -m viz [-h] [--save FILE] expression [name=number ...] [--granularity STEP]",
        description="Print every step of the forward and the backward pass of an expression.",
        allow_abbrev=False,
        epilog='example: python -m viz "sigmoid(w*x + b)" w=2 x=-1 b=0.5 --save neuron.svg',
    )
    parser.add_argument("expression", nargs="?", help="numbers, variables, + - * / ** and functions such as sigmoid(…)")
    parser.add_argument("values", nargs="*", metavar="name=number", help="the value of each variable")
    parser.add_argument(
        "--save",
        action="append",
        default=[],
        metavar="FILE",
        help="write .html with the step player, .svg, .png, .dot, .json or .txt; every step as DIR/*.svg, "
        "all of them as NAME.sheet.svg; may be repeated",
    )
    parser.add_argument("--granularity", default="edge", metavar="STEP", help="what a step is: edge, node or pass")
    args, unknown = parser.parse_known_intermixed_args(spaced(sys.argv[1:] if argv is None else argv))
    if unknown:
        parser.error(f"unrecognized arguments: {brief(' '.join(unknown))}")
    if args.expression is None:
        parser.error("the following arguments are required: expression (-h shows an example)")
    if sys.stdout is None:
        return say("")  # it says so, before anything is written
    try:
        figure = Figure(
            as_trace(parse(args.expression, variables(args.values)), names=False), granularity=args.granularity
        )
        figure.save(*args.save)
    except (ValueError, OSError, RuntimeError) as error:
        parser.error(str(error))
    return say("\n".join([table(figure.trace), *(f"wrote {path}" for path in args.save), ""]))


def spaced(words: Sequence[str]) -> list[str]:
    """Put a space before an expression that starts with a minus, which tells argparse that it is no option.

    >>> spaced(["-h*x", "h=1", "--save", "-a.svg"])
    [' -h*x', 'h=1', '--save=-a.svg']
    """
    found = []
    rest = iter(words)
    for word in rest:
        if word == "--save" and (value := next(rest, None)) is not None:
            word = f"--save={value}"
        elif word.startswith("-") and word != "-h" and not word.startswith("--"):
            word = f" {word}"
        found.append(word)
    return found


def variables(words: Sequence[str]) -> dict[str, float]:
    """Read words of the form name=number, or raise ValueError naming the one that is not.

    >>> variables(["w0=2", "x0=-1"])
    {'w0': 2.0, 'x0': -1.0}
    """
    found: dict[str, float] = {}
    for word in words:
        name, equals, text = word.strip().partition("=")
        name = unicodedata.normalize("NFKC", name.strip())  # as Python does with the names in an expression
        if not equals or not name.isidentifier():
            raise ValueError(f"{brief(word.strip())!r}: expected name=number")
        if name in found:
            raise ValueError(f"{brief(name)}: given twice")
        try:
            found[name] = float(text)
        except ValueError:
            raise ValueError(f"{brief(name)}: expected a number, got {brief(text)!r}") from None
    return found


def say(text: str) -> int:
    """Print, and return the exit code: 0, or 1 where it cannot be written."""
    if sys.stdout is None:
        print("viz: cannot print: standard output is closed", file=sys.stderr)
        return 1
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a console that has no ∂ shows a ?
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python tries again at its end
        if not isinstance(error, BrokenPipeError):  # whose reader, such as head, has seen enough
            print(f"viz: cannot print: {error.strerror}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
