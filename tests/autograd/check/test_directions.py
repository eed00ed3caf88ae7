"""A check along random directions costs the same for any number of inputs, and states what it may miss."""

import math
import random

import pytest

import nn
from autograd import gradcheck
from autograd.check.directions import describe_directions
from tests.helpers.optional_numpy import np


def f(*x):
    return sum(math.sin(t * k) for k, t in enumerate(x, 1))


def grad(*x):
    return [k * math.cos(t * k) for k, t in enumerate(x, 1)]


@pytest.mark.parametrize("n", [1, 5, 120])
def test_a_direction_takes_about_60_evaluations(n):
    x = [0.1 * k for k in range(n)]
    for directions in (1, 3):
        report = gradcheck(f, x, grad=grad, directions=directions)
        assert report
        assert report.evaluations <= 100 * directions
        assert [check.name for check in report.checks] == [f"direction {k + 1}" for k in range(directions)]


def test_many_numbers_are_checked_along_directions_and_the_report_says_so():
    x = [0.01 * k for k in range(150)]
    report = gradcheck(f, x, grad=grad)
    assert "150 numbers along 3 random directions: a fault of" in str(report)
    assert "missed with chance" in str(report)
    assert len(gradcheck(f, x, grad=grad, directions=0).checks) == 150
    assert len(gradcheck(f, x[:100], grad=grad).checks) == 100


def test_the_chance_to_miss_a_fault_is_what_happens():
    """Of faults about as large as a wide bar hides, the share that passes is near the chance that is stated."""
    x = [0.3] * 8
    size = math.hypot(*grad(*x)) / math.sqrt(8)
    missed, chances = 0, []
    for seed in range(40):
        at = seed % 8
        wrong = lambda *x, at=at, sign=1 - seed % 2 * 2: [g + sign * size * (k == at) for k, g in enumerate(grad(*x))]
        report = gradcheck(f, [t + 0.01 * seed for t in x], grad=wrong, directions=1, rtol=0.6)
        missed += report.verdict != "FAIL"
        chances.append(float(report.notes[0].rpartition(" ")[2]))
    assert 0.4 < sum(chances) / missed < 2.5


def test_a_fault_in_one_number_of_many_fails_and_its_argument_is_named():
    w, b = np.full((30, 10), 0.1), np.full(10, 0.2)
    back = lambda u, w, b: (np.ones((30, 1)) * u * np.cos(w.sum(0) + b), u * np.cos(w.sum(0) + b))

    def wrong(u, w, b):
        dw, db = back(u, w, b)
        db[3] *= 1.01
        return dw, db

    forward = lambda w, b: np.sin(w.sum(0) + b)
    assert gradcheck(forward, [w, b], vjp=back)
    report = gradcheck(forward, [w, b], vjp=wrong)
    verdicts = {check.name: check.verdict for check in report.checks}
    assert (report.verdict, verdicts["w"], verdicts["b"]) == ("FAIL", "PASS", "FAIL")


def test_a_model_of_ours():
    random.seed(0)
    model = nn.MLP(3, [20, 10, 1])
    report = gradcheck(lambda *_: model([0.5, -1.0, 0.1]) ** 2, model.parameters())
    assert report
    assert report.evaluations <= 300
    assert "along 3 random directions" in str(report)


def relu_layer(seed, dtype):
    rng, n = np.random.default_rng(seed), seed % 10 + 2
    x, v, w = (rng.normal(size=size).astype(dtype) for size in [(5, n), (n, 4 * n), (4 * n, 3)])

    def forward(x, v, w):
        h = np.maximum(x @ v, 0)
        return h @ w, (x, v, w, h)

    def back(u, cache):
        x, v, w, h = cache
        d = (u @ w.T) * (h > 0)
        return d @ v.T, x.T @ d, h.T @ u

    return forward, [x, v, w], back


@pytest.mark.parametrize("seed", range(10))
def test_layers_of_relu_are_not_accused_along_directions(seed):
    for dtype in ("float64", "float32"):
        forward, inputs, back = relu_layer(seed, dtype)
        report = gradcheck(forward, inputs, vjp=back, directions=4)
        assert report.verdict == "PASS" if dtype == "float64" else report.verdict != "FAIL"
        assert ("check it in float64" in str(report)) == (report.verdict == "INCONCLUSIVE")
        scaled = lambda u, cache, back=back: tuple(np.float32(1.05) * g for g in back(u, cache))
        assert gradcheck(forward, inputs, vjp=scaled, directions=4).verdict == "FAIL"


def test_most_directions_through_relus_pass_in_single_precision():
    """A step without a kink shows the slope, though wider ones cross kinks; a bar that is narrower holds it."""
    checks = []
    for seed in range(20):
        forward, inputs, back = relu_layer(seed, "float32")
        checks += gradcheck(forward, inputs, vjp=back, directions=3).checks
    assert sum(check.verdict == "PASS" for check in checks) >= 0.75 * len(checks)
    assert sum(abs(check.analytic - check.numeric) <= check.error for check in checks) >= 0.98 * len(checks)


