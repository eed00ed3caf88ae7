"""A trace has the steps of backward, and agrees with it to the last bit."""

import json
from math import inf, isfinite, nan

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import autograd as ag
from autograd import Trace, Value, trace
from autograd.engine import nodes_in_order, topological
from autograd.graph.trace import Chain, Forward, Seed
from autograd.strategies import Expression, expressions
from autograd.table.op import TABLE

pytestmark = pytest.mark.filterwarnings("ignore:backward met")  # numbers of every kind

EVERY_KIND = expressions(inside=False) | expressions(numbers=st.floats(), inside=False)
MUL, ADD = TABLE["mul"], TABLE["add"]
#: (c + a) + b of a = 0.1 x, b = 0.2 x, c = 0.3 x: their sum depends on the order in the last bit.
CROSSED = Expression((1.0,), ((MUL, (0, 0.1)), (MUL, (0, 0.2)), (MUL, (0, 0.3)), (ADD, (3, 1)), (ADD, (4, 2))))


def record(expression) -> tuple[Value, Trace]:
    root = expression(*map(Value, expression.leaves))
    return root, trace(root)


def under(root: Value) -> list[Value]:
    """All Values that a root was computed from, and itself; each once."""
    found, waiting = {}, [root]
    while waiting:
        node = waiting.pop()
        if id(node) not in found:
            found[id(node)] = node
            waiting += [a for a in node.args if isinstance(a, Value)]
    return list(found.values())


def chains(made: Trace) -> list[Chain]:
    return [step for step in made.steps if isinstance(step, Chain)]


def bits(numbers) -> list[str]:
    return [float(x).hex() for x in numbers]


@given(EVERY_KIND)
def test_each_node_is_there_once_and_each_argument_that_is_a_node_is_an_edge(expression):
    root, made = record(expression)
    nodes = under(root)
    assert len(made.data) == len(made.graph.rows) == len(nodes)
    assert sorted(bits(made.data)) == sorted(bits(node.data for node in nodes))
    assert made.graph.outputs == (len(nodes) - 1,)
    assert made.data[-1].hex() == root.data.hex()
    arguments = [(src, n, slot) for n, row in enumerate(made.graph.rows) for slot, src in enumerate(row.args)]
    assert [(e.src, e.dst, e.slot) for e in made.edges] == [a for a in arguments if isinstance(a[0], int)]
    made.graph.check()


@given(EVERY_KIND)
def test_the_steps_are_every_node_forward_the_seed_and_every_edge_backward(expression):
    _, made = record(expression)
    nodes, edges = len(made.data), len(made.edges)
    assert repr(made.steps[:nodes]) == repr(tuple(map(Forward, range(nodes), made.data)))  # nan is not nan
    assert made.steps[nodes] == Seed(nodes - 1, 1.0)
    assert made.steps[nodes + 1 :] == tuple(chains(made))
    assert sorted(step.edge for step in chains(made)) == list(range(edges))


@given(EVERY_KIND)
def test_a_node_is_upstream_only_after_all_that_flows_into_it_has_arrived(expression):
    _, made = record(expression)
    waiting = [sum(e.src == n for e in made.edges) for n in range(len(made.data))]
    for step in chains(made):
        edge = made.edges[step.edge]
        assert waiting[edge.dst] == 0
        waiting[edge.src] -= 1
    assert set(waiting) <= {0}


@given(EVERY_KIND)
def test_contributions_into_a_node_sum_to_its_gradient(expression):
    _, made = record(expression)
    totals = [0.0] * len(made.data)
    totals[-1] = 1.0
    for step in chains(made):
        edge = made.edges[step.edge]
        assert bits([step.before, step.upstream]) == bits([totals[edge.src], totals[edge.dst]])
        totals[edge.src] += step.contribution
        assert step.after.hex() == totals[edge.src].hex()
    assert bits(made.grads) == bits(totals)


@given(EVERY_KIND)
@example(Expression((1.0, 0.0), ((TABLE["div"], (1, 0)),)))  # a local derivative of -0.0
def test_a_contribution_is_local_times_upstream_or_nothing(expression):
    _, made = record(expression)
    for step in chains(made):
        local = made.edges[step.edge].local
        nothing = local is None or step.upstream == 0
        assert step.contribution.hex() == (0.0 if nothing else local * step.upstream).hex()
        assert step.local.hex() == (0.0 if local is None else local).hex()


