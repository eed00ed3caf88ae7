"""Faults and examinations print as one line each."""

from dataclasses import replace

from autograd.grading import Examination, Fault
from autograd.grading.findings import write


def test_a_wrong_derivative_names_the_argument_if_there_are_two():
    fault = Fault("local", "mul", (2.0, 3.0), 2.0, 3.0, "a", "b", argument="a", count=2)
    assert str(fault) == "mul(2, 3): its derivative by a is 2.000 = a, right is 3.000 = b (2 times)"


def test_a_reason_stands_alone():
    assert str(Fault("sweep", "backward", reason="it goes the wrong way")) == "backward: it goes the wrong way"


def test_an_examination_is_true_without_a_fault():
    fine, wrong = Examination((), ("a note",), 3), Examination((Fault("crash", "backward", reason="it raises"),), (), 1)
    assert fine
    assert not wrong
    assert str(fine) == "no fault in 3 operations\nnote: a note"
    assert str(wrong) == "1 fault in 1 operation\nbackward: it raises"


def test_numbers():
    assert [write(x) for x in (1.69, 0.0, 1e-5, 12345.6)] == ["1.690", "0.000", "1e-05", "1.235e+04"]


def test_faults_of_one_mistake_have_one_cause():
    sweeps = (
        "it runs the rule of mul = 0.91 2 times: it does not check for visits",
        "it runs the rule of c = 3 4 times: it",
    )
    first, second = (Fault("sweep", "backward", reason=reason) for reason in sweeps)
    assert first.cause == replace(first, reason=sweeps[0].replace("mul = 0.91", "add = 2")).cause != second.cause
    order = "it runs the rule of {} = 0.91 before that of add = 2, which uses it"
    assert (
        Fault("sweep", "backward", reason=order.format("mul")).cause
        == Fault("sweep", "f", reason=order.format("b")).cause
    )
    crashes = (
        "it raises TypeError: no Leaf in the rule of log = -0.3",
        "it raises TypeError: no Times in the rule of log = 2",
    )
    assert len({Fault("crash", "backward", reason=reason).cause for reason in crashes}) == 1
    assert Fault("crash", "-a", reason="it returns None").cause != Fault("crash", "+a", reason="it returns None").cause
    assert (
        Fault("local", "mul", (2.0, 3.0), argument="a").cause == Fault("local", "mul", (1.0, 4.0), argument="a").cause
    )
    assert Fault("local", "mul", argument="a").cause != Fault("local", "mul", argument="b").cause
