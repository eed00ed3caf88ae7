"""Play in a real browser: every control, and at every step the same picture as Python draws."""

import math
import xml.etree.ElementTree as ET

import pytest

import autograd
import viz
from autograd import Value, clamp, dot, maximum, trace, where
from autograd.teach import forget_zero_grad, overwrite, recurse
from tests.helpers.browser import GRAPHS, READ, cut, fork, neuron

SVG = "{http://www.w3.org/2000/svg}"


def where_graph():
    a, b = Value(1.0, label="a"), Value(0.0, label="b")
    return where(a, a * 2, b.log()) + b.sqrt() * 0


def mistakes():
    return [lambda mistake=mistake: mistake(trace(fork())) for mistake in (overwrite, recurse, forget_zero_grad)]


def drawn(svg):
    """Return of a frame what READ returns of the page."""
    root = ET.fromstring(svg)

    def of(kind):
        return [e for e in root.iter() if kind in (e.get("class") or "").split()]

    def texts(kind):
        return ["".join(e.itertext()) for node in of("node") for e in node if e.get("class") == kind]

    children = [list(node) for node in of("node")]
    return {
        "phase": of("start")[0].text,
        "place": of("start")[0][0].text,
        "kind": root.get("class"),
        "values": texts("value"),
        "grads": texts("grad"),
        "badge": [e.text for badge in of("badge") for e in badge.findall(f"{SVG}text")],
        "nodes": ["on" in node.get("class").split() for node in of("node")],
        "marks": sorted(
            next(e.text for e in node if e.get("class") == kind)
            for node in children
            for mark in node
            if mark.get("class") == "mark"
            for kind in ["value" if float(mark.get("y")) < float(node[-1].get("y")) - 25 else "grad"]
        ),
        "edges": {
            e[0].get("d"): [e[-1].text or "", "on" in e.get("class").split(), "back" in e.get("class").split()]
            for e in of("edge")
        },
        "lines": ["".join(e.itertext()) for e in of("equation")],
    }


def endless():
    """Return graphs with a number that is not finite as an argument, a value or a constant."""
    x = Value(0.5, label="x")
    return [
        lambda: Value(0.0).sqrt(),
        lambda: maximum(x, -math.inf) * 3,
        lambda: clamp(x, 0, math.inf) + 1,
        lambda: Value(math.nan),
        lambda: Value(math.inf),
        lambda: Value(1.0, label="NaN"),
    ]


def wide():
    """Return a sum and a weighted sum of more arguments than are drawn, one of them nan."""
    xs = [Value(math.nan if i == 9 else i % 7 - 3.0, label=f"x{i}") for i in range(40)]
    return dot(xs[:20], [x * 2 for x in xs[20:]], Value(0.5, label="b")) * sum(x for x in xs[:20] if x.data == x.data)


@pytest.mark.slow
@pytest.mark.parametrize("granularity", ["edge", "node", "pass"])
@pytest.mark.parametrize("graph", [*GRAPHS.values(), where_graph, cut, wide, *mistakes(), *endless()])
def test_the_page_shows_at_every_step_what_the_frame_shows(show, graph, granularity):
    figure = viz.step(graph(), granularity=granularity, names=False)
    frames = figure.frames()
    page = show(figure)
    for k, frame in reversed(list(enumerate(frames))):
        found, right = page.evaluate(READ), drawn(frame)
        right["place"], _, hidden = right["place"].partition(" · ")  # the page counts it in its dashed box
        assert not hidden or hidden.endswith(" not drawn")
        for line, shown in zip(right["lines"], found["lines"], strict=True):
            start, cut, end = line.partition("…")  # a frame has no room for a second line
            assert line == shown or (cut and shown.startswith(start) and shown.endswith(end))
        assert found | {"marks": sorted(found["marks"])} == right | {"lines": found["lines"]}, k
        page.get_by_label("step back").dispatch_event("click")


def place(page):
    return page.locator(".gg-head .gg-q").first.text_content()


def test_every_control(show):
    page = show(viz.step(neuron()))
    assert place(page) == "step 20 of 20"
    for label, shown in [
        ("first step", 0),
        ("step forward", 1),
        ("step forward", 2),
        ("step back", 1),
        ("last step", 20),
    ]:
        page.get_by_label(label, exact=True).click()
        assert place(page) == f"step {shown} of 20"
    page.get_by_label("step forward").click()
    assert place(page) == "step 20 of 20"
    page.get_by_label("step", exact=True).fill("7")
    assert place(page) == "step 7 of 20"
    assert page.locator(".gg-head strong").text_content() == "Forward"


