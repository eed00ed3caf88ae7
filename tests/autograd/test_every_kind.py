"""Every kind of number gives what floats give: equal values and equal branches, or a refusal; no silent difference."""

import math
import operator
import statistics
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value, grad, jvp
from autograd.table import BUILT_IN, TABLE

np = pytest.importorskip("numpy")
SCOPE = {"autograd": autograd, "math": math, "np": np, "operator": operator, "statistics": statistics, "halve": None}
POINTS = [(0.7, 0.4, 1.3), (-1.5, 2.0, 0.5), (2.0, 2.0, 2.0), (0.0, 1.0, 3.0), (2.5, -1.0, -0.5), (1000.0, 3.0, 1.0)]

#: Expressions in x, y and z, a line each.
OPERATORS = """
x + y
x - y
x * y
x / y
x // y
x % y
-x
+x
abs(x)
x**2
2**x
abs(x) ** y
divmod(x, y)[0] + divmod(x, y)[1]
3 - 2 / (1 + x * x) + 5 % (x + 9)
1 // (x + 9) + divmod(7, x + 9)[1]
"""
BRANCHES = """
x * (3 if x < 2.0 else 5)
x * (3 if x <= 2.0 else 5)
x * (3 if x > 2 else 5)
x * (3 if 2 >= x else 5)
x * (3 if x < y else 5)
x * (3 if x <= y else 5)
x * (3 if x > y else 5)
x * (3 if x >= y else 5)
x * (3 if x == 2.0 else 5)
x * (3 if x != 2 else 5)
x * (3 if 2.0 == x else 5)
x * (3 if operator.le(x, y) else 5)
x + 1 if x else x - 1
2.0 if not x else x * 1.0
x * 2 if -1 < x <= y else x * 7
(x and y) + (x or y)
max(x, y) * 1.0
min(x, y) * 1.0
sorted([x, y, z])[1] * 1.0
[5.0, 2.0, x].index(x) + x * 1.0
x * (2 if x in [2.0, 0.7] else 3)
x * [2.0, 2.0, 0.7].count(x)
x * 2 if round(x) == 2 else x * 1.0
math.floor(x) + x
math.ceil(x) * x
math.trunc(x) + x
round(x, 1) + x
sum([x, y]) + x
x * 2 if math.isclose(x, 2.0) else x * 1.0
int(x) + x
float(x) + x
x * len(f"{x:.2f}")
statistics.mean([x, y])
halve(x)
"""
NARY = """
autograd.sum([x, y, z])
autograd.mean(x, y, z)
autograd.prod(x, y, z)
autograd.norm([x, y, z])
autograd.max(x, y, z)
autograd.min([x, y, z])
autograd.logsumexp(x, y, z)
autograd.softmax(x, y, z)[1] + x
autograd.log_softmax(x, y, z)[2] + x
autograd.dot([x, y], [y, z], x)
"""
NUMPY = """
x * (2 if np.isfinite(x) else 3)
x * (2 if np.isnan(x) else 3)
np.clip(x, -1.0, abs(y))
x * (2 if np.less(x, y) else 3)
np.where(x < y, x, y)[()] * 1.0
np.imag(x) + x
np.real(x) + x
x * int((np.array([x, x]) == x).sum())
np.polyval([1.0, 2.0, 3.0], x)
np.sum([x, y, x])
np.mean([x, y])
np.std([x, y])
np.var([x, y])
np.dot([x, y], [y, x])
np.prod([x, y])
np.cumsum([x, y])[1]
np.max([x, y])
x * np.argmax([x, y])
x * (2 if np.allclose([x], [2.0]) else 3)
np.outer([x, y], [x, y])[0, 1]
np.diff([x, y])[0]
(np.array([[x, y], [y, x]]) @ np.array([x, y]))[0]
np.linalg.norm([x, y])
np.convolve([x, y], [1.0, 2.0])[1]
np.max(autograd.array([x, y, z]))
np.ptp(autograd.array([x, y]))
np.linalg.det(autograd.array([[x, y], [z, x]]))
np.linalg.solve(autograd.array([[3.0, x], [1.0, y + 9.0]]), [1.0, z])[1]
np.linalg.inv(autograd.array([[9.0 + x, y], [1.0, 3.0]]))[0, 1]
np.linalg.cholesky(autograd.array([[9.0 + x * x, 0.0], [y, 9.0 + y * y]]))[1, 1]
np.linalg.norm(autograd.array([x, y]), np.inf)
np.std(autograd.array([x, y + 5.0]))
np.var(autograd.array([x, y]))
np.polyval([1.0, y], autograd.array([x, z]))[0]
np.real(autograd.array([x]))[0] + np.imag(autograd.array([x]))[0] + np.conjugate(autograd.array([x]))[0]
x * int(np.isfinite(autograd.array([x, y])).sum())
x * (2 if np.allclose(autograd.array([x]), [2.0]) else 3)
np.sort(autograd.array([x, y, z]))[1] * 1.0
np.median(autograd.array([x, y, z])) * 1.0
"""
UNARY_UFUNCS = (
    "exp expm1 exp2 sqrt cbrt sin cos tan arctan sinh cosh tanh arcsinh square absolute fabs sign floor ceil rint "
    "trunc negative positive conjugate reciprocal log1p"
)
BINARY_UFUNCS = (
    "add subtract multiply divide power maximum minimum fmax hypot arctan2 fmod copysign logaddexp heaviside remainder "
    "floor_divide float_power"
)

