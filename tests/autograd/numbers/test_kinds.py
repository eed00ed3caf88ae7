"""A kind of number has a primitive, or refuses it by name."""

import warnings
from fractions import Fraction
from itertools import product
from math import inf, nan

import pytest

from autograd import Value
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


@pytest.mark.parametrize("op", [pytest.param(op, id=op.name) for op in TABLE.values() if op.name != "dot"])
def test_an_array_of_numbers_that_record_is_computed_element_by_element(op):
    """With the values and the gradients of one number, at kinks too, wherever the array is."""
    np = pytest.importorskip("numpy")
    from autograd.numbers.arrays import Array

    n = op.arity or 2
    rest = (0.0, -1.0, 2.0)[:n] if op.name == "clamp" else (0.5, 1.0, 0.25)[:n]
    for k, given in product(range(n), ([0.0, 0.75], [Value(0.0), Value(0.75)])):
        args: list = [*map(Value, rest)]
        args[k] = np.array(given, dtype=object if isinstance(given[0], Value) else float)
        if n == 1 and isinstance(given[0], float):
            continue
        found = op.apply(tuple(args))
        assert isinstance(found, Array)
        for y, x in zip(found, given, strict=True):
            one = op.apply(
                tuple(own := [Value(getattr(x, "data", x)) if i == k else Value(a) for i, a in enumerate(rest)])
            )
            assert y.data == one.data or y.data != y.data
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                one.backward()
                for a in (*args, *given):
                    if isinstance(a, Value):
                        a.grad = 0.0
                y.backward()
            if isinstance(x, Value):
                assert x.grad == own[k].grad or x.grad != x.grad
