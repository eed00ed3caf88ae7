"""Recognise operations of other engines by value and local derivatives."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..table import BUILT_IN, TABLE, Op
from .foreign_node import ForeignNode

ALIASES = {  # what other engines call the rows
    "add sum": "+ add", "sub neg": "- −", "mul": "* × · times multiply multiplication",
    "sin": "sine", "cos": "cosine", "tan": "tangent",
    "div": "/ ÷ truediv divide division over ratio quotient", "pow square reciprocal sqrt": "** ^ pow power",
    "add": "plus addition", "sub": "minus subtract subtraction difference sub", "mul prod": "product",
    "neg": "negate negative negation opposite", "sqrt": "root √", "log": "ln logarithm",
    "sigmoid": "σ logistic sig sigm", "reciprocal": "inv inverse invert recip 1/x", "maximum max": "max",
    "minimum min": "min", "square": "sq squared x^2 x²", "abs": "absolute |x|", "relu": "rectifier",
    "exp": "exponential e^x", "silu": "swish", "atan": "arctan", "asin": "arcsin", "acos": "arccos",
    "leaky_relu": "leakyrelu", "softplus": "log1pexp", "logsumexp": "logsumexp", "floordiv": "÷÷", "dot": "matmul",
    "clamp": "clip", "mean": "average",
}  # fmt: skip  # in few lines
SPELLINGS = {name: rows for rows, names in ALIASES.items() for name in names.split()}
SUFFIX = r"(?<=..)(backward|function|node|grad|gate|scalar|value|op|fn)+$"
PREFIX = r"^(scalar|r|i)(?=(add|sub|mul|truediv|div|pow)$)"
INNER = {"one_minus_square", "sigmoid_slope", "sinc_derivative", "polygamma", "log_excess", "where"}
ROWS = [op for name, op in TABLE.items() if name in BUILT_IN - INNER and any(op.partials)]
NEED_A_CONSTANT = {"add", "sub", "mul", "div", "pow", "maximum", "minimum", "leaky_relu", "elu", "clamp", "mod"}
UNNAMED = {op.name for op in ROWS} - {"mod", "fmod", "leaky_relu", "elu", "clamp", "copysign", "relu6", "hardtanh"}
SHIFTS = ((1.37, 0.11), (-0.83, -0.29), (0.41, 2.3))  # other points, to tell functions apart


@dataclass(frozen=True, eq=False)
class Candidate:
    """A row that gives the value of a node, on its arguments in some order.

    Attributes:
        op, args: The operation, and nodes or numbers.
        right: The derivative by each parent.
        is_smooth: Whether it is the only one: not at a kink or at an end of the domain.
        is_invented: Whether a constant was computed from the value, which then proves nothing.
    """

    op: Op
    args: tuple[Any, ...]
    right: tuple[float, ...]
    is_smooth: bool
    is_invented: bool = False


def rows_named(texts: Sequence[str]) -> list[str]:
    """Return the names of the rows that the first telling text means."""
    return next(filter(None, map(rows_of, texts)), [])


@lru_cache(512)
def rows_of(text: str) -> list[str]:
    """Return the names of the rows that a text means, the likeliest first."""
    plain = text.strip().lower()
    word = re.sub(r"[\s()_\d.]|(?<=\*)-|(?<=\^)-", "", plain)
    stem = re.sub(SUFFIX, "", re.sub(r"(?<=[*+/^-])[a-z]{1,2}$", "", word))
    for name in dict.fromkeys([plain, word, re.sub(r"^[a-z](?=[*^])", "", word), stem, re.sub(PREFIX, "", stem)]):
        same = [op.name for op in ROWS if name in (op.name, op.name.replace("_", ""))]
        rows = SPELLINGS.get(name, "").split() or same
        if name and rows:
            return rows
    return [op.name for op in ROWS if len(stem) > 3 and op.name == stem[:-1]]  # as in ReluB


def row_called(name: str) -> Op | None:
    """Return the row of one or two arguments that a function of a name must be."""
    word = name.lower()
    names = {op.name.replace("_", "") for op in ROWS}
    rows = [TABLE[row] for row in rows_of(word) if word.replace("_", "") in names or word in SPELLINGS]
    return next((op for op in rows if op.arity in (1, 2) or op.calling.defaults), None)


def near(a: float, b: float, eps: float, scale: float = 0.0) -> bool:
    """Return whether two numbers agree but for rounding; nan agrees with nothing."""
    return abs(a - b) <= eps * max(abs(a), abs(b)) + 1e-6 * eps * scale or a == b


def numbers(args: Sequence[Any]) -> list[float]:
    """Return the numbers of arguments."""
    return [a if isinstance(a, float) else a.data for a in args]


def candidates(node: ForeignNode, names: Sequence[str]) -> list[Candidate]:
    """Return the rows that give a node's value; only rows with a name get constants."""
    found = []
    raw_scale = max((abs(a.data) for a in node.parents), default=0.0)
    for op in [TABLE[name] for name in names] or [op for op in ROWS if op.name in UNNAMED]:
        for args, is_invented in arrangements(op, node, bool(names)):
            y = value(op, args)
            if math.isfinite(y) and near(y, node.data, node.eps, raw_scale):
                found.append(Candidate(op, args, *right_locals(op, args, y, node), is_invented))
    return sorted(found, key=lambda candidate: candidate.is_invented)


