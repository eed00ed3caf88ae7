"""Draw the pictures of README.md that show steps and paths: ``python docs/pictures.py``, with Chromium on the PATH."""

import random
import shutil
from pathlib import Path

import viz
from autograd import Value, sigmoid
from nn import MLP

HERE = Path(__file__).parent


def neuron() -> Value:
    """Build the neuron of the cs231n lectures."""
    leaves = {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3}
    w0, x0, w1, x1, w2 = (Value(x, label=label) for label, x in leaves.items())
    return sigmoid(w0 * x0 + w1 * x1 + w2)


def fork() -> tuple[Value, Value]:
    """Build a graph in which a and b are used twice; return its result and b."""
    a, b, c = Value(2.0, label="a"), Value(-0.5, label="b"), Value(1.4, label="c")
    d = a * b
    e = d + c
    t = a * e
    u = t + b
    for node, label in [(d, "d"), (e, "e"), (t, "t"), (u, "u")]:
        node.label = label
    return u.tanh(), b


def network() -> Value:
    """Build the loss of a network of two layers on one sample, in which no unit is dead."""
    random.seed(21)
    x1, x2 = Value(1.0, label="x1"), Value(2.0, label="x2")
    return (MLP(2, [2, 1])([x1, x2]) - 1) ** 2


def draw() -> None:
    """Write the pictures into this folder."""
    viz.graph(neuron(), names=False).save(HERE / "neuron.svg")
    steps = viz.step(network(), names=False).frames()
    sums = [frame for frame in steps if "accumulates" in frame]
    (HERE / "mlp.svg").write_text(sums[0], encoding="utf-8")
    loss, b = fork()
    viz.paths(loss, b, names=False).save(HERE / "paths.svg")
    from playwright.sync_api import sync_playwright  # an extra

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for theme in ("light", "dark"):
            page = browser.new_page(
                viewport={"width": 1180, "height": 800}, device_scale_factor=1.5, color_scheme=theme
            )
            page.set_content(viz.step(loss, names=False).page())
            page.locator(".gg-box").screenshot(path=HERE / f"player-{theme}.png", animations="disabled")
        browser.close()


if __name__ == "__main__":
    draw()
