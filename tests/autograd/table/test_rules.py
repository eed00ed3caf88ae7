"""A row gives the same on floats, Values, Fractions and symbols."""

import pickle
import random
from contextlib import suppress
from fractions import Fraction
from itertools import combinations, permutations, product
from math import inf, isclose, isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, grad
from autograd.engine.nonfinite import first_lost
from autograd.numbers.kinds import FRACTION
from autograd.strategies import arities, interval, points
from autograd.table import TABLE, Calling, Notation, Op, symbolic_rule

ROWS = [pytest.param(op, id=op.name) for op in TABLE.values()]
EXACT = set(FRACTION)  # the primitives that Fractions can spell


def arguments(op: Op, numbers: st.SearchStrategy) -> st.SearchStrategy[tuple]:
    """Draw arguments; clamp takes no range without numbers."""
    if op.name == "clamp":
        return st.tuples(numbers, numbers, numbers).filter(lambda args: not args[1] > args[2])
    return st.one_of([st.tuples(*[numbers] * n) for n in arities(op)])


def primitives(tree) -> set[str]:
    """Return the primitives in an expression tree."""
    return {tree[0]}.union(*map(primitives, tree[1:])) if isinstance(tree, list) else set()


def bits(x) -> str:
    """Format the float in a number or a Value; every nan is the same."""
    return float(x.data if isinstance(x, Value) else x).hex()


def test_a_symmetric_row_gives_the_same_for_its_arguments_in_any_order_and_no_other_does():
    some = (0.0, 0.5, 0.75, 0.875, 0.9)
    for op in set(TABLE.values()) - {TABLE["clamp"]}:  # it refuses some orders
        orders = [order for n in arities(op) if 1 < n <= len(some) for order in permutations(some[:n])]
        results = {(len(order), f"{op.apply(order):.12g}") for order in orders}
        assert op.symmetric == (len(results) == len({len(order) for order in orders}) > 0), op.name


def slots_that_are_flat(op: Op) -> set[int]:
    """Return the slots by which the derivative is exactly 0 at an everyday point and on either side of it."""
    draw, flat, n = random.Random(0), set(), arities(op)[-1]
    domains, partials = (op.domain * n, op.partials * n) if op.arity is None else (op.domain, op.partials)
    for scale in [1, 10] * 100:
        at = tuple(draw.uniform(-scale, scale) if flows else draw.choice((0.0, 1.0)) for flows in partials)
        if all(not f or interval(d, x) for f, d, x in zip(partials, domains, at, strict=True)) and (
            op.kink is None or op.kink(*at)
        ):
            around = [tuple(x * (1 + size) for x in at) for size in (0, 1e-6, -1e-6)]
            locals_ = [op.local_derivatives(op.apply(p), p, [None] * n) for p in around]
            flat |= {
                slot for slot in range(n) if {0.0 if x is None else x for x in (d[slot] for d in locals_)} == {0.0}
            }
    return {slot for slot in flat if partials[slot]}


@pytest.mark.parametrize("op", ROWS)
def test_a_row_marks_the_arguments_that_get_nothing_while_they_are_not_chosen(op):
    """So a 0 of theirs is no gradient that was lost, as one that underflows is."""
    assert slots_that_are_flat(op) == {slot for slot in range(arities(op)[-1]) if slot in op.chooses}


def test_a_row_that_chooses_without_a_mark_is_found_and_a_marked_one_loses_nothing():
    how, domain = (Notation("above 1", r"\max(#1, 1)"), Calling(range(1, 2))), (((-inf, 1), (1, inf)),)
    for chooses, lost in (((), "0 · inf at sqrt(0.0), taken as 0"), ((0,), None)):
        rule = (lambda a: autograd.maximum(a, 1), domain, (lambda y, a: autograd.lt(1, a),))
        row = Op("above_1", *how, *rule, chooses=chooses)
        assert slots_that_are_flat(row) == {0}
        assert first_lost(row(Value(0.0).sqrt())) == lost


@pytest.mark.parametrize("op", ROWS)
def test_floats_and_values_give_the_same_bits(op):
    @given(points(op) | arguments(op, st.floats()))
    def check(args):
        values = tuple(map(Value, args))
        y = float(op.apply(args))
        recorded = op.apply(values)
        assert bits(recorded) == bits(y)
        for slot, local in enumerate(recorded.locals):
            on_floats, on_values = op.derivative(y, args, slot), op.derivative(Value(y), values, slot)
            if on_floats is None:
                assert on_values is None
                assert local is None
            else:
                assert bits(on_values) == bits(on_floats)
                assert bits(local or 0.0 if op.selects else local) == bits(on_floats)

    check()