#: What is refused, since it would be a plain number, to which no gradient flows, or since NumPy offers it for its own
#: numbers alone.
REFUSED = {
    "int(x) + x", "float(x) + x", "x * 2 if math.isclose(x, 2.0) else x * 1.0", "statistics.mean([x, y])",
    "np.fmax(x, y)", "x * (2 if np.allclose([x], [2.0]) else 3)",
}  # fmt: skip  # a set
REFUSED_WHILE_TRACED = {
    "[5.0, 2.0, x].index(x) + x * 1.0", 'x * len(f"{x:.2f}")', "x * (2 if np.isfinite(x) else 3)",
    "x * (2 if np.isnan(x) else 3)", "x * np.argmax([x, y])", "np.linalg.norm([x, y])",
    "np.polyval([1.0, 2.0, 3.0], x)", "round(x, 1) + x",
    "x * int((np.array([x, x]) == x).sum())", "x * [2.0, 2.0, 0.7].count(x)",
    "x * int(np.isfinite(autograd.array([x, y])).sum())", "x * (2 if np.allclose(autograd.array([x]), [2.0]) else 3)",
    "np.sort(autograd.array([x, y, z]))[1] * 1.0", "np.median(autograd.array([x, y, z])) * 1.0",
}  # fmt: skip  # a set


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


def operations() -> list[str]:
    """Return every operation of fixed arity as a function, and as a method."""
    calls = []
    for name in sorted(name for name in BUILT_IN if TABLE[name].arity):
        first, *rest = "xyz"[: TABLE[name].arity]
        calls += [f"autograd.{name}({', '.join([first, *rest])})", f"(x + 0).{name}({', '.join(rest)})"]
    return calls


def halve(x: Any) -> Any:
    x = x * 1.0
    while abs(x) > 1:
        x = x / 2
    return x


SCOPE["halve"] = halve
PYTHON = lines(OPERATORS) + lines(BRANCHES) + lines(NARY)
UFUNCS = [f"np.{name}(x)" for name in UNARY_UFUNCS.split()]
UFUNCS += [f"np.{name}(x, y)" for name in BINARY_UFUNCS.split()]
CALLS = PYTHON + operations() + lines(NUMPY) + UFUNCS


def function(text: str) -> tuple[Callable[..., Any], int]:
    """Return an expression as a function of its variables, and how many it has."""
    names = [name for name in "xyz" if name in compile(text, "", "eval").co_names]
    return eval(f"lambda {', '.join(names)}: {text}", SCOPE), len(names)


def plain(y: Any) -> float:
    y = y.item() if isinstance(y, np.ndarray) else y
    return float(y.data) if hasattr(y, "__apply__") else float(y)


KINDS: dict[str, Callable[..., Any]] = {
    "Value": lambda f, xs: f(*map(Value, xs)),
    "Value and numbers": lambda f, xs: f(Value(xs[0]), *xs[1:]),
    "numbers and Value": lambda f, xs: f(*xs[:-1], Value(xs[-1])),
    "dual": lambda f, xs: jvp(f)(tuple(xs), (1.0,) * len(xs))[0],
    "dual of Values": lambda f, xs: jvp(f)(tuple(map(Value, xs)), (1.0,) * len(xs))[0],
    "dual and numbers": lambda f, xs: jvp(lambda x: f(x, *xs[1:]))((xs[0],), (1.0,))[0],
    "value and gradient": lambda f, xs: autograd.value_and_grad(f)(*xs)[0],
    "traced": lambda f, xs: autograd.compile(f)(*xs),
    "Values and NumPy's": lambda f, xs: f(Value(xs[0]), *map(np.float64, xs[1:])),
}


@pytest.mark.parametrize("text", CALLS)
def test_every_kind_gives_what_floats_give_or_refuses(text):
    f, n = function(text)
    for xs in [point[:n] for point in POINTS]:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                method = text.startswith("(x + 0).")  # which floats lack
                expected = plain(TABLE[text[8 : text.index("(", 8)]](*xs) if method else f(*xs))
            except (ArithmeticError, ValueError, TypeError):
                continue  # Python raises where the engine gives what IEEE 754 says
            for kind, call in KINDS.items():
                if method and kind == "numbers and Value":
                    continue
                refused, found = "", 0.0
                try:
                    found = plain(call(f, xs))
                except (TypeError, ValueError) as error:
                    refused = str(error)
                if refused:
                    assert text in REFUSED | (REFUSED_WHILE_TRACED if kind == "traced" else set()), f"{kind}: {refused}"
                else:
                    close = pytest.approx(expected, rel=1e-14, abs=1e-300, nan_ok=True)
                    assert found == close, f"{kind} at {xs}"


ARRAYS = [text for text in lines(NUMPY) if text.startswith("np.") and "autograd.array" in text]


@pytest.mark.parametrize("text", [text for text in PYTHON if text not in REFUSED] + ARRAYS)
def test_forward_and_reverse_mode_agree_on_every_call(text):
    f, n = function(text)
    for xs in [point[:n] for point in POINTS]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            backwards = grad(f)(*xs)
            forwards = jvp(f)(xs, (1.0, 0.0, 0.0)[:n])[1]
        assert forwards == pytest.approx(backwards, rel=1e-12, nan_ok=True)
