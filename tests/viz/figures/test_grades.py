"""The page of grades says what the tables say, and each fault has a player with the right numbers next to theirs."""

import json
import re

import pytest

from autograd import Value, trace
from autograd.grading import Fault, Grade, Row
from autograd.teach import overwrite
from viz.figures import format_grades

LOCAL = Fault("local", "exp", (0.7,), 0.7, 2.01, "x", "y")
VALUE = Fault("value", "2 - a", (), -1.3, 1.3, reason="at a = 0.7, it is computed as a - 2")
GRADE = Grade(
    "Num",
    (
        Row("a.exp()", True, False, (LOCAL,)),
        Row("a.sigmoid()", True, False, (LOCAL,)),
        Row("2 - a", False, False, (VALUE,)),
        Row("a + b", True, True, note="<b> a note"),
        Row("abs(a)", is_there=False),
    ),
)


def graph(theirs=None, grads=None):
    a = Value(0.7, label="a")
    right = trace(a * a)
    theirs = theirs(right) if theirs else right
    return {"right": right.to_json(), "theirs": theirs.to_json(), "grads": grads or list(theirs.grads)}


def payloads(page):
    return [json.loads(text) for text in re.findall(r'<script type="application/json">(.*?)</script>', page)]


def test_a_page_has_all_of_the_tables():
    reports = [
        ("a<b.py", GRADE, {(0, 0): graph(overwrite)}),
        ("bad.py", "it raised SyntaxError", {}),
        ("c.py", Grade("N", ()), {}),
    ]
    page = format_grades(reports)
    assert "<h1>1 of 2 engines without a fault</h1>" in page
    assert "a&lt;b.py" in page
    assert "a<b.py" not in page
    assert page.count(str(LOCAL).replace("'", "&#x27;")) == 3  # in the contents, in the table and above the player
    for text in ("Wrong for the same reason:</span> <code>a.sigmoid()</code>", "Right:</span> <code>a + b</code>"):
        assert text in page
    assert "Not there:</span> <code>abs(a)</code>" in page
    assert "a + b: &lt;b&gt; a note" in page
    assert "it raised SyntaxError" in page
    assert page.count('class="gg-piece"') == 1


@pytest.mark.parametrize(
    ("theirs", "grads", "fault", "said", "note"),
    [
        (overwrite, None, LOCAL, "Their backward pass; ✗ marks the right gradient", "✗ right 1.40"),
        (None, [0.7, 1.0], LOCAL, "The right backward pass; ✗ marks their gradient", "✗ theirs 0.700"),
        (None, None, VALUE, "Their graph; ✗ marks the right value", "✗ right value 1.30"),
        (None, None, LOCAL, "Their graph.", ""),
    ],
)
def test_the_right_number_is_next_to_theirs(theirs, grads, fault, said, note):
    page = format_grades([("a.py", Grade("Num", (Row("f", False, False, (fault,)),)), {(0, 0): graph(theirs, grads)})])
    assert said in page
    assert note in page
    (payload,) = payloads(page)
    assert payload["locked"] == "Leaves are read-only: these are numbers of another engine."
    assert payload["ops"] == []


def test_several_players_on_a_page_step_by_themselves(screen, tmp_path):
    rows = tuple(Row(f"f{k}", True, False, (Fault("local", f"f{k}", (0.7,), 0.7, 1.4),)) for k in range(3))
    page = format_grades([("a.py", Grade("Num", rows), {(k, 0): graph(overwrite) for k in range(3)})])
    for options in ({"width": 420}, {"color_scheme": "dark"}):
        tab = screen(**options).open(tmp_path / "page.html", page)
        heads = tab.locator(".gg-head")
        assert heads.count() == 3
        before = heads.all_inner_texts()
        tab.locator(".gg-foot").nth(1).locator("button").first.click()
        after = heads.all_inner_texts()
        assert [a == b for a, b in zip(before, after, strict=True)] == [True, False, True]
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
