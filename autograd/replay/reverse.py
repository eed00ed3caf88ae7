"""Reverse mode on a tape, with upstream gradients as lists of products.

A complete list becomes one row Σ a·b, the form of a neuron. So the passes that recognise matrix products in the forward
rows recognise those of the backward rows too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

from ..table import TABLE, Op
from .tape import CONST, MUL, ONE, SOP, STOP, TERMS, WHERE, ZERO, Tape, arguments

EQ, ABS = TABLE["eq"], TABLE["abs"]
ALL = ((-inf, inf),)
NEVER_INFINITE = {TABLE[name] for name in ("heaviside", "sign", "lt", "le", "eq")}


def reverse_sweep(tape: Tape, outputs: Sequence[Any], inputs: Sequence[Any], seeds: Sequence[Any]) -> list[Any]:
    """Return Σ seed × ∂output/∂input for each input, or None, as traced numbers."""
    upstream: dict[int, list[int]] = {}
    for y, seed in zip(outputs, seeds, strict=True):
        upstream.setdefault(tape.row_of(None, 0, y), []).extend((tape.row_of(None, 0, seed), ONE))
    wanted = [tape.row_of(None, 0, x) for x in inputs]
    depends = _dependents(tape, set(wanted), max(upstream, default=0) + 1)
    found: dict[int, int] = {}
    for z in range(len(depends) - 1, min(wanted, default=0) - 1, -1):
        if z in upstream and depends[z]:
            terms = upstream.pop(z)
            g = tape.row(SOP, *terms) if len(terms) > 2 else tape.row_of(None, 0, tape.record(MUL, terms))
            found[z] = g
            if g != ZERO:
                for a, product in _contributions(tape, z, g, depends):
                    upstream.setdefault(a, []).extend(product)
    return [tape.wrap(found[i]) if i in found else None for i in wanted]


def _dependents(tape: Tape, wanted: set[int], end: int) -> bytearray:
    """Return marks of the rows before end that depend on the wanted ones."""
    depends = bytearray(end)
    for z in range(min(wanted, default=end), end):
        row = tape.rows[z]
        depends[z] = z in wanted or (row[0] is not STOP and any(depends[a] for a in arguments(row)))
    return depends


def _contributions(tape: Tape, z: int, g: int, depends: bytearray) -> list[tuple[int, tuple[int, int]]]:
    """Return, for each argument of row z, the product g × local that it receives."""
    op, *args = tape.rows[z]
    if op in TERMS:  # of a·b, each operand is the derivative by the other
        return [(a, (g, b)) for pair in TERMS[op](args) for a, b in (pair, pair[::-1]) if depends[a]]
    if not isinstance(op, Op):
        return []
    found = []
    derivative = op.partials_at(tape.wrap(z), [tape.wrap(a) for a in args])
    for slot, a in enumerate(args):
        if depends[a]:
            local = derivative(slot)
            if local is not None:
                found.append((a, _gated_product(tape, op, g, tape.row_of(op, slot, local))))
    return found


def _gated_product(tape: Tape, op: Op, g: int, local: int) -> tuple[int, int]:
    """Return g × local as two factors, such that 0 × inf gives 0 and 0 × nan gives nan.

    A finite local derivative stays as it is, also where g is 0: the derivative by g is needed next.
    """
    where: Callable[..., int] = lambda *rows: tape.row_of(None, 0, tape.apply(WHERE, tuple(map(tape.wrap, rows))))
    if op.selects:
        return where(local, g, ZERO), ONE
    local_op = tape.rows[local][0]
    if local_op is CONST or local_op in NEVER_INFINITE or all(domain == ALL for domain in op.domain):
        return g, local
    blocked = where(g, ZERO, tape.row_of(None, 0, tape.apply(EQ, (tape.apply(ABS, (tape.wrap(local),)), inf))))
    return g, where(blocked, ZERO, local)
