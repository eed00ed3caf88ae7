"""Every row has the accuracy that it states, against mpmath with 60 digits."""

from functools import reduce
from math import inf, isfinite, pi, ulp

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import autograd
from autograd import Value
from autograd.strategies import points
from autograd.table import TABLE, Op

mpmath = pytest.importorskip("mpmath", reason="needs mpmath, which the extra dev has")
mpf = mpmath.mpf
ROWS = [pytest.param(op, id=op.name) for op in TABLE.values()]


def close(found: float, truth, bound: float, terms: float) -> bool:
    """Compare within a bound in ulp of the truth or of the terms."""
    if not mpmath.isfinite(truth) or abs(truth) > 0.99 * mpf(2) ** 1024:
        return True
    return isfinite(found) and abs(mpf(found) - truth) <= bound * max(ulp(float(truth)), ulp(terms))


def polygamma_terms(n: float, a: float) -> float:
    """Return the sum of |ψ⁽ⁿ⁾(1 − a)| and |π cot⁽ⁿ⁾ πa|, of which the value is the difference for a < 0."""
    other = autograd.polygamma(n, 1 - a) if a < 0 else 0.0
    return abs(other) + abs(autograd.polygamma(n, a) - (-1) ** int(n) * other)


#: The sum of the magnitudes of the terms of a rule that adds numbers of both signs, for its value and partials.
TERMS = {
    "sum": (lambda *args: sum(map(abs, args)), None),
    "mean": (lambda *args: sum(map(abs, args)), None),
    "dot": (lambda *args: sum(map(abs, args)) * sum(map(abs, args)) + abs(args[-1]), None),
    "logsumexp": (lambda *args: abs(max(args)) + 1, None),
    "logaddexp": (lambda a, b: abs(max(a, b)) + 1, None),
    "lgamma": (None, lambda a: polygamma_terms(0, a)),
    "digamma": (lambda a: polygamma_terms(0, a), lambda a: polygamma_terms(1, a)),
    "polygamma": (polygamma_terms, lambda n, a: polygamma_terms(n + 1, a)),
    "sinc": (None, lambda a: 4 * pi / max(1, abs(a))),
    "sinc_derivative": (lambda n, a: pi ** int(n) / max(1, abs(a)), lambda n, a: pi ** (int(n) + 1) / max(1, abs(a))),
    **dict.fromkeys(("silu", "mish"), (None, lambda a: 1.0)),
    "gelu": (None, lambda a: 1.0),
}


#: Points at which a campaign found a row to be less accurate than it said.
FOUND = {
    "pow": [(5e-324, 0.1), (1.0000000000000027, 9007199254740996.0), (2.8e307, 1e-9)],
    "log_softmax": [(0.0, 0.0, 0.0, 5.673918094021717, -2.760062805781266)],
    "softmax": [(0.0, 0.0, 0.0, 9.75, -1.0, -2.0, -2.0)],
    "gelu": [(1e308,), (-1e160,)],
    "atan2": [(-5e-324, 0.046875), (-5e-324, 1.99584030953472e292)],
    "prod": [(0.5, 5e-324)],
    "polygamma": [(2.0, -2.5)],
    "sech": [(720.0,)],
    "lgamma": [(1.0 + s * 2.0**-k,) for k in (1, 20, 52) for s in (0.5, 1.0, 2.0)] + [(-2.4570247382208006,)],
}


def example_of(op):
    """Return a decorator that adds the points found before."""
    return lambda test: reduce(lambda test, args: example(args)(test), FOUND.get(op.name, []), test)


@pytest.mark.parametrize("op", ROWS)
def test_a_row_is_as_accurate_as_it_says(op: Op):
    value_terms, partial_terms = TERMS.get(op.name, (None, None))

    @given(points(op))
    @example_of(op)
    def check(args):
        bound = op.ulps(*args) if op.ulps else 4
        assume(bound < inf)
        exact = tuple(map(mpf, args))
        with mpmath.workdps(60):
            try:
                y, truth = op.apply(args), op.apply(exact)
                partials = [(op.derivative(y, args, k), op.derivative(truth, exact, k)) for k in range(len(args))]
            except (OverflowError, ZeroDivisionError):  # mpmath has no erfc far out, and no infinities
                return
            assert close(y, truth, bound, value_terms(*args) if value_terms else 0.0)
            terms = partial_terms(*args) if partial_terms else 0.0
            for slot, (partial, true_partial) in enumerate(partials):
                assert partial is None or close(float(partial), mpf(true_partial), bound, terms), slot

    check()


def jacobian_of_log_softmax(zs):
    """Return 1 − p on the diagonal, as the sum of the others, and −p elsewhere."""
    powers = [mpmath.exp(mpf(z) - max(zs)) for z in zs]
    whole = mpmath.fsum(powers)
    rest = [mpmath.fsum(powers[:i] + powers[i + 1 :]) for i in range(len(zs))]
    return [[rest[i] / whole if i == j else -p / whole for j, p in enumerate(powers)] for i in range(len(zs))]


@pytest.mark.parametrize("name", ["log_softmax", "softmax"])
@given(st.lists(st.floats(-700, 700) | st.floats(-1, 1), min_size=1, max_size=9))
@example([1000.0, 0.0, -1000.0])
@example([30.0, 0.0, -1.0])
@example([-1.0, 50.0, 0.0])
@example([2.0, 2.0, -40.0])
@example([1e15, 1e15 + 1, 1e15 + 1])
@example([0.001 * k for k in range(100)])
def test_all_results_of_a_softmax_are_as_accurate_as_one_by_its_index(name, zs):
    """Within 4 ulp; the derivative by the greatest argument within an ulp of 1."""
    op = getattr(autograd, name)
    with mpmath.workdps(60):
        rows = jacobian_of_log_softmax(zs)
        for i in range(0, len(zs), 1 + len(zs) // 10):
            leaves, others = list(map(Value, zs)), list(map(Value, zs))
            y, by_index = op(leaves)[i], op(others, index=i)
            y.backward()
            by_index.backward()
            assert abs(y.data - by_index.data) <= 4 * ulp(by_index.data)
            scale = 1.0 if name == "log_softmax" else by_index.data
            for leaf, other, z, d in zip(leaves, others, zs, rows[i], strict=True):
                true = scale * d
                bound = abs(mpf(other.grad) - true) + 4 * ulp(other.grad) + (z == max(zs)) * scale * ulp(1.0)
                assert abs(mpf(leaf.grad) - true) <= bound
