"""A plugin for pytest: the fixture ``gradcheck`` and ``--gradcheck-save``.

Pytest imports it at every start, also in projects without gradients. So it imports nothing of ours until a test uses
the fixture, and lives outside our packages, whose names a project may use for folders of its own.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from autograd.check import Report


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option ``--gradcheck-save``."""
    parser.getgroup("gradcheck", "gradients").addoption(
        "--gradcheck-save",
        metavar="DIR",
        help="write each failed report as text, and its graph as SVG, into this folder",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Raise UsageError if ``--gradcheck-save`` names a file."""
    folder = config.getoption("gradcheck_save")
    if folder and _resolve(config, folder).exists() and not _resolve(config, folder).is_dir():
        raise pytest.UsageError(f"--gradcheck-save: expected a folder, got the file {folder}")


def _resolve(config: pytest.Config, folder: str) -> Path:
    return Path(config.invocation_params.dir, folder)


@pytest.fixture(scope="session")  # so that tests with @given may use it
def gradcheck() -> Callable[..., Any]:
    """Return ``autograd.assert_gradients``, which fails if a gradient is wrong."""
    from autograd.check import assert_gradients

    return assert_gradients


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
    """Write a report as text, and its graph, if there is one, as text and SVG."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (file_name(name) + suffix)
    text = f"{name}\n\n{report}\n"
    if report.root is not None:
        try:
            from viz.api import graph, table
        except ImportError as error:  # the project has a viz of its own
            text += f"\nnot drawn: {error}\n"
        else:
            text += f"\n{table(report.root, names=False)}\n"  # type: ignore[arg-type]  # gradcheck records a Value
            graph(report.root, names=False).save(f"{path}.svg")  # type: ignore[arg-type]  # likewise
    Path(f"{path}.txt").write_text(text, encoding="utf-8")


def file_name(test: str) -> str:
    """Return a file name for a test; a hash keeps names apart that become equal."""
    readable = re.sub(r"[^\w.-]+", "-", test).strip("-")
    if len(readable) <= 120 and re.fullmatch(r"(\w|[./]|::)+", test):
        return readable
    return f"{readable[-120:]}-{hashlib.sha256(test.encode()).hexdigest()[:8]}"
