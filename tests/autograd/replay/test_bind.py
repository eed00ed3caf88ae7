"""Instructions on arenas: the rows that they name, in any order."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
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


@given(
    st.lists(st.integers(0, 40), min_size=6, max_size=6) | st.just([1, 2, 3, 11, 12, 13]), st.sampled_from([3, 1500])
)
def test_products_and_maps_read_rows_at_any_distances(rows, n):
    """As views where they are even, without copies for many samples."""
    a, b = np.array(rows).reshape(1, 2, 3), np.array(rows[::-1]).reshape(1, 3, 2)
    lines = (
        Instruction("map", "v", 41, (6,), (Ref("v", np.array(rows)),), "abs"),
        Instruction("matrix", "u", 1, (1, 2, 2), (Ref("v", a), Ref("v", b)), over_batch=True),
    )
    where = [("u", 1 + k) for k in range(4)] + [("v", 41 + k) for k in range(6)]
    program = Program((0.0,), 0, 40, {"u": 5, "v": 47}, lines, tuple(where))
    program.check()
    x = np.random.default_rng(1).integers(-9, 9, (n, 40)).astype(float)
    v = np.vstack([np.zeros(n), x.T])
    found = Bound(program, n)([], [x])[0].T
    assert found[:4, 0].tolist() == np.einsum("rkn,kcn->rc", v[a[0]], v[b[0]]).ravel().tolist()
    assert np.array_equal(found[4:], abs(v[rows]))


@pytest.mark.parametrize("n", [1, 3, 200, 3000])
def test_an_infinity_that_tanh_hides_is_found_for_any_number_of_samples(n):
    def f(w, x):
        return sum(ag.tanh(a * b * 2.0) for a, b in zip(w, (x, -x, 1 / (x + 2)), strict=True))

    compiled, x = compile(f, batch="x", reduce=None), np.full(n, 0.5)
    with mock.patch.object(compiled, "_eagerly", wraps=compiled._eagerly) as eagerly:
        assert np.allclose(compiled(np.array([0.1, 1.0, 0.3]), x), f([0.1, 1.0, 0.3], 0.5), rtol=1e-15)
        assert eagerly.call_count == 0
        x[-1] = 1e300
        assert compiled(np.array([0.1, 1e10, 0.3]), x)[-1] == f([0.1, 1e10, 0.3], 1e300)
        assert eagerly.call_count == 1


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
