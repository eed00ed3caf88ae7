"""The graph under a node: arguments in order, forgotten parents, rules in wrong places, loops."""

import pytest

from autograd.foreign import Reading
from tests.helpers.faulty_engines import FAULTS, build
from tests.helpers.small_engines import Closures


def read(fault):
    return Reading(build(*FAULTS[fault][:2])["L"], thorough=True)


def test_nodes_come_in_order_and_each_once():
    a, b = Closures(0.5), Closures(2.0)
    reading = Reading((a * b + a) * a)
    assert [node.data for node in reading] == [0.5, 2.0, 1.0, 1.5, 0.75]
    assert reading.depth() == 4
    assert [p.data for p in reading.root.args] == [1.5, 0.5]


def test_an_argument_that_only_the_closure_knows_was_forgotten():
    forgotten = [node for node in read("a parent forgotten") if node.forgotten]
    assert (forgotten[0].data, forgotten[0].args[1].data) == pytest.approx((0.91, 1.3))


def test_a_rule_on_the_argument_belongs_to_the_result():
    (misplaced,) = [node for node in read("rule attached to the argument") if node.misplaced]
    assert misplaced.misplaced.data == 0.4
    assert misplaced.probe.of(misplaced.args[0].obj) == pytest.approx(misplaced.data)


def test_a_rule_that_was_replaced_jumps_over_its_parts():
    a = Closures(0.5)
    b = Closures(2.0)
    y = (a * b) * (a + b)

    def back():
        a.grad += 3.0 * y.grad

    y._backward = back
    reading = Reading(y)
    assert reading.root.jumps
    assert [p.data for p in reading.root.parents] == [0.5]
    assert len(reading.order) == 2


def test_nodes_of_one_rule_share_a_key():
    a, b = Closures(0.5), Closures(2.0)
    reading = Reading((a**2 * b**3).tanh() * b)
    keys = [node.key for node in reading if node.parents]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_constants_come_from_cells_and_from_the_name():
    a = Closures(0.5)
    assert 3.0 in Reading(a**3).root.constants


def test_a_loop_raises():
    a = Closures(0.5)
    y = a.tanh()
    a._prev = {y}
    with pytest.raises(TypeError, match="lead back"):
        Reading(y)
