"""What is recorded, and when: no_grad, detach, requires_grad, forward, staleness, anomalies; copies and pickles."""

import copy
import math
import pickle
import sys
import threading
import warnings
from fractions import Fraction

import pytest

import autograd
from autograd import Value, detect_anomaly, grad, no_grad, trace
from autograd.diagnose import birth, lint


def test_nothing_flows_to_what_is_detached():
    x = Value(3.0)
    y = x * x.detach()
    y.backward()
    assert x.grad == 3.0
    frozen = y.args[1]
    assert (frozen.data, frozen.grad, frozen.requires_grad) == (3.0, 0.0, False)


def test_requires_grad_is_a_leafs_to_set():
    x, w = Value(3.0), Value(2.0)
    x.requires_grad = False
    y = w * x
    y.backward()
    assert (w.grad, x.grad, (x * x).requires_grad) == (3.0, 0.0, False)
    x.requires_grad = True
    (w * x).backward()
    assert x.grad == 2.0
    with pytest.raises(RuntimeError, match="only a leaf's can be set"):
        y.requires_grad = False


def test_changed_data_is_seen_and_brought_up_to_date():
    x = Value(2.0, label="x")
    y = autograd.dot([x, x], [x, 3.0], 1.0) / (x + 1)
    assert not y.is_stale()
    x.data = 5.0
    assert y.is_stale()
    with pytest.warns(RuntimeWarning, match="data was changed after it was computed"):
        trace(y)
    assert y.forward() is y
    fresh = Value(5.0)
    expected = autograd.dot([fresh, fresh], [fresh, 3.0], 1.0) / (fresh + 1)
    y.backward()
    expected.backward()
    assert (y.data, x.grad, y.is_stale()) == (expected.data, fresh.grad, False)


def test_backward_takes_the_evaluation_that_was_recorded():
    x = Value(2.0)
    y = x * x
    x.data = 5.0
    y.backward()
    assert x.grad == 4.0


def test_an_anomaly_is_raised_where_it_arises():
    x = Value(0.0, label="x")
    with detect_anomaly():
        assert (x + 1).data == 1.0
        with pytest.raises(
            FloatingPointError, match=r"^log\(x = 0.0\) gave -inf, .*, at test_life_cycle.py:\d+: x.log\(\)$"
        ):
            x.log()
        with pytest.raises(FloatingPointError, match=r"^sqrt\(x = 0.0\) gave 0.0, local derivatives \(inf,\)"):
            x.sqrt()
    assert x.log().data == -math.inf


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda x: (x - 2).log() * 2, "forward: log(-1.0) gave nan"),
        (lambda x: (x * 0).sqrt(), "backward: sqrt(0.0) passes local inf × upstream 1.0 = inf to 0.0"),
        (lambda x: x + math.inf, "forward: add(x = 1.0, inf) gave inf"),
    ],
)
def test_the_birth_of_the_first_nan_is_told(compute, message):
    y = compute(Value(1.0, label="x"))
    assert birth(y) == message
    with pytest.warns(RuntimeWarning, match="backward met a nan or an infinity; "):
        y.backward()


def test_a_finite_backward_is_silent():
    x = Value(1.0)
    y = x.exp() * 3
    y.backward()
    assert birth(y) is None


def chain(length):
    x = Value(1.0, label="x")
    y = x
    for _ in range(length):
        y = y * 1.0001 + x
    return x, y


def by_pickle(y):
    return pickle.loads(pickle.dumps(y))


@pytest.mark.parametrize("through", [copy.deepcopy, by_pickle])
def test_a_graph_is_copied_at_any_depth(through):
    _, y = chain(3 * sys.getrecursionlimit())
    y.backward()
    twin = through(y)
    assert trace(twin) == trace(y)
    assert twin.grad == y.grad
    leaf = next(a for a in twin._prev if a.label == "x")
    before = leaf.grad
    twin.backward()
    assert leaf.grad == pytest.approx(2 * before, rel=1e-12)


