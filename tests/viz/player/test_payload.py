"""The data of a page is plain, and only that of a sound trace."""

import math

import pytest

import viz
from autograd import Value, trace
from tests.helpers.browser import neuron
from tests.helpers.foreign import changed


def test_a_trace_that_lacks_an_edge_is_refused():
    odd = changed(trace(neuron()), lambda plain: (plain["edges"].pop(), plain.update(steps=[])))
    with pytest.raises(ValueError, match="trace: expected one edge for each argument that is a node, in their order"):
        viz.step(odd).html()


def test_numbers_that_are_not_finite_survive_in_the_page():
    x = Value(math.inf, label="x")
    page = viz.step(x - x).page()
    assert '"data":["Infinity","NaN"]' in page
    assert "NaN," not in page.split("<script>")[0].replace('"NaN",', "")
