"""The pairs of one file, checked in the process that imports it: a child of ``run_limited``."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import re
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import product
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

from ...sandbox import describe_error
from ..arrays import shape_of
from ..report import Report
from .calls import BackwardPassError, Call, UnclearCallError
from .layouts import COLUMN, LINEAR, SAME, SCALE, Draw, invent, trials
from .pairs import Pair, find_pairs, words_of
from .torch_functions import is_torch_function, to_functions

SEEDS = 1, 2, 3  # other inputs are drawn where the first prove nothing
MOST_NOTES = 4
EXAMPLE = "{'affine_forward': {'x': (4, 3), 'w': (3, 5), 'b': (5,)}}"


def check_pairs(path: str, pairs: list[list[Any]]) -> Iterator[dict[str, Any]]:
    """Import a file, yield {} then, and a verdict for each pair, as data."""
    source = Path(path).read_bytes()
    module = load_file(Path(path))
    table = getattr(module, "SHAPES", {})
    if not isinstance(table, dict) or not all(isinstance(row, dict | None) for row in table.values()):
        raise TypeError(f"SHAPES: expected a dict of dicts such as {EXAMPLE}, got {table!r:.40}")
    if other := table.keys() - {pair.name for pair in find_pairs(source)}:
        raise TypeError(f"SHAPES: {min(map(repr, other))} is no pair here")
    yield {}
    for pair in (Pair(*fields) for fields in pairs):
        row = table.get(pair.name, {})
        left_out = {"verdict": "left out", "inputs": "", "unchecked": [], "notes": []}
        found = left_out if row is None else _check(pair, module, row)
        yield {"pair": pair.title, **found}


def load_file(path: Path) -> ModuleType:
    """Import a file under a name of its own, with its folder first in the path, as Python does."""
    path = path.resolve()
    folder, name = path.parent, path.stem.replace(".", "_")
    dots = max(map(len, re.findall(rb"^\s*from (\.+)", path.read_bytes(), re.M)), default=0)  # of a relative import
    while (folder / "__init__.py").exists() or name.count(".") < dots:
        name, folder = f"{folder.name}.{name}", folder.parent
    sys.path.insert(0, str(folder))
    start = Path.cwd()
    os.chdir(path.parent)  # where it looks for its data, or else where it was started
    try:
        return _import(name, path)
    except FileNotFoundError:
        os.chdir(start)
        return _import(name, path)


def _import(name: str, path: Path) -> ModuleType:
    if "." in name:
        importlib.import_module(name.rpartition(".")[0])
    spec = importlib.util.spec_from_file_location(name if name not in sys.modules else f"_{name}", path)
    assert spec is not None  # since it has a path
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    vars(module)["get_ipython"] = MagicMock()  # as a notebook that is saved as a file calls it
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[spec.name]
        raise
    return module


def _check(pair: Pair, module: ModuleType, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verdict on a pair, its inputs and notes."""
    if not pair.forward:
        wanted = "expected a function of its name with forward in place of backward"
        return _not_checked(f"{pair.backward} has no forward pass; {wanted}")
    if pair.is_empty:
        return _not_checked(f"{pair.backward} is not written yet")
    owner: Any = attrgetter(pair.owner)(module) if pair.owner else module
    if is_torch_function(owner):
        owner = module = to_functions(owner)
        names = [name for name in vars(module) if "." in name]
        pair = pair._replace(forward=names[0], backward=names[1], owner="")
    functions = [owner] * bool(pair.owner) + [getattr(owner, pair.forward)] * bool(row)
    known = [name for function in functions for name in inspect.signature(function).parameters]
    if row and (unknown := [name for name in row if name not in known and row[name] is not None]):
        return _not_checked(f"SHAPES has {unknown[0]!r} for {pair.title}, whose parameters are {', '.join(known)}")
    for seed in SEEDS:
        found = _check_once(pair, module, row, seed)
        if found["verdict"] not in ("KINK", "INCONCLUSIVE"):
            break
    advice = found.pop("advice", "")
    if found["verdict"] == "PASS" and advice:
        found["verdict"], found["notes"] = "INCONCLUSIVE", [*found["notes"], advice]
    return found


