"""Operations are recognised by value and local derivatives, and named in many ways."""

import math
from types import SimpleNamespace

import pytest

from autograd.foreign import ForeignNode, Probe
from autograd.foreign.rows import ROWS, candidates, fits, is_smooth, near, row_called, rows_named, same_function
from autograd.table import TABLE


def node_of(value, *args, locals_=(), constants=(), text=()):
    parents = [ForeignNode(SimpleNamespace(), float(x)) for x in args]
    probe = Probe([p.obj for p in parents], list(locals_), way="rule")
    return ForeignNode(SimpleNamespace(), value, args=parents, constants=list(constants), probe=probe, texts=list(text))


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("+", "add"), ("__mul__", "mul"), ("__rsub__", "sub"), ("-", "sub"), ("−", "sub"), ("**2", "pow"),
        ("**-1", "pow"),
        ("^0.5", "pow"), ("x**3", "pow"), ("ReLU", "relu"), ("LeakyReLU", "leaky_relu"), ("leaky_relu", "leaky_relu"),
        ("AddBackward0", "add"), ("TanhFn", "tanh"), ("ReluB", "relu"), ("MulOp", "mul"), ("__truediv__", "div"),
        ("ln", "log"),
        ("σ", "sigmoid"), ("pow(2)", "pow"), ("*c", "mul"), ("log", "log"), ("rpow", "pow"), ("__neg__", "neg"),
        ("EXP", "exp"),
        ("logsumexp", "logsumexp"), ("max", "maximum"), ("sigmoid", "sigmoid"), ("relu", "relu"), ("/", "div"),
    ],
)  # fmt: skip  # in few lines
def test_names(text, row):
    assert rows_named([text])[0] == row


@pytest.mark.parametrize("text", ["custom", "", "Value", "node", "_unary", "clamp_to_one", "?", "7"])
def test_what_names_nothing(text):
    assert rows_named([text]) == []


@pytest.mark.parametrize("op", [op for op in ROWS if op.arity == 1], ids=lambda op: op.name)
def test_a_unary_row_is_recognised_by_its_name(op):
    x = {"acosh": 1.37}.get(op.name, 0.37)
    node = node_of(op.on_float(x), x, locals_=op.local_derivatives(op.on_float(x), [x], [None]))
    found = candidates(node, [op.name])
    assert [c.op for c in found] == [op]
    assert fits(node, found[0])


def test_the_order_of_two_arguments_and_constants_that_the_name_allows():
    (found,) = candidates(node_of(-0.8, 0.5, 1.3), ["sub"])
    assert [a.data for a in found.args] == [0.5, 1.3]
    (found,) = candidates(node_of(0.8, 0.5, 1.3), ["sub"])
    assert [a.data for a in found.args] == [1.3, 0.5]
    (found, *_) = candidates(node_of(0.125, 0.5, constants=[3.0]), ["pow"])
    assert (found.args[1], found.is_invented) == (3.0, False)
    (found,) = candidates(node_of(1.25, 0.5), ["mul"])
    assert (found.args[1], found.is_invented) == (2.5, True)
    assert candidates(node_of(1.25, 0.5, constants=[2.5]), []) == []


def test_where_several_rows_fit_they_are_told_apart_by_other_points():
    node = node_of(2.0, 2.0, locals_=[1.0])
    found = candidates(node, [])
    assert {"relu", "abs"} <= {c.op.name for c in found}
    assert not same_function(node, found)
    a = ForeignNode(SimpleNamespace(), 0.7)
    square = ForeignNode(SimpleNamespace(), 0.7 * 0.7, args=[a, a], probe=Probe([a.obj], [1.4]))
    found = candidates(square, ["mul", "square", "pow"])
    assert {c.op.name for c in found} == {"mul", "square"}
    assert same_function(square, found)


@pytest.mark.parametrize(
    ("name", "args", "value"),
    [("relu", [0.0], 0.0), ("abs", [0.0], 0.0), ("maximum", [1.0, 1.0], 1.0), ("sqrt", [0.0], 0.0)],
)
def test_a_kink_is_not_smooth(name, args, value):
    (found, *_) = candidates(node_of(value, *args), [name])
    assert not found.is_smooth


def test_numbers_agree_but_for_rounding():
    assert near(1.0, 1 + 1e-10, 1e-9)
    assert not near(1.0, 1 + 1e-8, 1e-9)
    assert near(math.inf, math.inf, 1e-9)
    assert not near(math.nan, math.nan, 1e-9)


def test_sums_of_many_and_softmax_in_any_order():
    node = node_of(6.0, 1.0, 2.0, 3.0)
    assert candidates(node, ["sum"])[0].op is TABLE["sum"]
    args = [0.1, 0.7, -0.3]
    y = math.exp(0.7) / sum(map(math.exp, args))
    (found,) = candidates(node_of(y, *args), ["softmax"])
    assert found.args[0].data == 0.7


@pytest.mark.parametrize(
    ("name", "row"),
    [("tanh", "tanh"), ("Sigmoid", "sigmoid"), ("sine", "sin"), ("leakyrelu", "leaky_relu"), ("power", "pow"),
     ("max", "maximum"), ("zero_grad", None), ("add_node", None), ("backward", None), ("sum", None), ("e", None)],
)  # fmt: skip
def test_a_function_is_a_row_by_its_whole_name_only(name, row):
    assert getattr(row_called(name), "name", None) == row


def test_an_end_of_a_domain_is_not_smooth():
    assert not is_smooth(TABLE["sqrt"], [0.0])
    assert not is_smooth(TABLE["maximum"], [2.0, 2.0])
    assert is_smooth(TABLE["maximum"], [2.0, 1.0])
