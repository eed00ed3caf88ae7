"""Every row is written as a formula, also in the form of a textbook."""

from functools import partial

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograd.strategies import arities, interval
from autograd.table.op import TABLE
from autograd.table.symbolic import symbolic_rule
from autograd.text.formula import Formula


@pytest.mark.parametrize("op", [pytest.param(op, id=op.name) for op in TABLE.values() if op.notation.textbook])
def test_the_textbooks_form_is_the_one_computed(op):
    size = st.floats(0.1, 2.9)
    n = 4 if op.arity is None else op.arity
    inside = [
        (size | size.map(float.__neg__)).filter(partial(interval, op.domain[i % len(op.domain)])) for i in range(n)
    ]

    @given(st.tuples(*inside))
    def check(args):
        assume(op.kink is None or abs(op.kink(*args)) > 1e-3)
        y = float(op.apply(args))
        for slot in range(len(args)):
            computed = op.derivative(y, args, slot)
            assert float(op.textbook_derivatives(y, args)[slot]) == pytest.approx(computed, rel=1e-6, abs=1e-9)

    check()


@pytest.mark.parametrize("op", [pytest.param(op, id=op.name) for op in TABLE.values()])
def test_every_row_is_written(op):
    n = arities(op)[-1]
    for in_latex in (False, True):
        args = tuple(Formula.named(f"x{i}", in_latex) for i in range(n))
        y = op.apply(args)
        assert isinstance(y, Formula)
        assert all(arg.text in y.text for arg in args) or op.name in ("heaviside", "leaky_relu", "elu")
        for slot, tree in enumerate(symbolic_rule(op, n)["partials"]):
            assert tree is None or len(str(op.textbook_derivatives(y, args)[slot])) < 300
