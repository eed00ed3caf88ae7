"""Each pass by itself, and all ways to run a program against each other."""

import json
import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograd import Value, grad, value_and_grad
from autograd.replay import Program, compile  # noqa: A004  # the field's name for it
from autograd.replay.bind import Bound
from autograd.replay.contract import contract
from autograd.replay.instruction import Instruction, Ref
from autograd.replay.kernels import apply
from autograd.replay.levels import assign_levels, group_by_level
from autograd.replay.lower import lower
from autograd.replay.nodes import BATCHED_SUM, SHARED_SUM, SUM_OVER_BATCH
from autograd.replay.normalise import normalise
from autograd.replay.straight import straight
from autograd.replay.tape import ADD, BATCHED, MUL, SHARED, SOP, TERMS
from autograd.replay.tracing import DifferentiableTape, Traced, trace_function, tracing
from autograd.strategies import arities, expressions
from autograd.table.op import TABLE


def traced(f, shared=1, batch=1):
    """Trace f on p0, …, x0, …; return the tape and the rows of what it returns."""

    def arguments(tape):
        return [tape.leaf(SHARED, k) for k in range(shared)] + [tape.leaf(BATCHED, k) for k in range(batch)]

    tape, result = trace_function(f, arguments, lambda batching, k: 1.0 + k)
    results = result if isinstance(result, list) else [result]
    return tape, [tape.row_of(None, 0, r) for r in results]


def sums(nodes):
    return [row for row in nodes.rows if row[0] in (SHARED_SUM, BATCHED_SUM, SUM_OVER_BATCH)]


# Tracing


def test_what_is_done_twice_is_recorded_once():
    tape, rows = traced(lambda p, x: [p * x + 1, x * p + 1, (x * p) + 1.0])
    assert len(set(rows)) == 1
    assert sum(row[0] in (MUL, ADD) for row in tape.rows) == 2


@pytest.mark.parametrize(
    ("f", "simpler"),
    [
        (lambda p, x: x - 0, True),
        (lambda p, x: 1 * x, True),
        (lambda p, x: x / 1, True),
        (lambda p, x: x**1, True),
        (lambda p, x: x + 0, False),  # x may be −0
        (lambda p, x: x * 0 + x, False),  # x may be infinite
        (lambda p, x: x - x + x, False),
    ],
)
def test_only_what_ieee_allows_is_folded(f, simpler):
    tape, [row] = traced(f)
    assert (tape.rows[row][0] is BATCHED) == simpler


def test_literals_are_folded_and_explicit_leaves_are_not():
    leaf = Value(2.0)
    tape, _ = traced(lambda p, x: x * (Value(1.0) + leaf) * 3)
    assert len(tape.captured) == 2
    assert compile(lambda: TABLE["exp"](0.0) * 2 + Value(0.0))() == 2.0


# The sweep backwards


@pytest.mark.parametrize("op", [op for op in TERMS if hasattr(op, "name")], ids=lambda op: op.name)
def test_the_terms_of_a_linear_row_are_the_rule_of_the_table(op):
    for arity in arities(op):
        args = [1.5 + k for k in range(arity)]
        tape = DifferentiableTape(Traced, lambda batching, k: args[k])  # noqa: B023  # it is called at once
        with tracing(tape):
            leaves = [tape.leaf(BATCHED, k) for k in range(arity)]
            [y, *slopes] = [op.apply(tuple(leaves)), *tape.gradients([op.apply(tuple(leaves))], leaves, [1.0])]
        found = [tape.first_value(tape.row_of(None, 0, x)) for x in (y, *slopes)]
        assert sum(a * b for a, b in _products(tape, y)) == found[0] == op.apply(tuple(args))
        assert found[1:] == [op.derivative(found[0], args, slot) for slot in range(arity)]


def _products(tape, y):
    op, *args = tape.rows[y.row]
    return [(tape.first_value(a), tape.first_value(b)) for a, b in TERMS[op](args)]


def test_the_gradient_of_a_sum_of_products_is_one_row():
    tape, rows = traced(lambda p, q, x, y: grad(lambda z: z * p + z * q + x * z)(y), shared=2, batch=2)
    assert tape.rows[rows[0]][0] is SOP


