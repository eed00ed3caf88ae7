"""Values as formulas that can be read back, in plain text and in LaTeX."""

import re
from math import isfinite, isnan

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd
from autograd import Value, explain, latex, show
from autograd.strategies import expressions
from autograd.table.op import TABLE

READABLE = [
    TABLE[name]
    for name in (
        *("add", "sub", "mul", "div", "neg", "pow", "mod", "sum", "dot", "exp", "sigmoid", "tanh", "max"),
        *("where", "lt", "le", "eq", "softplus", "leaky_relu", "norm"),
    )
]
WHOLE = st.integers(-9, 9).map(float)


def labelled(expression):
    return expression(*[Value(x, label=f"x{i}") for i, x in enumerate(expression.leaves)])


def read_back(text: str, names: dict[str, float]) -> float:
    """Return the number of the lines of ``show``, evaluated as Python."""
    python = text.translate(str.maketrans({"×": "*", "−": "-", "^": "**", "≤": "<="}))
    python = re.sub(r"%(\d+)", r"_\1", python.replace(" = ", " == "))  # eq is a sign too
    names = dict(names)
    for line in python.splitlines():
        name, equals, formula = line.partition(" == ")
        if equals and re.fullmatch(r"_\d+", name):
            names[name] = eval(formula, dict(TABLE), names)
        else:
            return float(eval(line, dict(TABLE), names))
    raise AssertionError("the last line is the root")


@given(expressions(ops=READABLE, numbers=WHOLE, inside=False))
def test_what_is_shown_can_be_read_back(expression):
    root = labelled(expression)
    assume(isinstance(root, Value) and root.op is not None and isfinite(root.data))
    names = {f"x{i}": x for i, x in enumerate(expression.leaves)}
    text = show(root)
    try:
        found = read_back(text, names)
    except ArithmeticError:  # Python's operators are not total
        assume(False)
    assume(not isinstance(found, complex) and not isnan(found))
    assert found == pytest.approx(root.data, rel=1e-12), text


def test_what_is_used_more_than_once_gets_a_line():
    x, y = Value(2.0, label="x"), Value(-3.0, label="y")
    p = x * y + 1
    assert show(p * p) == "%1 = x × y + 1\n%1 × %1"
    p.label = "p"
    assert show(p.exp()) == "p = x × y + 1\nexp(p)"
    p.label = ""
    q = p - (x - y)
    assert show(q, locals()) == "p = x × y + 1\nq = p − (x − y)"
    s = Value(3.0)
    assert show(s * s) == "%1 = 3\n%1 × %1"
    assert show(s * 2) == "3 × 2"
    assert show(s) == "3"
    assert show(x) == "x"


def test_a_deep_graph_is_shown_in_short_lines():
    y = Value(1.0, label="x")
    for _ in range(5_000):
        y = y * 2 + 1
    lines = show(y).splitlines()
    assert len(lines) > 100
    assert max(map(len, lines)) < 100


