"""Walks over a graph: the order of computation, and what a walk leaves alone."""

import copy
import pickle
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, grad, trace
from autograd.engine import Node, nodes_in_order, topological
from autograd.numbers import CYCLE

CHOICES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.booleans()), min_size=1, max_size=40)


def build(choices: list, pause: int = 0) -> tuple[Value, list[Value]]:
    """Return a root that uses all of a random program, and the program's results in the order it computed them."""
    leaves = [Value(1.0), Value(2.0)]
    made: list[Value] = []
    for a, b, unary in choices:
        known = leaves + made
        x, y = known[a % len(known)], known[b % len(known)]
        made.append(x.tanh() if unary else x + y)
        for _ in range(pause):
            x * y
    total = leaves[0]
    for node in made[::-2] + made[-2::-2]:
        total = total + node
        made.append(total)
    return total, made


def computed(root: Value) -> list[int]:
    return [id(node) for node in nodes_in_order(root) if node.op is not None]


@given(CHOICES)
def test_nodes_come_in_the_order_in_which_the_program_computed_them(choices):
    root, made = build(choices)
    assert computed(root) == [id(node) for node in made]
    seen: set[int] = set()
    for i, node in enumerate(nodes := nodes_in_order(root)):
        if node.op is None:  # it is used by the next operation
            user = next(n for n in nodes[i:] if n.op is not None)
            assert any(a is node for a in user.args)
        assert all(id(a) in seen for a in node.args if isinstance(a, Node))
        seen.add(id(node))


@given(CHOICES)
def test_copies_and_pickles_keep_the_order(choices):
    root, made = build(choices)
    for twin in (copy.deepcopy(root), pickle.loads(pickle.dumps(root))):
        ops = [(node.op, node.data) for node in nodes_in_order(twin) if node.op is not None]
        assert ops == [(node.op, node.data) for node in made]


def test_the_order_holds_where_the_serial_numbers_start_anew():
    x = Value(1.0)
    for _ in range(3):
        root, made = build([(k, k // 2, False) for k in range(40)], pause=CYCLE // 40)
        assert computed(root) == [id(node) for node in made]
    early = x * 2
    for _ in range(CYCLE + 5):
        x * 3
    root = (x * 3) + early  # too far apart to tell which was first, yet still topological
    assert sorted(computed(root)) == sorted(id(node) for node in topological(root))
    assert nodes_in_order(root)[-1] is root


def test_the_sides_of_a_sum_are_shown_as_they_were_computed():
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    first = a * 3
    second = b * 4
    assert [row.op for row in trace(second + first).graph.rows] == [None, "mul", None, "mul", "add"]
    assert [row.label for row in trace(second + first).graph.rows][:3] == ["a", "v1", "b"]


def test_an_unrolled_network_is_shown_from_its_first_step():
    h, total, states = Value(0.0), Value(0.0), []
    for t in range(4):
        h = (h * 0.5 + t).tanh()
        states.append(h)
    for h in reversed(states):
        total = h + total
    shown = [node for node in nodes_in_order(total) if node in set(states)]
    assert all(a is b for a, b in zip(shown, states, strict=True))


def test_a_walk_that_only_reads_leaves_every_grad_alone():
    x = Value(3.0)
    y = x * x
    y.backward()
    held = [node.grad for node in (x, y)]
    topological(y)
    nodes_in_order(y)
    assert [node.grad for node in (x, y)] == held == [6.0, 1.0]


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
