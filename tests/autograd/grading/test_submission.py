"""The class of an engine is found in a file, and graded in the process that imports it."""

import sys
from pathlib import Path

import pytest

from autograd.grading.submission import draw, grade_file
from autograd.graph import Trace
from tests.helpers.faulty_engines import ENGINE, build

OTHERS = """
class Module:
    def parameters(self): return []

class Layer(Module):
    def __init__(self, n): self.w = [Num(0.1) for _ in range(n)]
    def __add__(self, other): return self

class Text(str):
    pass
"""


@pytest.fixture(autouse=True)
def modules_as_they_were(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    yield
    for name in sys.modules.keys() - before:
        del sys.modules[name]


def write(text, name="engine"):
    Path(f"{name}.py").write_text(text, encoding="utf-8")
    return f"{name}.py"


def head(text, name=""):
    return next(iter(grade_file(write(text), name, 0, False)))


def test_the_engine_is_found_among_other_classes():
    found = head(ENGINE + OTHERS)
    assert (found["class"], found["others"]) == ("Num", [])
    assert found["operations"][:2] == ["a + b", "a * b"]
    assert {"a.tanh()", "a long chain"} <= {*found["operations"]}


def test_a_second_engine_is_named_and_can_be_asked_for():
    text = ENGINE + ENGINE.replace("Num", "Small").replace("def tanh", "def _tanh")
    assert (head(text)["class"], head(text)["others"]) == ("Num", ["Small"])
    assert head(text, "Small")["class"] == "Small"


def test_a_base_class_that_takes_no_number_is_graded_by_a_class_below_it():
    text = "class Node:\n    def __init__(self): pass\n    def __add__(self, other): pass\n"
    text += ENGINE.replace("class Num:", "class Num(Node):")
    assert head(text, "Node")["class"] == "Num"


WRONG = {
    "x = 1": ("", "expected a class with + or *, such as Value"),
    "class Value: pass": ("Num", "no class Num; it has Value"),
    "class Value:\n    def __add__(self, other): pass": ("", "Value; "),
}


@pytest.mark.parametrize("text", WRONG)
def test_what_cannot_be_found_is_told(text):
    name, expected = WRONG[text]
    assert expected in head(text, name)["error"]


def test_each_fault_has_the_traces_of_a_graph():
    path = write(ENGINE.replace("self.grad += out.data * out.grad", "self.grad += self.data * out.grad"))
    (row,) = [row for row in grade_file(path, "", 0, True) if any(row.get("graphs", ()))]
    (graph,) = row["graphs"]
    right, theirs = Trace.from_json(graph["right"]), Trace.from_json(graph["theirs"])
    assert [row.label for row in right.graph.rows][:1] == ["a"]
    assert theirs.grads[0] == graph["grads"][0] == 0.7
    assert right.grads[0] == pytest.approx(right.data[-1])


def test_what_cannot_be_drawn_has_none():
    assert draw(3.0, {}) is None
    scope = build(program="a = Num(0.7); y = a * a")
    assert draw(scope["y"], {"a": scope["a"]})["grads"] == [1.4, 1.0]


def test_an_imported_engine_is_graded_if_the_file_has_none():
    write(ENGINE, "mine")
    assert head("from mine import Num\nx = Num(1.0)\n")["class"] == "Num"
