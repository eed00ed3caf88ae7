"""Show players in their hosts: themes, assistive technology, foreign labels, JupyterLab."""

import io
import json
import os
import subprocess
import sys
import time
import urllib.request

import pytest

import viz
from autograd import Trace, Value, trace
from tests.helpers.browser import GRAPHS, fork, neuron
from tests.helpers.page_checks import PAGES
from viz.drawing.theme import DARK, LIGHT

BACKGROUND = "getComputedStyle(document.querySelector('.gg-box')).backgroundColor"


def rgb(colour):
    return "rgb({}, {}, {})".format(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))


@pytest.mark.parametrize("system", ["light", "dark"])
def test_colours_follow_the_host_else_the_system(show, system):
    page = show(viz.step(neuron()), color_scheme=system)
    assert page.evaluate(BACKGROUND) == rgb((DARK if system == "dark" else LIGHT)["page"])
    hosts = {
        "document.body.dataset.jpThemeLight = '{false}'": "delete document.body.dataset.jpThemeLight",
        "document.body.className = 'vscode-{dark}'": "document.body.className = ''",
        "document.documentElement.setAttribute('theme', '{dark}')": "document.documentElement.removeAttribute('theme')",
        "document.body.dataset.theme = '{dark}'": "delete document.body.dataset.theme",
    }
    for on, off in hosts.items():
        for dark in (True, False):
            words = {"{false}": str(not dark).lower(), "{dark}": "dark" if dark else "light"}
            script = on
            for word, meant in words.items():
                script = script.replace(word, meant)
            page.evaluate(script)
            assert page.evaluate(BACKGROUND) == rgb((DARK if dark else LIGHT)["page"]), script
        page.evaluate(off)


def test_in_a_shadow_root_they_follow_the_host_too(screen, tmp_path):
    page = screen(color_scheme="light").open(tmp_path / "a.html", PAGES["shadow"]())
    colour = "getComputedStyle(host.shadowRoot.querySelector('.gg-box')).backgroundColor"
    for theme, palette in (("dark", DARK), ("light", LIGHT)):
        page.evaluate(f"document.body.dataset.theme = '{theme}'")
        assert page.evaluate(colour) == rgb(palette["page"])


def test_a_theme_asked_for_wins(show):
    assert show(viz.step(neuron(), theme="dark"), color_scheme="light").evaluate(BACKGROUND) == rgb(DARK["page"])


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 420])
@pytest.mark.parametrize("system", ["light", "dark"])
def test_axe_finds_no_violations(show, system, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason='needs the extra "browser"').Axe()
    for graph in GRAPHS.values():
        page = show(viz.step(graph()), color_scheme=system, width=width)
        page.emulate_media(reduced_motion="reduce")
        for label in ("last step", "step back", "first step", "step forward"):
            page.get_by_label(label, exact=True).click()
            assert_none(axe.run(page))
        page.get_by_role("spinbutton").first.press("Enter")
        assert_none(axe.run(page))


def assert_none(found):
    assert found.violations_count == 0, found.generate_report()


HOSTILE = [
    "</script><script>alert(1)</script>", "<b>bold</b>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "\"'`",
    "back\\slash\\n", "new\nline", "${alert(1)}", "]]>", "&lt;b&gt;", "🙂", "שלום עולם", "\u202eabc", "\x00", "\u2028",
    "__proto__", "' onload='alert(1)", "%3Cscript%3E", "\ue000 \ue001",
]  # fmt: skip


@pytest.mark.slow
def test_hostile_labels_are_inert(show):
    for i in range(0, len(HOSTILE), 3):
        a, b, c = (Value(1.0 + j, label=label) for j, label in enumerate((HOSTILE * 2)[i : i + 3]))
        d = a * b
        d.label = HOSTILE[i]
        page = show(viz.step(d + c))
        check_inert(page)


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
def test_a_foreign_trace_is_inert(show, text):
    plain = json.loads(trace(Value(1.0, label="x").tanh() * 2).to_json())
    plain["nodes"][1] |= {"op": text or "x", "label": text, "scope": text}
    plain["ops"][text] = plain["ops"]["tanh"] | {"symbol": text, "latex": text}
    plain["ops"][text]["trees"]["1"]["forward"] = ["constructor", "x0"]
    page = show(viz.step(Trace.from_json(json.dumps(plain))))
    check_inert(page)
    assert page.get_by_role("spinbutton").count() == 0
    assert "JavaScript has no constructor" in page.locator(".gg-box").inner_text()


def check_inert(page):
    assert page.locator(".gg-live .gg-box").count() == 1
    tags = set(page.evaluate("() => [...document.querySelectorAll('.gg-box *')].map((e) => e.tagName)"))
    svg = {"svg", "g", "path", "rect", "text", "title"}
    assert tags <= svg | {"DIV", "SPAN", "STRONG", "BUTTON", "INPUT"}
    assert page.evaluate("() => document.querySelectorAll('script').length") == 2
    names = page.evaluate("() => [...document.querySelectorAll('.gg-piece *')].flatMap((e) => e.getAttributeNames())")
    assert not [name for name in names if name.startswith("on") or name in ("href", "xlink:href")]
    for label in ("first step", "step forward", "last step"):
        page.get_by_label(label).click()


