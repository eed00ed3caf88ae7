"""Embedding: rows by their symbols, and gradients to the rows that were used."""

import pytest

import autograd
import nn


def test_a_list_of_symbols_gives_their_rows_at_any_depth():
    table = nn.Embedding(3, 2)
    assert table([0, [2, 0]]) == [table.rows[0], [table.rows[2], table.rows[0]]]


def test_only_rows_that_were_used_get_a_gradient():
    table = nn.Embedding(3, 2)
    autograd.sum([v for row in table([2, 0, 2]) for v in row]).backward()
    assert [[v.grad for v in row] for row in table.rows] == [[1.0, 1.0], [0.0, 0.0], [2.0, 2.0]]


@pytest.mark.parametrize(("n", "width", "name"), [(0, 1, "n"), (1, 0, "width")])
def test_a_table_has_rows_and_columns(n, width, name):
    with pytest.raises(ValueError, match=f"^{name}: expected a whole number of at least 1, got 0$"):
        nn.Embedding(n, width)
