"""In the browser's Python, freeing a deep graph takes no stack; here the same finaliser is watched at work."""

import gc
import sys

import pytest

import autograd
from autograd import Value
from autograd.engine import Node


@pytest.fixture
def browser(monkeypatch):
    from autograd import browser

    monkeypatch.setattr(Node, "__del__", browser.release, raising=False)
    return browser


def depth_of_calls():
    frame, depth = sys._getframe(), 0
    while frame:
        frame, depth = frame.f_back, depth + 1
    return depth


def test_only_the_browser_pays_for_a_finaliser():
    assert hasattr(Node, "__del__") == (sys.platform == "emscripten")


def test_a_chain_of_three_hundred_thousand_is_built_swept_and_dropped(browser):
    x = Value(0.5)
    y = x
    for _ in range(150_000):
        y = y * 0.999 + 0.001
    y.backward()
    del y
    assert x.grad > 0
    assert not browser.waiting
    assert not browser.running


def test_nodes_are_freed_one_by_one_and_none_is_left(browser, monkeypatch):
    gc.collect()
    gc.disable()
    try:
        depths, alive = set(), sum(isinstance(x, Value) for x in gc.get_objects())
        release = Node.__del__
        monkeypatch.setattr(Node, "__del__", lambda node: (depths.add(depth_of_calls()), release(node)))
        x = Value(2.0)
        y = x
        for _ in range(50):
            y = autograd.sum([y * x, y.tanh(), 1.0])
        y.backward()
        del x, y
        assert sum(isinstance(x, Value) for x in gc.get_objects()) == alive
        assert max(depths) - min(depths) <= 4  # the depth of the loop and of what it calls
    finally:
        gc.enable()


def test_what_is_still_referred_to_stays(browser):
    x = Value(2.0)
    inner = x * 3.0
    outer = inner + 1.0
    del outer
    assert inner.args == (x, 3.0)
    inner.backward()
    assert x.grad == 3.0


def test_a_value_that_is_refused_when_it_is_made_needs_no_freeing(browser):
    with pytest.raises(TypeError, match="data: expected a number"):
        Value("2")
