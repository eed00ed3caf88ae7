"""How hard Hypothesis tries: ``HYPOTHESIS_PROFILE=long pytest`` draws new and many more examples each time."""

import asyncio
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import settings

from tests.helpers.browser import Screen, launch

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("long", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


if sys.platform == "emscripten":  # tools/pyodide_tests.mjs

    def _skip(*args, **kwargs):
        for coroutine in filter(asyncio.iscoroutine, args):
            coroutine.close()
        pytest.skip("the browser's Python has no threads, no processes and one event loop")

    threading.Thread.start = ThreadPoolExecutor.__init__ = subprocess.Popen.__init__ = asyncio.run = _skip
    threading.Thread.join = lambda self, timeout=None: None  # of one that was skipped


@pytest.hookimpl(tryfirst=True)  # before pytest selects by marks
def pytest_collection_modifyitems(items):
    """Mark every test that uses the fixture chromium, directly or through another, as ``browser``."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium():
    sync_api = pytest.importorskip("playwright.sync_api", reason='needs playwright: pip install -e ".[browser]"')
    with sync_api.sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def screen(chromium):
    """Make tabs, in which nothing may go wrong nor ask the network."""
    screens = []

    def make(**options):
        screens.append(Screen(chromium, **options))
        return screens[-1]

    yield make
    for made in screens:
        made.close()


@pytest.fixture
def show(screen, tmp_path):
    """Open a page with the player of a figure."""

    def show(figure, **options):
        return screen(**options).open(tmp_path / "player.html", figure.page())

    return show
