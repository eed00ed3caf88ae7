"""Instructions on arenas: the rows that they name, in any order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import value_and_grad
from autograd.replay import Program, compile  # noqa: A004  # the field's name for it
from autograd.replay.bind import Bound
from autograd.replay.instruction import Instruction, Ref


@given(st.lists(st.integers(0, 40), min_size=1, max_size=24), st.integers(1, 3), st.integers(1, 4))
def test_a_sum_reads_the_rows_it_names_whatever_their_order(rows, repeat, n):
    rows = np.repeat(rows, repeat)
    terms = (Ref("v", rows), Ref("v", rows[::-1].copy()))
    lines = [
        Instruction("sum", "v", 41, (len(rows),), terms, "", (1.0, -2.0)),
        Instruction("sum", "u", 1, (len(rows),), terms, "", (1.0, 3.0), over_batch=True),
        Instruction("sum", "u", 1 + len(rows), (len(rows),), terms[:1], "", (1.0,), over_batch=True),
    ]
    ends = {"u": 1 + 2 * len(rows), "v": 41 + len(rows)}
    where = [("v", 41 + k) for k in range(len(rows))] + [("u", 1 + k) for k in range(2 * len(rows))]
    program = Program((0.0,), 0, 40, ends, tuple(lines), tuple(where))
    program.check()
    x = np.random.default_rng(1).integers(-9, 9, (n, 40)).astype(float)
    v = np.vstack([np.zeros(n), x.T])
    found = Bound(program, n)([], [x])[0].T
    expected = v[rows] - 2 * v[rows[::-1]]
    assert np.array_equal(found[: len(rows)], expected)
    each = (v[rows] + 3 * v[rows[::-1]]).sum(1), v[rows].sum(1)
    assert np.array_equal(found[len(rows) :, 0], np.concatenate(each))


def test_products_on_their_own_have_the_sign_of_both_factors():
    f = compile(lambda x, y: [a * b for a in x for b in y])
    assert np.signbit(f(np.array([-0.0, -1.0, 2.0]), np.array([1.0, 0.0, 3.0]))).tolist() == [1, 1, 1, 1, 1, 1, 0, 0, 0]


@pytest.mark.parametrize("transform", [lambda f: f, value_and_grad])
@pytest.mark.parametrize("scale", [1.1, 1e300])  # the second overflows before tanh hides it
def test_rows_of_a_long_recurrence_share_few_places_and_change_nothing(transform, scale, monkeypatch):
    def f(a, b, x):
        h = x
        for t in range(30):
            h = (a * h * h + b).tanh() + (0.25 * h if t % 3 else h)
        return h

    x, answers = np.random.default_rng(0).normal(size=200), []
    for cache in (0, 2**40):
        monkeypatch.setattr("autograd.replay.bind.CACHE", cache)
        compiled = compile(transform(f), batch="x")
        answers.append(compiled(scale, 0.1, x))
        places = Bound(compiled.program, 200).homes
        assert (len(set(places.tolist())) < len(places)) == (cache == 0)
    assert str(answers[0]) == str(answers[1])