def test_it_plays_to_the_end_and_pauses(screen, tmp_path):
    page = screen().page
    page.clock.install()
    (tmp_path / "a.html").write_text(viz.step(neuron()).page(), encoding="utf-8")
    page.goto((tmp_path / "a.html").as_uri())
    page.get_by_label("play").click()
    assert place(page) == "step 0 of 20"
    page.clock.run_for(3 * 1100 + 50)
    assert place(page) == "step 3 of 20"
    page.get_by_label("pause").click()
    page.clock.run_for(5000)
    assert place(page) == "step 3 of 20"
    page.get_by_label("play").click()
    page.clock.run_for(30_000)
    assert place(page) == "step 20 of 20"
    assert page.get_by_label("play").is_visible()


def test_keys_work_and_do_not_leak(show):
    page = show(viz.step(neuron()))
    page.evaluate("() => { window.leaked = []; document.addEventListener('keydown', (e) => leaked.push(e.key)); }")
    page.locator(".gg-stage").focus()
    for key, shown in [("ArrowLeft", 19), ("Home", 0), ("ArrowRight", 1), ("End", 20)]:
        page.keyboard.press(key)
        assert place(page) == f"step {shown} of 20"
    page.keyboard.press(" ")
    assert place(page) == "step 0 of 20"
    page.keyboard.press(" ")
    assert page.get_by_label("play").is_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    assert page.evaluate("leaked") == []
    page.keyboard.press("Control+ArrowLeft")  # a shortcut of the browser
    assert page.evaluate("leaked") == ["Control", "ArrowLeft"] or page.evaluate("leaked") == ["ArrowLeft"]


def test_a_node_goes_to_the_step_that_completes_its_gradient(show):
    page = show(viz.step(fork(), names=False))
    page.get_by_role("button", name="b, value").click()
    assert page.locator(".gg-bar").inner_text().endswith("accumulates: 0.915 + 3.66 = 4.58")
    page.get_by_role("button", name="L, value").focus()
    page.keyboard.press("Enter")
    assert "the backward pass starts here" in page.locator(".gg-bar").inner_text()
    page.get_by_role("button", name="c, value").focus()
    page.keyboard.press(" ")
    assert "∂L/∂c = " in page.locator(".gg-bar").inner_text()


def test_hovering_shows_ancestors_and_descendants(show):
    page = show(viz.step(fork(), names=False))
    page.get_by_role("button", name="c, value").hover()
    near = [e.get_attribute("aria-label").split(",")[0] for e in page.locator(".node:not(.far) .shape").all()]
    assert near == ["c", "v₂", "v₃", "v₄", "L"]
    assert page.locator(".edge:not(.far)").count() == 4
    page.get_by_label("step", exact=True).fill("18")
    assert page.locator(".badge text").first.text_content() == "[2.00] × [1.83]"
    page.get_by_role("button", name="c, value").hover()
    assert page.locator(".badge.far").count() == 1
    page.get_by_role("button", name="a, value").hover()
    assert page.locator(".badge.far").count() == 0
    page.locator(".gg-head").hover()
    assert page.locator(".far").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize("graph", GRAPHS.values())
def test_the_badge_covers_nothing(show, graph):
    page = show(viz.step(graph()))
    covered = """() => {
      const badge = document.querySelector(".badge rect");
      if (!badge) return [];
      const b = badge.getBoundingClientRect();
      const inside = (r) => r.left < b.right && b.left < r.right && r.top < b.bottom && b.top < r.bottom;
      const marks = [...document.querySelectorAll(".gg .node > *, .gg .edge text")].filter((e) => !e.matches("title"));
      const found = marks.filter((e) => e.getBBox().width && inside(e.getBoundingClientRect())).map((e) => e.outerHTML);
      for (const wire of document.querySelectorAll(".edge path")) {
        const m = wire.getScreenCTM(), length = wire.getTotalLength();
        for (let at = 0; at <= length; at += 2) {
          const p = wire.getPointAtLength(at).matrixTransform(m);
          if (inside({ left: p.x, right: p.x, top: p.y, bottom: p.y })) found.push(wire.outerHTML);
        }
      }
      return found;
    }"""
    seen = 0
    while not place(page).startswith("step 0 "):
        assert page.evaluate(covered) == []
        seen += page.locator(".badge rect").count()
        page.get_by_label("step back").dispatch_event("click")
    assert seen == len(viz.step(graph()).trace.edges)


