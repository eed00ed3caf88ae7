"""Check the backward passes in files of homework: ``python -m autograd.check layers.py``."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, NoReturn

from ..sandbox import describe_error, run_limited
from .homework import Pair, find_bases, find_pairs

EXPECTED = "names such as affine_forward and affine_backward, f and f_grad, or forward and backward of a class"


class FilesParser(argparse.ArgumentParser):
    """The options of a command that runs files, each in a child with limits.

    Args:
        prog: The name of its module.
        description: What it does.
        **options: As of ``argparse.ArgumentParser``.
    """

    def __init__(self, prog: str, description: str, **options: Any) -> None:
        super().__init__(prog=f"python -m {prog}", description=description, allow_abbrev=False, **options)
        self.add_argument("paths", nargs="+", metavar="FILE", help="a file of Python, or a folder of them")
        self.add_argument("--seconds", type=float, default=60.0, help="the time for each file (default 60)")
        self.add_argument("--megabytes", type=int, default=4096, help="the memory for each file (default 4096)")
        self.add_argument("--json", action="store_true", help="print the verdicts as JSON")

    def error(self, message: str) -> NoReturn:
        """Exit with code 2 and one line."""
        self.exit(2, f"{self.prog.split()[-1]}: {' '.join(message.split())} (--help shows how to use it)\n")

    def run(self, argv: Sequence[str] | None, command: Callable[[argparse.Namespace], int]) -> int:
        """Return the exit code of a command on the words of a command line."""
        args = self.parse_args(argv)
        for name in ("seconds", "megabytes"):
            if not 0 < getattr(args, name) < 1e6:
                self.error(f"--{name}: expected a positive number, got {getattr(args, name)}")
        memory = f"and {args.megabytes} MB" if sys.platform == "linux" else "and any memory"
        args.limits = f"for at most {args.seconds:g} s {memory}; it may use your files and network."
        try:
            sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console without ±
            return command(args)
        except BrokenPipeError:  # as with | head
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 141
        except KeyboardInterrupt:
            print(f"{self.prog.split()[-1]}: interrupted", file=sys.stderr)
            return 130


def main(argv: Sequence[str] | None = None) -> int:
    """Check files and folders; return 0 if every pair passed, else 1."""
    parser = FilesParser(
        "autograd.check",
        "Find pairs of a forward and a backward pass by their names, and compare the gradients with "
        "numerical derivatives. Each file that has pairs is run, in a process with limits of time and memory, which "
        "protects neither files nor network. Exit code 0: every pair passed; 1: one did not, or was not checked.",
    )
    return parser.run(argv, partial(check_files, parser))


def check_files(parser: FilesParser, args: argparse.Namespace) -> int:
    """Print the verdicts on all pairs, and return the exit code."""
    try:
        files = {path: read_pairs(path) for path in find_files(args.paths)}
    except (OSError, ValueError) as error:
        parser.error(str(error))
    bases = {name for _, _, names in files.values() for name in names}
    say: Any = (lambda text: None) if args.json else partial(print, flush=True)
    reports: list[dict[str, Any]] = []
    say(f"Each file with pairs is run, {args.limits}")
    for path, (source, problem, _) in files.items():
        pairs = [] if problem else find_pairs(source, bases)
        rows = list(check_file(path, pairs, args.seconds, args.megabytes))
        rows += [_not_checked("", problem)] * bool(problem)
        reports.append({"file": str(path), "pairs": rows})
        if rows or len(files) == 1:
            say(format_rows(str(path), rows))
    verdicts = [row["verdict"] for report in reports for row in report["pairs"]]
    passed, rest = verdicts.count("PASS"), len(verdicts) - verdicts.count("left out")
    say(f"{passed} of {rest} pairs passed" if rest else f"no pairs found; expected {EXPECTED}")
    if args.json:
        print(json.dumps({"files": reports, "passed": passed, "pairs": rest}, indent=1), flush=True)
    return 0 if 0 < passed == rest else 1


def find_files(paths: Sequence[str]) -> list[Path]:
    """Return the files of Python among paths and in the folders among them, or raise ValueError."""
    files: dict[Path, None] = {}
    for path in map(Path, paths):
        if not path.exists():
            raise ValueError(f"{path}: no such file or folder")
        inside = sorted(file for file in path.rglob("*.py") if file.is_file() or file.is_symlink())  # a pipe has no end
        hidden = re.compile(r"\..*|__pycache__|site-packages")
        found = [file for file in inside if not any(map(hidden.fullmatch, file.relative_to(path).parts))]
        found = [path] if path.is_file() and path.suffix == ".py" else found
        if not found:
            raise ValueError(f"{path}: expected a file of Python, or a folder with some")
        files |= dict.fromkeys(found)
    return list(files)


def read_pairs(path: Path) -> tuple[bytes, str, set[str]]:
    """Return the text of a file, what is wrong with it, and the names of its base classes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in its texts
            source = path.read_bytes()
            return source, "", find_bases(source)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return b"", f"cannot be read: {describe_error(error)}".replace("<unknown>, ", ""), set()


def check_file(path: Path, pairs: Sequence[Pair], seconds: float, megabytes: int) -> Iterator[dict[str, Any]]:
    """Yield a verdict for each pair of a file, in another child after one that a pair ended."""
    done = 0
    while done < len(pairs):
        target = "autograd.check.homework:check_pairs"
        outcome = run_limited(target, str(path), pairs[done:], seconds=seconds, megabytes=megabytes)
        yield from outcome.results[1:]
        done += len(outcome.results[1:])
        if outcome.ending != "done":
            note = outcome.detail if outcome.results else f"{path.name} cannot be run: {outcome.detail}"
            for pair in pairs[done : done + 1 if outcome.results else None]:
                yield _not_checked(pair.title, note)
                done += 1


def format_rows(path: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the verdicts on a file as lines of text; pairs that share a note share its line."""
    lines = [path]
    same = lambda row: (row["verdict"], row["inputs"], row["notes"], row["unchecked"])
    for (verdict, inputs, notes, unchecked), group in groupby(rows, same):
        inputs += f"; not checked: {', '.join(unchecked)}" * bool(unchecked)
        titles = [row["pair"] for row in group]
        titles = [", ".join(titles)] if notes else titles
        lines += [f"  {verdict:<12}  {title}  {inputs}".rstrip() for title in titles]
        lines += [f"  {'':12}  {note}" for note in notes]
    return "\n".join(lines)


def _not_checked(pair: str, note: str) -> dict[str, Any]:
    return {"pair": pair, "verdict": "not checked", "inputs": "", "unchecked": [], "notes": [note]}


if __name__ == "__main__":
    sys.exit(main())
