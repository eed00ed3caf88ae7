"""Random graphs by the hundred, against a second reading and the checker.

With ``HYPOTHESIS_PROFILE=long`` they are drawn by the hundred thousand.

The engine's sweep against a second reading of the same graph, and the checker against functions that are smooth.
"""

import os
import random
from collections import Counter
from math import isfinite, ulp

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from autograd import Value, gradcheck, oracles, vjp
from autograd.check.report import Check
from autograd.engine.traversal import backpropagate, nodes_in_order, topological
from autograd.modes import enable_grad
from autograd.strategies import arities, expressions, networks
from autograd.strategies.program import Expression
from autograd.table.op import TABLE

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
MANY = settings(
    max_examples=100_000 if LONG else 150, suppress_health_check=list(HealthCheck) if LONG else [HealthCheck.too_slow]
)
SEEDS = st.integers(0, 2**32 - 1)
POINTS = 3


def everywhere(f, seed, agrees) -> None:
    """Compare at the drawn point and at random ones, until three are compared."""
    rng = random.Random(seed)
    points = [f.leaves, *([rng.uniform(-3, 3) for _ in f.leaves] for _ in range(3 * POINTS))]
    compared = 0
    for point in points:
        compared += agrees([Value(x) for x in point])
        if compared == POINTS:
            return
    reject()


def tame(x: float) -> bool:
    """Return whether ten such numbers can be multiplied in any order.

    Numbers such as 1e-200 × 1e-200 × 1e300 are lost in one order only.
    """
    return x == 0 or 1e-30 < abs(x) < 1e30


def compare(root: Value, leaves: list[Value]) -> bool:
    """Compare the sweep with dual numbers; return False if the graph is not tame.

    The tolerance is 1e-12 of the sum of the magnitudes of all contributions.
    """
    order = topological(root)
    if not all(tame(node.data) and all(map(tame, filter(None, node.locals))) for node in [*leaves, *order]):
        return False
    sizes = oracles.sum_path_magnitudes(nodes_in_order(root), leaves)
    backpropagate(root, 1.0)
    for leaf, size in zip(leaves, sizes, strict=True):
        assert abs(leaf.grad - oracles.forward_derivative(nodes_in_order(root), leaf)) <= 1e-12 * size
    return True


@MANY
@given(expressions() | expressions(inside=False) | expressions(sharing=False, inside=False) | networks(), SEEDS)
def test_gradients_agree_with_a_second_reading(f, seed):
    everywhere(f, seed, lambda leaves: compare(f(*leaves), leaves))


@pytest.mark.filterwarnings("ignore:grad met a nan or an infinity; 0 · inf")
@MANY
@given(expressions(max_ops=5, inside=False), st.integers(0, 3), SEEDS)
def test_gradients_of_gradients_agree_with_a_second_reading(f, which, seed):
    def agrees(leaves: list[Value]) -> bool:
        with enable_grad():
            _, pullback = vjp(f)(*leaves)
            slope = pullback(1.0)[which % len(leaves)]
        return isinstance(slope, Value) and slope.op is not None and compare(slope, leaves)

    everywhere(f, seed, agrees)


SMOOTH = [TABLE[name] for name in (
    "add", "sub", "mul", "div", "square", "reciprocal", "sum", "mean", "prod", "norm", "dot", "exp", "exp2", "expm1",
    "log", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "hypot",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "sigmoid", "logsigmoid", "softplus", "silu",
    "gelu", "logsumexp", "log_softmax", "softmax", "pow",
)]  # fmt: skip  # in few lines


def smooth_function(rng: random.Random) -> Expression:
    sizes = (
        lambda: rng.uniform(-3, 3),
        lambda: rng.gauss(0, 1),
        lambda: rng.choice([-1, 1]) * 10 ** rng.uniform(-4, 4),
    )
    leaves = tuple(rng.choice(sizes)() for _ in range(rng.randint(1, 3)))
    calls = []
    for node in range(len(leaves), len(leaves) + rng.randint(1, 8)):
        op = rng.choice(SMOOTH)
        count = rng.choice(arities(op)[:4])
        args = [rng.randrange(node) if rng.random() < 0.75 else rng.uniform(-3, 3) for _ in range(count)]
        args[rng.randrange(count)] = node - 1
        calls.append((op, tuple(args)))
    return Expression(leaves, tuple(calls))


def shows_its_slope(f: Expression, i: int, truth: float, check: Check) -> bool:
    """Return whether the floats that f returns show its slope at steps as short as those of the check, or shorter.

    Of differences over steps, each half as long as the one before, three in a row agree with the truth, and more agree
    with it than with the slope that was found. Otherwise rounding or ripples hide the slope, as the guide lists.
    """
    x, gap = f.leaves[i], abs(check.numeric - truth)
    at = lambda t: f(*f.leaves[:i], t, *f.leaves[i + 1 :])
    step, agree = 4 * check.step, ""
    while step > ulp(x):
        slope = (at(x + step) - at(x - step)) / ((x + step) - (x - step))
        near = [abs(slope - one) < gap / 4 for one in (truth, check.numeric)]
        agree += "t" if near[0] else "n" if near[1] else "-"
        step /= 2
    return "ttt" in agree and agree.count("t") > agree.count("n")


