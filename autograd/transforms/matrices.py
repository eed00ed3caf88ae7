"""The Jacobian, the Hessian, and the product of the Hessian with a vector."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..graph import Tree, leaves, leaves_like, rebuild
from .reverse import expect_callable, grad, resolve_argnums, value_and_pullback


def jacobian(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Tree]:
    """Return the function that computes the Jacobian of f by one argument.

    One reverse sweep for each of these numbers.

    Args:
        f: A function that returns numbers in any nested shape.
        argnum: The number of the argument to differentiate by.

    Returns:
        A function whose result has the shape of that of f, with the shape of the argument in place of each number.

    Raises:
        TypeError: If f is not a function.
        ValueError: If there is no such argument.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    """
    expect_callable(f)

    @wraps(f)
    def function(*args: Any, **kwargs: Any) -> Tree:
        y, pullback = value_and_pullback(f, args, kwargs, resolve_argnums(argnum, args)[:1], True)
        count = len(leaves(y))
        unit_vectors = ([float(i == k) for i in range(count)] for k in range(count))
        return rebuild(y, [pullback(rebuild(y, unit))[0] for unit in unit_vectors])

    return function


def hessian(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Tree]:
    """Return the function that computes the second derivatives of f by one argument.

    Args:
        f: A function that returns one number.
        argnum: The number of the argument to differentiate by.

    Returns:
        A function whose result has the shape of the argument, with that shape again in place of each number.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    return jacobian(grad(f, argnum), argnum)


def hvp(f: Callable[[Tree], Any]) -> Callable[[Tree, Tree], Tree]:
    """Return the function that computes the Hessian of f times a vector.

    Two reverse passes: the first computes the gradient, the second differentiates its product with the vector.
    The cost is a few times that of f for any number of inputs (Pearlmutter, 1994).

    Args:
        f: A function of one argument that returns one number.

    Returns:
        A function of the argument and of a vector v in the same shape; so is its result, H·v.

    Raises:
        TypeError: If f is not a function.
        ValueError: If v does not have the shape of the argument.

    >>> hvp(lambda x: x[0] ** 2 * x[1])([2.0, 3.0], [1.0, 0.0])
    [6.0, 4.0]
    """
    first_pass = grad(f)

    def function(x: Tree, v: Tree) -> Tree:
        direction = leaves_like(v, x, "v")

        def slope_along_direction(z: Tree) -> Any:
            total: Any = 0.0
            for g, d in zip(leaves(first_pass(z)), direction, strict=True):
                total = total + g * d
            return total

        second_pass = grad(slope_along_direction)
        return second_pass(x)

    return function
