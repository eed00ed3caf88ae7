"""An editor knows every operation: stubs are made from the table, and type checkers and jedi read them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograd import Value
from tests.packaging import typed_code
from tools import make_stubs

ROOT = Path(__file__).parents[2]
CODE = "import autograd\nfrom autograd import Value\nv = Value(1.0)\n"


def run_pyright(*options):
    pytest.importorskip("pyright", reason='needs pyright: pip install -e ".[dev]"')
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return json.loads(run.stdout)


def test_the_stubs_are_those_of_the_table():
    different = [path.name for path, text in make_stubs.write_stubs().items() if path.read_text("utf-8") != text]
    assert different == [], "run python tools/make_stubs.py"


def test_pyright_marks_every_slip_and_nothing_else():
    found = run_pyright(str(ROOT / "tests" / "packaging" / "typed_code.py"))
    assert [(x["range"]["start"]["line"] + 1, x["message"]) for x in found["generalDiagnostics"]] == []
    assert found["summary"]["filesAnalyzed"] == 1


@pytest.mark.parametrize("package", ["autograd", "nn", "viz"])
def test_the_types_of_public_names_are_known(package):
    found = run_pyright("--verifytypes", package, "--ignoreexternal")["typeCompleteness"]
    unknown = [symbol["name"] for symbol in found["symbols"] if symbol["isExported"] and not symbol["isTypeKnown"]]
    assert found["completenessScore"] >= 0.98, unknown


def test_what_the_types_promise_is_so():
    np = pytest.importorskip("numpy", reason="needs numpy")
    typed_code.right(Value(0.5), 0.5, 2, [1.0], np.array([1.0]), np.float64(1.0))
    assert typed_code.either(0.5) == typed_code.either(Value(0.5)).data


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("autograd.ta", {"tan", "tanh"}),
        ("v.ta", {"tan", "tanh"}),
        ("(v + 1).back", {"backward"}),
        ("autograd.tanh(v).back", {"backward"}),
        ("v.exp().softp", {"softplus"}),
    ],
)
def test_jedi_completes_operations(typed, offered):
    jedi = pytest.importorskip("jedi", reason="needs jedi, which comes with IPython")
    project = jedi.Project(ROOT, sys_path=[str(ROOT), *sys.path])
    assert {x.name for x in jedi.Script(CODE + typed, project=project).complete()} >= offered
