"""Derivatives of derivatives are exact too, in both modes to order three, against differences with many digits.

``HYPOTHESIS_PROFILE=long`` tries many more points.
"""

from collections import Counter
from itertools import combinations, product
from math import comb, inf, isclose, isfinite, nan, pi, prod, ulp

import pytest
from hypothesis import given, settings

import autograd
from autograd import grad
from autograd.numbers import Operators
from autograd.strategies import arities, interval, points
from autograd.table import TABLE
from autograd.text import accuracy
from tests.helpers.orders import along, nested

mpmath = pytest.importorskip("mpmath", reason="needs mpmath, which the extra dev has")
mpf = mpmath.mpf

pytestmark = pytest.mark.filterwarnings("ignore:.* is born at|.*:RuntimeWarning")

#: Where terms of both signs meet: the order from which on the error is 8 ulp of the terms and not of their sum, and the
#: condition number.
CANCELS = {
    name: (order, condition) for names, (order, _, condition) in accuracy.CANCELS.items() for name in names.split()
}

#: Which cancel for a < 0: ψ(1 − a) and the derivatives of cot, from order 1 on.
GAMMA = {"lgamma": -1, "digamma": 0, "polygamma": 0}


#: Points at which a campaign found a row to be less accurate than it said, or nan.
FOUND = {
    "pow": [(2.8061210139986784e307, 1e-9), (2.0, -1.3407807929942597e154)],
    "atan2": [(-5e-324, 1.99584030953472e292)],
    "hypot": [(-5e-324, 0.28125)],
    "norm": [(0.0, 4.219484837092697e-93)],
    "gelu": [(9.480751908109177e153,)],
    "prod": [(0.5, 5e-324)],
    "logit": [(1e-200,), (1e-160,)],
    "polygamma": [(0.0, -2.5), (2.0, -2.5)],
}


class Terms(Operators):
    """A number with the sum of the magnitudes of the terms that it is the sum of."""

    def __init__(self, value, magnitude=None):
        self.value, self.magnitude = value, abs(value) if magnitude is None else magnitude

    def __apply__(self, op, args):
        terms = [a if isinstance(a, Terms) else Terms(a) for a in args]
        values, sizes = [a.value for a in terms], [a.magnitude for a in terms]
        value = op.apply(tuple(values))
        if op.name in GAMMA and values[-1] < 0:
            return Terms(value, abs(value) + 2 * abs(op.apply((*values[:-1], 1 - values[-1]))))
        if op.name in ("add", "sub", "sum"):
            return Terms(value, sum(sizes))
        if op.name in ("neg", "mul", "prod"):
            return Terms(value, prod(sizes))
        if op.name == "div":
            return Terms(value, sizes[0] / abs(terms[1].value) if terms[1].value else inf)
        if op.name == "where":
            return Terms(value, sizes[1] if terms[0].value else sizes[2])
        return Terms(value)


def greatest_part(op, args):
    """Return the greatest magnitude among the parts of an operation: sums, products of some, a length, a power."""
    with mpmath.workdps(30):
        sizes = [abs(mpf(a)) for a in args]
        power = sizes[0] ** (args[1] - 1) if op.name == "pow" else 0
        return max(power, mpmath.norm(sizes), mpmath.fsum(sizes), mpmath.fprod(x for x in sizes if x > 1))


def by_differences(op, args, slots):
    """Return a mixed partial derivative, and a bound of its error."""
    if op.name in GAMMA:  # of which mpmath has all derivatives, and is slow at many digits
        with mpmath.workdps(60):
            return mpmath.psi(len(slots) + GAMMA[op.name] + int(args[0] if len(args) == 2 else 0), args[-1]), 0
    counts = [slots.count(i) for i in range(len(args))]
    steps = [mpf(10) ** -40 * min(abs(mpf(a)), 1) if a else mpf(10) ** -1000 for a in args]
    digits = 100 + int(sum(max(0.0, float(mpmath.log10(abs(a) or 1))) for a in args))
    digits -= int(1.5 * sum(n * mpmath.log10(h) for h, n in zip(steps, counts, strict=True)))
    with mpmath.workdps(digits):
        total = size = mpf(0)
        for ks in product(*[range(n + 1) for n in counts]):
            weight = prod((-1) ** (n - k) * comb(n, k) for n, k in zip(counts, ks, strict=True))
            y = weight * op.apply(tuple(mpf(a) + k * h for a, k, h in zip(args, ks, steps, strict=True)))
            total, size = total + y, size + abs(y)
        scale = mpmath.fprod(h**n for h, n in zip(steps, counts, strict=True))
        return total / scale, size / scale * mpf(10) ** (20 - digits)


