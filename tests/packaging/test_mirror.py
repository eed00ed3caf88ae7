"""Each module has a test file of its name in the mirrored folder; each package has a README, and the tests it names."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
GROUPS = ("autograd", "nn", "viz")
MODULES = [path.relative_to(ROOT) for group in GROUPS for path in sorted((ROOT / group).rglob("*.py"))]
READMES = sorted(path.relative_to(ROOT).as_posix() for group in GROUPS for path in (ROOT / group).rglob("README.md"))


def test_every_module_has_a_test_file_of_its_name():
    missing = [
        path.as_posix()
        for path in MODULES
        if path.name != "__init__.py" and not (TESTS / path.parent / f"test_{path.stem.strip('_')}.py").exists()
    ]
    assert missing == [], "move the tests of these modules into files of their names"


def test_every_package_has_a_readme_of_about_20_lines():
    packages = [(ROOT / path).parent for path in MODULES if path.name == "__init__.py"]
    assert [package.as_posix() for package in packages if not (package / "README.md").exists()] == []
    lines = {readme: (ROOT / readme).read_text(encoding="utf-8").count("\n") for readme in READMES}
    assert {readme: count for readme, count in lines.items() if not 15 <= count <= 45} == {}


@pytest.fixture(scope="module")
def names():
    """Return the names of all test files and test functions."""
    files = list(TESTS.rglob("test_*.py"))
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    functions = {node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)}
    return functions | {path.name for path in files}


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_names_tests_that_exist(readme, names):
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert [name for name in re.findall(r"`(?:[\w/.]*/)?(test_\w+(?:\.py)?)`", text) if name not in names] == []
    assert [path for path in re.findall(r"`(tests/[\w/.]*)`", text) if not (ROOT / path).exists()] == []
