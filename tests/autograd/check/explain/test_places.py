"""Entries are described by what they have in common; few that may have it by chance are not."""

import pytest

pytest.importorskip("numpy", reason='needs NumPy: pip install -e ".[replay]"')

import numpy as np

from autograd.check.explain.places import describe_places, describe_shifts, describe_slices

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
    "at 0, 2 along axis 0 and 1, 2 along axis 1": np.outer([1, 0, 1, 0], [0, 1, 1, 0, 0]) > 0,
    "at all but 0, 2 along axis 0 and 0, 2, 4 along axis 1": np.outer([1, 0, 1, 0], [1, 0, 1, 0, 1]) == 0,
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


def test_entries_that_do_not_count_may_be_among_the_described():
    chosen, count = np.zeros((4, 5), bool), np.ones((4, 5), bool)
    count[2:] = False
    chosen[[0, 1], [0, 2]] = True
    arrays = {"y": np.array([0, 2, 1, 2])}
    assert describe_places(chosen, arrays, count) == "at the labels y"
    assert describe_places(chosen, arrays) == ""


def test_labels_of_steps_are_described():
    y = np.array([[0, 2, 1], [1, 1, 2]])
    assert describe_places(np.arange(4) == y[..., None], {"y": y}) == "at the labels y"


def test_a_row_of_numbers_is_described_by_one_block_only():
    assert describe_places(np.array([False, True, True, False]), {}) == "at 1, 2 along axis 0"
    assert describe_places(np.array([False, True, False, True]), {}) == ""


SHIFTS = {
    "at earlier places along {} than along {}": lambda shift: shift < 0,
    "at later places along {} than along {}": lambda shift: shift > 0,
    "at other places along {} than along {}": lambda shift: shift != 0,
    "at the same places along {} as along {}": lambda shift: shift == 0,
    "2 places or more earlier along {} than along {}": lambda shift: shift < -1,
    "": lambda shift: shift % 2 == 0,
}


@pytest.mark.parametrize("words", SHIFTS)
def test_shifts_between_the_places_of_the_result_and_the_argument_are_described(words):
    shift = np.arange(4) - np.arange(4)[:, None]
    assert describe_shifts(SHIFTS[words](shift), shift < 9) == words
