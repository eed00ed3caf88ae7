"""PyPI's other project 'autograd' may be installed over this one: importing says so, with the remedy."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import autograd

ROOT = Path(autograd.__file__).parent.parent


@pytest.mark.parametrize("statement", ["import nn", "from viz import graph", "import autograd.engine"])
def test_importing_says_so_when_the_other_autograd_has_overwritten_ours(statement, tmp_path):
    for package in ("autograd", "nn", "viz"):
        shutil.copytree(ROOT / package, tmp_path / package)
    (tmp_path / "autograd" / "__init__.py").write_text("def grad(f): ...  # what the other project's __init__ offers\n")
    run = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, '.'); {statement}"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip  # one call
    assert run.returncode != 0
    assert "PyPI's project 'autograd' has overwritten glassgrad's" in run.stderr
    assert "pip uninstall autograd glassgrad" in run.stderr
