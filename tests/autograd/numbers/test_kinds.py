"""A kind of number has a primitive, or refuses it by name."""

from fractions import Fraction
from math import inf, nan

import pytest

from autograd.numbers.kinds import primitive
from autograd.table import TABLE


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "sin", "tanh"])
def test_a_primitive_that_a_kind_cannot_spell_is_refused_by_name(name):
    with pytest.raises(TypeError, match=f"^{name} is not defined for Fraction$"):
        primitive(name)(Fraction(1, 3))


@pytest.mark.parametrize("stranger", ["1", None, [1.0]])
def test_what_is_no_number_is_refused_by_its_kind(stranger):
    with pytest.raises(TypeError, match=f"^add: expected a number, got {type(stranger).__name__} "):
        primitive("add")(1.0, stranger)


@pytest.mark.parametrize("op", [pytest.param(op, id=op.name) for op in TABLE.values() if op.arity in (2, 3)])
@pytest.mark.parametrize("first", [5.5, 0.25, nan, inf])
def test_a_float_next_to_a_fraction_gives_a_float_as_in_python(op, first):
    args = (first, Fraction(1, 4), Fraction(3, 4))[: op.arity]
    if op.name == "xlogy":  # whose second argument meets no float
        with pytest.raises(TypeError, match=r"^log is not defined for Fraction$"):
            op(*args)
        return
    found = op.apply(args)
    assert op.name in ("lt", "le", "eq") or type(found) is float
    assert repr(float(found)) == repr(op.apply(tuple(map(float, args))))


@pytest.mark.parametrize("op", [pytest.param(op, id=op.name) for op in TABLE.values() if op.name != "clamp"])
def test_an_int_beyond_floats_is_refused_by_the_name_of_its_argument(op):
    with pytest.raises(OverflowError, match=rf"^argument 1 of {op.name}\(\): expected a number in the range of floats"):
        op.apply((10**400,) * (op.arity or 1))
