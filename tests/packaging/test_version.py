"""The version has one place, autograd.__version__, and what is installed agrees with it."""

import ast
import json
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import autograd

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def of_this_checkout(distribution):
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    return origin.get("url") == ROOT.as_uri()


def test_the_version_is_written_once_and_readable_without_an_import():
    tree = ast.parse((ROOT / "autograd" / "__init__.py").read_text(encoding="utf-8"))
    assignments = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
    assert ast.literal_eval(assignments["__version__"]) == autograd.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", autograd.__version__)
    assert "version" not in PYPROJECT["project"]
    assert PYPROJECT["project"]["dynamic"] == ["version"]
    assert PYPROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "autograd.__version__"}


def test_the_installed_distribution_has_the_same_version():
    installed = [found.version for found in metadata.distributions(name="glassgrad") if of_this_checkout(found)]
    if not installed:
        pytest.skip("this checkout is not installed")
    assert installed == [autograd.__version__], "install this checkout again"


def test_the_changelog_starts_with_this_version():
    first = re.search(r"^## (\S+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert first[1] == autograd.__version__