# Normalising


def test_any_association_of_a_sum_is_one_node():
    left = normalise(*traced(lambda p, q, x, y: ((p * x + q * y) + 1) - x, 2, 2))
    right = normalise(*traced(lambda p, q, x, y: p * x + ((q * y - x) + 1), 2, 2))
    assert len(sums(left)) == 1
    assert left.rows == right.rows


def test_a_number_used_twice_keeps_a_node_of_its_own():
    tape, rows = traced(lambda p, x, y: [(p * x + p * y) * 2 + (p * x + p * y).exp()], batch=2)
    assert len(sums(normalise(tape, rows))) == 2


def test_dead_code_is_left_out():
    tape, rows = traced(lambda p, x: [x.exp(), x.sin(), x.cos()])
    assert sum(row[0] is TABLE["sin"] for row in normalise(tape, rows[:1]).rows) == 0


def test_a_product_of_shared_numbers_is_computed_once_and_not_for_each_sample():
    tape, rows = traced(lambda p, q, x: p * q + x, shared=2)
    nodes = normalise(tape, rows)
    assert [row[0] for row in sums(nodes)] == [SHARED_SUM, BATCHED_SUM]


def test_a_mean_over_the_batch_is_a_sum_of_products_and_what_is_shared():
    tape, rows = traced(lambda p, q, x, y: x * y + 3 * x + p * q, shared=2, batch=2)
    nodes = normalise(tape, rows, sum_outputs=True)
    assert sorted(row[0] for row in sums(nodes)) == sorted([SHARED_SUM, SUM_OVER_BATCH])
    assert all(nodes.outputs[0])


# Levels


@given(expressions())
def test_a_level_is_above_those_of_the_arguments(expression):
    tape, rows = traced(lambda *xs: expression(*xs), 0, len(expression.leaves))
    nodes = normalise(tape, rows)
    level = assign_levels(nodes, nodes.group_keys())
    for i in nodes.computed():
        assert all(level[a] < level[i] for a in nodes.rows[i][1:])


def test_what_may_wait_waits_for_its_like():
    tape, rows = traced(lambda p, x: x.sin() + x.exp().exp().sin())
    nodes = normalise(tape, rows)
    level = assign_levels(nodes, nodes.group_keys())
    assert len({level[i] for i, row in enumerate(nodes.rows) if row[0] is TABLE["sin"]}) == 1


# Contraction


def product(r, c, k, a=100, b=1000):
    return [[(a + i * k + t, b + j * k + t) for t in range(k)] for i in range(r) for j in range(c)]


def shapes(pools):
    return sorted((len(pool), *pool[0].shape) for pool in pools)


def test_a_matrix_product_is_recognised_in_any_order_of_nodes_and_terms():
    nodes = product(3, 4, 5)
    assert shapes(contract(nodes)) == [(1, 3, 4, 5)]
    assert shapes(contract([pairs[::-1] for pairs in nodes[::-1]])) == [(1, 3, 4, 5)]


def test_products_of_one_shape_are_one_batch_and_each_node_has_its_place():
    nodes = product(2, 3, 4) + product(2, 3, 4, 5000, 6000)
    [pool] = contract(nodes)
    found = {n: (a, b) for block in pool for n, a, b in block.products()}
    assert len(pool) == 2
    for n, pairs in enumerate(nodes):
        assert set(zip(*found[n], strict=True)) == set(pairs)


def test_the_border_of_a_convolution_is_padded_with_zeros():
    image, kernel = range(10, 20), range(1, 4)
    nodes = [
        [(w, image[i + w - 2]) for w in kernel if 0 <= i + w - 2 < len(image)]
        for i in range(len(image))
    ]  # fmt: skip  # a picture of the loops
    [[block]] = contract(nodes)
    assert block.shape == (1, 10, 3)
    assert (block.b[0], block.b[-1]) == ((0, 10, 11), (18, 19, 0))


def test_causal_prefixes_are_padded_too():
    nodes = [[(100 * t + s, 50 + 10 * j + s) for s in range(t + 1)] for t in range(1, 5) for j in range(3)]
    assert shapes(contract(nodes)) == [(1, 4, 3, 5)]


