"""What rules of one's own read from outside is found, and read at each call."""

import math
import random

import pytest

import autograd
from autograd import Value, explain, grad, jvp, latex, operation, trace
from autograd.custom.rules import reads_from_outside
from autograd.table import TABLE
from viz.player.evaluable import read_only_reason

np = pytest.importorskip("numpy")
CONFIG = {"scale": 2.0}
K = 2.0


def scaled():
    @operation(lambda y, a: CONFIG["scale"])
    def own(a):
        return CONFIG["scale"] * a

    return own


def test_what_is_read_from_outside_is_read_at_each_call(monkeypatch):
    own, x = scaled(), Value(3.0)
    found = []
    for scale in (2.0, 5.0):
        monkeypatch.setitem(CONFIG, "scale", scale)
        found += [own(3.0), own(x).data, grad(own)(3.0), jvp(own)((3.0,), (1.0,))[1]]
    assert found == [6.0, 6.0, 2.0, 2.0, 15.0, 15.0, 5.0, 5.0]


def test_a_rule_that_may_change_has_no_expression():
    own, x = scaled(), Value(3.0, label="x")
    y = own(x)
    recorded = trace(y)
    assert recorded.ops["own"]["trees"]["1"] is None
    assert read_only_reason(recorded) == "own has no expression that a page can evaluate"
    assert "∂" in str(explain(y))
    assert r"\partial" in latex(y, x)
    with pytest.raises(TypeError, match="own reads CONFIG from outside, so that no expression holds for every call"):
        autograd.compile(lambda t: own(t))(3.0)


def helper(a):
    return autograd.tanh(a) * math.pi


def unstable(a):
    return a * K


def with_default(a, k=[2.0]):  # noqa: B006  # that is the point
    return a * k[0]


def recursive(a):
    return a if a < 1 else recursive(a / 2)


def catching(a):
    try:
        return 1 / a
    except ZeroDivisionError:
        return 0.0


def importing(a):
    from autograd import exp

    return exp(a)


def importing_a_number(a):
    from __main__ import exp

    return a * exp


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (lambda a: 2 * a**2 + abs(a), ""),
        (lambda a: helper(a) + np.tanh(a) + np.pi, ""),
        (lambda *args: sum(b * b for b in args) / len(args), ""),
        (lambda a: sum([b * b for b in (a, 2 * a)]), ""),
        (lambda a: (lambda b: b * a)(a), ""),
        (lambda a: a * K, "reads K from outside"),
        (lambda a: a * CONFIG["scale"], "reads CONFIG from outside"),
        (unstable, "reads K from outside"),
        (lambda a: unstable(a), "calls unstable, which reads K from outside"),
        (lambda a: helper.scale * a, "reads scale from outside"),
        (lambda a: a + random.random(), "reads random from outside"),
        (lambda a: a + np.random.normal(), "reads random from outside"),
        (lambda a: a if isinstance(a, float) else 2 * a, "calls isinstance"),
        (lambda a: a.__class__(2.0), "calls __class__"),
        (lambda a: unknown(a), "reads unknown from outside"),  # noqa: F821  # that is the point
        (with_default, "reads the defaults of with_default"),
        (catching, "catches errors, or has a list comprehension, in catching"),
        (importing, ""),
        (importing_a_number, "reads __main__ from outside"),
        (math.sin, "calls sin"),
        (TABLE["tanh"], ""),
        (lambda a: np.arcsin(a) + autograd.logsumexp(a, a), ""),
        (recursive, ""),
    ],
)
def test_reads_from_outside_are_found(rule, reason):
    assert reads_from_outside(rule) == reason


def test_reads_of_the_enclosing_function_are_found():
    k, f = 2.0, TABLE["tanh"]

    def counting(a):
        nonlocal k
        k += 1
        return a

    assert reads_from_outside(lambda a: a * k) == "reads k from outside"
    assert reads_from_outside(lambda a: f(a)) == ""
    assert reads_from_outside(counting) in {"reads k from outside", "sets k outside"}
    assert k == 2.0
