"""A wrong gradient is traced to the first node that contradicts its local derivatives."""

import math

import autograd as ag
from autograd import Value, gradcheck


def test_a_fault_in_a_graph_is_traced_to_its_node():
    def square(v: Value) -> Value:  # hand-written, as in micrograd
        out = Value(v.data**2, (v,), "square", label="s")

        def backward() -> None:
            v.grad += 3 * v.data * out.grad

        out._backward = backward
        return out

    report = gradcheck(lambda x, w: (square(x * w) + x).tanh(), [0.5, 0.7])
    assert report.verdict == "FAIL"
    assert "the first to disagree is s = ƒ square(0.35)" in report.checks[0].note
    assert "analytic" in str(report)
    assert "± error" in str(report)
    assert "s = ƒ square" in str(report)


def test_a_wrong_partial_is_traced_to_its_row():
    @ag.operation(lambda y, a: 1 - y)
    def squash(a):
        return a.tanh()

    report = gradcheck(lambda x: squash(x * 2).exp(), [0.3])
    assert "the first to disagree is node 2 = squash(0.6)" in report.checks[0].note


def test_a_gradient_that_is_nan_where_the_slopes_are_finite_fails():
    (check,) = gradcheck(lambda x: (x * x).sqrt(), [0.0]).checks
    assert check.verdict == "FAIL"
    assert "sqrt(0)" in check.note
    assert gradcheck(lambda x: math.sqrt(x * x), [0.0], grad=lambda x: 0.0).verdict == "KINK"


def test_the_limit_holds_after_a_failure():
    @ag.operation(lambda y, a: 2 * a)
    def cubed(a):
        return a * a * a

    report = gradcheck(lambda x, y: cubed(x) * y, [0.5, 2.0], max_evals=60)
    assert report.evaluations <= 60
    assert [check.verdict for check in report.checks] == ["FAIL", "PASS"]


def test_a_number_taken_out_of_its_graph_is_named():
    (check,) = gradcheck(lambda x: math.exp(x.data), [1.0]).checks
    assert check.verdict == "FAIL"
    assert "does not depend on this input through Values" in check.note
