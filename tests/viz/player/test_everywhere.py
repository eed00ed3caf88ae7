"""Show pages in narrow and wide windows, hidden, scaled, zoomed and in shadow roots: nothing is misplaced."""

import pytest

from tests.helpers.page_checks import CHECKS, PAGES, script

WIDTHS = (320, 420, 560, 768, 1024, 1280, 1600)


@pytest.mark.parametrize("row", CHECKS, ids=[row[0] for row in CHECKS])
def test_a_page_passes_a_check(screen, tmp_path, row):
    _, source, width, keys, check = row
    page = screen(width=width).open(tmp_path / "a.html", PAGES[source]())
    for key in keys:
        page.keyboard.press(key)
    assert page.evaluate(script(check)) == []


@pytest.mark.slow
@pytest.mark.parametrize("source", ["neuron", "fork", "mlp", "cut", "folded", "neurons", "flow", "comparison", "paths"])
def test_at_no_width_is_anything_cut_off_or_printed_over(screen, tmp_path, source):
    page = screen().open(tmp_path / "a.html", PAGES[source]())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.reload()
        assert page.evaluate(script("settled()")) == [], width