def test_in_the_frame_that_marimo_shows_the_whole_player_is_seen(screen, tmp_path):
    kind, frame = viz.step(neuron())._mime_()
    resize = "<script>__resizeIframe = (f) => (f.height = f.contentDocument.documentElement.scrollHeight)</script>"
    page = screen(width=740).open(tmp_path / "marimo.html", f"<!doctype html><meta charset=utf-8>{resize}{frame}")
    assert kind == "text/html"
    page.frame_locator("iframe").get_by_label("step back").click()
    assert page.frame_locator("iframe").locator(".gg-head .gg-q").first.text_content() == "step 19 of 20"
    foot = page.frame_locator("iframe").locator(".gg-foot").bounding_box()
    room = page.locator("iframe").bounding_box()
    assert foot["y"] + foot["height"] <= room["y"] + room["height"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Start JupyterLab, with its dark theme, on a trusted and an untrusted notebook."""
    pytest.importorskip("jupyterlab", reason='needs the extra "browser"')
    nbformat = pytest.importorskip("nbformat")
    folder = tmp_path_factory.mktemp("lab")
    environment = dict(os.environ) | {
        f"JUPYTER{kind}": str(folder / kind)
        for kind in ("_CONFIG_DIR", "_DATA_DIR", "_RUNTIME_DIR", "LAB_SETTINGS_DIR")
    }
    themes = folder / "LAB_SETTINGS_DIR" / "@jupyterlab" / "apputils-extension" / "themes.jupyterlab-settings"
    themes.parent.mkdir(parents=True)
    themes.write_text('{"theme": "JupyterLab Dark"}')
    title = nbformat.v4.new_markdown_cell("a notebook's signature is that of its content")
    cells = []
    for draw in (viz.step, viz.graph):
        bundle = draw(fork(), names=False)._repr_mimebundle_()
        output = nbformat.v4.new_output("execute_result", bundle, execution_count=1)
        cells.append(nbformat.v4.new_code_cell(f"viz.{draw.__name__}(L)", outputs=[output], execution_count=1))
    for name, contents in [("trusted", cells[:1]), ("untrusted", [title, *cells])]:
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=contents, metadata=kernel), folder / f"{name}.ipynb")
    run = [sys.executable, "-m"]
    options = ["--no-browser", "--allow-root", "--port=0", "--IdentityProvider.token=", "--ServerApp.password="]
    subprocess.run([*run, "jupyter", "trust", str(folder / "trusted.ipynb")], env=environment, check=True, cwd=folder)
    server = subprocess.Popen(
        [*run, "jupyterlab", *options],
        cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield address(folder / "_RUNTIME_DIR", server)
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:  # on a busy machine JupyterLab may wait for its kernels without end
            server.kill()
            server.wait()


def address(runtime, server):
    """Return the URL of the server, once it answers."""
    for _ in range(300):
        time.sleep(0.1)
        assert server.poll() is None
        for file in runtime.glob("jpserver-*.json"):
            url = json.loads(file.read_text())["url"]
            try:
                urllib.request.urlopen(f"{url}api/status").close()
            except OSError:
                continue
            return url
    raise AssertionError("JupyterLab did not start within 30 seconds")


def open_notebook(chromium, url, name):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{url}lab/tree/{name}.ipynb?reset")
    page.locator(".gg-piece").first.wait_for()
    page.locator("[data-jp-theme-light=false]").wait_for(state="attached")
    return page


@pytest.mark.slow
def test_a_trusted_notebook_shows_the_player(chromium, lab):
    page = open_notebook(chromium, lab, "trusted")
    page.locator(".gg-live .gg-box").wait_for()
    page.get_by_label("first step").click()
    page.keyboard.press("ArrowRight")
    page.locator(".gg-stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("a")  # it creates a cell in Jupyter's command mode
    assert page.locator(".gg-head .gg-q").first.text_content() == "step 2 of 18"
    assert page.locator(".jp-Notebook .jp-CodeCell").count() == 1
    assert page.evaluate(BACKGROUND) == rgb(DARK["page"])  # the theme of JupyterLab, on a light system
    page.context.close()


@pytest.mark.slow
def test_an_untrusted_notebook_shows_the_picture(chromium, lab):
    page = open_notebook(chromium, lab, "untrusted")
    images = page.locator(".gg-piece img").all()
    assert len(images) == 2  # of viz.step and viz.graph
    for image in images:
        assert image.get_attribute("alt").startswith("L = 0.291; ∂L/∂a = -0.549, ∂L/∂b = 4.58")
        assert image.evaluate("(image) => image.naturalWidth") > 600
        assert ground(image) == rgb(DARK["page"])
    assert page.locator(".gg-box").count() == 0
    page.context.close()


def ground(image):
    """Return the colour of the empty place under the corner of a picture."""
    from PIL import Image

    return "rgb({}, {}, {})".format(*Image.open(io.BytesIO(image.screenshot())).convert("RGB").getpixel((100, 5)))
