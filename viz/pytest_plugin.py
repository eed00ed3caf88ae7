"""A plugin for pytest: the fixture ``gradcheck``, and ``--gradcheck-save DIR`` for what fails.

Pytest imports it at every start, also in projects that have nothing to do with gradients: it imports neither
the engine nor anything else of ours until a test asks for it.
"""

from __future__ import annotations

import re
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


@pytest.fixture(scope="session")  # so that tests with @given may use it
def gradcheck() -> Callable[..., Any]:
    """``autograd.assert_gradients``: check gradients, and fail with a table of them unless they are right."""
    from autograd.check import assert_gradients

    return assert_gradients


def pytest_exception_interact(node: pytest.Item | pytest.Collector, call: pytest.CallInfo[Any]) -> None:
    """Save what failed, if that was asked for."""
    folder = node.config.getoption("gradcheck_save")
    if folder and call.excinfo is not None:
        reports = list(_reports(call.excinfo.value))
        for k, report in enumerate(reports):
            save(report, Path(node.config.invocation_params.dir, folder), node.nodeid, f"-{k}" if k else "")


def _reports(error: BaseException) -> Iterator[Report]:
    """List the reports in an error, or in a group of them, as Hypothesis raises several."""
    from autograd.check import GradientError

    if isinstance(error, GradientError):
        yield error.report
    elif isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _reports(one)


def save(report: Report, folder: Path, name: str, suffix: str = "") -> None:
    """Write a report as text, and the graph it is about, if it was recorded, as text and SVG."""
    from .api import graph, table

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (re.sub(r"[^\w.-]+", "-", name).strip("-")[-120:] + suffix)
    text = f"{name}\n\n{report}\n"
    if report.root is not None:
        text += f"\n{table(report.root, names=False)}\n"  # type: ignore[arg-type]  # what gradcheck records is a Value
        graph(report.root, names=False).save(f"{path}.svg")  # type: ignore[arg-type]  # likewise
    Path(f"{path}.txt").write_text(text, encoding="utf-8")
