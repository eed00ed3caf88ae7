"""Rows of the table on NumPy arrays are those on floats."""

import math

import numpy as np
import pytest

from autograd.replay.kernels import apply
from autograd.strategies import arities
from autograd.table.op import TABLE


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
