"""Hypothesis strategies for arrays, arguments of operations, and parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from math import isfinite
from operator import itemgetter
from typing import Any

from ..extras import explain_missing
from ..table import Domain, Op
from .arrays import Point, Points, stack
from .floats import DOUBLE, Format, Kinks, ends_of, floats_of, lies_in, shared_ends, sizes
from .kinks import SEARCHES, is_away, is_inside, kink_at, known_kinks, onto_kink, samples, slots_of

with explain_missing("autograd.strategies needs hypothesis", "test"):
    from hypothesis import strategies as st


def arrays_in(
    domain: Domain, shape: Any, kinks: Kinks = "near", asarray: Callable[[Any], Any] | None = None
) -> st.SearchStrategy[Any]:
    """Return a strategy for arrays of floats in a domain.

    Args:
        domain, kinks: As for ``floats_in``. With "at", one entry or more is at a kink, and the others are away.
        shape: A length, a tuple of lengths, or a strategy for one of these.
        asarray: The function that turns nested lists into an array, such as ``numpy.array``; if None, they stay lists.
            If it makes float32, float16 or bfloat16, numbers of this type are drawn.

    Raises:
        TypeError: If an interval is not a pair (low, high), a length is not a whole number from 0, or asarray does not
            make floats.
        ValueError: If kinks is something else, no two intervals share an end, or no float of the type lies in one.

    >>> from hypothesis import find
    >>> find(arrays_in(((-1, 1),), (2, 3)), lambda x: x[1][2] > 0.5)
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.75]]
    """

    def parts(form: Format) -> Any:
        needed = st.tuples(floats_of(form, domain, "at")) if kinks == "at" else None
        others: Kinks = "away" if kinks == "at" else kinks
        return st.tuples(floats_of(form, domain, others)), lambda point: lies_in(form, domain, point[0], others), needed

    return stack(parts, 1, shape, asarray).map(itemgetter(0))


def parameters_of(model: Any, domain: Domain = ((0, 2), (-2, 0))) -> st.SearchStrategy[dict[str, float]]:
    """Return a strategy for parameters of a model, as ``load_state_dict`` accepts.

    Args:
        model: A module of nn, or another object with ``state_dict()``.
        domain: Open intervals; the parameters keep away from their ends, here from 0.

    Raises:
        TypeError: If the model has no state_dict.

    >>> from hypothesis import find
    >>> from nn import MLP
    >>> find(parameters_of(MLP(1, [1])), lambda state: True)
    {'layers.0.neurons.0.w.0': 1.0, 'layers.0.neurons.0.b': 1.0}
    """
    if not callable(getattr(model, "state_dict", None)):
        raise TypeError(f"model: expected a module of nn, got {type(model).__name__} {model!r:.40}")
    names = list(model.state_dict())
    return arrays_in(domain, len(names), "away").map(lambda numbers: dict(zip(names, numbers, strict=True)))


def points(
    op: Op, kinks: Kinks = "near", shape: Any = None, asarray: Callable[[Any], Any] | None = None
) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return a strategy for arguments of an operation, inside its domain.

    An argument through which no gradient flows, such as the condition of ``where``, may be an end of an interval too.
    An operation on any number of arguments gets at most seven.

    Args:
        op: A row of the table.
        kinks: "near" for numbers of every size, often close to a kink or an end of the domain, but never on a kink;
            "away" for everyday numbers away from both; "at" for points on a kink or a jump, or on a float next to it
            if no float is on it.
        shape, asarray: As for ``arrays_in``; each argument is then an array. If shape is None, it is a number.

    Raises:
        TypeError: If op is not a row of the table, or a length is not a whole number from 0.
        ValueError: If kinks is something else, or no kink of the operation is found.

    >>> from autograd.table import TABLE
    >>> from hypothesis import find
    >>> a, b = find(points(TABLE["maximum"]), lambda args: abs(args[0] - args[1]) < 1e-9)
    >>> 0 < abs(a - b) < 1e-9
    True
    >>> find(points(TABLE["maximum"], "at", shape=2), lambda args: True)
    ([1.0, 0.0], [1.0, 1.0])
    """
    (op,) = expect_rows([op], "op")
    found = []
    for n in arities(op):
        if kinks != "at" or _points_at(op, n, DOUBLE) is not None:
            parts = partial(_parts, op, n, kinks)
            one, _, needed = parts(DOUBLE)
            alone = one if needed is None else needed
            found.append(alone if shape is None else stack(parts, n, shape, asarray))
    if not found:
        raise ValueError(f"kinks: expected near or away, since {op.name} has no kink, got at")
    return st.one_of(found)


