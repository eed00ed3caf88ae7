"""A rule is read as trees, or refused, and is never run as text."""

import math

import pytest

from autograd import Value, operation
from autograd.table import TABLE, symbolic_rule


@pytest.mark.parametrize(
    "returned", ["__import__('os').abort()", "x0", "1.0", None, 2j, [1.0], Value(1.0)], ids=lambda x: type(x).__name__
)
def test_a_rule_that_returns_no_number_is_refused_and_never_run(returned):
    message = rf"^odd(: partials\[0\])?: expected a rule that returns a number, got {type(returned).__name__} "

    for forward, partial in (
        (lambda a: returned, lambda y, a: 1),
        (lambda a: a, lambda y, a: returned),
        (lambda a: math.exp(a), lambda y, a: returned),
        (lambda a: math.exp(a) and returned, lambda y, a: 1),
    ):
        forward.__name__ = "odd"
        odd = operation(partial)(forward)
        with pytest.raises(TypeError, match=message):
            odd(Value(0.0))


def test_a_rule_that_branches_on_data_is_called_and_not_read():
    @operation(lambda y, a: 2 if a == 0 else 3)
    def branches(a):
        if a == 1:
            return 10.0
        return a if a else 5.0

    found = [branches(Value(x)) for x in (0.0, 1.0, 2.0)]
    assert [y.data for y in found] == [5.0, 10.0, 2.0]
    assert [y.locals for y in found] == [(2.0,), (3.0,), (3.0,)]


def test_a_rule_as_a_tree_names_primitives_arguments_and_the_result():
    assert symbolic_rule(TABLE["div"], 2) == {
        "forward": ["div", "x0", "x1"],
        "partials": [["div", 1, "x1"], ["div", ["neg", "y"], "x1"]],
    }
    assert symbolic_rule(TABLE["dot"], 3) == {
        "forward": ["add", "x2", ["mul", "x0", "x1"]],
        "partials": ["x1", "x0", 1],
    }
    assert symbolic_rule(TABLE["where"], 3)["partials"] == [None, ["where", "x0", 1, 0], ["where", "x0", 0, 1]]
