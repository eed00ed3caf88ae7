"""An interrupt at any instant leaves no block open."""

import contextlib
import gc
import signal
import sys

import pytest

from autograd import Value, detect_anomaly, modes, no_grad
from autograd.modes import open_blocks
from tests.helpers.nodes import records


@no_grad
def double(x):
    return x * 2


def every_use(block):
    """Open blocks in each way that the interrupts below are to meet."""
    x = Value(2.0)
    with block, detect_anomaly():
        x * x
    double(x)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timer")
def test_fifty_thousand_interrupts_leave_nothing_switched():
    handler = signal.signal(signal.SIGALRM, signal.default_int_handler)
    block = no_grad()
    gc.disable()  # an interrupt inside a callback of the collector is lost
    try:
        for k in range(50_000):
            try:
                signal.setitimer(signal.ITIMER_REAL, 2e-6 + k % 200 * 1e-7)
                while True:
                    every_use(block)
            except KeyboardInterrupt as error:
                kept = error  # with its frames, as an interactive session keeps them
            assert records()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        gc.enable()
    assert Value(0.0).log().data
    del kept
    assert not open_blocks


@contextlib.contextmanager
def interrupt_before(instruction):
    """Raise KeyboardInterrupt before one of the instructions that are run here and in modes.py, counted from 1."""
    count = 0

    def is_due(code):
        nonlocal count
        count += code.co_filename in (__file__, modes.__file__) and code is not interrupt_before.__wrapped__.__code__
        return count == instruction

    def follow(frame, event, arg):
        frame.f_trace_opcodes = True
        if event == "opcode" and is_due(frame.f_code):
            raise KeyboardInterrupt
        return follow

    def monitor(code, offset):
        if is_due(code):
            sys.monitoring.set_events(3, 0)
            raise KeyboardInterrupt

    before = sys.gettrace()
    if sys.version_info >= (3, 12):  # there settrace may miss the instructions of frames that it has not seen begin
        sys.monitoring.use_tool_id(3, "interrupt")
        sys.monitoring.register_callback(3, sys.monitoring.events.INSTRUCTION, monitor)
        sys.monitoring.set_events(3, sys.monitoring.events.INSTRUCTION)
    else:
        sys.settrace(follow)
    try:
        yield
    finally:
        if sys.version_info >= (3, 12):
            sys.monitoring.set_events(3, 0)
            sys.monitoring.free_tool_id(3)
        sys.settrace(before)


def test_an_interrupt_before_any_instruction_leaves_nothing_switched():
    block, kept, steps = no_grad(), [], 0
    while True:
        steps += 1
        try:
            with interrupt_before(steps):
                every_use(block)
            break
        except KeyboardInterrupt as error:
            kept.append(error)
        assert records()
    assert steps > 300
    kept.clear()
    assert not open_blocks
