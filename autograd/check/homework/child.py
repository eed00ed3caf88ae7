"""The pairs of one file, checked in the process that imports it: a child of ``run_limited``."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
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
from .layouts import LINEAR, ROWS, VECTOR, Draw, Layout, invent, trials
from .pairs import Pair, words_of

SEEDS = 1, 2, 3  # other inputs are drawn where the first prove nothing
MOST_NOTES = 4
EXAMPLE = "{'affine_forward': {'x': (4, 3), 'w': (3, 5), 'b': (5,)}}"


def check_pairs(
    path: str, pairs: list[dict[str, Any]], done: int, shapes: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Import a file, yield {} then, and a verdict for each pair that is not done, as data."""
    module = _load(Path(path))
    table = getattr(module, "SHAPES", {})
    if not isinstance(table, dict) or not all(isinstance(row, dict | None) for row in table.values()):
        raise TypeError(f"SHAPES: expected a dict of dicts such as {EXAMPLE}, got {table!r:.40}")
    if other := table.keys() - {name for pair in pairs for name in [Pair(**pair).name]}:
        raise TypeError(f"SHAPES: {min(map(repr, other))} is no pair here")
    yield {}
    for pair in (Pair(**fields) for fields in pairs[done:]):
        row = table.get(pair.name, {})
        if row is None:
            yield {"pair": pair.title, "verdict": "left out", "inputs": "", "notes": []}
        elif unknown := [name for name in row if name not in _parameters(pair, module)]:
            known = ", ".join(_parameters(pair, module))
            note = f"SHAPES has {unknown[0]!r} for {pair.title}, whose parameters are {known}"
            yield {"pair": pair.title, **_not_checked(note)}
        else:
            shared = {name: tuple(shape) for name, shape in shapes.items()}
            yield {"pair": pair.title, **_check(pair, module, shared | row)}


def _parameters(pair: Pair, module: ModuleType) -> list[str]:
    """Return the names of the parameters of a forward pass, and of the class that has it."""
    owner: Any = attrgetter(pair.owner)(module) if pair.owner else module
    functions = [owner] * bool(pair.owner) + [getattr(owner, pair.forward)]
    return [name for function in functions for name in inspect.signature(function).parameters]


def _load(path: Path) -> ModuleType:
    """Import a file under a name of its own, with its folder first in the path, as Python does."""
    folder, name = path.resolve().parent, path.stem.replace(".", "_")
    dots = max(map(len, re.findall(rb"^\s*from (\.+)", path.read_bytes(), re.M)), default=0)  # of a relative import
    while (folder / "__init__.py").exists() or name.count(".") < dots:
        name, folder = f"{folder.name}.{name}", folder.parent
    sys.path.insert(0, str(folder))
    if "." in name:
        importlib.import_module(name.rpartition(".")[0])
    spec = importlib.util.spec_from_file_location(name if name not in sys.modules else f"_{name}", path)
    assert spec is not None  # since it has a path
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    vars(module)["get_ipython"] = MagicMock()  # as a notebook that is saved as a file calls it
    spec.loader.exec_module(module)
    return module


def _check(pair: Pair, module: ModuleType, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verdict on a pair, its inputs and notes."""
    if pair.is_empty or not pair.forward:
        wanted = "is not written yet" if pair.forward else "has no forward pass; expected a function of its name with "
        return _not_checked(f"{pair.backward} {wanted}" + "forward in place of backward" * (not pair.forward))
    for seed in SEEDS:
        found = _check_once(pair, module, row, seed)
        if found["verdict"] not in ("KINK", "INCONCLUSIVE"):
            break
    return found


def _check_once(pair: Pair, module: ModuleType, row: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Return the verdict at inputs of one seed, in the first layout on which forward runs.

    A derivative of one argument may raise an error for arrays and be right for vectors or numbers.
    """
    words = words_of(pair.owner + "_" + pair.forward)

    def call_with(layout: Layout, labels: str, draw: Draw) -> Call:
        return Call(pair, module, partial(invent, layout, labels, draw, row, words))

    failed: dict[str, Any] | None = None
    libraries = [sys.modules.get(name) for name in ("numpy", "torch") if name in sys.modules] or [None]
    errors: list[str] = []
    rank: int | None = None
    for library, (layout, labels, positive) in product(libraries, trials(words, bool(libraries[0]))):
        if (failed and rank not in (None, len(layout.x))) or (failed and layout is LINEAR):
            continue
        try:
            call = call_with(layout, labels, Draw(seed, library, positive))
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
        try:
            report = call.check()
        except NotImplementedError:
            return _not_checked(f"{pair.backward} is not written yet", inputs)
        except BackwardPassError as error:
            failed = failed or {"verdict": "FAIL", "inputs": inputs, "notes": [str(error)]}
            rank = len(layout.x) if len(call.inputs) > 1 or call.upstreams else None
            continue
        except (TypeError, ValueError, UnclearCallError) as error:
            return _not_checked(str(error), inputs)
        found = {"verdict": report.verdict, "inputs": inputs, "notes": [*call.notes, *_notes(report)]}
        if report.verdict == "FAIL" and all("has the shape" in c.note for c in report.checks if c.verdict == "FAIL"):
            failed, rank = failed or found, len(layout.x)
            continue
        if failed and report.verdict != "PASS":
            continue
        others = [f"{failed['notes'][-1]}, at {failed['inputs']}"] if failed else []
        if report.verdict == "FAIL" and all(shape_of(x) == ROWS.x for x in call.inputs.values()):
            with suppress(Exception):
                if call_with(VECTOR, labels, Draw(seed, library, positive)).check():
                    others.append("right for vectors; if only these are meant, state shapes such as (4,) in SHAPES")
        return found | {"notes": found["notes"] + others}
    if failed:
        return failed
    hint = f"write SHAPES = {EXAMPLE} in the file, with shapes as tuples and values as they are"
    return _not_checked(f"no inputs found on which {pair.forward} runs; first {errors[0]}; {hint}")


def _notes(report: Report) -> list[str]:
    """Return what is wrong, in a few lines."""
    notes = dict.fromkeys(f"{c.name}: {c.note}" for c in report.checks if c.note and c.verdict != "PASS")
    wrong = [c for c in report.checks if c.verdict != "PASS" and not c.note]
    shown = [f"{c.name}: {c.analytic:.6g}, numerically {c.numeric:.6g} ± {c.error:.1e}" for c in wrong]
    found = [*notes, *shown]
    more = [f"and {len(found) - MOST_NOTES} more"] * (len(found) > MOST_NOTES)
    return [*found[:MOST_NOTES], *more, *report.notes]


def _not_checked(note: str, inputs: str = "") -> dict[str, Any]:
    return {"verdict": "not checked", "inputs": inputs, "notes": [note]}


def _shown(value: Any) -> str:
    """Return the shape of an array, or a number."""
    return str(shape_of(value)) if shape_of(value) else f"{value:.3g}"
