"""Random graphs by the hundred, and with ``HYPOTHESIS_PROFILE=long`` by the hundred thousand.

The engine's sweep against a second reading of the same graph, and the checker against functions that are smooth.
"""

import os
import random
from collections import Counter
from math import isfinite

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from autograd import Value, gradcheck, oracles, vjp
from autograd.expression import Expression
from autograd.modes import recorded
from autograd.op import TABLE
from autograd.strategies import arities, expressions, networks
from autograd.walk import sweep, topological

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
MANY = settings(
    max_examples=100_000 if LONG else 150, suppress_health_check=list(HealthCheck) if LONG else [HealthCheck.too_slow]
)
RANDOM = st.randoms(use_true_random=False)


def three(f, rng):
    """The point that was drawn with the expression, and two more."""
    return [f.leaves, *([rng.uniform(-3, 3) for _ in f.leaves] for _ in range(2))]


def agrees(root: Value, leaves: list[Value]) -> None:
    """The sweep against dual numbers, to 1e-12 of the sum of the magnitudes of all contributions."""
    sizes = oracles.magnitudes(root, leaves)
    assume(all(isfinite(node.data) for node in topological(root)) and all(map(isfinite, sizes)))
    for leaf in leaves:
        leaf.grad = 0.0
    sweep(topological(root), root, 1.0)
    for leaf, size in zip(leaves, sizes, strict=True):
        forwards = oracles.tangent(root, leaf)
        assume(isfinite(forwards))  # forwards, an infinite slope meets a 0 that would have kept it out backwards
        assert abs(leaf.grad - forwards) <= 1e-12 * size + 1e-320  # subnormal numbers have few digits


@MANY
@given(expressions() | expressions(sharing=False) | networks(), RANDOM)
def test_gradients_agree_with_a_second_reading(f, rng):
    for point in three(f, rng):
        leaves = [Value(x) for x in point]
        agrees(f(*leaves), leaves)


@MANY
@given(expressions(max_ops=5), st.integers(0, 3), RANDOM)
def test_gradients_of_gradients_agree_with_a_second_reading(f, which, rng):
    for point in three(f, rng):
        leaves = [Value(x) for x in point]
        with recorded():
            _, pullback = vjp(f)(*leaves)
            slope = pullback(1.0)[which % len(leaves)]
        assume(isinstance(slope, Value))
        agrees(slope, leaves)


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


@pytest.mark.parametrize("ours", [True, False], ids=["graphs", "black boxes"])
def test_the_checker_on_smooth_functions(ours):
    """It accuses no right gradient, misses no relative error of 1e-6 in one of normal size, and mostly can tell."""
    seed = random.SystemRandom().getrandbits(32) if LONG else 0
    rng = random.Random(seed)
    accused = []
    verdicts = Counter()
    total = 20_000 if LONG else 200
    while sum(verdicts.values()) < total:
        f = smooth_function(rng)
        leaves = [Value(x) for x in f.leaves]
        root = f(*leaves)
        truth = [oracles.tangent(root, leaf) for leaf in leaves]
        nodes = topological(root)
        if not all(isfinite(node.data) and abs(node.data) < 1e30 for node in nodes):
            continue
        if not all(isfinite(d or 0.0) for node in nodes for d in node.locals):  # the border of a domain, as of √ at 0
            continue
        if not all(map(isfinite, truth)):
            continue
        report = gradcheck(f, f.leaves) if ours else gradcheck(f, f.leaves, grad=lambda *args, g=truth: g)
        verdicts[report.verdict] += 1
        if report.verdict == "FAIL":
            accused.append(f"{f!r}\n{report}")
        which = max(range(len(truth)), key=lambda i: abs(truth[i] * leaves[i].data))
        normal = abs(truth[which]) > 1e-6 * abs(root.data) / max(1.0, abs(leaves[which].data)) + 1e-100
        if normal and report:
            wrong = [g * (1 + 1e-6 * rng.choice([1, -1])) if i == which else g for i, g in enumerate(truth)]
            found = gradcheck(f, f.leaves, grad=lambda *args, g=wrong: g)
            assert not found, f"seed {seed}: {f!r}\n{found}"
    assert not accused, f"seed {seed}\n" + "\n\n".join(accused)
    assert verdicts["INCONCLUSIVE"] <= 0.02 * total, (seed, verdicts)
