"""Imports lead down: the contracts of import-linter hold, can fail, and are what docs/architecture.svg shows."""

import ast
import shutil
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
GROUPS = LINTER["root_packages"]
FILES = {path.relative_to(ROOT).as_posix(): path for group in GROUPS for path in sorted((ROOT / group).rglob("*.py"))}
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"

IMPORTED_LATE = {  # a module, and what its functions import
    ("autograd", "autograd.numbers.arrays"): "NumPy, for autograd.array",
    ("autograd", "autograd.replay"): "the extra replay",
    ("autograd.check.explain", "autograd.check.explain.notes"): "NumPy, for notes on what is wrong",
    ("autograd.foreign.functions", "autograd.foreign.dispatched"): "PyTorch, to watch it",
    ("autograd.foreign.functions", "autograd.foreign.jaxpr"): "JAX, if there are arrays of it",
    ("autograd.foreign.functions", "autograd.foreign.pytorch"): "PyTorch, if there are tensors, or to watch it",
    ("autograd.graph.pytree", "autograd.numbers.arrays"): "NumPy, if there are arrays",
    ("autograd.numbers.kinds", "autograd.numbers.arrays"): "NumPy, if there are arrays",
    ("autograd.numbers.number", "autograd.numbers.arrays"): "NumPy, if it asks a number",
    (
        "autograd.replay.specialization",
        "autograd.replay.arrays",
    ): "array-api-compat, for arrays of other libraries than NumPy",
    ("nn.training.loop", "autograd.replay"): "the extra replay",
    ("nn.training.loop", "nn.training.compiled"): "the extra replay",
    ("viz", "viz.api"): "pytest imports viz whenever it starts, for the plugin, and most runs draw nothing",
}
MAX_MODULES = {"autograd/replay": 20}  # of the others, 13
MAX_LINES = 300
LONG: dict[str, int] = {}  # longer files, with the lines they have; each may only shrink


@pytest.fixture(scope="module")
def architecture():
    reason = 'needs import-linter: pip install -e ".[dev]"'
    pytest.importorskip("importlinter", reason=reason)
    return pytest.importorskip("tools.make_architecture", reason=reason)


def module_of(name):
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def lint(folder):
    return subprocess.run([sys.executable, "-c", LINT], cwd=folder, capture_output=True, text=True, check=False)


def lint_with(code, module, folder):
    """Check the contracts on a copy of the packages in which a module ends with this code."""
    for group in GROUPS:
        shutil.copytree(ROOT / group, folder / group, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    (name,) = (name for name in FILES if module_of(name) == module)
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(f"\n{code}\n")
    return lint(folder)


def test_the_contracts_hold(architecture):
    run = lint(ROOT)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("code", ["import {}", "def f():\n    import {}"], ids=["at the top", "inside a function"])
@pytest.mark.parametrize("upper", ["package", "group"])
def test_an_import_that_leads_up_is_refused(architecture, tmp_path, code, upper):
    floors = architecture.read_floors()
    lowest, *_, highest = floors
    package, low = {"package": floors[lowest][-1][0], "group": highest}[upper], floors[lowest][0][0]
    run = lint_with(code.format(package), low, tmp_path)
    assert run.returncode == 1, run.stderr
    assert f"{low} -> {package}" in run.stdout


def test_an_import_that_leads_up_through_the_names_of_the_group_is_refused(architecture, tmp_path):
    floors = architecture.read_floors()
    group = next(iter(floors))
    low = floors[group][0][0]
    run = lint_with(f"import {group}", low, tmp_path)
    assert run.returncode == 1, run.stderr
    assert f"{low} -> {group}" in run.stdout


def test_a_circle_within_a_package_is_refused(architecture, tmp_path):
    import grimp

    graph = grimp.build_graph(*GROUPS, cache_dir=None)
    packages = chain(*(graph.find_children(group) for group in GROUPS))
    siblings = (sorted(graph.find_children(package)) for package in sorted(packages))
    importer, imported = next(
        (a, b)
        for modules in siblings
        for a in modules
        for b in modules
        if graph.direct_import_exists(importer=a, imported=b)
    )
    run = lint_with(f"import {importer}", imported, tmp_path)
    assert run.returncode == 1, run.stderr
    (name,) = (contract["name"] for contract in LINTER["contracts"] if contract["type"] == "acyclic_siblings")
    assert f"{name} BROKEN" in run.stdout
    assert "1 broken" in run.stdout


def test_the_picture_shows_the_contracts_and_imports(architecture):
    assert architecture.FILE.read_bytes() == architecture.draw().encode(), "run python tools/make_architecture.py"


def test_the_page_names_every_package(architecture):
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    packages = chain(*(chain(*floors) for floors in architecture.read_floors().values()))
    assert [package for package in packages if f"`{package}`" not in page] == []


def late_imports(name):
    """List the modules of ours that functions of a file import."""
    module = module_of(name)
    package = module if name.endswith("__init__.py") else module.rpartition(".")[0]
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(FILES[name].read_text(encoding="utf-8"))
    for node in chain(*(ast.walk(function) for function in ast.walk(tree) if isinstance(function, functions))):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            base = ".".join(filter(None, [start, node.module]))
            found = [base] if node.module else [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from ((module, other) for other in found if other.split(".")[0] in GROUPS)


def test_functions_import_only_what_has_a_reason():
    assert {found for name in FILES for found in late_imports(name)} == set(IMPORTED_LATE)


def test_no_folder_has_too_many_modules():
    modules = [Path(name) for name in FILES if not name.endswith(("__init__.py", "__main__.py"))]
    folders = {path.parent.as_posix() for path in modules}
    counts = {folder: sum(path.parent.as_posix() == folder for path in modules) for folder in folders}
    assert {folder: n for folder, n in counts.items() if n > MAX_MODULES.get(folder, 13)} == {}
    assert all(counts[folder] > 13 for folder in MAX_MODULES), "an exception is no longer needed"


def test_no_file_is_too_long():
    files = FILES | {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "tests").rglob("*.py")}
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in files.items()}
    long = {name: n for name, n in lines.items() if n > MAX_LINES}
    assert long.keys() == LONG.keys(), "a file is too long, or an exception is no longer needed"
    assert {name: n for name, n in long.items() if n > LONG[name]} == {}
