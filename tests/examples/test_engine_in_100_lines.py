"""The engine in 100 lines gives the numbers of the real one, to the last bit."""

import doctest
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import autograd
from examples import engine_in_100_lines as small

NAMES = ("add", "sub", "mul", "div", "exp", "log", "sin", "cos", "sinh", "cosh", "tanh")
POWERS = (-2.0, 0.5, 2.0, 3.0)
steps = st.tuples(st.sampled_from([*NAMES, "pow"]), st.integers(0, 99), st.integers(0, 99), st.sampled_from(POWERS))


def build(engine, leaves, program):
    """Run a program on leaves of either engine; each step uses results of those before it."""
    values = list(leaves)
    for name, i, j, constant in program:
        a, b = values[i % len(values)], values[j % len(values)]
        if name == "pow":
            values.append(a**constant)
        elif name in ("add", "sub", "mul", "div"):
            values.append(getattr(engine, name)(a, b))
        else:
            values.append(getattr(engine, name)(a))
    return values[-1]


@given(st.lists(st.floats(0.1, 3), min_size=1, max_size=3), st.lists(steps, min_size=1, max_size=8))
def test_it_agrees_with_the_real_engine(numbers, program):
    ours, theirs = [small.Value(x) for x in numbers], [autograd.Value(x) for x in numbers]
    try:
        y = build(small, ours, program)
        y.backward()
    except (ValueError, OverflowError, ZeroDivisionError):
        return  # where math raises; the real engine answers inf or nan
    expected = build(autograd, theirs, program)
    expected.backward()
    assert repr(y.data) == repr(expected.data)
    assert [repr(x.grad) for x in ours] == [repr(x.grad) for x in theirs]


@given(st.lists(st.floats(0.5, 2), min_size=1, max_size=2), st.lists(steps, min_size=1, max_size=5))
def test_its_gradients_are_graphs(numbers, program):
    ours, theirs = [small.Value(x) for x in numbers], [autograd.Value(x) for x in numbers]
    try:
        slope = small.gradients(build(small, ours, program), ours)[0]
        found = small.gradients(slope, ours) if isinstance(slope, small.Value) else [0.0] * len(ours)
        found = [float(getattr(g, "data", g)) for g in found]
    except (ValueError, OverflowError, ZeroDivisionError):
        return
    (first, *_) = autograd.grad(build(autograd, theirs, program), theirs, create_graph=True, allow_unused=True)
    second = autograd.grad(first, theirs, allow_unused=True)
    for mine, real in zip(found, second, strict=True):
        assert abs(mine - real.data) <= 1e-9 * max(1.0, abs(mine))


def test_its_examples_are_true():
    failed, attempted = doctest.testmod(small)
    assert failed == 0 < attempted


def test_it_is_short():
    lines = Path(small.__file__).read_text(encoding="utf-8").splitlines()
    assert sum(1 for line in lines if line.strip()) <= 100
