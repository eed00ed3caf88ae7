"""Every partial agrees with a numeric derivative, and a wrong one does not."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import inf, isfinite, nan, ulp

import pytest
from hypothesis import assume, given, settings

from autograd.check import derivative
from autograd.check.finite_differences import Derivative
from autograd.numbers import to_float
from autograd.strategies import interval, points
from autograd.table import TABLE, Op

pytestmark = pytest.mark.slow

#: Each partial; the one function of a row for any number of arguments counts once, as slot None.
PARTIALS = [
    pytest.param(op, slot, id=f"{op.name}-{'every' if slot is None else slot}")
    for op in TABLE.values()
    for slot in ([None] if op.arity is None else range(op.arity))
]

MUTANTS = {
    "negate": lambda of, op, y, args, slot: -of(op, y, args, slot),
    "double": lambda of, op, y, args, slot: 2 * of(op, y, args, slot),
    "one percent more": lambda of, op, y, args, slot: 1.01 * of(op, y, args, slot),
    "zero": lambda of, op, y, args, slot: 0.0,
    "one": lambda of, op, y, args, slot: 1.0,
    "swap": lambda of, op, y, args, slot: of(op, y, args, (slot + 1) % len(args)),
}

NOTHING = ("negate", "double", "one percent more", "zero")
EQUIVALENT = (
    {
        (name, slot, "one"): "the partial is 1"
        for name, slot in [("add", 0), ("add", 1), ("sub", 0), ("mod", 0), ("fmod", 0)]
    }
    | {("sum", None, "one"): "the partials are 1"}
    | {("add", slot, "swap"): "both partials are 1" for slot in (0, 1)}
    | {(name, None, "swap"): "all partials are the same" for name in ("sum", "mean")}
    | {(op.name, 0, "swap"): "there is one partial only" for op in TABLE.values() if op.arity == 1}
    | {
        (op.name, slot, mutant): "nothing flows, and this many times nothing is nothing"
        for op in TABLE.values()
        for slot, rule in enumerate(() if op.arity is None else op.partials)
        for mutant in NOTHING
        if rule is None
    }
    | {
        (op.name, slot, "swap"): "nothing flows to either"
        for op in TABLE.values()
        if op.arity is not None and not any(op.partials)
        for slot in range(op.arity)
    }
)


def read(op: Op, args: tuple[float, ...]) -> float:
    """Evaluate a row on floats, or exactly where its many terms may cancel."""
    if op.arity is None:
        try:
            return to_float(op.apply(tuple(map(Fraction, args))))
        except TypeError:
            pass
    return float(op.apply(args))


def along(op: Op, args: tuple[float, ...], slot: int):
    """Return the row as a function of one argument, nan off the point's smooth piece."""
    low, high = interval(op.domain[0 if op.arity is None else slot], args[slot])

    def f(x: float) -> float:
        moved = (*args[:slot], x, *args[slot + 1 :])
        beyond_kink = op.kink and not op.kink(*moved) * (1 if op.kink(*args) > 0 else -1) > 0
        if op.kink and op.arity is None:  # a choice among many: they keep their order
            beyond_kink = order(moved) != order(args)
        return read(op, moved) if low < x < high and not beyond_kink else nan

    return f


def order(args: tuple[float, ...]) -> list[int]:
    return sorted(range(len(args)), key=args.__getitem__)


@dataclass(frozen=True)
class Sample:
    """A row at a point, with its numeric derivative in one argument."""

    op: Op
    args: tuple[float, ...]
    slot: int
    y: float
    numeric: Derivative
    bound: float

    def refutes(self, claimed: float) -> bool:
        """Return whether the numeric derivative surely contradicts a claimed partial."""
        op, args, slot = self.op, self.args, self.slot
        unresolved = 2**-20 * max(abs(self.y), 1) < abs(claimed) * ulp(args[slot]) < inf  # such as sin at 1e20
        # a softmax changes on the scale of 1, which differences of large numbers do not see
        unresolved |= op.name in ("softmax", "log_softmax", "logsumexp", "log_excess") and max(map(abs, args)) > 1e6
        unresolved |= op.name.startswith("sinc") and abs(args[-1]) > 1e6  # the waves of which are as narrow
        # between two floats lie more teeth of the saw
        unresolved |= op.name in ("mod", "fmod") and abs(claimed) * ulp(args[slot]) > 2**-20 * abs(args[1])
        if not isfinite(self.numeric.error) or unresolved:
            return False
        return not abs(claimed - self.numeric.value) <= self.numeric.error + 2 * self.bound * ulp(claimed)


def samples_at(op: Op, slot: int | None, args: tuple[float, ...]) -> list[Sample]:
    """Sample one partial at a point, or all partials if the slot is None."""
    y = float(op.apply(args))
    bound = float(op.ulps(*args)) if op.ulps else 8.0
    assume(bound < inf)
    slots = range(len(args)) if slot is None else [slot]
    if op.arity is not None and op.partials[slots[0]] is None:  # flat only where nothing jumps
        assume(all(map(interval, op.domain, args)))
    return [Sample(op, args, i, y, derivative(along(op, args, i), args[i]), bound) for i in slots]


def partial(op: Op, y: float, args: tuple[float, ...], slot: int) -> float:
    return float(op.derivative(y, args, slot) or 0)


@cache  # the numeric derivatives take nearly all the time of these tests
def confirm(op: Op, slot: int | None) -> list[Sample]:
    """Check a partial against numeric derivatives, and return the samples."""
    samples = []
    pieces = 4 if op.arity is not None and op.arity > 2 else 1  # a choice among three is rarely the second

    @settings(max_examples=settings().max_examples * pieces)
    @given(points(op))
    def check(args: tuple[float, ...]) -> None:
        for sample in samples_at(op, slot, args):
            assert not sample.refutes(partial(op, sample.y, args, sample.slot)), sample
            samples.append(sample)

    check()
    return samples


@pytest.mark.parametrize(("op", "slot"), PARTIALS)
def test_a_partial_agrees_with_the_numeric_derivative_over_its_whole_domain(op, slot):
    assert confirm(op, slot)


@pytest.mark.parametrize("mutant", MUTANTS)
@pytest.mark.parametrize(("op", "slot"), PARTIALS)
def test_a_wrong_partial_is_caught(op, slot, mutant):
    caught = any(s.refutes(MUTANTS[mutant](partial, op, s.y, s.args, s.slot)) for s in confirm(op, slot))
    assert caught is ((op.name, slot, mutant) not in EQUIVALENT)