def test_chances_are_multiplied():
    assert describe_directions([0.1, 0.1], 7, 1.0).endswith("missed with chance 1e-02")


@pytest.mark.peer
def test_a_torch_module_of_1e5_parameters_takes_100_evaluations_a_direction():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(300, 300), torch.nn.ReLU(), torch.nn.Linear(300, 30)).double()
    names, x = [name for name, _ in net.named_parameters()], torch.randn(8, 300, dtype=torch.float64)
    forward = lambda *p: torch.func.functional_call(net, dict(zip(names, p, strict=True)), (x,))
    back = lambda u, *p: torch.autograd.grad(forward(*p), p, u)
    parameters = list(net.parameters())
    assert sum(p.numel() for p in parameters) > 99_000
    report = gradcheck(forward, parameters, vjp=back)
    assert report
    assert report.evaluations <= 300 + 100  # three directions at the inputs, one at others

    def wrong(u, *p):
        first, *rest = back(u, *p)
        first = first.clone()
        first[3, 4] += 0.5 * u[0, 0]
        return first, *rest

    assert gradcheck(forward, parameters, vjp=wrong).verdict == "FAIL"


@pytest.mark.parametrize("size", [0.0, 5e-324, 1e-9])
def test_many_kinks_along_a_direction_accuse_no_right_gradient(size):
    """Left of some and right of others, the slope along a direction need not lie between those to its two sides."""
    x = [size * (-1) ** k for k in range(120)]
    relu = lambda x: [max(y, 0.0) * (k - 60) for k, y in enumerate(x)]
    backward = lambda upstream, x: [u * (y > 0) * (k - 60) for k, (u, y) in enumerate(zip(upstream, x, strict=True))]
    wrong = lambda upstream, x: [3 * g for g in backward(upstream, x)]
    assert gradcheck(relu, [x], vjp=backward).verdict != "FAIL"
    assert gradcheck(relu, [[y + 2.0 for y in x]], vjp=wrong).verdict == "FAIL"


@pytest.mark.parametrize("size", [1.0, 1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 0.0])
@pytest.mark.parametrize("with_vjp", [False, True])
def test_each_argument_is_judged_at_its_own_scale(size, with_vjp):
    """A gradient that is wrong in an argument with small slopes never passes, whatever is wrong with it."""
    rng = np.random.default_rng(0)
    x, w, s = rng.normal(size=(10, 20)), rng.normal(size=(20, 5)), rng.normal(size=30)
    f = lambda x, w, s: np.tanh(x @ w).sum() + size * np.sin(s).sum()

    def grad(x, w, s):
        d = 1 - np.tanh(x @ w) ** 2
        return d @ w.T, x.T @ d, size * np.cos(s)

    def report(change):
        changed = lambda x, w, s: (*grad(x, w, s)[:2], change(grad(x, w, s)[2]))
        if with_vjp:
            return gradcheck(f, [x, w, s], vjp=lambda u, *inputs: [u * g for g in changed(*inputs)])
        return gradcheck(f, [x, w, s], grad=changed)

    right = report(lambda g: g)
    assert right.verdict == ("PASS" if size == 0 or size > 1e-9 else right.verdict) != "FAIL"
    assert right.evaluations <= 380 + 70
    faults = [
        lambda g: -g,
        lambda g: 0 * g,
        lambda g: 3 * g,
        lambda g: 1e4 * g,
        lambda g: g * (1 + (np.arange(30) == 3)),
    ]
    for fault in faults if size else [lambda g: g + 1e-6]:
        found = report(fault)
        assert found.verdict == ("FAIL" if size == 0 or size > 1e-9 else found.verdict) != "PASS"


def test_arguments_of_many_scales_are_all_judged():
    """One number each, of sizes from 1 to 1e-11: what no direction resolves is said to be so."""
    sizes = [10.0**-k for k in range(12) for _ in range(10)]
    x = [0.1 + 0.01 * k for k in range(120)]
    f = lambda *x: math.fsum(size * math.sin(t) for size, t in zip(sizes, x, strict=True))
    grad = lambda *x: [size * math.cos(t) for size, t in zip(sizes, x, strict=True)]
    report = gradcheck(f, x, grad=grad)
    assert report.verdict != "FAIL"
    assert report.evaluations <= 3 * 65 + 8 * 70
    for place in range(5, 120, 10):
        wrong = lambda *x, place=place: [-g if k == place else g for k, g in enumerate(grad(*x))]
        assert gradcheck(f, x, grad=wrong).verdict != "PASS", place
