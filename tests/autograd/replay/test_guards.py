"""Random programs with branches never take the wrong one in silence."""

import math
import warnings
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd
from autograd import Value, value_and_grad
from autograd.engine.traversal import nodes_in_order
from autograd.replay import (
    bind,
    compile,  # noqa: A004  # the field's name for it
    specialization,
)
from autograd.table.op import TABLE

UNARY = ["sin", "tanh", "exp", "relu", "sigmoid", "square"]
BINARY = ["add", "sub", "mul", "div", "maximum", "hypot"]
NUMBERS = st.integers(-16, 16).map(lambda k: k / 8)
PRECISIONS = {np.float64: (1e-12, 1e-9), np.float32: (1e-5, 1e-3)}  # of results, and what is nearly a tie
COUNT = 4  # x and y, which are arguments, and two Values from outside


@st.composite
def programs(draw):
    """Draw statements: (operation, arguments…) or ("branch", a, b, two statements)."""

    def place():
        return draw(st.integers(0, count - 1))

    def statement():
        name = draw(st.sampled_from([*UNARY, *BINARY, "where", "dot", "dot"]))
        arity = {"where": 4, "dot": 5}.get(name, 1 if name in UNARY else 2)
        return name, *[place() for _ in range(arity)]

    lines = []
    for count in range(COUNT, COUNT + draw(st.integers(1, 12))):
        if draw(st.booleans()):
            lines.append(("branch", place(), draw(st.integers(0, count - 1) | NUMBERS), statement(), statement()))
        else:
            lines.append(statement())
    return lines


class NearTieError(Exception):
    """Two numbers are so close that rounding may decide."""


def run(lines, numbers, path=None, near=0.0):
    """Return the numbers of a program; with a path, on Values, refuse near ties."""
    numbers = list(numbers)

    def less(a, b):
        if path is not None and a is not b and (getattr(a, "args", ()) or getattr(b, "args", ())):
            x, y = (getattr(number, "data", number) for number in (a, b))
            if not abs(x - y) > near * max(1, abs(x)):
                raise NearTieError
        return a < b

    def compute(name, *places):
        args = [numbers[k] for k in places]
        if name == "where":
            return autograd.where(less(*args[:2]), *args[2:])
        if name == "dot":
            return autograd.dot(args[:2], args[2:4], args[4])
        if name in ("maximum", "relu"):
            less(args[0], args[-1] if len(args) == 2 else 0.0)
        return getattr(autograd, name)(*args) if hasattr(autograd, name) else TABLE[name](*args)

    for line in lines:
        if line[0] == "branch":
            _, a, b, yes, no = line
            taken = bool(less(numbers[a], numbers[b] if isinstance(b, int) else b))
            if path is not None:
                path.append(taken)
            line = yes if taken else no
        numbers.append(compute(*line))
    return autograd.sum([number * 0.25 for number in numbers])


def eager(lines, point, outside, near):
    """Return value, gradients, path and the scale of rounding; skip overflows."""
    leaves, path = [Value(x) for x in (*point, *outside)], []
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        try:
            total = run(lines, leaves, path, near)
        except (NearTieError, ArithmeticError):
            assume(False)
        total.backward()
        size = magnitude(total)
    answer = [total.data, *(leaf.grad for leaf in leaves)]
    assume(math.isfinite(size) and size < 1e9 and all(map(math.isfinite, answer)))
    return answer, tuple(path), size


def magnitude(root):
    """Return a bound on the rounding of value and gradients: Σ |local|… over paths."""
    upstream, size = {root: 1.0}, 0.0
    for node in reversed(nodes_in_order(root)):
        for a, local in zip(node.args, node.locals, strict=True):
            if isinstance(a, Value) and local is not None:
                upstream[a] = upstream.get(a, 0.0) + abs(local) * upstream.get(node, 0.0)
        size += upstream.get(node, 0.0) * (1 + abs(node.data))
    return 1 + size + sum(upstream.values())


def step(lines, outside):
    """Return the function to compile, with gradients of arguments and of the rest."""

    def f(p):
        value, slope = value_and_grad(lambda p: run(lines, [*p, *outside]))(p)
        run(lines, [*p, *outside]).backward()
        return value, *slope

    return f


POINTS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5)
WAYS = st.sampled_from([None, True, False])  # of itself, one by one, as matrices


@contextmanager
def computed(straight, most=1 << 30):
    """Run specializations straight or as a program, in parts of this many samples."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bind, "samples_at_once", lambda program: most)
        if straight is not None:
            patch.setattr(specialization.Specialization, "is_straight_cheaper", lambda self, n: straight)
        yield


@given(programs(), POINTS, st.tuples(NUMBERS, NUMBERS), WAYS, st.sampled_from(list(PRECISIONS)))
def test_a_replayed_program_takes_the_branches_of_each_call(lines, points, numbers, straight, dtype):
    exact, near = PRECISIONS[dtype]
    outside = [Value(x) for x in numbers]
    with computed(straight):
        compiled = compile(step(lines, outside))
        for point in points:
            answer, _, size = eager(lines, point, numbers, near)
            for v in outside:
                v.grad = 0.0
            found = [*compiled(tuple(map(dtype, point))), *(v.grad for v in outside)]
            assert np.allclose(found, answer, rtol=0, atol=exact * size)


@given(
    programs(), POINTS, st.tuples(NUMBERS, NUMBERS), WAYS, st.sampled_from(list(PRECISIONS)),
    st.integers(1, 5), st.sampled_from(["mean", "sum", None]),
)  # fmt: skip  # in few lines
def test_a_batch_on_different_branches_is_refused_and_on_one_it_is_right(
    lines, points, numbers, straight, dtype, most, reduce
):
    exact, near = PRECISIONS[dtype]
    outside = [Value(x) for x in numbers]
    each = [eager(lines, point, numbers, near) for point in points]
    size = sum(size for _, _, size in each)
    answers = np.array([answer for answer, _, _ in each])
    batch = tuple(np.array(column, dtype) for column in zip(*points, strict=True))
    with computed(straight, most):
        compiled = compile(step(lines, outside), batch="p", reduce=reduce)
        refusal = ""
        try:
            found = np.array(compiled(batch))
        except ValueError as error:
            refusal = str(error)
    if refusal:
        assert "different branches here" in refusal
        assert len({path for _, path, _ in each}) > 1
        return
    # where a number that only a derivative needs is infinite, the engine takes each sample's own branches
    whole = answers.mean(axis=0) if reduce == "mean" else answers.sum(axis=0)
    assert np.allclose(found, whole[:3] if reduce else answers[:, :3].T, rtol=0, atol=exact * size)
    assert np.allclose([v.grad for v in outside], whole[3:], rtol=0, atol=exact * size)
    assert reduce or found.dtype == dtype


def test_the_error_of_a_mixed_batch_names_the_line_and_the_remedy():
    def f(x):
        return x * 2 if x > 0 else x * 3

    line = f.__code__.co_firstlineno + 1
    with pytest.raises(ValueError, match=rf"test_guards.py, line {line}: .*use where\(\), maximum\(\) or relu"):
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


def test_a_nan_in_a_guard_is_decided_by_the_engine():
    f = compile(lambda x: x * 1 if x.log() > 0 else x * 0 - 1)
    assert [f(2.0), f(0.5), f(-1.0)] == [2.0, -1.0, -1.0]
