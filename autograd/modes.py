"""The blocks ``no_grad`` and ``detect_anomaly``, and how the engine asks which are open.

A context variable holds the entries of this thread or asyncio task as a linked list, innermost first. An entry counts
only while the ``with`` statement that made it holds its exit method. So an interrupt at any instant, even inside
``__enter__`` or ``__exit__``, leaves nothing switched: test_modes_interrupted.py interrupts before every instruction.
"""

from __future__ import annotations

import functools
import inspect
import types
import weakref
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any, Self, TypeVar, overload

from .numbers.conversion import expect_truth

F = TypeVar("F", bound=Callable[..., Any])

#: Weak references to the exits of open blocks, in all threads; fast paths ask only whether there are any. A reference
#: removes itself, in C, where no interrupt can come between.
open_blocks: set[Any] = set()
_innermost: ContextVar[_Entry | None] = ContextVar("innermost", default=None)


def is_grad_enabled() -> bool:
    """Return whether operations are recorded here."""
    return bool(_setting("records", True))


def is_anomaly_enabled() -> bool:
    """Return whether a nan or an infinity raises here."""
    return bool(_setting("raises", False))


def current_tracer() -> Any:
    """Return the tape on which a compiled function is traced here, or None."""
    return _setting("tracer", None)


def _setting(name: str, default: Any) -> Any:
    """Return a setting of the innermost open block that has it."""
    entry = _innermost.get() if open_blocks else None
    while entry is not None:
        if (value := getattr(entry.block, name)) is not None and entry.is_open():
            return value
        entry = entry.outer
    return default


class _Entry:
    """One entry into a block, which several threads and tasks may enter at once."""

    __slots__ = ("block", "entered", "exit", "outer")
    exit: Any  # a weak reference to the method that leaves the block

    def __init__(self, block: Block) -> None:
        self.block = block
        self.entered = False
        self.outer = _innermost.get()
        while self.outer is not None and not self.outer.is_open():
            self.outer = self.outer.outer

    def is_open(self) -> bool:
        """Return whether the block was entered, and its exit is neither called nor lost."""
        return self.entered and self.exit() is not None

    def leave(self, *exc_info: object) -> None:
        """Leave the block; without a matching entry, leave the last one made without ``with``."""
        kept = {leave.__self__: leave for leave in self.block.kept}  # type: ignore[attr-defined]  # bound methods
        if not self.entered and kept:
            entry = self.outer
            while entry is not None and entry not in kept:
                entry = entry.outer
            leave = kept.pop(entry) if entry is not None else kept.popitem()[1]
            self.block.kept = [*kept.values()]
            leave()
        self.entered = False
        last = _innermost.get()
        while last is not None and isinstance(last.block, _Switch) and last is not self:
            last = last.outer  # with this block ends what was switched in it
        if last is self:
            _innermost.set(self.outer)


class _Exit(property):
    """``__exit__``, which a ``with`` statement looks up once and holds until the block is left.

    Each look-up returns a new method, to which a running exit has no reference. So it dies with the ``with``
    statement, although the block may live on by its name or in a traceback.
    """

    def __call__(self, block: Block, *exc_info: object) -> None:  # by an ExitStack, which looks it up on the class
        self.__get__(block)(*exc_info)


