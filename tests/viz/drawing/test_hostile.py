"""Show labels and traces of strangers, which do no harm anywhere."""

import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import viz
from autograd import Trace, Value, trace
from tests.helpers.foreign import HOSTILE


def width(figure):
    return float(ET.fromstring(figure.svg()).get("width"))


ISOLATES = {0x2068: None, 0x2069: None}  # they surround names that run from right to left


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_are_inert_in_svg(label):
    x = Value(1.0, label=label)
    root = ET.fromstring(viz.graph(x * 2).svg())
    tags = {e.tag.split("}")[1] for e in root.iter()}
    assert tags <= {"svg", "title", "style", "rect", "text", "tspan", "g", "path"}
    assert not any("script" in key or key.startswith("on") for e in root.iter() for key in e.attrib)


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_stay_on_their_line_of_the_table(label):
    lines = viz.table(Value(1.0, label=label) * 2).splitlines()
    assert len(lines) == 10
    assert all(line.isprintable() for line in "\n".join(lines).translate(ISOLATES).split("\n"))


def test_a_label_that_runs_from_right_to_left_turns_no_equation_around():
    figure = viz.step(Value(1.0, label="שלום") * Value(2.0, label="w"), names=False)
    for text in (figure.frames()[-1], figure.page(), viz.table(figure.trace)):
        assert text.count("\u2068שלום\u2069") == text.count("שלום") > 0
    assert "\u2068" not in viz.step(Value(1.0, label="神经") * 2).page()


def foreign(op, symbol):
    """Return a foreign trace, with any name and symbol for its operation."""
    plain = json.loads(trace(Value(1.0, label="x").tanh()).to_json())
    plain["nodes"][1]["op"] = op
    plain["ops"] = {op: plain["ops"]["tanh"] | {"symbol": symbol}}
    return Trace.from_json(json.dumps(plain))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_operations_of_a_foreign_trace_are_inert(text):
    drawn = foreign(text, text)
    root = ET.fromstring(viz.graph(drawn).svg())
    assert {e.tag.split("}")[1] for e in root.iter()} <= {"svg", "title", "style", "rect", "text", "tspan", "g", "path"}
    assert all(line.isprintable() for line in viz.table(drawn).splitlines())
    assert len(viz.table(drawn).splitlines()) == 10
    assert "\x1b" not in viz.to_graphviz(drawn).source
    assert "\x00" not in viz.to_graphviz(drawn).source


def test_a_huge_symbol_of_a_foreign_trace_is_shortened():
    assert width(viz.graph(foreign("tanh", "W" * 100_000))) < 1000
    assert max(map(len, viz.table(foreign("t" * 100_000, "+")).splitlines())) < 200


@given(st.text(st.characters()))
def test_any_label_gives_well_formed_svg(label):
    ET.fromstring(viz.graph(Value(1.0, label=label) + 1).svg())
