"""Blocks: what they switch and for how long, with and without a ``with`` statement, and as decorators."""

import contextlib
import gc

import pytest

import autograd
from autograd import Value, detect_anomaly, no_grad
from autograd.modes import open_blocks
from tests.helpers.nodes import records


def test_no_grad_records_nothing():
    w, x = Value(2.0), Value(3.0)
    with no_grad():
        y = w * x + 1
        z = autograd.dot([w], [x], 1.0)
    assert (y.data, z.data) == (7.0, 7.0)
    assert not y.requires_grad
    assert y.args == z.args == ()
    assert (w * x).requires_grad


def test_a_transform_within_no_grad_still_differentiates():
    x = Value(2.0)
    y = x * x
    with no_grad():
        assert autograd.grad(lambda t: t**3)(2.0) == 12.0
        assert autograd.grad(y, x)[0].data == 4.0
        (slope,) = autograd.grad(y, x, create_graph=True)
        assert not (x * x).requires_grad
    assert autograd.grad(slope, x)[0].data == 2.0


def test_no_grad_decorates_a_function_and_may_be_entered_twice():
    @no_grad()
    def square(x):
        return x * x

    assert not square(Value(2.0)).requires_grad
    block = no_grad()
    for _ in range(2):
        with block, block:
            assert not (Value(1.0) * 2).requires_grad
        assert (Value(1.0) * 2).requires_grad


def test_blocks_may_be_entered_without_a_with_statement():
    block = no_grad()
    with contextlib.ExitStack() as stack:
        stack.enter_context(block)
        stack.enter_context(block)
        assert not records()
    assert records()
    block.__enter__()
    block.__enter__()
    block.__exit__(None, None, None)
    assert not records()
    with block:
        assert not records()
    assert not records()
    block.__exit__(None, None, None)
    assert records()
    assert not open_blocks


def test_only_a_function_can_be_decorated():
    for decorate in (no_grad, no_grad(), detect_anomaly):
        with pytest.raises(TypeError, match=r"(no_grad|detect_anomaly): expected a function to decorate, got 3"):
            decorate(3)


def test_enable_grad_records_inside_no_grad():
    @autograd.enable_grad()
    def decorated():
        return records()

    with no_grad():
        assert decorated()
        with autograd.enable_grad():
            assert records()
        assert not records()


def test_set_grad_enabled_holds_from_the_call_on_or_in_its_block():
    set_grad_enabled = autograd.set_grad_enabled
    set_grad_enabled(False)
    assert not records()
    with set_grad_enabled(True):
        assert records()
    assert not records()
    for _ in range(100):
        set_grad_enabled(False)
        set_grad_enabled(True)
    assert records()
    assert not open_blocks
    with set_grad_enabled(False):
        assert not records()
    assert records()

    @set_grad_enabled(False)
    def decorated():
        return records()

    assert records()
    assert not decorated()
    assert records()
    with pytest.raises(TypeError, match=r"^mode: expected True or False, got function"):
        set_grad_enabled(records)


def test_set_grad_enabled_ends_with_the_block_around_it():
    with autograd.enable_grad():
        autograd.set_grad_enabled(False)
        assert not records()
    assert records()
    with no_grad():
        autograd.set_grad_enabled(True)
        assert records()
    assert records()
    gc.collect()
    assert not open_blocks


def test_a_check_does_not_depend_on_no_grad():
    with no_grad():
        assert autograd.gradcheck(lambda x: x**3, [2.0], order=2).verdict == "PASS"
