"""Prose follows the style guide: phrases that readers had to translate do not come back."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
AVOIDED = [
    "alike", "as many", "awkward case", "beside", "by hand", "goes on", "minds", "read on", "reads worse", "spelt",
    "stands(?! for| out)", "the like", "told", "who forgets",
]  # fmt: skip  # a list of words
PHRASE = re.compile(rf"\b((?i:{'|'.join(AVOIDED)})|or none)\b")
NAMES_OF_OTHERS = ROOT / "autograd" / "foreign" / "spelling.py"  # attributes of other engines
OTHER_WORDS = re.compile(r"(?i)optimiser|specialis|adjoint")  # the glossary has optimizer, specialization, upstream
FOLDERS = ("autograd", "nn", "viz", "docs", "examples", "benchmarks", "tools", "notebooks", "tests", ".ci")


def test_docstrings_begin_with_what_is_returned_and_not_with_a_vague_verb_or_question():
    vague = re.compile(r'"""(Take|Tell|Let|Give|Say|Make|What|How|Who)\b')
    paths = [path for folder in ("autograd", "nn", "viz", "tools") for path in ROOT.glob(f"{folder}/**/*.py")]
    texts = [(path, path.read_text(encoding="utf-8").splitlines()) for path in paths]
    found = [f"{path}:{n}" for path, lines in texts for n, line in enumerate(lines, 1) if vague.search(line)]
    assert len(texts) > 200
    assert not found, found


def test_no_phrase_that_the_style_guide_avoids():
    paths = [*ROOT.glob("*.md"), *ROOT.glob("*.py"), *(p for folder in FOLDERS for p in ROOT.glob(f"{folder}/**/*"))]
    texts = {
        path: path.read_text(encoding="utf-8")
        for path in paths
        if path.suffix in (".py", ".md", ".js", ".css", ".sh") and path not in (Path(__file__), NAMES_OF_OTHERS)
    }
    assert len(texts) > 200
    found = [
        f"{path.relative_to(ROOT)}:{n}: {line.strip()[:100]}"
        for path, text in texts.items()
        for n, line in enumerate(text.splitlines(), 1)
        if PHRASE.search(line) or OTHER_WORDS.search(line)
    ]
    assert not found, "\n".join(found)
