"""The blocks ``no_grad`` and ``detect_anomaly``, and how the engine asks which of them are open.

A context variable holds the entries of this thread or asyncio task as a linked list, innermost first. Leaving
a block takes nothing off the list. An entry counts only while the ``with`` statement that made it holds on to
its exit method, so that an interrupt at any instant, even inside ``__enter__`` or ``__exit__``, leaves nothing
switched (test_modes.py interrupts 50,000 times).
"""

from __future__ import annotations

import functools
import inspect
import types
import weakref
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any, TypeVar, overload

F = TypeVar("F", bound=Callable[..., Any])

#: Weak references to the exits of all open blocks, in any thread. The engine's fast paths test only whether it is
#: empty. References remove themselves in C, where no interrupt can come between.
open_blocks: set[Any] = set()
_innermost: ContextVar[Entry | None] = ContextVar("innermost", default=None)


def is_grad_enabled() -> bool:
    """Return whether operations are recorded here."""
    return not open_blocks or bool(_setting("records", True))


def is_anomaly_enabled() -> bool:
    """Return whether a nan or an infinity raises here."""
    return bool(open_blocks) and bool(_setting("detects", False))


def current_tracer() -> Any:
    """Return the tape of the compiled function that is traced here, or None."""
    return _setting("tracer", None) if open_blocks else None


def _setting(name: str, default: Any) -> Any:
    """Return a setting of the innermost open block that has it."""
    entry = _innermost.get()
    while entry is not None:
        if (value := getattr(entry.block, name)) is not None and entry.is_open():
            return value
        entry = entry.outer
    return default


class Entry:
    """One entering of a block; a block may be entered several times, also by several threads and tasks at once."""

    __slots__ = ("block", "entered", "exit", "outer")
    exit: Any  # a weak reference to the method with which it is left

    def __init__(self, block: Block) -> None:
        self.block = block
        self.entered = False
        self.outer = _innermost.get()
        while self.outer is not None and not self.outer.is_open():
            self.outer = self.outer.outer

    def is_open(self) -> bool:
        """Return whether the block was entered and its exit is neither called nor lost."""
        return self.entered and self.exit() is not None

    def leave(self, *exc_info: object) -> None:
        """Leave the block; an exit that was not entered with closes the last entry made without ``with``."""
        if not self.entered and self.block.kept:
            *self.block.kept, leave = self.block.kept
            leave()
        self.entered = False
        if _innermost.get() is self:
            _innermost.set(self.outer)


class _Exit(property):
    """``__exit__``, looked up once by each ``with`` statement and held by it alone until the block is left.

    The method that a look-up returns is new, and a running exit has no reference to it. So it dies with the
    ``with`` statement, while the block itself may live on by its name or in a traceback.
    """

    def __call__(self, block: Block, *exc_info: object) -> None:
        """Leave a block by way of its class, as an ExitStack does."""
        self.__get__(block)(*exc_info)


class Block:
    """What a ``with`` statement opens; also a decorator of functions, generators and coroutines."""

    records: bool | None = None  # whether operations are recorded; None: as outside
    detects: bool | None = None  # whether a nan or an infinity raises
    tracer: Any = None  # the tape of a compiled function that is traced
    kept: Sequence[Callable[[], None]] = ()  # the exits of entries made without ``with``

    @_Exit
    def __exit__(self) -> Callable[..., None]:
        entry = Entry(self)
        leave = entry.leave
        entry.exit = weakref.ref(leave)
        open_blocks.add(weakref.ref(leave, open_blocks.discard))
        _innermost.set(entry)
        return leave

    def __enter__(self) -> Any:
        entry: Any = _innermost.get()  # a ``with`` statement has looked up __exit__ by now
        if entry is None or entry.block is not self or entry.entered or entry.exit() is None:
            self.kept = [*self.kept, self.__exit__]
            entry = _innermost.get()
        entry.entered = True  # the last step: an interrupt comes before it or after the block is entered
        return self

    def __call__(self, function: F) -> F:
        """Decorate a function; of a generator or coroutine each step runs inside the block, and nothing between."""
        if not callable(function):
            raise TypeError(f"{type(self).__name__}: expected a function to decorate, got {function!r:.40}")
        run: Callable[..., Any]
        if inspect.isasyncgenfunction(function):

            async def run(*args: Any, **named: Any) -> Any:
                steps = function(*args, **named)
                resume = steps.asend(None)
                while True:
                    try:
                        item = await self._step_inside(resume)
                    except StopAsyncIteration:
                        return
                    try:
                        resume = steps.asend((yield item))
                    except GeneratorExit:
                        await self._step_inside(steps.aclose())
                        raise
                    except BaseException as error:
                        resume = steps.athrow(error)

        elif inspect.iscoroutinefunction(function):

            async def run(*args: Any, **named: Any) -> Any:
                return await self._step_inside(function(*args, **named))

        elif inspect.isgeneratorfunction(function):

            def run(*args: Any, **named: Any) -> Any:
                return (yield from self._step_inside(function(*args, **named)))

        else:

            def run(*args: Any, **named: Any) -> Any:
                with self:
                    return function(*args, **named)

        return functools.wraps(function)(run)  # type: ignore[return-value]  # of the same signature

    @types.coroutine
    def _step_inside(self, steps: Any) -> Generator[Any, Any, Any]:
        """Run a generator or awaitable to its end, each step inside the block."""
        resume = functools.partial(steps.send, None)
        while True:
            try:
                with self:
                    item = resume()
            except StopIteration as end:
                return end.value
            try:
                resume = functools.partial(steps.send, (yield item))
            except GeneratorExit:
                with self:
                    steps.close()
                raise
            except BaseException as error:
                resume = functools.partial(steps.throw, error)


class _Mode(Block):
    """A block that decorates without parentheses too."""

    @overload
    def __new__(cls) -> _Mode: ...
    @overload
    def __new__(cls, function: F) -> F: ...  # type: ignore[misc]  # a decorator returns a function
    def __new__(cls, function: Any = None) -> Any:
        block = super().__new__(cls)
        return block if function is None else block(function)


class no_grad(_Mode):  # noqa: N801  # PyTorch's name
    """Record nothing: results are leaves with ``requires_grad`` False, as in PyTorch.

    A block, or a decorator with or without parentheses. It holds in its own thread or asyncio task. In a
    generator that is not decorated it also holds for the consumer between two steps.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.requires_grad, y.args
    (9.0, False, ())
    """

    records = False


class detect_anomaly(_Mode):  # noqa: N801  # PyTorch's name
    """Raise FloatingPointError at the operation that gives a nan or an infinity, naming the line of source.

    So does a backward pass that meets one, naming the operation that it came from. A block or a decorator,
    as ``no_grad``.

    >>> from autograd import Value
    >>> with detect_anomaly():
    ...     Value(0.0).log()
    Traceback (most recent call last):
    FloatingPointError: log(0.0) gave -inf, local derivatives (inf,), at ...: Value(0.0).log()
    """

    detects = True


class EnableGrad(Block):
    """Record, also inside ``no_grad``."""

    records = True


def enable_grad() -> AbstractContextManager[Any]:
    """Enable recording even inside ``no_grad``: a transform always differentiates."""
    return nullcontext() if is_grad_enabled() else EnableGrad()
