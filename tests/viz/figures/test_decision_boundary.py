"""Record the boundary of a model at several moments of its training."""

import math
import xml.etree.ElementTree as ET

import pytest

import nn
import viz

SVG = "{http://www.w3.org/2000/svg}"


def square():
    return [[-1.0, -1.0], [1.0, 1.0]], [0, 1]


def sides(boundary):
    """Count the filled cells of each class on the left and on the right of the middle."""
    found = {}
    for path in ET.fromstring(boundary.svg()).iter(f"{SVG}path"):
        for run in path.get("d").removeprefix("M").split("M"):
            x, width = int(run.split()[0]), int(run.split("h")[1].split("v")[0])
            for i in range(x, x + width):
                key = path.get("class"), "left" if i < 21 else "right"
                found[key] = found.get(key, 0) + 1
    return found


def test_the_plane_is_painted_by_the_side_of_the_score():
    boundary = viz.Boundary(*square())
    boundary.add(lambda point: point[0], "by x")
    assert sides(boundary) == {("value", "left"): 42 * 21, ("grad", "right"): 42 * 21}
    assert boundary.text() == "by x · 2 of 2 right"


def test_a_callback_adds_every_so_many_epochs_and_the_page_scrubs_through_them():
    X, y = nn.data.gauss(10, seed=1)
    boundary = viz.Boundary(X, y, every=2)
    line = nn.Neuron(2, nonlin=False)
    nn.fit(line, (X, y), loss=nn.bce_with_logits, optimizer=lambda p: nn.SGD(p, lr=0.1), epochs=5, callbacks=[boundary])
    assert [label.split(" · ")[0] for label, _ in boundary.moments] == ["epoch 2", "epoch 4"]
    assert '"labels":["epoch 2' in boundary.html()
    assert boundary.page() == boundary.page()
    assert len(list(ET.fromstring(boundary.svg()).iter(f"{SVG}circle"))) == 2 * len(X)


def test_a_model_that_has_diverged_paints_nothing():
    boundary = viz.Boundary(*square())
    boundary.add(lambda point: math.nan, "<lost>")
    assert {path.get("opacity") for path in ET.fromstring(boundary.svg()).iter(f"{SVG}path")} == {"0.00"}
    assert boundary.text() == "<lost> · 1 of 2 right"


def test_what_cannot_be_is_refused():
    for X, y, name in ([], [], "X"), ([[1.0]], [0], "X"), ([[1.0, 2.0]], [0, 1], "y"):
        with pytest.raises(ValueError, match=f"^{name}: expected"):
            viz.Boundary(X, y)
    with pytest.raises(ValueError, match=r"^y\[1\]: expected the class 1"):
        viz.Boundary([[0.0, 0.0], [1.0, 1.0]], [0, 2])
    with pytest.raises(TypeError, match=r"^model: expected one that gives one score, got 2"):
        viz.Boundary(*square()).add(lambda point: [0.0, 1.0], "two")
    with pytest.raises(ValueError, match=r"^every: expected"):
        viz.Boundary(*square(), every=0)
    with pytest.raises(ValueError, match=r"^theme: expected"):
        viz.Boundary(*square(), theme="blue")
    with pytest.raises(RuntimeError, match="no model was added yet"):
        viz.Boundary(*square()).svg()
