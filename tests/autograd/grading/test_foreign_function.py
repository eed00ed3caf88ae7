"""``gradcheck`` of functions whose results are nodes of other engines, and the fault by name."""

import math
import random
import sys
from dataclasses import dataclass

import pytest

import viz
from autograd import TABLE, Value, assert_gradients, gradcheck
from autograd.check import GradientError
from autograd.engine import nodes_in_order
from autograd.grading.foreign_function import number_of
from tests.helpers.hostile_engine import LOG, Hostile, hostile_state
from tests.helpers.small_engines import ENGINES, Closures, Slots
from tests.helpers.table_engine import Tabled


class Wrong(Closures):
    """An engine with three mistakes, one of which no row of the table shows."""

    def __mul__(self, other):
        out = Wrong(self.data * other.data, (self, other), "*")
        out._backward = lambda: (self.add(other.data * out.grad), other.add(self.data * out.grad))
        return out

    def add(self, part):
        self.grad += part

    def tanh(self):
        out = Wrong(math.tanh(self.data), (self,), "tanh")
        out._backward = lambda: self.add((1 + out.data**2) * out.grad)
        return out

    def exp(self):
        out = Wrong(math.exp(self.data), (self,), "exp")
        out._backward = lambda: self.add(out.data)
        return out

    def bump(self):
        out = Wrong(self.data * math.exp(-(self.data**2)), (self,), "bump")
        out._backward = lambda: self.add(0.5 * out.grad)
        return out


def f(a, b):
    return (a * b + a).tanh() * b


@pytest.mark.parametrize("name", ENGINES)
def test_a_right_engine_passes_on_nodes_and_on_numbers(name):
    cls = ENGINES[name]
    a, b = cls(0.7), cls(-1.3)
    for report in (gradcheck(f, [a, b]), gradcheck(lambda x, y: f(cls(x), cls(y)), [0.7, -1.3])):
        ours = gradcheck(f, [0.7, -1.3])
        assert report.verdict == "PASS"
        for theirs, our in zip(report.checks, ours.checks, strict=True):
            assert theirs.analytic == pytest.approx(our.analytic, rel=1e-12)


@pytest.mark.parametrize("as_numbers", [False, True])
@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda a, b: (a * b).tanh() * b, "tanh(-0.91): its derivative is 1.520 = 1 + y², right is 0.480 = 1 − y²"),
        (lambda a, b: (a * b).exp(), "exp(-0.91): its rule ignores its upstream"),  # that happens to be 1
        (lambda a, b: (a * b).bump(), "the first to disagree is node 3 = bump(-0.91): it moves by"),
    ],
    ids=["local", "upstream", "no row"],
)
def test_the_operation_at_fault_is_named(function, text, as_numbers):
    if as_numbers:
        report = gradcheck(lambda x, y: function(Wrong(x), Wrong(y)), [0.7, -1.3])
    else:
        report = gradcheck(function, [Wrong(0.7), Wrong(-1.3)])
    assert report.verdict == "FAIL"
    assert text in str(report)
    with pytest.raises(GradientError, match=r"its|local"):
        assert_gradients(function, [Wrong(0.7), Wrong(-1.3)])


def test_a_node_at_fault_has_its_number_in_the_graph_of_the_report():
    report = gradcheck(lambda a, b: (a * b).bump() * b, [Wrong(0.7), Wrong(-1.3)])
    assert nodes_in_order(report.root)[report.checks[0].node].op.name == "ƒ bump"
    assert "it starts at v2" in viz.compare(report.root, report).text()


def test_inputs_in_lists_and_dicts_and_arguments_that_are_left_out():
    a, b, c = Closures(0.7), Closures(-1.3), Closures(0.4)
    report = gradcheck(lambda p, q: (p["w"][0] * p["b"]).tanh() + q, [{"w": [a], "b": b}, c], wrt=["p"])
    assert [(check.name, check.verdict) for check in report.checks] == [("p['w'][0]", "PASS"), ("p['b']", "PASS")]
    mixed = gradcheck(lambda x, k: x * Closures(k), [a, 2.0])
    assert [check.analytic for check in mixed.checks] == [2.0, 0.7]
    np = pytest.importorskip("numpy")
    assert gradcheck(f, np.array([a, b], dtype=object)).verdict == "PASS"


def test_nodes_that_f_holds_are_left_alone_and_give_their_numbers():
    w = Slots(2.0)
    assert gradcheck(lambda x: x * w, [Slots(0.7)]).checks[0].analytic == 2.0
    assert (w.val, w.g) == (2.0, 0)


