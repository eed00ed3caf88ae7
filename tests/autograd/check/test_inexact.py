"""A function known to an error only: its slope is within the bar, and a wrong one is not."""

import math

import pytest

from autograd import gradcheck
from autograd.check.inexact import inexact_derivative
from tests.helpers.optional_numpy import np

SMOOTH = {
    "sin x · x": (lambda x: math.sin(x) * x, lambda x: math.sin(x) + x * math.cos(x)),
    "exp": (math.exp, math.exp),
    "tanh": (math.tanh, lambda x: 1 - math.tanh(x) ** 2),
    "a constant": (lambda x: 3.0, lambda x: 0.0),
    "relu": (lambda x: max(x, 0.0), lambda x: float(x > 0)),
}


@pytest.mark.parametrize(("f", "slope"), SMOOTH.values(), ids=SMOOTH)
@pytest.mark.parametrize("error", [1e-4, 1e-7, 1e-10])
def test_the_bar_holds_for_values_with_errors_of_any_kind(f, slope, error):
    kinds = (
        lambda x: round(f(x) / (2 * error)) * 2 * error,
        lambda x: f(x) + error * math.sin(1e3 * x),
        lambda x: f(x) + error * math.copysign(1.0, math.sin(1e9 * x)),
    )
    for inexact in kinds:
        for x in (0.3, 1.7, -2.3):
            found = inexact_derivative(inexact, x, f_error=error)
            assert abs(found.value - slope(x)) <= found.error < 1e4 * error


@pytest.mark.parametrize(("f", "slope"), SMOOTH.values(), ids=SMOOTH)
@pytest.mark.parametrize(("name", "digits"), [("float32", 24), ("float16", 11)])
def test_short_floats(f, slope, name, digits):
    short = getattr(np, name)
    for x in map(float, np.array([0.3, 1.7, -2.3], dtype=name)):
        rounded = lambda t: float(short(f(float(short(t)))))
        error = 2.0 ** (1 - digits) * abs(rounded(x))
        found = inexact_derivative(rounded, x, digits=digits, f_error=error)
        assert abs(found.value - slope(x)) <= found.error < 2.0 ** (11 - digits)


def test_a_kink_has_two_sides():
    found = inexact_derivative(lambda x: round(abs(x), 6), 0.0, f_error=5e-7)
    assert found.sides == pytest.approx((-1, 1), abs=1e-4)
    assert not math.isfinite(inexact_derivative(math.sqrt, -1.0, f_error=1e-3).error)


def solve(a):  # x³ + x = a, by bisection
    low, high = 0.0, 10.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if middle**3 + middle < a else (low, middle)
    return (low + high) / 2


def test_an_implicit_gradient_passes_by_the_error_of_its_solver():
    implicit = lambda a: 1 / (3 * solve(a) ** 2 + 1)
    report = gradcheck(solve, [3.0], grad=implicit, f_error=1e-6)
    assert report
    assert "f is known to 1e-06: rtol is 0.00036" in report.notes
    assert gradcheck(solve, [3.0], grad=lambda a: 1.02 * implicit(a), f_error=1e-6).verdict == "FAIL"
    vjp = lambda u, a: [x * implicit(y) for x, y in zip(u, a, strict=True)]
    assert gradcheck(lambda a: [solve(x) for x in a], [[3.0, 4.0]], vjp=vjp, f_error=1e-6)


@pytest.mark.parametrize("error", [1e-3, 1e-5, 1e-7, 1e-10])
def test_the_tolerance_follows_the_error_of_f(error):
    """No fault passes that is larger than the stated rtol; right gradients pass, and gross faults fail."""
    f = lambda x: round(math.exp(x) / (2 * error)) * 2 * error
    stated = []
    for x in (0.3, 1.7, -0.6):
        report = gradcheck(f, [x], grad=math.exp, f_error=error)
        assert report, str(report)
        stated.append(float(report.notes[-1].rpartition(" ")[2]))
        assert (
            gradcheck(f, [x], grad=lambda x, k=1 + 1.1 * stated[-1]: k * math.exp(x), f_error=error).verdict != "PASS"
        )
        assert gradcheck(f, [x], grad=lambda x: 2 * math.exp(x), f_error=error).verdict == "FAIL"
    assert max(stated) < max(40 * error ** (2 / 3), 2e-6)


