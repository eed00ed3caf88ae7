"""Every partial of every row against a numeric derivative, and proof that this test has teeth."""

from fractions import Fraction
from math import inf, isfinite, nan, ulp

import pytest
from hypothesis import Phase, assume, given, settings

from autograd.check import derivative
from autograd.strategies import interval, points
from autograd.table.floats import to_float
from autograd.table.op import TABLE, Op

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
    {(name, slot, "one"): "the partial is 1" for name, slot in [("add", 0), ("add", 1), ("sub", 0), ("mod", 0)]}
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
    """The row on floats; one whose many terms may cancel unseen is read exactly, if it can be."""
    if op.arity is None:
        try:
            return to_float(op.apply(tuple(map(Fraction, args))))
        except TypeError:
            pass
    return float(op.apply(args))


def along(op: Op, args: tuple[float, ...], slot: int):
    """The row as a function of one argument, on the smooth piece of it where the point lies; nan elsewhere."""
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


def check(op: Op, slot: int | None, claim, phases=tuple(Phase)) -> None:
    """Compare what is claimed of a partial with the numeric derivative, wherever that is sure of itself."""

    @given(points(op))
    @settings(phases=phases)
    def compare(args: tuple[float, ...]) -> None:
        y = float(op.apply(args))
        bound = float(op.ulps(*args)) if op.ulps else 8.0
        assume(bound < inf)
        for i in range(len(args)) if slot is None else [slot]:
            if op.arity is not None and op.partials[i] is None:  # flat only where nothing jumps
                assume(all(map(interval, op.domain, args)))
            claimed = claim(op, y, args, i)
            numeric = derivative(along(op, args, i), args[i])
            unresolved = 2**-20 * max(abs(y), 1) < abs(claimed) * ulp(args[i]) < inf  # such as sin at 1e20
            # a softmax changes on the scale of 1, which differences of large numbers do not see
            unresolved |= op.name in ("softmax", "log_softmax", "logsumexp", "log_excess") and max(map(abs, args)) > 1e6
            # between two floats lie more teeth of the saw
            unresolved |= op.name == "mod" and abs(claimed) * ulp(args[i]) > 2**-20 * abs(args[1])
            if isfinite(numeric.error) and not unresolved:
                off = abs(claimed - numeric.value)
                assert off <= numeric.error + 2 * bound * ulp(claimed), (op, i, args, claimed, numeric)

    compare()


def partial(op: Op, y: float, args: tuple[float, ...], slot: int) -> float:
    return float(op.derivative(y, args, slot) or 0)


@pytest.mark.parametrize(("op", "slot"), PARTIALS)
def test_a_partial_agrees_with_the_numeric_derivative_over_its_whole_domain(op, slot):
    check(op, slot, partial)


@pytest.mark.parametrize("mutant", MUTANTS)
@pytest.mark.parametrize(("op", "slot"), PARTIALS)
def test_a_wrong_partial_is_caught(op, slot, mutant):
    def claim(*point) -> float:
        return MUTANTS[mutant](partial, *point)

    if (op.name, slot, mutant) in EQUIVALENT:
        check(op, slot, claim)
        return
    with pytest.raises(AssertionError):
        check(op, slot, claim, phases=[Phase.generate])  # one point will do, and need not be a simple one
