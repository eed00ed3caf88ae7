"""Rules of your own, read as expressions only if nothing from outside can change them."""

from __future__ import annotations

import builtins
import inspect
import math
import sys
import zlib
from collections.abc import Sequence
from functools import lru_cache, wraps
from operator import attrgetter
from types import CodeType, FunctionType, ModuleType
from typing import Any

from ..numbers import IEEE, NUMPY_NAMES, AnyFunction, Operators, expect_number, expect_real, reads
from ..table import TABLE, Op
from .context import plain_number

MODULES = {"autograd", "math", "numpy"}  # their functions and constants are always the same
#: Builtins that compute with any number alone. isinstance, for one, would see the kind of number.
PURE = (abs, enumerate, len, list, map, max, min, pow, range, reversed, round, sum, tuple, zip)
ABSENT = object()
FLOATS: set[Any] = {float, int, bool, IEEE}


class OwnOp(Op):
    """An operation of your own, whose rules are called on floats as they are, never compiled."""

    family: str  # the name of the function that it was made from

    def compile(self) -> Any:
        """Return the forward and the partials on floats."""
        self.compiled = self.forward, tuple(self.partials)
        return self.compiled

    def retire(self) -> None:
        """Leave the name to another operation; nodes of this one keep it, marked with ƒ."""
        del TABLE[self.name]
        if self.name in vars(Operators):
            delattr(Operators, self.name)
        self.name = f"ƒ {self.name}"

    def __reduce__(self) -> tuple[Any, ...]:
        if TABLE.get(self.name) is not self:
            raise ValueError(f"{self.name[2:]} was defined again, and a pickle would find the other operation")
        return find, (self.name, digest(self.forward, *self.partials))


def find(name: str, code: str = "") -> Op:
    """Return the operation of this name, or raise ValueError; unpickling one calls it."""
    if name not in TABLE:
        raise ValueError(f"the table has no operation {name!r}: define it before you load its nodes")
    op: Any = TABLE[name]
    refuse_other_code(name, code, op.forward, *op.partials)
    return op  # type: ignore[no-any-return]  # an Op


def digest(*functions: Any) -> str:
    """Return Python's version, and a digest of functions and what they close over."""
    found = [inspect.unwrap(f) for f in functions if f]
    codes = [getattr(f, "__code__", None) for f in found]
    for code in codes:
        codes += [c for c in getattr(code, "co_consts", ()) if isinstance(c, CodeType)]
    parts = [(c.co_code, c.co_names, [x for x in c.co_consts if isinstance(x, float | int)]) for c in codes if c]
    cells = [cell.cell_contents for f in found for cell in getattr(f, "__closure__", None) or ()]
    numbers = [x for x in cells if isinstance(x, float | int | str)]
    return f"{sys.version_info[:2]} {zlib.crc32(repr((parts, numbers)).encode())}"


def refuse_other_code(name: str, code: str, *functions: Any) -> None:
    """Raise ValueError if the functions' digest is not the one that a pickle has kept."""
    now = digest(*functions)
    if code and now != code and now[:8] == code[:8]:  # another version has another code
        raise ValueError(f"{name}: it was defined again, with other code than that by which these nodes were computed")


