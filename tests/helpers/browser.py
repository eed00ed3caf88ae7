"""What the tests in a real browser share: Debian's Chromium, driven by Playwright, and graphs to look at."""

import math
import random
import shutil

import pytest

from autograd import Value, sigmoid
from nn import MLP

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def launch(playwright):
    """Start the system's Chromium, or skip the test where there is none."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("needs Chromium on the PATH: apt-get install chromium")
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


class Screen:
    """A tab in which every error is remembered, and what it shows."""

    def __init__(self, browser, width=1280, **options):
        self.context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(5000)
        self.errors, self.requests = [], []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("dialog", lambda dialog: (self.errors.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, path, html):
        path.write_text(html, encoding="utf-8")
        self.page.goto(path.as_uri())
        return self.page

    def close(self):
        self.context.close()
        assert self.errors == []
        assert [url for url in self.requests if not url.startswith(("file:", "data:", "blob:"))] == []


def neuron():
    w0, x0, w1, x1, w2 = (
        Value(x, label=name) for name, x in [("w0", 2), ("x0", -1), ("w1", -3), ("x1", -2), ("w2", -3)]
    )
    return sigmoid(w0 * x0 + w1 * x1 + w2)


def fork():
    a, b, c = Value(2.0, label="a"), Value(-0.5, label="b"), Value(1.4, label="c")
    return (a * (a * b + c) + b).tanh()


def mlp():
    random.seed(21)
    x1, x2 = Value(1.0, label="x1"), Value(2.0, label="x2")
    return (MLP(2, [2, 1])([x1, x2]) - 1) ** 2


GRAPHS = {"neuron": neuron, "fork": fork, "mlp": mlp}

READ = """() => {
  const texts = (kind) => [...document.querySelectorAll(`.gg ${kind}`)].map((e) => e.textContent);
  return {
    phase: document.querySelector(".gg-head strong").textContent,
    place: document.querySelector(".gg-head .gg-q").textContent,
    kind: document.querySelector("svg.gg").getAttribute("class"),
    values: texts(".node .value"), grads: texts(".node .grad"), badge: texts(".badge text"),
    nodes: [...document.querySelectorAll(".gg .node")].map((e) => e.matches(".on")),
    marks: [...document.querySelectorAll(".gg .mark")].map((e) => e.nextSibling.textContent),
    edges: Object.fromEntries([...document.querySelectorAll(".gg .edge")].map((e) => [
      e.firstChild.getAttribute("d"), [e.lastChild.textContent, e.matches(".on"), e.matches(".back")]])),
    lines: [...document.querySelectorAll(".gg-bar div")].map((e) => e.textContent),
  };
}"""


def cut():
    x, h = Value(0.9, label="x"), Value(0.5, label="h")
    for _ in range(30):
        h = h * x + 0.1
    return h * x


NUMBERS = "() => [...document.querySelectorAll('.node text:is(.value, .grad)')].map((e) => Number(e.dataset.exact))"


def repr_js(x):
    """Return a number as JavaScript writes it."""
    return "NaN" if math.isnan(x) else repr(x).replace("inf", "Infinity")


def numbers(page):
    found = page.evaluate(NUMBERS)
    return found[::2], found[1::2]
