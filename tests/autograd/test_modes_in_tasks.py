"""Blocks in threads, tasks, generators and coroutines, which hold for nothing else."""

import asyncio
import contextlib
import inspect
import threading

import pytest

from autograd import Value, detect_anomaly, no_grad
from autograd.modes import open_blocks
from tests.helpers.nodes import records


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