def test_what_is_pickled_together_shares_its_leaves():
    x = Value(2.0)
    y, z = pickle.loads(pickle.dumps([x * 3, x + 1]))
    assert y.args[0] is z.args[0]
    y, z = copy.deepcopy([x * 3, x + 1])
    assert y.args[0] is z.args[0] is not x


def test_a_shallow_copy_shares_its_arguments():
    x = Value(2.0, label="x")
    y = x * 3
    twin = copy.copy(y)
    assert twin is not y
    assert twin.args[0] is x
    assert copy.copy(x).label == "x"


def test_attributes_and_nodes_made_by_hand_are_copied():
    x = Value(2.0)
    x.m = [1.0]
    y = Value(4.0, (x,), (3.0,))
    for twin in (copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        (leaf,) = twin._prev
        assert leaf.m == [1.0]
        assert leaf.m is not x.m
        twin.backward()
        assert leaf.grad == 3.0


def test_tracing_in_other_threads_does_not_disturb_backward():
    x = Value(1.0)
    y = x
    for _ in range(200):
        y = y * 0.99 + x
    y.backward()
    expected, x.grad = x.grad, 0.0
    stop = threading.Event()

    def look():
        while not stop.is_set():
            trace(y)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=look) for _ in range(2)]
    try:
        for thread in threads:
            thread.start()
        found = set()
        for _ in range(100):
            x.grad = 0.0
            y.backward()
            found.add(x.grad)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(before)
    assert found == {expected}


def test_a_local_derivative_that_changed_is_stale_too():
    x, w = Value(3.0), Value(0.0)
    y = x * w
    x.data = 5.0
    assert y.is_stale()
    low, high, mid = Value(0.0), Value(1.0), Value(0.5)
    z = autograd.clamp(mid, low, high)
    low.data = 2.0
    assert z.is_stale()


def test_what_is_made_by_hand_stands_and_the_rest_is_compared():
    x = Value(2.0)
    y = (x * 3).tanh()
    z = y * Value(4.0, (x,), (2.0,))
    assert not z.is_stale()
    x.data = 1.0
    assert z.is_stale()
    with pytest.raises(TypeError, match="an opaque node has no rule"):
        z.forward()
    assert y.data == math.tanh(6.0)


def test_a_closure_on_a_computed_node_is_not_passed_over():
    x = Value(3.0)
    y = x * x
    y._backward = lambda: setattr(x, "grad", x.grad + 100 * y.grad)
    assert autograd.grad(y, x)[0].data == 100.0
    with pytest.raises(TypeError, match="create_graph: mul is opaque"):
        autograd.grad(y, x, create_graph=True)
    with pytest.raises(TypeError, match="an opaque node has no rule"):
        y.forward()
    for refused in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="has a _backward closure, which would still refer to the graph"):
            refused(y)


def test_nodes_made_by_hand_mind_no_grad_and_requires_grad():
    x = Value(3.0)
    with no_grad():
        assert Value(4.0, (x,), (4.0,)).args == ()
    c = Value(1.0)
    c.requires_grad = False
    assert Value(4.0, (c,), (4.0,)).requires_grad is False
    y = Value(4.0, (x, c), (4.0, 5.0))
    y.backward()
    assert (x.grad, c.grad) == (4.0, 0.0)
    bad = Value(1.0, (x,), "f")
    bad._backward = lambda: setattr(x, "grad", math.nan)
    with pytest.warns(RuntimeWarning, match="backward met a nan"):
        bad.backward()


class Parameter(Value):
    """An ordinary subclass, without slots."""


def test_a_subclass_may_be_frozen_and_thawed():
    p = Parameter(2.0)
    p.requires_grad = False
    assert isinstance(p, Parameter)
    assert not (p * 3).requires_grad
    p.requires_grad = True
    assert type(p) is Parameter
    (p * 3).backward()
    assert p.grad == 3.0


