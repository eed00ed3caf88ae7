"""Each message and each page that names an extra gives a command that works: no index has glassgrad."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
FOLDERS = ("autograd", "benchmarks", "docs", "examples", "nn", "notebooks", "tests", "tools", "viz")
PAGES = [
    path
    for path in (*ROOT.glob("*.*"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.*")))
    if path.suffix in (".cff", ".ipynb", ".md", ".py")
]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)


def test_no_page_and_no_message_installs_glassgrad_from_an_index():
    assert re.findall(r"""install (?:-\S+ )*["'\\]*glassgrad\b.*""", TEXT) == []


def test_every_extra_that_is_named_exists():
    named = re.findall(r"""\.\[([\w,]+)\]\\?"|explain_missing\([^)]*, "(\w+)"[,)]""", TEXT)
    found = {name for pair in named for name in "".join(pair).split(",")}
    assert found <= {*EXTRAS}
    assert found >= {"data", "dev", "dot", "export", "notebook", "plots", "replay", "test"}