def _parts(op: Op, n: int, kinks: Kinks, form: Format) -> Any:
    """Return strategies for n arguments that are floats of a type, as ``stack`` needs them."""
    if kinks == "near":
        return _points(op, n, kinks, form), partial(is_inside, op), None
    needed = _points_at(op, n, form) if kinks == "at" else None
    if kinks == "at" and needed is None:
        raise ValueError(f"kinks: expected near or away, since no kink of {op.name} is at a {form.name}, got at")
    return _points(op, n, "away", form), partial(is_away, op, form), needed


def _points(op: Op, n: int, kinks: Kinks, form: Format) -> Points:
    """Draw n arguments, near kinks or away from them."""
    slots = slots_of(op, n)
    if kinks != "near":
        return st.tuples(*[floats_of(form, d, kinks) for d, _ in slots]).filter(partial(is_away, op, form))
    anywhere = st.tuples(*[_at_ends_too(form, d) if slope is None else floats_of(form, d, kinks) for d, slope in slots])
    if op.kink is None:
        return anywhere

    def close(args: Point, *steps: float) -> Point:
        moved = (args[0], *[form.fit(args[0] + step) for step in steps])
        return moved if is_inside(op, moved) else args

    def next_to_it(args: Point, at: Point, k: int, step: float) -> Point:
        moved = (*at[:k], form.fit(at[k] + step), *at[k + 1 :])
        return moved if is_inside(op, moved) else args

    found = [anywhere, st.builds(close, anywhere, *[sizes()] * (n - 1))] if n > 1 else [anywhere]
    if (at := _on_kink(op, n, form)) is not None:
        found.append(st.builds(next_to_it, anywhere, at, st.integers(0, n - 1), sizes(-16, 1)))
    return st.one_of(found).filter(partial(is_inside, op))


def _points_at(op: Op, n: int, form: Format) -> Points | None:
    """Draw n arguments on a kink or on an end of two intervals, or return None."""
    found, slots = list[Points](), slots_of(op, n)
    if op.kink and (on_kink := _on_kink(op, n, form)) is not None:
        found.append(on_kink)
    away = _points(op, n, "away", form)
    lowest = [form.everyday(domain[-1])[0] for domain, _ in slots]
    for slot, (domain, _) in enumerate(slots):
        ends = [x for x in shared_ends(domain) if isfinite(op.on_float(*lowest[:slot], x, *lowest[slot + 1 :]))]
        put = lambda args, end, slot=slot: (*args[:slot], end, *args[slot + 1 :])
        found += [st.builds(put, away, st.just(end)) for end in ends if form.fit(end) == end]
    return st.one_of(found) if found else None


def _on_kink(op: Op, n: int, form: Format) -> Points | None:
    """Draw n arguments on the kink of an operation, equal ones if these are; or return None."""
    known, away = known_kinks(op, n, form), _points(op, n, "away", form)
    if not known:
        return None
    equal: list[Callable[[Point], Point]] = [lambda args, k=k: (args[k], *args[1:]) for k in range(1, n)]  # type: ignore[misc]
    if op.arity is None:
        equal = [lambda args: (args[0],) * n] * (n > 1)
    found = [away.map(tie) for tie in equal if all(kink_at(op, tie(args)) == 0 for args in samples(op, n, form))]
    if found and all(len({*args}) < n for args in known):
        return st.one_of(found)

    def solve(args: Point, at: Point, k: int, which: int) -> Point:
        return onto_kink(op, form, args, k, which) or at

    slot, which = st.integers(0, n - 1), st.integers(0, SEARCHES)
    return st.one_of([*found, st.builds(solve, away, st.sampled_from(known), slot, which)])


def _at_ends_too(form: Format, domain: Domain) -> st.SearchStrategy[float]:
    """Draw a float in a domain or one of its ends, which selects another branch as a condition."""
    ends, inside = [end for end in ends_of(domain) if form.fit(end) == end], floats_of(form, domain, "near")
    return st.booleans().flatmap(lambda at_end: st.sampled_from(ends) if at_end else inside) if ends else inside


@cache
def arities(op: Op) -> list[int]:
    """Return the numbers of arguments of an operation, up to seven, by trial."""
    if op.arity is not None:
        return [op.arity]
    found = []
    for n in range(1, 8):
        try:
            op.apply((1.0,) * n)
        except (TypeError, ValueError):
            continue
        found.append(n)
    return found


def expect_rows(ops: Iterable[Op], name: str, arity: int | None = None) -> list[Op]:
    """Return rows of the table as a list, or raise TypeError naming the first other."""
    rows: list[Op] = list(ops)
    for i, op in enumerate(rows):
        if not isinstance(op, Op) or (arity and (op.arity or 0) - len(op.calling.defaults) != arity):
            kind = "a row of the table" + " that takes one number" * (arity == 1)
            raise TypeError(f"{name}[{i}]: expected {kind}, such as TABLE['tanh'], got {op!r:.40}")
    return rows
