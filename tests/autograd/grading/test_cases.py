"""The cases are Python that computes the same with Values; functions are found by the names of rows."""

import math
from types import SimpleNamespace

import pytest

from autograd.grading.cases import GENERIC, GRAPHS, INSIDE, OPERATORS, SPECIAL, Case, functions_of


@pytest.mark.parametrize("text", [*OPERATORS, *GRAPHS])
def test_a_case_is_expected_to_be_what_python_computes(text):
    case = Case.of(text)
    judged = 0
    for point in (*GENERIC, *SPECIAL, INSIDE):
        if expected := case.expected(point):
            value, slopes = expected
            assert value == pytest.approx(case.run(*point))
            judged += slopes is not None
    assert judged >= 3


def test_nothing_is_expected_where_there_is_no_number_and_no_gradient_at_a_kink():
    assert Case.of("a ** -1").expected((0.0, 1.0)) is None
    assert Case.of("abs(a)").expected((0.0, 1.0)) == (0.0, None)
    assert Case("f(a)", abs, None).expected((1.0, 1.0)) == (None, None)


class Num:
    sine = tanh = pow = maximum = leaky_relu = zero_grad = backward = _exp = lambda self, *args: self
    exp = 3.0


def softplus(x):
    return x


def test_methods_and_functions_are_found_by_the_names_of_rows():
    module = SimpleNamespace(softplus=softplus, sqrt=math.sqrt, helper=softplus, _log=softplus, add=softplus)
    found = {case.text: case for case in functions_of(Num, [module])}
    assert list(found) == [
        "a.leaky_relu()", "a.maximum(b)", "a.pow(3)", "a.sine()", "a.tanh()", "softplus(a)", "add(a, b)",
    ]  # fmt: skip
    assert found["softplus(a)"].is_function
    assert found["a.leaky_relu()"].right is None
    assert found["a.sine()"].expected((0.7, 1.3))[0] == math.sin(0.7)
