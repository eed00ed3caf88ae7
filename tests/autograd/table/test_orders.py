"""Derivatives of derivatives are exact too, in both modes to order three, against differences with many digits.

``HYPOTHESIS_PROFILE=long`` tries many more points.
"""

from collections import Counter
from functools import partial, reduce
from itertools import product
from math import comb, inf, isfinite, log, nan, pi, prod, ulp

import pytest
from hypothesis import given, settings

import autograd
from autograd import grad, hessian, hvp, jacobian, jvp, value_and_grad
from autograd.numbers import Operators
from autograd.strategies import arities, interval, points
from autograd.table import TABLE

mpmath = pytest.importorskip("mpmath", reason="needs mpmath, which the extra dev has")
mpf = mpmath.mpf

pytestmark = pytest.mark.filterwarnings("ignore:.* is born at|.*:RuntimeWarning")

#: Where terms of both signs meet, from which order on: the error is 8 ulp of the terms and not of their sum.
CANCELS = {
    **dict.fromkeys(("silu", "gelu"), (1, "a slope that passes through 0")),
    **dict.fromkeys(("hypot", "norm"), (2, "1 − u², with u one component of the unit vector: condition 2 u²/(1 − u²)")),
    "atan2": (2, "a² − b², which is 0 on the diagonals"),
    "mish": (1, "a slope that passes through 0"),
    "logit": (2, "1 − 2a"),
    "logaddexp": (3, "1 − 2p"),
    "pow": (2, "1 + b·log a, and b·(b − 1)·…"),
    **dict.fromkeys(("softmax", "sech", "sigmoid_slope"), (2, "1 − 2p, an inflection")),
    **dict.fromkeys(("tanh", "sigmoid", "softplus", "logsigmoid"), (3, "1 − 2p, an inflection of the slope")),
    **dict.fromkeys(("logsumexp", "log_softmax", "log_excess"), (3, "1 − 2p")),
    **dict.fromkeys(("erf", "erfc", "atan", "asinh", "acosh"), (3, "an inflection of the slope")),
}

GAMMA = {"lgamma": -1, "digamma": 0, "polygamma": 0}


class Terms(Operators):
    """A number with the sum of the magnitudes of the terms that it is the sum of."""

    def __init__(self, value, magnitude=None):
        self.value, self.magnitude = value, abs(value) if magnitude is None else magnitude

    def __apply__(self, op, args):
        terms = [a if isinstance(a, Terms) else Terms(a) for a in args]
        value, sizes = op.apply(tuple(a.value for a in terms)), [a.magnitude for a in terms]
        if op.name in ("add", "sub", "sum"):
            return Terms(value, sum(sizes))
        if op.name in ("neg", "mul", "prod"):
            return Terms(value, prod(sizes))
        if op.name == "div":
            return Terms(value, sizes[0] / abs(terms[1].value) if terms[1].value else inf)
        if op.name == "where":
            return Terms(value, sizes[1] if terms[0].value else sizes[2])
        return Terms(value)


def along(f, slot):
    """Return ∂f/∂ an argument by forward mode."""
    return lambda *args: jvp(f)(args, tuple(float(i == slot) for i in range(len(args))))[1]


def nested(derivative, op, slots):
    return reduce(derivative, slots, lambda *args: op.apply(args))


def by_differences(op, args, slots):
    """Return a mixed partial derivative, and a bound of its error."""
    if op.name in GAMMA:  # of which mpmath has all derivatives, and is slow at many digits
        with mpmath.workdps(60):
            return mpmath.psi(len(slots) + GAMMA[op.name] + int(args[0] if len(args) == 2 else 0), args[-1]), 0
    counts = [slots.count(i) for i in range(len(args))]
    steps = [mpf(10) ** -40 * min(abs(mpf(a)), 1) if a else mpf(10) ** -380 for a in args]
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
    """Return the error of a derivative in ulp; 0 where a float, or the truth, cannot tell."""
    true, doubt = by_differences(op, args, slots)
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
    if inflection or allowed(op, args, 1) == inf or (op.kink and op.kink(*args) == 0):
        return
    free = [i for i in range(len(args)) if op.arity is None or op.partials[i]]
    for order in orders:
        slots = [free[(k * k + k * order) % len(free)] for k in range(order)]
        from_order = CANCELS.get(op.name, (4, ""))[0]
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


SURE = [([30.0, 0.0, -1.0], 0), ([-3.0, 50.0, 0.5, 0.25], 1), ([0.0, 700.0], 1), ([0.1, 0.2, 0.3], 2)]


