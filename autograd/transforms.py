"""Transforms: take a function, return the function of its gradient, Jacobian or Hessian.

They differentiate by reading the same rows on other numbers: backwards on Values, so that a gradient is a
graph again and can be differentiated to any order, and forwards on dual numbers. They leave every
``grad`` alone. Arguments may be numbers or Values, in lists, tuples and dicts nested as you like; a
derivative has the shape of its argument, and is a plain float where the argument was one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, overload

from .byhand import stale
from .dual import Dual, levels
from .engine import Value
from .modes import recorded
from .node import Node
from .op import TABLE
from .pytrees import Tree, leaves, rebuild
from .walk import numbered, topological, walking


@overload
def grad(f: Callable[..., Any], /, argnum: int = 0, *, allow_unused: bool = True) -> Callable[..., Tree]: ...


@overload
def grad(
    output: Value, inputs: Value | Sequence[Value], /, *, create_graph: bool = False, allow_unused: bool = True
) -> tuple[Value, ...]: ...


def grad(f: Any, argnum: Any = 0, *, create_graph: bool = False, allow_unused: bool = True) -> Any:
    """Return the function that computes ∂f/∂ one of its arguments.

    As in PyTorch, ``grad(output, inputs)`` takes a Value instead and returns the tuple of its gradients by
    one or more others; with ``create_graph`` these can be differentiated again. What does not depend on an
    input has the gradient 0, or raises ValueError if not ``allow_unused``.

    >>> cube = lambda x: x**3
    >>> grad(cube)(2.0), grad(grad(cube))(2.0), grad(grad(grad(cube)))(2.0)
    (12.0, 12.0, 6.0)
    >>> grad(lambda p: p["w"] * p["x"])({"w": 2.0, "x": 3.0})
    {'w': 3.0, 'x': 2.0}
    >>> x = Value(2.0)
    >>> grad(x**3, x)
    (Value(data=12.0, grad=0.0),)
    """
    if isinstance(f, Node):
        return _grad_of_output(f, argnum, create_graph, allow_unused)
    both = value_and_grad(f, argnum, allow_unused=allow_unused)
    return lambda *args: both(*args)[1]


def _grad_of_output(output: Node, inputs: Any, create_graph: bool, allow_unused: bool) -> tuple[Value, ...]:
    inputs = [inputs] if isinstance(inputs, Node) else list(inputs)
    for i, x in enumerate(inputs):
        if not isinstance(x, Node):
            raise TypeError(f"inputs[{i}]: expected a Value, got {type(x).__name__} {x!r:.40}")
    if create_graph:
        refuse_stale(output)
    found = gradients([output], inputs, [1.0], create_graph)
    if None in found and not allow_unused:
        raise ValueError(f"inputs[{found.index(None)}]: the output does not depend on it")
    return tuple(g if isinstance(g, Value) else Value(g or 0.0) for g in found)


def value_and_grad(
    f: Callable[..., Any], argnum: int = 0, *, allow_unused: bool = True
) -> Callable[..., tuple[Any, Tree]]:
    """Return the function that computes f and ∂f/∂ one of its arguments.

    >>> value_and_grad(lambda x, y: x * y, argnum=1)(2.0, 3.0)
    (6.0, 2.0)
    """
    _callable(f)

    def function(*args: Any) -> tuple[Any, Tree]:
        if not 0 <= argnum < len(args):
            raise ValueError(f"argnum: expected {' or '.join(map(str, range(len(args))))}, got {argnum}")
        y, pullback = vjp(f, allow_unused=allow_unused)(*args)
        if isinstance(y, list | tuple | dict):
            raise TypeError(f"f: expected it to return one number, got {type(y).__name__} {y!r:.40}")
        return y, pullback(1.0)[argnum]

    return function


def vjp(
    f: Callable[..., Any], *, allow_unused: bool = True
) -> Callable[..., tuple[Tree, Callable[[Tree], tuple[Tree, ...]]]]:
    """Return the function that computes f and its pullback: from the gradient of f to those of its arguments.

    >>> y, pullback = vjp(lambda x: [x * x, 3 * x])(2.0)
    >>> y, pullback([1.0, 0.0]), pullback([1.0, 10.0])
    ([4.0, 6.0], (4.0,), (34.0,))
    """
    _callable(f)

    def function(*args: Any) -> tuple[Tree, Callable[[Tree], tuple[Tree, ...]]]:
        numbers = leaves(args)
        outer = any(isinstance(x, Node) for x in numbers)
        with recorded():
            inputs = [_fresh(x) for x in numbers]
            y = f(*rebuild(args, inputs))
        results = leaves(y)
        shown: Callable[[Any], Any] = (lambda x: x) if outer else _plain

        def pullback(cotangent: Tree) -> tuple[Tree, ...]:
            seeds = leaves(cotangent)
            if len(seeds) != len(results):
                raise ValueError(f"cotangent: expected {len(results)} numbers, one for each of f, got {len(seeds)}")
            found = gradients(results, inputs, seeds, create_graph=outer)
            if not allow_unused:
                for i, part in enumerate(rebuild(args, found)):
                    if None in leaves(part):
                        raise ValueError(f"argument {i} of f: f does not depend on all of it")
            return tuple(rebuild(args, [0.0 if g is None else shown(g) for g in found]))

        return rebuild(y, [shown(r) for r in results]), pullback

    return function


def jvp(f: Callable[..., Any]) -> Callable[[Sequence[Tree], Sequence[Tree]], tuple[Tree, Tree]]:
    """Return the function that computes f and its derivative along tangents, forwards, by dual numbers.

    >>> jvp(lambda x, y: x * y)((2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    _callable(f)

    def function(primals: Sequence[Tree], tangents: Sequence[Tree]) -> tuple[Tree, Tree]:
        xs, vs = leaves(primals), leaves(tangents)
        if len(xs) != len(vs):
            raise ValueError(f"tangents: expected {len(xs)} numbers, one for each primal, got {len(vs)}")
        level = next(levels)
        y = f(*rebuild(primals, [Dual(x, v, level) for x, v in zip(xs, vs, strict=True)]))
        duals = leaves(y)
        mine = [isinstance(d, Dual) and d.level == level for d in duals]
        return (
            rebuild(y, [d.value if m else d for d, m in zip(duals, mine, strict=True)]),
            rebuild(y, [d.tangent if m else 0.0 for d, m in zip(duals, mine, strict=True)]),
        )

    return function


def jacobian(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Tree]:
    """Return the function that computes ∂f/∂ one of its arguments for each number that f returns.

    The result has the shape of f's, with the shape of the argument in the place of each number.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    """

    def function(*args: Any) -> Tree:
        y, pullback = vjp(f)(*args)
        count = len(leaves(y))
        rows = [pullback([float(i == k) for i in range(count)])[argnum] for k in range(count)]
        return rebuild(y, rows)

    return function


def hessian(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Tree]:
    """Return the function that computes the second derivatives of f by one of its arguments.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    return jacobian(grad(f, argnum), argnum)


def hvp(f: Callable[[Tree], Any]) -> Callable[[Tree, Tree], Tree]:
    """Return the function that computes the Hessian of f times a vector, as the gradient of ∇f·v.

    It costs a few times as much as f, whatever the number of arguments (Pearlmutter, 1994).

    >>> hvp(lambda x: x[0] ** 2 * x[1])([2.0, 3.0], [1.0, 0.0])
    [6.0, 4.0]
    """

    def function(x: Tree, v: Tree) -> Tree:
        along = leaves(v)
        slopes = grad(f)

        def directional(z: Tree) -> Any:
            found = leaves(slopes(z))
            if len(found) != len(along):
                raise ValueError(f"v: expected {len(found)} numbers, one for each of x, got {len(along)}")
            total: Any = 0.0
            for g, d in zip(found, along, strict=True):
                total = total + g * d
            return total

        return grad(directional)(x)

    return function


def gradients(outputs: Sequence[Any], inputs: Sequence[Node], seeds: Sequence[Any], create_graph: bool) -> list[Any]:
    """Compute Σ seed × ∂output/∂input for each input; None for one that no output depends on.

    With ``create_graph`` the rows are read on Values, so that each gradient is a graph again.
    """
    with recorded():
        return _gradients(outputs, inputs, seeds, create_graph)


def _gradients(outputs: Sequence[Any], inputs: Sequence[Node], seeds: Sequence[Any], create_graph: bool) -> list[Any]:
    adjoint: dict[Node, Any] = {}
    ends = []
    for y, seed in zip(outputs, seeds, strict=True):
        if isinstance(y, Node):
            ends.append(y)
            adjoint[y] = adjoint[y] + seed if y in adjoint else seed
    with walking:
        order = topological(TABLE["sum"].of(tuple(ends)))[:-1] if ends else []
    depends = set(inputs)
    for node in order:
        if any(a in depends for a in node.args):
            depends.add(node)
    for node in reversed(order):
        if node in adjoint and node in depends:
            upstream = adjoint[node]
            for slot, (a, local) in enumerate(zip(node.args, node.locals, strict=True)):
                if local is not None and a in depends and _flows(local, upstream):
                    part = upstream * (_local(node, slot) if create_graph else local)
                    adjoint[a] = adjoint[a] + part if a in adjoint else part
    return [adjoint.get(x) for x in inputs]


def backward_with_graph(root: Node, seed: float) -> None:
    """Set the grad of everything under root to a Value, to be differentiated again; leaves accumulate."""
    nodes = numbered(root)
    refuse_stale(root)
    for node, g in zip(nodes, gradients([root], nodes, [Value(seed)], create_graph=True), strict=True):
        if node.flows and g is not None:
            node.grad = g + node.grad if node.op is None and node is not root else g


def refuse_stale(root: Node) -> None:
    """Raise ValueError if data under root was changed: the rules would be read on numbers of two evaluations."""
    if stale(root):
        raise ValueError("create_graph: data was changed after it was computed; call forward() first")


def _local(node: Node, slot: int) -> Any:
    """Read a partial on Values; an argument that was selected gets its upstream as it is."""
    assert node.op is not None  # only computed nodes have arguments
    return 1.0 if node.op.selects else node.op.partial(node, node.args, slot)


def _flows(local: float, upstream: Any) -> bool:
    """Say whether anything flows: where the upstream is exactly 0, not through an infinite derivative."""
    return math.isfinite(local) or (upstream.data if isinstance(upstream, Node) else upstream) != 0


def _callable(f: object) -> None:
    if not callable(f):
        raise TypeError(f"f: expected a function, got {type(f).__name__} {f!r:.40}")


def _fresh(x: Any) -> Node:
    """Make a node of its own for an argument, so that nested derivatives do not confuse theirs with another's."""
    return x * 1.0 if isinstance(x, Node) else Value(x)


def _plain(x: Any) -> Any:
    return x.data if isinstance(x, Node) else x
