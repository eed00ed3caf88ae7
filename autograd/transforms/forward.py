"""Forward mode: a function and its derivative along a direction, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..engine import Node, Value, current_tracer, enable_grad, graph_vjp
from ..graph import Tree, leaves, leaves_like, rebuild
from .dual import Dual, fresh_tag
from .reverse import (
    ForwardOverReverse,
    evaluate_on_fresh_inputs,
    expect_callable,
    expect_numbers,
    in_transform,
    running,
    unwrapper,
)


def jvp(f: Callable[..., Any]) -> Callable[[Sequence[Tree], Sequence[Tree]], tuple[Tree, Tree]]:
    """Return the function that computes f and a Jacobian-vector product.

    A function that computes gradients itself is differentiated by two reverse passes instead, for reverse mode
    needs floats.

    Args:
        f: A function that returns numbers in any nested shape.

    Returns:
        A function of two tuples: the primals, which are the arguments of f, and the tangents, the direction, in the
        same shape. It returns the pair (f, derivative of f along the direction).

    Raises:
        TypeError: If f is not a function, or a primal or tangent is not a number.
        ValueError: If the tangents do not have the shape of the primals.

    >>> jvp(lambda x, y: x * y)((2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    >>> from autograd import grad
    >>> jvp(grad(lambda x: x**3))((2.0,), (1.0,))
    (12.0, 12.0)
    """
    expect_callable(f)

    def function(primals: Sequence[Tree], tangents: Sequence[Tree]) -> tuple[Tree, Tree]:
        if not isinstance(primals, list | tuple):
            raise TypeError(f"primals: expected a tuple of the arguments of f, got {primals!r:.40}")
        xs = expect_numbers(leaves(primals), "primals")
        vs = expect_numbers(leaves_like(tangents, primals, "tangents"), "tangents")
        tag = fresh_tag()
        create_graph = current_tracer() is not None or in_transform() or any(isinstance(x, Node) for x in (*xs, *vs))
        try:
            with running.lock, enable_grad():
                output = f(*rebuild(primals, [Dual(x, v, tag) for x, v in zip(xs, vs, strict=True)]))
        except ForwardOverReverse:
            return _jvp_by_two_vjps(f, primals, vs)
        results = leaves(output)
        own = [isinstance(y, Dual) and y.tag == tag for y in results]
        unwrap = unwrapper(create_graph)
        return (
            rebuild(output, [unwrap(y.primal if mine else y) for y, mine in zip(results, own, strict=True)]),
            rebuild(output, [unwrap(y.tangent) if mine else 0.0 for y, mine in zip(results, own, strict=True)]),
        )

    return function


def _jvp_by_two_vjps(f: Callable[..., Any], primals: Sequence[Tree], tangents: Sequence[Any]) -> tuple[Tree, Tree]:
    """Return f and its jvp by reverse mode alone.

    The pullback is linear in the cotangents, so the gradient by them of its product with the tangents is the jvp.
    """
    output, inputs, create_graph = evaluate_on_fresh_inputs(f, primals, {}, range(len(primals)))
    create_graph = create_graph or any(isinstance(v, Node) for v in tangents)
    results = leaves(output)
    cotangents = [Value(1.0) for _ in results]
    total: Any = Value(0.0)
    with enable_grad():
        for g, v in zip(graph_vjp(results, inputs, cotangents, create_graph=True), tangents, strict=True):
            if g is not None:
                total = total + g * v
    found = graph_vjp([total], cotangents, [1.0], create_graph)
    unwrap = unwrapper(create_graph)
    return (
        rebuild(output, [unwrap(y) for y in results]),
        rebuild(output, [0.0 if t is None else unwrap(t) for t in found]),
    )
