"""Open parts and scrub through steps in a real browser."""

import re

import pytest

import viz
from autograd import Value
from autograd.diagnose import gradient_flow
from nn import MLP
from tests.helpers.flows import dead_units, loss, moon_model, plain, vanishing
from viz.folding import drilldown


@pytest.fixture
def view(show):
    def view(figure, **options):
        page = show(figure, **options)
        page.wait_for_selector(".gg-ready")
        return page

    return view


@pytest.fixture(scope="module")
def folded():
    return viz.graph(loss(moon_model(), n=1), names=False)


def crumbs(page):
    return page.locator(".gg-crumb, .gg-head strong").all_text_contents()


def test_boxes_open_down_to_the_products_of_a_neuron_and_the_way_leads_back(view, folded):
    page = view(folded)
    page.get_by_role("button", name="open layer1", exact=True).click()
    assert page.locator(".node.box").count() >= 16
    page.get_by_role("button", name="open layer1.neuron3", exact=True).click()
    assert "ReLU" in page.locator("svg.gg").text_content()
    page.get_by_role("button", name="open layer1.neuron3 Σ", exact=True).click()
    assert crumbs(page) == ["L", "layer1", "neuron3", "Σ"]
    signs = page.locator(".node .name").all_text_contents()
    assert signs.count("×") == 16
    assert "Σ" not in signs
    page.get_by_role("button", name="layer1", exact=True).click()
    assert crumbs(page)[:2] == ["L", "layer1"]
    page.get_by_role("button", name="L", exact=True).click()
    page.get_by_role("button", name="open layer0", exact=True).wait_for()


def test_a_page_says_how_many_parts_are_not_in_it(view, monkeypatch):
    figure = viz.graph(plain(MLP(2, [8, 1]), n=1), names=False, max_nodes=10)
    assert view(figure).locator(".gg-key").text_content() == "click a part to open it"
    # the whole graph, the loss, two layers, eight neurons and one sum
    monkeypatch.setattr(drilldown, "MAX_SCENES", 13)
    assert view(figure).locator(".gg-key").text_content() == "click a part to open it, 8 more are not in this page"


def test_a_graph_with_some_numbers_left_out_is_a_picture_in_a_page_too(view):
    x = Value(3.0, label="x")
    page = view(viz.graph(x * x, show=("data",), names=False))
    assert page.locator("svg.gg .node .value").all_text_contents() == ["3.00", "9.00"]
    assert page.locator("svg.gg .key").text_content() == "value above the wire"
    assert "".join(page.locator("svg.gg .node .grad, svg.gg .local").all_text_contents()) == ""


def test_parts_open_by_the_keyboard_and_keys_do_not_leak(view, folded):
    page = view(folded)
    page.evaluate("() => { window.leaked = []; document.addEventListener('keydown', (e) => leaked.push(e.key)); }")
    page.get_by_role("button", name="open layer0", exact=True).press("Enter")
    page.get_by_role("button", name="open layer0.neuron2", exact=True).press(" ")
    assert crumbs(page) == ["L", "layer0", "neuron2"]
    assert page.evaluate("document.activeElement.matches('.gg-stage')")
    assert page.evaluate("leaked") == []


def test_a_click_on_a_neuron_opens_its_expression_in_place(view):
    model = dead_units()
    page = view(viz.neurons(model, plain(model, n=2)))
    first = page.locator("svg.gg").text_content()
    assert "layers.0: 16 neurons, 5 of 16 dead" in first
    page.get_by_role("button", name="open layer0.neuron4", exact=True).click()
    assert page.locator(".node .name", has_text="ReLU").count() == 1
    page.locator(".gg-crumb").first.click()
    assert page.locator("svg.gg").text_content() == first


def history():
    model, flows = moon_model(), {}
    for step in range(0, 40, 10):
        root = loss(model, n=5)
        flows[step] = gradient_flow(model, root)
        root.backward()
        for p in model.parameters():
            p.data, p.grad = p.data - 0.1 * p.grad, 0.0
    return flows


def test_a_scrubber_goes_through_the_steps_of_training_on_one_layout(view):
    page = view(viz.gradient_flow(history()))
    scrubber = page.get_by_label("step", exact=True)
    assert page.locator(".gg-label").text_content() == "step 30"
    pictures, boxes = set(), set()
    for k, step in enumerate((0, 10, 20, 30)):
        scrubber.fill(str(k))
        assert page.locator(".gg-label").text_content() == f"step {step}"
        assert scrubber.get_attribute("aria-valuetext") == f"step {step}"
        pictures.add(page.locator(".bars").first.get_attribute("d"))
        boxes.add(str([e.bounding_box() for e in page.locator(".name").all()]))
    assert (len(pictures), len(boxes)) == (4, 1)
    scrubber.press("ArrowLeft")
    assert page.locator(".gg-label").text_content() == "step 20"


