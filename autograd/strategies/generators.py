"""Hypothesis strategies: numbers in a domain, arguments for a row of the table, expressions with sharing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from math import inf, isfinite, nextafter

from ..extras import explain_missing
from ..table.op import TABLE, Domain, Interval, Op
from .program import Argument, Call, Expression

with explain_missing("autograd.strategies needs hypothesis", "test"):
    from hypothesis import strategies as st

EVERYDAY = 10.0  # numbers up to this are common, and a few of them make a product of sensible size
#: Where functions are rounded, overflow, or meet their kinks.
AWKWARD = tuple(sign * x for x in (
    0.0, 5e-324, 2.0**-1022, 1e-8, 0.5, 1 - 2.0**-53, 1.0, 1 + 2.0**-52, 2.0, 709.78, 1e8, 2.0**53, 1e154, 1.7e308,
) for sign in (1.0, -1.0))  # fmt: skip  # in few lines


def floats_in(domain: Domain) -> st.SearchStrategy[float]:
    """Draw floats from every interval of a domain: everyday, tiny, huge and awkward ones, and close to its ends.

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
    """Draw numbers of either sign, every order of magnitude as likely as the next."""
    return st.builds(lambda sign, exponent: sign * 10.0**exponent, st.sampled_from([1, -1]), st.floats(-300, 300))


def points(op: Op) -> st.SearchStrategy[tuple[float, ...]]:
    """Draw arguments for a row, inside its domain and off its kink, often close to it.

    An argument through which nothing flows, such as the condition of ``where``, may lie on an end of its
    intervals too. A row for any number of arguments is given at most seven.

    >>> from hypothesis import find
    >>> a, b = find(points(TABLE["maximum"]), lambda args: abs(args[0] - args[1]) < 1e-9)
    >>> 0 < abs(a - b) < 1e-9
    True
    """
    (op,) = _rows([op], "op")
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
    """Find the interval of a domain in which x lies; None on an end or outside."""
    return next(((low, high) for low, high in domain if low < x < high), None)


def _within_or_at_ends(domain: Domain) -> st.SearchStrategy[float]:
    """Draw a float in a domain, or half of the time one of its finite ends, where the other branch is taken."""
    ends = [float(end) for interval in domain for end in interval if isfinite(end)]
    inside = floats_in(domain)
    return st.booleans().flatmap(lambda at_end: st.sampled_from(ends) if at_end else inside) if ends else inside


@cache
def arities(op: Op) -> list[int]:
    """List how many arguments a row takes; of a row for any number of them, up to seven, found by trying."""
    if op.arity is not None:
        return [op.arity]
    taken = []
    for n in range(1, 8):
        try:
            op.apply((1.0,) * n)
        except (TypeError, ValueError):
            continue
        taken.append(n)
    return taken


def _rows(ops: Iterable[Op], name: str, arity: int | None = None) -> list[Op]:
    """Check rows of the table, of one argument if ``arity`` is 1, or raise TypeError naming the first that is none."""
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
    """Draw an expression of up to four leaves; with ``sharing``, numbers are used more than once.

    ``numbers`` are its leaves and constants, everyday ones unless given; ``ops`` the rows to call, all of
    the table but clamp unless given. A failing example prints as a program that can be pasted and run.

    >>> from hypothesis import find
    >>> find(expressions(ops=[TABLE["tanh"]]), lambda e: e.calls and e(*e.leaves) > 0)
    import autograd as ag
    x0 = ag.Value(1.0)
    y = ag.tanh(x0)
    """
    # clamp refuses a range without numbers
    rows = [op for op in TABLE.values() if op.name != "clamp"] if ops is None else _rows(ops, "ops")
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
    """Make an expression of calls that were drawn apart, so that one can be taken out when a failing example shrinks.

    The ints in them choose among the numbers there are: 0 the latest, 1 the first leaf, and so on, round and round.
    """
    made: list[Call] = []
    free = list(range(len(leaves)))  # what may be used, the latest last
    for op, drawn in calls:
        args: list[Argument] = list(drawn) if int in map(type, drawn) else [0, *drawn[1:]]  # one is no constant
        for k, a in enumerate(args):
            if isinstance(a, int) and free:
                args[k] = free[(a - 1) % len(free)] if sharing else free.pop((a - 1) % len(free))
            elif isinstance(a, int):
                args[k] = leaves[0]
        free.append(len(leaves) + len(made))
        made.append((op, tuple(args)))
    return Expression(tuple(leaves), tuple(made)).pruned()


#: Rows of one argument that networks are made with.
ACTIVATIONS = tuple(TABLE[name] for name in ("tanh", "sigmoid", "relu", "softplus", "silu", "gelu", "leaky_relu"))


def networks(
    max_inputs: int = 3,
    max_layers: int = 2,
    max_width: int = 3,
    numbers: st.SearchStrategy[float] | None = None,
    activations: Iterable[Op] = ACTIVATIONS,
) -> st.SearchStrategy[Expression]:
    """Draw a multilayer perceptron with one output, as an expression whose leaves are all its weights and inputs.

    Every neuron is a ``dot`` and an activation; the last is linear.

    >>> from hypothesis import find
    >>> find(networks(activations=[TABLE["tanh"]]), lambda e: e(*e.leaves) > 0)
    import autograd as ag
    x0 = ag.Value(0.0)
    x1 = ag.Value(0.0)
    x2 = ag.Value(1.0)
    y = ag.dot([x1], [x0], x2)
    """
    rows = _rows(activations, "activations", arity=1)
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
