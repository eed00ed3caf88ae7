"""Transforms: take a function, return the function of its gradient, Jacobian or Hessian.

They differentiate by reading the same rows on other numbers: backwards on Values, so that a gradient is a
graph again and can be differentiated to any order, and forwards on dual numbers. They leave every
``grad`` alone. Arguments may be numbers or Values, in lists, tuples and dicts nested as you like; a
derivative has the shape of its argument, and is a plain float where the argument was one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, overload

from ..engine.modes import enable_grad
from ..engine.node import Node, expect_value, real, tape
from ..engine.traversal import nodes_in_order
from ..engine.value import Value
from ..engine.vjp import gradients, refuse_stale
from ..graph.pytree import Tree, leaves, leaves_like, rebuild
from ..table.primitives import expect_number
from .dual import Dual, levels


@overload
def grad(
    f: Callable[..., Any], /, argnum: int | tuple[int, ...] = 0, *, allow_unused: bool = True
) -> Callable[..., Tree]: ...


@overload
def grad(
    output: Value, inputs: Value | Sequence[Value], /, *, create_graph: bool = False, allow_unused: bool = True
) -> tuple[Value, ...]: ...


def grad(f: Any, argnum: Any = 0, *, create_graph: bool = False, allow_unused: bool = True) -> Any:
    """Return the function that computes ∂f/∂ one of its arguments, or a tuple of several.

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
    if create_graph:
        raise TypeError("create_graph: it goes with a Value; the gradient of a function can be differentiated as it is")
    both = value_and_grad(f, argnum, allow_unused=allow_unused)
    return wraps(f)(lambda *args, **named: both(*args, **named)[1])


def _grad_of_output(output: Node, inputs: Any, create_graph: bool, allow_unused: bool) -> tuple[Value, ...]:
    if not isinstance(inputs, Node | list | tuple):
        raise TypeError(f"inputs: expected a Value or a list of them, got {type(inputs).__name__} {inputs!r:.40}")
    inputs = [inputs] if isinstance(inputs, Node) else list(inputs)
    for i, x in enumerate(inputs):
        if not expect_value(x, f"inputs[{i}]").flows:
            raise ValueError(f"inputs[{i}]: no gradient flows to it; set requires_grad before it is used")
    if create_graph:
        refuse_stale(output)
    found = gradients([output], inputs, [1.0], create_graph)
    if None in found and not allow_unused:
        raise ValueError(f"inputs[{found.index(None)}]: the output does not depend on it")
    return tuple(g if isinstance(g, Value) else Value(g or 0.0) for g in found)


def value_and_grad(
    f: Callable[..., Any], argnum: int | tuple[int, ...] = 0, *, allow_unused: bool = True
) -> Callable[..., tuple[Any, Tree]]:
    """Return the function that computes f and ∂f/∂ one of its arguments, or a tuple of several.

    The other arguments, and named ones, are handed to f as they are.

    >>> value_and_grad(lambda x, y: x * y, argnum=1)(2.0, 3.0)
    (6.0, 2.0)
    """
    _callable(f)

    @wraps(f)
    def function(*args: Any, **named: Any) -> tuple[Any, Tree]:
        y, pullback = _pull(f, args, named, _chosen(argnum, args), allow_unused)
        if isinstance(y, list | tuple | dict):
            raise TypeError(f"f: expected it to return one number, got {type(y).__name__} {y!r:.40}")
        slopes = pullback(1.0)
        return y, slopes if isinstance(argnum, tuple) else slopes[0]

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
    return wraps(f)(lambda *args, **named: _pull(f, args, named, range(len(args)), allow_unused))


class _Active(threading.local):
    """Whether a transform is running its function in this thread: the one that holds the lock."""

    def __init__(self) -> None:
        self.lock: Any = threading.RLock()  # entered and left in C, so that an interrupt cannot come between


_active = _Active()


class _ForwardOverReverse(Exception):  # noqa: N818  # no error: jvp takes another way
    """A dual number met reverse mode, which reads floats."""


def _run(f: Callable[..., Any], args: Sequence[Any], named: dict[str, Any], chosen: Sequence[int]) -> tuple[Any, ...]:
    """Run f on nodes of its own in place of the chosen arguments.

    Returns what it gives, the nodes, and whether their gradients have to be graphs: an argument is a Value,
    or within another transform f reached Values that are not its own.
    """
    inputs = [_fresh(x) for i in chosen for x in leaves(args[i])]
    parts = iter(rebuild([args[i] for i in chosen], inputs))
    placed = [next(parts) if i in set(chosen) else x for i, x in enumerate(args)]
    within = _active.lock._is_owned()
    with _active.lock, enable_grad():
        y = f(*placed, **named)
    for result in leaves(y):
        if isinstance(result, Dual):
            raise _ForwardOverReverse
        if not isinstance(result, Node):
            real(result, "f returns", "a number or a Value")
    own = set(map(id, inputs))
    outer = (
        tape() is not None
        or any(isinstance(x, Node) for arg in args for x in leaves(arg))
        or (
            within
            and any(
                node.op is None and node.flows and id(node) not in own
                for result in leaves(y)
                if isinstance(result, Node)
                for node in nodes_in_order(result)
            )
        )
    )
    return y, inputs, outer


