"""Run every test and every example in a folder of its own, and leave the op table as it was."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

REPLAY = ["autograd/replay/*", "nn/training/compiled.py", "docs/replay.md", "tests/autograd/replay/*"]
collect_ignore_glob = [] if find_spec("numpy") and find_spec("array_api_compat") else REPLAY  # they need the extra
collect_ignore_glob += [] if find_spec("mpmath") else ["autograd/oracles.py"]  # its examples need the extra dev


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _table_as_it_was() -> Iterator[None]:
    from autograd.table.operators import TABLE, Operators

    before = set(TABLE)
    yield
    for name in set(TABLE) - before:
        del TABLE[name]
        if hasattr(Operators, name):
            delattr(Operators, name)
