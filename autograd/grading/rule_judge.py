"""Judge the rule of each operation by itself."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..foreign import NEED_A_CONSTANT, START, Candidate, ForeignNode, fits, near, right_locals, rows_named
from ..foreign import value as value_of
from ..table import TABLE, Op
from ..text import Formula, write_local_derivatives
from .findings import Fault
from .formulas import find_formula

LOOSE = 1e-5  # a derivative that is wrong by less may be an approximation


def judge_rules(reading: Iterable[ForeignNode], rows: dict[int, list[Candidate]]) -> tuple[list[Fault], list[str]]:
    """Return the faults of the rules, one for all nodes of the same, and notes."""
    found: dict[Any, list[tuple[Fault, tuple[float, ...]]]] = defaultdict(list)
    notes: dict[str, None] = {}
    for node in reading:
        if node.parents:
            judged = list(judge_node(node, rows[id(node)]))
            for fault, point in judged:
                found[node.key, fault.kind, fault.argument].append((fault, point))
            if node.jumps:
                notes[f"{name_of(node)}: its rule passes by the nodes that it was computed from"] = None
            elif node.is_known and not rows[id(node)] and not judged:
                named = rows_named(node.texts)
                reason = f"its value is not that of {named[0]}" if named else "it is no row of the table"
                notes[f"{name_of(node)}: {reason}, so its derivative was not judged"] = None
    faults = []
    for pairs in found.values():
        fault, points = pairs[0][0], [point for _, point in pairs if point]
        if points:
            fault = replace(fault, formula=name_formula(fault, points), reason=fault.reason or missing(fault, points))
        faults.append(replace(fault, count=len(pairs)))
    return faults, list(notes)


def name_formula(fault: Fault, points: Sequence[Any]) -> str:
    """Return the formula that a wrong derivative is, in the names of its arguments."""
    own, other = ("b", "a") if fault.argument == "b" else ("a", "b")
    text = find_formula(points, len(fault.values))
    if "({})" in text:
        text = text.format(fault.right_formula) if fault.right_formula else text.replace("({})", "the right one")
    return text.format(a=own, b=other)


def missing(fault: Fault, points: Sequence[Any]) -> str:
    """Return which factor of the right derivative a wrong one lacks, or an empty text."""
    other = fault.right_formula.partition(" × ")[0]
    fitting = [theirs and near(k * theirs, right, 1e-7) for _, _, k, theirs, right in points]
    return f"the factor {other} is missing" if other in ("a", "b") and all(fitting) else ""


def judge_wrong_value(node: ForeignNode, names: Sequence[str], base: Fault) -> Fault | None:
    """Return the fault of a node that has the derivative of its name, but not the value."""
    op = TABLE[names[0]]
    if op.arity != 1 or len(node.args) != 1 or op.name in NEED_A_CONSTANT or not is_generic(node):
        return None
    right = value_of(op, node.args)
    (local,), is_smooth = right_locals(op, node.args, right, node)
    theirs = node.probe.of(node.parents[0].obj)
    if not (math.isfinite(right) and is_smooth and near(theirs, local, 1e-7)) or abs(local) in (0.0, 1.0):
        return None  # a constant that is added does not show in such a derivative
    return None if near(right, node.data, LOOSE) else replace(base, kind="value", theirs=node.data, right=right)


def judge_node(node: ForeignNode, found: Sequence[Candidate]) -> Iterator[tuple[Fault, Any]]:
    """Yield the faults of one rule, each with the point where it is wrong."""
    names = rows_named(node.texts)
    named = [candidate for candidate in found if candidate.op.name in names]
    rows = [candidate for candidate in named or found if not candidate.is_invented]
    base = Fault("local", name_of(node, rows), values_of(node, rows), label=node.label)
    if node.misplaced:
        yield replace(base, kind="attachment", reason="its rule was attached to its argument, not to its result"), ()
    for parent in node.forgotten:
        it = "ab"[node.args.index(parent)] if len(node.args) < 3 else "an argument"
        yield replace(base, kind="attachment", reason=f"{it} is missing among its parents, so no sweep gets there"), ()
    if not node.is_known or node.probe.way == "quiet":
        return
    whole = list(judge_use(node, base))
    yield from ((fault, ()) for fault in whole)
    reads_gradient = any(fault.reason.startswith("it reads") for fault in whole)
    likely = [row for row in named if row.is_invented and all(map(is_special, row.args))]  # x − 2 at 1 looks like −x
    if reads_gradient or any(fits(node, row) for row in (*rows, *likely)):
        return
    if not named and names and (wrong := judge_wrong_value(node, names, replace(base, operation=names[0]))):
        yield wrong, ()
        return
    if not rows or not ((named and has_its_constant(node, rows[0])) or is_generic(node)):
        return
    loose = max(LOOSE, 100 * node.eps)
    overwritten = any(fault.kind == "accumulation" for fault in whole)
    for k, parent in enumerate(node.parents):
        theirs, rights = node.probe.of(parent.obj), [row.right[k] for row in rows]
        right, is_twice = rights[0], sum(a is parent for a in node.args) > 1
        if not all(map(math.isfinite, (theirs, *rights))) or not all(row.is_smooth for row in rows):
            continue
        if any(not near(r, right, loose, 1.0) for r in rights) or near(theirs, right, loose, 1e4):
            continue
        is_leaf_exponent = rows[0].op.name == "pow" and rows[0].args[1] is parent and not parent.parents
        is_exponent = is_leaf_exponent and (2 * parent.data).is_integer()
        if (theirs == 0 and (parent.is_constant or is_exponent)) or (overwritten and is_twice):
            continue  # most engines wrap an exponent as a leaf and differentiate by the base only
        slots = [slot for slot, a in enumerate(rows[0].args) if a is parent]
        if is_twice and node.probe.way == "sweep" and near(theirs, right / len(slots), loose):
            yield replace(base, kind="accumulation", reason="its second part overwrites the first: write += for ="), ()
            continue
        raw = values_of(node, rows)
        other = raw[1 - slots[0]] if len(raw) == 2 else math.nan
        point = (node.data, parent.data, other, theirs, right)
        argument = "ab"[slots[0]] if len(raw) == 2 and len(node.parents) > 1 else str(slots[0] + 1) * (len(raw) > 2)
        fault = replace(base, theirs=theirs, right=right, argument=argument, reason=why_zero(node, theirs))
        right_text = write_right(rows[0].op, len(raw), slots[0]) if len(slots) == 1 else ""
        yield replace(fault, right_formula=right_text), point if len(raw) <= 2 and len(slots) == 1 else ()


def judge_use(node: ForeignNode, base: Fault) -> Iterator[Fault]:
    """Yield what a rule does with its upstream and with gradients that are there."""
    probe, eps = node.probe, max(1e-6, 10 * node.eps)
    for one, two in zip(probe.one, probe.minus_two or (), strict=False):
        if not math.isfinite(one) or not one or not math.isfinite(two) or near(two, -2 * one, eps):
            continue
        reason = "its rule is not linear in its upstream"
        if near(two, one, eps):
            reason = "its rule ignores its upstream"
        elif near(two, 4 * one, eps):
            reason = "its rule multiplies by its upstream twice"
        elif not two:
            reason = "its rule looks at the sign of its upstream, and passes on none that is negative"
        yield replace(base, kind="upstream", reason=reason)
        break
    for target, one, ten in zip(probe.targets, probe.one, probe.ten or (), strict=False):
        if not any(target is p.obj for p in node.parents) or not math.isfinite(ten) or near(ten, START + one, eps, 1e4):
            continue
        if near(ten, one, eps):
            yield replace(base, kind="accumulation", reason="its rule overwrites a gradient: write += for =")
        elif probe.way == "rule":
            yield replace(base, kind="upstream", reason="it reads a gradient where the number is right")
        break


def why_zero(node: ForeignNode, theirs: float) -> str:
    """Return why nothing arrives at any argument of a node, if that is known."""
    is_attached = theirs or any(node.probe.one) or node.probe.way != "rule" or node.holds_nodes
    return "" if is_attached else "its rule was never attached"


def has_its_constant(node: ForeignNode, row: Candidate) -> bool:
    """Return whether the constant of an operation that may have one is known."""
    names = rows_named(node.texts)
    may_have_one = len(node.args) == 1 and not NEED_A_CONSTANT.isdisjoint(names)
    if may_have_one and row.op.arity == 1 and "pow" in names:
        return False  # 2² may be 2 to the node
    others = [[a * k + k if isinstance(a, float) else a for a in row.args] for k in (1.37, 41.0, -41.0)]
    same = [args for args in others if near(value_of(row.op, args), node.data, 1e-9)]  # as 0 times anything
    if may_have_one and same:
        return same == others and all(right_locals(row.op, args, node.data, node)[0] == row.right for args in same)
    return not may_have_one or any(isinstance(a, float) and a in node.constants for a in row.args)


def is_special(x: Any) -> bool:
    """Return whether a number is one on which many operations agree; a node counts as one too."""
    return not isinstance(x, float) or not math.isfinite(x) or abs(2 * x - round(2 * x)) < 1e-6


def is_generic(node: ForeignNode) -> bool:
    """Return whether few operations agree on a node's numbers, unlike at 0 or 1."""
    y, args = node.data, [parent.data for parent in node.parents]
    is_negated = len(args) == 1 and y < 0 < args[0] and not is_special(2 * args[0])  # which x − 2x would be
    return not (is_special(y) or all(map(is_special, args)) or (any(abs(y) == abs(x) for x in args) and not is_negated))


def values_of(node: ForeignNode, rows: Sequence[Candidate]) -> tuple[float, ...]:
    """Return the numbers of a node's arguments, with its constants if they are known."""
    args: Sequence[Any] = rows[0].args if rows else node.args
    return tuple(a.data if isinstance(a, ForeignNode) else float(a) for a in args)


def name_of(node: ForeignNode, rows: Sequence[Candidate] = ()) -> str:
    """Return the name of an operation: that of the first row, else their own."""
    names = [rows[0].op.name] if rows else rows_named(node.texts)[:1] or node.texts
    return (names or ["an operation"])[0].strip("_")


def write_right(op: Op, n_args: int, slot: int) -> str:
    """Return a row's derivative as a textbook writes it, of x, or of a and b."""
    if n_args > 2:
        return ""
    args = [Formula.named(name, False) for name in ("x" if n_args == 1 else "ab")]
    text = str(write_local_derivatives(op, Formula.named("y", False), args)[slot])
    return "" if "(x," in text else text.replace("^2", "²").replace("^3", "³")  # no function of the table's own
