"""Compare the checker with its peers: ``python benchmarks/checking.py [--write | --check]``.

Prints the tables of docs/checking.md, or writes them there, or compares them with the page. The functions, their points
and their true derivatives are in checking_functions.py. Every tool calls the same function of a float, with its own
defaults, in its own process; one that is not installed is reported as skipped, and its rows are left out.

The numbers are the same in each run with the same versions of Python and the peers.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.checking_functions import KINDS, Case, cases, truth  # noqa: E402  # for a script of this folder

PAGE = ROOT / "docs" / "checking.md"
START, END = "<!-- made by benchmarks/checking.py -->\n", "<!-- end -->\n"
FAULTS = {"right": 1.0, "1e-6 off": 1 + 1e-6, "0.1 % off": 1.001, "sign": -1.0, "factor 2": 2.0}
DERIVATIVES = {"glassgrad": "derivative", "numdifftools": "Derivative", "SciPy": "scipy.differentiate.derivative"}
CHECKERS = {"glassgrad": "gradcheck", "PyTorch": "torch.autograd.gradcheck", "JAX": "jax.test_util.check_grads"}

Row = dict[str, Any]  # what one tool found for one case


def derivative_by_glassgrad() -> Callable[[Case], tuple[float, float]]:
    """Return our derivative: the value and its error bar."""
    from autograd.check import derivative

    def run(case: Case) -> tuple[float, float]:
        found = derivative(case.value, case.x)
        return found.value, found.error

    return run


def derivative_by_numdifftools() -> Callable[[Case], tuple[float, float]]:
    """Return that of numdifftools."""
    import numdifftools
    import numpy as np

    def run(case: Case) -> tuple[float, float]:
        found = numdifftools.Derivative(np.vectorize(case.value, otypes=[float]), full_output=True)(case.x)
        return float(found.estimate), float(found.error_estimate)

    return run


def derivative_by_scipy() -> Callable[[Case], tuple[float, float]]:
    """Return that of SciPy."""
    import numpy as np
    from scipy import differentiate

    def run(case: Case) -> tuple[float, float]:
        found = differentiate.derivative(np.vectorize(case.value, otypes=[float]), case.x)
        return float(found.df), float(found.error)

    return run


def verdict_by_glassgrad() -> Callable[[Case, float], str]:
    """Return our checker: passed, undecided or accused."""
    from autograd import gradcheck

    words = {"PASS": "passed", "FAIL": "accused"}
    return lambda case, slope: words.get(gradcheck(case.value, [case.x], grad=lambda x: slope).verdict, "undecided")


def verdict_by_pytorch() -> Callable[[Case, float], str]:
    """Return that of PyTorch, in double precision."""
    import torch

    class Function(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any, case: Case, slope: float) -> Any:
            ctx.slope = slope
            return torch.tensor(case.value(x.item()), dtype=torch.float64)

        @staticmethod
        def backward(ctx: Any, upstream: Any) -> Any:
            return upstream * ctx.slope, None, None

    def run(case: Case, slope: float) -> str:
        x = torch.tensor(case.x, dtype=torch.float64, requires_grad=True)
        found = torch.autograd.gradcheck(lambda x: Function.apply(x, case, slope), [x], raise_exception=False)
        return "passed" if found else "accused"

    return run


def verdict_by_jax() -> Callable[[Case, float], str]:
    """Return that of JAX, in double precision."""
    import jax
    from jax.test_util import check_grads

    jax.config.update("jax_enable_x64", True)

    def run(case: Case, slope: float) -> str:
        value = lambda x: jax.numpy.asarray(case.value(float(x)))
        f = jax.custom_vjp(value)
        f.defvjp(lambda x: (value(x), None), lambda _, upstream: (upstream * slope,))
        try:
            check_grads(f, (case.x,), 1, modes=["rev"])
        except AssertionError:
            return "accused"
        return "passed"

    return run


def measure(table: str, tool: str) -> list[Row]:
    """Return what a tool finds for every case, in this process."""
    run = globals()[f"{table}_by_{tool.lower()}"]()
    rows = []
    for case in cases():
        slope = truth(case)
        row: Row = {
            "kind": case.kind,
            "slope": slope,
            "size": max(abs(slope), abs(case.value(case.x)) / max(abs(case.x), 1)),
        }
        if table == "derivative":
            case.evaluations = 0
            row["value"], row["error"] = run(case)
            row["evaluations"] = case.evaluations
        else:
            for fault, factor in FAULTS.items():
                case.evaluations = 0
                row[fault] = run(case, factor * slope) if slope or fault == "right" else ""
                row["evaluations"] = case.evaluations if fault == "right" else row["evaluations"]
        rows.append(row)
    return rows


def measure_apart(table: str, tools: Sequence[str]) -> dict[str, list[Row]]:
    """Return what each tool finds, each in its own process."""
    found = {}
    for tool in tools:
        run = subprocess.run(
            [sys.executable, __file__, "--one", table, tool], capture_output=True, text=True, check=False
        )
        if run.returncode:
            print(f"skipped: {tool}: {(run.stderr.strip().splitlines() or ['it died'])[-1]}", file=sys.stderr)
        else:
            found[tool] = json.loads(run.stdout)
    return found


def off(row: Row) -> float:
    """Return the error of a derivative, as a share of the size of the slope or of f."""
    return abs(row["value"] - row["slope"]) / (row["size"] or 1.0) if answered(row) else math.inf


def answered(row: Row) -> bool:
    """Return whether a derivative has a value and a bar."""
    return math.isfinite(row["value"]) and math.isfinite(row["error"])


def covered(rows: Sequence[Row]) -> str:
    """Format how often the bar holds the truth, up to the truth's own last digits."""
    known = [row for row in rows if answered(row)]
    hits = [abs(row["value"] - row["slope"]) <= row["error"] + 4 * math.ulp(row["slope"]) for row in known]
    return f"{100 * sum(hits) / len(hits):.1f} %" if hits else "–"


