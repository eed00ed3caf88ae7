"""Compiled rules give the bits of the rules, and run no text that one returns."""

import itertools
import math
import struct
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, clamp, exp, lt, operation, where
from autograd.numbers import apply_rule
from autograd.numbers.floats import FLOAT
from autograd.strategies import points
from autograd.table import TABLE, Op, symbolic_rule
from autograd.table.compiler import SPELLINGS, TOTAL, Writer, to_function

FIXED = [pytest.param(op, id=op.name) for op in TABLE.values() if op.arity is not None]
AWKWARD = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0, -745.2, 1e-310, 1e200, -1e200, 1e300 + 1e284, inf, -inf, nan]


def bits(x: float) -> str:
    return "nan" if math.isnan(x) else struct.pack(">d", x).hex()


def evaluate(tree, leaves):
    """Compute a tree by calling the primitives."""
    if not isinstance(tree, list):
        return leaves[tree] if isinstance(tree, str) else float(tree)
    return FLOAT[tree[0]](*[evaluate(part, leaves) for part in tree[1:]])


@pytest.mark.parametrize("op", FIXED)
def test_a_compiled_rule_gives_the_bits_of_the_rule_and_of_its_tree(op: Op):
    compiled, rule = op.compile(), symbolic_rule(op, op.arity)

    def check(args):
        if op.name == "clamp" and args[1] > args[2]:
            return
        y = compiled[0](*args)
        leaves = {"y": y} | {f"x{i}": a for i, a in enumerate(args)}
        assert bits(y) == bits(float(apply_rule(op.forward, *args))) == bits(evaluate(rule["forward"], leaves))
        for found, partial, tree in zip(compiled[1], op.partials, rule["partials"], strict=True):
            assert (found is None) == (partial is None) == (tree is None)
            if found is not None:
                expected = float(apply_rule(partial, y, *args))
                assert bits(found(y, *args)) == bits(expected) == bits(evaluate(tree, leaves))

    for args in itertools.product(AWKWARD, repeat=op.arity):
        check(args)
    given(points(op) | st.tuples(*[st.floats()] * op.arity))(settings(max_examples=200)(check))()


TREES = st.recursive(
    st.sampled_from(["x0", "x1", 0.0, 1.0, -2.5, inf]),
    lambda trees: st.one_of(
        st.tuples(st.sampled_from(["neg", "exp", "abs", "log", "floor"]), trees),
        st.tuples(st.sampled_from(["add", "sub", "mul", "div", "pow", "lt", "le", "eq", "maximum"]), trees, trees),
        st.tuples(st.just("where"), trees, trees, trees),
    ).map(list),
    max_leaves=30,
)


@given(TREES, st.floats(), st.floats())
@settings(max_examples=1000)
def test_a_function_of_any_tree_computes_the_tree(tree, a, b):
    assert bits(to_function(tree, ["x0", "x1"])(a, b)) == bits(evaluate(tree, {"x0": a, "x1": b}))


def lines(tree):
    writer = Writer(TOTAL, {"x0": "x0", "x1": "x1"})
    writer.finish(tree, "return ")
    return writer.lines


def test_a_common_subexpression_is_computed_once_and_a_constant_never():
    e = ["exp", ["mul", "x0", "x1"]]
    assert lines(["add", e, ["div", e, ["sqrt", 4]]]) == [
        "t0 = x0 * x1",
        "t1 = exp(t0)",
        "t2 = t1 / 2.0 if 2.0 else div(t1, 2.0)",
        "return t1 + t2",
    ]


def test_what_only_one_branch_computes_is_computed_in_it():
    e = ["exp", "x0"]
    tree = ["add", ["where", ["lt", "x0", 0], e, ["neg", e]], e]
    assert lines(tree) == ["if x0 < 0.0:", " t0 = exp(x0)", "else:", " t1 = exp(x0)", " t0 = -t1", "t2 = exp(x0)",
                           "return t0 + t2"]  # fmt: skip
    assert lines(["mul", e, tree])[:3] == ["t0 = exp(x0)", "if x0 < 0.0:", " t1 = t0"]


def test_a_branch_that_is_not_taken_is_not_computed():
    f = to_function(["where", ["lt", 0, "x0"], "x0", ["clamp", "x0", 1, "x1"]], ["x0", "x1"])
    assert f(2.0, 0.0) == 2.0
    with pytest.raises(ValueError, match=r"^clamp\(\) lo must not be above hi, got lo=1.0 and hi=0.0$"):
        f(-2.0, 0.0)


@given(st.floats(), st.floats())
def test_the_spellings_without_total_division_are_those_of_python(a, b):
    for name, text in SPELLINGS.items():
        if name != "div" or b:
            operands = ["a", "b"][: 1 if name == "neg" else 2]
            assert bits(eval(text.format(*operands), {"a": a, "b": b})) == bits(FLOAT[name](*[a, b][: len(operands)]))


def test_a_rule_of_ones_own_is_compiled_with_what_it_shares():
    @operation(lambda y, a: where(lt(a, 0), 0, y * exp(a)))
    def mine(a):
        return where(lt(a, 0), clamp(a, -1, 1), exp(a) * exp(a))

    x = Value(0.5)
    y = mine(x)
    assert (y.data, y.locals) == (math.exp(0.5) ** 2, (math.exp(0.5) ** 2 * math.exp(0.5),))
