"""Scopes are paths of parts: ranges of many siblings, and what has no scope next to what uses it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, dot, trace
from viz.folding.collapse import FoldedTrace, closure
from viz.folding.scopes import (
    MAX_SIBLINGS,
    common_length,
    common_prefix,
    group_into_ranges,
    part_kind,
    place_unscoped,
    scope_paths,
    strong_components,
)


def titles(view):
    return {view.trace.ops[view.trace.graph.rows[n].op]["symbol"]: n for n in view.boxes}


def test_a_wide_layer_opens_in_ranges():
    x = [Value(0.5, label="x0"), Value(1.0, label="x1")]
    outs = []
    for i in range(100):
        outs.append(dot([Value(0.1), Value(0.2)], x, 0.0))
        outs[-1].scope = f"layer0.neuron{i}"
    collapsed = FoldedTrace(trace(dot([1.0] * 100, outs, 0.0)), 60)
    ranges = collapsed.view(("layer0",))
    assert list(titles(ranges)) == [
        "neuron0 to neuron29", "neuron30 to neuron59", "neuron60 to neuron89", "neuron90 to neuron99"
    ]  # fmt: skip
    way = ranges.opens[titles(ranges)["neuron90 to neuron99"]]
    assert {f"neuron{i}" for i in range(90, 100)} <= set(titles(collapsed.view(way)))


PATHS = st.lists(st.lists(st.sampled_from("abc"), max_size=4).map(tuple), min_size=1, max_size=4)


@given(PATHS)
def test_a_common_prefix_is_the_longest_of_all(paths):
    prefix = common_prefix(paths)
    assert all(path[: len(prefix)] == prefix for path in paths)
    longer = {path[: len(prefix) + 1] for path in paths}
    assert len(longer) > 1 or longer == {prefix}
    assert common_length(paths[0], paths[-1]) == len(common_prefix([paths[0], paths[-1]]))


@given(st.dictionaries(st.integers(0, 7), st.sets(st.integers(0, 7))))
def test_units_are_in_one_component_if_each_uses_the_other(before):
    before = {unit: before.get(unit, set()) for unit in range(8)}
    reached = {unit: closure(unit, before) for unit in before}
    found = strong_components(before)
    assert sorted(unit for group in found for unit in group) == list(before)
    for group in found:
        for unit in group:
            assert group == {unit} | {other for other in reached[unit] if unit in reached[other]}


def test_a_node_belongs_to_the_part_for_which_it_is_computed():
    x, w, v = (Value(1.0, label=name) for name in ("x", "w", "v"))
    a, b = (x * w).tanh(), (x * v).tanh()
    a.scope, b.scope = "net.a", "net.b"
    made = trace(a + b)
    paths = dict(zip((row.label for row in made.graph.rows), scope_paths(made), strict=True))
    assert (paths["w"], paths["v"], paths["x"], paths["L"]) == (("net", "a"), ("net", "b"), (), ())


def test_nodes_in_no_part_come_after_the_last_part_that_they_depend_on():
    x = Value(1.0, label="x")
    part = x * 2.0
    part.scope = "part"
    other = part + x
    made = trace(other.exp() * 3.0)
    paths = scope_paths(made)
    assert paths == [("part",), ("part",), (), (), ()]
    assert place_unscoped(made, paths, max_nodes=4)[1:] == [("part",), *[("after part",)] * 3]
    assert place_unscoped(made, paths, max_nodes=60) == paths  # few are left as they are


@pytest.mark.parametrize(
    ("name", "kind"), [("neuron3", "neuron"), ("after layer2", "after"), (7, "part"), ("", "part")]
)
def test_parts_of_one_kind_are_counted_by_its_name(name, kind):
    assert part_kind(name) == kind


def test_few_parts_are_left_in_one_range():
    paths = [("layer", f"neuron{i}") for i in range(MAX_SIBLINGS)]
    assert group_into_ranges(paths) == paths
    longer = group_into_ranges([*paths, ("layer", "last")])
    assert longer[0] == ("layer", "neuron0 to neuron29", "neuron0")
    assert longer[-1] == ("layer", "last")  # no range of one