class Loud(Value):
    """A subclass with an operator of its own."""

    __slots__ = ()

    def __add__(self, other):
        return ("loud", super().__add__(other))


def test_a_subclass_keeps_its_class_and_operators_without_gradient():
    leaf = Loud(2.0, label="p")
    leaf.requires_grad = False
    for frozen in (leaf, copy.copy(leaf), copy.deepcopy(leaf), pickle.loads(pickle.dumps(leaf)), Loud(2.0).detach()):
        assert type(frozen) is Loud
        assert frozen.requires_grad is False
        loud, total = frozen + 1.0
        assert (loud, total.data, total.requires_grad, type(total)) == ("loud", 3.0, False, Loud)
    graph = pickle.loads(pickle.dumps(leaf * Value(3.0)))
    graph.backward()
    assert [(a.requires_grad, a.grad) for a in graph.args] == [(False, 0.0), (True, 2.0)]
    with no_grad():
        assert type(Loud(2.0) * 3.0) is Loud


@pytest.mark.parametrize("through", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_graphs_of_gradients_and_attributes_that_lead_back_are_copied(through):
    x = Value(3.0, label="x")
    y = x**3
    x.parent = y
    y.backward(create_graph=True)
    twin = through(y)
    (leaf,) = twin._prev
    assert leaf is not x
    assert leaf.parent is twin
    assert leaf.grad.data == 27.0
    assert autograd.grad(leaf.grad, leaf)[0].data == 18.0


def test_data_of_any_real_kind_is_swept():
    for data in (3, Fraction(3), True):
        x = Value(2.0)
        x.data = data
        (x * x + x * 2).backward()
        assert x.grad == 2 * data + 2


def test_a_large_sum_of_finite_gradients_is_no_alarm():
    x, z = Value(1e-9), Value(1e-9)
    with detect_anomaly():
        y = x * 1e308 + z * 1e308
        y.backward()
    assert (x.grad, z.grad) == (1e308, 1e308)


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


def test_a_hook_sees_the_whole_gradient_of_each_pass_and_may_replace_it():
    x = Value(3.0)
    y = x * 2.0
    seen: list[float] = []
    y.register_hook(seen.append)
    handle = y.register_hook(lambda g: g / 2)
    (y * 5.0 + y).backward()
    assert (seen, x.grad, y.grad) == ([6.0], 6.0, 3.0)
    (y * y).backward()  # the leaf accumulates, the hook is called anew
    assert (seen, x.grad) == ([6.0, 12.0], 18.0)
    assert grad(y * 4.0, x)[0].data == 4.0
    handle.remove()
    handle.remove()
    assert grad(y * 4.0, x)[0].data == 8.0


def test_a_hook_that_fails_loses_no_gradient_and_one_of_two_equal_hooks_is_removed():
    x = Value(1.0)
    (x * 5.0).backward()
    x.register_hook(lambda g: g)
    y = x * 2.0
    y.register_hook(lambda g: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        (y * 1.0).backward()
    assert x.grad == 5.0
    z, double = Value(1.0), lambda g: 2 * g
    handle = z.register_hook(double)
    z.register_hook(double)
    handle.remove()
    z.backward()
    assert z.grad == 2.0


def test_a_compiled_function_refuses_hooks_which_it_would_drop():
    pytest.importorskip("numpy", reason="compile needs it")
    with pytest.raises(TypeError, match="not traced"):
        autograd.compile(lambda x: (x * x).register_hook(abs))(1.0)


def test_the_hook_of_a_leaf_gets_the_gradient_of_this_pass_alone():
    x, y = Value(3.0), Value(1.0)
    seen: list[float] = []
    x.register_hook(seen.append)
    x.register_hook(lambda g: -g)
    for _ in range(2):
        (x * x * y).backward()
    assert (seen, x.grad, y.grad) == ([6.0, 6.0], -12.0, 18.0)
    assert grad(x * y, x)[0].data == -1.0
    (y * 2.0).backward()  # x is not under it
    assert seen[2:] == [1.0]


def test_a_hook_works_on_gradients_that_are_graphs():
    x = Value(2.0)
    y = x * x
    y.register_hook(lambda g: g * 3)
    (y * x).backward(create_graph=True)
    assert x.grad.data == 3 * 2 * 2 * 2 + 4  # through y tripled, and directly
    x.register_hook(lambda g: "text")
    with pytest.raises(TypeError, match="hook returns: expected a number, got str"):
        (x * 2.0).backward()
    with pytest.raises(TypeError, match="hook: expected a function"):
        x.register_hook(1.0)


def test_a_slip_is_refused_where_it_is_made():
    p = Value(1.0)
    for wrong in (Value(2.0), 1 + 2j, "2.0", None, [1.0]):
        with pytest.raises(TypeError, match="data: expected a number"):
            p.data = wrong
    with pytest.raises(OverflowError):
        p.data = 10**400
    with pytest.raises(TypeError, match="grad: expected a number"):
        p.grad = "0"
    with pytest.raises(TypeError, match="write label='x'"):
        Value(2.0, "x")
    assert p.data == 1.0
    p.grad = None
    (p * 3).backward()
    assert p.grad == 3.0
    assert not Value(1.0, requires_grad=False).requires_grad


WHERE_A_ZERO_IS_LOST = [
    (lambda x: 1 / (1 + x.exp()).log(), 1000.0, "exp"),
    (lambda x: 1 / (1 + (-x).exp()), -800.0, "exp"),
    (lambda x: 0.0 * x.sqrt(), 0.0, "sqrt"),
    (lambda x: (x * 1e200 * 1e200 * x).tanh(), 2.0, "mul"),
    (lambda x: autograd.where(x < 1, x.sqrt(), 1.0) * 0.0, 0.0, "sqrt"),
]
WHERE_NOTHING_IS_LOST = [
    (lambda x: autograd.where(x > 0, x.log(), 1.0), 0.0),
    (lambda x: autograd.relu(-2 - x**0.25), 0.0),
    (lambda x: autograd.clamp(x.sqrt(), 1, 2), 0.0),
    (lambda x: autograd.max(x.log(), x), 0.0),
    (lambda x: x * 0.0, 3.0),
]


@pytest.mark.parametrize(("f", "at", "name"), WHERE_A_ZERO_IS_LOST)
def test_a_zero_that_meets_an_infinite_derivative_is_named(f, at, name):
    y = f(Value(at))
    with pytest.warns(RuntimeWarning, match=rf"0 · inf at {name}\(.*taken as 0"):
        y.backward()
    with pytest.raises(FloatingPointError, match=rf"0 · inf at {name}"), detect_anomaly():
        y.backward()
    assert any(f"0 · inf at {name}" in str(finding) for finding in lint(y))


@pytest.mark.parametrize(
    "transform",
    [
        grad, lambda f: grad(grad(f)), autograd.hessian, lambda f: lambda x: grad(f)(Value(x)),
        lambda f: lambda x: autograd.jvp(grad(f))((x,), (1.0,)), lambda f: lambda x: grad(f(v := Value(x)), v),
        lambda f: lambda x: f(Value(x)).backward(create_graph=True),
    ],
)  # fmt: skip  # a list
def test_a_zero_is_lost_in_no_transform_in_silence(transform):
    f = transform(lambda x: 1 / autograd.log(1 + autograd.exp(x)))
    with pytest.warns(RuntimeWarning, match=r"0 · inf at exp\(.*taken as 0"):
        f(900.0)


@pytest.mark.parametrize(("f", "at"), WHERE_NOTHING_IS_LOST)
def test_what_was_not_chosen_loses_nothing(f, at):
    x = Value(at)
    y = f(x)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y.backward()
    assert math.isfinite(x.grad)
