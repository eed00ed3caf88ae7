"""Rules of one's own: the same on every kind of number, at each call, or refused."""

import pickle
import random
import re
from fractions import Fraction
from itertools import count
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, evaluate, grad, hessian, jvp, operation, trace
from autograd.strategies import expressions
from autograd.table import TABLE
from viz.player.evaluable import read_only_reason

np = pytest.importorskip("numpy")


def forward_mode(f):
    return lambda x: jvp(f)((x,), (1.0,))[1]


def tangent(expression, args, i):
    """Return ∂expression/∂ its i-th leaf on any kind of number, by the chain rule."""
    values, tangents = list(args), [float(k == i) for k in range(len(args))]
    for op, slots in expression.calls:
        numbers = tuple(values[a] if isinstance(a, int) else a for a in slots)
        y = op.apply(numbers)
        derivative = op.partials_at(y, numbers)
        total = 0.0
        for slot, a in enumerate(slots):
            if isinstance(a, int):
                total = derivative(slot) * tangents[a] + total
        values.append(y)
        tangents.append(total)
    return tangents[-1]


def as_operation(expression):
    """Return an expression as an operation of one's own."""
    places = [f"x{k}" for k in range(len(expression.leaves))]
    scope = {"expression": expression}
    exec(f"def own({', '.join(places)}): return expression({', '.join(places)})", scope)
    partials = [lambda y, *args, i=i: tangent(expression, args, i) for i in range(len(places))]
    return operation(*partials)(scope["own"])


RATIONAL = [TABLE[name] for name in ("add", "sub", "mul", "neg", "square")]
SMOOTH = [*RATIONAL, *(TABLE[name] for name in ("tanh", "sin", "cos", "sigmoid", "atan"))]
LITTLE = st.floats(-2, 2).map(lambda x: round(x, 3))


@given(expressions(max_ops=5, numbers=LITTLE, ops=SMOOTH, inside=False))
def test_an_operation_agrees_with_its_expression_on_every_kind_of_number_to_order_three(f):
    own, x = as_operation(f), f.leaves
    assert own(*x) == own(*map(Value, x)).data == f(*x)
    assert own(*map(np.array, x)) == pytest.approx(f(*x), rel=1e-12, abs=1e-12)
    labelled = [Value(v, label=f"x{k}") for k, v in enumerate(x)]
    graph = trace(own(*labelled)).graph
    assert evaluate(graph, {leaf.label: leaf.data for leaf in labelled})[-1] == f(*x)
    if all(op in RATIONAL for op, _ in f.calls):
        exact = [Fraction(v) for v in x]
        assert own(*exact) == f(*exact)

    def along(g):
        return lambda t: g(*[v + t * (k + 1) for k, v in enumerate(x)])

    def close(a, b):
        assert a == pytest.approx(b, rel=1e-9, abs=1e-9)

    for mine, theirs in zip(hessian(lambda p: own(*p))(list(x)), hessian(lambda p: f(*p))(list(x)), strict=True):
        close(mine, theirs)
    mine, theirs = along(own), along(f)
    for transform in (grad, forward_mode):
        close(transform(mine)(0.1), transform(theirs)(0.1))
        for outer in (grad, forward_mode):
            close(outer(transform(mine))(0.1), outer(transform(theirs))(0.1))
            close(grad(outer(transform(mine)))(0.1), grad(outer(transform(theirs)))(0.1))
    leaf = Value(0.1)
    y = mine(leaf)
    y.backward(create_graph=True)
    close(leaf.grad.data, grad(theirs)(0.1))


@pytest.mark.parametrize("a", [0.0, 2.0, -3.0])
def test_a_branch_is_taken_at_each_call(a):
    @operation(lambda y, a: 1.0)
    def own(a):
        if not isinstance(a, float):
            return 100.0
        if a == 0:
            return 7.0
        return a if a > 0 else 50.0

    assert own(a) == own(Value(a)).data == jvp(own)((a,), (1.0,))[0] == {0.0: 7.0, 2.0: 2.0, -3.0: 50.0}[a]


def test_random_numbers_are_drawn_at_each_call():
    @operation(lambda y, a: 1.0)
    def own(a):
        return a + random.random()

    x = Value(0.0)
    random.seed(3)
    found = [own(0.0), own(x).data]
    random.seed(3)
    assert found == [random.random(), random.random()]
    y = own(x)
    assert trace(own(1.0) * x).ops.keys() == {"mul"}
    with pytest.warns(RuntimeWarning, match="was changed"):
        assert trace(y).ops["own"]["trees"]["1"] is None
    with pytest.raises(ValueError, match="create_graph"):
        y.backward(create_graph=True)


def test_a_counter_counts_calls():
    counter = count()

    @operation(lambda y, a: 1.0)
    def own(a):
        return a + next(counter)

    assert [own(0.0), own(Value(0.0)).data, own(0.0)] == [0.0, 1.0, 2.0]


def test_a_partial_that_differs_on_values_is_refused():
    @operation(lambda y, a: 2 * a if isinstance(a, float) else 3 * a)
    def own(a):
        return a * a

    assert grad(own)(2.0) == 4.0
    with pytest.raises(ValueError, match=r"own: partials\[0\] is 6.0 on Values and 4.0 on floats; write where"):
        grad(grad(own))(2.0)


