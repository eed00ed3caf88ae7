"""Random nestings of all transforms, to depth four, on polynomials, whose derivatives a few lines know exactly.

Every number is a small whole one, so floats are exact and nothing needs a tolerance.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from tests.helpers.optional_numpy import np

N_VARIABLES = 12
X, W = 0, 1  # the argument of the outermost transform, and a Value from outside


class Polynomial(dict):
    """Exponents of each variable → coefficient."""

    def __add__(self, other):
        return Polynomial({k: self.get(k, 0) + other.get(k, 0) for k in {**self, **other}})

    def __mul__(self, other):
        product = Polynomial()
        for (k, a), (m, b) in itertools.product(self.items(), other.items()):
            key = tuple(map(sum, zip(k, m, strict=True)))
            product[key] = product.get(key, 0) + a * b
        return product

    def by(self, i):
        """Return the derivative by variable i."""
        return Polynomial({(*k[:i], k[i] - 1, *k[i + 1 :]): a * k[i] for k, a in self.items() if k[i]})

    def put(self, i, other):
        """Return the polynomial with another in place of variable i."""
        total = Polynomial()
        for k, a in self.items():
            term = Polynomial({(*k[:i], 0, *k[i + 1 :]): a})
            for _ in range(k[i]):
                term = term * other
            total = total + term
        return total

    def at(self, *numbers):
        return sum(a * math.prod(map(pow, numbers, k)) for k, a in self.items())


def variable(i, coefficient=1):
    return Polynomial({tuple(int(j == i) for j in range(N_VARIABLES)): coefficient})


@dataclass
class Expression:
    """A function of the variables as a program and as a polynomial."""

    run: Callable[[dict[int, Any]], Any]
    truth: Polynomial


class Point(NamedTuple):
    y: Any
    z: Any


def pick_leaf(rng, env):
    """Return a small polynomial, which is not constant."""
    terms = [(rng.choice([-2, -1, 1, 2, 3]), [rng.choice(env) for _ in range(rng.randint(1, 3))]) for _ in "ab"]
    terms[0] = 1, [env[-1], *terms[0][1]]
    truth = Polynomial()
    for a, variables in terms:
        product = Polynomial({(0,) * N_VARIABLES: a})
        for i in variables:
            product = product * variable(i)
        truth = truth + product
    run = lambda v: sum(math.prod([v[i] for i in variables], start=a) for a, variables in terms)
    return Expression(run, truth)


def with_backward(f):
    def slope(y):
        out = f(y)
        y.grad = 0.0
        out.backward()
        return y.grad

    return slope


def in_thread(function):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function).result()


def guarded(function):
    try:
        return function()
    except ArithmeticError:
        return 0.0


def suppressed(function):
    found = 0.0
    with contextlib.suppress(RuntimeError, ValueError):
        found = function()
    return found


# Each returns the derivative by y at p, for f of one number.
FIRST = {
    "grad": lambda f, p: grad(f)(p),
    "value_and_grad": lambda f, p: value_and_grad(f)(p)[1],
    "jvp": lambda f, p: jvp(f)((p,), (1.0,))[1],
    "vjp": lambda f, p: vjp(f)(p)[1](1.0)[0],
    "jacobian": lambda f, p: jacobian(f)(p),
    "jacobian of a list": lambda f, p: jacobian(lambda y: [y, f(y)])(p)[1],
    "jacobian of a dict": lambda f, p: jacobian(lambda y: {"a": (f(y), 1.0)})(p)["a"][0],
    "jacobian of an array": lambda f, p: jacobian(lambda y: np.array([y, f(y)], dtype=object))(p)[1],
    "jvp of an array": lambda f, p: jvp(lambda y: np.array([y, f(y)], dtype=object))((p,), (1.0,))[1][1],
    "jvp of a tuple": lambda f, p: jvp(lambda t: Point(f(t[0]), 1.0))(((p, 5.0),), ((1.0, 0.0),))[1].y,
    "where": lambda f, p: grad(lambda y: np.where(y < 1e99, f(y), 0.0))(p),
    "jvp of where": lambda f, p: np.asarray(jvp(lambda y: np.where(y < 1e99, f(y), y))((p,), (1.0,))[1]).item(),
    "our where": lambda f, p: grad(lambda y: autograd.where(y < 1e99, f(y), y))(p),
    "array": lambda f, p: grad(lambda a: f(a[0]) + 3 * a[1])(np.array([p, 2.0], dtype=object))[0],
    "named tuple": lambda f, p: grad(lambda t: f(t.y) + 3 * t.z)(Point(p, 2.0)).y,
    "aux": lambda f, p: grad(lambda y: (f(y), {"seen": y}), has_aux=True)(p)[0],
    "named": lambda f, p: grad(lambda y, *, shift: f(y) + shift * y - y)(p, shift=1.0),
    "negative": lambda f, p: grad(lambda a, y: f(y) + a, -1)(1.0, p),
    "thread": lambda f, p: in_thread(lambda: grad(f)(p)),
    "jvp in a thread": lambda f, p: in_thread(lambda: jvp(f)((p,), (1.0,))[1]),
    "try": lambda f, p: guarded(lambda: grad(f)(p)),
    "suppress": lambda f, p: suppressed(lambda: grad(f)(p)),
    "suppress jvp": lambda f, p: suppressed(lambda: jvp(f)((p,), (1.0,))[1]),
}
REFUSED_BY_JVP = {  # the value is the derivative
    "backward": lambda f, p: vjp(with_backward(f))(p)[0],
    "grad(y, x)": lambda f, p: vjp(lambda y: grad(f(y), y)[0])(p)[0],
}
SECOND = {
    "hessian": lambda f, p: hessian(f)(p),
    "hessian of an array": lambda f, p: hessian(lambda a: f(a[1]) * 1.0)(np.array([2.0, p], dtype=object))[1, 1],
    "hvp": lambda f, p: hvp(f)(p, 1.0),
    "grad of jvp": lambda f, p: grad(lambda y: jvp(f)((y,), (1.0,))[1])(p),
    "jvp of grad": lambda f, p: jvp(grad(f))((p,), (1.0,))[1],
    "jvp of vjp": lambda f, p: jvp(lambda y: vjp(f)(y)[1](1.0)[0])((p,), (1.0,))[1],
}
PAIRS = {  # ∂f/∂y + 10 ∂f/∂z for f of two numbers
    "permuted": lambda f, p, q: (lambda g: g[1] + 10 * g[0])(grad(f, (1, 0))(p, q)),
    "list": lambda f, p, q: (lambda g: g[0] + 10 * g[1])(grad(f, [0, -1])(p, q)),
    "jacobian": lambda f, p, q: (lambda g: g[0][1] + 10 * g[0][0])(jacobian(lambda y, z: [f(y, z)], (-1, 0))(p, q)),
    "value": lambda f, p, q: (lambda g: g[1] + 10 * g[0])(value_and_grad(f, argnums=[1, -2])(p, q)[1]),
    "direction": lambda f, p, q: jvp(f)((p, q), (1.0, 10.0))[1],
    "pullback": lambda f, p, q: (lambda g: g[0] + 10 * g[1])(vjp(f)(p, q)[1](1.0)),
    "dict": lambda f, p, q: (lambda g: g["b"] + 10 * g["a"])(grad(lambda d: f(d["b"], d["a"]))({"a": q, "b": p})),
}


def pick(rng, depth, env):
    """Return a random expression with transforms nested to a depth."""
    if depth == 0:
        return pick_leaf(rng, env)
    y, z = env[-1] + 1, env[-1] + 2
    kind = rng.choice([FIRST, FIRST, FIRST, SECOND, PAIRS, REFUSED_BY_JVP])
    transform = kind[rng.choice(list(kind))]
    p, q, rest = pick_leaf(rng, env), pick_leaf(rng, env), pick_leaf(rng, env)
    if kind is PAIRS:
        f = pick(rng, depth - 1, [*env, y, z])
        slope = f.truth.by(y) + f.truth.by(z) * Polynomial({(0,) * N_VARIABLES: 10})
        truth = slope.put(y, p.truth).put(z, q.truth)
        run = lambda v: transform(lambda a, b: f.run({**v, y: a, z: b}), p.run(v), q.run(v))
    else:
        f = pick(rng, depth - 1, [*env, y])
        slope = f.truth.by(y).by(y) if kind is SECOND else f.truth.by(y)
        truth = slope.put(y, p.truth)
        run = lambda v: transform(lambda a: f.run({**v, y: a}), p.run(v))
    return Expression(lambda v: run(v) + rest.run(v), truth + rest.truth)


def number(x):
    return x.data if isinstance(x, Value) else float(x)


@given(seed=st.integers(0, 10**6), depth=st.integers(1, 4), x=st.integers(-2, 2), w=st.integers(-2, 2))
@settings(max_examples=max(150, settings.default.max_examples))
def test_nested_transforms_give_the_derivative_or_refuse(seed, depth, x, w):
    rng, weight = random.Random(seed), Value(w)
    expression = pick(rng, depth, [X, W])
    outermost = rng.choice(list(FIRST))
    function = lambda y: expression.run({X: y, W: weight})
    slope = expression.truth.by(X)
    assume(abs(slope.at(x, w)) < 2**40 > abs(slope.by(W).at(x, w)))
    event(outermost)
    try:
        found = FIRST[outermost](function, float(x))
    except TypeError as error:
        if "jvp records no graph of its numbers" in str(error):
            return
        raise
    assert number(found) == slope.at(x, w)
    weight.grad = 0.0
    if isinstance(found, Value) and found.requires_grad:
        found.backward()
    assert number(weight.grad) == slope.by(W).at(x, w)


def test_what_is_refused_is_refused_for_its_reason():
    for name, transform in REFUSED_BY_JVP.items():
        cube = lambda p, transform=transform: transform(lambda y: y**3, p)
        assert cube(2.0) == 12.0
        assert grad(cube)(2.0) == 12.0, name
        assert grad(grad(cube))(2.0) == 6.0, name
        with pytest.raises(TypeError, match="jvp records no graph of its numbers"):
            jvp(cube)((2.0,), (1.0,))
