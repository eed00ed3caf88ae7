"""Check the backward passes in files of homework: ``python -m autograd.check layers.py``."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any, NoReturn

from ..sandbox import run_limited
from .homework import Pair, find_bases, find_pairs

EXPECTED = "names such as affine_forward and affine_backward, f and f_grad, or forward and backward of a class"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"autograd.check: {' '.join(message.split())} (--help shows how to use it)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Check files and folders; return 0 if every pair passed, else 1."""
    parser = _Parser(
        prog="python -m autograd.check",
        description="Find pairs of a forward and a backward pass by their names, and compare the gradients with "
        "numerical derivatives. Each file that has pairs is run, in a process with limits of time and memory, which "
        "protects neither files nor network. Exit code 0: every pair passed; 1: one did not, or was not checked.",
        allow_abbrev=False,
    )
    parser.add_argument("paths", nargs="+", metavar="FILE", help="a file of Python, or a folder of them")
    parser.add_argument("--shapes", default="", metavar="TEXT", help='shapes of parameters, such as "x=4,3 w=3,5"')
    parser.add_argument("--seconds", type=float, default=60.0, help="the time for each file (default 60)")
    parser.add_argument("--megabytes", type=int, default=4096, help="the memory for each file (default 4096)")
    parser.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    args = parser.parse_args(argv)
    try:
        files, shapes = find_files(args.paths), parse_shapes(args.shapes)
        for name in ("seconds", "megabytes"):
            if not 0 < getattr(args, name) < 1e6:
                raise ValueError(f"--{name}: expected a positive number, got {getattr(args, name)}")
    except (OSError, ValueError) as error:
        parser.error(str(error))
    found = {path: read_pairs(path) for path in files}
    bases = {name for _, _, names in found.values() for name in names}
    memory = f"and {args.megabytes} MB" if sys.platform == "linux" else "and any memory"
    reports: list[dict[str, Any]] = []
    try:
        if not args.json:
            sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console without ±
            limits = f"for at most {args.seconds:g} s {memory}"
            print(f"Each file with pairs is run, {limits}; it may use your files and network.", flush=True)
        for path, (source, problem, _) in found.items():
            pairs = find_pairs(source, bases) if not problem else []
            rows = list(check_file(path, pairs, shapes, args.seconds, args.megabytes))
            rows += [{"pair": "", "verdict": "not checked", "inputs": "", "notes": [problem]}] * bool(problem)
            reports.append({"file": str(path), "pairs": rows})
            if not args.json and (rows or len(files) == 1):
                print(format_rows(str(path), rows), flush=True)
        verdicts = [row["verdict"] for report in reports for row in report["pairs"]]
        passed, rest = verdicts.count("PASS"), len(verdicts) - verdicts.count("left out")
        if args.json:
            print(json.dumps({"files": reports, "passed": passed, "pairs": rest}, indent=1, allow_nan=False))
        else:
            print(f"{passed} of {rest} pairs passed" if rest else f"no pairs found; expected {EXPECTED}", flush=True)
    except BrokenPipeError:  # as with | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        print("autograd.check: interrupted", file=sys.stderr)
        return 130
    return 0 if 0 < passed == rest else 1


def find_files(paths: Sequence[str]) -> list[Path]:
    """Return the files of Python among paths and in the folders among them, or raise ValueError."""
    files: list[Path] = []
    for path in map(Path, paths):
        if not path.exists():
            raise ValueError(f"{path}: no such file or folder")
        inside = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        hidden = re.compile(r"\..*|__pycache__|site-packages")
        found = [
            file
            for file in inside
            if (file.is_file() or file.is_symlink()) and not any(map(hidden.fullmatch, file.relative_to(path).parts))
        ]
        if not found or not (path.is_dir() or path.suffix == ".py"):
            raise ValueError(f"{path}: expected a file of Python, or a folder with some")
        files += [file for file in found if file not in files]
    return files


def parse_shapes(text: str) -> dict[str, list[int]]:
    """Return the shapes in a text, or raise ValueError.

    >>> parse_shapes("x=4,3 b=5 scale=")
    {'x': [4, 3], 'b': [5], 'scale': []}
    """
    shapes = {}
    for word in text.split():
        if not (found := re.fullmatch(r"([^\W\d]\w*)=((?:[1-9]\d{0,3}(?:,|$))*)", word)):
            raise ValueError(f"--shapes: expected a name and sizes, such as x=4,3, got {word!r:.40}")
        shapes[found[1]] = [int(size) for size in found[2].split(",") if size]
    return shapes


def read_pairs(path: Path) -> tuple[bytes, str, set[str]]:
    """Return the text of a file, what is wrong with it, and the names of its base classes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in its texts
            source = path.read_bytes()
            return source, "", find_bases(source)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return b"", f"cannot be read: {type(error).__name__}: {error}".replace("<unknown>, ", ""), set()


def check_file(
    path: Path, pairs: Sequence[Pair], shapes: Mapping[str, Any], seconds: float, megabytes: int
) -> Iterator[dict[str, Any]]:
    """Yield a verdict for each pair of a file, in another child after one that a pair ended."""
    fields, done = [asdict(pair) for pair in pairs], 0
    while done < len(pairs):
        target = "autograd.check.homework:check_pairs"
        outcome = run_limited(target, str(path), fields, done, shapes, seconds=seconds, megabytes=megabytes)
        rows = outcome.results[1:]
        yield from rows
        done += len(rows)
        if outcome.ending != "done":
            is_loaded = bool(outcome.results)
            note = outcome.detail if is_loaded else f"{path.name} cannot be run: {outcome.detail}"
            for pair in pairs[done : done + 1 if is_loaded else None]:
                yield {"pair": pair.title, "verdict": "not checked", "inputs": "", "notes": [note]}
                done += 1


def format_rows(path: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the verdicts on a file as lines of text; pairs that share a note share its line."""
    lines = [path]
    for (verdict, inputs, notes), group in groupby(rows, lambda row: (row["verdict"], row["inputs"], row["notes"])):
        titles = [row["pair"] for row in group]
        titles = [", ".join(titles)] if notes else titles
        lines += [f"  {verdict:<12}  {title}  {inputs}".rstrip() for title in titles]
        lines += [f"  {'':12}  {note}" for note in notes]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
