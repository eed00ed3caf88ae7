"""CausalSelfAttention: rows depend on earlier rows only."""

import random

import nn
from autograd.graph.pytree import leaves


def test_rows_depend_on_earlier_rows_only():
    attention = nn.CausalSelfAttention(4, heads=2)
    rows = [[random.uniform(-1, 1) for _ in range(4)] for _ in range(4)]
    whole = attention(rows)
    changed = attention([*rows[:3], [9.0] * 4])
    assert [v.data for v in leaves(whole[:3])] == [v.data for v in leaves(changed[:3])]
    assert [v.data for v in whole[3]] != [v.data for v in changed[3]]
