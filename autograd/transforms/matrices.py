"""The Jacobian, the Hessian, and the product of the Hessian with a vector."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..graph import Tree, leaves, rebuild
from ..graph.pytree import numbers_like
from .pullback import Argnums, choose_argnum, expect_callable, expect_numbers, resolve_argnums, value_and_pullback
from .reverse import grad


def jacobian(
    f: Callable[..., Any], argnum: Argnums | None = None, *, argnums: Argnums | None = None, has_aux: bool = False
) -> Callable[..., Tree]:
    """Return the function that computes the Jacobian of f by one argument.

    One reverse sweep for each number that f returns.

    Args:
        f: A function that returns numbers in any nested shape.
        argnum: The number of the argument to differentiate by, 0 unless given, or a tuple or list of several.
        argnums: Another name for argnum, as in JAX.
        has_aux: Whether f returns a pair, of which the second part is passed on and not differentiated.

    Returns:
        A function whose result has the shape of that of f, with the shape of the argument, or the tuple of several, in
        place of each number. Arrays are joined: the Jacobian of m numbers by n is an array of shape (m, n). With
        ``has_aux`` a pair of that and the second part of f's result.

    Raises:
        TypeError: If f is not a function, or both argnum and argnums are given.
        ValueError: If there is no such argument.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    >>> jacobian(lambda x, y: [x * y, x - y], (1, 0))(2.0, 3.0)
    [(2.0, 3.0), (-1.0, 1.0)]
    """
    expect_callable(f)
    argnum = choose_argnum(argnum, argnums)

    @wraps(f)
    def function(*args: Any, **kwargs: Any) -> Tree:
        y, pullback, aux = value_and_pullback(f, args, kwargs, resolve_argnums(argnum, args), True, has_aux)
        count = len(leaves(y))
        rows = [pullback(rebuild(y, [float(i == k) for i in range(count)])) for k in range(count)]
        like, several = (rows or [pullback(y)])[0], isinstance(argnum, list | tuple)
        found = rebuild(y, rows, like) if several else rebuild(y, [row[0] for row in rows], like[0])
        return (found, aux) if has_aux else found

    return function


def hessian(
    f: Callable[..., Any], argnum: Argnums | None = None, *, argnums: Argnums | None = None, has_aux: bool = False
) -> Callable[..., Tree]:
    """Return the function that computes the second derivatives of f by one argument.

    Args:
        f: A function that returns one number.
        argnum: The number of the argument to differentiate by, 0 unless given, or a tuple or list of several.
        argnums: Another name for argnum, as in JAX.
        has_aux: Whether f returns a pair, of which the second part is passed on and not differentiated.

    Returns:
        A function whose result has the shape of the argument, with that shape again in place of each number; for an
        array of n numbers an array of shape (n, n).

    Raises:
        TypeError: If f is not a function, or both argnum and argnums are given; also when f does not return one number.
        ValueError: If there is no such argument.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    argnum = choose_argnum(argnum, argnums)
    return jacobian(grad(f, argnum, has_aux=has_aux), argnum, has_aux=has_aux)


def hvp(
    f: Callable[..., Any], argnum: Argnums | None = None, *, argnums: Argnums | None = None, has_aux: bool = False
) -> Callable[..., Tree]:
    """Return the function that computes the Hessian of f times a vector.

    Two reverse passes: the first computes the gradient, the second its Jacobian, transposed, times the vector.
    The cost is a few times that of f for any number of inputs (Pearlmutter, 1994).

    Args:
        f: A function that returns one number.
        argnum: The number of the argument of f to differentiate by, 0 unless given, or a tuple or list of several.
        argnums: Another name for argnum, as in JAX.
        has_aux: Whether f returns a pair, of which the second part is passed on and not differentiated.

    Returns:
        A function of the arguments of f, and after the first of them the vector v, as SciPy's ``hessp``. The vector has
        the shape of the argument to differentiate by, or is a tuple of one for each. The result, H·v, has its kind and
        shape; with ``has_aux`` it is a pair of that and the second part of f's result.

    Raises:
        TypeError: If f is not a function, or both argnum and argnums are given.
        ValueError: If there is no such argument, or v does not have its shape.

    >>> hvp(lambda x: x[0] ** 2 * x[1])([2.0, 3.0], [1.0, 0.0])
    [6.0, 4.0]
    >>> hvp(lambda a, x: a * x**3, argnum=1)(5.0, 1.0, 2.0)
    60.0
    """
    argnum = choose_argnum(argnum, argnums)
    first_pass = grad(f, argnum, has_aux=has_aux)

    def function(x: Tree, v: Tree, *args: Any, **kwargs: Any) -> Tree:
        every = (x, *args)
        numbers, several = resolve_argnums(argnum, every), isinstance(argnum, list | tuple)
        chosen = [every[n] for n in numbers]
        direction = expect_numbers(numbers_like(v, chosen if several else chosen[0], "v"), "v")
        slopes, pullback, aux = value_and_pullback(first_pass, every, kwargs, numbers, True, has_aux)
        products = pullback(rebuild(slopes, direction))
        found = products if several else products[0]
        return (found, aux) if has_aux else found

    function.__qualname__ = f"hvp({getattr(f, '__name__', 'f')})"  # as Python's messages call it
    return function
