"""The checks of pages, in Debian's Firefox: it is driven by puppeteer-core, which npm installs."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import viz
from tests.helpers import page_checks
from tests.helpers.browser import neuron
from viz.drawing.theme import DARK, LIGHT

pytestmark = [pytest.mark.firefox, pytest.mark.slow]
DRIVER = Path(page_checks.__file__).with_name("firefox.cjs")
MEANS = "apt-get install firefox-esr; npm install puppeteer-core@24, with NODE_PATH at its node_modules"
PAINTED = {  # a page, and the colour of the middle of its first row
    "a dark host": ("data-jp-theme-light=false", viz.step, DARK),
    "a light host": ("data-jp-theme-light=true", viz.step, LIGHT),
    "a picture in a dark host": ("class=vscode-dark", viz.graph, DARK),
    "a picture in a light host": ("class=vscode-light", viz.graph, LIGHT),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Run all checks in one Firefox, and return what each found."""
    folder = tmp_path_factory.mktemp("firefox")
    firefox, node = shutil.which("firefox-esr") or shutil.which("firefox"), shutil.which("node")
    modules = Path(os.environ.get("NODE_PATH", "missing"), "puppeteer-core")
    if not (firefox and node and modules.exists()):
        assert "FIREFOX_REQUIRED" not in os.environ, MEANS
        pytest.skip(f"needs {MEANS}")
    pages = dict(page_checks.PAGES)
    rows = [*page_checks.CHECKS, ("it prints", "neuron", 1280, [], "settled()")]
    for name, (attribute, draw, _) in PAINTED.items():
        html = draw(neuron())._repr_mimebundle_()["text/html"]
        pages[name] = lambda html=html, attribute=attribute: (
            f"<!doctype html><meta charset=utf-8><body {attribute} style='margin:0'>{html}"
        )
        rows.append((name, name, 1280, [], "wait(300)"))
    checks = []
    for i, (name, source, width, keys, check) in enumerate(rows):
        path = folder / f"{i}.html"
        path.write_text(pages[source](), encoding="utf-8")
        run = page_checks.script(check)
        checks.append({"url": path.as_uri(), "width": width, "keys": keys, "script": run})
        checks[-1] |= {"shot": str(folder / f"{name}.png")} if name in PAINTED else {}
        checks[-1] |= {"pdf": str(folder / "print.pdf")} if name == "it prints" else {}
    (folder / "checks.json").write_text(json.dumps(checks), encoding="utf-8")
    run = [node, str(DRIVER), firefox, str(folder / "checks.json")]
    done = subprocess.run(run, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return dict(zip([row[0] for row in rows], found, strict=True)) | {"folder": folder}


def test_pages_pass_every_check_in_firefox(answers):
    assert {name: found for name, found in answers.items() if name != "folder" and found} == {}
    assert len(answers) > 20


@pytest.mark.parametrize("name", PAINTED)
def test_players_and_pictures_follow_the_theme_of_their_host(answers, name):
    image = pytest.importorskip("PIL.Image")
    colour = PAINTED[name][2]["page"]
    painted = image.open(answers["folder"] / f"{name}.png").convert("RGB").getpixel((400, 20))
    assert painted == tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def test_firefox_prints_one_page_without_controls(answers):
    pdfium = pytest.importorskip("pypdfium2", reason='needs the extra "dev"')
    document = pdfium.PdfDocument(answers["folder"] / "print.pdf")
    assert len(document) == 1
    assert "0.731" in document[0].get_textpage().get_text_range()