HIDDEN = {  # a right gradient that is accused, and why it may be
    "waves of 4e-15 of f, narrower than a float": Expression(
        (-34.65544951864515,),
        ((TABLE["cosh"], (0,)), (TABLE["tan"], (1,)), (TABLE["reciprocal"], (2,)), (TABLE["erf"], (3,)),
         (TABLE["dot"], (4, -2.218937762044485, 1))),
    ),
    "ripples of 1e-11 of f, which show at steps of 1e-11 only": Expression(
        (2.337654905419181,),
        ((TABLE["sinh"], (0,)), (TABLE["square"], (1,)), (TABLE["exp2"], (2,)), (TABLE["tan"], (3,)),
         (TABLE["logsumexp"], (2, 4)), (TABLE["log"], (5,)), (TABLE["cosh"], (6,))),
    ),
}  # fmt: skip


@pytest.mark.parametrize("why", HIDDEN)
def test_a_right_gradient_is_accused_only_where_its_slope_is_hidden(why):
    f = HIDDEN[why]
    (truth,) = oracles.forward(f, f.leaves)
    (check,) = gradcheck(f, f.leaves, grad=lambda x: [truth]).checks
    assert check.verdict == "FAIL"
    assert not shows_its_slope(f, 0, truth, check)


@pytest.mark.parametrize("name", ["exp", "sin", "square", "tanh", "sqrt", "log"])
def test_the_slope_of_a_plain_function_is_never_hidden(name):
    """So a wrong verdict on one would be found, whether its steps were too wide or too short."""
    f = Expression((1.25,), ((TABLE[name], (0,)),))
    (truth,) = oracles.forward(f, f.leaves)
    for step in (0.1, 1e-3, 1e-5):
        for off in (1.01, 1 + 1e-6):
            found = Check("x", "FAIL", truth, off * truth, 0.0, step)
            assert shows_its_slope(f, 0, truth, found) or (off < 1.01 and step < 1e-3)


@pytest.mark.parametrize("ours", [True, False], ids=["graphs", "black boxes"])
def test_the_checker_on_smooth_functions(ours):
    """It accuses no right gradient whose slope shows, and misses no relative error of 1e-6.

    The slope has a normal size. For most functions it can tell; where it cannot, f hardly varies in half of the cases.
    Of 10,000 gradients it accuses one whose slope is hidden by rounding or ripples, as the guide lists.
    """
    seed = random.SystemRandom().getrandbits(32) if LONG else 0
    rng = random.Random(seed)
    accused, hidden, empty = [], 0, 0
    verdicts = Counter()
    total = 20_000 if LONG else 200
    while sum(verdicts.values()) < total:
        f = smooth_function(rng)
        leaves = [Value(x) for x in f.leaves]
        root = f(*leaves)
        truth = [oracles.forward_derivative(nodes_in_order(root), leaf) for leaf in leaves]
        nodes = topological(root)
        if not all(isfinite(node.data) and abs(node.data) < 1e30 for node in nodes):
            continue
        if not all(isfinite(d or 0.0) for node in nodes for d in node.locals):  # the border of a domain, as of √ at 0
            continue
        if not all(map(isfinite, truth)):
            continue
        sizes = oracles.sum_path_magnitudes(nodes_in_order(root), leaves)
        if not ours and any(0 < abs(slope) < 1e-12 * size for slope, size in zip(truth, sizes, strict=True)):
            continue  # terms that cancel: the rounding of 0, which the guide lists
        report = gradcheck(f, f.leaves) if ours else gradcheck(f, f.leaves, grad=lambda *args, g=truth: g)
        verdicts[report.verdict] += 1
        empty += report.verdict == "INCONCLUSIVE" and "empty" in str(report)
        for i, check in enumerate(report.checks):
            if check.verdict == "FAIL":
                hidden += 1
                if shows_its_slope(f, i, truth[i], check):
                    accused.append(f"{f!r}\n{report}")
        which = max(range(len(truth)), key=lambda i: abs(truth[i] * leaves[i].data))
        normal = abs(truth[which]) > 1e-6 * abs(root.data) / max(1.0, abs(leaves[which].data)) + 1e-30
        if normal and report:
            wrong = [g * (1 + 1e-6 * rng.choice([1, -1])) if i == which else g for i, g in enumerate(truth)]
            found = gradcheck(f, f.leaves, grad=lambda *args, g=wrong: g)
            assert not found, f"seed {seed}: {f!r}\n{found}"
    assert not accused, f"seed {seed}\n" + "\n\n".join(accused)
    assert hidden <= total / 4000, (seed, hidden)
    assert verdicts["INCONCLUSIVE"] - empty <= 0.02 * total, (seed, verdicts)
    assert verdicts["INCONCLUSIVE"] <= 0.03 * total, (seed, verdicts)