def test_what_is_mostly_holes_is_dissolved():
    nodes = [[(10 + k, 100 + k), (11 + k, 101 + k)] for k in range(0, 40, 3)]
    assert shapes(contract(nodes)) == [(14, 1, 1, 2)]
    chain = [[(10, 100)], [(10, 101)], [(11, 101)], [(11, 102)], [(12, 102)], [(12, 103)], [(13, 103)]]
    assert shapes(contract(chain)) == [(7, 1, 1, 1)]


@given(
    st.lists(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), min_size=1, max_size=5), min_size=1, max_size=9)
)
@example([[(1, 2), (3, 4)], [(1, 2), (3, 4)]])
def test_a_contraction_computes_what_was_asked_also_twice(nodes):
    a, b = np.arange(7.0) ** 2, 1 + np.arange(7.0)
    a[0] = b[0] = 0
    found = {}
    for pool in contract(nodes):
        for block in pool:
            values = a[np.array(block.a)] @ b[np.array(block.b)].T
            found |= {n: value for n, value in zip(block.nodes, values.ravel(), strict=True) if n is not None}
    assert [found[n] for n in range(len(nodes))] == [sum(a[i] * b[j] for i, j in pairs) for pairs in nodes]


# Kernels


@pytest.mark.parametrize("op", TABLE.values(), ids=lambda op: op.name)
def test_a_row_on_numpy_is_the_row_on_floats_also_at_the_edges(op):
    points = [-math.inf, -1000.0, -1.5, -1.0, -0.0, 0.0, 0.3, 1.0, 2.0, 1000.0, math.inf, math.nan]
    for arity in arities(op):
        columns = [np.roll(points, 3 * k) if k else np.array(points) for k in range(arity)]
        if op.name == "clamp":
            columns[1:] = [np.full(len(points), -1.0), np.full(len(points), 1.0)]
        out = np.empty((1, len(points)))
        with np.errstate(all="ignore"):
            for call in apply(op.name, [c[None] for c in columns], out):
                call()
        expected = [op.apply(tuple(map(float, args))) for args in zip(*columns, strict=True)]
        for value, right, args in zip(out[0], expected, zip(*columns, strict=True), strict=True):
            if op.name in ("log_excess", "logsumexp", "softmax", "log_softmax") and not math.isfinite(value):
                continue  # then the engine is asked
            close = np.isclose(value, right, rtol=1e-14, atol=1e-300, equal_nan=True)
            assert close, f"{op.name}{args} = {value}, not {right}"


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("rows", "n"), [(1, 1), (40, 30)])
def test_kernels_of_many_numbers_are_those_of_few(rows, n, dtype):
    rng = np.random.default_rng(0)
    special = np.array([0.0, -0.0, math.inf, -math.inf, math.nan, 1e-300, 2.0, -3.0])
    x, a, b = (rng.choice(special, (rows, n)).astype(dtype) for _ in range(3))
    for name, args, expected in (
        ("heaviside", [x, 0.0], np.heaviside(x, dtype(0))),
        ("where", [x, a, b], np.where(x != 0, a, b)),
        ("where", [x, a, 0.0], np.where(x != 0, a, dtype(0))),
    ):
        out = np.empty((rows, n), dtype)
        for call in apply(name, args, out):
            call()
        assert np.array_equal(out, expected, equal_nan=True)


def test_ties_of_one_sample_count_also_next_to_the_nan_of_another():
    columns = np.array([[1.0, math.nan, 3.0], [1.0, 2.0, 1.0], [1.0, 0.0, 3.0]])
    out = np.empty((1, 3))
    with np.errstate(all="ignore"):
        for call in apply("log_excess", columns[:, None], out):
            call()
    assert np.allclose(out[0], [math.log(3), math.nan, math.log(2 + math.exp(-2))], rtol=1e-15, equal_nan=True)


# Binding


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


# All ways to run it


