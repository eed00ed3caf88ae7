"""Random graphs of right engines of many kinds, at points where operations agree: 0, 1, −1, 2, and ties."""

from __future__ import annotations

import math
import random

from tests.corpora.engines import half_a
from tests.corpora.engines.entry import Functions, look
from tests.helpers.small_engines import ENGINES, compute
from tests.helpers.table_engine import random_graph

POINTS = [0.0, 1.0, -1.0, 2.0, 1, 0.5, -2.0]
RIGHT = [entry for entry in (*half_a.ENGINES, *half_a.CONVENTIONS) if entry.readable]
OPERATORS = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
    "neg": lambda a, b: -a, "number": lambda a, b: a + 1.0, "radd": lambda a, b: 2.0 + a, "rsub": lambda a, b: 1.0 - a,
    "rmul": lambda a, b: 2.0 * a, "rdiv": lambda a, b: 1.0 / a, "node_pow": lambda a, b: a**b,
    "rpow": lambda a, b: 2.0**a,
}  # fmt: skip  # in few lines
EXPONENTS = [2, 3, 1, -1, 2.0, 0.5, 0]


def special_graph(seed):
    """Return the root of a graph, of one engine or another."""
    rng = random.Random(seed)
    if seed % 4 == 0:
        return random_graph(seed)
    if seed % 4 == 1:
        engine, n = ENGINES[rng.choice(list(ENGINES))], rng.randrange(1, 7)
        steps = [(rng.choice("+*t"), rng.randrange(9), rng.randrange(9)) for _ in range(n)]
        return compute(engine, steps, rng.choices(POINTS, k=3))[1]
    entry = rng.choice(RIGHT)
    module = entry.make()
    node, names = getattr(module, entry.cls), entry.operations.split()
    functions = Functions(module, node, dict(entry.spelled))
    number = lambda x: float(look(x, entry.data))
    nodes = [entry.leaf(module, x) if entry.leaf else node(x) for x in rng.choices(POINTS, k=3)]
    nodes.append(nodes[0] + nodes[1])
    for _ in range(rng.randrange(1, 7)):
        name, (a, b) = rng.choice(names), rng.choices(nodes, k=2)
        x, y = number(a), number(b)
        if name in ("log", "sqrt", "pow", "node_pow") and x <= 0:
            continue
        if (name == "div" and not y) or (name == "rdiv" and not x):
            continue
        try:
            if name == "pow":
                new = a ** rng.choice(EXPONENTS)
            else:
                new = OPERATORS[name](a, b) if name in OPERATORS else apply(functions, name, a, b)
        except (OverflowError, RecursionError):  # one engine takes whole exponents only
            continue
        nodes += [new] if math.isfinite(number(new)) and abs(number(new)) < 1e3 else []
    entry.before(nodes[-1])
    return nodes[-1]


def apply(functions, name, a, b):
    """Return a function of one or two nodes."""
    return getattr(functions, name)(*(a, b)[: 2 if name == "maximum" else 1])
