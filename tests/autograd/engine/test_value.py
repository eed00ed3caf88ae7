"""The life of a Value: what each question about data, gradients and identity answers."""

import math
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Value


@pytest.mark.peer
def test_micrograds_example_gives_its_numbers():
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert [f"{x:.4f}" for x in (g.data, a.grad, b.grad)] == ["24.7041", "138.8338", "645.5773"]


@pytest.fixture
def graph():
    """z = 2·x·x at x = 3, by way of a node that is used twice."""
    x = Value(3.0)
    y = x * x
    return x, y, y + y


def test_before_any_backward_every_grad_is_0(graph):
    assert [v.grad for v in graph] == [0.0, 0.0, 0.0]


def test_backward_reaches_leaves_interior_and_root(graph):
    x, y, z = graph
    z.backward()
    assert (x.grad, y.grad, z.grad) == (12.0, 2.0, 1.0)


def test_a_second_backward_adds_to_leaves_and_repeats_the_interior(graph):
    x, y, z = graph
    z.backward()
    z.backward()
    assert (x.grad, y.grad, z.grad) == (24.0, 2.0, 1.0)


def test_zeroing_the_leaves_is_enough_to_start_again(graph):
    x, _, z = graph
    z.backward()
    x.grad = 0.0
    z.backward()
    assert x.grad == 12.0


def test_two_roots_may_share_a_node():
    x = Value(3.0)
    y = x * x
    first, second = 3 * y, y + 1
    first.backward()
    assert x.grad == 18.0
    second.backward()
    assert (x.grad, y.grad) == (24.0, 1.0)


def test_backward_from_the_middle_leaves_what_is_above_alone(graph):
    x, y, z = graph
    y.backward()
    assert (x.grad, y.grad, z.grad) == (6.0, 1.0, 0.0)


def test_the_seed_scales_the_gradient(graph):
    x, y, z = graph
    z.backward(0.5)
    assert (x.grad, y.grad, z.grad) == (6.0, 1.0, 0.5)
    z.backward(gradient=0)
    assert (x.grad, y.grad, z.grad) == (6.0, 0.0, 0.0)


def test_backward_on_a_leaf_adds_its_seed():
    x = Value(3.0)
    x.backward()
    x.backward(2)
    assert x.grad == 3.0


def test_backward_belongs_to_the_evaluation_that_was_recorded(graph):
    x, _, z = graph
    x.data = 100.0
    z.backward()
    assert x.grad == 12.0


def test_plus_equals_rebinds_and_never_changes_a_node():
    a = b = Value(1.0)
    a += 1
    assert a is not b
    assert (a.data, b.data) == (2.0, 1.0)
    a.backward()
    assert b.grad == 1.0


def test_between_values_equality_and_hash_are_identity():
    a, b = Value(1.0), Value(1.0)
    assert a != b
    assert a == a
    assert len({a, b, a}) == 2
    assert b not in [a]
    nan = Value(math.nan)
    assert nan != nan
    assert not nan == nan  # noqa: SIM201  # both operators


@given(
    st.floats(),
    st.floats()
    | st.integers(-3, 3)
    | st.fractions()
    | st.booleans()
    | st.decimals(allow_nan=False)
    | st.complex_numbers(),
)
def test_with_a_plain_number_equality_compares_data(a, b):
    assert (Value(a) == b) is (b == Value(a)) is (a == b)
    assert (Value(a) != b) is (b != Value(a)) is (a != b)


def test_what_is_no_number_equals_no_value():
    assert Value(1.0) != "1.0"
    assert Value(0.0) != None  # noqa: E711  # the operator
    assert [Value(2.0)].index(2.0) == 0
    assert [1.0, Value(2.0), "x"].count(2.0) == 1


@given(st.floats(), st.floats())
def test_comparisons_compare_data_with_values_and_numbers_and_give_bools(a, b):
    u, v = Value(a), Value(b)
    for answer, expected in [(u < v, a < b), (u <= v, a <= b), (u > v, a > b), (u >= v, a >= b)]:
        assert answer is expected
    for answer, expected in [(u < b, a < b), (a <= v, a <= b), (u > b, a > b), (a >= v, a >= b)]:
        assert answer is expected


def test_builtins_that_compare_or_add_work():
    a, b, c = Value(1.0), Value(3.0), Value(2.0)
    assert max(a, b, c) is b
    assert sorted([a, b, c]) == [a, c, b]
    assert sum([a, b, c]).data == 6.0
    assert abs(-a).data == 1.0


def test_truth_is_that_of_the_number():
    assert Value(0.5)
    assert Value(math.nan)
    assert not Value(-0.0)


def test_what_would_lose_the_gradient_says_what_to_write_instead():
    v = Value(1.0)
    for lossy in (float, math.exp, math.sqrt):
        with pytest.raises(TypeError, match=r"use v\.data .* v\.exp\(\)"):
            lossy(v)


def test_a_value_is_shown_by_its_numbers(graph):
    x, _, z = graph
    z.backward()
    assert repr(x) == str(x) == f"{x}" == "Value(data=3.0, grad=12.0)"
    assert f"{x:.3f}|{x:>6.1e}" == "3.000|3.0e+00"


def test_data_grad_and_a_label_are_all_it_takes():
    v = Value(2, label="w")
    assert (v.data, v.grad, v.label, v.op, v.args, v.locals) == (2.0, 0.0, "w", None, (), ())
    assert type(v.data) is float
    v.momentum = 0.9
    assert v.momentum == 0.9


def test_arguments_are_ordered_and_parallel_edges_kept():
    a, b = Value(2.0), Value(3.0)
    assert (a - b).args == (a, b)
    assert (a * a).args == (a, a)
    assert (a * a).locals == (2.0, 2.0)
    assert (1 - a).args == (1.0, a)
    assert (1 - a).locals == (None, -1.0)


def test_the_branch_not_chosen_gets_nothing():
    a, b = Value(4.0), Value(0.0)
    pole = b.log()
    y = ag.where(1.0, a.sqrt(), pole)
    assert y.locals == (None, 1.0, None)
    y.backward()
    assert (a.grad, b.grad, pole.grad) == (0.25, 0.0, 0.0)


class Interrupt:
    """A local derivative during whose product the user presses Ctrl-C."""

    def __mul__(self, upstream):
        raise KeyboardInterrupt


def test_an_interrupted_backward_does_no_harm_to_the_next(graph):
    x, y, z = graph
    recorded, y.local1 = y.local1, Interrupt()
    with pytest.raises(KeyboardInterrupt):
        z.backward()
    y.local1 = recorded
    x.grad = 0.0
    z.backward()
    assert (x.grad, y.grad, z.grad) == (12.0, 2.0, 1.0)


@pytest.fixture
def _impatient():
    """Let threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("_impatient")
def test_threads_may_sweep_graphs_that_share_leaves_and_interior():
    x = Value(1.0)
    shared = x
    for _ in range(50):
        shared = shared + shared * 0.0
    roots = [shared * 1.0 for _ in range(4)]

    def sweep(root):
        for _ in range(50):
            root.backward()

    threads = [threading.Thread(target=sweep, args=(root,)) for root in roots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert x.grad == 200.0
