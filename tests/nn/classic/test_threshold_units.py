"""Threshold units and circuits of them: truth tables, names, drawings and errors."""

import math
import re
from itertools import product

import pytest

import nn.classic
from autograd import Value
from nn.classic import AND, NOT, OR, Circuit, Formula, McCullochPitts, MulticlassPerceptron, half_plane

ROWS = [list(product((0, 1), repeat=n)) for n in range(5)]


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_and_or_and_not_with_any_inputs_negated(n):
    for negated in ROWS[n]:
        places = [i for i, off in enumerate(negated) if off]
        for x in ROWS[n]:
            literals = [bool(v) != bool(off) for v, off in zip(x, negated, strict=True)]
            assert AND(n, places)(x).data == all(literals)
            assert OR(n, places)(x).data == any(literals)
    assert [NOT()([x]).data for x in (0, 1)] == [1, 0]


@pytest.mark.parametrize("low", [0, -1])
def test_a_unit_fires_on_its_threshold_and_returns_low_below_it(low):
    unit = McCullochPitts([2, -1], theta=0.5, low=low)
    assert [unit(x).data for x in ([0.25, 0], [0.25, 0.25], [1, 1.5], [1, 1.75])] == [1, low, 1, low]
    assert repr(unit) == "McCullochPitts([2.0, -1.0], theta=0.5)"
    unit.b.data = 0.0
    assert repr(unit) == "McCullochPitts([2.0, -1.0], theta=0.0)"


def test_the_scope_of_a_unit_is_that_of_its_answer():
    circuit = Circuit(2, [(OR(2), (0, 1)), (NOT(), (2,))])
    answer = circuit([1, 0])
    assert (answer.scope, answer.args[0].scope) == ("unit1", "")
    assert [p.label for p in circuit.parameters()] == [
        "unit.w[0,0]",
        "unit.w[0,1]",
        "unit.b[0]",
        "unit.w[1,0]",
        "unit.b[1]",
    ]


def test_reprs():
    assert repr(Circuit(1, [(NOT(), (0,))])) == "Circuit of [McCullochPitts([-1.0], theta=-0.5)]"
    assert repr(Formula("A & B")) == "Formula of [McCullochPitts([1.0, 1.0], theta=1.5)]"
    assert repr(half_plane((0, 0), (1, 0))) == "HalfPlane([0.0, 1.0], theta=0.0)"
    assert repr(MulticlassPerceptron(1, 2)).startswith("MulticlassPerceptron of [")


def test_a_unit_without_sources_is_a_first_layer_of_its_own():
    circuit = Circuit(1, [(lambda none: Value(1.0), ()), (AND(2), (0, 1))])
    assert (circuit.depth, circuit([1]).data) == (2, 1)


CLASSES = [thing for name in nn.classic.__all__ if isinstance(thing := getattr(nn.classic, name), type)]


@pytest.mark.parametrize("kind", CLASSES)
def test_every_docstring_has_a_source_with_its_year_a_rule_and_an_example(kind):
    text = vars(kind)["__doc__"]
    assert re.search(r"[A-Z]\w+.*[(,] ?(19|20)\d\d\)", text)
    assert re.search("[←≥∂Σσ×⋁ₖ·]", text)
    assert ">>> " in text


def test_a_step_has_gradient_0():
    unit, x = McCullochPitts([1.0], theta=0.5), Value(1.0)
    (unit([x]) * 3).backward()
    assert (x.grad, unit.w[0].grad, unit.b.grad) == (0.0, 0.0, 0.0)


def test_connections_may_skip_layers_and_inputs_may_go_unused():
    circuit = Circuit(3, [(AND(2), (0, 1)), (NOT(), (3,)), (OR(2), (4, 0))])
    assert circuit.depth == 3
    assert all(circuit(x).data == (not (x[0] and x[1]) or x[0]) for x in ROWS[3])
    assert [v.data for v in circuit.outputs([1, 1, 0])] == [1, 0, 1]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: McCullochPitts([]), ValueError, "nin: expected a whole number of at least 1, got 0"),
        (lambda: McCullochPitts(["1"]), TypeError, "weights[0]: expected a number"),
        (lambda: McCullochPitts([math.nan]), ValueError, "weights[0]: expected a finite number, got nan"),
        (lambda: McCullochPitts([1], theta=None), TypeError, "theta: expected"),
        (lambda: McCullochPitts([1], theta=math.inf), ValueError, "theta: expected a finite number, got inf"),
        (lambda: McCullochPitts([1], low=1), ValueError, "low: expected 0 or -1, what the unit says where it does not"),
        (lambda: McCullochPitts([1], low=False), ValueError, "low: expected 0 or -1, what the unit says where it"),
        (lambda: McCullochPitts([1])([1, 2]), ValueError, "inputs: expected 1, one for each weight, got 2"),
        (lambda: AND(0), ValueError, "n: expected a whole number of at least 1, got 0"),
        (lambda: AND(2, negated=[2]), ValueError, "negated: expected places from 0 to 1, got 2"),
        (lambda: Circuit(1, []), ValueError, "units: expected at least one, got none"),
        (lambda: Circuit(1, [(NOT(), (1,))]), ValueError, "units[0]: its sources are from 0 to 0, got 1"),
        (lambda: Circuit(1, [(NOT(), (0.0,))]), ValueError, "units[0]: its sources are from 0 to 0, got 0.0"),
        (lambda: Circuit(1, [(NOT(), (0,))])([1, 1]), ValueError, "inputs: expected 1, got 2"),
        (
            lambda: Circuit(2, [(AND(2), (0,))]),
            ValueError,
            "units[0]: expected 2 sources, one for each weight, got 1",
        ),
        (lambda: Circuit(1, [NOT()]), TypeError, "units[0]: expected a unit and the places of its sources, got McC"),
        (
            lambda: Circuit(1, [(3, (0,))]),
            TypeError,
            "units[0]: expected a unit and the places of its sources, got (3,",
        ),
        (lambda: Circuit(1, 3), TypeError, "units[0]: expected a unit and the places of its sources, got 3"),
    ],
)
def test_wrong_arguments_are_rejected(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert message in str(caught.value)
