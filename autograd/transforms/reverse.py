"""Reverse mode: the gradient of a function, or of a Value, in one sweep.

The engine reads each row of the table on Values, so that a gradient is a graph again and can be differentiated
to any order. A transform changes no ``grad``. Arguments may be numbers or Values, in nested lists, tuples and
dicts; a derivative has the shape of its argument, with a float where the argument has a number.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple, overload

from ..engine import Node, Value, current_tracer, enable_grad, expect_value, graph_vjp, nodes_in_order, refuse_stale
from ..graph import Tree, leaves, leaves_like, rebuild
from ..numbers import expect_number, expect_real
from .dual import Dual


@overload
def grad(
    f: Callable[..., Any], /, argnum: int | tuple[int, ...] = 0, *, allow_unused: bool = True
) -> Callable[..., Tree]: ...


@overload
def grad(
    output: Value, inputs: Value | Sequence[Value], /, *, create_graph: bool = False, allow_unused: bool = True
) -> tuple[Value, ...]: ...


def grad(f: Any, argnum: Any = 0, *, create_graph: bool = False, allow_unused: bool = True) -> Any:
    """Return the function that computes ∂f/∂ one argument, or gradients of a Value.

    ``grad(f)`` is a function with the arguments of f. ``grad(output, inputs)``, as in PyTorch, differentiates a
    Value by other Values.

    Args:
        f: A function that returns one number; or the Value to differentiate.
        argnum: The number of the argument to differentiate by, or a tuple of several; negative numbers count from
            the end. For a Value, the input or the list of inputs.
        create_graph: For a Value, whether its gradients can be differentiated again. Those of a function always can.
        allow_unused: Whether the gradient is 0 for an input that the result does not depend on, or an error.

    Returns:
        A function whose result has the shape of the argument, or is a tuple if ``argnum`` is one. For a Value, a
        tuple of Values, one for each input.

    Raises:
        TypeError: If f is not a function or an input is not a Value; also when f does not return one number.
        ValueError: If there is no such argument, or if an input is unused and ``allow_unused`` is False.

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
        return _gradients_of_value(f, argnum, create_graph, allow_unused)
    if create_graph:
        raise TypeError("create_graph: it goes with a Value; the gradient of a function can be differentiated as it is")
    both = value_and_grad(f, argnum, allow_unused=allow_unused)
    return wraps(f)(lambda *args, **kwargs: both(*args, **kwargs)[1])


def _gradients_of_value(output: Node, inputs: Any, create_graph: bool, allow_unused: bool) -> tuple[Value, ...]:
    """Return the gradients of a Value by other Values, each as a Value."""
    if not isinstance(inputs, Node | list | tuple):
        raise TypeError(f"inputs: expected a Value or a list of them, got {type(inputs).__name__} {inputs!r:.40}")
    inputs = [inputs] if isinstance(inputs, Node) else list(inputs)
    for i, x in enumerate(inputs):
        if not expect_value(x, f"inputs[{i}]").requires_grad:
            raise ValueError(f"inputs[{i}]: no gradient flows to it; set requires_grad before it is used")
    if create_graph:
        refuse_stale(output)
    found = graph_vjp([output], inputs, [1.0], create_graph)
    if None in found and not allow_unused:
        raise ValueError(f"inputs[{found.index(None)}]: the output does not depend on it")
    return tuple(g if isinstance(g, Value) else Value(g or 0.0) for g in found)


def value_and_grad(
    f: Callable[..., Any], argnum: int | tuple[int, ...] = 0, *, allow_unused: bool = True
) -> Callable[..., tuple[Any, Tree]]:
    """Return the function that computes f together with ∂f/∂ one argument.

    Args:
        f: A function that returns one number. Its other arguments are passed on unchanged.
        argnum: The number of the argument to differentiate by, or a tuple of several.
        allow_unused: Whether the gradient is 0 for an argument that f does not depend on, or an error.

    Returns:
        A function that returns the pair (value, gradient); the gradient has the shape of the argument, or is a
        tuple if ``argnum`` is one.

    Raises:
        TypeError: If f is not a function; also when f does not return one number.
        ValueError: If there is no such argument, or if it is unused and ``allow_unused`` is False.

    >>> value_and_grad(lambda x, y: x * y, argnum=1)(2.0, 3.0)
    (6.0, 2.0)
    """
    expect_callable(f)

    @wraps(f)
    def function(*args: Any, **kwargs: Any) -> tuple[Any, Tree]:
        y, pullback = value_and_pullback(f, args, kwargs, resolve_argnums(argnum, args), allow_unused)
        if isinstance(y, list | tuple | dict):
            raise TypeError(f"f: expected it to return one number, got {type(y).__name__} {y!r:.40}")
        slopes = pullback(1.0)
        return y, slopes if isinstance(argnum, tuple) else slopes[0]

    return function


