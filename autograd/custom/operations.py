"""A row of your own, added to the table at run time."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import wraps
from typing import Any

from ..engine import Value
from ..numbers import AnyFunction, to_index
from ..table import BUILT_IN, TABLE, Calling, one_iterable, register
from .rules import OwnOp, own_rule

REAL = ((float("-inf"), float("inf")),)
OPTIONS = {"chooses", "kink", "smooth", "selects", "symmetric", "textbook", "ulps"}


def operation(
    *partials: AnyFunction | None,
    symbol: str = "",
    latex: str = "",
    domain: Sequence[Any] = (),
    results: int = 1,
    **options: Any,
) -> Callable[[AnyFunction], Any]:
    r"""Add the decorated function to the table, as an operation of the same name.

    On floats and on Values the function is called with floats, at every call. So it may use ``math`` and ``if``, and
    read what changes. Second derivatives and other kinds of numbers need rules written in operations, without texts
    such as ``float(f"{a:.3f}")``, which carry no derivative. A page and ``compile`` also need rules that read nothing
    from outside except operations. An operation of your own may be defined again, as when a cell is run twice.

    Args:
        partials: For each argument, ∂y/∂ it as a function of (y, a, b, …), or None where nothing flows. For
            ``def f(*args)``, one function of (y, \*args) that returns a list with a derivative for each argument.
        symbol: The symbol in pictures; the name unless given.
        latex: LaTeX with #1, #2, … for the arguments, or #* for all.
        domain: For each argument, the open intervals on which the operation is smooth; all numbers unless given.
        results: The number of results, which the function returns as a tuple. With several, y is that tuple, and a
            partial returns a tuple too, a derivative of each result. Each result is a node, of the operation f_0, f_1 …
        options: Other options of ``autograd.table.Op``, such as kink.

    Returns:
        A decorator, which returns the operation. With several results it returns a function, whose result is a tuple.

    Raises:
        TypeError: If a partial, or the decorated object, is not a function. At a call: if one of its functions
            returns something other than a number.
        ValueError: If the name is taken, the function has no arguments, or partials, domain or latex do not fit them.

    >>> @operation(lambda y, a: 3 * a**2, symbol="x³", latex=r"{#1}^3")
    ... def cube(a):
    ...     return a * a * a
    >>> x = Value(2.0)
    >>> y = cube(x) + x.cube()
    >>> y.backward()
    >>> y.data, x.grad
    (16.0, 24.0)
    """
    for i, partial in enumerate(partials):
        if partial is not None and not callable(partial):
            raise TypeError(f"partials[{i}]: expected a function or None, got {type(partial).__name__} {partial!r:.40}")
    if unknown := options.keys() - OPTIONS:
        raise TypeError(f"operation: expected options among {sorted(OPTIONS)}, got {', '.join(sorted(unknown))}")
    if (to_index(results) or 0) < 1:
        raise ValueError(f"results: expected the number of results, 1 or more, got {results!r:.40}")

    def define(forward: AnyFunction) -> Any:
        if not inspect.isfunction(forward):
            raise TypeError(f"operation: expected a function to decorate, got {forward!r:.40}; write @operation(…)")
        name, several = forward.__name__, results > 1
        rows = [f"{name}_{k}" for k in range(results)] if several else [name]
        for row in rows:
            _check_name(name, row)
        calling, n = _calling(forward, name, several)
        variadic = calling.signature is not None
        _check_fit(name, partials, n, variadic, domain, latex)
        for old in [op for op in TABLE.values() if isinstance(op, OwnOp) and op.family == name]:
            old.retire()
        places = "#*" if variadic else ", ".join(f"#{i + 1}" for i in range(n))
        notation = latex or rf"\mathrm{{{name}}}({places})".replace("_", r"\_")
        functions = [forward, *filter(None, partials)]
        ops: list[Any] = []
        for k, (row, (y, *slopes)) in enumerate(zip(rows, _components(forward, partials, results), strict=True)):
            rules = [d and own_rule(d, f"{row}: partials[{i}]", functions, variadic) for i, d in enumerate(slopes)]
            number, latex_k = (f".{k}", rf"{{{notation}}}_{{{k}}}") if several else ("", notation)
            written = (row, (symbol or name) + number, latex_k, own_rule(y, row, functions))
            op: Any = register(*written, domain or (REAL,) * len(partials), *rules, calling=calling, **options)
            op.__class__, op.family = OwnOp, name
            ops.append(op)
        return _together(forward, ops) if several else ops[0]

    define.__qualname__ = "operation(…)"
    return define


def _check_name(name: str, row: str) -> None:
    """Raise ValueError if a row cannot have its name."""
    _require(name.isidentifier(), f"{name}: the operation takes this name; expected an identifier")
    _require(row not in BUILT_IN, f"{row}: the table has an operation of this name; call yours something else")
    free = row in TABLE or not hasattr(Value, row)
    _require(free, f"{row}: every Value has an attribute of this name; call yours something else")
    family = getattr(TABLE.get(row), "family", name)
    _require(family == name, f"{row}: it is a result of {family}() or an operation of yours; call this something else")


def _calling(forward: AnyFunction, name: str, several: bool) -> tuple[Calling, int]:
    """Return an operation's calling and its number of arguments, 1 for any number."""
    signature = inspect.signature(forward)
    parameters = signature.parameters.values()
    wrong = [str(p) for p in parameters if p.kind in (p.KEYWORD_ONLY, p.VAR_KEYWORD)]
    _require(not wrong, f"{name}: expected positional arguments, got {', '.join(wrong)}")
    _require(bool(parameters), f"{name}: expected a function of one argument or more; a constant is no operation")
    if not any(p.kind is p.VAR_POSITIONAL for p in parameters):
        n = len(parameters)
        return Calling(range(n, n + 1), tuple(p.default for p in parameters if p.default is not p.empty)), n
    _require(not several, f"{name}: several results need a fixed number of arguments")
    least = max(1, sum(p.kind is not p.VAR_POSITIONAL for p in parameters))

    def flatten(*args: Any, **named: Any) -> tuple[Any, ...]:
        bound = signature.bind(*args, **named)
        bound.apply_defaults()
        return bound.args

    return Calling(range(least, sys.maxsize), signature=one_iterable if len(parameters) == 1 else flatten), 1


