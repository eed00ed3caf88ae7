"""Every row, value and partials, is as accurate as it says, against mpmath with 60 digits."""

from math import inf, isfinite, ulp

import pytest
from hypothesis import assume, given

from autograd.strategies import points
from autograd.table.op import TABLE, Op

mpmath = pytest.importorskip("mpmath", reason="needs mpmath, which the extra dev has")
mpf = mpmath.mpf
ROWS = [pytest.param(op, id=op.name) for op in TABLE.values()]


def close(found: float, truth, bound: float, terms: float) -> bool:
    """Within so many ulp of the truth, or of the sum of the terms; next to the largest float an infinity will do."""
    if not mpmath.isfinite(truth) or abs(truth) > 0.99 * mpf(2) ** 1024:
        return True
    return isfinite(found) and abs(mpf(found) - truth) <= bound * max(ulp(float(truth)), ulp(terms))


#: The sum of the magnitudes of the terms of a rule that adds numbers of both signs, for its value and partials.
TERMS = {
    "sum": (lambda *args: sum(map(abs, args)), None),
    "mean": (lambda *args: sum(map(abs, args)), None),
    "dot": (lambda *args: sum(map(abs, args)) * sum(map(abs, args)) + abs(args[-1]), None),
    "logsumexp": (lambda *args: abs(max(args)) + 1, None),
    "silu": (None, lambda a: 1.0),
    "gelu": (None, lambda a: 1.0),
}


@pytest.mark.parametrize("op", ROWS)
def test_a_row_is_as_accurate_as_it_says(op: Op):
    value_terms, partial_terms = TERMS.get(op.name, (None, None))

    @given(points(op))
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