@pytest.mark.parametrize(("zs", "sure"), SURE)
def test_the_second_derivatives_of_logsumexp_are_exact_and_sum_to_0_when_one_class_is_sure(zs, sure):
    with mpmath.workdps(700):
        whole = mpmath.fsum(mpmath.exp(z) for z in zs)
        p = [mpmath.exp(z) / whole for z in zs]
        true = [[float(p[i] * (1 - p[i]) if i == j else -p[i] * p[j]) for j in range(len(zs))] for i in range(len(zs))]
    losses = [lambda z: autograd.logsumexp(*z), lambda z: -autograd.log_softmax(z, index=sure)]
    losses.append(lambda z: -autograd.log_softmax(z)[sure])
    for f in losses:
        for found in (
            hessian(f)(zs),
            [hvp(f)(zs, [float(j == k) for j in range(len(zs))]) for k in range(len(zs))],
            [[along(along(lambda *z, f=f: f(z), i), j)(*zs) for j in range(len(zs))] for i in range(len(zs))],
        ):
            for row, right in zip(found, true, strict=True):
                assert list(row) == [pytest.approx(x, rel=8 * 2.0**-52 * (1 + max(zs) - min(zs))) for x in right]
                assert abs(sum(row)) <= 8 * ulp(max(map(abs, row)))
    shares = jacobian(lambda z: autograd.softmax(z))(zs)
    assert [list(row) for row in shares] == [[pytest.approx(x, rel=1e-12) for x in row] for row in true]
    assert hvp(losses[0])(zs, [1.0] * len(zs)) == pytest.approx([0.0] * len(zs), abs=8 * 2.0**-52 * true[sure][sure])


def test_a_sure_class_among_several_outputs_keeps_the_small_parts_of_a_sum():
    weights, zs = [1.0, 0.5, 0.25], [30.0, 0.0, -1.0]
    with mpmath.workdps(60):
        whole = mpmath.fsum(mpmath.exp(z) for z in zs)
        p = [mpmath.exp(z) / whole for z in zs]
        mean = mpmath.fsum(w * q for w, q in zip(weights, p, strict=True))
        true = [float(q * (w - mean)) for w, q in zip(weights, p, strict=True)]

    def f(z):
        return sum(w * q for w, q in zip(weights, autograd.softmax(z), strict=True))

    assert grad(f)(zs) == pytest.approx(true, rel=1e-14)


def test_the_greatest_of_a_thousand_classes_is_as_exact_as_the_others():
    zs = [0.001 * k % 0.37 for k in range(1000)]
    with mpmath.workdps(60):
        whole = mpmath.fsum(mpmath.exp(z) for z in zs)
        p = [mpmath.exp(z) / whole for z in zs]
        for i in (5, zs.index(max(zs))):
            found = grad(lambda z, i=i: autograd.log_softmax(z)[i])(zs)
            for j in range(1000):
                true = (i == j) - p[j]
                assert abs(found[j] - true) <= 8 * ulp(float(true))


@pytest.mark.parametrize(
    ("zs", "value", "slope"),
    [
        ([1.0, inf], inf, [0.0, 1.0]),
        ([-inf], -inf, [1.0]),
        ([-inf, 0.0], 0.0, [0.0, 1.0]),
        ([-inf, -inf], -inf, [nan, nan]),
    ],
)
def test_one_infinite_class_takes_all(zs, value, slope):
    same = partial(pytest.approx, nan_ok=True)
    assert value_and_grad(lambda z: autograd.logsumexp(z))(zs) == (value, same(slope))
    assert autograd.softmax(zs) == same(slope)
    for k in range(len(zs)):
        assert autograd.softmax(zs, index=k) == same(slope[k])
        expected = [float(j == k) - p for j, p in enumerate(slope)]
        for f in (lambda z, k=k: autograd.log_softmax(z, index=k), lambda z, k=k: autograd.log_softmax(z)[k]):
            y, found = value_and_grad(f)(zs)
            assert found == same(expected)
            assert autograd.exp(y) == same(slope[k])


@pytest.mark.parametrize("length", [autograd.hypot, autograd.norm])
def test_a_length_has_a_slope_by_convention_at_the_origin_and_no_second_derivative(length):
    zero = [0.0, 0.0]
    for f in (lambda p: length(*p), lambda p: length(*p) ** 2, lambda p: length(*p) * 3.0 + p[0]):
        assert grad(f)(zero)[1] == 0
        assert str(hessian(f)(zero)[0][0]) == "nan"
        assert str(along(along(lambda a, b, f=f: f((a, b)), 0), 0)(*zero)) == "nan"
    assert hessian(lambda p: length(*p) ** 2)([3.0, 4.0]) == [[2.0, 0.0], [0.0, 2.0]]


def test_a_power_whose_exponent_is_a_plain_0_has_the_derivatives_by_it():
    power = autograd.pow
    assert nested(grad, power, [0, 1])(2.0, 0.0) == nested(along, power, [1, 0])(2.0, 0.0) == 0.5
    assert nested(grad, power, [0, 1, 1])(2.0, 0.0) == pytest.approx(log(2), rel=1e-15)
    assert grad(power, (0, 1))(0.0, 0.0) == (0.0, 0.0)


def test_tanh_and_cbrt_have_second_and_third_derivatives_where_a_part_of_them_overflows():
    for x in (710.5, 800.0, -1e5):
        assert nested(along, autograd.tanh, [0, 0])(x) == nested(grad, autograd.tanh, [0, 0, 0])(x) == 0
    for order in (2, 3):
        assert abs(nested(grad, autograd.cbrt, [0] * order)(1e-300)) == inf


def test_cancellations_are_named_for_rows_of_the_table_and_few_are_of_first_derivatives():
    counts = Counter(CANCELS[op.name][0] for op in FLOWING if op.name in CANCELS)
    assert set(CANCELS) <= {op.name for op in FLOWING}
    assert counts[1] <= 3  # of activations with a valley
