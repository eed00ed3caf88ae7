"""One call of a function on fresh inputs, and the pullback from its results to them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ..engine import (
    Node,
    Value,
    current_tracer,
    is_grad_enabled,
    live_inputs,
    reads_live_input,
    recording,
    topological,
    warn,
    warn_nonfinite,
)
from ..graph import Tree, leaves, leaves_like, rebuild, transform_leaves
from ..graph.pytree import numbers_in, replace_numbers
from ..numbers import expect_number, expect_real, to_index, unwrap
from .dual import Dual, lift, nodes_inside, plain_number, transform_nodes, vjp_of_duals

Argnums = int | Sequence[int]


@dataclass(frozen=True)
class Finish:
    """The way in which a transform returns a number that it computed on nodes.

    A graph that someone outside may differentiate again is kept. ``records`` says whether recording is enabled outside,
    and ``given_nodes`` whether the arguments were Values.
    """

    keeps_graph: bool
    records: bool
    given_nodes: bool

    def __call__(self, x: Any) -> Any:
        """Return a result of f, or a derivative."""
        if current_tracer() is not None or (self.keeps_graph and hasattr(type(x), "__apply__")):
            return x
        if isinstance(x, Dual) and self.records:
            return transform_nodes(plain_number, x)
        return Value(plain_number(x), requires_grad=False) if self.keeps_graph or self.given_nodes else plain_number(x)


def value_and_pullback(
    f: Callable[..., Any],
    args: Sequence[Any],
    kwargs: dict[str, Any],
    argnums: Sequence[int],
    allow_unused: bool,
    has_aux: bool,
) -> tuple[Tree, Callable[[Tree], tuple[Tree, ...]], Any]:
    """Call f on fresh inputs, and return its value, the pullback and what else f returned.

    Each number gets a node of its own, so that nested derivatives never share one.
    """
    chosen = [args[n] for n in argnums]
    given = numbers_given(chosen, argnums, "argument {} of f")
    lifted = [lift(x, _fresh_input) for x in given]
    inputs = [node for node, _ in lifted]
    placed = list(args)
    for n, part in zip(argnums, replace_numbers(chosen, [x for _, x in lifted]), strict=True):
        placed[n] = part
    records, tracer = is_grad_enabled(), current_tracer()
    try:
        live_inputs.update(() if tracer else inputs)
        with recording():
            returned = f(*placed, **kwargs)
    finally:
        live_inputs.difference_update(inputs)
        for node in () if tracer else inputs:
            if node.op is None:
                node.requires_grad = False  # nobody else differentiates by it
    output, aux = take_aux(returned, has_aux)
    results = leaves(output, none_is_leaf=output is None)
    for y in expect_results(results):
        if not hasattr(type(y), "__apply__"):
            expect_real(y, "f returns", "a number or a Value")
    given_nodes = any(True for _ in nodes_inside(given))
    create_graph = tracer is not None or (records and (given_nodes or _reads_other_values(results, inputs)))
    finish = Finish(create_graph, records, given_nodes)

    def pullback(cotangent: Tree) -> tuple[Tree, ...]:
        cotangents = expect_numbers(leaves_like(cotangent, output, "cotangent"), "cotangent")
        found = vjp_of_duals(results, inputs, cotangents, create_graph)
        if not allow_unused:
            _expect_used(found, chosen, argnums)
        grown = any(hasattr(type(c), "__apply__") for c in cotangents)  # the result depends on these too
        slopes = [0.0 if g is None else g if grown else finish(g) for g in found]
        if current_tracer() is None and not given_nodes:  # of a graph, the next backward warns
            _warn_nonfinite(results, slopes)
        return tuple(replace_numbers(chosen, slopes, keep_static=False))

    return rebuild(output, map(finish, results)), pullback, finish_aux(aux, finish)


def _fresh_input(x: Any) -> Node:
    """Return a node of its own for a number."""
    if (tracer := current_tracer()) is not None:
        return tracer.fresh(x)  # type: ignore[no-any-return]  # a Node
    if isinstance(x, Node):
        return x * 1.0 if x.requires_grad and is_grad_enabled() else Value(x.data)
    return Value(expect_real(x, "an argument of f", "a number or a Value"))


def _reads_other_values(results: Sequence[Any], inputs: Sequence[Node]) -> bool:
    """Return whether a result depends on leaves outside the inputs that require a gradient."""
    roots, own = list(nodes_inside(results)), set(inputs)
    read = chain(roots, chain.from_iterable(node.args for node in topological(*roots)))
    return any(isinstance(a, Node) and a.op is None and a.requires_grad and a not in own for a in read)


def _expect_used(found: Sequence[Any], chosen: Sequence[Tree], argnums: Sequence[int]) -> None:
    """Raise ValueError if the gradient of part of an argument is None."""
    rest = iter(found)
    for n, argument in zip(argnums, chosen, strict=True):
        if sum(next(rest) is None for _ in numbers_in(argument)):
            raise ValueError(f"argument {n} of f: f does not depend on all of it")


def _warn_nonfinite(results: Sequence[Any], slopes: Sequence[Any]) -> None:
    """Warn as backward does of a nan or an infinity, where no other transform takes the numbers."""
    numbers = [x.data if isinstance(x, Node) else x for x in (*results, *slopes)]
    if all(math.isfinite(x) for x in numbers if type(x) is float):
        return
    roots = [y for y in results if isinstance(y, Node)]
    if not any(map(reads_live_input, roots)) and not any(warn_nonfinite(y, False, "grad") for y in roots):
        warn(f"grad met a nan or an infinity; f gave {numbers[0]} with the gradient {numbers[-1]}")


def take_aux(returned: Any, has_aux: bool) -> tuple[Tree, Any]:
    """Return what f returned to be differentiated, and the rest."""
    if not has_aux:
        return returned, None
    if not isinstance(returned, list | tuple) or len(returned) != 2:
        raise TypeError(f"f: expected it to return a pair, for has_aux, got {type(returned).__name__} {returned!r:.40}")
    return returned[0], returned[1]


def finish_aux(aux: Any, finish: Callable[[Any], Any]) -> Any:
    """Return what f returned besides, with numbers that record as the transform returns them."""
    if not any(hasattr(type(x), "__apply__") for x in leaves(aux)):
        return aux
    return transform_leaves(lambda x: finish(x) if hasattr(type(x), "__apply__") else x, aux)


def choose_argnum(argnum: Argnums | None, argnums: Argnums | None) -> Argnums:
    """Return the one that is given, or 0; raise TypeError if both are."""
    if argnum is not None and argnums is not None:
        raise TypeError(f"argnums: expected argnum or argnums, names of one option, got both, {argnum} and {argnums}")
    return argnum if argnum is not None else 0 if argnums is None else argnums


def resolve_argnums(argnum: Argnums, args: Sequence[Any]) -> list[int]:
    """Return argnum as a list of positions from 0, or raise ValueError."""
    found = []
    for given in argnum if isinstance(argnum, list | tuple) else (argnum,):
        if (n := to_index(given)) is None or not -len(args) <= n < len(args):
            raise ValueError(
                f"argnum: expected the number of one of the {len(args)} arguments given by position, got {given!r:.40}"
            )
        found.append(n % len(args))
    if len(set(found)) < len(found):
        raise ValueError(f"argnum: expected different arguments, got {argnum!r:.40}")
    return found


def expect_callable(f: object) -> None:
    """Raise TypeError if f is not a function."""
    if not callable(f):
        raise TypeError(f"f: expected a function, got {type(f).__name__} {f!r:.40}")


def numbers_given(args: Sequence[Tree], places: Sequence[int], name: str) -> list[Any]:
    """Return the numbers in arguments; raise TypeError if one holds nothing but None."""
    if nothing := [n for n, x in zip(places, args, strict=True) if x is None]:
        raise TypeError(f"{name.format(nothing[0])}: expected numbers to differentiate by, got None")
    return numbers_in(args)


def expect_results(found: list[Any]) -> list[Any]:
    """Return the list; refuse a truth and a number of an ended jvp."""
    for y in found:
        if isinstance(unwrap(y), bool):
            raise TypeError(f"f returns: expected a number or a Value, got bool {y}; write where(…) for a 0 or 1")
        if isinstance(y, Dual):
            y.tag.refuse_ended()
    return found


def expect_numbers(found: list[Any], name: str) -> list[Any]:
    """Return the list, or raise TypeError if an element is not a number."""
    for x in found:
        if not hasattr(type(x), "__apply__"):
            expect_number(x, name)
    return found
