"""Signatures and sums of any number of arguments."""

import pytest

import autograd
from autograd import Value


def test_what_is_empty():
    assert autograd.sum([]) == 0.0
    assert autograd.prod([]) == 1.0
    assert autograd.norm([]) == 0.0
    assert autograd.dot([], [], 2.0) == 2.0
    for op in (autograd.max, autograd.min, autograd.mean, autograd.logsumexp, autograd.softmax, autograd.log_softmax):
        with pytest.raises(ValueError, match=rf"^{op.name}\(\) takes at least one number, none given$"):
            op([])


def test_sums_add_in_the_order_of_a_loop():
    terms = [1e16, 1.0, -1e16]
    assert autograd.sum(map(Value, terms)).data == 0.0
    assert autograd.dot(map(Value, terms), [1.0, 1.0, 1.0]).data == 0.0
    assert autograd.dot([Value(1.0)] * 2, [1.0, -1e16], 1e16).data == 0.0


def test_dot_refuses_weights_and_inputs_that_do_not_pair():
    with pytest.raises(ValueError, match="2 weights and 3 inputs given"):
        autograd.dot([1.0, 2.0], [1.0, 2.0, 3.0])
