"""Reverse mode: the gradient of a function, or of a Value, in one sweep.

The engine reads each row of the table on Values, so that a gradient is a graph again and can be differentiated
to any order. A transform changes no ``grad``. Arguments may be numbers or Values, in nested lists, tuples, dicts,
dataclasses and arrays of NumPy; a derivative has the kind and the shape of its argument.

A derivative is made of floats if the arguments are, and f reads nothing else that requires a gradient. If f reads
Values from outside, such as the weights of a model, the result is made of Values, from which ``backward`` reaches
them. Within ``no_grad`` nobody asks for that, so numbers give floats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, overload

from ..engine import Node, Value, current_tracer, expect_value, reads_live_input, refuse_stale, topological
from ..graph import Tree, is_number, leaves
from ..numbers import expect_truth, unwrap
from .dual import Dual, nodes_inside, vjp_of_duals
from .pullback import Argnums, choose_argnum, expect_callable, resolve_argnums, value_and_pullback


@overload
def grad(
    f: Callable[..., Any],
    /,
    argnum: Argnums | None = None,
    *,
    argnums: Argnums | None = None,
    has_aux: bool = False,
    allow_unused: bool = True,
) -> Callable[..., Tree]: ...


@overload
def grad(
    output: Value, inputs: Value | Sequence[Value], /, *, create_graph: bool = False, allow_unused: bool = True
) -> tuple[Value, ...]: ...


def grad(
    f: Any,
    argnum: Any = None,
    *,
    argnums: Any = None,
    has_aux: bool = False,
    create_graph: bool = False,
    allow_unused: bool = True,
) -> Any:
    """Return the function that computes ∂f/∂ one argument, or gradients of a Value.

    ``grad(f)`` is a function with the arguments of f. ``grad(output, inputs)``, as in PyTorch, differentiates a
    Value by other Values.

    Args:
        f: A function that returns one number; or the Value to differentiate.
        argnum: The number of the argument to differentiate by, 0 unless given, or a tuple or list of several; negative
            numbers count from the end. For a Value, the input or the list of inputs.
        argnums: Another name for argnum, as in JAX.
        has_aux: Whether f returns a pair, of which the second part is passed on and not differentiated, as in JAX.
        create_graph: For a Value, whether its gradients can be differentiated again. Those of a function always can,
            and so can those of a Value inside a function that a transform differentiates.
        allow_unused: Whether the gradient is 0 for an input that the result does not depend on, or an error.

    Returns:
        A function whose result has the kind and shape of the argument, or is a tuple of one for each argument if there
        may be several; with ``has_aux`` a pair of that and the second part of f's result. The numbers are floats, or
        Values if an argument or anything else that f reads is a Value that requires a gradient. For a Value, a tuple
        of Values, one for each input.

    Raises:
        TypeError: If f is not a function or an input is not a Value, or both argnum and argnums are given; also when
            f does not return one number.
        ValueError: If there is no such argument, or if an input is unused and ``allow_unused`` is False.

    >>> cube = lambda x: x**3
    >>> grad(cube)(2.0), grad(grad(cube))(2.0), grad(grad(grad(cube)))(2.0)
    (12.0, 12.0, 6.0)
    >>> grad(lambda p: p["w"] * p["x"])({"w": 2.0, "x": 3.0})
    {'w': 3.0, 'x': 2.0}
    >>> x = Value(2.0)
    >>> grad(x**3, x)
    (Value(data=12.0, grad=0.0),)
    >>> (grad(lambda t: x**3 * t)(1.0) ** 2).backward()
    >>> x.grad
    192.0
    """
    if isinstance(f, Node | Dual):
        if argnums is not None or has_aux:
            raise TypeError("argnums, has_aux: they go with a function; for a Value, write grad(output, inputs)")
        return _gradients_of_value(f, argnum, create_graph, allow_unused)
    if create_graph:
        raise TypeError("create_graph: it goes with a Value; the gradient of a function can be differentiated as it is")
    both = value_and_grad(f, argnum, argnums=argnums, has_aux=has_aux, allow_unused=allow_unused)

    def function(*args: Any, **kwargs: Any) -> Any:
        y, slopes = both(*args, **kwargs)
        return (slopes, y[1]) if has_aux else slopes

    return wraps(f)(function)


def _gradients_of_value(output: Any, inputs: Any, create_graph: bool, allow_unused: bool) -> tuple[Value, ...]:
    """Return the gradients of a Value by other Values, each as a Value."""
    if not isinstance(inputs, Node | list | tuple):
        hint = "; jvp records no graph of its numbers: use grad(f)" if isinstance(inputs, Dual) else ""
        raise TypeError(f"inputs: expected a Value or a list of them, got {type(inputs).__name__} {inputs!r:.40}{hint}")
    inputs = [inputs] if isinstance(inputs, Node) else list(inputs)
    for i, x in enumerate(inputs):
        if not expect_value(x, f"inputs[{i}]").requires_grad:
            raise ValueError(f"inputs[{i}]: no gradient flows to it; set requires_grad before it is used")
    parts = list(nodes_inside([output]))
    create_graph = expect_truth(create_graph, "create_graph") or (
        current_tracer() is None and any(map(reads_live_input, parts))
    )
    if create_graph:
        for part in parts:
            refuse_stale(part)
    found = vjp_of_duals([output], inputs, [1.0], create_graph)
    for i, g in enumerate(found):
        if g is None and not allow_unused:
            raise ValueError(f"inputs[{i}]: the output does not depend on it")
    return tuple(g if hasattr(type(g), "__apply__") else Value(g or 0.0) for g in found)


def value_and_grad(
    f: Callable[..., Any],
    argnum: Argnums | None = None,
    *,
    argnums: Argnums | None = None,
    has_aux: bool = False,
    allow_unused: bool = True,
) -> Callable[..., tuple[Any, Tree]]:
    """Return the function that computes f together with ∂f/∂ one argument.

    Args:
        f: A function that returns one number. Its other arguments are passed on unchanged.
        argnum: The number of the argument to differentiate by, 0 unless given, or a tuple or list of several.
        argnums: Another name for argnum, as in JAX.
        has_aux: Whether f returns a pair, of which the second part is passed on and not differentiated.
        allow_unused: Whether the gradient is 0 for an argument that f does not depend on, or an error.

    Returns:
        A function that returns the pair (value, gradient), or ((value, second part), gradient) if ``has_aux``. The
        gradient is that of ``grad``.

    Raises:
        TypeError: If f is not a function, or both argnum and argnums are given; also when f does not return one number.
        ValueError: If there is no such argument, or if it is unused and ``allow_unused`` is False.

    >>> value_and_grad(lambda x, y: x * y, argnum=1)(2.0, 3.0)
    (6.0, 2.0)
    """
    expect_callable(f)
    argnum = choose_argnum(argnum, argnums)

    @wraps(f)
    def function(*args: Any, **kwargs: Any) -> tuple[Any, Tree]:
        y, pullback, aux = value_and_pullback(f, args, kwargs, resolve_argnums(argnum, args), allow_unused, has_aux)
        y = unwrap(y)
        if not is_number(y):
            raise TypeError(f"f: expected it to return one number, got {type(y).__name__} {y!r:.40}")
        slopes = pullback(1.0)
        return (y, aux) if has_aux else y, slopes if isinstance(argnum, list | tuple) else slopes[0]

    return function


def vjp(f: Callable[..., Any], *, has_aux: bool = False, allow_unused: bool = True) -> Callable[..., tuple[Any, ...]]:
    """Return the function that computes f and its pullback.

    The pullback computes vector-Jacobian products.

    Args:
        f: A function that returns numbers in any nested shape.
        has_aux: Whether f returns a pair, of which the second part is passed on and not differentiated.
        allow_unused: Whether the gradient is 0 for an argument that f does not depend on, or an error.

    Returns:
        A function that returns the pair (y, pullback), and the second part of f's result if ``has_aux``.
        ``pullback(cotangent)`` takes numbers in the shape of y, the gradient of a loss by y, and returns a tuple with
        the gradient of that loss by each argument. It can be called several times.

    Raises:
        TypeError: If f is not a function.
        ValueError: If a cotangent has another shape than y, data was changed after f had read it, or an argument is
            unused and ``allow_unused`` is False.

    >>> y, pullback = vjp(lambda x: [x * x, 3 * x])(2.0)
    >>> y, pullback([1.0, 0.0]), pullback([1.0, 10.0])
    ([4.0, 6.0], (4.0,), (34.0,))
    """
    expect_callable(f)

    def function(*args: Any, **kwargs: Any) -> tuple[Any, ...]:
        y, sweep, aux = value_and_pullback(f, args, kwargs, range(len(args)), allow_unused, has_aux)
        nodes = [] if current_tracer() else topological(*nodes_inside(leaves(y)))  # none, if no graph is kept
        before = _numbers_under(nodes)

        def pullback(cotangent: Tree) -> tuple[Tree, ...]:
            if _numbers_under(nodes) != before:  # the rules would mix two evaluations
                raise ValueError("pullback: data was changed after f had read it; call vjp again")
            return sweep(cotangent)

        pullback.__qualname__ = "pullback"  # as Python's messages call it
        return (y, pullback, aux) if has_aux else (y, pullback)

    return wraps(f)(function)


def _numbers_under(nodes: Sequence[Node]) -> list[float]:
    return [x.data if isinstance(x, Node) else x for node in nodes for x in (node, *node.args)]
