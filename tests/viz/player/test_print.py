"""Print pages on A4: the whole picture on one page, in light colours, without controls."""

import pytest

import autograd
import viz
from autograd import Value
from tests.helpers.browser import neuron
from tests.helpers.page_checks import PAGES

pdfium = pytest.importorskip("pypdfium2", reason='needs the extra "dev"')
MARGIN = "10mm"


def tall():
    return viz.step(autograd.sum(*(Value(1.0 + i, label=f"x{i}") for i in range(30))).tanh()).page()


def still():
    piece = viz.graph(neuron())._repr_mimebundle_()["text/html"]
    return f"<!doctype html><meta charset=utf-8><body data-jp-theme-light=false>{piece}"


SOURCES = {name: PAGES[name] for name in ("neuron", "mlp", "cut", "folded", "neurons", "flow")} | {
    "dark": lambda: viz.step(neuron(), theme="dark").page(),
    "in a dark host": lambda: PAGES["neuron"]().replace("<main>", "<main data-theme=dark>"),
    "tall": tall,
    "still": still,
}


def print_page(page, path, landscape):
    page.wait_for_timeout(200)
    page.pdf(
        path=path, format="A4", landscape=landscape, margin=dict.fromkeys(("top", "right", "bottom", "left"), MARGIN)
    )
    return pdfium.PdfDocument(path)


@pytest.mark.slow
@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("source", SOURCES)
def test_a_page_prints_whole_and_light(screen, tmp_path, source, landscape):
    page = screen(color_scheme="dark", width=900).open(tmp_path / "a.html", SOURCES[source]())
    shown = page.locator("svg.gg text").all_text_contents()
    document = print_page(page, tmp_path / "a.pdf", landscape)
    assert len(document) == 1
    text = document[0].get_textpage()
    printed = "".join(text.get_text_range().split())
    assert [word for word in shown if "".join(word.split()) not in printed] == []
    width, height = document[0].get_size()
    boxes = [text.get_charbox(i) for i in range(text.count_chars()) if text.get_text_range(i, 1).strip()]
    assert len(boxes) > 40
    for left, bottom, right, top in boxes:
        assert 28 <= left <= right <= width - 28
        assert 28 <= bottom <= top <= height - 28
    pixels = document[0].render(scale=0.5).to_pil().convert("L")
    assert sum(pixels.histogram()[200:]) > 0.8 * pixels.width * pixels.height
    page.emulate_media(media="print")
    assert [e.is_visible() for e in page.locator("button, input").all() if e.is_visible()] == []


def test_where_no_script_runs_the_picture_prints_whole(screen, tmp_path):
    page = screen(java_script_enabled=False).open(tmp_path / "a.html", PAGES["cut"]())
    document = print_page(page, tmp_path / "a.pdf", landscape=False)
    assert len(document) == 1
    text = document[0].get_textpage()
    assert "0.900" in text.get_text_range()
    width = document[0].get_size()[0]
    assert all(text.get_charbox(i)[2] <= width - 28 for i in range(text.count_chars()))
