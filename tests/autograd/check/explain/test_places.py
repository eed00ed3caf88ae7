"""Entries are described by what they have in common; few that may have it by chance are not."""

import pytest

pytest.importorskip("numpy", reason='needs NumPy: pip install -e ".[replay]"')

import numpy as np

from autograd.check.explain.places import describe_places, describe_slices

X = np.linspace(-2, 2, 20)[np.arange(20) * 7 % 20].reshape(4, 5)
PLACES = {
    "at 1, 3 along axis 0": np.isin(np.arange(4), (1, 3))[:, None] & np.ones((4, 5), bool),
    "where x < 0": X < 0,
    "where x > 0": X > 0,
    "where x ≥ 0.737": X > 0.7,
    "where x ≤ 0.737": X < 0.8,
    "where x is from -0.526 to 0.737": (X > -0.6) & (X < 0.8),
    "at the labels y": np.arange(5) == np.array([0, 2, 1, 2])[:, None],
    "at all but the labels y": np.arange(5) != np.array([0, 2, 1, 2])[:, None],
    "where keep is True": X % 1 > 0.5,
    "where keep is False": X % 1 <= 0.5,
    "at the border": np.pad(np.zeros((2, 3), bool), 1, constant_values=True),
    "": np.isin(np.arange(20), (3, 8, 9, 17)).reshape(4, 5),
}


@pytest.mark.parametrize("words", PLACES)
def test_places_are_described(words):
    arrays = {"x": X, "y": np.array([0, 2, 1, 2]), "keep": X % 1 > 0.5}
    assert describe_places(PLACES[words], arrays) == words


def test_slices_are_ranges_or_lists_that_end():
    assert describe_slices(np.arange(20) > 14) == "15 to 19"
    assert describe_slices(np.arange(20) % 2 == 0) == "0, 2, 4, 6, 8, 10, …"
