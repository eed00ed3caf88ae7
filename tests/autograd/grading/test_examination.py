"""Planted mistakes are named, and right engines are never accused."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, examine
from tests.autograd.foreign.test_adoption import POINTS, STEPS
from tests.helpers.faulty_engines import FAULTS, build
from tests.helpers.small_engines import ENGINES, Closures, Pairs, compute

RIGHT = build()["Num"]
BINARY = ["__add__", "__mul__", "__truediv__", "__pow__"]
SPECIAL = [0.0, 1.0, -1.0, 2.0, 0.5]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_mistake_is_named(fault):
    old, new, expected = FAULTS[fault]
    report = examine(build(old, new)["L"])
    assert not report
    assert expected in str(report)
    assert len(report.faults) == 1, report


@pytest.mark.parametrize("name", ENGINES)
@given(steps=STEPS, points=POINTS)
def test_a_right_engine_is_never_accused(name, steps, points):
    assert examine(compute(ENGINES[name], steps, points)[1]).faults == ()


def random_program(seed, n=8):
    rng = random.Random(seed)
    nodes = [RIGHT(rng.choice(SPECIAL if seed % 2 else [rng.uniform(-2, 2)])) for _ in range(3)]
    for _ in range(rng.randrange(1, n)):
        op, args = rng.choice([*BINARY, "exp", "log", "relu", "tanh", "sigmoid"]), rng.choices(nodes, k=2)
        try:
            nodes.append(getattr(args[0], op)(*args[1 : 1 + (op in BINARY)]) if op != "__pow__" else args[0] ** 3)
        except (ArithmeticError, ValueError):
            continue
    return nodes[-1]


@given(st.integers(0, 10**6))
def test_no_operation_is_accused_at_a_special_point(seed):
    assert examine(random_program(seed)).faults == ()


def test_a_second_fault_behind_the_first_is_found_too():
    scope = build("(1 - out.data ** 2)", "(1 + out.data ** 2)")
    num = scope["Num"]
    num.exp = lambda self: _wrong_exp(num, self)
    report = examine(num(0.3).exp().tanh())
    assert [fault.operation for fault in report.faults] == ["exp", "tanh"]


def _wrong_exp(num, a):
    out = num(math.exp(a.data), (a,), "exp")
    out.back = lambda: setattr(a, "grad", a.grad + a.data * out.grad)
    return out


def test_a_fault_has_its_numbers():
    (fault,) = examine(build("(1 - out.data ** 2)", "(1 + out.data ** 2)", "L = Num(1.19).tanh()")["L"]).faults
    assert str(fault) == "tanh(1.19): its derivative is 1.690 = 1 + y², right is 0.310 = 1 − y²"
    assert (fault.kind, fault.operation, fault.values, fault.count) == ("local", "tanh", (1.19,), 1)
    y = math.tanh(1.19)
    assert (fault.theirs, fault.right) == pytest.approx((1 + y * y, 1 - y * y))
    assert (fault.formula, fault.right_formula) == ("1 + y²", "1 − y²")


def test_what_is_no_fault_is_a_note():
    a = Closures(0.5)
    second = "a second backward adds to the gradients of inner nodes"
    assert second in str(examine((a * a).tanh()))
    assert "keep no gradient" in str(examine(Pairs(0.5) * Pairs(2.0)))
    root = ENGINES["Record"](0.5) * ENGINES["Record"](2.0)
    assert "does not seed" in str(examine(root))


def test_a_leaf_that_wants_no_gradient_is_no_fault():
    class Flagged(Closures):
        def __mul__(self, other):
            out = Closures.__mul__(self, other)
            out._backward = lambda: setattr(self, "grad", self.grad + other.data * out.grad)
            return out

    a, b = Flagged(0.7), Flagged(1.3)
    assert examine(a * b).faults
    b.requires_grad = False
    assert not examine(a * b).faults


def test_what_is_not_finite_or_on_a_kink_is_not_judged():
    assert not examine(build(program="L = Num(-1e300) * Num(1e300) * Num(2.0)")["L"]).faults
    relu = ("(out.data > 0)", "(self.data >= 0)")
    assert not examine(build(*relu, program="L = Num(0.0).relu() * Num(0.3)")["L"]).faults


def test_an_operation_without_a_name_is_judged_only_where_one_row_fits():
    def of(x):
        a = Closures(x)
        out = Closures(a.data * 1.0, (a,))
        out._backward = lambda: setattr(a, "grad", a.grad + 0.0 * out.grad)
        return examine(out)

    assert not of(2.0).faults  # relu, abs and the identity agree on the value
    assert not of(0.37).faults


def test_a_value_of_ours_and_what_is_no_node_are_refused():
    with pytest.raises(TypeError, match="got a Value, which gradcheck checks"):
        examine(Value(2.0))
    with pytest.raises(TypeError, match="expected a Value, got float"):
        examine(3.0)


def test_a_deep_graph_is_judged_but_for_a_sweep_that_cannot_get_there():
    x = Closures(0.5)
    y = x
    for _ in range(1500):
        y = y + x
    report = examine(y)
    assert not report.faults
    assert "recurses too deep" in str(report)


def test_gradcheck_and_examine_agree_on_what_a_text_says():
    assert autograd.examine is examine


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "Fraction"])
def test_short_floats_and_fractions_are_judged_by_their_own_digits(kind):
    make = Fraction if kind == "Fraction" else getattr(pytest.importorskip("numpy"), kind)
    a, b = Closures(make(0.37)), Closures(make(-1.3))
    a.grad = b.grad = make(0)
    assert examine((a * b + a) * a).faults == ()
