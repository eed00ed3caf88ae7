"""The order of computation: after all arguments, with its like."""

from hypothesis import given

from autograd.replay.levels import assign_levels
from autograd.replay.normalise import normalise
from autograd.strategies import expressions
from autograd.table.op import TABLE
from tests.helpers.traced import traced


@given(expressions())
def test_a_level_is_above_those_of_the_arguments(expression):
    tape, rows = traced(lambda *xs: expression(*xs), 0, len(expression.leaves))
    nodes = normalise(tape, rows)
    level = assign_levels(nodes, nodes.group_keys())
    for i in nodes.computed():
        assert all(level[a] < level[i] for a in nodes.rows[i][1:])


def test_what_may_wait_waits_for_its_like():
    tape, rows = traced(lambda p, x: x.sin() + x.exp().exp().sin())
    nodes = normalise(tape, rows)
    level = assign_levels(nodes, nodes.group_keys())
    assert len({level[i] for i, row in enumerate(nodes.rows) if row[0] is TABLE["sin"]}) == 1
