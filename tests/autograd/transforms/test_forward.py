"""Derivatives in forward mode, against those in reverse mode."""

import contextlib
import itertools
import math
import random
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value, detect_anomaly, grad, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.table import BUILT_IN, TABLE
from tests.helpers.optional_numpy import np

SMALL = st.floats(-2, 2).map(lambda x: round(x, 3))


def polynomial(x):
    return 3 * x**4 - 2 * x**3 + x


def mixed(x):
    return (
        autograd.tanh(x[0] * x[1])
        + autograd.exp(x[0]) / (1 + x[1] ** 2)
        + autograd.dot([x[0], x[1]], [x[1], 2.0], x[0])
    )


@given(SMALL, SMALL)
def test_forward_and_backward_agree(a, b):
    f = lambda x: mixed(x)
    backwards = grad(f)([a, b])
    forwards = [jvp(f)(([a, b],), ([1.0, 0.0],))[1], jvp(f)(([a, b],), ([0.0, 1.0],))[1]]
    assert forwards == pytest.approx(backwards, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("op", [op for op in TABLE.values() if op.arity == 1], ids=lambda op: op.name)
def test_second_derivatives_of_every_unary_row_agree_forwards_and_backwards(op):
    x = 1.3 if op.name == "acosh" else 0.37
    second = grad(grad(op))(x)
    forwards = jvp(lambda t: jvp(op)((t,), (1.0,))[1])((x,), (1.0,))[1]
    assert second == pytest.approx(forwards, rel=1e-9, abs=1e-12)
    assert math.isfinite(second)


def test_forward_over_reverse():
    assert jvp(grad(polynomial))((2.0,), (1.0,)) == (73.0, 120.0)
    assert jvp(jacobian(lambda x: [x[0] * x[1], x[0] ** 3]))(([2.0, 3.0],), ([1.0, 0.0],)) == (
        [[3.0, 2.0], [12.0, 0.0]],
        [[0.0, 1.0], [12.0, 0.0]],
    )
    assert jvp(grad(grad(polynomial)))((2.0,), (2.0,)) == (120.0, 264.0)
    assert jvp(lambda x: jvp(grad(polynomial))((x,), (1.0,))[1])((2.0,), (1.0,)) == (120.0, 132.0)
    assert grad(lambda x: jvp(grad(polynomial))((x,), (1.0,))[1])(2.0) == 132.0


def test_trees_are_matched_by_their_keys():
    f = lambda p: p["a"] * 10 + p["b"]
    assert jvp(f)(({"a": 1.0, "b": 2.0},), ({"b": 1.0, "a": 0.0},)) == (12.0, 1.0)
    assert vjp(lambda x: {"a": x, "b": 10 * x})(1.0)[1]({"b": 0.0, "a": 1.0}) == (1.0,)
    assert hvp(lambda p: p["a"] ** 2 * p["b"])({"a": 2.0, "b": 3.0}, {"b": 0.0, "a": 1.0}) == {"a": 6.0, "b": 4.0}
    with pytest.raises(ValueError, match=r"^tangents\[0\]: expected a dict with the keys \['a', 'b'\], got"):
        jvp(f)(({"a": 1.0, "b": 2.0},), ({"a": 1.0},))
    with pytest.raises(ValueError, match=r"^tangents\[0\]\[1\]: expected one number, got \[2.0\]"):
        jvp(lambda x: x[0])(([1.0, 2.0],), ([1.0, [2.0]],))


def test_forward_mode_goes_through_a_network_of_values():
    model = nn.MLP(2, [3, 1], activation="tanh")
    with autograd.no_grad():  # else the result is made of Values, from which backward reaches the weights
        forwards = jvp(lambda x: model([x, 2.0]))((0.5,), (1.0,))
        assert forwards == pytest.approx(value_and_grad(lambda x: model([x, 2.0]))(0.5), rel=1e-14)
    assert jvp(lambda x: autograd.maximum(Value(1.0), x))((3.0,), (1.0,))[1] == 1.0


def in_all_nestings(f, order):
    """Return the derivative of an order by each mixture of modes."""
    modes = (grad, lambda g: lambda x: jvp(g)((x,), (1.0,))[1])
    for nesting in itertools.product(modes, repeat=order):
        slope = f
        for mode in nesting:
            slope = mode(slope)
        yield slope


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("op", [op for op in TABLE.values() if op.arity == 1], ids=lambda op: op.name)
@pytest.mark.filterwarnings("ignore:.* met a nan or an infinity")
def test_both_modes_agree_in_every_nesting_of_every_unary_row(op, order):
    for x in (0.0, 0.37, -0.37, 1.3, -40.0, 1e200, math.inf, math.nan):
        backwards, *others = [slope(x) for slope in in_all_nestings(op, order)]
        for found in others:  # where reverse mode has nothing but nan, forward mode may know the limit
            if math.isfinite(backwards) or x != x:
                assert found == pytest.approx(backwards, rel=1e-6, abs=1e-300, nan_ok=True), x


def as_functions_of_one(op):
    """Yield name, function of one number and whether it takes the number twice, for each slot of a row."""
    n = op.arity or 3
    for slot, c in itertools.product(range(n), (0.0, 2.0) if n > 1 else (0.0,)):
        yield f"{op.name}, slot {slot}", lambda x, i=slot, c=c: op.apply((*[c] * i, x, *[c] * (n - 1 - i))), False
    if n > 1:
        yield f"{op.name}, all slots", lambda x: op.apply((x,) * n), True


def answer_and_warning(call):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            answer = call()
        except ValueError as error:  # an order that is too high
            answer = str(error)
    return answer, bool(seen)


def test_both_modes_agree_at_singular_points_of_two_rows_or_both_warn():
    """They differ only where a row takes a number twice: reverse mode first adds what reaches it, forward mode last."""
    ops = [TABLE[name] for name in sorted(BUILT_IN - {"clamp"})]  # whose bounds may not cross
    steps = [step for op in ops for step in as_functions_of_one(op)]
    unary = [step for op in ops if op.arity == 1 for step in as_functions_of_one(op)]
    others = random.Random(1).choices(steps, k=8 * len(steps))
    differ = 0
    for (outer, g, twice), (inner, h, also) in [*itertools.product(unary, unary), *zip(steps * 8, others, strict=True)]:
        for x in (0.0, 1.0, -1.0, -800.0, math.inf):
            f = lambda t, g=g, h=h: g(h(t))
            backwards, warned = answer_and_warning(lambda f=f, x=x: grad(f)(x))
            forwards, warned_too = answer_and_warning(lambda f=f, x=x: jvp(f)((x,), (1.0,))[1])
            assert warned == warned_too, (outer, inner, x)
            if isinstance(forwards, str):
                assert forwards == backwards
            elif forwards != pytest.approx(backwards, rel=1e-9, abs=1e-9, nan_ok=True):
                differ += 1
                assert warned, (outer, inner, x)
                assert twice or also, (outer, inner, x)
    assert differ > 0


def test_all_nestings_agree_to_order_three_at_singular_points_of_two_rows_or_all_warn():
    """They differ only where one of them has a nan or an infinity: its parts cancel in one order of the sums only."""
    ops = [TABLE[name] for name in sorted(BUILT_IN - {"clamp"})]
    steps = [step for op in ops for step in as_functions_of_one(op)]
    draw = random.Random(3)
    pairs = [(outer, inner) for outer in steps[:1] for inner in steps] + list(
        zip(draw.choices(steps, k=200), draw.choices(steps, k=200), strict=True)
    )
    known = [("cbrt", "relu"), ("sqrt", "relu"), ("cbrt", "relu6"), ("log", "relu"), ("abs", "acosh")]
    by_name = {name.split(",")[0]: step for step in reversed(steps) for name in step[:1]}
    for (outer, g, _), (inner, h, _) in [*((by_name[a], by_name[b]) for a, b in known), *pairs]:
        f = lambda t, g=g, h=h: g(h(t))
        for x, order in itertools.product((0.0, 1.0, -1.0, -800.0, math.inf), (2, 3)):
            found = [answer_and_warning(lambda s=s, x=x: s(x)) for s in in_all_nestings(f, order)]
            answers, warned = zip(*found, strict=True)
            if isinstance(answers[0], str):
                assert len(set(answers)) == 1
            elif any(y != pytest.approx(answers[0], rel=1e-6, abs=1e-9, nan_ok=True) for y in answers):
                assert all(warned), (outer, inner, x, found)
                assert not all(map(math.isfinite, answers)), (outer, inner, x, found)
                assert (outer, inner) not in known, (outer, inner, x, found)


@pytest.mark.filterwarnings("ignore:.* met a nan or an infinity")
@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: autograd.sqrt(x * x), 0.0),
        (lambda x: autograd.sqrt(x - x), 1.0),
        (lambda x: autograd.log(autograd.relu(x)), -1.0),
        (lambda x: autograd.sqrt(autograd.where(x > 0, x, 0.0 * x)), -1.0),
    ],
)
def test_an_infinite_local_derivative_makes_nan_of_a_tangent_that_came_out_as_0(f, x):
    assert math.isnan(grad(f)(x))
    assert math.isnan(jvp(f)((x,), (1.0,))[1])
    assert jvp(lambda x: f(x) * 0.0)((x,), (1.0,))[1] == pytest.approx(grad(lambda x: f(x) * 0.0)(x), nan_ok=True)


