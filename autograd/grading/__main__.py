"""Grade the engines in files: ``python -m autograd.grading mine.py``."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from ..check.__main__ import FilesParser, find_files
from ..sandbox import run_limited
from .findings import Fault
from .grade import Grade, Row


def main(argv: Sequence[str] | None = None) -> int:
    """Grade files and folders; return 0, 1 for a fault, 2 if one could not be graded."""
    parser = FilesParser(
        "autograd.grading",
        "Find the class of an engine in each file, and try every operator and function, graphs, a second backward and "
        "a deep chain. Each file is run, in a process with limits of time and memory, which protects neither files nor "
        "network. Exit code 0: no fault; 1: a fault; 2: an engine was not found, or could not be run.",
    )
    parser.add_argument("--class", dest="name", default="", metavar="NAME", help="the class; else it is looked for")
    parser.add_argument("--html", metavar="PAGE", help="write a page with a player for each fault")
    return parser.run(argv, partial(grade_files, parser))


def grade_files(parser: FilesParser, args: argparse.Namespace) -> int:
    """Print a table for each file, and return the exit code."""
    try:
        files = [path for path in find_files(args.paths) if path in map(Path, args.paths) or has_engine(path)]
        if args.html and (Path(args.html).is_dir() or not Path(args.html).resolve().parent.is_dir()):
            raise ValueError(f"--html: {args.html} cannot be written")
        if not files:
            raise ValueError(f"no file with a class that has + or *, such as Value, in {', '.join(args.paths)}")
    except (OSError, ValueError) as error:
        parser.error(str(error))
    say: Any = (lambda text: None) if args.json else partial(print, flush=True)
    say(f"Each file is run, {args.limits}")
    reports = []
    for path in files:
        report, graphs = grade(path, args)
        reports.append((str(path), report, graphs))
        if isinstance(report, str):
            print(f"autograd.grading: {path}: {report}", file=sys.stderr)
        else:
            say(f"\n{path}\n{report!r}")
    if args.json:
        print(json.dumps({"files": [as_data(path, report) for path, report, _ in reports]}, indent=1), flush=True)
    if args.html:  # by name, for viz is a package above this one
        Path(args.html).write_text(import_module("viz.figures").format_grades(reports), encoding="utf-8")
        say(f"wrote {args.html}")
    grades = [report for _, report, _ in reports if isinstance(report, Grade)]
    rest = f", {len(files) - len(grades)} not graded" * (len(grades) < len(files))
    if grades:
        say(f"\n{sum(map(bool, grades))} of {len(grades)} engines without a fault{rest}")
    return 1 if not all(grades) else 2 if len(grades) < len(files) else 0


def has_engine(path: Path) -> bool:
    """Return whether a file has a class and a method for an operator."""
    try:
        source = path.read_bytes()
    except OSError:
        return True  # the error is reported where the file is run
    return bool(re.search(rb"^\s*class ", source, re.M) and re.search(rb"__r?(add|mul|sub|truediv)__", source))


def grade(path: Path, args: argparse.Namespace) -> tuple[Grade | str, dict[Any, Any]]:
    """Return the grade of a file, or why there is none, and the graphs of its faults.

    After an operation that ends the child, the others are tried in another one.
    """
    rows: list[Row] = []
    graphs: dict[Any, Any] = {}
    head: dict[str, Any] = {}
    while True:
        request = str(path), args.name, len(rows), bool(args.html)
        outcome = run_limited(
            "autograd.grading.submission:grade_file", *request, seconds=args.seconds, megabytes=args.megabytes
        )
        if not outcome.results:
            return f"it {outcome.detail}", {}
        head = outcome.results[0]
        if "error" in head:
            return head["error"], {}
        for result in outcome.results[1:]:
            graphs |= {(len(rows), k): graph for k, graph in enumerate(result.pop("graphs")) if graph}
            rows.append(Row.read(result))
        if outcome.ending == "done" or len(rows) >= len(head["operations"]):
            break
        text = head["operations"][len(rows)]
        faults = (Fault("crash", text, reason=f"it {outcome.detail}"),) * (text != "a long chain")
        rows.append(Row(text, None, not faults or None, faults, "" if faults else outcome.detail))
    return Grade(head["class"], tuple(rows), tuple(head["others"])), graphs


def as_data(path: str, report: Grade | str) -> dict[str, Any]:
    """Return a report as plain data."""
    if isinstance(report, str):
        return {"file": path, "error": report}
    rows = [row.data() | {"faults": [str(f) for f in own], "see": known} for row, own, known in report.merged()]
    return {
        "file": path,
        "class": report.name,
        "faults": list(map(str, report.faults)),
        "rows": rows,
        "notes": report.notes,
    }


if __name__ == "__main__":
    sys.exit(main())