def test_whatever_their_objects_hold_is_as_it_was(capsys):
    a, b = Hostile(0.7), Hostile(-1.3)
    root = a * b
    root.backward()
    capsys.readouterr()
    before, state = hostile_state([a, b, root]), (len(LOG), random.getstate(), sys.getrecursionlimit())
    assert gradcheck(lambda x, y: x * y, [a, b]).verdict == "PASS"
    with pytest.raises(ZeroDivisionError):
        gradcheck(lambda x, y: x * y * (1 / 0), [a, b])
    assert hostile_state([a, b, root]) == before
    assert (len(LOG), random.getstate(), sys.getrecursionlimit()) == state
    assert capsys.readouterr() == ("", "")
    assert (a.grad, b.grad) == (-1.3, 0.7)


def test_a_tape_of_the_module_is_judged_by_its_backward_alone():
    tape = []

    class Taped:
        def __init__(self, x):
            self.x, self.dx = x, 0.0

        def __mul__(self, other):
            out = Taped(self.x * other.x)
            tape.append((out, self, other.x * factor))
            tape.append((out, other, self.x))
            return out

        def backward(self):
            self.dx = 1.0
            for out, x, local in reversed(tape):
                x.dx += local * out.dx

    for factor, verdict in ((1.0, "PASS"), (2.0, "FAIL")):  # noqa: B007  # __mul__ uses it
        report = gradcheck(lambda a, b: a * b, [Taped(0.7), Taped(-1.3)])
        assert report.verdict == verdict
        assert "no node can be named" in str(report)
    assert tape == []
    with pytest.raises(TypeError, match=r"^inputs: expected nodes, got numbers, whose nodes cannot be found: root: "):
        gradcheck(lambda a, b: Taped(a) * Taped(b), [0.7, -1.3])


def test_their_kinks_are_kinks():
    relu = lambda x: Tabled.apply(TABLE["relu"], [x], "relu")
    assert gradcheck(relu, [Tabled(0.0)]).verdict == "KINK"
    assert gradcheck(relu, [Tabled(-1.0)]).verdict == "PASS"


class Bare:
    def __init__(self, x):
        self.data, self.grad = x, 0.0


class Frozen(tuple):
    data, grad, parents = property(lambda self: self[0]), 0.0, ()

    def backward(self):
        pass


WRONG = {
    "a number": (lambda a: a.data, [Closures(0.7)], TypeError, "^f: expected a node of another engine, got float 0.7"),
    "one twice": (f, [SAME := Closures(0.7), SAME], ValueError, "^inputs: expected different nodes, got one twice"),
    "which leaf": (
        lambda x, y: f(Closures(float(x)), Closures(float(y))), [0.5, 0.5], ValueError, "^inputs: cannot tell which",
    ),
    "no backward": (lambda x: x, [Bare(1.0)], TypeError, "^f: expected a node with a backward, found none that runs"),
    "frozen": (lambda x: x, [Frozen([0.7])], TypeError, "^inputs: the number of a Frozen cannot be set; give plain"),
}  # fmt: skip  # a case on a line


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_checked_is_refused_in_words(case):
    function, inputs, kind, message = WRONG[case]
    with pytest.raises(kind, match=message):
        gradcheck(function, inputs)


def test_second_derivatives_are_refused():
    with pytest.raises(ValueError, match=r"^order: expected 1 for nodes"):
        gradcheck(f, [Closures(0.7), Closures(1.3)], order=2)


def test_their_error_and_not_ours_is_shown_where_f_raises():
    with pytest.raises(AttributeError, match="no_such"):
        gradcheck(lambda x: x.no_such(), [0.5])


@dataclass
class Vector:
    x: float
    d: float

    def __mul__(self, k):
        return Vector(self.x * k, self.d * k)


@dataclass
class Parameters:
    w: float
    grad: float
    parents: list


def test_groups_of_parameters_are_no_nodes():
    given = Parameters(0.7, -1.3, [0.4])
    assert number_of(given) is None
    names = [check.name for check in gradcheck(lambda p: p.w * p.grad * p.parents[0], [given]).checks]
    assert names == ["p.w", "p.grad", "p.parents[0]"]
    assert gradcheck(lambda v: v.x * v.d, [Vector(0.7, 0.5)]).verdict == "PASS"


@pytest.mark.parametrize("x", [0.5, Value(0.5), None, "x", [1.0], Closures], ids=str)
def test_what_is_no_node(x):
    assert number_of(x) is None