@given(expressions(max_ops=8, ops=[TABLE[n] for n in ("add", "sub", "mul", "sin", "tanh", "maximum", "where", "dot")]))
def test_matrices_straight_lines_and_the_engine_agree(expression):
    count = len(expression.leaves)
    f = value_and_grad(lambda xs: expression(*xs))
    tape, rows = traced(lambda *xs: _flat(f(list(xs))), 0, count)
    nodes = normalise(tape, rows)
    keys = nodes.group_keys()
    program = lower(nodes, group_by_level(nodes, keys, assign_levels(nodes, keys)))
    points = np.array([[a + 0.5 * k for a in expression.leaves] for k in range(3)])
    table, _, finite = Bound(program, 3)([], [points])
    run = straight(nodes)
    for k, point in enumerate(points.tolist()):
        try:
            expected = _flat(f(point))
            found = run(point)[: len(expected)]
        except ArithmeticError:
            continue
        if finite and all(map(math.isfinite, expected)):
            scale = 1e-11 * (1 + max(map(abs, expected)))
            assert np.allclose(found, expected, rtol=1e-11, atol=scale)
            assert np.allclose(table[k], expected, rtol=1e-11, atol=scale)


def _flat(result):
    value, slope = result
    return [value, *slope]


def test_a_long_chain_is_run_straight_and_in_time_linear_in_its_length():
    def f(x):
        for _ in range(3000):
            x = (x * 0.9 + 0.3).sin()
        return x

    compiled = compile(value_and_grad(f))
    assert np.allclose(compiled(0.4), value_and_grad(f)(0.4), rtol=1e-12, atol=1e-300)
    assert compiled.latest.is_straight_cheaper(1)
    assert not compiled.latest.is_straight_cheaper(1000)
    assert "straight-line" in compiled.explain()


def test_a_straight_line_may_have_a_sum_of_any_length():
    def f(x):
        y = x
        for _ in range(3000):
            y = (y * 0.9).sin() + x  # so that the gradient of x is one sum of them all
        return y

    compiled = compile(value_and_grad(f))
    assert np.allclose(compiled(0.4), value_and_grad(f)(0.4), rtol=1e-12)
    assert compiled.latest.is_straight_cheaper(1)


@pytest.mark.parametrize("name", ["max", "min", "norm", "logsumexp"])
def test_a_row_takes_a_thousand_arguments_one_by_one_and_as_matrices(name):
    f = value_and_grad(TABLE[name])
    x = (np.arange(1000.0) * 37 % 1009).reshape(1, -1) / 500 + [[1.0], [2.0], [3.0]]
    compiled, batched, alone = compile(f), compile(f, batch=0, reduce=None), compile(TABLE[name])
    assert alone(x[0]) == pytest.approx(TABLE[name](x[0].tolist()), rel=1e-13)
    assert alone.latest.is_straight_cheaper(1)
    for k in range(3):
        value, slope = f(x[k].tolist())
        found, slopes = compiled(x[k])
        assert found == pytest.approx(value, rel=1e-13)
        assert np.allclose(slopes, slope, rtol=1e-12, atol=0)
    assert np.allclose(batched(x)[0], [f(row)[0] for row in x.tolist()], rtol=1e-13)


def test_explain_tells_what_became_of_it():
    w = [[Value(0.1 * i + j) for i in range(3)] for j in range(2)]
    compiled = compile(lambda x: [TABLE["dot"](row, x).tanh() for row in w] if x[0] > 0 else x, batch="x")
    compiled(np.ones((4, 3)))
    text = compiled.explain()
    assert "(6 read from outside) and 3 inputs of each sample" in text
    assert "operations on 6 parameters (6 read from outside) and 3 inputs of each sample" in text
    assert "instructions, which printing the program shows" in text
    assert "test_passes.py, line" in text


def test_there_is_nothing_to_explain_before_the_first_call():
    with pytest.raises(ValueError, match="traced when it is called for the first time"):
        compile(lambda x: x).explain()


# Programs from a file


@pytest.fixture
def program():
    compiled = compile(value_and_grad(lambda p, x: ((p[0] * x[0] + p[1] * x[1]).tanh() - 1) ** 2), batch="x")
    compiled([0.1, 0.2], np.ones((2, 2)))
    return compiled.program