SHORT = {
    "sin": (lambda x: np.sin(x), lambda u, x: u * np.cos(x), [(2, 3)]),
    "square": (lambda x: x * x, lambda u, x: 2 * u * x, [(2, 3)]),
    "exp": (lambda x: np.exp(x), lambda u, x: u * np.exp(x), [(2, 3)]),
    "tanh": (lambda x: np.tanh(x), lambda u, x: u * (1 - np.tanh(x) ** 2), [(2, 3)]),
    "affine": (lambda x, w: x @ w, lambda u, x, w: (u @ w.T, x.T @ u), [(3, 2), (2, 2)]),
    "product": (lambda x, w: x * w, lambda u, x, w: (u * w, u * x), [(4,), (4,)]),
    "sum": (lambda x: x.sum(), lambda u, x: np.full_like(x, u), [(5,)]),
    "relu": (lambda x: np.maximum(x, 0), lambda u, x: u * (x > 0), [(5,)]),
}


@pytest.mark.parametrize(
    "dtypes", [("float32", "float32"), ("float16", "float16"), ("float16", "float32")], ids="+".join
)
def test_plain_functions_pass_in_short_floats_and_gross_faults_fail(dtypes):
    verdicts, seeds = [], range(2)
    for name, (f, back, shapes) in SHORT.items():
        for seed in seeds:
            rng = np.random.default_rng(seed)
            inputs = [rng.normal(size=shape).astype(dtype) for shape, dtype in zip(shapes, dtypes, strict=False)]

            def scaled(u, *inputs, k, back=back):
                found = back(u, *inputs)
                found = found if isinstance(found, tuple) else (found,)
                return tuple((k * g).astype(x.dtype) for g, x in zip(found, inputs, strict=True))

            right, *wrong = (gradcheck(f, inputs, vjp=lambda *a, k=k: scaled(*a, k=k)) for k in (1, 2, -1, 0))
            assert right.verdict != "FAIL", f"{name}: {right}"
            assert all(report.verdict == "FAIL" for report in wrong), name
            verdicts.append(right.verdict)
    assert verdicts.count("PASS") >= 0.8 * len(verdicts)


@pytest.mark.peer
@pytest.mark.parametrize("dtypes", ["bfloat16 bfloat16", "float16 float16", "bfloat16 float32"])
def test_plain_modules_of_torch_pass_in_short_floats(dtypes):
    torch = pytest.importorskip("torch")
    kinds = [getattr(torch, name) for name in dtypes.split()]
    functions = [torch.sin, torch.exp, torch.sigmoid, torch.nn.functional.gelu, lambda x: torch.softmax(x, -1)]
    functions += [lambda x, w: torch.tanh(x.to(w.dtype) @ w), lambda x, w: (x.to(w.dtype) @ w).square().mean()]
    verdicts = []
    for k, f in enumerate(functions):
        numbers = np.random.default_rng(k)
        n = 1 + (k > 4)
        inputs = [
            torch.tensor(numbers.normal(size=size), dtype=t)
            for size, t in zip([(2, 3), (3, 2)][:n], kinds, strict=False)
        ]

        def back(u, *inputs, factor=1.0, f=f):
            inputs = [x.detach().requires_grad_() for x in inputs]
            return tuple(factor * g for g in torch.autograd.grad(f(*inputs), inputs, u))

        verdicts.append(gradcheck(f, inputs, vjp=back).verdict)
        assert gradcheck(f, inputs, vjp=lambda *a: back(*a, factor=-1.0)).verdict == "FAIL"
    assert "FAIL" not in verdicts
    assert verdicts.count("PASS") >= 5, verdicts
