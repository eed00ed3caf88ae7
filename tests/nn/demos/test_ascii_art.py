"""Text pictures: the shades of pixels and the places of points."""

from nn.demos.ascii_art import decision_regions, image


def test_pictures():
    assert image([0.0, 0.25, 0.5, 1.0, 0.75, 0.0], width=3) == ["  ::==", "@@##  "]
    points, labels = [[0.0, 0.0], [3.0, 0.0], [0.0, 2.0]], [0, 1, 1]
    assert decision_regions(lambda p: p[1] - p[0], points, labels, width=4, height=3) == ["x.  ", ".   ", "o  x"]
