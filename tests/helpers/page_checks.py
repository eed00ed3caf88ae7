"""Checks of pages that any browser can run: a page, its host, and JavaScript that returns what is wrong with it."""

import random
from pathlib import Path

import nn
import viz
from autograd import Value, trace
from autograd.teach import overwrite
from tests.helpers.browser import cut, fork, mlp, neuron

LIBRARY = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def model():
    random.seed(1)
    found = nn.MLP(2, [4, 4, 1])
    return found, (found([Value(1.0), Value(-2.0)]) - 1) ** 2


SHADOW = """<!doctype html><meta charset=utf-8><body><div id=host></div><template>PIECE</template><script>
const root = document.querySelector("#host").attachShadow({ mode: "open" });
root.innerHTML = document.querySelector("template").innerHTML;
for (const old of root.querySelectorAll("script:not([type])")) {
  const script = document.createElement("script");
  script.textContent = old.textContent;
  old.replaceWith(script);
}</script>"""
PAGES = {
    "neuron": lambda: viz.step(neuron()).page(),
    "fork": lambda: viz.step(fork(), names=False).page(),
    "mlp": lambda: viz.step(mlp()).page(),
    "cut": lambda: viz.step(cut()).page(),
    "folded": lambda: viz.graph(model()[1], collapse=True).page(),
    "neurons": lambda: viz.neurons(*model()).page(),
    "flow": lambda: viz.gradient_flow(*model()).page(),
    "comparison": lambda: viz.compare(trace(fork()), overwrite(trace(fork()))).page(),
    "paths": lambda: viz.paths(fork(), "b").page(),
    "hidden": lambda: (
        "<!doctype html><meta charset=utf-8><div id=tab style='display:none'>"
        f"{viz.step(neuron()).html()}</div><details>{viz.step(neuron()).html()}</details>"
    ),
    "hidden parts": lambda: (
        "<!doctype html><meta charset=utf-8><div id=tab style='display:none'>"
        f"{viz.graph(model()[1], collapse=True).html()}</div>{viz.graph(model()[1], collapse=True).html()}"
    ),
    "scaled": lambda: (
        "<!doctype html><meta charset=utf-8><div style='transform:scale(.6) translateX(40px);"
        f"transform-origin:0 0;width:900px'>{viz.step(neuron()).html()}</div>"
    ),
    "zoomed": lambda: f"<!doctype html><meta charset=utf-8><div style='zoom:1.7'>{viz.step(neuron()).html()}</div>",
    "shadow": lambda: SHADOW.replace("PIECE", viz.step(neuron()).html()),
    "two kinds in a shadow": lambda: SHADOW.replace("PIECE", viz.neurons(*model()).html() + viz.step(neuron()).html()),
}
#: A name, its page, the width of the window, the keys pressed before, and what runs in the page.
CHECKS = [
    ("the buttons step", "neuron", 1280, [], "buttons()"),
    ("keys step", "neuron", 1280, [], "keys()"),
    ("the badge and marks lie where they belong", "fork", 1280, [], "placed()"),
    ("a leaf is typed, with a decimal comma too", "neuron", 1280, [], "typed()"),
    ("a leaf is typed in a window that scrolls", "neuron", 420, [], "typed()"),
    ("a player hidden at first", "hidden", 1280, [], "shown()"),
    ("parts hidden at first", "hidden parts", 1280, [], "shownParts()"),
    ("a player on a scaled slide", "scaled", 1280, [], "scaled()"),
    ("a player on a zoomed page", "zoomed", 1600, [], "scaled()"),
    ("a player on a zoomed page that scrolls", "zoomed", 900, [], "scaled()"),
    ("a player in a shadow root", "shadow", 1280, [], "inShadow()"),
    ("two kinds in a shadow root", "two kinds in a shadow", 1280, [], "inShadow()"),
    ("parts open", "folded", 1280, [], "opens()"),
    ("neurons open", "neurons", 1280, [], "opens()"),
    ("three Tab stops to the controls", "neuron", 1280, ["Tab"] * 3, "tabStops()"),
    ("an order to read", "neuron", 1280, [], "read()"),
    *((f"{name} at {width} pixels", name, width, [], "settled()") for name in ("neuron", "flow")
      for width in (320, 768, 1600)),
]  # fmt: skip


def script(check):
    """Return an expression of JavaScript that runs a check, and becomes a list of what is wrong."""
    return f"(async () => {{ {LIBRARY}\nawait {check};\nreturn wrong; }})()"