@pytest.mark.slow
@pytest.mark.parametrize("op", ROWS)
def test_a_constant_is_kept_as_a_float_and_has_no_local_derivative(op):
    @given(points(op), st.data())
    def check(args, data):
        constant = data.draw(st.lists(st.booleans(), min_size=len(args), max_size=len(args)))
        mixed = tuple(a if raw else Value(a) for a, raw in zip(args, constant, strict=True))
        recorded, of_values = op.apply(mixed), op.apply(tuple(map(Value, args)))
        assert bits(recorded) == bits(of_values)
        if not all(constant):
            assert recorded.args == mixed
            expected = [None if raw else local for raw, local in zip(constant, of_values.locals, strict=True)]
            assert [d if d is None else bits(d) for d in recorded.locals] == [
                d if d is None else bits(d) for d in expected
            ]

    check()


@pytest.mark.parametrize("op", ROWS)
def test_a_row_answers_in_the_kind_of_number_it_is_asked_in(op):
    @given(arguments(op, st.integers(-8, 8)))
    def check(whole):
        floats = tuple(float(x**3 if op.name == "cbrt" else x) for x in whole)
        assert type(op.apply(floats)) is float
        if primitives(symbolic_rule(op, len(floats))["forward"]) <= EXACT:
            try:
                assert type(op.apply(tuple(map(Fraction, floats)))) is Fraction
            except ZeroDivisionError:
                assert not isfinite(op.apply(floats))

    check()


@pytest.mark.parametrize("op", ROWS)
def test_fractions_equal_floats_where_both_are_exact_and_are_refused_where_they_cannot_be(op):
    @given(arguments(op, st.integers(-8, 8)))
    def check(whole):
        exact = tuple(Fraction(x**3 if op.name == "cbrt" else x) for x in whole)
        floats = tuple(map(float, exact))
        rules = symbolic_rule(op, len(floats))
        missing = primitives(rules["forward"]) - EXACT
        if missing:
            with pytest.raises(TypeError, match=rf"^({'|'.join(missing)}) is not defined for Fraction$"):
                op.apply(exact)
            return
        y = op.apply(floats)
        with suppress(ZeroDivisionError):  # exact numbers have no infinity, not even in a branch not taken
            exact_y = op.apply(exact)
            if op.name == "cbrt":  # which floats round
                assert exact_y**3 == exact[0]
                return
            agree(exact_y, y)
            for slot, tree in enumerate(rules["partials"]):
                if tree is not None and primitives(tree) <= EXACT:
                    agree(op.derivative(exact_y, exact, slot), op.derivative(y, floats, slot))

    check()


def agree(exact, rounded: float) -> None:
    """Check that two numbers are equal, if a float can hold the exact one."""
    if Fraction(float(exact)) == exact:
        assert exact == rounded


@pytest.mark.parametrize("op", ROWS)
def test_a_row_is_complete(op):
    assert op.symbol
    assert ("#*" if op.arity is None else "#1") in op.notation.latex
    assert len(op.domain) == (1 if op.arity is None else op.arity)
    assert all(low < high for domain in op.domain for low, high in domain)
    assert getattr(autograd, op.name) is op or op.name == "dot"  # which is written out
    assert pickle.loads(pickle.dumps(op)) is op
    assert op.arity is None or getattr(Value, op.name)


#: Where the order of two partial derivatives decides, in silence: docs/semantics.md says so.
ASYMMETRIC = {"pow": lambda a, b: a == 0 and 0 < b <= 1}


@pytest.mark.filterwarnings("ignore:.*met a nan")
@pytest.mark.parametrize("op", [pytest.param(op, id=op.name) for op in TABLE.values() if op.arity != 1])
def test_mixed_second_derivatives_do_not_depend_on_the_order_at_kinks_either(op):
    """They are equal, or one is nan, which is no silence: at all ties, zeros and signs."""
    n = op.arity or 3
    free = [i for i in range(n) if op.arity is None or op.partials[i]]
    for args in product((-1.0, 0.0, 0.25, 1.0, 2.0), repeat=n):
        if (op.name == "clamp" and args[1] > args[2]) or (op.name in ASYMMETRIC and ASYMMETRIC[op.name](*args)):
            continue
        f = lambda *args: op.apply(args)
        for i, j in combinations(free, 2):
            one, two = (grad(grad(f, p), q)(*args) for p, q in ((i, j), (j, i)))
            assert one != one or two != two or isclose(one, two, rel_tol=1e-12, abs_tol=1e-14), (args, i, j, one, two)