def test_a_wide_sum_says_how_much_more_there_is():
    xs = [Value(float(i), label=f"x{i}") for i in range(100)]
    assert show(autograd.sum(xs)) == "x0 + x1 + x2 + x3 + x4 + x5 + x6 + … 93 more"


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda x, w: (x + w) / (x * w) ** 2, r"\frac{x + w_{1}}{{\left(x \cdot w_{1}\right)}^{2}}"),
        (lambda x, w: 1 / (1 + (-x).exp()), r"\frac{1}{1 + e^{-x}}"),
        (lambda x, w: x.log() * -w, r"\left(\ln x\right) \cdot \left(-w_{1}\right)"),
        (lambda x, w: (x - w).abs().sqrt(), r"\sqrt{|x - w_{1}|}"),
        (lambda x, w: (x + w).gelu() ** 2, r"{\left(\left(x + w_{1}\right) \Phi(x + w_{1})\right)}^{2}"),
        (lambda x, w: autograd.dot([w, x], [x, 2.5e-7], 1), r"1 + w_{1} \cdot x + x \cdot 2.5 \cdot 10^{-7}"),
        (lambda x, w: autograd.softmax(x, w, index=1), r"\mathrm{softmax}(w_{1}; x)"),
        (lambda x, w: (x % w).where(x, w), r"\mathrm{where}(x \bmod w_{1}, x, w_{1})"),
        (lambda x, w: (x - w).hypot(x * w), r"\sqrt{{\left(x - w_{1}\right)}^2 + {\left(x \cdot w_{1}\right)}^2}"),
        (lambda x, w: 2 * (x % w), r"2 \cdot \left(x \bmod w_{1}\right)"),
        (lambda x, w: (2 * x) % w, r"\left(2 \cdot x\right) \bmod w_{1}"),
        (lambda x, w: x.log1p() ** 2, r"{\left(\ln(1 + x)\right)}^{2}"),
        (lambda x, w: autograd.logsumexp(x, w) * w, r"\mathrm{LSE}(x, w_{1}) \cdot w_{1}"),
        (lambda x, w: x.sqrt() ** 2, r"{\sqrt{x}}^{2}"),
        (lambda x, w: Value(1.0, (x,), "conv#7{$", local_grads=(2.0,)), r"\mathrm{conv\#7\{\$}(x)"),
    ],
)
def test_latex(write, expected):
    assert latex(write(Value(2.0, label="x"), Value(3.0, label="w1"))) == expected


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda x: x**3, r"3 \cdot {x}^{2}"),
        (lambda x: x * x, "x + x"),
        (lambda x: x.sigmoid(), r"\sigma(x) \cdot \left(1 - \sigma(x)\right)"),
        (lambda x: x.tanh(), r"1 - {\left(\tanh x\right)}^{2}"),
        (lambda x: x.log() + 1, r"\frac{1}{x}"),
        (lambda x: (2 * x).exp(), r"e^{2 \cdot x} \cdot 2"),
        (lambda x: x + 0, "1"),
        (lambda x: Value(1.0, (x,), (2.0,)) * 3, r"3 \cdot \frac{\partial \mathrm{f}(x)}{\partial x}"),
    ],
)
def test_latex_of_a_derivative(write, expected):
    x = Value(2.0, label="x")
    assert latex(write(x), by=x) == expected


@given(expressions(inside=False), st.booleans())
def test_latex_is_balanced(expression, derived):
    leaves = [Value(x, label=f"x{i}") for i, x in enumerate(expression.leaves)]
    root = expression(*leaves)
    assume(isinstance(root, Value))
    try:
        text = latex(root, by=leaves[0] if derived else None)
    except ValueError:  # it does not depend on that leaf, or is too long
        return
    assert text.count("{") == text.count("}")
    assert text.count(r"\left(") == text.count(r"\right)")
    assert "#" not in text


def test_names_are_made_fit_for_latex():
    hostile = Value(1.0, label=r"\href{javascript:x}{a_b}")
    assert latex(hostile * 1) == r"\mathrm{\backslash~href\{javascript:x\}\{a\_b\}} \cdot 1"
    assert show(Value(1.0, label="a\nb") * 2) == "“a\ufffdb” × 2"
    assert show(Value(1.0, label="x + y") * Value(2.0, label="%1") + Value(3.0, label="0")) == "“x + y” × “%1” + “0”"


@pytest.mark.parametrize("call", [show, latex, explain])
@pytest.mark.parametrize("root", [3.0, [Value(1.0)], None, "x"])
def test_a_root_that_is_no_value_is_named(call, root):
    with pytest.raises(TypeError, match=f"^root: expected a Value, got {type(root).__name__} "):
        call(root)


def test_what_cannot_be_one_formula_is_refused():
    x, z = Value(1.0, label="x"), Value(1.0, label="z")
    y = x
    for _ in range(60):
        y = y + y
    with pytest.raises(ValueError, match=r"^root: as one formula it is longer than 20,000 characters; explain\(\)"):
        latex(y)
    with pytest.raises(ValueError, match=r"^by: root does not depend on it"):
        latex(x * 2, by=z)
    with pytest.raises(TypeError, match=r"^by: expected a Value, got float 1.0"):
        latex(x * 2, by=1.0)
