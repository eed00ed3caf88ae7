"""Expand a call on arrays into operations on numbers.

They are rows of the table where values and derivatives prove it. What only moves elements is known by what it does to
other numbers; weighted sums and sums of products are, too.
"""

from __future__ import annotations

import itertools
import math
import random
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from ..engine import Node, Value, graph_vjp, recording
from ..table import BUILT_IN, TABLE
from .formulas import FORMULAS, ROWS, near, products, weighted_sum

LIMIT = 2000  #: numbers in all arrays of a program
SELECTING = {"sort", "topk", "kthvalue", "median", "nanmedian", "mode", "cummax", "cummin"}  # by the data
Numbers = list[float]
Element = Node | float
Formula = tuple[Callable[..., Any], Sequence[int]]  # a function, and the elements that are its arguments


@dataclass(eq=False)
class Call:
    """A call of a library's operation, with the elements of all its arrays in one list.

    Attributes:
        name: The name of the operation.
        elements, x: The elements of the arguments, and the numbers that the library had for them.
        constants: The other arguments by name.
        data: The elements of the result.
        slopes: For each of these the derivatives by all elements, as the library's own rule gives them.
        run, jacobian: The values and derivatives on other elements; None if somebody's own code would run, or a loop.
        eps: The rounding of the numbers.
        has_rule, wrapped: Whether it is a function with a rule of its own; the derivatives without it, or None.
        shared: Parts of formulas that several elements of the result have.
    """

    name: str
    elements: list[Element]
    x: Numbers
    constants: dict[str, Any]
    data: Numbers
    slopes: list[Numbers]
    run: Callable[[Numbers], Numbers] | None
    jacobian: Callable[[Numbers], list[Numbers]] | None
    eps: float
    has_rule: bool = False
    wrapped: list[Numbers] | None = None
    shared: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def draws(self) -> list[tuple[Numbers, Numbers]]:
        """Two times other numbers for the nodes, and the results.

        All differ, are of both signs and of two sizes, and short floats hold them exactly.
        """
        order, found = random.Random(0), []
        signs = [order.choice((-1.0, 1.0)) for _ in self.x]
        for scale in (0.25, -64.0):
            places = order.sample(range(len(self.x)), len(self.x))
            others = (scale * sign * (place + 0.375) for sign, place in zip(signs, places, strict=True))
            x = [d if isinstance(a, Node) else a for a, d in zip(self.elements, others, strict=True)]
            if self.run and (y := attempt(self.run, x)) is not None:
                found.append((x, y))
        return found if len(found) == 2 else []

    @cached_property
    def jacobians(self) -> list[list[Numbers]]:
        """The derivatives there; none if there are none."""
        found = [attempt(self.jacobian, x) for x, _ in self.draws if self.jacobian]
        return [] if None in found else found

    @cached_property
    def probed(self) -> list[set[int]]:
        """For each element of the result those with which it changes, now."""
        found: list[set[int]] = [set() for _ in self.data]
        for j in range(len(self.x)) if self.run else ():
            for probe in (math.nan, math.inf, -math.inf):
                for k, y in enumerate(attempt(self.run, [*self.x[:j], probe, *self.x[j + 1 :]]) or ()):
                    if y != self.data[k] and self.data[k] == self.data[k]:
                        found[k].add(j)
        return found

    @cached_property
    def reach(self) -> list[set[int]]:
        """For each element of the result those that it depends on, now or elsewhere."""
        found = [set(some) for some in self.probed]
        for rows in (self.slopes, *self.jacobians):
            for k, row in enumerate(rows):
                found[k].update(j for j, d in enumerate(row) if d and d == d)
        n = len(found)
        for k in () if self.run else range(n):
            found[k] = found[k] or {j for j in range(len(self.x)) if len(self.x) % n or j % n == k}
        return found

    def clear_nan(self) -> None:
        """Put 0 where a slope is nan only because 0 times the slope of another element is."""
        if self.run and any(d != d for row in self.slopes for d in row):
            for row, some in zip(self.slopes, self.probed, strict=True):
                row[:] = [0.0 if d != d and j not in some else d for j, d in enumerate(row)]


