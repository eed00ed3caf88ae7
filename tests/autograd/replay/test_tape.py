"""Rows of a tape: each once, folded where IEEE allows it, and Values from outside from their leaves."""

import pytest

from autograd import Value
from autograd.replay import compile  # noqa: A004  # the field's name for it
from autograd.replay.tape import ADD, BATCHED, MUL
from autograd.table.op import TABLE
from tests.helpers.traced import traced


def test_what_is_done_twice_is_recorded_once():
    tape, rows = traced(lambda p, x: [p * x + 1, x * p + 1, (x * p) + 1.0])
    assert len(set(rows)) == 1
    assert sum(row[0] in (MUL, ADD) for row in tape.rows) == 2


@pytest.mark.parametrize(
    ("f", "simpler"),
    [
        (lambda p, x: x - 0, True),
        (lambda p, x: 1 * x, True),
        (lambda p, x: x / 1, True),
        (lambda p, x: x**1, True),
        (lambda p, x: x + 0, False),  # x may be −0
        (lambda p, x: x * 0 + x, False),  # x may be infinite
        (lambda p, x: x - x + x, False),
    ],
)
def test_only_what_ieee_allows_is_folded(f, simpler):
    tape, [row] = traced(f)
    assert (tape.rows[row][0] is BATCHED) == simpler


def test_literals_are_folded_and_explicit_leaves_are_not():
    leaf = Value(2.0)
    tape, _ = traced(lambda p, x: x * (Value(1.0) + leaf) * 3)
    assert len(tape.captured) == 2
    assert compile(lambda: TABLE["exp"](0.0) * 2 + Value(0.0))() == 2.0


def test_a_value_computed_outside_is_computed_again_from_its_leaves():
    w = Value(3.0)
    square = w * w
    compiled = compile(lambda x: square + x)
    assert compiled(1.0) == 10.0
    w.data = 4.0
    assert compiled(1.0) == 17.0


def test_an_opaque_node_cannot_be_replayed():
    made = Value(3.0, (Value(1.0),), local_grads=(2.0,))
    with pytest.raises(TypeError, match="opaque node"):
        compile(lambda x: x + made)(1.0)
