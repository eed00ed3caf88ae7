"""What Python decided while recording: the page decides it anew, or locks the leaves that fed it and says so."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings

import autograd as ops
import viz
from autograd import Trace, Value, trace, where
from tests.helpers.branches import N_LEAVES, programs, run
from tests.helpers.branches import numbers as points
from tests.helpers.browser import numbers
from viz.player.evaluable import ARITIES, primitives_source


def payload(figure):
    return json.loads(re.search('<script type="application/json">(.*?)</script>', figure.html(), re.DOTALL)[1])


def asset(name, start, end=None):
    text = (Path(viz.__file__).parent / "assets" / name).read_text(encoding="utf-8")
    return text[text.index(start) : text.index(end) if end else None]


def evaluator():
    """Return JavaScript that moves leaves of payloads and answers with values, gradients and the doubt."""
    digits = asset("keyframes.js", "function digits", "/** Return a template")
    return f"""(cases) => JSON.parse(cases).map(([data, node, x]) => {{
      {primitives_source(list(ARITIES))}
      {asset("evaluate.js", "function evaluate")}
      {digits}
      const names = data.names;
      {asset("decided.js", "const HOLDS", "// ---- The start")}
      data.watched ??= [];
      restore();
      values[node] = x;
      recompute();
      const grads = values.map(() => 0);
      for (const step of steps) if (!step.forward) grads[step.node] = step.after;
      return [values.at(-1), data.names.map((name, n) => [name, grads[n]]), turned()];
    }})"""


@pytest.mark.slow
def test_in_the_page_a_leaf_that_is_not_locked_moves_as_in_python(screen):
    cases, expected, locked = [], [], 0

    @given(programs, points)
    @settings(max_examples=200)
    def draw(program, x):
        nonlocal locked
        program = (*program[:2], True, ())
        out = run(program, program[1])
        plain = payload(viz.step(out.root, names=False, max_nodes=1000))
        for moved in range(N_LEAVES):
            node = next((n for n, name in enumerate(plain["names"]) if name == f"leaf{'₀₁₂₃'[moved]}"), None)
            locked += str(node) in plain.get("decided", ())
            if node is None or str(node) in plain.get("decided", ()) or len(plain["names"]) == 1:
                continue
            again = run(program, [x if i == moved else y for i, y in enumerate(program[1])])
            again.root.backward()
            cases.append([plain, node, x])
            expected.append((again, out.answers))

    draw()
    found = screen().page.evaluate(evaluator(), json.dumps(cases))
    assert min(len(cases), locked, sum(bool(doubt) for *_, doubt in found)) > 5
    for (again, answers), (value, grads, doubt) in zip(expected, found, strict=True):
        assert bool(doubt) == (again.answers != answers)
        if not doubt:
            assert value == pytest.approx(again.root.data, rel=1e-12)
            shown = {name: grad for name, grad in grads if name.startswith("leaf")}
            right = {f"leaf{'₀₁₂₃'[i]}": leaf.grad for i, leaf in enumerate(again.leaves)}
            assert shown == pytest.approx({name: right[name] for name in shown}, rel=1e-11, abs=1e-12)


def notes(page):
    return [text for text in page.locator(".gg-note").all_inner_texts() if text]


def test_a_leaf_that_decided_is_locked_for_eye_pointer_keys_and_ear(show):
    a, b = Value(-1.0, label="a"), Value(2.0, label="b")
    page = show(viz.step(where(a < 0, b, 3.0) * a))
    before = numbers(page)
    assert notes(page) == ["Decided when recorded: a < 0. Locked, because they chose what is shown: a."]
    leaf = page.get_by_role("spinbutton", name="value of a, locked, decided when recorded: a < 0", exact=True)
    assert leaf.get_attribute("aria-readonly") == "true"
    assert (
        page.locator(".gg .locked title").text_content().splitlines()[0] == "a is locked, decided when recorded: a < 0"
    )
    assert page.locator(".gg .lock").count() == page.locator(".gg .node.locked").count() == 1
    box = leaf.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 5)
    page.mouse.up()
    for key in ("Enter", "ArrowUp", "ArrowDown"):
        leaf.press(key)
        assert page.locator(".gg-bar").first.inner_text() == "a is locked\ndecided when recorded: a < 0"
    assert page.locator(".gg-stage input").count() == 0
    assert numbers(page) == before
    page.get_by_label("value of b", exact=True).press("ArrowUp")
    assert numbers(page)[0][-1] == -2.1


@pytest.mark.slow
@pytest.mark.parametrize("system", ["light", "dark"])
def test_axe_finds_no_violations_where_leaves_are_locked(show, system):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason='needs the extra "browser"').Axe()
    a, b = Value(-1.0, label="a"), Value(2.0, label="b")
    root = where(a < 0, b, 3.0) * a
    assert root < 0
    page = show(viz.step(root), color_scheme=system, width=420)
    page.emulate_media(reduced_motion="reduce")
    leaf = page.get_by_label("value of b", exact=True)
    leaf.press("Enter")
    page.locator(".gg-stage input").fill("-2")
    page.keyboard.press("Enter")
    assert page.locator(".gg-note").count() == 2
    found = axe.run(page)
    assert found.violations_count == 0, found.generate_report()


def test_keys_still_step_from_a_locked_leaf(show):
    a = Value(-1.0, label="a")
    page = show(viz.step(a * 2 if a < 0 else a))
    page.get_by_label("value of a, locked").press("ArrowLeft")
    assert "step 3 of 4" in page.locator(".gg-head").inner_text()


def test_a_condition_in_the_graph_is_decided_anew(show):
    a, p, q = (Value(v, label=name) for name, v in [("a", -1.0), ("p", 2.0), ("q", 3.0)])
    page = show(viz.step(where(ops.lt(a, 0), p, q) * 1.0))
    assert notes(page) == []
    for _ in range(11):
        page.get_by_label("value of a", exact=True).press("ArrowUp")
    assert numbers(page)[0][-1] == 3.0


def test_a_comparison_of_the_result_that_turns_is_announced(show):
    x = Value(1.0, label="x")
    root = x * 3
    while root < 2:
        root = root + 1
    page = show(viz.step(root))
    assert notes(page) == []
    leaf = page.get_by_label("value of x", exact=True)
    for _ in range(4):
        leaf.press("ArrowDown")
    assert page.get_by_role("status").inner_text() == (
        "Decided when recorded: root < 2.00. With these leaves Python would decide otherwise."
    )
    page.get_by_role("button", name="reset leaves").click()
    assert not page.get_by_role("status").is_visible()


def test_a_trace_from_a_file_says_the_same():
    a = Value(-1.0, label="a")
    root = a * 2 if a < 0 else a
    assert root < 0
    found = trace(root)
    again = Trace.from_json(found.to_json())
    assert repr(again) == repr(found)
    plain = payload(viz.step(again))
    assert (plain["decided"], plain["watched"]) == ({"0": "a < 0"}, [["<", 0.0]])
    older = re.sub(r', "(decided|watched)": ("[^"]*"|\[\[.*?\]\])', "", found.to_json())
    assert "decided" not in payload(viz.step(Trace.from_json(older)))


@pytest.mark.parametrize("size", [1, 30])
def test_a_long_comparison_and_many_leaves_are_shortened(size):
    leaves = [Value(float(i), label=f"a very long name {i} " * 3) for i in range(size)]
    root = ops.sum(*leaves) * 2 if max(leaves) > 0 or size else 0
    texts = payload(viz.step(root, max_nodes=100))["decided"].values()
    assert len(texts) == size
    assert max(map(len, texts)) <= 60
