"""Reverse mode on a tape, with adjoints as lists of products.

A complete list becomes one row Σ a·b, the form of a neuron. So the passes that recognise matrix products in the forward
rows recognise those of the backward rows too.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from ..table import TABLE, Op
from .tape import ADD, ALIAS, CONST, MINUS_ONE, MUL, ONE, SOP, STOP, SUB, WHERE, ZERO, Tape, arguments

NEG, SUM, DOT = (TABLE[name] for name in ("neg", "sum", "dot"))
ALL = ((-inf, inf),)
NEVER_INFINITE = {TABLE[name] for name in ("heaviside", "sign", "lt", "le", "eq")}


def reverse_sweep(tape: Tape, outputs: Sequence[Any], inputs: Sequence[Any], seeds: Sequence[Any]) -> list[Any]:
    """Return Σ seed × ∂output/∂input for each input, or None, as traced numbers."""
    adjoint: dict[int, list[int]] = {}
    for y, seed in zip(outputs, seeds, strict=True):
        adjoint.setdefault(tape.row_of(None, 0, y), []).extend((tape.row_of(None, 0, seed), ONE))
    wanted = [tape.row_of(None, 0, x) for x in inputs]
    depends = _dependents(tape, wanted, max(adjoint, default=0) + 1)
    found: dict[int, int] = {}
    for z in range(len(depends) - 1, min(wanted, default=0) - 1, -1):
        if z in adjoint and depends[z]:
            g = _close(tape, adjoint.pop(z))
            found[z] = g
            if g != ZERO:
                for a, terms in _contributions(tape, z, g, depends):
                    adjoint.setdefault(a, []).extend(terms)
    return [tape.wrap(found[i]) if i in found else None for i in wanted]


def _dependents(tape: Tape, wanted: Sequence[int], end: int) -> bytearray:
    """Return marks of the rows before end that depend on the wanted ones."""
    depends = bytearray(end)
    for i in wanted:
        if i < end:
            depends[i] = 1
    rows = tape.rows
    for z in range(min(wanted, default=end), end):
        row = rows[z]
        if row[0] is not STOP and not depends[z]:
            for a in arguments(row):
                if depends[a]:
                    depends[z] = 1
                    break
    return depends


def _close(tape: Tape, terms: list[int]) -> int:
    """Return the row of a sum of products; for a single product, its own row."""
    if len(terms) == 2:
        return product_row(tape, *terms)
    return tape.row(SOP, *terms)


def product_row(tape: Tape, a: int, b: int) -> int:
    """Return the row of a·b."""
    return tape.row_of(None, 0, tape.binary(MUL, a, b))


def _contributions(tape: Tape, z: int, g: int, depends: bytearray) -> list[tuple[int, tuple[int, int]]]:
    """Return, for each argument of row z, the product g × local that it receives."""
    op, *args = tape.rows[z]
    if op in LINEAR:
        return [(a, (g, local)) for a, local in LINEAR[op](args) if depends[a]]
    if not isinstance(op, Op):
        return []
    found = []
    y, numbers = tape.wrap(z), [tape.wrap(a) for a in args]
    derivative = op.partials_at(y, numbers)
    for slot, a in enumerate(args):
        if depends[a]:
            local = derivative(slot)
            if local is not None:
                found.append((a, _gated_product(tape, op, g, tape.row_of(op, slot, local))))
    return found


def _gated_product(tape: Tape, op: Op, g: int, local: int) -> tuple[int, int]:
    """Return g × local as two factors, such that g = 0 gives 0."""
    if op.selects:
        return tape.row_of(None, 0, tape.apply(WHERE, (tape.wrap(local), tape.wrap(g), 0.0))), ONE
    local_op = tape.rows[local][0]
    if local_op is CONST or local_op in NEVER_INFINITE or all(domain == ALL for domain in op.domain):
        return g, local
    return g, tape.row_of(None, 0, tape.apply(WHERE, (tape.wrap(g), tape.wrap(local), 0.0)))


# The derivatives of sums of products are their operands; a test proves these equal to the rules of the table.
LINEAR: dict[Any, Any] = {
    ADD: lambda args: [(args[0], ONE), (args[1], ONE)],
    SUB: lambda args: [(args[0], ONE), (args[1], MINUS_ONE)],
    NEG: lambda args: [(args[0], MINUS_ONE)],
    MUL: lambda args: [(args[0], args[1]), (args[1], args[0])],
    SUM: lambda args: [(a, ONE) for a in args],
    DOT: lambda args: [
        *zip(args, args[len(args) // 2 : -1], strict=False),
        *zip(args[len(args) // 2 :], args[: len(args) // 2], strict=False),
        (args[-1], ONE),
    ],
    SOP: lambda args: [*zip(args[::2], args[1::2], strict=True), *zip(args[1::2], args[::2], strict=True)],
    ALIAS: lambda args: [(args[0], ONE)],
}