def _pull(
    f: Callable[..., Any], args: Sequence[Any], named: dict[str, Any], chosen: Sequence[int], allow_unused: bool
) -> tuple[Tree, Callable[[Tree], tuple[Tree, ...]]]:
    """Run f, and make the pullback to the chosen arguments."""
    y, inputs, outer = _run(f, args, named, chosen)
    results = leaves(y)
    shown: Callable[[Any], Any] = (lambda x: x) if outer else _plain

    def pullback(cotangent: Tree) -> tuple[Tree, ...]:
        seeds = _numbers(leaves_like(cotangent, y, "cotangent"), "cotangent")
        found = gradients(results, inputs, seeds, create_graph=outer)
        if not allow_unused:
            for i, part in zip(chosen, rebuild([args[i] for i in chosen], found), strict=True):
                if None in leaves(part):
                    raise ValueError(f"argument {i} of f: f does not depend on all of it")
        return tuple(rebuild([args[i] for i in chosen], [0.0 if g is None else shown(g) for g in found]))

    return rebuild(y, [shown(r) for r in results]), pullback


def jvp(f: Callable[..., Any]) -> Callable[[Sequence[Tree], Sequence[Tree]], tuple[Tree, Tree]]:
    """Return the function that computes f and its derivative along tangents, forwards, by dual numbers.

    If f takes gradients itself, which read floats, it is differentiated backwards twice instead.

    >>> jvp(lambda x, y: x * y)((2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    >>> jvp(grad(lambda x: x**3))((2.0,), (1.0,))
    (12.0, 12.0)
    """
    _callable(f)

    def function(primals: Sequence[Tree], tangents: Sequence[Tree]) -> tuple[Tree, Tree]:
        if not isinstance(primals, list | tuple):
            raise TypeError(f"primals: expected a tuple of the arguments of f, got {primals!r:.40}")
        xs = _numbers(leaves(primals), "primals")
        vs = _numbers(leaves_like(tangents, primals, "tangents"), "tangents")
        level = next(levels)
        outer = tape() is not None or _active.lock._is_owned() or any(isinstance(x, Node) for x in (*xs, *vs))
        try:
            with _active.lock, enable_grad():
                y = f(*rebuild(primals, [Dual(x, v, level) for x, v in zip(xs, vs, strict=True)]))
        except _ForwardOverReverse:
            return _jvp_backwards(f, primals, vs)
        duals = leaves(y)
        mine = [isinstance(d, Dual) and d.level == level for d in duals]
        shown: Callable[[Any], Any] = (lambda x: x) if outer else _plain
        return (
            rebuild(y, [shown(d.value if m else d) for d, m in zip(duals, mine, strict=True)]),
            rebuild(y, [shown(d.tangent) if m else 0.0 for d, m in zip(duals, mine, strict=True)]),
        )

    return function


def _jvp_backwards(f: Callable[..., Any], primals: Sequence[Tree], tangents: Sequence[Any]) -> tuple[Tree, Tree]:
    """Differentiate the pullback, which is linear in its cotangents, by these."""
    y, inputs, outer = _run(f, primals, {}, range(len(primals)))
    outer = outer or any(isinstance(v, Node) for v in tangents)
    results = leaves(y)
    cotangents = [Value(1.0) for _ in results]
    total: Any = Value(0.0)
    with enable_grad():
        for g, v in zip(gradients(results, inputs, cotangents, create_graph=True), tangents, strict=True):
            if g is not None:
                total = total + g * v
    found = gradients([total], cotangents, [1.0], create_graph=outer)
    shown: Callable[[Any], Any] = (lambda x: x) if outer else _plain
    return (
        rebuild(y, [shown(r) for r in results]),
        rebuild(y, [0.0 if t is None else shown(t) for t in found]),
    )


def jacobian(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Tree]:
    """Return the function that computes ∂f/∂ one of its arguments for each number that f returns.

    The result has the shape of f's, with the shape of the argument in the place of each number.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    """
    _callable(f)

    @wraps(f)
    def function(*args: Any, **named: Any) -> Tree:
        y, pullback = _pull(f, args, named, _chosen(argnum, args)[:1], True)
        count = len(leaves(y))
        units = ([float(i == k) for i in range(count)] for k in range(count))
        return rebuild(y, [pullback(rebuild(y, unit))[0] for unit in units])

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
    slopes = grad(f)

    def function(x: Tree, v: Tree) -> Tree:
        along = leaves_like(v, x, "v")

        def directional(z: Tree) -> Any:
            total: Any = 0.0
            for g, d in zip(leaves(slopes(z)), along, strict=True):
                total = total + g * d
            return total

        return grad(directional)(x)

    return function


def _chosen(argnum: Any, args: Sequence[Any]) -> list[int]:
    """Read argnum, one or a tuple of several; negative ones count from the end."""
    several = argnum if isinstance(argnum, tuple) else (argnum,)
    for n in several:
        if not isinstance(n, int) or isinstance(n, bool) or not -len(args) <= n < len(args):
            raise ValueError(f"argnum: expected the number of one of the {len(args)} arguments given, got {n!r:.40}")
    return [n % len(args) for n in several]


def _callable(f: object) -> None:
    if not callable(f):
        raise TypeError(f"f: expected a function, got {type(f).__name__} {f!r:.40}")


def _fresh(x: Any) -> Node:
    """Make a node of its own for an argument, so that nested derivatives do not confuse theirs with another's."""
    if isinstance(x, Dual):
        raise _ForwardOverReverse
    if (traced := tape()) is not None:
        return traced.fresh(x)  # type: ignore[no-any-return]  # a Node
    if isinstance(x, Node):
        return x * 1.0 if x.flows else Value(x.data)
    return Value(real(x, "an argument of f", "a number or a Value"))


def _numbers(found: list[Any], name: str) -> list[Any]:
    for x in found:
        if not hasattr(x, "__apply__"):
            expect_number(x, name)
    return found


def _plain(x: Any) -> Any:
    return x.data if isinstance(x, Node) else x
