"""Hypothesis strategies for numbers, arguments, expressions and networks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from math import inf, isfinite, nextafter

from ..extras import explain_missing
from ..table import TABLE, Domain, Interval, Op
from .program import Argument, Call, Expression

with explain_missing("autograd.strategies needs hypothesis", "test"):
    from hypothesis import strategies as st

EVERYDAY = 10.0  # common numbers go up to this; a product of a few of them neither overflows nor vanishes
#: Numbers at which functions are rounded, overflow, or have a kink.
AWKWARD = tuple(sign * x for x in (
    0.0, 5e-324, 2.0**-1022, 1e-8, 0.5, 1 - 2.0**-53, 1.0, 1 + 2.0**-52, 2.0, 709.78, 1e8, 2.0**53, 1e154, 1.7e308,
) for sign in (1.0, -1.0))  # fmt: skip  # in few lines


def floats_in(domain: Domain) -> st.SearchStrategy[float]:
    """Return a strategy for floats of every size in a domain, often near its ends.

    Args:
        domain: Open intervals, such as ``((-1, 0), (5, inf))``.

    Raises:
        TypeError: If an interval is not a pair (low, high) with low < high.

    >>> from hypothesis import find
    >>> find(floats_in(((-1, 0), (5, inf))), lambda x: x > 0)
    6.0
    """
    for i, interval in enumerate(domain):
        if not isinstance(interval, tuple) or len(interval) != 2 or not interval[0] < interval[1]:
            raise TypeError(f"domain[{i}]: expected an interval such as (-1, 1), got {interval!r:.40}")
    return st.one_of([_floats_between(interval) for interval in domain])


def _floats_between(interval: Interval) -> st.SearchStrategy[float]:
    first, last = nextafter(interval[0], inf), nextafter(interval[1], -inf)

    def inside(x: float) -> float:
        return min(max(x, first), last)

    awkward = [x for x in AWKWARD if first <= x <= last]
    close = [st.builds(lambda size, end=end: inside(end + size), _sizes()) for end in interval if isfinite(end)]
    return st.one_of(
        st.floats(inside(-EVERYDAY), inside(EVERYDAY)),
        st.builds(inside, _sizes()),
        st.floats(first, last),
        *([st.sampled_from(awkward)] if awkward else []),
        *close,
    )


def _sizes() -> st.SearchStrategy[float]:
    """Draw numbers of both signs, all orders of magnitude equally likely."""
    return st.builds(lambda sign, exponent: sign * 10.0**exponent, st.sampled_from([1, -1]), st.floats(-300, 300))


def points(op: Op) -> st.SearchStrategy[tuple[float, ...]]:
    """Return a strategy for arguments of an operation, often close to its kink.

    They are never on the kink. An argument through which no gradient flows, such as the condition of ``where``, may
    be an end of an interval too. An operation on any number of arguments gets at most seven.

    Args:
        op: A row of the table.

    Raises:
        TypeError: If op is not a row of the table.

    >>> from hypothesis import find
    >>> a, b = find(points(TABLE["maximum"]), lambda args: abs(args[0] - args[1]) < 1e-9)
    >>> 0 < abs(a - b) < 1e-9
    True
    """
    (op,) = _expect_rows([op], "op")
    if op.arity is None:
        many = st.sampled_from(arities(op)).flatmap(lambda n: st.tuples(*[floats_in(op.domain[0])] * n))
        return many.filter(lambda args: op.kink is None or op.kink(*args) != 0)
    slots = [
        floats_in(domain) if flows else _within_or_at_ends(domain)
        for domain, flows in zip(op.domain, op.partials, strict=True)
    ]
    if op.kink is None:
        return st.tuples(*slots)
    kink = op.kink
    close = st.builds(lambda a, *sizes: (a, *(a + size for size in sizes)), slots[0], *[_sizes()] * (len(slots) - 1))
    return (st.tuples(*slots) | close).filter(lambda args: all(map(interval, op.domain, args)) and kink(*args) != 0)


def interval(domain: Domain, x: float) -> Interval | None:
    """Return the interval of a domain with x inside; None for an end or outside.

    Args:
        domain: Open intervals (low, high).
        x: A number.
    """
    return next(((low, high) for low, high in domain if low < x < high), None)


def _within_or_at_ends(domain: Domain) -> st.SearchStrategy[float]:
    """Draw a float in a domain or, half of the time, one of its finite ends.

    An end of the domain of a condition selects the other branch.
    """
    ends = [float(end) for interval in domain for end in interval if isfinite(end)]
    inside = floats_in(domain)
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


def _expect_rows(ops: Iterable[Op], name: str, arity: int | None = None) -> list[Op]:
    """Return rows of the table as a list, or raise TypeError naming the first other."""
    rows: list[Op] = list(ops)
    for i, op in enumerate(rows):
        if not isinstance(op, Op) or (arity and (op.arity or 0) - len(op.calling.defaults) != arity):
            kind = "a row of the table" + " that takes one number" * (arity == 1)
            raise TypeError(f"{name}[{i}]: expected {kind}, such as TABLE['tanh'], got {op!r:.40}")
    return rows


def expressions(
    max_ops: int = 10,
    numbers: st.SearchStrategy[float] | None = None,
    ops: Iterable[Op] | None = None,
    sharing: bool = True,
) -> st.SearchStrategy[Expression]:
    """Return a strategy for expressions of up to four leaves.

    A failing example prints as a program that can be pasted and run.

    Args:
        max_ops: The greatest number of operations.
        numbers: A strategy for leaves and constants; if None, numbers between −10 and 10.
        ops: The operations to use; if None, the whole table except clamp.
        sharing: Whether a leaf or a result may be used more than once.

    Raises:
        TypeError: If an element of ops is not a row of the table.

    >>> from hypothesis import find
    >>> find(expressions(ops=[TABLE["tanh"]]), lambda e: e.calls and e(*e.leaves) > 0)
    import autograd as ag
    x0 = ag.Value(1.0)
    y = ag.tanh(x0)
    """
    # clamp raises ValueError for an empty range
    rows = [op for op in TABLE.values() if op.name != "clamp"] if ops is None else _expect_rows(ops, "ops")
    constants = (st.floats(-EVERYDAY, EVERYDAY) if numbers is None else numbers).map(float)
    leaves = st.lists(constants, min_size=1, max_size=4)
    which = st.just(0) | st.integers(0, max_ops + 3)  # the latest number more often than the others
    calls = st.lists(_call(rows, which | constants), max_size=max_ops)
    return st.builds(lambda leaves, calls: _connected(leaves, calls, sharing), leaves, calls)


@st.composite
def _call(draw: st.DrawFn, rows: list[Op], arg: st.SearchStrategy[Argument]) -> Call:
    op = draw(st.sampled_from(rows))
    counts = arities(op)
    return op, tuple(draw(arg) for _ in range(counts[0] if len(counts) == 1 else draw(st.sampled_from(counts))))


def _connected(leaves: list[float], calls: list[Call], sharing: bool) -> Expression:
    """Return an expression of calls that are drawn independently.

    So shrinking can remove each alone.

    The ints in a call choose among the numbers so far, modulo their count: 0 is the latest, 1 the first leaf.
    """
    kept: list[Call] = []
    free = list(range(len(leaves)))  # the numbers that may be used, the latest last
    for op, drawn in calls:
        args: list[Argument] = list(drawn) if int in map(type, drawn) else [0, *drawn[1:]]  # not all constants
        for k, a in enumerate(args):
            if isinstance(a, int) and free:
                args[k] = free[(a - 1) % len(free)] if sharing else free.pop((a - 1) % len(free))
            elif isinstance(a, int):
                args[k] = leaves[0]
        free.append(len(leaves) + len(kept))
        kept.append((op, tuple(args)))
    return Expression(tuple(leaves), tuple(kept)).prune()


#: Activations of the networks.
ACTIVATIONS = tuple(TABLE[name] for name in ("tanh", "sigmoid", "relu", "softplus", "silu", "gelu", "leaky_relu"))


def networks(
    max_inputs: int = 3,
    max_layers: int = 2,
    max_width: int = 3,
    numbers: st.SearchStrategy[float] | None = None,
    activations: Iterable[Op] = ACTIVATIONS,
) -> st.SearchStrategy[Expression]:
    """Return a strategy for multilayer perceptrons with one output, as expressions.

    Its leaves are its inputs and weights. Every neuron is a ``dot`` and an activation; the last is linear.

    Args:
        max_inputs: The greatest number of inputs.
        max_layers: The greatest number of layers.
        max_width: The greatest number of neurons in a layer.
        numbers: A strategy for inputs and weights; if None, numbers between −2 and 2.
        activations: Operations of one argument.

    Raises:
        TypeError: If an activation is not a row of the table that takes one number.

    >>> from hypothesis import find
    >>> find(networks(activations=[TABLE["tanh"]]), lambda e: e(*e.leaves) > 0)
    import autograd as ag
    x0 = ag.Value(0.0)
    x1 = ag.Value(0.0)
    x2 = ag.Value(1.0)
    y = ag.dot([x1], [x0], x2)
    """
    rows = _expect_rows(activations, "activations", arity=1)
    return _networks(max_inputs, max_layers, max_width, st.floats(-2, 2) if numbers is None else numbers, rows)


@st.composite
def _networks(
    draw: st.DrawFn,
    max_inputs: int,
    max_layers: int,
    max_width: int,
    floats: st.SearchStrategy[float],
    activations: list[Op],
) -> Expression:
    sizes = [draw(st.integers(1, max_inputs)), *draw(st.lists(st.integers(1, max_width), max_size=max_layers - 1)), 1]
    leaves = [draw(floats) for _ in range(sizes[0])]
    layers = []
    for width, out in pairwise(sizes):
        layers.append([range(len(leaves) + k * (width + 1), len(leaves) + (k + 1) * (width + 1)) for k in range(out)])
        leaves += [draw(floats) for _ in range((width + 1) * out)]
    signals, calls = list(range(sizes[0])), list[Call]()
    for layer in layers:
        outputs = []
        for *weights, bias in layer:
            calls.append((TABLE["dot"], (*weights, *signals, bias)))
            if layer is not layers[-1]:
                activation = draw(st.sampled_from(activations))
                rest = activation.calling.defaults[: len(activation.partials) - 1]
                calls.append((activation, (len(leaves) + len(calls) - 1, *rest)))
            outputs.append(len(leaves) + len(calls) - 1)
        signals = outputs
    return Expression(tuple(leaves), tuple(calls))
