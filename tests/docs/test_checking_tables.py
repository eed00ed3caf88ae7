"""The tables of docs/checking.md, by benchmarks/checking.py, whose ``--check`` compares the numbers of all tools."""

import math
import re
from statistics import median

import pytest

import autograd
from autograd import gradcheck, oracles
from autograd.check import derivative
from benchmarks import checking
from benchmarks.checking_functions import KINDS, cases, compile_in, names_of, truth

CASES = list(cases())
TEXTS = {text for rows in KINDS.values() for text in rows}


def test_there_are_many_functions_of_many_kinds_at_a_few_points_each():
    assert len(TEXTS) >= 120
    assert len(KINDS) == 9
    assert all(len(set(points)) == len(points) >= 3 for rows in KINDS.values() for points in rows.values())


@pytest.mark.parametrize("kind", KINDS)
def test_the_truths_are_those_of_our_rules_in_many_digits(kind):
    pytest.importorskip("mpmath", reason="needs mpmath, which the extra dev has")
    with_rules = compile_in(names_of(autograd, lgamma=autograd.lgamma))
    for case in (case for case in CASES if case.kind == kind and case.x):  # mpmath raises errors for 0 / 0
        exact = float(oracles.precise(with_rules[case.text], [case.x])[0])
        assert truth(case) == pytest.approx(exact, rel=1e-15, abs=1e-300), (case.text, case.x)


def test_the_bar_holds_the_truth_and_no_right_gradient_is_accused():
    pytest.importorskip("mpmath", reason="needs mpmath, which the extra dev has")
    counts = []
    for case in CASES:
        slope, found = truth(case), derivative(case.value, case.x)
        assert abs(found.value - slope) <= found.error + 4 * math.ulp(slope), (case.text, case.x)
        assert gradcheck(case.value, [case.x], grad=lambda x, slope=slope: slope).verdict != "FAIL"
        counts.append(found.evaluations)
    assert median(counts) <= 54


def test_the_page_has_the_rows_that_the_script_prints():
    row = {"slope": 1.0, "size": 1.0, "value": 1.0, "error": 0.0, "evaluations": 1} | dict.fromkeys(checking.FAULTS, "")
    rows = [row | {"kind": kind} for kind in KINDS]
    expected = checking.tables(dict.fromkeys(checking.DERIVATIVES, rows), dict.fromkeys(checking.CHECKERS, rows))
    page = checking.PAGE.read_text(encoding="utf-8")
    shown = page.partition(checking.START)[2].partition(checking.END)[0].strip()
    labels = lambda text: re.sub(r"[\d.]+(e[+-]\d+)?( %)?|–", "#", text.strip()).splitlines()
    assert labels(shown) == labels(expected)
    assert shown.splitlines()[0] == expected.splitlines()[0]