def test_forward_mode_names_where_a_0_lost_an_infinity():
    f = lambda x: 1 / autograd.log(1 + autograd.exp(x))
    for call in (jvp(f), jvp(lambda x: jvp(f)((x,), (1.0,))[0])):
        with pytest.warns(
            RuntimeWarning, match=r"^jvp met a nan or an infinity; 0 · inf at exp\(1000.0\), taken as 0$"
        ):
            assert call((1000.0,), (1.0,))[1] == 0.0
    with detect_anomaly(), pytest.raises(FloatingPointError, match=r"sqrt\(0.0\)"):
        jvp(lambda x: 0.0 * autograd.sqrt(x))((0.0,), (1.0,))
    assert jvp(lambda x: autograd.maximum(1.0, autograd.sqrt(x)))((0.0,), (1.0,)) == (1.0, 0.0)


@pytest.mark.parametrize(("f", "x"), [(lambda x: math.inf, 1.0), (lambda x: autograd.clamp(x**x, 3, 5), -1.0)])
def test_no_nan_or_infinity_is_returned_in_silence(f, x):
    for call in (value_and_grad(f), lambda x: jvp(f)((x,), (1.0,))):
        with pytest.warns(RuntimeWarning, match="met a nan or an infinity; "):
            call(x)


def test_a_function_is_called_once_and_no_exception_steers_it():
    calls = []

    def guarded(x):
        calls.append(x)
        try:
            return grad(lambda y: x * y**3)(x)
        except BaseException:
            return 0.0

    def suppressed(x):
        found = 0.0
        with contextlib.suppress(BaseException):
            found = grad(lambda y: x * y**3)(x)
        return found

    assert jvp(guarded)((2.0,), (1.0,)) == jvp(suppressed)((2.0,), (1.0,)) == (24.0, 36.0)
    assert jvp(jacobian(guarded))((2.0,), (1.0,)) == (36.0, 36.0)
    assert len(calls) == 2