def own_rule(function: AnyFunction, where: str, sources: Sequence[Any], several: bool = False) -> AnyFunction:
    """Return a forward or partial as a rule that checks its result on every kind of number.

    The sources are the functions of the user that it calls. With ``several`` it returns a derivative for each argument
    after the first, as a partial of ``*args`` does.
    """

    def each(answer: Any, n_args: int, check: AnyFunction) -> Any:
        if not several:
            return check(answer)
        if not isinstance(answer, list | tuple) or len(answer) != n_args - 1:
            raise TypeError(f"{where}: expected {n_args - 1} derivatives, one for each argument, got {answer!r:.60}")
        return tuple(map(check, answer))

    def real(y: Any) -> float:
        return expect_real(y, where, "a rule that returns a number")

    def of_any_kind(y: Any) -> Any:
        if not hasattr(type(y), "__apply__"):
            expect_number(y, where)
        return y

    def on_floats(*args: float) -> Any:
        try:
            answer = function(*args)
        except (ArithmeticError, AttributeError):  # a float has no methods, such as a.tanh()
            answer = 0j
        if complex in (map(type, answer) if isinstance(answer, list | tuple) else (type(answer),)):
            answer = function(*map(IEEE, args))  # whose operators give inf and nan
        return each(answer, len(args), real)

    @wraps(function)
    def rule(*args: Any) -> Any:
        if FLOATS.issuperset(map(type, args)):
            return on_floats(*args)
        if not any(hasattr(type(a), "__apply__") for a in args):
            return each(function(*args), len(args), of_any_kind)
        numbers = [plain_number(a) for a in args]
        concrete = FLOATS.issuperset(map(type, numbers))  # unlike symbols, formulas and traced numbers
        if not concrete and (reason := next(filter(None, map(reads_from_outside, sources)), "")):
            raise TypeError(f"{where} {reason}, so that no expression holds for every call")
        if isinstance(source := inspect.unwrap(function), FunctionType) and _reads_data(source):
            raise TypeError(f"{where} reads the data of a number, through which no derivative flows")
        before = reads.count
        try:
            answer = function(*args)
        except (AttributeError, TypeError) as error:
            raise TypeError(f"{where} is not written in operations, such as cos for math.cos: {error}") from error
        if reads.count > before:
            raise TypeError(f"{where} {reads.last}, through which no derivative flows")
        answer = each(answer, len(args), of_any_kind)
        if concrete:
            found, expected = ((y if several else (y,)) for y in (answer, on_floats(*numbers)))
            for y, x in zip(map(plain_number, found), expected, strict=True):
                if not (math.isclose(y, x, rel_tol=1e-6) or (y != y and x != x)):
                    raise ValueError(f"{where} is {y} on Values and {x} on floats; write where(…) for a branch")
        return answer

    return rule


@lru_cache(256)
def _reads_data(function: Any, seen: tuple[Any, ...] = ()) -> bool:
    """Return whether a function reads data by name, as in ``getattr(a, "data", a)``."""
    if function in seen or isinstance(function, attrgetter):
        return "'data'" in repr(function)
    codes = [function.__code__]
    for code in codes:
        codes += [inner for inner in code.co_consts if isinstance(inner, CodeType)]
    found = {**inspect.getclosurevars(function).nonlocals, **inspect.getclosurevars(function).globals}
    read = [thing for thing in found.values() if isinstance(thing, FunctionType | attrgetter)]
    return any("data" in code.co_consts for code in codes) or any(_reads_data(x, (*seen, function)) for x in read)


def reads_from_outside(function: Any, seen: tuple[Any, ...] = ()) -> str:
    """Return what a function reads that may be another thing at the next call, or an empty text.

    It may name operations, functions that read no more than it may, pure builtins, and what the modules and Values have
    under the name of an operation or of a thing in ``math``.

    >>> K = 2.0
    >>> reads_from_outside(lambda a: K * math.pi * abs(a))
    'reads K from outside'
    """
    if isinstance(function, Op) or function in seen:
        return ""
    if not isinstance(function, FunctionType):
        return f"calls {getattr(function, '__name__', repr(function))}"
    if any(not isinstance(x, float | int) for x in function.__defaults__ or ()) or function.__kwdefaults__:
        return f"reads the defaults of {function.__name__}"
    codes, found = [function.__code__], dict(inspect.getclosurevars(function).nonlocals)
    for code in codes:
        codes += [inner for inner in code.co_consts if isinstance(inner, CodeType)]
        found |= {name: function.__globals__.get(name, getattr(builtins, name, ABSENT)) for name in code.co_names}
        if code.co_exceptiontable and not code.co_name.startswith("<"):  # a lambda or a generator cannot catch any
            return f"catches errors, or has a list comprehension, in {code.co_name}"
    for name, thing in found.items():
        fixed = True
        if isinstance(thing, FunctionType):
            if reason := reads_from_outside(thing, (*seen, function)):
                return f"calls {name}, which {reason}"
        elif isinstance(thing, ModuleType):
            fixed = thing.__name__ in MODULES
        elif thing is ABSENT:  # an attribute
            fixed = name in {*TABLE, *NUMPY_NAMES.values(), *vars(math)}
        else:
            fixed = isinstance(thing, Op) or any(thing is pure for pure in PURE)
        if not fixed:
            return f"calls {name}" if callable(thing) else f"reads {name} from outside"
    return ""
