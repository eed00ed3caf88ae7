"""The last frame shows all numbers, and highlights nothing."""

import pytest

import viz
from autograd import trace
from tests.helpers.browser import fork, mlp, neuron
from tests.helpers.svg_geometry import texts
from viz.drawing.frame import final_frame


@pytest.mark.parametrize("graph", [neuron, fork, mlp])
def test_the_last_frame_shows_what_the_picture_shows(graph):
    figure = viz.step(graph())
    shown = [text for text in texts(figure.svg()) if text not in ("[local]", " at the gate")]  # of its key
    assert set(shown) <= set(texts(figure.frames()[-1]))


def test_the_final_frame_has_every_number_and_highlights_nothing():
    made = trace(fork())
    frame = final_frame(made)
    assert (tuple(frame.values.values()), tuple(frame.grads.values())) == (made.data, made.grads)
    assert list(frame.known) == list(range(len(made.edges)))
    assert not any((frame.phase, frame.edges, frame.nodes, frame.marked_values, frame.marked_grads, frame.badge))
