"""Keyframes group the steps of a trace, and show what is known after each."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import viz
from autograd import trace
from tests.helpers.browser import cut, repr_js
from tests.helpers.svg_geometry import roots
from viz.drawing import plan_drawing
from viz.player.keyframes import Keyframes, group_steps
from viz.text import PRECISION, digits


def lines(keyframe):
    return ["".join(text for text, _ in line) for line in keyframe.caption]


@given(roots())
@settings(max_examples=30)
def test_after_each_moment_as_much_is_known_as_the_trace_says(root):
    found = trace(root)
    for granularity in ("edge", "node", "pass"):
        groups = group_steps(found, granularity)
        assert sorted(n for group in groups for n in group) == list(range(len(found.steps)))
        for k, keyframe in enumerate(Keyframes(found, granularity)):
            done = sorted(n for group in groups[:k] for n in group)
            if done == list(range(len(done))):
                values, grads = found.state(len(done))
                assert same(keyframe.frame.values, values)
                assert same(keyframe.frame.grads, grads)
            else:  # all leaves are one keyframe, the first
                assert granularity == "node"
                assert len(keyframe.frame.values) == len(done)
    assert len(Keyframes(found, "edge")) == len(found.steps) + 1
    assert len(Keyframes(found, "pass")) == 3


def same(a, b):
    return a.keys() == b.keys() and all(a[n] == b[n] or a[n] != a[n] for n in a)


@pytest.mark.parametrize("granularity", ["edge", "node", "pass"])
@pytest.mark.parametrize("most", [5, 20, 60])
def test_of_a_graph_that_is_cut_the_last_moment_shows_the_whole_gradients(granularity, most):
    drawing = plan_drawing(trace(cut()), most, badges=True)
    keyframes = list(Keyframes(drawing.trace, granularity, (drawing.shown_nodes, drawing.shown_edges)))
    assert {n: keyframes[-1].frame.grads[n] for n in drawing.shown_nodes} == {
        n: drawing.trace.grads[n] for n in drawing.shown_nodes
    }
    for keyframe in keyframes:
        assert set(keyframe.frame.edges) <= set(drawing.shown_edges) or keyframe.phase == "Forward"
        assert keyframe.frame.badge is None or any(
            drawing.trace.edges[n].dst == keyframe.frame.badge[0] for n in drawing.shown_edges
        )
    if granularity != "pass":
        assert sum("not drawn" in line for keyframe in keyframes for line in lines(keyframe)) == 1


def test_numbers_are_written_alike_to_any_number_of_digits(screen):
    found = [
        0.0,
        2.125,
        2.375,
        1000.5,
        1001.5,
        999.5,
        999999.5,
        1e6,
        0.0001,
        0.00009999,
        9.995,
        0.125,
        1e21,
        123456.5,
        0.5,
        2.5,
    ]

    @given(st.one_of(st.floats(), st.integers(-(10**6), 10**6).map(lambda i: i / 1024)))
    @settings(max_examples=500)
    def draw(x):
        found.append(x)

    draw()
    text = (Path(viz.__file__).parent / "assets" / "keyframes.js").read_text(encoding="utf-8")
    text = text[: text.index("/** Return a template with a text")]
    answers = screen().page.evaluate(
        f"""(xs) => {{
          const data = {{}};
          {text}
          return Array.from({{ length: 17 }}, (_, k) => (data.digits = k + 1, JSON.parse(xs).map(Number).map(digits)));
        }}""",
        json.dumps(list(map(repr_js, found))),
    )
    for n, written in enumerate(answers, 1):
        token = PRECISION.set(n)
        expected = [digits(x, "−") for x in found]
        PRECISION.reset(token)
        assert written == expected, n
