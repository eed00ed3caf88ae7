"""A plugin for pytest: the fixture ``gradcheck``, two options, and tracebacks without our frames.

Pytest imports it at every start, also in projects without gradients. So it imports nothing of ours until a test uses
the fixture, and lives outside our packages, whose names a project may use for folders of its own.
"""

from __future__ import annotations

import hashlib
import importlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from autograd.check import Report

HOME = Path(__file__).parent  # of our packages too


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
    """Hide our frames in a traceback, so that it leads from the test to its own function.

    ``--full-trace`` shows them.
    """
    if call.excinfo is not None and item.config.rootpath != HOME:
        for entry in filter(_is_ours, call.excinfo.traceback):
            entry.frame.f_globals["__tracebackhide__"] = _is_hidden


def _is_ours(entry: Any) -> bool:
    return any(HOME / name in Path(entry.path).parents for name in ("autograd", "nn", "viz"))


def _is_hidden(excinfo: pytest.ExceptionInfo[BaseException] | None) -> bool:
    """Return whether a test's own function raised an error, or one of ours refused an argument."""
    refusals = AssertionError, ImportError, TypeError, ValueError
    return excinfo is None or isinstance(excinfo.value, refusals) or not _is_ours(excinfo.traceback[-1])


def pytest_exception_interact(node: pytest.Item | pytest.Collector, call: pytest.CallInfo[Any]) -> None:
    """Save the reports in an error if ``--gradcheck-save`` is given."""
    folder = node.config.getoption("gradcheck_save")
    if folder and call.excinfo is not None:
        for k, report in enumerate(_reports_in(call.excinfo.value)):
            save(report, _resolve(node.config, folder), node.nodeid, f"-{k}" if k else "")


def _reports_in(error: BaseException | None) -> Iterator[Report]:
    """Yield the reports in an error, its causes and its group.

    Hypothesis raises several errors as a group.
    """
    check = sys.modules.get("autograd.check")  # else no test has raised one of its errors
    if check is None or error is None:
        return
    if isinstance(error, check.GradientError):
        yield error.report
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _reports_in(one)
    yield from _reports_in(error.__cause__ or (None if error.__suppress_context__ else error.__context__))


def save(report: Report, folder: Path, name: str, suffix: str = "") -> None:
    """Write a report as text, and its graph, if there is one, as text, SVG and a player."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (file_name(name) + suffix)
    text = f"{name}\n\n{report}\n"
    if report.root is not None:
        try:
            from viz.api import graph, step, table
        except ImportError as error:  # the project has a viz of its own
            text += f"\nnot drawn: {error}\n"
        else:
            root: Any = report.root  # gradcheck records a Value
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
