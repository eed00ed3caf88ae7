"""Forward mode: a function and its derivative along a direction, in one pass."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..engine import current_tracer, is_grad_enabled, recording, warn
from ..graph import Tree, leaves, rebuild
from ..graph.pytree import numbers_like, replace_numbers
from .dual import Dual, fresh_tag, is_zero, nodes_inside, split, to_float
from .pullback import Finish, expect_callable, expect_numbers, expect_results, finish_aux, numbers_given, take_aux


def jvp(f: Callable[..., Any], *, has_aux: bool = False) -> Callable[[Sequence[Tree], Sequence[Tree]], tuple[Any, ...]]:
    """Return the function that computes f and a Jacobian-vector product.

    Args:
        f: A function that returns numbers in any nested shape. It is called once.
        has_aux: Whether f returns a pair, of which the second part is passed on and not differentiated.

    Returns:
        A function of two tuples: the primals, which are the arguments of f, and the tangents, the direction, in the
        same shape. It returns the pair (f, derivative of f along the direction), and the second part of f's result if
        ``has_aux``.

    Raises:
        TypeError: If f is not a function, or a primal, a tangent or a result of f is not a number.
        ValueError: If the tangents do not have the shape of the primals.

    >>> jvp(lambda x, y: x * y)((2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    >>> from autograd import grad
    >>> jvp(grad(lambda x: x**3))((2.0,), (1.0,))
    (12.0, 12.0)
    """
    expect_callable(f)

    def function(primals: Sequence[Tree], tangents: Sequence[Tree]) -> tuple[Any, ...]:
        if not isinstance(primals, list | tuple):
            raise TypeError(f"primals: expected a tuple of the arguments of f, got {primals!r:.40}")
        xs = numbers_given(primals, range(len(primals)), "primals[{}]")
        vs = numbers_like(tangents, primals, "tangents")
        xs = expect_numbers([to_float(x, "primals", exact=True) for x in xs], "primals")
        vs = expect_numbers([to_float(x, "tangents", exact=True) for x in vs], "tangents")
        tag = fresh_tag()
        records = is_grad_enabled()
        duals = [Dual(x, None if is_zero(v) else v, tag) for x, v in zip(xs, vs, strict=True)]
        try:
            with recording():
                returned = f(*replace_numbers(primals, duals))
            output, aux = take_aux(returned, has_aux)
            results = expect_numbers(expect_results(leaves(output, none_is_leaf=output is None)), "f returns")
        finally:
            tag.ended = True
        pairs = [split(y, tag) for y in results]
        given_nodes = any(True for _ in nodes_inside((*xs, *vs)))
        reads_nodes = any(node.requires_grad for node in nodes_inside(results))
        finish = Finish(records and (given_nodes or reads_nodes), records, given_nodes)
        found = [[finish(part) for part in parts] for parts in zip(*pairs, strict=True)] or [[], []]
        if current_tracer() is None:
            _warn_nonfinite(results, found)
        answer = tuple(rebuild(output, numbers) for numbers in found)
        return (*answer, finish_aux(aux, lambda x: finish(split(x, tag)[0]))) if has_aux else answer

    function.__qualname__ = f"jvp({getattr(f, '__name__', 'f')})"  # as Python's messages call it
    return function


def _warn_nonfinite(results: Sequence[Any], found: Sequence[Sequence[Any]]) -> None:
    """Warn of the first nan or infinity among final numbers, or else of the first lost."""
    for y, *numbers in zip(results, *found, strict=True):
        if not all(math.isfinite(x) for x in numbers if type(x) is float):
            origin = getattr(y, "origin", ("", ""))[1] or f"f gave {numbers[0]} with the tangent {numbers[1]}"
            return warn(f"jvp met a nan or an infinity; {origin}")
    if lost := [y.lost for y in results if isinstance(y, Dual) and y.lost]:
        warn(f"jvp met a nan or an infinity; {lost[0]}")
    return None
