"""Time compiled rules against nested expressions: ``python benchmarks/rules.py``.

The nested expression calls a function for every primitive but + − ×, computes a common subexpression as often as it
occurs, and folds no constant. Both are timed in turn; the least of 15 rounds, in ns of CPU time for one call.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable
from typing import Any

from autograd.table.compiler import NAMES, to_function
from autograd.table.op import TABLE
from autograd.table.symbolic import symbolic_rule

ROUNDS, CALLS = 15, 20_000
INFIX = {"add": "({} + {})", "sub": "({} - {})", "mul": "({} * {})", "neg": "(-{})"}
TESTS = {"lt": "{} < {}", "le": "{} <= {}", "eq": "{} == {}"}


def nested(tree: Any) -> str:
    """Format a tree as one expression."""
    if not isinstance(tree, list):
        return tree if isinstance(tree, str) else repr(float(tree))
    name, *args = tree
    if name == "where" and isinstance(args[0], list) and args[0][0] in TESTS:
        test = TESTS[args[0][0]].format(*map(nested, args[0][1:]))
        return f"({nested(args[1])} if {test} else {nested(args[2])})"
    texts = list(map(nested, args))
    if name == "where":
        return f"({texts[1]} if {texts[0]} else {texts[2]})"
    return INFIX[name].format(*texts) if name in INFIX else f"{name}({', '.join(texts)})"


def least(functions: list[Callable[..., float]], args: tuple[float, ...]) -> list[float]:
    """Return the least time of a call for each function, taken in turn."""
    timers = [timeit.Timer(lambda f=f: f(*args)) for f in functions]  # type: ignore[misc]  # f is bound at once
    rounds = [[timer.timeit(CALLS) / CALLS * 1e9 for timer in timers] for _ in range(ROUNDS)]
    return [min(times) for times in zip(*rounds, strict=True)]


def main() -> None:
    """Print both times of every partial at (0.7, 0.6), by their ratio."""
    found = []
    for op in TABLE.values():
        if op.arity not in (1, 2):
            continue
        args = (0.7, 0.6)[: op.arity]
        names = ["y", "x0", "x1"][: 1 + op.arity]
        for slot, tree in enumerate(symbolic_rule(op, op.arity)["partials"]):
            if isinstance(tree, list):
                old = eval(f"lambda {', '.join(names)}: {nested(tree)}", dict(NAMES))
                before, after = least([old, to_function(tree, names)], (op.apply(args), *args))
                found.append((before / after, f"∂{slot} {op.name}", before, after))
    print(f"{'':16}{'nested':>10}{'compiled':>10}{'ratio':>8}")
    for ratio, name, before, after in sorted(found, reverse=True):
        print(f"{name:16}{before:8.0f} ns{after:7.0f} ns{ratio:8.2f}")


if __name__ == "__main__":
    main()
