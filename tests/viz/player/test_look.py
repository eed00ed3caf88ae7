"""Readers look around in the page: exact numbers, zoom, search, a link to a step, a picture to keep."""

import pytest

import viz
from autograd import Value
from autograd import sum as sum_of
from tests.helpers.browser import GRAPHS, fork, mlp, neuron

TITLES = """() => [...document.querySelectorAll(".node")].map((node) => [
  node.querySelector("title").textContent,
  ...[".value", ".grad"].map((kind) => node.querySelector(kind).dataset.exact)])"""


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
def test_the_title_of_a_node_has_the_numbers_that_it_shows_exactly(show, graph):
    figure = viz.step(graph(), names=False)
    page = show(figure)
    found = [title.splitlines()[-2:] for title, *_ in page.evaluate(TITLES)]
    exact = [[float(line.split()[1]) for line in lines] for lines in found]
    assert exact == list(map(list, zip(figure.trace.data, figure.trace.grads, strict=True)))
    for key in ("Home", "ArrowRight", "End"):
        page.locator(".gg-stage").press(key)
        for title, value, grad in page.evaluate(TITLES):
            assert (f"value {value}" in title) == (value != "undefined")
            assert (f"gradient {grad}" in title) == (grad != "undefined")


def test_a_dragged_leaf_changes_the_titles(show):
    page = show(viz.step(fork()))
    page.get_by_label("value of b").focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate(TITLES)[1][0].startswith("value -0.49\ngradient ")


ZOOM = "document.querySelector('svg.gg').getScreenCTM().a"
VIEW = "(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop])(document.querySelector('.gg-stage'))"


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_buttons_and_keys_zoom_and_the_middle_stays(show):
    page = show(viz.step(mlp()))
    assert page.get_by_role("group", name="look around").get_by_role("button").count() == 3
    before = page.evaluate(ZOOM)
    for larger, smaller in (
        (page.get_by_label("zoom in").click, page.get_by_label("zoom out").click),
        (lambda: page.locator(".gg-stage").press("+"), lambda: page.locator(".gg-stage").press("-")),
    ):
        larger()
        assert page.evaluate(ZOOM) == pytest.approx(before * 1.25, rel=0.02)
        smaller()
        assert page.evaluate(ZOOM) == pytest.approx(before, rel=0.02)
    for _ in range(20):
        page.locator(".gg-stage").press("+")
    assert page.evaluate(ZOOM) == pytest.approx(4, rel=0.001)
    height = page.locator(".gg-stage").bounding_box()["height"]
    page.locator(".gg-stage").press("0")
    stage, svg = (page.locator(kind).bounding_box() for kind in (".gg-stage", "svg.gg"))
    assert svg["width"] <= stage["width"]
    assert svg["height"] <= stage["height"] + 1 == height + 1
    assert page.locator(".gg-map").is_hidden()
    page.keyboard.press("Control++")  # the browser's own
    assert page.locator(".gg-head .gg-q").first.text_content() == "step 38 of 38"


def test_the_wheel_zooms_with_control_at_the_pointer_and_scrolls_without(show):
    page = show(viz.step(mlp()))
    page.evaluate("document.body.style.minHeight = '3000px'")
    node = page.locator(".node .shape").nth(5)
    before, zoom = middle(node), page.evaluate(ZOOM)
    page.mouse.move(*before)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.wait_for_function(f"() => {ZOOM} > {zoom} * 1.3")
    page.keyboard.up("Control")
    assert middle(node) == pytest.approx(before, abs=2)
    zoom = page.evaluate(ZOOM)
    page.mouse.move(600, 20)
    page.mouse.wheel(0, 200)
    page.wait_for_function("() => scrollY > 0")
    assert page.evaluate(ZOOM) == zoom


def test_two_fingers_zoom(screen, tmp_path):
    page = screen(has_touch=True).open(tmp_path / "a.html", viz.step(mlp()).page())
    before, session = page.evaluate(ZOOM), page.context.new_cdp_session(page)
    for kind, apart in [("touchStart", 50), ("touchMove", 60), ("touchMove", 100), ("touchEnd", 0)]:
        points = [{"x": 600 + side * apart, "y": 250, "id": side + 1} for side in (-1, 1)] if apart else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_function(f"() => {ZOOM} > {before} * 1.4")


def test_the_mouse_drags_the_picture_and_the_overview_moves_it(show):
    page = show(viz.step(mlp()), width=768)
    for _ in range(4):
        page.get_by_label("zoom in").click()
    page.evaluate("document.querySelector('.gg-stage').scrollTo(300, 200)")
    room = page.locator(".gg-stage").bounding_box()
    free = page.evaluate_handle(
        """() => { const room = document.querySelector(".gg-stage").getBoundingClientRect();
        for (let x = room.left + 100; x < room.right - 100; x += 7) for (let y = room.top + 90; y < room.bottom; y += 7)
          if (document.elementFromPoint(x, y).matches(".page")) return [x, y]; }"""
    ).json_value()
    page.mouse.move(*free)
    page.mouse.down()
    page.mouse.move(free[0] - 40, free[1] - 30, steps=3)
    page.mouse.up()
    assert page.evaluate(VIEW) == pytest.approx([340, 230], abs=1)
    page.mouse.move(free[0], free[1])
    assert page.evaluate(VIEW) == pytest.approx([340, 230], abs=1)
    overview = page.locator(".gg-map")
    box = overview.bounding_box()
    page.mouse.click(box["x"] + 2, box["y"] + 2)
    assert page.evaluate(VIEW) == [0, 0]
    seen, zoom = page.locator(".gg-seen"), page.evaluate(ZOOM)
    assert float(seen.get_attribute("width")) * zoom == pytest.approx(room["width"], abs=3)
    page.mouse.click(box["x"] + box["width"] - 2, box["y"] + box["height"] - 2)
    page.wait_for_function("() => document.querySelector('.gg-seen').getAttribute('x') > 100")


@pytest.mark.parametrize("width", [1280, 420])
def test_a_name_is_found_and_shown(show, width):
    page = show(viz.step(mlp(), names=False), width=width)
    field, stage = page.get_by_label("find a node by its name"), page.locator(".gg-stage").bounding_box()
    tally = page.get_by_role("status")
    for word, count, first in [("L", 1, "L"), ("w[1", 2, "w[1,0,0]"), ("X2", 1, "x₂"), ("v5", 1, "v₅"), ("zz", 0, "")]:
        field.fill(word)
        assert tally.text_content() == (f"1 of {count}" if count else "none")
        for k in range(count):
            assert tally.text_content() == f"{k + 1} of {count}"
            shape = page.locator(".found .shape")
            assert k or shape.get_attribute("aria-label").startswith(f"{first},")
            x, y = middle(shape)
            assert stage["x"] < x < stage["x"] + stage["width"]
            assert stage["y"] < y < stage["y"] + stage["height"]
            field.press("Enter")
    field.press("Escape")
    assert field.input_value() == tally.text_content() == ""
    assert page.locator(".found").count() == 0


def test_a_member_of_an_overflow_box_is_found(show):
    xs = [Value(1.0, label=f"x{i}") for i in range(90)]
    page = show(viz.step(sum_of(*xs)))
    page.get_by_label("find a node by its name").fill("x3")
    assert page.locator(".found").count() == 1


def test_a_small_graph_has_no_need_to_look_around(show):
    assert show(viz.step(neuron())).get_by_label("zoom in").count() == 0