ANSWERS = ["1.0", None, 1j, [1.0], Value(1.0), object(), lambda: 1.0]


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("number", [float, Value, Fraction])
def test_what_is_no_number_is_refused_on_every_kind(answer, number):
    @operation(lambda y, a: answer)
    def own(a):
        return answer

    if number is Fraction and isinstance(answer, complex | Value):
        return
    with pytest.raises(TypeError, match=r"own: expected a (rule that returns a )?number, got"):
        own(number(1))

    @operation(lambda y, a: answer)
    def partly(a):
        return a

    with pytest.raises(TypeError, match=r"partly: partials\[0\]: expected a rule that returns a number, got"):
        grad(partly)(1.0)


@pytest.mark.filterwarnings("ignore:grad met a nan or an infinity")
@pytest.mark.parametrize("a", [-2.0, -0.5, 0.0, 1e200])
@pytest.mark.parametrize("rule", [lambda a: a**0.5, lambda a: 1 / a**2, lambda a: (a * 1e200) ** 2, lambda a: a.exp()])
def test_pythons_powers_and_errors_give_the_engines_numbers(rule, a):
    @operation(lambda y, a: rule(a))
    def own(a):
        return rule(a)

    composed = rule(Value(a)).data
    assert own(a) == pytest.approx(composed, nan_ok=True)
    assert own(Value(a)).data == pytest.approx(composed, nan_ok=True)
    assert grad(own)(a) == pytest.approx(composed, nan_ok=True)


def test_a_rule_in_operations_is_compiled_and_played_and_follows_its_redefinition():
    def define(k):
        @operation(lambda y, a, b: b, lambda y, a, b: a)
        def own(a, b):
            return a * b

        @operation(lambda y, a, b: k * b, lambda y, a, b: k * a)
        def other(a, b):
            return a * b

        return own

    own = define(1.0)
    x, b = Value(3.0, label="x"), Value(2.0, label="b")
    assert read_only_reason(trace(own(x, b))) == ""
    assert autograd.compile(grad(lambda t: own(t, 2.0) ** 2))(3.0) == 24.0

    @operation(lambda y, a, b: 2 * b, lambda y, a, b: 2 * a)
    def own(a, b):
        return 2 * a * b

    assert autograd.compile(lambda t: own(t, 2.0))(3.0) == 12.0


DATA = attrgetter("data")


def read_data(a):
    return getattr(a, "data", a)


@pytest.mark.parametrize(
    "read",
    [
        lambda a: getattr(a, "data", a),
        lambda a: read_data(a),
        lambda a: a if isinstance(a, float) else DATA(a),
        lambda a: (lambda b: getattr(b, "data", b))(a),
        lambda a: a.data if hasattr(a, "data") else a,
    ],
)
def test_a_derivative_is_not_lost_through_data_by_whatever_name(read):
    @operation(lambda y, a: 3 * read(a) * a)
    def through_data(a):
        return a**3

    assert grad(through_data)(2.0) == jvp(through_data)((2.0,), (1.0,))[1] == 12.0
    for second_order in (grad(grad(through_data)), lambda x: jvp(grad(through_data))((x,), (1.0,))):
        with pytest.raises(TypeError, match=r"^through_data: partials\[0\] reads the data of a number, through which"):
            second_order(2.0)


def test_a_derivative_is_not_lost_through_a_text():
    @operation(lambda y, a: 3 * a * float(f"{a:.17g}"))
    def through_text(a):
        return a**3

    assert through_text(2.0) == 8.0
    assert grad(through_text)(2.0) == jvp(through_text)((2.0,), (1.0,))[1] == 12.0
    for second_order in (grad(grad(through_text)), lambda x: jvp(grad(through_text))((x,), (1.0,))):
        with pytest.raises(TypeError, match=r"^through_text: partials\[0\] reads a text such as"):
            second_order(2.0)


@pytest.mark.parametrize("name", ["detach()", "no_grad", ".data"])
def test_a_derivative_is_not_lost_through_a_block_or_a_constant(name):
    def lose(a):
        if name == "no_grad":
            with autograd.no_grad():
                return a * 1.0
        return a.detach() if name == "detach()" else a.data

    @operation(lambda y, a: 3 * a * (a if name == "detach()" and isinstance(a, float) else lose(a)))
    def losing(a):
        return a**3

    twice = (grad(grad(losing)), lambda x: jvp(jvp_of(losing))((x,), (1.0,)), lambda x: jvp(grad(losing))((x,), (1.0,)))
    for second_order in twice:
        with pytest.raises(
            (TypeError, AttributeError), match=r"(^losing: partials\[0\] (uses|reads) \.?|)" + re.escape(name)
        ):
            second_order(2.0)


def jvp_of(f):
    return lambda x: jvp(f)((x,), (1.0,))[1]


@pytest.mark.parametrize("rule", [lambda a: a * a * a, lambda a: a * a + 1, lambda a: (lambda b: b * 5)(a)])
def test_a_pickle_follows_no_other_operation_of_the_same_name(rule):
    def define(forward, slope):
        forward.__name__ = "own"
        return operation(slope)(forward)

    def slope(y, a):
        return 2 * a

    define(lambda a: a * a, slope)
    stored = pickle.dumps(Value(3.0).own())
    define(lambda a: a * a, slope)  # a cell that is run twice
    assert pickle.loads(stored).forward().data == 9.0
    for forward, partial in ((rule, slope), (lambda a: a * a, lambda y, a: 3 * a)):
        define(forward, partial)
        with pytest.raises(ValueError, match="own: it was defined again"):
            pickle.loads(stored)