def test_an_anomaly_raises_and_a_nan_is_named():
    f = lambda x: 2 * autograd.log(-x)
    for call in (lambda: grad(f)(1.0), lambda: jvp(f)((1.0,), (1.0,))):
        with (
            detect_anomaly(),
            pytest.raises(FloatingPointError, match=r"^log\(-1.0\) gave nan, local derivatives \(nan,\)"),
        ):
            call()
    with pytest.warns(
        RuntimeWarning, match=r"^jvp met a nan or an infinity; log\(-1.0\) gave nan with the tangent nan$"
    ):
        jvp(f)((1.0,), (1.0,))
    with pytest.warns(RuntimeWarning, match=r"^grad met a nan or an infinity; forward: log\(-1.0\) gave nan$") as seen:
        grad(f)(1.0)
    assert seen[0].filename == __file__
    with detect_anomaly(), pytest.raises(FloatingPointError, match=r"^jvp met a nan or an infinity; mul"):
        jvp(lambda x: 1e300 * x)((1.0,), (1e300,))
    assert grad(lambda x: autograd.where(x > 0, x, autograd.log(x)))(1.0) == 1.0


def test_a_lost_gradient_is_named_by_a_transform_too():
    f = lambda x: 1 / autograd.log(1 + autograd.exp(x))
    with pytest.warns(RuntimeWarning, match=r"^grad met a nan or an infinity; 0 · inf at exp\(1000.0\), taken as 0$"):
        assert grad(f)(1000.0) == 0.0


def test_results_may_be_arrays_and_what_is_no_number_is_refused():
    y, slope = jvp(lambda x: np.array([2 * x, x**3]))((2.0,), (1.0,))
    assert (y.tolist(), slope.tolist()) == ([4.0, 8.0], [2.0, 12.0])
    assert jvp(lambda x: np.where(x > 0, x**2, 0.0))((3.0,), (1.0,)) == (9.0, 6.0)
    assert (jvp(lambda x: (x * np.array([1.0, 2.0])).sum())((3.0,), (1.0,))) == (9.0, 3.0)
    for bad, name in (({1}, "set"), ("a", "str"), (None, "NoneType")):
        with pytest.raises(TypeError, match=f"^f returns: expected a number, got {name}"):
            jvp(lambda x, bad=bad: bad)((1.0,), (1.0,))


def test_something_else_may_be_passed_on():
    assert jvp(lambda x: (x * x, [x, "text"]), has_aux=True)((2.0,), (1.0,)) == (4.0, 4.0, [2.0, "text"])
