"""A plugin for pytest: the fixture ``gradcheck``, and ``--gradcheck-save DIR`` for what fails.

Pytest imports it at every start, also in projects that have nothing to do with gradients: it imports neither
the engine nor anything else of ours until a test asks for it, and stands outside our packages, whose names
a project may use for folders of its own.
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
    """Add ``--gradcheck-save``."""
    parser.getgroup("gradcheck", "gradients").addoption(
        "--gradcheck-save",
        metavar="DIR",
        help="write each gradient that was not found right as text, and its graph as SVG, into this folder",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what is no folder before the first test runs."""
    folder = config.getoption("gradcheck_save")
    if folder and _path(config, folder).exists() and not _path(config, folder).is_dir():
        raise pytest.UsageError(f"--gradcheck-save: expected a folder, got the file {folder}")


def _path(config: pytest.Config, folder: str) -> Path:
    return Path(config.invocation_params.dir, folder)


@pytest.fixture(scope="session")  # so that tests with @given may use it
def gradcheck() -> Callable[..., Any]:
    """``autograd.assert_gradients``: check gradients, and fail with a table of them unless they are right."""
    from autograd.check import assert_gradients

    return assert_gradients


def pytest_exception_interact(node: pytest.Item | pytest.Collector, call: pytest.CallInfo[Any]) -> None:
    """Save what failed, if that was asked for."""
    folder = node.config.getoption("gradcheck_save")
    if folder and call.excinfo is not None:
        for k, report in enumerate(_reports(call.excinfo.value)):
            save(report, _path(node.config, folder), node.nodeid, f"-{k}" if k else "")


def _reports(error: BaseException | None) -> Iterator[Report]:
    """List the reports in an error, in what it came from, and in a group, as Hypothesis raises several."""
    check = sys.modules.get("autograd.check")  # else no test has raised one of its errors
    if check is None or error is None:
        return
    if isinstance(error, check.GradientError):
        yield error.report
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _reports(one)
    yield from _reports(error.__cause__ or (None if error.__suppress_context__ else error.__context__))


def save(report: Report, folder: Path, name: str, suffix: str = "") -> None:
    """Write a report as text, and the graph it is about, if it was recorded, as text and SVG."""
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
    """Make a file name of a test's, a different one for each; a hash tells those apart that would read alike."""
    plain = re.sub(r"[^\w.-]+", "-", test).strip("-")
    if len(plain) <= 120 and re.fullmatch(r"(\w|[./]|::)+", test):
        return plain
    return f"{plain[-120:]}-{hashlib.sha256(test.encode()).hexdigest()[:8]}"
