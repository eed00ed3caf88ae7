"""A graph is checked, evaluates on numbers of any kind, and survives a file."""

from fractions import Fraction
from math import inf

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from autograd import Graph, Value, evaluate, trace
from autograd.graph.graph import Row
from autograd.strategies import Expression, expressions
from autograd.table.op import TABLE

LEAF = Row(None, label="x")
WHOLE = [
    "add",
    "sub",
    "mul",
    "neg",
    "sum",
    "dot",
    "relu",
    "abs",
    "maximum",
    "minimum",
    "where",
    "sign",
    "lt",
    "le",
    "eq",
]
#: Rows that keep whole numbers whole.
WHOLE_OPS = [TABLE[name] for name in WHOLE]

BROKEN = [
    ("a leaf with arguments", [LEAF, Row(None, (0,), "y")], (1,), r"node 1 \(y\): a leaf takes no arguments, got 1"),
    ("too few arguments", [LEAF, Row("add", (0,))], (1,), r"node 1 \(add\): add takes 2 arguments, got 1"),
    ("too many arguments", [LEAF, Row("exp", (0, 0), "y")], (1,), r"node 1 \(y\): exp takes 1 arguments?, got 2"),
    (
        "an argument after it",
        [LEAF, Row("exp", (2,)), LEAF],
        (1,),
        r"node 1 \(exp\): its argument 2 is not a node before it",
    ),
    ("itself as argument", [LEAF, Row("exp", (1,))], (1,), r"node 1 \(exp\): its argument 1 is not a node before it"),
    (
        "a negative argument",
        [LEAF, Row("exp", (-1,))],
        (1,),
        r"node 1 \(exp\): its argument -1 is not a node before it",
    ),
    ("an even dot", [LEAF, Row("dot", (0, 0))], (1,), r"node 1 \(dot\): "),
    ("an output beyond the end", [LEAF], (1,), "outputs: 1 is not one of the 1 nodes"),
    ("a negative output", [LEAF], (-1,), "outputs: -1 is not one of the 1 nodes"),
]


@pytest.mark.parametrize(("rows", "outputs", "message"), [pytest.param(*c[1:], id=c[0]) for c in BROKEN])
def test_a_row_that_breaks_the_grammar_is_named(rows, outputs, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        Graph(tuple(rows), outputs).check()


def test_a_graph_may_use_operations_that_this_table_lacks_but_not_be_evaluated():
    graph = Graph((LEAF, Row("erfcx", (0, 2.0, 0))), (1,))
    graph.check()
    with pytest.raises(ValueError, match=r"^graph: the table has no operation 'erfcx'$"):
        evaluate(graph, {"x": 1.0})


def test_a_leaf_without_a_value_is_named():
    with pytest.raises(ValueError, match=r"^inputs: no value for the leaf 'x'$"):
        evaluate(Graph((LEAF,), (0,)), {"y": 1.0})


def test_leaves_of_one_name_are_refused():
    with pytest.raises(ValueError, match=r"^inputs: 2 leaves are called 'x'$"):
        evaluate(Graph((LEAF, LEAF), (1,)), {"x": 1.0})


class Counted(str):
    """A label that counts how often it is compared."""

    __slots__ = ()
    comparisons = 0
    __hash__ = str.__hash__

    def __eq__(self, other):
        Counted.comparisons += 1
        return str.__eq__(self, other)


def test_the_cost_of_looking_up_leaves_grows_with_their_number_only():
    labels = [Counted(f"x{i}") for i in range(300)]
    graph = Graph(tuple(Row(None, label=label) for label in labels), (0,))
    evaluate(graph, {str(label): 0.0 for label in labels})
    assert Counted.comparisons <= 3 * len(labels)


def recorded(expression) -> tuple[Graph, dict[str, float], tuple[float, ...]]:
    """Return the graph of an expression, the data of its leaves and of all nodes."""
    made = trace(expression(*map(Value, expression.leaves)))
    rows = zip(made.graph.rows, made.data, strict=True)
    return made.graph, {row.label: x for row, x in rows if row.op is None}, made.data


@given(expressions(inside=False) | expressions(numbers=st.floats(), inside=False))
@example(Expression((-1.0,), ((TABLE["relu"], (0,)), (TABLE["neg"], (1,)), (TABLE["div"], (1.0, 2)))))  # 1 / -0.0
def test_evaluating_on_floats_repeats_what_was_recorded_bit_for_bit(expression):
    graph, inputs, data = recorded(expression)
    graph.check()
    assert [float(x).hex() for x in evaluate(graph, inputs)] == [x.hex() for x in data]


@given(expressions(numbers=st.integers(-3, 3).map(float), ops=WHOLE_OPS, inside=False))
def test_evaluating_on_fractions_is_exact(expression):
    graph, inputs, data = recorded(expression)
    assume(all(abs(x) < 2**53 for x in data))
    assert evaluate(graph, inputs, Fraction) == list(data)


def test_evaluating_on_fractions_does_not_round():
    x, y = Value(1.0, label="x"), Value(3.0, label="y")
    graph = trace((x / y + x / y + x / y) * 0.1).graph
    assert evaluate(graph, {"x": 1, "y": 3}, Fraction)[-1] == Fraction(0.1)
    assert evaluate(graph, {"x": 1, "y": 49}, Fraction)[-1] == Fraction(3, 49) * Fraction(0.1)


def test_evaluating_on_values_records_it_again():
    x = Value(0.5, label="x")
    first = trace((x.tanh() + x**2) * x)
    again = evaluate(first.graph, {"x": Value(0.5, label="x")}, lambda a: a)[-1]
    assert trace(again).data == first.data
    assert trace(again).grads == first.grads


@given(expressions(numbers=st.floats(), inside=False))
def test_a_graph_survives_json(expression):
    graph, _, _ = recorded(expression)
    again = Graph.from_json(graph.to_json())
    assert repr(again) == repr(graph)  # nan is not equal to itself
    assert again.to_json() == graph.to_json()


@given(st.text(), st.text())
def test_labels_and_scopes_survive_json(label, scope):
    graph = Graph((Row(None, (), label, scope), Row("add", (0, -inf))), (1, 0, 1))
    assert Graph.from_json(graph.to_json()) == graph
    assert Graph.from_json(graph.to_json().encode()) == graph
