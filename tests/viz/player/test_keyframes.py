"""Keyframes group the steps of a trace, and show what is known after each."""

import pytest
from hypothesis import given, settings

from autograd import trace
from tests.helpers.browser import cut
from tests.helpers.svg_geometry import roots
from viz.drawing import plan_drawing
from viz.player.keyframes import Keyframes, group_steps


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
