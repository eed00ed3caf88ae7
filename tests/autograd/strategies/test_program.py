"""Expressions print as programs that give the same bits."""

import importlib
import math
from math import inf

import pytest
from hypothesis import find, given

from autograd import Value, operation, tanh
from autograd.numbers import Operators
from autograd.strategies import Expression, expressions, networks
from autograd.table import TABLE


@given(expressions(max_ops=6) | expressions(max_ops=6, inside=False) | networks())
@pytest.mark.filterwarnings("ignore")
def test_an_expression_prints_as_a_program_that_gives_the_same_bits(expression):
    names = {}
    exec(repr(expression), names)
    assert names["y"].data.hex() == expression(*map(Value, expression.leaves)).data.hex()


def test_infinities_and_negative_constants_print_as_programs_too():
    odd = Expression((-inf,), ((TABLE["mul"], (-2.0, 0)), (TABLE["dot"], (1, 0, inf)), (TABLE["pow"], (2, -1.0))))
    names = {}
    exec(repr(odd), names)
    assert str(names["y"].data) == str(odd(*map(Value, odd.leaves)).data)


TWICE = 2.0


def test_an_operation_of_ones_own_is_printed_with_what_it_needs():
    @operation(lambda y, a: TWICE * math.cos(a) * tanh(1.0))
    def my_sine(a):
        return TWICE * math.sin(a) * tanh(1.0)

    @operation(lambda y, a: 0.0)
    def my_flat(a):
        return a * 0.0

    found = find(
        expressions(ops=[my_sine, my_flat]), lambda f: {op.name for op, _ in f.calls} == {"my_sine", "my_flat"}
    )
    given = {}
    for name in ("my_sine", "my_flat"):
        del TABLE[name]
        delattr(Operators, name)
    exec(repr(found), given)
    assert given["y"].data == found(*found.leaves)
    assert TABLE["my_sine"] is not my_sine


def test_an_operation_of_a_module_is_imported_and_one_without_source_is_named(tmp_path, monkeypatch):
    code = (
        "from autograd import operation\n\n@operation(lambda y, a: 3 * a**2)\ndef my_cube(a):\n    return a * a * a\n"
    )
    (tmp_path / "rows_of_mine.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    mine = importlib.import_module("rows_of_mine").my_cube
    assert "\nfrom rows_of_mine import my_cube\n" in repr(Expression((1.0,), ((mine, (0,)),)))
    typed = {"__name__": "__main__"}
    exec(code.replace("my_cube", "my_typed"), typed)
    text = repr(Expression((1.0,), ((typed["my_typed"], (0,)),)))
    assert text.splitlines()[1] == "# define first, with @ag.operation: my_typed"
