"""Hypothesis strategies for graphs: expressions and networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf

from ..extras import explain_missing
from ..table import TABLE, Op
from .floats import DOUBLE, EVERYDAY, SMALLEST, floats_in
from .generators import arities, expect_rows
from .kinks import is_inside, samples
from .program import Argument, Call, Expression

with explain_missing("autograd.strategies needs hypothesis", "test"):
    from hypothesis import strategies as st

TRIES = 50  # choices of arguments for one call


def expressions(
    max_ops: int = 10,
    numbers: st.SearchStrategy[float] | None = None,
    ops: Iterable[Op] | None = None,
    sharing: bool = True,
    inside: bool = True,
) -> st.SearchStrategy[Expression]:
    """Return a strategy for expressions of up to four leaves.

    A failing example prints as a program that can be pasted and run.

    Args:
        max_ops: The greatest number of operations.
        numbers: A strategy for leaves and constants; if None, numbers between −10 and 10, and in the domains of
            operations that lie outside.
        ops: The operations to use; if None, the whole table except clamp.
        sharing: Whether a leaf or a result may be used more than once.
        inside: Whether every operation is called inside its domain, off its kink, and has a result of normal size. If
            False, calls are arbitrary, and a result may be nan.

    Raises:
        TypeError: If an element of ops is not a row of the table.
        ValueError: If an operation of ops can never be called inside its domain.

    >>> from hypothesis import find
    >>> find(expressions(ops=[TABLE["tanh"]]), lambda e: e.calls and e(*e.leaves) > 0)
    import autograd as ag
    x0 = ag.Value(1.0)
    y = ag.tanh(x0)
    """
    # clamp raises ValueError for an empty range
    rows = [op for op in TABLE.values() if op.name != "clamp"] if ops is None else expect_rows(ops, "ops")
    constants = (_leaves(rows, inside) if numbers is None else numbers).map(float)
    leaves = st.lists(constants, min_size=1, max_size=4)
    which = st.just(0) | st.integers(0, max_ops + 3)  # the latest number more often than the others
    calls = st.lists(_call(rows, which | constants), max_size=max_ops)
    if inside:
        calls = st.builds(list.__add__, calls, calls)  # some will be left out

    @st.composite  # whose failing example is shown as a program, not as a call of _connected
    def connected(draw: st.DrawFn) -> Expression:
        return _connected(draw(leaves), draw(calls), sharing, inside, max_ops)

    return connected()


def _leaves(rows: list[Op], inside: bool) -> st.SearchStrategy[float]:
    """Draw everyday numbers, and some in each domain that has few of these."""
    if not inside:
        return st.floats(-EVERYDAY, EVERYDAY)
    found = [floats_in(((-inf, inf),), "away")]
    for i, op in enumerate(rows):
        if not any(_result(op, args) is not None for n in arities(op) for args in samples(op, n, DOUBLE)):
            hint = "state where it is smooth as its domain, or write inside=False"
            raise ValueError(f"ops[{i}]: no numbers found at which {op.name} has a result of normal size; {hint}")
        for domain in dict.fromkeys(op.domain):
            covered = sum(max(0.0, min(high, EVERYDAY) - max(low, -EVERYDAY)) for low, high in domain)
            found += [floats_in(domain, "away")] * (covered < 1)
    return st.one_of(found)


@st.composite
def _call(draw: st.DrawFn, rows: list[Op], arg: st.SearchStrategy[Argument]) -> Call:
    op = draw(st.sampled_from(rows))
    counts = arities(op)
    return op, tuple(draw(arg) for _ in range(counts[0] if len(counts) == 1 else draw(st.sampled_from(counts))))


def _connected(leaves: list[float], calls: list[Call], sharing: bool, inside: bool, max_ops: int) -> Expression:
    """Return an expression of calls that are drawn independently.

    So shrinking can remove each alone.

    The ints in a call choose among the numbers so far, modulo their count: 0 is the latest, 1 the first leaf. If the
    operation does not suit the numbers, the next ones are tried, and if none suit, it is left out.
    """
    kept, known = list[Call](), list(leaves)
    free = list(range(len(leaves)))  # the numbers that may be used, the latest last
    for op, drawn in calls:
        args: Sequence[Argument] = drawn if int in map(type, drawn) else (0, *drawn[1:])  # not all constants
        n = max(len(free), 1)
        for shift in range(min(n ** len(args), TRIES) if inside else 1):
            rest, chosen = list(free), list[Argument]()
            for a in args:
                if isinstance(a, int) and rest:
                    shift, own = divmod(shift, n)
                    k = (a - 1 + own) % len(rest)
                    chosen.append(rest[k] if sharing else rest.pop(k))
                else:
                    chosen.append(leaves[0] if isinstance(a, int) else a)
            numbers = [known[a] if isinstance(a, int) else a for a in chosen]
            y = _result(op, numbers) if inside else 0.0
            if y is not None and len(kept) < max_ops:
                free = [*rest, len(known)]
                known.append(y)
                kept.append((op, tuple(chosen)))
                break
    return Expression(tuple(leaves), tuple(kept)).prune()


def _result(op: Op, args: Sequence[float]) -> float | None:
    """Return the result of a call; None outside its domain, on a kink, or if it is huge or tiny."""
    # mod by 1e-13 or tan(1e8) varies a million times more than its arguments, and steps would leap over its waves
    near = [a * (1 + (-1) ** slot * 2.0**-30) for slot, a in enumerate(args)]
    try:
        y, other = op.on_float(*args), op.on_float(*near)
    except (ArithmeticError, ValueError):  # an operation of the user's, whose domain is not given
        return None
    normal = y == 0 or (SMALLEST < abs(y) < 1 / SMALLEST and abs(other - y) < abs(y) / 2**10)
    return y if normal and is_inside(op, args) else None


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
    rows = expect_rows(activations, "activations", arity=1)
    hidden = st.lists(st.integers(1, max_width), max_size=max_layers - 1)
    sizes = st.builds(lambda first, others: [first, *others, 1], st.integers(1, max_inputs), hidden)
    return _networks(sizes, floats_in(((-2, 2),), "away") if numbers is None else numbers, rows)


@st.composite
def _networks(
    draw: st.DrawFn, layout: st.SearchStrategy[list[int]], floats: st.SearchStrategy[float], activations: list[Op]
) -> Expression:
    sizes = draw(layout)
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
