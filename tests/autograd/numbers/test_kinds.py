"""A kind of number has a primitive, or refuses it by name."""

from fractions import Fraction

import pytest

from autograd.numbers.kinds import primitive


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "sin", "tanh"])
def test_a_primitive_that_a_kind_cannot_spell_is_refused_by_name(name):
    with pytest.raises(TypeError, match=f"^{name} is not defined for Fraction$"):
        primitive(name)(Fraction(1, 3))


@pytest.mark.parametrize("stranger", ["1", None, [1.0]])
def test_what_is_no_number_is_refused_by_its_kind(stranger):
    with pytest.raises(TypeError, match=f"^add: expected a number, got {type(stranger).__name__} "):
        primitive("add")(1.0, stranger)