def vjp(
    f: Callable[..., Any], *, allow_unused: bool = True
) -> Callable[..., tuple[Tree, Callable[[Tree], tuple[Tree, ...]]]]:
    """Return the function that computes f and its pullback.

    The pullback computes vector-Jacobian products.

    Args:
        f: A function that returns numbers in any nested shape.
        allow_unused: Whether the gradient is 0 for an argument that f does not depend on, or an error.

    Returns:
        A function that returns the pair (y, pullback). ``pullback(cotangent)`` takes numbers in the shape of y, the
        gradient of a loss by y, and returns a tuple with the gradient of that loss by each argument. It can be
        called several times.

    Raises:
        TypeError: If f is not a function.
        ValueError: If a cotangent has another shape than y, or if an argument is unused and ``allow_unused`` is
            False.

    >>> y, pullback = vjp(lambda x: [x * x, 3 * x])(2.0)
    >>> y, pullback([1.0, 0.0]), pullback([1.0, 10.0])
    ([4.0, 6.0], (4.0,), (34.0,))
    """
    expect_callable(f)
    return wraps(f)(lambda *args, **kwargs: value_and_pullback(f, args, kwargs, range(len(args)), allow_unused))


class _Running(threading.local):
    """The lock of each thread that a transform holds while it calls f.

    A lock is entered and left in C, so an interrupt cannot come between the call and its record.
    """

    def __init__(self) -> None:
        self.lock: Any = threading.RLock()


running: _Running = _Running()


def in_transform() -> bool:
    """Return whether this thread is in a function that a transform differentiates."""
    return bool(running.lock._is_owned())


class ForwardOverReverse(Exception):  # noqa: N818  # no error: jvp catches it and uses reverse mode
    """Raised when a dual number reaches reverse mode, which needs floats."""


class Evaluation(NamedTuple):
    """One call of a function on fresh inputs.

    ``create_graph`` says whether its gradients must be graphs, for someone outside differentiates them again.
    """

    output: Tree
    inputs: list[Node]
    create_graph: bool


def evaluate_on_fresh_inputs(
    f: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], argnums: Sequence[int]
) -> Evaluation:
    """Call f with a fresh node in place of each number of the arguments in argnums."""
    inputs = [_fresh_input(x) for i in argnums for x in leaves(args[i])]
    parts = iter(rebuild([args[i] for i in argnums], inputs))
    placed = [next(parts) if i in set(argnums) else x for i, x in enumerate(args)]
    nested = in_transform()
    with running.lock, enable_grad():
        output = f(*placed, **kwargs)
    for y in leaves(output):
        if isinstance(y, Dual):
            raise ForwardOverReverse
        if not isinstance(y, Node):
            expect_real(y, "f returns", "a number or a Value")
    given_values = any(isinstance(x, Node) for arg in args for x in leaves(arg))
    create_graph = current_tracer() is not None or given_values or (nested and _reads_other_values(output, inputs))
    return Evaluation(output, inputs, create_graph)


def _reads_other_values(output: Tree, inputs: Sequence[Node]) -> bool:
    """Return whether a result depends on leaves that are not among the inputs."""
    own = set(map(id, inputs))
    results = [y for y in leaves(output) if isinstance(y, Node)]
    return any(
        node.op is None and node.requires_grad and id(node) not in own for y in results for node in nodes_in_order(y)
    )


def value_and_pullback(
    f: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], argnums: Sequence[int], allow_unused: bool
) -> tuple[Tree, Callable[[Tree], tuple[Tree, ...]]]:
    """Call f, and return its value and the pullback to the arguments in argnums."""
    output, inputs, create_graph = evaluate_on_fresh_inputs(f, args, kwargs, argnums)
    results = leaves(output)
    unwrap = unwrapper(create_graph)

    def pullback(cotangent: Tree) -> tuple[Tree, ...]:
        cotangents = expect_numbers(leaves_like(cotangent, output, "cotangent"), "cotangent")
        found = graph_vjp(results, inputs, cotangents, create_graph)
        if not allow_unused:
            for i, part in zip(argnums, rebuild([args[i] for i in argnums], found), strict=True):
                if None in leaves(part):
                    raise ValueError(f"argument {i} of f: f does not depend on all of it")
        return tuple(rebuild([args[i] for i in argnums], [0.0 if g is None else unwrap(g) for g in found]))

    return rebuild(output, [unwrap(y) for y in results]), pullback


def _fresh_input(x: Any) -> Node:
    """Return a node of its own for a number; nested derivatives never share one."""
    if isinstance(x, Dual):
        raise ForwardOverReverse
    if (traced := current_tracer()) is not None:
        return traced.fresh(x)  # type: ignore[no-any-return]  # a Node
    if isinstance(x, Node):
        return x * 1.0 if x.requires_grad else Value(x.data)
    return Value(expect_real(x, "an argument of f", "a number or a Value"))


def unwrapper(create_graph: bool) -> Callable[[Any], Any]:
    """Return the function that makes results plain numbers, if no graph is needed."""
    return (lambda x: x) if create_graph else (lambda x: x.data if isinstance(x, Node) else x)


def resolve_argnums(argnum: Any, args: Sequence[Any]) -> list[int]:
    """Return argnum as a list of positions from 0, or raise ValueError."""
    several = argnum if isinstance(argnum, tuple) else (argnum,)
    for n in several:
        if not isinstance(n, int) or isinstance(n, bool) or not -len(args) <= n < len(args):
            raise ValueError(f"argnum: expected the number of one of the {len(args)} arguments given, got {n!r:.40}")
    return [n % len(args) for n in several]


def expect_callable(f: object) -> None:
    """Raise TypeError if f is not a function."""
    if not callable(f):
        raise TypeError(f"f: expected a function, got {type(f).__name__} {f!r:.40}")


def expect_numbers(found: list[Any], name: str) -> list[Any]:
    """Return the list, or raise TypeError if an element is not a number."""
    for x in found:
        if not hasattr(x, "__apply__"):
            expect_number(x, name)
    return found