def _check_once(pair: Pair, module: ModuleType, row: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Return the verdict at inputs of one seed, in the first layout on which forward runs.

    A backward pass that fails there by an error, or by shapes alone, passes if it is right in another layout with the
    same number of axes; a derivative of one argument, which may be for vectors or numbers, in any. A note says so.
    """
    words = words_of(pair.owner + "_" + pair.forward)
    names = ("torch",) if "." in pair.forward else ("numpy", "torch")
    libraries = [sys.modules.get(name) for name in names if name in sys.modules] or [None]
    errors: list[str] = []
    failed: dict[str, Any] = {}
    akin, was_positive, barred = [0], False, [LINEAR]
    for library, (layout, labels, positive) in product(libraries, trials(words, bool(libraries[0]))):
        if failed and (len(layout.x) not in akin or layout in barred or positive is not was_positive):
            continue
        try:
            call = Call(pair, module, partial(invent, layout, labels, Draw(seed, library, positive), row, words))
        except MemoryError:
            raise
        except NotImplementedError:
            return _not_checked(f"{pair.forward} is not written yet")
        except UnclearCallError as error:
            return _not_checked(str(error))
        except Exception as error:
            errors.append(describe_error(error)[:300])
            continue
        inputs = ", ".join(f"{name} {_shown(value)}" for name, value in call.inputs.items())
        if layout in (SAME, SCALE) and shape_of(call.result) not in ((), layout.x):
            errors.append(f"{pair.forward} returned an array of another shape")  # for x @ w, a row hides faults
            continue
        is_slope = len(call.inputs) == 1 and not call.upstreams
        try:
            report = call.check()
        except NotImplementedError:
            return _not_checked(f"{pair.backward} is not written yet", inputs)
        except BackwardPassError as error:
            found: dict[str, Any] = {"verdict": "FAIL", "inputs": inputs, "unchecked": [], "notes": [str(error)]}
            is_open = True
        except (TypeError, ValueError, UnclearCallError) as error:
            return _not_checked(str(error), inputs)
        else:
            unchecked = [name for name in call.unchecked if row.get(name, ()) is not None]
            found = {"verdict": report.verdict, "inputs": inputs, "unchecked": unchecked}
            found["notes"] = [*call.notes, *_notes(report)]
            for name in filter(call.should_have_gradient, unchecked):
                row_for_it = f"write SHAPES = {{{pair.name!r}: {{{name!r}: None}}}}"
                found["advice"] = (
                    f"{'call it target' if name in call.inputs else row_for_it} if {name} needs no gradient"
                )
            wrong = [check for check in report.checks if check.verdict == "FAIL"]
            is_open = report.verdict == "FAIL" and all("has the shape" in check.note for check in wrong)
            barred.append(COLUMN)  # which hides a forgotten sum
        if is_open and not failed:
            failed, was_positive, akin = found, positive, [0, 1, 2, 3, 4] if is_slope else [len(layout.x)]
        elif not failed or found["verdict"] == "PASS":
            others = [f"{failed['notes'][-1]}, at {failed['inputs']}"] if failed else []
            return found | {"notes": found["notes"] + others}
    hint = f"write SHAPES = {EXAMPLE} in the file, with shapes as tuples and values as they are"
    return failed or _not_checked(f"no inputs found on which {pair.forward} runs; first {errors[0]}; {hint}")


def _notes(report: Report) -> list[str]:
    """Return what is wrong, in a few lines."""
    notes = dict.fromkeys(f"{c.name}: {c.note}" for c in report.checks if c.note and c.verdict != "PASS")
    wrong = [c for c in report.checks if c.verdict != "PASS" and not c.note]
    shown = [f"{c.name}: {c.analytic:.6g}, numerically {c.numeric:.6g} ± {c.error:.1e}" for c in wrong]
    more = [f"and {len(notes) + len(shown) - MOST_NOTES} more"] * (len(notes) + len(shown) > MOST_NOTES)
    sizes = [abs(check.analytic) for check in report.checks]
    if wrong and all(abs(check.analytic - check.numeric) < 1e-4 * max(sizes) for check in wrong) and not notes:
        more.append("off by less than 1e-4 of its size, as by a number such as 1e-7 that forward adds; adapt backward")
    return [*[*notes, *shown][:MOST_NOTES], *more, *report.notes]


def _not_checked(note: str, inputs: str = "") -> dict[str, Any]:
    return {"verdict": "not checked", "inputs": inputs, "unchecked": [], "notes": [note]}


def _shown(value: Any) -> str:
    """Return the shape of an array, or a number."""
    return str(shape_of(value)) if shape_of(value) else f"{value:.3g}"