def value(op: Op, args: Sequence[Any]) -> float:
    """Return an operation's value on arguments; nan where it refuses them."""
    try:
        return op.on_float(*numbers(args))
    except (ValueError, TypeError):
        return math.nan


def arrangements(op: Op, node: ForeignNode, is_named: bool) -> Iterator[tuple[tuple[Any, ...], bool]]:
    """Yield arguments of a call, and whether a constant of it is invented."""
    args = tuple(float(a) if isinstance(a, int | float) else a for a in node.args)
    n = len(args)
    if op.arity is None:
        if n > 1:  # of one number, a sum and others are the identity
            yield (*args, 0.0) if op.name == "dot" and n % 2 == 0 else args, False
            for k in range(1, n if op.name in ("softmax", "log_softmax") else 0):
                yield (args[k], *args[:k], *args[k + 1 :]), False
        return
    if n == op.arity:
        yield args, False
        if n == 2 and not op.symmetric:
            yield args[::-1], False
    elif n == 2 and op.arity == 1 and args[0] is args[1]:
        yield args[:1], False
    if n + 1 == op.arity and (defaults := op.calling.defaults):
        yield (*args, *defaults), False
    if n == 1 and is_named and op.name in NEED_A_CONSTANT:
        for constants in itertools.permutations(node.constants, op.arity - 1):
            yield (*args, *constants), False
            if op.arity == 2 and not op.symmetric and op.name not in ("leaky_relu", "elu"):  # whose slope is no node
                yield (*constants, *args), False
        yield from ((x, True) for x in invented(op.name, node, *args))


def invented(name: str, node: ForeignNode, a: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the arguments with a constant that a named operation must have had."""
    x, y, d = a.data, node.data, node.probe.of(a.obj)
    with_constants = {
        "add": [(a, y - x)], "sub": [(a, x - y), (y + x, a)], "mul": [(a, y / x if x else math.nan)],
        "div": [(a, x / y if y else math.nan), (y * x, a)], "pow": [(a, d * x / y if y else math.nan)],
    }.get(name, [])  # fmt: skip  # in few lines
    for args in with_constants:
        yield tuple(map(tidy, args))


def whole_exponent(y: float, x: float) -> list[float]:
    """Return the whole or half power that a number must be of another, if any."""
    if not y or abs(x) == 1 or (2 * x).is_integer() or not math.isfinite(y * x):
        return []
    n = round(2 * math.log(abs(y)) / math.log(abs(x))) / 2
    return [n] if abs(math.log(abs(x))) > 1e-3 and abs(n) < 20 else []


def tidy(x: Any) -> Any:
    """Return a whole number for one that rounding has moved off it."""
    whole = float(round(x)) if isinstance(x, float) and math.isfinite(x) else x
    return whole if isinstance(x, float) and near(x, whole, 1e-12) else x


def right_locals(op: Op, args: Sequence[Any], y: float, node: ForeignNode) -> tuple[tuple[float, ...], bool]:
    """Return the row's derivative by each parent, and whether it is smooth there."""
    raw = numbers(args)
    found = op.local_derivatives(y, raw, args)
    pairs = list(zip(args, found, strict=True))
    return tuple([sum(d or 0.0 for a, d in pairs if a is parent) for parent in node.parents]), is_smooth(op, raw)


def is_smooth(op: Op, raw: Sequence[float]) -> bool:
    """Return whether a row has one derivative: not at a kink or at an end of its domain."""
    domains = [op.domain[min(slot, len(op.domain) - 1)] for slot in range(len(raw))]
    is_end = any(x in interval for x, domain in zip(raw, domains, strict=True) for interval in domain)
    return not is_end and (op.kink is None or op.kink(*raw) != 0)


def fits(node: ForeignNode, candidate: Candidate) -> bool:
    """Return whether a row's derivatives are those that the node's own backward adds."""
    for parent, right in zip(node.parents, candidate.right, strict=True):
        theirs = node.probe.of(parent.obj)
        if not near(right, theirs, 10 * node.eps, 1.0) and not (theirs == 0.0 and parent.is_constant):
            return False
    return True


def same_function(node: ForeignNode, found: Sequence[Candidate]) -> bool:
    """Return whether candidates are one function of the parents, as a·a and a² are."""
    for factor, shift in SHIFTS:
        values = []
        for candidate in found:
            moved = [a if isinstance(a, float) else a.data * factor + shift for a in candidate.args]
            values.append(value(candidate.op, moved))
        if any(not (near(v, values[0], 1e-9, 1.0) or (v != v and values[0] != values[0])) for v in values):
            return False
    return True
