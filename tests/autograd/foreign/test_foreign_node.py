"""A node as read knows its parents, and what its backward adds to each."""

from types import SimpleNamespace

from autograd.foreign import ForeignNode, Probe
from autograd.foreign.foreign_node import distinct


def test_parents_are_the_arguments_that_are_nodes_without_repeats():
    a, b = ForeignNode(SimpleNamespace(), 1.0), ForeignNode(SimpleNamespace(), 1.0)
    assert ForeignNode(SimpleNamespace(), 3.0, args=[a, 2.0, b, a]).parents == [a, b]


def test_a_probe_is_asked_by_identity():
    a, b = SimpleNamespace(), SimpleNamespace()  # equal, yet two
    probe = Probe([a], [2.0], way="rule")
    assert (probe.of(a), probe.of(b)) == (2.0, 0.0)
    assert distinct([a, b, a]) == [a, b]


def test_a_node_is_known_if_its_rule_ran():
    a = ForeignNode(SimpleNamespace(), 1.0)
    assert a.is_known
    assert not ForeignNode(SimpleNamespace(), 1.0, args=[a]).is_known
    assert ForeignNode(SimpleNamespace(), 1.0, args=[a], probe=Probe([a.obj], [0.0])).is_known
    assert not ForeignNode(SimpleNamespace(), 1.0, args=[a], probe=Probe([a.obj], [0.0], error=ValueError())).is_known