def smooth_slopes(jacobian: Callable[[Numbers], Any], x: Numbers) -> list[Numbers] | None:
    """Return the derivatives at x, with nan where those on both sides differ, as at a kink."""
    here, *sides = [attempt(jacobian, [v + h * (1e-3 + 1e-3 * abs(v)) for v in x]) for h in (0.0, 1.0, -1.0)]
    if here is None or None in sides:
        return None
    return [
        [d if abs(a - b) <= 0.05 * max(abs(a), abs(b), 1e-3) else math.nan for d, a, b in zip(*some, strict=True)]
        for some in zip(here, *sides, strict=True)
    ]


def attempt(f: Callable[[Numbers], Any] | None, x: Numbers) -> Any:
    """Return f(x), or None if it refuses these numbers."""
    with suppress(Exception):
        return f(x) if f else None
    return None


def expand(call: Call) -> list[Element]:
    """Return the elements of the result: those of arguments, rows, or nodes by derivatives."""
    if not any(isinstance(a, Node) for a in call.elements):
        return list(call.data)
    with recording(), warnings.catch_warnings(action="ignore"):  # of numbers that nobody has given
        return expanded(call)


def expanded(call: Call) -> list[Element]:
    """Return the elements of the result, in any mode of ours."""
    call.clear_nan()
    names = ROWS.get(call.name, call.name if call.name in BUILT_IN else "").split()
    formulas = FORMULAS.get(call.name, ()) if call.run else ()
    if not names and not formulas and (found := moved(call)) is not None:
        return found
    out: list[Element] = []
    for k, row in enumerate(call.slopes):
        chosen = [j for j, d in enumerate(row) if d]
        if call.name in SELECTING:
            out.append(call.elements[chosen[0]] if len(chosen) == 1 == row[chosen[0]] else by_hand(call, k, chosen))
            continue
        element = first_proven(call, k, named(call, names, formulas, k)) if names or formulas else None
        if element is None and call.jacobians:
            element = first_proven(call, k, algebraic(call, k))
        out.append(by_hand(call, k, call.reach[k]) if element is None else element)
    return out


def by_hand(call: Call, k: int, reach: Collection[int]) -> Element:
    """Return a node made from the derivatives that the library gives."""
    parents = [j for j in sorted(reach) if isinstance(call.elements[j], Node)]
    if not parents:
        return call.data[k]
    local = tuple(call.slopes[k][j] for j in parents)
    node = Value(call.data[k], tuple(call.elements[j] for j in parents), call.name, local_grads=local)
    if call.has_rule:  # for who judges it
        node.__dict__["wrapped"] = call.wrapped and tuple(call.wrapped[k][j] for j in parents)
    return node


def moved(call: Call) -> list[Element] | None:
    """Return the elements of a result that only moves those of arguments, or None."""
    if not call.draws:
        return None
    where = [{x: j for j, x in enumerate(d)} for d, _ in call.draws]
    out: list[Element] = []
    for k, y in enumerate(call.data):
        (j, i), row = (at.get(ys[k]) for at, (_, ys) in zip(where, call.draws, strict=True)), call.slopes[k]
        if i != j or (j is None and any(ys[k] != y for _, ys in call.draws)):
            return None
        if j is None or not any(row):
            out.append(y)
        elif row[j] == 1.0 and sum(map(bool, row)) == 1 and near(y, call.x[j], call.eps):
            out.append(call.elements[j])
        else:
            return None
    return out


def first_proven(call: Call, k: int, formulas: Iterator[Formula]) -> Element | None:
    """Return the result of the first formula that gives an element, or None.

    Short floats have led to numbers other than ours, on which a formula must still be on the same branch.
    """
    for f, places in formulas:
        args = [call.elements[j] for j in places]
        ours = [a.data if isinstance(a, Node) else a for a in args]
        row = [call.slopes[k][j] for j in places]
        if sum(map(bool, call.slopes[k])) > sum(map(bool, row)):
            continue
        x = [call.x[j] for j in places]
        if agrees(f, args, x, call.data[k], row, call.eps) and (
            x == ours or agrees(f, args, ours, call.data[k], row, 1e-5)
        ):
            return f(*args)  # type: ignore[no-any-return]  # a Value
    return None