def test_paths_are_shown_one_by_one(view):
    a, b = Value(2.0, label="a"), Value(-0.5, label="b")
    page = view(viz.paths((a * (a * b + 1) + b).tanh(), b, names=False))
    assert page.locator(".edge.on").count() == 6
    page.get_by_label("step", exact=True).fill("2")
    assert page.locator(".edge.on").count() == 2


FIGURES = {
    "parts": lambda: viz.graph(plain(MLP(2, [8, 8, 1]), n=1)),
    "neurons": lambda: viz.neurons(m := dead_units(), plain(m, n=1)),
    "layers": lambda: viz.gradient_flow(m := vanishing(), plain(m, n=2)),
    "history": lambda: viz.gradient_flow(history()),
    "paths": lambda: viz.paths((x := Value(2.0)) * x, x),
}


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 420])
@pytest.mark.parametrize("system", ["light", "dark"])
def test_axe_finds_no_violations(view, system, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason='needs the extra "browser"').Axe()
    for make in FIGURES.values():
        page = view(make(), color_scheme=system, width=width)
        found = axe.run(page)
        assert found.violations_count == 0, found.generate_report()
        if (opener := page.get_by_role("button", name=re.compile("^open "))).count():
            opener.first.press("Enter")
            found = axe.run(page)
            assert found.violations_count == 0, found.generate_report()


def luminance(colour):
    rgb = (int(x) / 255 for x in re.findall(r"\d+", colour)[:3])
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.slow
@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES)
def test_every_text_of_a_picture_is_legible(view, make, system):
    page = view(make(), color_scheme=system)
    ground, *texts = page.evaluate(
        """() => [document.querySelector("svg.gg .page"), ...[...document.querySelectorAll("svg.gg text, svg.gg tspan")]
        .filter((e) => e.lastChild?.nodeType === Node.TEXT_NODE)].map((e) => getComputedStyle(e).fill)"""
    )
    for colour in set(texts):  # axe does not check the texts of pictures
        dim, bright = sorted([luminance(colour), luminance(ground)])
        assert (bright + 0.05) / (dim + 0.05) >= 4.5, (colour, ground)


@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES)
def test_on_a_narrow_screen_the_stage_scrolls_and_nothing_else(view, make):
    page = view(make(), width=420)
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    scale = """() => { const svg = document.querySelector("svg.gg");
        return svg.getBoundingClientRect().width / svg.viewBox.baseVal.width; }"""
    assert page.evaluate(scale) >= 0.849  # its letters have 12 and 13 pixels


def test_without_scripts_the_picture_stays(screen, tmp_path):
    model = dead_units()
    page = screen(java_script_enabled=False).open(tmp_path / "a.html", viz.neurons(model, plain(model, n=1)).page())
    image = page.get_by_role("img")
    assert image.get_attribute("alt").startswith("MLP 2 → 16 → 16 → 1, gradient by neuron; layers.0: 16 neurons, ")
    assert image.bounding_box()["height"] > 400


def test_two_on_one_page_are_independent_and_have_no_ids(screen, tmp_path, folded):
    piece = folded.html()
    page = screen().open(tmp_path / "two.html", f"<!doctype html><meta charset=utf-8>{piece}<hr>{piece}")
    page.wait_for_function("document.querySelectorAll('.gg-ready').length === 2")
    assert page.locator("[id]").count() == 0
    page.locator(".gg-piece").first.get_by_role("button", name="open layer0", exact=True).click()
    assert page.locator(".gg-piece").nth(1).get_by_role("button", name="open layer0", exact=True).count() == 1


def test_hostile_names_are_inert(view):
    x = Value(0.5, label="<img src=x onerror=alert(1)>")
    y = x
    for k in range(8):
        y = (y * 2 + x).tanh()
        y.scope = f"</script><script>alert({k})</script>.'\"&amp;"
    page = view(viz.graph(y + 1, max_nodes=5))
    page.get_by_role("button", name=re.compile("^open ")).first.press("Enter")
    assert page.locator("img").count() == 0


def test_the_same_graph_gives_the_same_bytes(folded):
    assert folded.html() == folded.html()