@given(EVERY_KIND)
def test_the_state_after_k_steps_is_that_of_the_first_k(expression):
    _, made = record(expression)
    values, grads = {}, {}
    for k, step in enumerate(made.steps):
        assert repr(made.state(k)) == repr((values, grads))
        match step:
            case Forward(node, value):
                values[node] = value
            case Seed(node, grad):
                grads[node] = grad
            case Chain(edge=n, contribution=contribution):
                grads[made.edges[n].src] = grads.get(made.edges[n].src, 0.0) + contribution
    assert repr(made.state(len(made.steps))) == repr((values, grads))


@given(EVERY_KIND)
@example(CROSSED)
def test_the_gradients_are_those_of_backward_to_the_bit_if_it_meets_the_nodes_in_the_same_order(expression):
    root, _ = record(expression)
    nodes = under(root)
    for n, node in enumerate(nodes):
        node.label = str(n)
    made = trace(root)
    assert bits(node.grad for node in nodes) == ["0x0.0p+0"] * len(nodes)
    root.backward()
    grads = dict(zip((row.label for row in made.graph.rows), made.grads, strict=True))
    found, swept = ([grads[node.label] for node in nodes], [node.grad for node in nodes])
    if [node for node in nodes_in_order(root) if node.op is not None] == topological(root):
        assert bits(found) == bits(swept)
        return
    sizes = dict.fromkeys((row.label for row in made.graph.rows), 0.0)  # Σ |contributions|, which rounding goes by
    for step in chains(made):
        sizes[made.graph.rows[made.edges[step.edge].src].label] += abs(step.contribution)
    for node, a, b in zip(nodes, found, swept, strict=True):
        assert a == pytest.approx(b, rel=1e-9, abs=1e-12 * sizes[node.label], nan_ok=True) or not isfinite(a + b)


@given(EVERY_KIND)
def test_a_trace_survives_json(expression):
    _, made = record(expression)
    text = made.to_json()
    again = Trace.from_json(text)
    assert repr(again) == repr(made)  # nan is not equal to itself
    assert again.to_json() == text
    assert bits(again.grads) == bits(made.grads)
    json.loads(text, parse_constant=pytest.fail)  # what is no JSON to others stays out


def test_infinities_and_nan_survive_json_as_strings_that_javascript_reads():
    x = Value(0.0, label="x")
    made = trace(ag.sum(x.log(), 1 / x, x.log() * 0, nan, -inf))
    text = made.to_json()
    assert {'"Infinity"', '"-Infinity"', '"NaN"'} <= set(
        text.replace("}", ",").replace(" ", "").replace(":", ",").split(",")
    )
    assert repr(Trace.from_json(text)) == repr(made)


@given(EVERY_KIND)
def test_tracing_leaves_every_grad_alone_and_does_not_look_at_it(expression):
    root, made = record(expression)
    root.backward()
    root.backward()
    before = bits(node.grad for node in under(root))
    assert repr(trace(root)) == repr(made)
    assert bits(node.grad for node in under(root)) == before


def test_where_dot_lt_and_maximum_show_where_something_flows():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    chosen = ag.where(ag.lt(a, b), ag.maximum(a, b), a)
    made = trace(ag.dot([chosen, a], [b, chosen], 1.0))
    ops = [row.op for row in made.graph.rows]
    assert ops == [None, None, "lt", "maximum", "where", "dot"]
    locals_of = {op: [e.local for e in made.edges if e.dst == n] for n, op in enumerate(ops) if op}
    assert locals_of == {
        "lt": [None, None],
        "maximum": [0.0, 1.0],
        "where": [None, 1.0, None],
        "dot": [3.0, 3.0, 3.0, 2.0],
    }
    assert dict(zip("ab", made.grads, strict=False)) == {"a": 3.0, "b": 3.0 + 3.0 + 2.0}


def test_a_wide_sum_is_written_and_read():
    made = trace(ag.sum([Value(float(i)) for i in range(3000)]))
    assert Trace.from_json(made.to_json()) == made
    assert made.ops["sum"]["trees"] == {"3000": None}
