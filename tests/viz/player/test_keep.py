"""A link leads to a step, also of the second player of a page, and the picture of a step is kept as a file."""

import xml.etree.ElementTree as ET
from html import escape

import pytest

import viz
from autograd.text import format_value
from tests.helpers.browser import fork, mlp, neuron

TWO = "<!doctype html><meta charset=utf-8>"
PLACES = (
    "() => [...document.querySelectorAll('.gg-head')].map((e) => e.querySelector('.gg-q').textContent.split(' ')[1])"
)

STYLES = """() => [...document.querySelectorAll("svg:not(.gg-foot svg) > g :is(path, rect, text)")].map((e) => {
  const style = getComputedStyle(e);
  return [e.tagName, e.textContent, style.fill, style.stroke, style.strokeWidth, style.fontSize, style.textAnchor];
})"""


@pytest.mark.parametrize(
    ("address", "steps"),
    [
        ("#step=7", ["7", "18"]),
        ("#step=7&player=1", ["7", "18"]),
        ("#step=0&player=2", ["20", "0"]),
        ("#step=999", ["20", "18"]),
        ("#step=7&player=3", ["20", "18"]),
        ("#step=-1", ["20", "18"]),
        ("#step=<b>", ["20", "18"]),
        ("#a-heading", ["20", "18"]),
        ("", ["20", "18"]),
    ],
)
def test_an_address_leads_to_a_step_of_a_player_when_it_loads_and_when_it_changes(screen, tmp_path, address, steps):
    path = tmp_path / "two.html"
    path.write_text(TWO + viz.step(neuron()).html() + viz.graph(fork(), show=["data"]).html() + viz.step(fork()).html())
    page = screen().page
    page.goto(path.as_uri() + address)
    assert page.evaluate(PLACES.replace(".gg-head", ".gg-player .gg-head")) == steps
    page.goto("about:blank")
    page.goto(path.as_uri())
    page.evaluate("(hash) => { location.hash = hash; }", address)
    page.wait_for_timeout(50)
    assert page.evaluate(PLACES.replace(".gg-head", ".gg-player .gg-head")) == steps


def test_a_link_that_was_copied_leads_back(screen, tmp_path):
    piece = viz.step(neuron()).html()
    page = screen(permissions=["clipboard-read", "clipboard-write"]).open(tmp_path / "two.html", TWO + piece + piece)
    for k, (player, link) in enumerate([(0, "#step=19"), (1, "#step=18&player=2")], 1):
        box = page.locator(".gg-player").nth(player)
        for _ in range(k):
            box.get_by_label("step back").click()
        box.get_by_label("link to this step").click()
        assert page.url.endswith(link)
        assert link in box.locator(".gg-bar").inner_text()
        assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.evaluate(PLACES) == ["19", "18"]
    page.reload()
    assert page.evaluate(PLACES) == ["20", "18"]


def test_in_a_frame_that_may_do_nothing_the_link_breaks_nothing(screen, tmp_path):
    text = escape(viz.step(neuron()).html())
    page = screen().open(
        tmp_path / "host.html", f'{TWO}<iframe sandbox="allow-scripts" srcdoc="{text}" width=900 height=600>'
    )
    frame = page.frame_locator("iframe")
    frame.get_by_label("link to this step").click()
    frame.get_by_label("step back").click()
    assert frame.locator(".gg-head .gg-q").first.text_content() == "step 19 of 20"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("graph", [neuron, mlp])
def test_the_picture_of_a_step_is_saved_as_it_is_seen(screen, tmp_path, graph, scheme):
    figure = viz.step(graph(), names=False)
    page = screen(color_scheme=scheme, reduced_motion="reduce").open(tmp_path / "a.html", figure.page())
    page.get_by_label("step back").click()
    page.get_by_label("link to this step").click()  # its words are not part of the picture
    caption = page.locator(".gg-bar").first.locator("div")
    with page.expect_download() as download:
        page.get_by_label("save the picture of this step").click()
    n = len(figure.frames()) - 2
    assert download.value.suggested_filename == f"L-step-{n}.svg"
    download.value.save_as(tmp_path / "saved.svg")
    root = ET.parse(tmp_path / "saved.svg").getroot()
    texts = ["".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {format_value(x, "−") for x in figure.trace.data} <= {*texts}
    assert texts[-2:] == caption.all_text_contents()
    assert root.attrib.pop("role") == "img"
    assert {name for e in root.iter() for name in e.attrib} <= {
        "class", "cx", "cy", "d", "data-exact", "font-family", "font-size", "font-weight", "height", "r", "rx", "style",
        "transform", "viewBox", "width", "x", "y",
    }  # fmt: skip
    assert "var(" not in (tmp_path / "saved.svg").read_text(encoding="utf-8")
    shown = page.evaluate(STYLES)
    page.goto((tmp_path / "saved.svg").as_uri())
    assert page.evaluate(STYLES)[: len(shown)] == shown
