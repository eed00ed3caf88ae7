"""Derivatives of derivatives of every row, recorded, are those of the engine, also where one of them is infinite."""

import itertools
import math
import warnings

import pytest

from autograd import grad, log
from autograd.replay import compile  # noqa: A004  # the field's name for it
from autograd.replay.tape import BATCHED, SOP, TERMS
from autograd.replay.tracing import DifferentiableTape, Traced, tracing
from autograd.strategies import arities
from autograd.table import TABLE
from tests.helpers.traced import traced

POINTS = (-1.0, -0.0, 0.0, 0.3, 1.0, 2.0)


def nested(f, order):
    return f if order == 0 else grad(nested(f, order - 1))


def answer(f, x):
    """Return a number, or the name of the error."""
    with warnings.catch_warnings(action="ignore"):
        try:
            return f(x)
        except (ArithmeticError, ValueError, TypeError) as error:
            return type(error).__name__


def test_a_gradient_of_zero_next_to_a_finite_derivative_has_a_derivative():
    f = nested(lambda x: log(x) ** 2, 2)
    assert compile(f)(1.0) == f(1.0) == 2.0
    assert compile(f, batch=0, reduce=None)([1.0, 1.0, 2.0]).tolist() == [2.0, 2.0, f(2.0)]


@pytest.mark.parametrize("op", TABLE.values(), ids=lambda op: op.name)
def test_nested_gradients_of_a_row_are_those_of_the_engine(op):
    for arity in [*arities(op)][:2]:
        numbers = (0.1, -1.0, 1.0) if op.name == "clamp" else (0.7, 1.1, 1.5, 0.4)[:arity]
        for slot, order, outer in itertools.product(range(arity), (1, 2, 3, 4), (lambda y: y, lambda y: y * y)):
            put = lambda x: (*numbers[:slot], x, *numbers[slot + 1 :])  # noqa: B023  # it is called at once
            f = nested(lambda x: outer(op.apply(put(x))), order)  # noqa: B023
            compiled = compile(f)
            for x in POINTS:
                found, right = answer(compiled, x), answer(f, x)
                where = f"derivative {order} of {op.name}{put(x)}"
                if isinstance(right, str) or math.isnan(right):
                    assert str(found) == str(right), where
                else:
                    assert math.isclose(found, right, rel_tol=1e-9, abs_tol=1e-9), where


def test_what_where_does_not_select_gets_nothing_to_any_order():
    where = TABLE["where"]
    for order in range(1, 5):
        f = nested(lambda x: where(x > 0, log(x) * x, x**3) ** 2, order)
        compiled = compile(f, batch=0, reduce=None)
        points = [-2.0, -0.5, 0.0, 0.5, 1.0, 2.0]
        assert compiled(points).tolist() == pytest.approx([f(x) for x in points], rel=1e-12)


def _products(tape, y):
    op, *args = tape.rows[y.row]
    return [(tape.first_value(a), tape.first_value(b)) for a, b in TERMS[op](args)]


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


def test_the_gradient_of_a_sum_of_products_is_one_row():
    tape, rows = traced(lambda p, q, x, y: grad(lambda z: z * p + z * q + x * z)(y), shared=2, batch=2)
    assert tape.rows[rows[0]][0] is SOP
