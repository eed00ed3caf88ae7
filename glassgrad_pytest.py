"""A plugin for pytest: the fixture ``gradcheck``, two options, and tracebacks without our frames.

Pytest imports it at every start, also in projects without gradients. So it imports nothing of ours until a test uses
the fixture, and lives outside our packages, whose names a project may use for folders of its own.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from traceback import format_exception_only, walk_tb
from typing import Any

import pytest

HOME = Path(__file__).parent  # of our packages too
OURS = "autograd", "nn", "viz"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options ``--gradcheck-save`` and ``--gradcheck-engine``."""
    group = parser.getgroup("gradcheck", "gradients")
    group.addoption(
        "--gradcheck-engine",
        metavar="MODULE:CLASS",
        action="append",
        default=[],
        help="test each operation of an engine of your own, and graphs of them; may be repeated",
    )
    group.addoption(
        "--gradcheck-save",
        metavar="DIR",
        help="write each failed report as text, and its graph as SVG and as a player, into this folder",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Raise UsageError if ``--gradcheck-save`` names a file."""
    folder = config.getoption("gradcheck_save")
    if folder and _resolve(config, folder).exists() and not _resolve(config, folder).is_dir():
        raise pytest.UsageError(f"--gradcheck-save: expected a folder, got the file {folder}")


@pytest.hookimpl(tryfirst=True)  # before pytest selects by -k and -m
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add a test for each operation of the engines that are to be tested."""
    for name in config.getoption("gradcheck_engine"):
        engine = Engine.from_parent(session, name=name, nodeid=name)
        engine.load()
        items += session.genitems(engine)


class Engine(pytest.Collector):
    """An engine whose operations are tested, by the name of its module and class."""

    def load(self) -> None:
        """Find the class, or raise UsageError."""
        from autograd.grading.trials import Battery

        module, _, name = self.name.partition(":")
        folder = str(self.config.invocation_params.dir)
        sys.path += [folder] * (folder not in sys.path)
        try:
            home = importlib.import_module(module)
            self.trials = Battery(getattr(home, name), home).trials
        except (ImportError, AttributeError, ValueError, TypeError) as error:
            wanted = "expected MODULE:CLASS, such as mine:Value"
            raise pytest.UsageError(f"--gradcheck-engine: {wanted}, got {self.name}: {error}") from None

    def collect(self) -> list[pytest.Item]:
        """Return a test for each operation and graph."""
        return [Operation.from_parent(self, name=text, trial=trial) for text, trial in self.trials.items()]


class Operation(pytest.Item):
    """An operation or a graph of an engine."""

    def __init__(self, *, trial: Callable[[], Any], **named: Any) -> None:
        super().__init__(**named)
        self.trial = trial

    def runtest(self) -> None:
        """Fail with what is wrong, or skip what the engine does not have."""
        row = self.trial()
        if not row.is_there:
            pytest.skip(f"not there: {row.note}")
        if row.faults:
            pytest.fail("\n".join(map(str, row.faults)), pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return the heading of a failure."""
        return self.path, None, f"{self.name} of {self.parent.name if self.parent else ''}"


def _resolve(config: pytest.Config, folder: str) -> Path:
    return Path(config.invocation_params.dir, folder)


@pytest.fixture(scope="session")  # so that tests with @given may use it
def gradcheck() -> Callable[..., Any]:
    """Return ``autograd.assert_gradients``, which fails if a gradient is wrong."""
    from autograd.check import assert_gradients

    return assert_gradients


@pytest.hookimpl(tryfirst=True)  # before the traceback is formatted
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> None:
    """Hide our frames in a traceback, and our lines in an explanation by Hypothesis.

    So they lead from the test to its own function. ``--full-trace`` shows the frames.
    """
    if call.excinfo is not None and item.config.rootpath != HOME:
        for entry in filter(_is_ours, call.excinfo.traceback):
            entry.frame.f_globals["__tracebackhide__"] = _is_hidden
        for error in _errors_in(call.excinfo.value):
            if notes := getattr(error, "__notes__", None):
                notes[:] = _without_our_lines(notes)


def _without_our_lines(notes: list[str]) -> list[str]:
    """Return the notes of Hypothesis on an error without lines of ours."""
    ours = tuple([f"{HOME / name}{os.sep}" for name in OURS])
    kept = [note for note in notes if not note.strip().startswith(ours)]
    if "Explanation:" in kept and len(kept) < len(notes):
        start = kept.index("Explanation:")  # and a line to introduce others, such as file.py:7
        if not any(re.search(r":\d+$", note) for note in kept[start + 2 :]):
            del kept[start : start + 3]
    return kept


def _is_ours(entry: Any) -> bool:
    return any(HOME / name in Path(entry.path).parents for name in OURS)


def _is_hidden(excinfo: pytest.ExceptionInfo[BaseException] | None) -> bool:
    """Return whether a test's own function raised an error, or one of ours refused an argument."""
    refusals = AssertionError, ImportError, TypeError, ValueError
    return excinfo is None or isinstance(excinfo.value, refusals) or not _is_ours(excinfo.traceback[-1])


def pytest_exception_interact(node: pytest.Item | pytest.Collector, call: pytest.CallInfo[Any]) -> None:
    """Save the reports in an error if ``--gradcheck-save`` is given, or else the graphs in variables of the test."""
    folder = node.config.getoption("gradcheck_save")
    if not folder or call.excinfo is None or "autograd.check" not in sys.modules:
        return
    errors = list(_errors_in(call.excinfo.value))
    check = sys.modules["autograd.check"]
    found: list[Any] = [error.report for error in errors if isinstance(error, check.GradientError)]
    titles = [str(report) for report in found]
    if not found:
        graphs = {id(root): (root, error) for error in errors for root in _graphs_in(error, str(node.path))}
        found, titles = (
            [root for root, _ in graphs.values()],
            ["".join(format_exception_only(e)) for _, e in graphs.values()],
        )
    for k, (what, title) in enumerate(zip(found, titles, strict=True)):
        root = getattr(what, "root", what)
        save(root, title, _resolve(node.config, folder), node.nodeid, f"-{k}" if k else "")


def _errors_in(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, its causes and those in its group.

    Hypothesis raises several errors as a group.
    """
    if error is None:
        return
    yield error
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _errors_in(one)
    yield from _errors_in(error.__cause__ or (None if error.__suppress_context__ else error.__context__))


def _graphs_in(error: BaseException, file: str) -> Iterator[Any]:
    """Yield the greatest graph in the variables of the innermost function of a file that raised an error."""
    from autograd.check import Report
    from autograd.engine import Node, Value, nodes_in_order

    expression: Any = getattr(sys.modules.get("autograd.strategies"), "Expression", ())
    for frame, _ in reversed(list(walk_tb(error.__traceback__))):
        if frame.f_code.co_filename != file:
            continue
        held = list(frame.f_locals.values())
        held += [x for several in held if isinstance(several, list | tuple) for x in several]
        roots = [x.root if isinstance(x, Report) else x for x in held if isinstance(x, Report | Node)]
        if not any(isinstance(root, Node) and root.op for root in roots):
            roots = [x(*map(Value, x.leaves)) for x in held if isinstance(x, expression)]
        if graphs := [root for root in roots if isinstance(root, Node)]:
            yield max(graphs, key=lambda root: len(nodes_in_order(root)))
            return


def save(root: Any, title: str, folder: Path, name: str, suffix: str = "") -> None:
    """Write a report as text, and its graph, if there is one, as text, SVG and a player."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (file_name(name) + suffix)
    text = f"{name}\n\n{title}\n"
    if root is not None:
        try:
            from viz.api import graph, step, table
        except ImportError as error:  # the project has a viz of its own
            text += f"\nnot drawn: {error}\n"
        else:
            text += f"\n{table(root, names=False)}\n"
            graph(root, names=False).save(f"{path}.svg")
            step(root, names=False).save(f"{path}.html")
    Path(f"{path}.txt").write_text(text, encoding="utf-8")


def file_name(test: str) -> str:
    """Return a file name for a test; a hash keeps names apart that become equal."""
    readable = re.sub(r"[^\w.-]+", "-", test).strip("-")
    if len(readable) <= 120 and re.fullmatch(r"(\w|[./]|::)+", test):
        return readable
    return f"{readable[-120:]}-{hashlib.sha256(test.encode()).hexdigest()[:8]}"