def error(op, args, slots, found, order_of_terms):
    """Return the error of a derivative in ulp; 0 where a float, or the truth, cannot tell.

    It is infinite for a nan, unless terms of a rule of several arguments overflow.
    """
    true, doubt = by_differences(op, args, slots)
    if found != found and op.arity == 1:
        return inf
    terms = 0.0
    if len(slots) >= order_of_terms:
        terms = nested(along, op, slots)(*map(Terms, args))
        terms = float(terms.magnitude if isinstance(terms, Terms) else abs(terms))
    if not terms < 1e290 or doubt > abs(true) * mpf(10) ** -20 or abs(true) > mpf(2) ** 1000:
        return 0.0
    if op.name.startswith("sinc"):  # which waves about 0
        terms = pi ** (len(slots) + int(args[0] if len(args) == 2 else 0)) / max(1, abs(args[-1]))
    unit = mpf(max(ulp(float(true)), ulp(terms)))
    return float(abs(mpf(found) - true) / unit) if isfinite(found) else inf


def allowed(op, args, order):
    bound = op.ulps(*args) if op.ulps else 4
    return 8 + order * (bound - 4)


FLOWING = [
    op for op in TABLE.values() if any(op.partials) and op.name not in ("mod", "fmod")
]  # whose saws are finer than a step
AWKWARD = (1e-300, 1e-160, 1e-20, 1e-9, 1e-5, 0.01, 0.3, 1 - 2.0**-53, 1.0, 1 + 2.0**-52, 3.0, 20.0, 37.0, 354.0, 740.0)


def check(op, args, orders=(2, 3)):
    inflection = op.name == "logaddexp" and args[0] == args[1]  # where 0 is compared with 1e-41
    if inflection or (op.kink and op.kink(*args) == 0):
        return
    if allowed(op, args, 1) > 2**53:  # not one digit
        assert allowed(op, args, 1) < inf or greatest_part(op, args) > mpf(2) ** 1023
        return
    free = [i for i in range(len(args)) if op.arity is None or op.partials[i]]
    for order in orders:
        slots = [free[(k * k + k * order) % len(free)] for k in range(order)]
        from_order = 1 if op.name in GAMMA else CANCELS.get(op.name, (4, ""))[0]
        for derivative in (grad, along):
            try:
                found = nested(derivative, op, slots)(*args)
                off = error(op, args, slots, found, from_order)
            except (OverflowError, ZeroDivisionError, mpmath.libmp.NoConvergence):  # mpmath has no erfc far out
                continue
            assert off <= allowed(op, args, order), (derivative.__name__, slots, found, off)


