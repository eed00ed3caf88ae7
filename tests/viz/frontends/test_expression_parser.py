"""An expression becomes a Value without being run, or is refused by what is wrong with it."""

import pytest
from hypothesis import assume, given

from autograd import Value
from autograd.strategies import expressions
from autograd.table import TABLE
from viz.frontends.expression_parser import parse_expression


def test_each_variable_is_one_leaf():
    root = parse_expression("x*x + x", {"x": 3.0})
    root.backward()
    (leaf,) = {arg for arg in root.args if arg.op is None}
    assert (leaf.label, leaf.grad) == ("x", 7.0)


@given(
    expressions(
        ops=[TABLE[name] for name in ("add", "sub", "mul", "div", "neg", "tanh", "maximum", "sum", "where")],
        inside=False,
    )
)
def test_an_expression_in_text_is_the_one_that_is_computed(expression):
    leaves = {f"x{i}": x for i, x in enumerate(expression.leaves)}
    text = write(expression)
    assume(len(text) < 1000)
    root = parse_expression(text, {name: x for name, x in leaves.items() if name in text})
    assert str(root.data) == str(expression(*map(Value, expression.leaves)).data)


def write(expression):
    """Write the result of an expression as text; it is computed anew wherever it is used."""
    signs = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
    found = [f"x{i}" for i in range(len(expression.leaves))]
    for op, args in expression.calls:
        parts = [found[a] if isinstance(a, int) else f"({a!r})".replace("inf", "1e999") for a in args]
        assume("nan" not in str(parts) and sum(map(len, parts)) < 1000)
        calls = f"(-{parts[0]})" if op.name == "neg" else f"{op.name}({', '.join(parts)})"
        found.append(f"({parts[0]} {signs[op.name]} {parts[1]})" if op.name in signs else calls)
    return found[-1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x.data", "'x.data' is not allowed: only numbers, variables"),
        ("x if x else 1", r"write where\(x, x, 1\)"),
        ("tan * x", "'tan' is a function; call it as tan"),
        ("tanhh(x)", "did you mean 'tanh'"),
        ("(x", "'\\(' was never closed at character 1"),
        ("1 + 1", "has no such variable"),
        ("+".join("x" * 300), "nested more than 200 deep"),
        (f"sum({','.join('x' * 600)})", "more than 500 operations"),
    ],
)
def test_what_is_no_expression_is_refused_by_what_is_wrong(text, message):
    with pytest.raises(ValueError, match=message):
        parse_expression(text, {"x": 1.0})
