"""Draw the pictures of README.md with Chromium: ``python tools/make_pictures.py``."""

from pathlib import Path

import viz
from autograd import trace
from tests.helpers.browser import fork, launch, mlp, neuron
from tests.helpers.flows import dead_units, moon_model, plain, vanishing

DOCS = Path(__file__).parent.parent / "docs"
PICTURES = {
    "neuron": lambda: viz.graph(neuron(), names=False).svg(),
    "mlp": lambda: next(frame for frame in viz.step(mlp(), names=False).frames() if "accumulates" in frame),
    "parts": lambda: viz.graph(plain(moon_model(), n=2), names=False).svg(),
    "neurons": lambda: viz.neurons(model := dead_units(), plain(model)).svg(),
    "gradient-flow": lambda: viz.gradient_flow(model := vanishing(), plain(model)).svg(),
    "paths": lambda: viz.paths(trace(fork()), "b").svg(),
}

if __name__ == "__main__":
    for name, draw in PICTURES.items():
        (DOCS / f"{name}.svg").write_text(draw(), encoding="utf-8")
    from playwright.sync_api import sync_playwright  # an extra

    with sync_playwright() as playwright:
        page = launch(playwright).new_page(viewport={"width": 1180, "height": 800}, device_scale_factor=1.5)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.set_content(viz.step(fork(), names=False).page())
            page.locator(".gg-box").screenshot(path=DOCS / f"player-{theme}.png", animations="disabled")