def share(hits: Sequence[bool]) -> str:
    """Format a share in percent."""
    return f"{100 * sum(hits) / len(hits):.1f} %"


def short(x: float) -> str:
    """Format a number by its first digit."""
    return f"{x:.0e}" if math.isfinite(x) else "–"


def to_markdown(lines: Sequence[Sequence[str]]) -> str:
    """Format lines of cells as a table, the first as its head."""
    head, *rest = (f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines)
    return "\n".join([head, "|" + "---|" * len(lines[0]), *rest, ""])


def accuracy_table(found: dict[str, list[Row]]) -> str:
    """Format accuracy, coverage and evaluations over all functions."""
    lines = [["", "median error", "error < 1e-6", "no answer", "truth in the bar", "median bar", "evaluations"]]
    for tool, rows in found.items():
        bars = [row["error"] / (row["size"] or 1.0) if answered(row) else math.inf for row in rows]
        lines.append([
            f"{tool}, `{DERIVATIVES[tool]}`", short(median(map(off, rows))), share([off(row) < 1e-6 for row in rows]),
            share([not answered(row) for row in rows]), covered(rows), short(median(bars)),
            f"{median(row['evaluations'] for row in rows):.0f}",
        ])  # fmt: skip  # in few lines
    return to_markdown(lines)


def kinds_table(found: dict[str, list[Row]]) -> str:
    """Format the same by kind of function, with a cell for each tool."""
    tools = list(found)
    lines = [["functions", *(f"error of {tool}" for tool in tools), *(f"in the bar of {tool}" for tool in tools)]]
    for kind, functions in KINDS.items():
        of_kind = [[row for row in rows if row["kind"] == kind] for rows in found.values()]
        errors = [short(median(map(off, rows))) for rows in of_kind]
        lines.append([f"{len(functions)} {kind}", *errors, *map(covered, of_kind)])
    return to_markdown(lines)


def verdicts_table(found: dict[str, list[Row]]) -> str:
    """Format how many gradients were passed, left undecided and accused."""
    lines = [["", "gradient", "passed", "undecided", "accused"]]
    for tool, rows in found.items():
        for fault in FAULTS:
            counts = [str(sum(row[fault] == word for row in rows)) for word in ("passed", "undecided", "accused")]
            lines.append([f"{tool}, `{CHECKERS[tool]}`" if fault == "right" else "", fault, *counts])
    return to_markdown(lines)


def tables(derivatives: dict[str, list[Row]], verdicts: dict[str, list[Row]]) -> str:
    """Return the three tables."""
    n, points = len({text for rows in KINDS.values() for text in rows}), len(list(cases()))
    made = accuracy_table(derivatives), kinds_table(derivatives), verdicts_table(verdicts)
    return f"{n} functions at {points} points:\n\n" + "\n".join(made)


def main() -> None:
    """Print the tables, write them to the page, or compare them with it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the tables to docs/checking.md")
    parser.add_argument("--check", action="store_true", help="fail if the page has other tables")
    parser.add_argument("--one", nargs=2, metavar=("TABLE", "TOOL"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        warnings.simplefilter("ignore")  # of the peers, on steps outside the domain
        print(json.dumps(measure(*args.one)))
        return
    text = tables(measure_apart("derivative", [*DERIVATIVES]), measure_apart("verdict", [*CHECKERS]))
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    old, _, after = rest.partition(END)
    if args.write:
        PAGE.write_text(f"{before}{START}\n{text}\n{END}{after}", encoding="utf-8")
    elif args.check and old.strip() != text.strip():
        sys.exit(f"{PAGE} has other tables than these:\n\n{text}")
    else:
        print(text)


if __name__ == "__main__":
    main()