def _check_fit(
    name: str, partials: Sequence[AnyFunction | None], n: int, variadic: bool, domain: Sequence[Any], latex: str
) -> None:
    """Raise ValueError if partials, domain or latex do not fit the n arguments of an operation."""
    of = f"for each argument of {name}()"
    expected = f"one that returns a derivative {of}" if variadic else f"{n}, one {of}"
    _require(len(partials) == n and not (variadic and None in partials), f"partials: expected {expected}")
    for i, partial in enumerate(partials):
        fits = partial is None or all(_takes(partial, 1 + k) for k in ((1, 2, 7) if variadic else (n,)))
        arguments = "all arguments" if variadic else f"the {n} arguments"
        _require(fits, f"partials[{i}]: expected a function of y and {arguments} of {name}()")
    _require(len(domain) in (0, n), f"domain: expected {n}, one {of}, got {len(domain)}")
    for place in re.findall(r"(?<!\\)#(\d+)", latex):
        _require(not variadic, f"latex: expected #* for the arguments of {name}(), got #{place}")
        _require(1 <= int(place) <= n, f"latex: #{place} is not one of the {n} arguments of {name}()")


def _takes(function: AnyFunction, n: int) -> bool:
    """Return whether a function can be called with n arguments; true if it does not say."""
    try:
        inspect.signature(function).bind(*range(n))
    except (TypeError, ValueError) as error:  # ValueError: a builtin without a signature
        return isinstance(error, ValueError)
    return True


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


#: The results of functions in the call of an operation with several, so that each is called once.
_results: ContextVar[dict[Any, Any]] = ContextVar("results")


def _components(forward: AnyFunction, partials: Sequence[Any], n: int) -> list[Any]:
    """Return forward and partials of each of n results; each partial is given all results."""

    def every(*args: Any) -> Any:
        known = _results.get({}) if all(type(a) is float for a in args) else {}
        key = forward, repr(args)
        if key not in known:
            known[key] = forward(*args)
        return known[key]

    def pick(function: AnyFunction, k: int) -> AnyFunction:
        @wraps(function)
        def rule(*args: Any) -> Any:
            found = every(*args) if function is forward else function(every(*args[1:]), *args[1:])
            if not isinstance(found, list | tuple) or len(found) != n:
                raise TypeError(f"{function.__name__}: expected {n} numbers, one for each result, got {found!r:.60}")
            return found[k]

        return rule

    functions = (forward, *partials)
    return [functions] if n == 1 else [[f and pick(f, k) for f in functions] for k in range(n)]


def _together(forward: AnyFunction, ops: Sequence[Any]) -> AnyFunction:
    """Return the function that applies all operations to the same arguments."""

    @wraps(forward)
    def call(*args: Any, **named: Any) -> tuple[Any, ...]:
        flat = tuple([float(a) if type(a) is int else a for a in ops[0].flatten(args, named)])
        token = _results.set({})
        try:
            return tuple([op.apply(flat) for op in ops])
        finally:
            _results.reset(token)

    return call