def test_a_program_from_a_file_computes_without_its_function():
    w = Value(3.0)

    def step(p, x, y):
        error = (w * p["a"] * x[0] + x[1] - y) ** 2 if p["a"] > 0 else w * x[0]
        error.backward()
        return error

    compiled = compile(step, batch=("x", "y"))
    p, x, y = {"a": 0.5}, np.arange(6.0).reshape(3, 2), [1.0, -1.0, 2.0]
    loss = compiled(p, x, y)
    again = Program.from_json(compiled.program.to_json())
    assert again(p, x, y, 3.0).tolist() == [loss, w.grad]
    for inputs, reason in (
        ((p, x, y), "expected 2 shared numbers and 3 of each sample, got 1"),
        ((p, x, y[:2], 3.0), "got 2, and 8 of 3 samples"),
        (([0.5], x, y, 3.0), r"inputs\[0\]: expected dict\('a': a number\), got numbers \(1,\)"),
        (({"b": 0.5}, x, y, 3.0), r"inputs\[0\]: expected dict\('a': a number\), got dict\('b': a number\)"),
        ((p, x[:, :, None], y, 3.0), r"inputs\[1\]: expected numbers \(2,\), got numbers \(2, 1\)"),
        (({"a": -0.5}, x, y, 3.0), "f takes another branch than the one recorded"),
        ((p, x, [np.inf, 1.0, 1.0], 3.0), "there is an infinity or nan"),
    ):
        with pytest.raises(ValueError, match=reason):
            again(*inputs)


def test_a_program_from_a_file_runs_as_before(program):
    again = Program.from_json(program.to_json())
    shared, batch = [np.array([0.1, 0.2])], [np.arange(6.0).reshape(3, 2)]
    assert np.array_equal(Bound(again, 3)(shared, batch)[0], Bound(program, 3)(shared, batch)[0])


def test_a_program_prints_its_instructions(program):
    assert "v[3] = u[" in str(program)
    assert "tanh(v[3])" in str(program)
    assert "Σ over the batch" in str(program)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda d: d.update(version=2), "reads programs of version 1, not 2"),
        (lambda d: d.update(format="glassgrad graph"), "its format is not 'glassgrad program'"),
        (lambda d: d.pop("instructions"), "'instructions' is missing"),
        (lambda d: d["instructions"].pop(), "are written"),
        (lambda d: d["instructions"].pop(0), "instruction 1: it writes rows"),
        (lambda d: d["instructions"][0].update(do="exec"), "instruction 1: expected map, matrix or sum"),
        (lambda d: d["instructions"][0]["args"][0].update(arena="w"), "there is no arena 'w'"),
        (lambda d: d["instructions"][0]["args"][0].update(rows=[[[0, 10**6]]]), "reads a row of u that is not written"),
        (lambda d: d["instructions"][0]["args"][0].update(rows=[["a"]]), "expected whole numbers for rows"),
        (lambda d: d["instructions"][0].update(shape=[1, 1, 2]), "do not multiply|instruction 2"),
        (lambda d: next(i for i in d["instructions"] if i["do"] == "map").update(op="system"), "no operation 'system'"),
        (lambda d: d["outputs"].append(["v", 10**6]), "a result is read from v"),
        (lambda d: d.update(once=[["u", 0]]), "outputs have 1 numbers that are added once"),
        (lambda d: d.update(reduce="max"), "reduce: expected"),
        (lambda d: d.update(batched=[1]), "expected a truth, got 1"),
    ],
)
def test_a_foreign_or_spoilt_program_is_refused_with_the_reason(program, spoil, reason):
    data = json.loads(program.to_json())
    spoil(data)
    with pytest.raises(ValueError, match=reason):
        Program.from_json(json.dumps(data))


def test_a_truncated_program_is_refused(program):
    with pytest.raises(ValueError, match="truncated, or not JSON"):
        Program.from_json(program.to_json()[:-10])


def test_the_checker_refuses_shapes_that_do_not_fit():
    rows = np.zeros((1, 2, 3), np.int64)
    line = Instruction("matrix", "u", 1, (1, 2, 2), (Ref("u", rows), Ref("u", rows)))
    with pytest.raises(ValueError, match=r"shapes \(1, 2, 3\) and \(1, 2, 3\) do not multiply"):
        Program((0.0,), 0, 0, {"u": 5, "v": 1}, (line,), ()).check()
