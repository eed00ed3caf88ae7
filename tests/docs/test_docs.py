"""The table of docs/semantics.md, row by row, and the code without prompts; the doctests run by themselves."""

import doctest
import re
from pathlib import Path

import pytest

import autograd
from autograd import Value
from autograd.table import BUILT_IN

ROOT = Path(__file__).parents[2]
BLOCKS = {
    path.name: re.findall(r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S)
    for path in (*ROOT.glob("*.md"), *sorted(ROOT.glob("docs/*.md")))
}
PLAIN = [name for name, blocks in BLOCKS.items() if any(">>>" not in block for block in blocks)]
PAGE = (ROOT / "docs" / "semantics.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|", PAGE.split("## Accuracy")[0], re.M)


def numbers(text):
    return [float(word.strip().replace("½", "0.5")) for word in text.split(",")]


def test_the_table_is_read_whole():
    assert len(ROWS) == PAGE.split("## Accuracy")[0].count("\n| `")
    assert len(ROWS) > 30


@pytest.mark.filterwarnings("ignore:backward met")  # what some rows are about
@pytest.mark.parametrize(("function", "at", "value", "gradients"), ROWS)
def test_semantics(function, at, value, gradients):
    leaves = dict(zip("xyz", map(Value, numbers(at)), strict=False))
    known = {name: getattr(autograd, name) for name in re.findall(r"(\w+)\(", function)}
    y = eval(function, known | leaves)
    y.backward()
    assert repr(y.data + 0.0) == repr(numbers(value)[0])
    assert [repr(v.grad + 0.0) for v in leaves.values()] == [repr(g) for g in numbers(gradients)]


@pytest.mark.parametrize("name", PLAIN)
def test_every_block_without_prompts_runs_after_the_examples_before_it(name, capsys):
    for needed in set(re.findall(r"\b(jax|numpy|viz\.plots)\b", "".join(BLOCKS[name]))):
        pytest.importorskip({"viz.plots": "matplotlib"}.get(needed, needed))
    known = {}
    for block in BLOCKS[name]:
        for example in doctest.DocTestParser().get_examples(block):
            if not example.exc_msg:
                exec(compile(example.source, name, "single"), known)
        if ">>>" not in block:
            capsys.readouterr()
            exec(block, known)
            for said in re.findall(r"^print\(.*#.* (\d+ \w+)", block, re.M):  # a number in a comment is a promise
                assert said in capsys.readouterr().out


def test_the_pages_count_the_operations_right():
    counts = re.findall(r"table of (\d+) operations", "".join(path.read_text("utf-8") for path in ROOT.glob("**/*.md")))
    assert len(counts) >= 2
    assert set(map(int, counts)) == {len(BUILT_IN)}


def module_names(cell):
    """Return the modules of a cell of the changelog's table: `a.{b, c}` is a.b and a.c."""
    parts = [re.fullmatch(r"([\w.]*?)(?:\{(.+)\})?", text).groups() for text in re.findall("`([^`]+)`", cell)]
    return [stem + name for stem, names in parts for name in (names or "").split(", ")]


def test_the_changelog_says_where_each_module_is_now():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    rows = [list(map(module_names, row)) for row in re.findall(r"^\| (`.+) \| (`.+) \|$", text, re.M)]
    assert len(rows) > 30
    before = [name for names, _ in rows for name in names]
    assert [name for name in before if before.count(name) > 1] == []
    assert [names for names, places in rows if len(names) not in (1, len(places))] == []
    now = [ROOT / name.replace(".", "/") for _, places in rows for name in places]
    assert [path for path in now if not path.with_suffix(".py").exists() and not path.is_dir()] == []


FOLDERS = ("autograd", "docs", "nn", "notebooks", "tests", "viz")
PAGES = [*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.md")))]
MAX_LINE = 125  # of what can be wrapped: not of tables, code, and pictures or links in a line of their own
UNWRAPPABLE = re.compile(r"\||!?\[[^]]*\]\(\S+\)$")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_lines_of_prose_are_short_and_relative_links_lead_somewhere(path):
    prose = re.sub(r"^( *)```.*?^ *```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    long = [line for line in prose.splitlines() if len(line) > MAX_LINE and not UNWRAPPABLE.match(line)]
    assert long == []
    targets = re.findall(r"\]\(([^)#\s]+)|(?:src|srcset)=\"([^\"]+)\"", prose)
    local = [one or other for one, other in targets if not re.match(r"\w+:", one or other)]
    assert [target for target in local if not (path.parent / target).exists()] == []
