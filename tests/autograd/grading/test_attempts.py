"""Results are compared with the right ones, and errors tell what is not there from what is wrong."""

import pytest

from autograd.grading import Fault
from autograd.grading.attempts import Attempt, innermost, is_absent, is_refusal, shown_by, wrong_slopes, wrong_values
from autograd.grading.cases import Case
from tests.helpers.faulty_engines import build

NUM = build(program="")["Num"]


def attempt(text, run=None, point=(0.7, 1.3)):
    leaves = [NUM(x) for x in point]
    return Attempt(point, leaves, (run or Case.of(text).run)(*leaves), *Case.of(text).expected(point))


def test_the_gradients_by_their_rules_are_those_of_the_leaves():
    right = attempt("(a * b + a) * b")
    right.read()
    assert right.got == pytest.approx(right.right)
    assert wrong_slopes(Case.of("(a * b + a) * b"), [right]) == []


def test_a_leaf_that_is_not_reached_and_a_wrong_number_are_named_with_the_point():
    lost = attempt("a * b", lambda a, b: a * b.data)
    lost.read()
    ((fault, (root, leaves)),) = wrong_slopes(Case.of("a * b"), [lost])
    assert (
        str(fault)
        == "a * b: its derivative by b is 0.000, right is 0.700; at a = 0.7, b = 1.3; its result is cut off from b"
    )
    assert (root, list(leaves)) == (lost.root, ["a", "b"])
    lost.reading, lost.got = None, [1.0, 0.7]
    ((fault, _),) = wrong_slopes(Case.of("a * b"), [lost])
    assert str(fault) == "a * b: its derivative by a is 1.000, right is 1.300; at a = 0.7, b = 1.3"


@pytest.mark.parametrize(
    ("text", "run", "said"),
    [("a / b", lambda a, b: b / a, "it is computed as b / a"), ("a ** 2", lambda a, b: a + b, "; at a = 0.7")],
)
def test_a_wrong_value_is_named(text, run, said):
    ((fault, _),) = wrong_values(Case.of(text), [attempt(text, run)], lambda node: node.data)
    assert str(fault).endswith(said)
    assert wrong_values(Case.of(text), [attempt(text)], lambda node: node.data) == []


def test_what_adds_to_other_parts_is_shown_in_a_larger_graph():
    attempts, around = [attempt("a * b"), attempt("a * b", point=(1.9, -0.6))], ("larger", {})
    assert shown_by(Fault("accumulation", "mul"), attempts, around) == around
    assert shown_by(Fault("local", "mul", (1.9, -0.6)), attempts, around)[0] is attempts[1].root
    assert shown_by(Fault("local", "mul", (5.0,)), attempts, None)[0] is attempts[0].root


def raised(f, *args):
    with pytest.raises((AssertionError, AttributeError, NotImplementedError, TypeError)) as error:
        f(*args)
    return error.value


def test_errors_by_a_statement_are_refusals():
    def refuse():
        raise NotImplementedError

    def check(x):
        assert x is None

    assert is_refusal(raised(refuse))
    assert is_refusal(raised(check, 3))
    assert not is_refusal(raised(lambda: 1 + None))
    assert innermost(raised(refuse)).tb_frame.f_code is refuse.__code__


def test_a_number_that_an_operator_does_not_take_is_no_fault():
    error = raised(lambda: (3).data)
    assert is_absent(Case.of("a + 2"), error)
    assert not is_absent(Case.of("2 + a"), error)
    assert not is_absent(Case.of("a + b"), error)
    plain = Case("f(a)", lambda a, b: a + 1.0, None, is_function=True)
    assert is_absent(plain, error)
