"""Print both passes of an expression, and save its picture.

An example is ``python -m viz "sigmoid(w*x + b)" w=2 x=-1 b=0.5 --save neuron.svg``.
"""

from __future__ import annotations

import argparse
import os
import sys
import unicodedata
from collections.abc import Sequence
from typing import NoReturn

from .figures import Figure, as_trace
from .frontends import parse_expression
from .text import ellipsize_repr, format_steps


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"viz: {message}\n")

    def print_help(self, file: object = None) -> None:
        if failure := print_text(self.format_help()):
            self.exit(failure)


def main(argv: Sequence[str] | None = None) -> int:
    """Print every step of both passes of an expression, and save its picture."""
    parser = _Parser(
        prog="python -m viz",
        usage="python -m viz [-h] [--save FILE] expression [name=number ...] [--granularity STEP] [--open]",
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
    parser.add_argument("--open", action="store_true", help="show the step player in a browser")
    args, unknown = parser.parse_known_intermixed_args(escape_minus(sys.argv[1:] if argv is None else argv))
    if unknown:
        parser.error(f"unrecognized arguments: {ellipsize_repr(' '.join(unknown))}")
    if args.expression is None:
        parser.error("the following arguments are required: expression (-h shows an example)")
    if sys.stdout is None:
        return print_text("")  # it reports the closed output before any file is written
    try:
        root = parse_expression(args.expression, parse_variables(args.values))
        figure = Figure(as_trace(root, names=False), granularity=args.granularity)
        figure.save(*args.save)
        if args.open:
            figure.show()
    except (ValueError, OSError, RuntimeError) as error:
        parser.error(str(error))
    return print_text("\n".join([format_steps(figure.trace), *(f"wrote {path}" for path in args.save), ""]))


def escape_minus(words: Sequence[str]) -> list[str]:
    """Return words with a space before an initial minus, for argparse.

    >>> escape_minus(["-h*x", "h=1", "--save", "-a.svg"])
    [' -h*x', 'h=1', '--save=-a.svg']
    """
    escaped = []
    remaining = iter(words)
    for word in remaining:
        if word == "--save" and (value := next(remaining, None)) is not None:
            word = f"--save={value}"
        elif word.startswith("-") and word != "-h" and not word.startswith("--"):
            word = f" {word}"
        escaped.append(word)
    return escaped


def parse_variables(words: Sequence[str]) -> dict[str, float]:
    """Parse words of the form name=number, or raise ValueError naming another one.

    >>> parse_variables(["w0=2", "x0=-1"])
    {'w0': 2.0, 'x0': -1.0}
    """
    values: dict[str, float] = {}
    for word in words:
        name, equals, text = word.strip().partition("=")
        name = unicodedata.normalize("NFKC", name.strip())  # as Python normalizes the names in an expression
        if not equals or not name.isidentifier():
            raise ValueError(f"{ellipsize_repr(word.strip())!r}: expected name=number")
        if name in values:
            raise ValueError(f"{ellipsize_repr(name)}: given twice")
        try:
            values[name] = float(text)
        except ValueError:
            raise ValueError(f"{ellipsize_repr(name)}: expected a number, got {ellipsize_repr(text)!r}") from None
    return values


def print_text(text: str) -> int:
    """Print a text, and return the exit code: 1 if it cannot be written, else 0."""
    if sys.stdout is None:
        print("viz: cannot print: standard output is closed", file=sys.stderr)
        return 1
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a console without ∂ shows a ?
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python tries to write again at exit
        if not isinstance(error, BrokenPipeError):  # a reader such as head closes the pipe early
            print(f"viz: cannot print: {error.strerror}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
