"""Blocks: what no_grad and detect_anomaly switch, for whom and how long; decorators, tasks, threads, interrupts."""

import asyncio
import contextlib
import gc
import inspect
import signal
import sys
import threading

import pytest

import autograd
from autograd import Value, detect_anomaly, modes, no_grad
from autograd.modes import open_blocks


def records() -> bool:
    """Whether an operation is recorded here and now, by what it gives."""
    return (Value(2.0) * 3.0).requires_grad


def test_no_grad_records_nothing():
    w, x = Value(2.0), Value(3.0)
    with no_grad():
        y = w * x + 1
        z = autograd.dot([w], [x], 1.0)
    assert (y.data, z.data) == (7.0, 7.0)
    assert not y.requires_grad
    assert y.args == z.args == ()
    assert (w * x).requires_grad


def test_no_grad_holds_for_its_own_thread_only():
    entered, leave, seen = threading.Event(), threading.Event(), []

    def other():
        with no_grad():
            entered.set()
            leave.wait()
            seen.append((Value(2.0) * Value(3.0)).requires_grad)

    thread = threading.Thread(target=other)
    thread.start()
    entered.wait()
    assert (Value(2.0) * Value(3.0)).requires_grad
    leave.set()
    thread.join()
    assert seen == [False]


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


def test_a_block_holds_for_its_own_task_only():
    async def without(entered, leave):
        with no_grad():
            entered.set()
            await leave.wait()
            return records()

    async def main():
        entered, leave = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(without(entered, leave))
        await entered.wait()
        before = records()
        leave.set()
        return before, await task, records()

    assert asyncio.run(main()) == (True, False, True)


def test_one_block_may_be_open_in_many_tasks_at_once():
    block = no_grad()

    async def work(k):
        found = []
        for _ in range(3):
            with block:
                await asyncio.sleep(0.001 * (k % 3))
                found.append(records())
            await asyncio.sleep(0)
            found.append(records())
        return found

    async def main():
        return await asyncio.gather(*map(work, range(10)))

    assert asyncio.run(main()) == [[False, True] * 3] * 10
    assert not open_blocks


def test_a_task_started_inside_a_block_is_inside_until_the_block_is_left():
    async def ask(go):
        await go.wait()
        return records()

    async def main():
        first, second = asyncio.Event(), asyncio.Event()
        with no_grad():
            tasks = [asyncio.create_task(ask(first)), asyncio.create_task(ask(second))]
            first.set()
            inside = await tasks[0]
        second.set()
        return inside, await tasks[1]

    assert asyncio.run(main()) == (False, True)


@pytest.mark.parametrize("decorate", [no_grad, no_grad()], ids=["no_grad", "no_grad()"])
def test_a_decorator_holds_for_the_body_of_whatever_it_decorates(decorate):
    @decorate
    def function(x: float) -> bool:
        """Doc."""
        return records()

    @decorate
    def generator(x):
        received = yield records()
        while received is not None:
            received = yield (received, records())
        return records()

    @decorate
    async def coroutine(x):
        found = records()
        await asyncio.sleep(0)
        return found, records()

    @decorate
    async def numbers(x):
        received = yield records()
        while received is not None:
            await asyncio.sleep(0)
            received = yield (received, records())

    assert function(1.0) is False
    assert (function.__name__, function.__doc__) == ("function", "Doc.")
    assert inspect.isgeneratorfunction(generator)
    assert inspect.iscoroutinefunction(coroutine)
    assert inspect.isasyncgenfunction(numbers)

    steps = generator(1.0)
    assert (next(steps), records()) == (False, True)
    assert (steps.send(5), records()) == ((5, False), True)
    with pytest.raises(StopIteration) as end:
        steps.send(None)
    assert end.value.value is False

    async def main():
        steps = numbers(1.0)
        found = [await anext(steps), records(), await steps.asend(5), records()]
        await steps.aclose()
        return found, await coroutine(1.0), [x async for x in numbers(1.0)]

    assert asyncio.run(main()) == ([False, True, (5, False), True], (False, False), [False])

    @decorate
    async def starts_tasks():
        return await asyncio.gather(coroutine(1.0), asyncio.sleep(0, "slept"), undecorated())

    async def undecorated():
        await asyncio.sleep(0)
        return records()

    async def concurrently():
        return await asyncio.gather(starts_tasks(), undecorated())

    assert asyncio.run(concurrently()) == [[(False, False), "slept", False], True]

    by_hand = coroutine(1.0)  # as an event loop of one's own drives it, in one context with all the rest
    by_hand.send(None)
    assert records()
    by_hand.close()


def test_a_decorated_generator_is_closed_and_thrown_into_inside_its_block():
    seen = []

    @no_grad
    def generator():
        while True:
            try:
                yield
            except ValueError:
                seen.append(("thrown", records()))
            except GeneratorExit:
                seen.append(("closed", records()))
                raise

    @no_grad
    async def numbers():
        while True:
            try:
                yield
            except ValueError:
                await asyncio.sleep(0)
                seen.append(("thrown", records()))
            except GeneratorExit:
                await asyncio.sleep(0)
                seen.append(("closed", records()))
                raise

    async def main():
        steps = numbers()
        await anext(steps)
        await steps.athrow(ValueError())
        await steps.aclose()

    steps = generator()
    next(steps)
    steps.throw(ValueError())
    steps.close()
    asyncio.run(main())
    assert seen == [("thrown", False), ("closed", False)] * 2
    assert records()


def test_a_block_in_a_generator_that_is_not_decorated_holds_for_its_consumer_too():
    def generator():
        with no_grad():
            yield
        yield

    steps = generator()
    next(steps)
    assert not records()
    with contextlib.closing(steps), detect_anomaly():
        next(steps)
        assert records()
        with pytest.raises(FloatingPointError):
            Value(0.0).log()
    assert records()
    next(generator())  # dropped at once, in the middle of its block
    assert records()
    assert not open_blocks


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


def test_a_block_that_threads_share_is_left_where_it_was_entered():
    block, found, turns = no_grad(), {}, [threading.Event() for _ in range(3)]

    def first():
        with contextlib.ExitStack() as stack:
            stack.enter_context(block)
            turns[0].set()
            turns[1].wait(5)
        found["after the first left"] = records()
        turns[2].set()

    def second():
        turns[0].wait(5)
        with contextlib.ExitStack() as stack:
            stack.enter_context(block)
            turns[1].set()
            turns[2].wait(5)
            found["in the second"] = records()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"after the first left": True, "in the second": False}


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
