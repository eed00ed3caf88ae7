"""Every term of docs/glossary.md has its place in the code."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| \[`([^`]+)`\]\(\.\./([^)]+)\)(?: `(\w+)`)? \|$", PAGE, re.M)
EXPECTED = """
    tape, node, leaf, operation, rule, local derivative, upstream, contribution, vjp, jvp, pytree, primal, tangent,
    trace, step, scope, replay, guard, constant folding, common subexpression, lower, layout, layer, port, route,
    glyph, caption, keyframe, scene, module, parameter, epoch, batch
"""


def test_the_table_is_read_whole():
    assert len(ROWS) == PAGE.count("\n| ") - PAGE.count("\n| term |")


def test_no_term_is_defined_twice():
    terms = [term for term, *_ in ROWS]
    assert len(terms) == len(set(terms))


def test_the_words_of_the_style_guide_are_there():
    terms = {re.sub(r" \(.*\)$", "", word) for term, *_ in ROWS for word in term.split(", ")}
    assert {word.strip() for word in EXPECTED.split(",")} <= terms


@pytest.mark.parametrize(("term", "_", "name", "path", "word"), ROWS, ids=[term for term, *_ in ROWS])
def test_a_term_has_its_place(term, _, name, path, word):
    place = ROOT / path
    assert place.exists(), f"{term}: there is no {path}"
    assert place.name == name.strip("/")
    if word:
        text = place.read_text(encoding="utf-8")
        defined = rf"^\s*(?:def|class) {word}\b|\b(?:self\.)?{word}(?:: [^=\n]+)?(?:, \w+)* = |^\s*{word}: "
        assert re.search(defined, text, re.M), f"{term}: {path} does not define {word}"
