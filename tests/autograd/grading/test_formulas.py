"""A wrong derivative is looked up among formulas; the right one is none of them."""

import math

import pytest

from autograd.grading.formulas import BINARY, MULTIPLES, UNARY, find_formula


@pytest.mark.parametrize("text", UNARY)
def test_a_formula_of_one_argument_is_found(text):
    points = [(y, x, math.nan, UNARY[text](y, x, math.nan), 7.7) for y, x in ((0.31, 0.47), (0.83, 1.9))]
    assert find_formula(points, 1) == text


@pytest.mark.parametrize("text", BINARY)
def test_a_formula_of_two_arguments_is_found(text):
    points = [(y, a, b, BINARY[text](y, a, b), 7.7) for y, a, b in ((0.31, 0.47, 2.6), (0.83, 1.9, 0.7))]
    assert find_formula(points, 2) == text


@pytest.mark.parametrize("text", MULTIPLES)
def test_a_multiple_of_the_right_one_is_found(text):
    assert find_formula([(0.31, 0.47, math.nan, MULTIPLES[text] * 7.7, 7.7)], 1) == text


def test_none_is_made_up():
    assert find_formula([(0.31, 0.47, math.nan, 0.123456, 7.7)], 1) == ""
    assert find_formula([(0.0, 0.0, math.nan, 5.5, 7.7)], 1) == ""
