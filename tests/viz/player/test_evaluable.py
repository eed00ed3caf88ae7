"""A page computes a trace again only by sound expressions, and says why where it does not."""

import pytest

import autograd as ops
import viz
from autograd import Value, erf, trace
from autograd.teach import overwrite
from tests.helpers.browser import fork, numbers
from tests.helpers.foreign import changed
from viz.player.evaluable import read_only_reason


def test_what_a_page_cannot_compute_is_read_only_and_says_why(show):
    page = show(viz.step(erf(Value(0.5, label="x"))))
    assert (
        page.locator(".gg-box").inner_text().count("Leaves are read-only: JavaScript has no erf, which erf needs.") == 1
    )
    assert page.get_by_role("spinbutton").count() == 0
    assert (
        read_only_reason(trace(ops.sum(*(Value(1.0) for _ in range(65)))))
        == "sum has more arguments than a page computes"
    )
    student = Value(6.0, (Value(2.0, label="x"),), "twice", "y")
    student._backward = lambda: None
    assert read_only_reason(trace(student)).endswith("twice has no expression that a page can evaluate")


@pytest.mark.parametrize("tree", [["log_excess"], ["neg"], ["add", "x0"], ["neg", 1, 2]])
def test_expressions_of_strangers_with_too_few_or_many_arguments_are_never_evaluated(tree):
    found = trace(Value(1.0, label="x").tanh())
    odd = changed(found, lambda plain: plain["ops"]["tanh"]["trees"]["1"].update(forward=tree))
    assert read_only_reason(odd) == "the expression of tanh is none that a page can evaluate"


def deep(levels):
    tree = "x0"
    for _ in range(levels):
        tree = ["neg", tree]
    return tree


@pytest.mark.parametrize("tree", [{"a": 1}, [], ["neg", ["neg"], None], "x7", "z", True, deep(600), [["neg"], "x0"]])
def test_expressions_of_strangers_that_are_none_are_never_evaluated(tree):
    found = trace(Value(1.0, label="x").tanh())
    odd = changed(found, lambda plain: plain["ops"]["tanh"]["trees"]["1"].update(forward=tree))
    assert read_only_reason(odd) == "the expression of tanh is none that a page can evaluate"
    assert '"ops":[]' in viz.step(odd).html()


def test_a_trace_with_steps_of_its_own_is_played_as_it_is_and_is_read_only(show):
    figure = viz.step(overwrite(trace(fork())))
    page = show(figure)
    assert numbers(page)[1] == [figure.trace.grads[n] for n in range(len(figure.trace.data))]
    assert figure.trace.grads != trace(fork()).grads
    assert "Leaves are read-only: the steps of this trace are not those of its graph." in page.inner_text(".gg-box")
