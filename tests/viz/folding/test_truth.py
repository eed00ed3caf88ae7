"""Every name and number of a folded picture is that of what it shows, in random models with shared parts in turn."""

import math
import random
import re

import pytest

from autograd import Value, trace
from tests.helpers.flows import loss, moon_model
from viz.folding.collapse import FoldedTrace
from viz.folding.scopes import LEAVES

PARTS = (
    "enc",
    "enc.layer0",
    "enc.layer0.neuron0",
    "enc.layer0.neuron1",
    "dec",
    "dec.key",
    "dec.query",
    "cell",
    "cell.a",
)


def random_model(seed):
    """Return the result of parts that are called in any order, on results of each other and on shared weights."""
    rng = random.Random(seed)
    parts = rng.sample(PARTS, rng.randint(1, 5))
    weights = {
        part: [Value(rng.uniform(-1, 1), label=f"{part}.w{k}") for k in range(rng.randint(1, 3))] for part in parts
    }
    values = [Value(rng.uniform(-1, 1), label=f"x{k}") for k in range(rng.randint(1, 3))]
    recent = rng.choice([2, 5, 100])  # how far back arguments are: near ones make chains
    for _ in range(rng.randint(3, 25)):
        part, args = rng.choice([*parts, ""]), values[-recent:]
        result = rng.choice(args) * rng.choice(args) + rng.choice(args)
        for w in weights.get(part, ()):
            result = result * w + rng.choice([0.5, rng.choice(args)])
        if part:
            result = result.tanh()
            result.scope = part
        values.append(result)
    return trace(sum(values[len(values) // 2 :], values[-1]))


def views(folded, most=25):
    """Yield views of the whole and of the parts that open from it, with their paths."""
    paths, done = [()], set()
    while paths and len(done) < most:
        path = paths.pop(0)
        view = folded.view(path)
        done.add(path)
        yield path, view
        paths += [opened for opened in view.opens.values() if opened not in done and opened not in paths]


def check_view(folded, path, view):
    """Compare a view with the trace, from the nodes that each of its rows shows."""
    made, rows = folded.trace, view.trace.graph.rows
    assert sorted(n for inside in view.members for n in inside) == list(range(len(made.data)))
    shown_by = {n: i for i, inside in enumerate(view.members) for n in inside}
    users = {}
    for edge in made.edges:
        users.setdefault(edge.src, set()).add(edge.dst)
    assert all(edge.src < edge.dst for edge in view.trace.edges)
    assert view.n_folded == sum(len(view.members[i]) for i in view.boxes)
    for i, inside in enumerate(view.members):
        if i not in view.boxes:
            (n,) = inside
            assert (view.trace.data[i], view.trace.grads[i]) == (made.data[n], made.grads[n])
            assert rows[i].label == made.graph.rows[n].label
            continue
        leaving = [n for n in inside if any(shown_by[user] != i for user in users[n])]
        assert view.trace.grads[i] == pytest.approx(
            math.hypot(*(made.grads[n] for n in leaving)) if leaving[1:] else made.grads[leaving[0]]
        )
        assert (i in view.numbers) == (len(leaving) == 1)
        check_names(folded, path, view, i)


def check_names(folded, path, view, i):
    """Compare the title and the size of a box with its nodes."""
    row, inside = view.trace.graph.rows[i], view.members[i]
    title, opened = view.trace.ops[row.op]["symbol"], view.opens.get(i)
    paths = {folded.paths[n] for n in inside}
    if opened is not None:  # all of a part, and nothing else
        assert title == opened[-1]
        assert {n for n, own in enumerate(folded.paths) if own[: len(opened)] == opened} >= set(inside)
        assert all(own[: len(opened)] == opened for own in paths)
        for scope in (made_row.scope for made_row in (folded.trace.graph.rows[n] for n in inside)):
            names = [name for name in opened if not re.match(r"use \d|shared leaves|before|after|.* \+ ", str(name))]
            assert scope == "" or scope.split(".")[: len(names)] == names
    else:
        counts = [int(count) for count in re.findall(r"\d+", title)]
        assert 0 < sum(counts) <= len(inside)
        if "nodes" in title or "leaves" in title:
            leaves = all(folded.trace.graph.rows[n].op is None for n in inside)
            assert counts[-1] <= len(inside)
            assert leaves == title.endswith(("leaves", "leaf")) or "+" in title
    if "node" in row.label:
        assert int(re.match(r"[\d,]+", row.label)[0].replace(",", "")) == len(inside)
    else:
        below = {own[len(opened)] for own in paths if len(own) > len(opened)} - {LEAVES}
        assert row.label.split()[0] == str(len(below))


@pytest.mark.slow
def test_every_name_and_number_is_that_of_the_nodes_in_1000_random_models():
    opened = 0
    for seed in range(1000):
        folded = FoldedTrace(random_model(seed), 4)
        for path, view in views(folded):
            check_view(folded, path, view)
            opened += 1
    assert opened > 3000


def test_every_name_and_number_is_that_of_the_nodes_in_a_network():
    folded = FoldedTrace(trace(loss(moon_model(), n=2)), 60)
    for path, view in views(folded):
        check_view(folded, path, view)


def test_a_recurrent_part_is_unrolled_by_use_each_with_its_gradient():
    w = Value(0.5, label="w")
    h, states = Value(0.3, label="h"), []
    for _ in range(3):
        h = (h * w).tanh()
        h.scope = "rnn.cell"
        states.append(h)
    made = trace(h + 1)
    folded = FoldedTrace(made, 4)
    view = folded.view(("rnn", "cell"))
    titles = {view.trace.ops[view.trace.graph.rows[i].op]["symbol"]: i for i in view.boxes}
    assert list(titles) == ["use 1", "use 2", "use 3"]
    assert [view.trace.grads[i] for i in titles.values()] == [
        made.grads[n] for n, row in enumerate(made.graph.rows) if row.op == "tanh"
    ]
    rolled = folded.view(("rnn",))
    (box,) = rolled.boxes
    assert rolled.trace.graph.rows[box].label == "3 uses"


def test_parts_that_feed_each_other_are_one_part_with_all_their_names():
    h = Value(0.5, label="x")
    for k in range(20):
        h = (h * 2).tanh()
        h.scope = ("cell", "gate")[k % 2]
    folded = FoldedTrace(trace(h + 1), 4)
    (box,) = folded.view().boxes
    view = folded.view()
    assert view.trace.ops[view.trace.graph.rows[box].op]["symbol"] == "cell + gate"
    assert view.trace.graph.rows[box].label == "10 uses"
    turn = folded.view(("cell + gate", "use 2"))
    assert {"cell", "gate"} <= {turn.trace.ops[turn.trace.graph.rows[i].op]["symbol"] for i in turn.boxes}
