"""Programs as text: from a file, printed, and refused with the reason."""

import json

import numpy as np
import pytest

from autograd import Value, value_and_grad
from autograd.replay import Program, compile  # noqa: A004  # the field's name for it
from autograd.replay.bind import Bound


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
