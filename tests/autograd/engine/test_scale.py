"""Depth, breadth and sharing have no limit but memory, and a graph is freed with its last name."""

import gc
import os
import signal
import subprocess
import sys
import threading
import tracemalloc
from dataclasses import replace

import pytest

import autograd as ag
from autograd import Trace, Value, trace
from autograd.engine.traversal import topological
from autograd.numbers import CYCLE

MILLION = 10**6


def chain(length: int) -> tuple[Value, Value]:
    x = Value(0.0)
    y = x
    for _ in range(length):
        y = y + 1.0
    return x, y


@pytest.fixture
def alive():
    """A count of the Values that were made since and are alive, while no garbage is collected."""

    def ours() -> int:
        return sum(type(thing) is Value for thing in gc.get_objects())

    gc.collect()
    gc.disable()
    before = ours()
    yield lambda: ours() - before
    gc.enable()


def test_a_chain_of_a_million_nodes_goes_forward_backward_and_away(alive):
    limit = sys.getrecursionlimit()
    x, y = chain(MILLION)
    y.backward()
    assert (y.data, x.grad) == (MILLION, 1.0)
    assert alive() == MILLION + 1
    del y
    assert alive() == 1
    assert sys.getrecursionlimit() == limit


# CPython 3.13 needs more stack to drop any long chain of objects, ours or not: half a MiB is too little for it
SMALL_STACK = 256 * 1024 if sys.version_info < (3, 13) else 2 * 1024 * 1024


def test_a_chain_of_a_million_nodes_is_dropped_on_the_small_stack_of_a_thread(alive):
    names = [chain(MILLION)[1]]
    size = threading.stack_size(SMALL_STACK)
    try:
        thread = threading.Thread(target=names.clear)
        thread.start()
    finally:
        threading.stack_size(size)
    thread.join()
    assert alive() == 0


def test_a_deep_graph_is_dropped_when_python_exits():
    code = "import autograd; x = autograd.Value(0.0)\nfor _ in range(200_000): x = autograd.sum(x, x * 1.0)"
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=env)
    assert (done.returncode, done.stderr) == (0, b"")


def test_sixty_doublings_take_a_step_for_each_edge():
    x = y = Value(1.0)
    for _ in range(60):
        y = y + y
    y.backward()
    assert (y.data, x.grad) == (2.0**60, 2.0**60)
    assert len(topological(y)) == 60
    assert len(trace(y).steps) == 61 + 1 + 120


def test_a_deep_graph_that_shares_everything_is_walked_once_per_edge():
    x = Value(1.0)
    nodes = [x]
    for _ in range(300):
        nodes.append(ag.sum(nodes) * 0.5)
    nodes[-1].backward()
    assert len(topological(nodes[-1])) == 600
    assert nodes[-1].data == x.grad


def test_a_sum_of_a_hundred_thousand_computed_values():
    x = Value(3.0)
    total = ag.sum((x * k).tanh() * 0.0 + x * 2.0 for k in range(100_000))
    total.backward()
    assert (total.data, x.grad) == (600_000.0, 200_000.0)


def test_a_dot_of_a_hundred_thousand_weights():
    weights = [Value(1.0) for _ in range(100_000)]
    y = ag.dot(weights, [w * 2.0 for w in weights])
    y.backward()
    assert y.data == 200_000.0
    assert {w.grad for w in weights} == {4.0}


class Counted(tuple):
    """Steps that count how often they are gone through."""

    passes = 0

    def __getitem__(self, k):
        Counted.passes += 1
        return super().__getitem__(k)

    def __iter__(self):
        Counted.passes += 1
        return super().__iter__()


def test_the_gradients_of_a_trace_take_one_pass_over_its_steps():
    _, y = chain(50)
    made = trace(y)
    counted = replace(made, steps=Counted(made.steps))
    assert counted.grads == (1.0,) * 51
    assert Counted.passes == 1


def test_a_trace_of_a_deep_graph_is_made_written_and_read():
    _, y = chain(20_000)
    made = trace(y)
    assert Trace.from_json(made.to_json()) == made


def test_no_reference_cycles_are_left(alive):
    def work() -> None:
        a, b = Value(2.0, label="a"), Value(3.0)
        y = ag.where(ag.lt(a, b), a * b + a**2, ag.dot([a, b], [b, a], 1.0)).tanh().maximum(0.5 * a)
        y.backward()
        assert trace(y, {"b": b}).grads[-1] == 1.0
        a += 1

    work()
    assert alive() == 0


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timer")
def test_a_backward_interrupted_anywhere_leaves_the_next_one_right():
    x, y = chain(100_000)
    y.backward()
    handler = signal.signal(signal.SIGALRM, signal.default_int_handler)
    interrupted = 0
    try:
        for delay in range(1, 40):
            x.grad = 0.0
            try:
                signal.setitimer(signal.ITIMER_REAL, delay * 5e-4)
                y.backward()
                signal.setitimer(signal.ITIMER_REAL, 0)
            except KeyboardInterrupt:
                interrupted += 1
            x.grad = 0.0
            y.backward()
            assert x.grad == 1.0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
    assert interrupted


def test_a_thousand_backward_passes_need_no_more_memory_than_one():
    chain(CYCLE)  # the serial numbers are made once
    x, y = chain(100)
    y.backward()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(1_000):
            y.backward()
        assert tracemalloc.get_traced_memory()[0] - before < 2**18
        for _ in range(100):
            chain(1_000)[1].backward()
        assert tracemalloc.get_traced_memory()[0] - before < 2**18
    finally:
        tracemalloc.stop()
    assert x.grad == 1001.0


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="this system does not tell how much was used")
def test_a_chain_of_a_million_nodes_takes_at_most_300_megabytes():
    code = """
import autograd
x = y = autograd.Value(1.0)
for _ in range(1_000_000): y = y * 0.999999
y.backward()
assert 0 < x.grad == y.data
del y
with open("/proc/self/status") as status:  # resource.getrusage would tell that of the parent process, if it had more
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=env, check=True)
    assert int(done.stdout) < 300_000  # KiB
    assert done.stderr == b""