class Block:
    """A mode that a ``with`` statement or decorator opens; None means as outside."""

    records: bool | None = None  # whether operations are recorded
    raises: bool | None = None  # whether a nan or an infinity raises
    tracer: Any = None  # the tape on which a compiled function is traced
    kept: Sequence[Callable[[], None]] = ()  # the exits of entries made without ``with``

    @overload
    def __new__(cls) -> Self: ...
    @overload
    def __new__(cls, function: F) -> F: ...  # type: ignore[misc]  # a decorator returns a function
    def __new__(cls, function: Any = None) -> Any:
        """Return a block, or the function decorated."""
        block = super().__new__(cls)
        return block if function is None else block(function)

    @_Exit
    def __exit__(self) -> Callable[..., None]:
        entry = _Entry(self)
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
        """Decorate a function; each step of a generator or coroutine runs inside the block."""
        run: Callable[..., Any]
        if inspect.isasyncgenfunction(function):

            async def run(*args: Any, **named: Any) -> Any:
                steps = function(*args, **named)
                resume = steps.asend(None)
                while True:
                    try:
                        item = await self._drive(resume)
                    except StopAsyncIteration:
                        return
                    try:
                        resume = steps.asend((yield item))
                    except GeneratorExit:
                        await self._drive(steps.aclose())
                        raise
                    except BaseException as error:
                        resume = steps.athrow(error)

        elif inspect.iscoroutinefunction(function):

            async def run(*args: Any, **named: Any) -> Any:
                return await self._drive(function(*args, **named))

        elif inspect.isgeneratorfunction(function):

            def run(*args: Any, **named: Any) -> Any:
                return (yield from self._drive(function(*args, **named)))

        elif callable(function):

            def run(*args: Any, **named: Any) -> Any:
                with self:
                    return function(*args, **named)

        else:
            raise TypeError(f"{type(self).__name__}: expected a function to decorate, got {function!r:.40}")
        return functools.wraps(function)(run)  # type: ignore[return-value]  # of the same signature

    @types.coroutine
    def _drive(self, steps: Any) -> Generator[Any, Any, Any]:
        """Run a generator or coroutine inside one entry, which is set aside between steps."""
        with self:
            entry: Any = _innermost.get()
            resume = functools.partial(steps.send, None)
            while True:
                try:
                    item = resume()
                except StopIteration as end:
                    return end.value
                _innermost.set(entry.outer)
                try:
                    resume = functools.partial(steps.send, (yield item))
                except BaseException as error:
                    resume = functools.partial(steps.throw, error)
                entry.outer = _innermost.get()
                _innermost.set(entry)


class no_grad(Block):  # noqa: N801  # PyTorch's name
    """Record nothing: results are leaves to which no gradient flows, as in PyTorch.

    It holds in its own thread or asyncio task. In a generator that is not decorated, it holds for the consumer too.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.requires_grad, y.args
    (9.0, False, ())
    """

    records: bool | None = False


class detect_anomaly(Block):  # noqa: N801  # PyTorch's name
    """Raise FloatingPointError at an operation that gives a nan or an infinity.

    A backward pass that meets one raises too, and names the operation that it came from.

    >>> from autograd import Value
    >>> with detect_anomaly():
    ...     Value(0.0).log()
    Traceback (most recent call last):
    FloatingPointError: log(0.0) gave -inf, local derivatives (inf,), at ...: Value(0.0).log()
    """

    raises: bool | None = True


class enable_grad(Block):  # noqa: N801  # PyTorch's name
    """Record, also inside ``no_grad``, as in PyTorch.

    >>> from autograd import Value
    >>> with no_grad(), enable_grad():
    ...     (Value(3.0) * 2).requires_grad
    True
    """

    records: bool | None = True


class _Switch(Block):
    """The mode that set_grad_enabled sets until its next call or the end of the block."""


def _switch(mode: bool) -> None:
    entry = _innermost.get()
    if entry is not None and isinstance(entry.block, _Switch) and entry.is_open():
        entry.block.__exit__()
    if mode != is_grad_enabled():
        block = _Switch()
        block.records = mode
        block.__enter__()


class set_grad_enabled(Block):  # noqa: N801  # PyTorch's name
    """Record or not: from now on, or in a ``with`` statement or decorated function.

    Args:
        mode: Whether operations are recorded.

    Raises:
        TypeError: If mode is not True or False.

    >>> from autograd import Value
    >>> with set_grad_enabled(False):
    ...     (Value(3.0) * 2).requires_grad
    False
    """

    before: bool | None  # what held before the call, until that holds again

    def __new__(cls, mode: bool) -> Self:
        """Return the block, and switch."""
        block = object.__new__(cls)
        block.records, block.before = expect_truth(mode, "mode"), is_grad_enabled()
        _switch(mode)
        return block

    def _undo(self) -> None:
        """Switch back what the call has switched."""
        before, self.before = self.before, None
        if before is not None:
            _switch(before)

    def __enter__(self) -> Any:
        super().__enter__()
        entry: Any = _innermost.get()
        _innermost.set(entry.outer)
        self._undo()
        entry.outer = _innermost.get()
        _innermost.set(entry)
        return self

    def __call__(self, function: F) -> F:
        """Decorate a function; outside it nothing is switched."""
        self._undo()
        return super().__call__(function)


def recording() -> AbstractContextManager[Any]:
    """Enable recording even inside ``no_grad``: a transform always differentiates."""
    return nullcontext() if is_grad_enabled() else enable_grad()
