"""See through JAX: a function, traced to a jaxpr, as a graph of Values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import jaxpr_as_fun
from jax.tree_util import keystr, tree_flatten_with_path

from ..engine import Value
from .scalars import Call, Element, Numbers, checked_size, expand, labels, smooth_slopes

INLINED = ("jit", "pjit", "closed_call", "core_call", "remat2", "checkpoint", "custom_lin")
Array = tuple[Any, list[Element] | None]  # an array, and its elements; None for a constant


def is_float(x: Any) -> bool:
    """Return whether an array is of real numbers; refuse complex ones."""
    if jnp.issubdtype(x.dtype, jnp.complexfloating):
        raise ValueError(f"f: expected real numbers only, got an array of {x.dtype}")
    return bool(jnp.issubdtype(x.dtype, jnp.floating))


def listed(x: Any) -> Numbers:
    """Return the numbers of an array."""
    return [float(v) for v in jnp.ravel(x).tolist()]


def read_function(f: Callable[..., Any], inputs: tuple[Any, ...], arguments: Sequence[str]) -> Value:
    """Return the Value of f at inputs that hold arrays, which arguments name."""
    closed, shape = jax.make_jaxpr(f, return_shape=True)(*inputs)
    if len(closed.out_avals) != 1 or not is_float(closed.out_avals[0]):
        raise TypeError(f"f: expected an array of one real number as its result, got {shape!r:.80}")
    if closed.out_avals[0].size != 1:
        raise ValueError(
            f"f: expected one number as its result, got shape {closed.out_avals[0].shape}; write .sum() or [0]"
        )
    reader = Reader()
    arrays: list[Array] = []
    for path, leaf in tree_flatten_with_path(inputs)[0]:
        x = jnp.asarray(leaf)
        texts = labels(arguments[path[0].idx] + keystr(path[1:]), x.shape)
        reader.count = checked_size(reader.count, x.shape)
        values: list[Element] = (
            [Value(v, label=text) for v, text in zip(listed(x), texts, strict=True)] if is_float(x) else []
        )
        arrays.append((x, values if is_float(x) else None))
    _, elements = reader.run(closed, arrays)[0]
    if elements is None or not isinstance(root := elements[0], Value):
        raise ValueError("f: no gradient flows from its result to an input")
    return root


class Reader:
    """Runs a jaxpr on arrays and, one equation at a time, on their elements."""

    def __init__(self) -> None:
        self.count: int = 0

    def run(self, closed: Any, arrays: Sequence[Array]) -> list[Array]:
        """Return the results of a jaxpr."""
        jaxpr = closed.jaxpr
        known: dict[Any, Array] = {v: (c, None) for v, c in zip(jaxpr.constvars, closed.consts, strict=True)}
        known |= zip(jaxpr.invars, arrays, strict=True)

        def look_up(v: Any) -> Array:
            return (jnp.asarray(v.val, v.aval.dtype), None) if hasattr(v, "val") else known[v]

        for eqn in jaxpr.eqns:
            args = [look_up(v) for v in eqn.invars]
            name = eqn.primitive.name
            if name == "cond":
                at = min(max(int(args[0][0]), 0), len(eqn.params["branches"]) - 1)
                results = self.run(eqn.params["branches"][at], args[1:])
            elif name in INLINED:
                inner = next(v for v in eqn.params.values() if hasattr(v, "eqns"))
                inner = inner if hasattr(inner, "consts") else jax.extend.core.ClosedJaxpr(inner, ())
                results = self.run(inner, args)
            else:
                results = self.equation(eqn, args)
            known |= zip(eqn.outvars, results, strict=True)
        return [look_up(v) for v in jaxpr.outvars]

    def equation(self, eqn: Any, args: Sequence[Array]) -> list[Array]:
        """Return the results of one equation."""
        arrays = [x for x, _ in args]
        fresh = jax.make_jaxpr(lambda *a: list(a))(*arrays)  # an argument that is there twice is two
        jaxpr = fresh.jaxpr.replace(eqns=[eqn.replace(invars=fresh.jaxpr.invars)], outvars=eqn.outvars)
        f = jaxpr_as_fun(fresh.replace(jaxpr=jaxpr))
        results = f(*arrays)
        if not any(elements for _, elements in args):
            return [(y, None) for y in results]
        return [(y, self.elements(eqn, args, f, k, y) if is_float(y) else None) for k, y in enumerate(results)]

    def elements(self, eqn: Any, args: Sequence[Array], f: Callable[..., Any], k: int, y: Any) -> list[Element]:
        """Return the elements of the result k of an equation that f computes."""
        arrays = [x for x, _ in args]
        places = [i for i, x in enumerate(arrays) if is_float(x)]
        wanted = [i for i in places if args[i][1] is not None]

        def with_numbers(v: Numbers) -> list[Any]:
            numbers, given = iter(v), list(arrays)
            for i in places:
                flat = [next(numbers) for _ in range(arrays[i].size)]
                given[i] = jnp.array(flat, arrays[i].dtype).reshape(arrays[i].shape)
            return given

        def run(v: Numbers) -> Numbers:
            return listed(f(*with_numbers(v))[k])

        def jacobian(v: Numbers, f: Callable[..., Any] = f) -> list[Numbers]:
            given = with_numbers(v)

            def g(*some: Any) -> Any:
                return f(*[some[wanted.index(i)] if i in wanted else x for i, x in enumerate(given)])[k]

            numbers, slots = [given[i] for i in wanted], tuple(range(len(wanted)))
            try:
                found = jax.jacrev(g, slots)(*numbers)
            except ValueError:  # a while loop
                found = jax.jacfwd(g, slots)(*numbers)
            rows = {i: [[0.0] * arrays[i].size] * y.size for i in places}
            rows |= {i: d.reshape(y.size, -1).tolist() for i, d in zip(wanted, found, strict=True)}
            return [[float(d) for i in places for d in rows[i][n]] for n in range(y.size)]

        for x in (*(arrays[i] for i in places), y):
            checked_size(0, x.shape)
        now = [v for i in places for v in listed(arrays[i])]
        ours: list[Element] = [a for i in places for a in args[i][1] or listed(arrays[i])]
        constants = {name: c for name, c in eqn.params.items() if isinstance(c, int | float)}
        name, wrapped = eqn.primitive.name, None
        if name.startswith("custom") and (inner := eqn.params.get("call_jaxpr")):
            name, wrapped = (
                str(inner.jaxpr.debug_info.func_name),
                smooth_slopes(partial(jacobian, f=jaxpr_as_fun(inner)), now),
            )
        again = not eqn.primitive.name.startswith(("custom", "while", "scan"))
        call = Call(
            name, ours, now, constants, listed(y), jacobian(now), run if again else None, jacobian if again else None,
            float(jnp.finfo(y.dtype).eps), wrapped is not None, wrapped,
        )  # fmt: skip  # in few lines
        elements, old = expand(call), set(map(id, ours))
        self.count = checked_size(self.count, [sum(id(a) not in old for a in elements)])
        return elements