@pytest.mark.parametrize("op", [pytest.param(op, id=op.name) for op in FLOWING])
def test_a_derivative_of_order_three_is_as_accurate_as_its_row_says(op):
    for x in AWKWARD if op.arity == 1 else AWKWARD[::3]:
        for sign in (1.0, -1.0):
            args = (sign * x, *(2.0, -3.0, 1.0, 0.5, 4.0, -2.0)[: arities(op)[2 if op.arity is None else 0] - 1])
            if all(map(interval, op.domain * len(args) if op.arity is None else op.domain, args)):
                check(op, args)
    for args in FOUND.get(op.name, []):
        check(op, args)
    given(points(op))(settings(max_examples=settings().max_examples // 12)(lambda args: check(op, args)))()


@pytest.mark.parametrize(
    "name", ["asin", "acos", "atanh", "sigmoid", "sigmoid_slope", "softplus", "logsigmoid", "silu"]
)
@pytest.mark.parametrize("x", [1e-300, 1e-9, -1e-5])
def test_what_is_small_near_zero_keeps_its_digits(name, x):
    op = TABLE[name]
    for order in (1, 2, 3):
        for derivative in (grad, along):
            assert error(op, (x,), [0] * order, nested(derivative, op, [0] * order)(x), 4) <= 8


def test_the_terms_of_a_number_are_those_of_its_sum():
    x = Terms(3.0)
    assert (x * (2 - x) - 1).magnitude == 3 * 5 + 1
    assert autograd.where(x, x - 3, 5.0).magnitude == 6
    assert ((x - 3) / x).magnitude == 2
    assert autograd.exp(x - 3).magnitude == 1


def test_cancellations_are_named_for_rows_of_the_table_and_few_are_of_first_derivatives():
    counts = Counter(order for name, (order, _) in CANCELS.items() if name not in GAMMA)
    assert set(CANCELS) <= {op.name for op in FLOWING}
    assert counts[1] <= 3  # of activations with a valley
    assert all(" / " in condition for _, condition in CANCELS.values())


def test_each_row_with_a_bound_of_its_own_is_named():
    assert {name for names in accuracy.BOUNDS for name in names.split()} == {
        op.name for op in TABLE.values() if op.ulps
    }


@pytest.mark.parametrize("name", ["pow", "atan2", "hypot", "div", "norm"])
@pytest.mark.parametrize("exponent", [-200, -160, -120, -90, -20, 90, 200])
def test_a_row_of_several_arguments_is_nan_only_where_its_terms_overflow(name, exponent):
    """Terms of the order k of a length or an angle are of the size of its power 1 − k or −k."""
    args = (10.0**exponent, 2.5) if name == "pow" else (3 * 10.0**exponent, 4 * 10.0**exponent)
    for order, derivative in product((1, 2, 3), (grad, along)):
        for slots in product((0, 1), repeat=order):
            found = nested(derivative, TABLE[name], list(slots))(*args)
            if found != found:
                assert abs(exponent * order) > 300, (derivative.__name__, slots)


CORNERS = (0.0, -0.0, 0.5, 1.0, -1.0, 2.0, inf, -3.0, 1e-320, nan, 1e300, -inf)
SEVERAL = [
    op for op in TABLE.values() if any(op.partials) and (op.arity is None or len(list(filter(None, op.partials))) > 1)
]


@pytest.mark.parametrize("op", [pytest.param(op, id=op.name) for op in SEVERAL])
def test_derivatives_by_two_arguments_agree_in_both_orders_at_every_corner(op):
    """They are equal, or all nan or infinite; one may be if an argument is nan, infinite or subnormal, or a term is."""
    n = next(n for n in arities(op) if n > 1)
    for args in product(CORNERS[:: 2 * n - 3], repeat=n):
        if op.name == "clamp" and not args[1] <= args[2]:
            continue
        ordinary = (
            all(isfinite(a) and abs(a) != 1e-320 for a in (*args, op.apply(args))) and allowed(op, args, 1) < 2**53
        )
        cancels = 1e-15 if op.name == "atan2" else 0  # where a² = b²
        for slots in combinations([i for i in range(len(args)) if op.arity is None or op.partials[i]], 2):
            found = [nested(d, op, list(each))(*args) for d in (grad, along) for each in (slots, slots[::-1])]
            finite = [d for d in found if isfinite(d)]
            assert len(finite) in ((0, 4) if ordinary else range(5)), (args, slots, found)
            assert all(isclose(d, finite[0], rel_tol=1e-3, abs_tol=cancels) for d in finite), (args, slots, found)


@pytest.mark.parametrize(("y", "limit"), [(-1.0, inf), (0.0, inf), (0.5, -inf), (1.0, -inf), (1.5, 0.0), (2.0, 0.0)])
def test_the_derivative_of_a_power_at_zero_by_both_is_the_limit(y, limit):
    assert nested(grad, TABLE["pow"], [1, 0])(0.0, y) == limit
    assert nested(grad, TABLE["pow"], [0, 1])(0.0, y) == limit or 0 < y < 1  # there inf − inf, nan