def test_on_a_narrow_screen_the_stage_scrolls_to_what_happens(show):
    page = show(viz.step(neuron()), width=420)
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    assert page.evaluate("document.querySelector('svg.gg').getBoundingClientRect().width") >= 560
    for _ in range(20):
        shape = page.locator(".node.on .shape").first.bounding_box()
        assert shape is None or (shape["x"] >= 16 and shape["x"] + shape["width"] <= 404)
        badge = page.locator(".badge rect").bounding_box() if page.locator(".badge rect").count() else None
        assert badge is None or (badge["x"] >= 16 and badge["x"] + badge["width"] <= 404)
        page.get_by_label("step back").dispatch_event("click")


def test_screen_readers_are_told_no_number_that_typing_makes_stale(show):
    page = show(viz.step(neuron()))
    assert page.locator(".gg-stage").get_attribute("aria-label") == "graph of L"
    assert page.locator("svg.gg text:not([aria-hidden], [role], [aria-hidden] text)").count() == 0


def test_small_letters_do_not_get_smaller_and_the_controls_fit(show):
    page = show(viz.step(neuron()), width=320)
    assert page.evaluate("document.querySelector('svg.gg').getScreenCTM().a") >= 0.849
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    foot, scrubber = (page.locator(kind).bounding_box() for kind in (".gg-foot", ".gg-foot input"))
    assert scrubber["x"] + scrubber["width"] <= foot["x"] + foot["width"]


def test_reduced_motion_stops_animation(show):
    moving = "getComputedStyle(document.querySelector('.edge.on path')).animationName"
    assert show(viz.step(neuron())).evaluate(moving) == "gg-run"
    assert show(viz.step(neuron()), reduced_motion="reduce").evaluate(moving) == "none"


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 420])
def test_the_controls_of_a_tall_graph_stay_in_the_window_and_the_stage_scrolls(show, width):
    page = show(viz.step(autograd.sum(*(Value(1.0 + i, label=f"x{i}") for i in range(30))).tanh()), width=width)
    page.get_by_label("first step").click()
    shown = set()
    while not place(page).startswith("step 62 "):
        page.get_by_label("step forward").dispatch_event("click")
        assert page.get_by_label("play").bounding_box()["y"] <= 800 - 36
        node, stage = (page.locator(kind).first.bounding_box() for kind in (".node.on .shape", ".gg-stage"))
        if node["height"] < stage["height"] / 2:
            assert stage["y"] <= node["y"]
            assert node["y"] + node["height"] <= stage["y"] + stage["height"]
        shown.add(page.evaluate("document.querySelector('.gg-stage').scrollTop"))
    assert len(shown) > 2


def test_two_on_one_page_are_independent_and_have_no_ids(screen, tmp_path):
    piece = viz.step(neuron()).html()
    page = screen().open(tmp_path / "two.html", f"<!doctype html><meta charset=utf-8>{piece}<hr>{piece}")
    assert page.locator(".gg-live").count() == 2
    assert page.locator("[id]").count() == 0
    page.locator(".gg-piece").first.get_by_label("first step").click()
    assert page.locator(".gg-head .gg-q").all_text_contents()[::2] == ["step 0 of 20", "step 20 of 20"]


def test_a_piece_of_another_kind_after_it_leaves_its_buttons_as_they_are(screen, tmp_path):
    f = neuron()
    pieces = viz.step(f).html() + viz.compare(trace(f), overwrite(trace(f))).html()
    page = screen().open(tmp_path / "both.html", f"<!doctype html><meta charset=utf-8>{pieces}")
    box = page.get_by_label("step back").bounding_box()
    assert (box["width"], box["height"]) == (36, 36)


def test_a_host_that_moves_scripts_still_gets_its_player(screen, tmp_path):
    page = screen().open(tmp_path / "host.html", "<!doctype html><meta charset=utf-8><div class=output></div>")
    page.evaluate(
        """(html) => {
          const output = document.querySelector(".output");
          output.innerHTML = html;
          for (const old of output.querySelectorAll("script:not([type])")) {
            const script = document.createElement("script");
            script.textContent = old.textContent;
            output.append(script);
            script.remove();
          }
        }""",
        viz.step(neuron()).html() * 2,
    )
    assert page.locator(".gg-live .gg-box").count() == 2
