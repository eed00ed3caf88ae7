"""Run every test and every example from the same seed in a folder of its own, and leave the op table as it was."""

import gc
import random
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

REPLAY = [
    "autograd/replay/*", "autograd/assumptions.py", "autograd/numbers/arrays.py", "autograd/numbers/linear_algebra.py",
    "nn/training/compiled.py", "docs/replay.md", "tests/autograd/replay/*", "tests/autograd/test_assumptions*.py",
    "tests/helpers/recorded.py", "tests/helpers/traced.py", "autograd/check/explain/*",
]  # fmt: skip  # in few lines
collect_ignore_glob = [] if find_spec("numpy") and find_spec("array_api_compat") else REPLAY  # they need the extra
collect_ignore_glob += [] if find_spec("mpmath") else ["autograd/oracles.py"]  # its examples need the extra dev
collect_ignore_glob += [] if find_spec("matplotlib") else ["viz/plots/*"]  # its examples need the extra plots
for library, modules in {"torch": ["pytorch", "dispatched"], "jax": ["jaxpr"]}.items():
    collect_ignore_glob += [] if find_spec(library) else [f"autograd/foreign/{name}.py" for name in modules]


@pytest.hookimpl(optionalhook=True)  # tools/pyodide_tests.mjs has no xdist
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Return 0 workers if only files or single tests are requested, which end before workers have started."""
    return 0 if all(Path(arg.split("::")[0]).is_file() for arg in config.args) else None


def pytest_collection_finish() -> None:
    """Keep modules and test items out of garbage collection, which makes the tests 10 % faster."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _seeded() -> None:
    random.seed(1)


@pytest.fixture(autouse=True)
def _table_as_it_was() -> Iterator[None]:
    from autograd.numbers import Operators
    from autograd.table import TABLE

    before = set(TABLE)
    yield
    for name in set(TABLE) - before:
        del TABLE[name]
        if hasattr(Operators, name):
            delattr(Operators, name)
