"""A report has the worst verdict, is true only if all pass, and is handed over with its error."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import assert_gradients
from autograd.check import Check, GradientError, Report
from autograd.check.report import WORST_FIRST


def test_assert_gradients_shows_the_report_and_hands_it_over():
    assert assert_gradients(ag.tanh, [0.5]).verdict == "PASS"
    with pytest.raises(GradientError, match=r"gradcheck: FAIL(.|\n)*analytic") as caught:
        assert_gradients(math.sin, [1.0], grad=lambda x: 0.5)
    assert caught.value.report.verdict == "FAIL"
    with pytest.raises(AssertionError, match="KINK"):
        assert_gradients(ag.relu, [0.0])
    assert_gradients(ag.relu, [0.0], accept=("PASS", "KINK"))


def report(*verdicts):
    return Report(tuple(Check(f"x{i}", verdict, 1.0, 2.0, 0.5, 1e-3) for i, verdict in enumerate(verdicts)), 7)


@given(st.lists(st.sampled_from(WORST_FIRST), min_size=1))
def test_the_worst_verdict_is_that_of_the_report(verdicts):
    assert report(*verdicts).verdict == min(verdicts, key=WORST_FIRST.index)
    assert bool(report(*verdicts)) == (set(verdicts) == {"PASS"})


def test_a_report_is_a_table_with_its_notes():
    noted = replace(report("PASS").checks[0], name="long name", verdict="KINK", note="a kink")
    lines = repr(replace(report(), checks=(*report("PASS").checks, noted), notes=("a remark",))).splitlines()
    assert lines == [
        "gradcheck: KINK, f evaluated 7 times",
        "           analytic  numeric  ± error  step     verdict",
        "x0         1         2        5.0e-01  1.0e-03  PASS",
        "long name  1         2        5.0e-01  1.0e-03  KINK",
        "long name: a kink",
        "a remark",
    ]
