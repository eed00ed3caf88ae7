"""An operation is registered once, and called by position, by name and with defaults."""

import pickle

import pytest

import autograd
from autograd import Value, operation
from autograd.numbers import Operators
from autograd.table import TABLE, register


def test_a_name_stands_in_the_table_once():
    with pytest.raises(ValueError, match=r"^name: the table already has an operation 'exp'$"):
        register("exp", "", "", TABLE["exp"].forward, (), None)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: TABLE["exp"](), r"exp\(\) takes 1 argument, 0 given"),
        (lambda: TABLE["add"](1.0), r"add\(\) takes 2 arguments, 1 given"),
        (lambda: Value(1.0).maximum(2.0, 3.0), r"maximum\(\) takes 2 arguments, 3 given"),
        (lambda: TABLE["elu"](1.0, 2.0, 3.0), r"elu\(\) takes 1 or 2 arguments, 3 given"),
    ],
    ids=["none of one", "one of two", "three of two", "three of one or two"],
)
def test_a_call_with_the_wrong_number_of_arguments_names_the_row(call, message):
    with pytest.raises(TypeError, match=f"^{message}$"):
        call()


def test_a_row_that_is_missing_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'autograd' has no attribute 'nope'"):
        autograd.nope


def test_an_argument_is_given_by_name_and_the_defaults_fill_the_others():
    @operation(lambda y, a, b, c: 1, lambda y, a, b, c: 10, lambda y, a, b, c: 100)
    def place(a, b=2.0, c=3.0):
        return a + 10 * b + 100 * c

    assert place(1.0) == 321.0
    assert place(1.0, c=5.0) == 521.0
    assert place(c=5.0, b=4.0, a=0.0) == 540.0
    with pytest.raises(
        TypeError, match=r"^place\(\) takes 1 or 2 or 3 arguments, no d, 1 given; write place\(a, b, c\)$"
    ):
        place(1.0, d=0.0)
    with pytest.raises(
        TypeError, match=r"^place\(\) takes 1 or 2 or 3 arguments, no a, 1 given; write place\(a, b, c\)$"
    ):
        place(1.0, a=0.0)


def test_where_nothing_flows_no_local_derivative_is_recorded():
    x, where, times = Value(2.0), TABLE["where"], TABLE["mul"]
    assert times.local_derivatives(6.0, (2.0, 3.0), (x, 3.0)) == (3.0, None)  # a constant
    assert where.local_derivatives(2.0, (1.0, 2.0, 3.0), (x, x, x)) == (None, 1.0, None)  # not chosen
    assert TABLE["sum"].local_derivatives(5.0, (2.0, 3.0), (x, 3.0)) == (1.0, None)
    assert TABLE["sign"].derivative(1.0, (2.0,), 0) is None


def test_a_textbook_derivative_is_another_form_or_that_of_the_rule():
    assert TABLE["tanh"].textbook_derivatives(0.5, (9.0,)) == (0.75,)  # from y alone
    assert TABLE["div"].textbook_derivatives(2.0, (6.0, 3.0)) == (1 / 3, -6 / 9)
    assert TABLE["sum"].textbook_derivatives(5.0, (2.0, 3.0)) == (1, 1)


def test_a_row_adds_a_method_under_both_names_and_leaves_one_that_is_there():
    Operators.mine = "taken"  # conftest.py removes it with the row
    mine = register("mine", "m", "#1", lambda a: a * a, (((-1, 1),),), lambda y, a: 2 * a)
    other = register("other_mine", "m", "#1", lambda a: a * a, (((-1, 1),),), lambda y, a: 2 * a)
    assert (Value.mine, Value(3.0).other_mine().op) == ("taken", other)
    assert pickle.loads(pickle.dumps(mine)) is mine
    assert (Value(0.5).arcsin().op, Value(0.5).asin().op) == (TABLE["asin"], TABLE["asin"])
