"""The life of a Value: what each question about data, gradients and identity answers."""

import sys
import threading

import pytest

import autograd
from autograd import Value
from autograd.diagnose import birth
from autograd.table import TABLE


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


def test_a_value_is_shown_by_its_numbers(graph):
    x, _, z = graph
    z.backward()
    assert repr(x) == str(x) == f"{x}" == "Value(data=3.0, grad=12.0)"
    assert f"{x:.3f}|{x:>6.1e}" == "3.000|3.0e+00"


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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Value(1.0, local_grads=[2.0]), "local_grads: expected 0, one for each child, got 1"),
        (lambda: Value(1.0, (), (1.0,)), "local_grads: expected 0, one for each child, got 1"),
        (lambda: Value(1.0, 3), "children: expected a tuple of Values, got int 3"),
        (lambda: Value(1.0).backward(gradient=Value(3.0)), "gradient: expected a number, got Value"),
        (lambda: autograd.dot(1, [2]), "weights: expected a list of numbers, got int 1"),
        (lambda: autograd.dot([1], 2), "inputs: expected a list of numbers, got int 2"),
        (lambda: autograd.softmax([1.0], axis=0), r"softmax\(\) takes numbers and an index, no axis"),
        (lambda: Value(2.0).clamp(0, 1, 2), r"clamp\(\) takes 3 arguments, 4 given"),
        (lambda: birth(3), "root: expected a Value, got int 3"),
    ],
)
def test_more_bad_input_is_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_methods_take_the_names_of_their_arguments():
    assert Value(2.0).clamp(0, hi=1.5).data == 1.5
    assert Value(-1.0).leaky_relu(slope=0.5).data == -0.5


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: Value(1.0, requires_grad=x), "requires_grad"),
        (lambda x: Value(1.0).backward(create_graph=x), "create_graph"),
        (lambda x: autograd.grad(Value(1.0), Value(2.0), create_graph=x), "create_graph"),
        (lambda x: setattr(Value(1.0), "requires_grad", x), "requires_grad"),
        (lambda x: autograd.set_grad_enabled(x), "mode"),
    ],
)
@pytest.mark.parametrize("x", ["no", 1, None, 0.0])
def test_a_switch_is_true_or_false(call, name, x):
    with pytest.raises(TypeError, match=f"^{name}: expected True or False, got {type(x).__name__}"):
        call(x)


def test_a_hook_where_no_gradient_flows_is_refused():
    for v in (Value(1.0, requires_grad=False), Value(1.0).detach()):
        with pytest.raises(RuntimeError, match=r"^register_hook: no gradient flows to this Value"):
            v.register_hook(print)


@pytest.mark.parametrize("op", [op for op in TABLE.values() if not op.calling.each], ids=lambda op: op.name)
def test_a_class_is_no_number_and_a_huge_int_is_named(op):
    n = op.arity or 2
    for i in range(n):
        args = [Value(0.5)] * n
        with pytest.raises(TypeError, match=r"expected a number.*, got type <class"):
            op.apply((*args[:i], Value, *args[i + 1 :]))
        if n > 1:
            with pytest.raises(OverflowError, match=rf"^argument {i + 1} of {op.name}\(\): .* in the range of floats"):
                op.apply((*args[:i], 10**400, *args[i + 1 :]))
    for compute in (lambda: Value(1.0) + 10**400, lambda: 10**400 * Value(1.0), lambda: Value(1.0) ** 10**400):
        with pytest.raises(
            OverflowError, match=r"^argument [12] of (add|mul|pow)\(\): expected a number or a Value in"
        ):
            compute()
