"""A gradient is the sum over paths of the products of locals."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, trace
from autograd.engine.traversal import nodes_in_order
from autograd.graph.paths import heaviest_paths
from autograd.oracles import sum_path_magnitudes
from autograd.strategies import expressions
from autograd.table.op import TABLE

SMOOTH = [
    TABLE[name] for name in ("add", "sub", "mul", "neg", "square", "tanh", "sigmoid", "sin", "dot", "relu", "where")
]


@given(expressions(6, st.floats(-2, 2), SMOOTH, inside=False))
def test_all_paths_together_are_the_gradient(expression):
    leaves = [Value(x, label=f"leaf{i}") for i, x in enumerate(expression.leaves)]
    root = expression(*leaves)
    recorded = trace(root)
    for n, row in enumerate(recorded.graph.rows):
        if row.op is None:
            found = heaviest_paths(recorded, n, max_paths=100_000)
            leaf = next(leaf for leaf in leaves if leaf.label == row.label)
            tolerance = 1e-12 * sum_path_magnitudes(nodes_in_order(root), [leaf])[0]
            assert abs(found.total - recorded.grads[n]) <= tolerance
            assert abs(math.fsum(path.product for path in found.listed) - recorded.grads[n]) <= tolerance
            assert len(found.listed) == found.count
            sizes = [abs(path.product) for path in found.listed]
            assert all(a >= b * (1 - 1e-9) for a, b in pairwise(sizes))  # the greatest first
            assert len({path.edges for path in found.listed}) == found.count


def chain(length, slope):
    x = Value(slope, label="x")
    y = x
    for _ in range(length):
        y = y * 0.5 + y * 0.25
    return trace(y)


def test_of_very_many_paths_the_greatest_are_listed_and_the_rest_summed_up():
    recorded = chain(60, 1.0)
    found = heaviest_paths(recorded, 0, max_paths=3)
    assert found.count == 2**60
    assert found.listed[0].product == 0.5**60
    assert [path.product for path in found.listed[1:]] == [0.5**61] * 2
    assert found.total == pytest.approx(0.75**60, rel=1e-12)
    assert found.rest == pytest.approx(0.75**60 - 2 * 0.5**60, rel=1e-12)


def test_paths_on_which_nothing_is_left_are_found_without_a_search():
    x = Value(-1.0, label="x")
    y = x
    for _ in range(40):
        y = y * 2 + y * 3
    found = heaviest_paths(trace((y * 0.0).relu() * 0.0), 0)
    assert (found.count, found.total, len(found.listed)) == (2**40, 0.0, 12)


def test_where_nothing_flows_there_is_no_path():
    x, c = Value(1.0, label="x"), Value(1.0, label="c")
    recorded = trace(TABLE["where"](c, x, 2.0))
    n = next(n for n, row in enumerate(recorded.graph.rows) if row.label == "c")
    assert (heaviest_paths(recorded, n).count, heaviest_paths(recorded, n).listed) == (0, ())
