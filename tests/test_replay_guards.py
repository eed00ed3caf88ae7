"""Branches: never the wrong one in silence. Random programs with branches are compared with the engine."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograd import Value, value_and_grad
from autograd.replay import compile  # noqa: A004  # the field's name for it

UNARY = ["sin", "tanh", "exp", "relu", "sigmoid", "square"]
BINARY = ["add", "sub", "mul", "maximum", "hypot"]
NUMBERS = st.integers(-16, 16).map(lambda k: k / 8)
CLOSE = 1e-9


@st.composite
def programs(draw):
    """Draw a list of statements: (operation, arguments), or (branch, a, b, statement, statement)."""

    def statement(count):
        name = draw(st.sampled_from(UNARY + BINARY))
        arity = 1 if name in UNARY else 2
        return name, *[draw(st.integers(0, count - 1)) for _ in range(arity)]

    lines = []
    for count in range(2, 2 + draw(st.integers(1, 12))):
        if draw(st.booleans()):
            a, b = draw(st.integers(0, count - 1)), draw(st.integers(0, count - 1) | NUMBERS.map(float))
            lines.append(("branch", a, b, statement(count), statement(count)))
        else:
            lines.append(statement(count))
    return lines


class NearTieError(Exception):
    """Two numbers are so close that rounding may decide."""


def run(lines, x, y, path=None):
    """Compute a program; with a path, on Values, note each branch, and refuse near ties."""
    numbers = [x, y]

    def compute(line):
        name, *args = line
        return getattr(numbers[args[0]], name)(*[numbers[a] for a in args[1:]])

    for line in lines:
        if line[0] == "branch":
            _, a, b, yes, no = line
            left, right = numbers[a], numbers[b] if isinstance(b, int) else b
            taken = left < right
            if path is not None:
                gap = abs(left.data - (right.data if isinstance(right, Value) else right))
                if 0 < gap < CLOSE * max(1, abs(left.data)) or not math.isfinite(left.data):
                    raise NearTieError
                path.append(bool(taken))
            numbers.append(compute(yes if taken else no))
        else:
            numbers.append(compute(line))
    total = numbers[0]
    for number in numbers[1:]:
        total = total + number * 0.25
    return total


def eager(lines, x, y):
    """Return the value, the gradient, the path and the sizes that rounding is measured by; skip what overflows."""
    a, b, path = Value(x), Value(y), []
    try:
        total = run(lines, a, b, path)
    except NearTieError:
        assume(False)
    found = value_and_grad(lambda p: run(lines, *p))((a, b))
    answer = [found[0].data, *(getattr(g, "data", g) for g in found[1])]
    assume(all(map(math.isfinite, answer)))
    return answer, tuple(path), magnitude(total)


def magnitude(root):
    """Sum what all contributions to the value and the gradients may lose: Σ |local|… along all paths."""
    adjoint, size = {root: 1.0}, 0.0
    nodes = autograd_order(root)
    for node in reversed(nodes):
        for a, local in zip(node.args, node.locals, strict=True):
            if isinstance(a, Value) and local is not None:
                adjoint[a] = adjoint.get(a, 0.0) + abs(local) * adjoint.get(node, 0.0)
        size += adjoint.get(node, 0.0) * (1 + abs(node.data))
    return 1 + size + sum(adjoint.values())


def autograd_order(root):
    from autograd.walk import numbered

    return numbered(root)


POINTS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5)


@given(programs(), POINTS)
def test_a_replayed_program_takes_the_branches_of_each_call(lines, points):
    compiled = compile(value_and_grad(lambda p: run(lines, *p)))
    for x, y in points:
        answer, _, size = eager(lines, x, y)
        y0, slope = compiled((x, y))
        assert np.allclose([y0, *slope], answer, rtol=0, atol=1e-12 * size)


@given(programs(), POINTS)
def test_a_batch_on_different_branches_is_refused_and_on_one_it_is_right(lines, points):
    compiled = compile(value_and_grad(lambda p: run(lines, *p)), batch="p", reduce=None)
    found = [eager(lines, x, y) for x, y in points]
    batch = tuple(np.array(column) for column in zip(*points, strict=True))
    if len({path for _, path, _ in found}) > 1:
        with pytest.raises(ValueError, match="different branches here"):
            compiled(batch)
        return
    y0, slope = compiled(batch)
    for k, (answer, _, size) in enumerate(found):
        assert np.allclose([y0[k], slope[0][k], slope[1][k]], answer, rtol=0, atol=1e-12 * size)


def test_a_branch_that_flips_for_a_whole_call_is_recorded_anew_and_both_are_kept():
    traced = []

    def f(x):
        traced.append(1)
        return x * 2 if x > 0 else x * 3

    compiled = compile(f, batch="x", reduce=None)
    for _ in range(3):
        assert compiled([1.0, 2.0]).tolist() == [2.0, 4.0]
        assert compiled([-1.0, -2.0]).tolist() == [-3.0, -6.0]
    assert len(traced) == 2


def test_not_every_branch_ever_taken_is_kept():
    def steps(x):
        count = 0
        while x > count:
            count += 1
        return x * count

    compiled = compile(steps)
    for k in range(60):
        assert compiled(k + 0.5) == (k + 0.5) * (k + 1)
    assert len(next(iter(compiled.recordings.values()))) == 32
    assert compiled(0.5) == 0.5
    assert "32 recordings, for 1 structures" in compiled.explain()


def test_the_error_of_a_mixed_batch_names_the_line_and_the_remedy():
    def f(x):
        return x * 2 if x > 0 else x * 3

    line = f.__code__.co_firstlineno + 1
    with pytest.raises(ValueError, match=rf"test_replay_guards.py, line {line}: .*use where\(\), maximum\(\) or relu"):
        compile(f, batch="x")([1.0, -1.0])


def test_comparisons_of_parameters_from_outside_are_guards_too():
    w = Value(1.0)
    compiled = compile(lambda x: x * w if w > 0 else x)
    assert compiled(5.0) == 5.0
    w.data = 3.0
    assert compiled(5.0) == 15.0
    w.data = -3.0
    assert compiled(5.0) == 5.0
    assert (w > 0) is False  # and outside of a trace it is a bool


def test_builtins_that_compare_are_guarded():
    f = compile(lambda x: max(x[0], x[1]) + sorted(x)[0] * 2)
    assert f([1.0, 5.0]) == 7.0
    assert f([5.0, 1.0]) == 7.0
    assert f([3.0, 3.0]) == 9.0


def test_a_truth_is_data_where_it_is_not_asked():
    f = compile(lambda x: (x > 1) * 10.0 + (x <= 1), batch="x", reduce=None)
    assert f([0.0, 1.0, 2.0]).tolist() == [1.0, 1.0, 10.0]


def test_bool_of_a_value_is_a_guard():
    f = compile(lambda x: x if x else x + 100)
    assert (f(0.0), f(2.0), f(0.0)) == (100.0, 2.0, 100.0)


def test_a_nan_in_a_guard_is_decided_by_the_engine():
    f = compile(lambda x: x * 1 if x.log() > 0 else x * 0 - 1)
    assert [f(2.0), f(0.5), f(-1.0)] == [2.0, -1.0, -1.0]
