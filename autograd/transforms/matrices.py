"""The Jacobian, the Hessian, and the product of the Hessian with a vector."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..graph import Tree, leaves, leaves_like, rebuild
from .pullback import Argnums, expect_callable, resolve_argnums, value_and_pullback
from .reverse import grad


def jacobian(
    f: Callable[..., Any], argnum: Argnums = 0, *, argnums: Argnums | None = None, has_aux: bool = False
) -> Callable[..., Tree]:
    """Return the function that computes the Jacobian of f by one argument.

    One reverse sweep for each number that f returns.

    Args:
        f: A function that returns numbers in any nested shape.
        argnum: The number of the argument to differentiate by, or a tuple or list of several.
        argnums: Another name for argnum, as in JAX.
        has_aux: Whether f returns a pair, of which the second part is passed on and not differentiated.

    Returns:
        A function whose result has the shape of that of f, with the shape of the argument, or the tuple of several, in
        place of each number. Arrays are joined: the Jacobian of m numbers by n is an array of shape (m, n). With
        ``has_aux`` a pair of that and the second part of f's result.

    Raises:
        TypeError: If f is not a function.
        ValueError: If there is no such argument.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    >>> jacobian(lambda x, y: [x * y, x - y], (1, 0))(2.0, 3.0)
    [(2.0, 3.0), (-1.0, 1.0)]
    """
    expect_callable(f)
    argnum = argnum if argnums is None else argnums

    @wraps(f)
    def function(*args: Any, **kwargs: Any) -> Tree:
        y, pullback, aux = value_and_pullback(f, args, kwargs, resolve_argnums(argnum, args), True, has_aux)
        count = len(leaves(y))
        rows = [pullback(rebuild(y, [float(i == k) for i in range(count)])) for k in range(count)]
        found = rebuild(y, rows if isinstance(argnum, list | tuple) else [row[0] for row in rows])
        return (found, aux) if has_aux else found

    return function


def hessian(
    f: Callable[..., Any], argnum: Argnums = 0, *, argnums: Argnums | None = None, has_aux: bool = False
) -> Callable[..., Tree]:
    """Return the function that computes the second derivatives of f by one argument.

    Args:
        f: A function that returns one number.
        argnum: The number of the argument to differentiate by, or a tuple or list of several.
        argnums: Another name for argnum, as in JAX.
        has_aux: Whether f returns a pair, of which the second part is passed on and not differentiated.

    Returns:
        A function whose result has the shape of the argument, with that shape again in place of each number; for an
        array of n numbers an array of shape (n, n).

    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    argnum = argnum if argnums is None else argnums
    return jacobian(grad(f, argnum, has_aux=has_aux), argnum, has_aux=has_aux)


def hvp(f: Callable[..., Any]) -> Callable[..., Tree]:
    """Return the function that computes the Hessian of f times a vector.

    Two reverse passes: the first computes the gradient, the second differentiates its product with the vector.
    The cost is a few times that of f for any number of inputs (Pearlmutter, 1994).

    Args:
        f: A function that returns one number; its Hessian is by the first argument.

    Returns:
        A function of that argument x, of a vector v in the same shape and of the other arguments of f, as SciPy's
        ``hessp``. Its result, H·v, has the kind and shape of x.

    Raises:
        TypeError: If f is not a function.
        ValueError: If v does not have the shape of the argument.

    >>> hvp(lambda x: x[0] ** 2 * x[1])([2.0, 3.0], [1.0, 0.0])
    [6.0, 4.0]
    """
    first_pass = grad(f)

    def function(x: Tree, v: Tree, *args: Any, **kwargs: Any) -> Tree:
        direction = leaves_like(v, x, "v")

        def slope_along_direction(z: Tree) -> Any:
            total: Any = 0.0
            for g, d in zip(leaves(first_pass(z, *args, **kwargs)), direction, strict=True):
                total = total + g * d
            return total

        return grad(slope_along_direction)(x)

    return function