def agrees(f: Callable[..., Any], args: Sequence[Element], x: Numbers, y: float, row: Numbers, eps: float) -> bool:
    """Return whether a formula has a value and derivatives."""
    leaves = [Value(v) if isinstance(a, Node) else v for a, v in zip(args, x, strict=True)]
    try:
        found = f(*leaves)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return False
    if not near(getattr(found, "data", found), y, eps, max(map(abs, x), default=0.0) * 1e-3):
        return False
    if not isinstance(found, Value):
        return not any(row)
    nodes = [leaf for leaf in leaves if isinstance(leaf, Node)]
    slopes = graph_vjp([found], nodes, [1.0], create_graph=False)
    theirs = [d for leaf, d in zip(leaves, row, strict=True) if isinstance(leaf, Node)]
    size = max([1.0, *map(abs, row)])  # a short float keeps no more digits of 1 − y² than of 1
    return all(near(d or 0.0, right, max(eps, 1e-10), size) for d, right in zip(slopes, theirs, strict=True))


def named(call: Call, names: Sequence[str], formulas: Sequence[Any], k: int) -> Iterator[Formula]:
    """Yield the rows and formulas that the name of an operation means."""
    places = sorted(call.reach[k])
    constants = [float(c) for c in call.constants.values() if type(c) in (int, float)]
    for op in map(TABLE.__getitem__, names):
        if op.calling.each and places:  # a result for each argument, that of the first
            first = max(places, key=lambda j: call.slopes[k][j])
            yield partial(apply, op, (), ()), [first, *(j for j in places if j != first)]
        elif op.arity in (None, len(places)):
            yield partial(apply, op, (), ()), places
        elif (n := op.arity - len(places)) > 0:
            for extra in (constants[:n], op.calling.defaults):
                if len(extra) == n:
                    yield partial(apply, op, (), tuple(extra)), places
                    yield partial(apply, op, tuple(extra), ()), places
    own = places.index(k) if k in places else 0
    for formula in formulas:
        yield lambda *a, formula=formula: formula(a, call.constants | {"own": own, "shared": call.shared}), places


def apply(op: Any, before: tuple[float, ...], after: tuple[float, ...], *args: Any) -> Any:
    """Apply an operation to arguments among constants."""
    return op.apply((*before, *args, *after))


def algebraic(call: Call, k: int) -> Iterator[Formula]:
    """Yield a weighted sum, or a sum of products of two, if two draws show one."""
    first, second = (jacobian[k] for jacobian in call.jacobians)
    (x, ys), (z, _) = call.draws
    places = [j for j, d in enumerate(first) if d or second[j]]
    if all(near(a, b, call.eps) for a, b in zip(first, second, strict=True)):
        c = [first[j] for j in places]
        terms = [a * x[j] for a, j in zip(c, places, strict=True)]
        bias = ys[k] - math.fsum(terms)
        bias = 0.0 if near(bias, 0.0, call.eps / 1000, 64 * max(map(abs, (*terms, ys[k])), default=0.0)) else bias
        yield lambda *a: weighted_sum(c, a, bias, call.eps), places
        return
    at, pairs, rest = {abs(v): j for j, v in enumerate(x)}, [], []
    for j in places:
        i = at.get(abs(first[j]), -1)
        if first[j] == 1.0 == second[j]:
            rest.append(j)
        elif i < 0 or abs(second[j]) != abs(z[i]):
            return
        elif i > j:
            pairs.append((j, i, math.copysign(1.0, first[j] * x[i])))
    used = rest + [j for a, b, _ in pairs for j in (a, b)]
    if sorted(used) == places:
        yield lambda *a: products(a, len(rest), [sign for *_, sign in pairs]), used


def checked_size(count: int, shape: Sequence[int]) -> int:
    """Return the count with one more array, or raise ValueError for too many numbers."""
    if (count := count + math.prod(shape)) > LIMIT:
        raise ValueError(
            f"inputs: expected arrays of at most {LIMIT:,} numbers in all, with what is computed from them; one of "
            f"shape {tuple(shape)} leads to {count:,}: use a smaller model, or fewer samples"
        )
    return count


def labels(name: str, shape: Sequence[int]) -> list[str]:
    """Return a label for each element of an array, such as x[0][1]; none without a name."""
    places = itertools.product(*map(range, shape))
    return [name and name + "".join(f"[{i}]" for i in place) for place in places]
