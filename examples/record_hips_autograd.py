"""Record a function of the package HIPS autograd as a trace that glassgrad draws.

Both packages are imported as ``autograd``, so each needs an environment of its own. This file needs only the other one:

    hips/bin/pip install autograd
    hips/bin/python -c "import record_hips_autograd as r; r.save('trace.json', lambda x, w: x * w + 1, 2.0, 3.0)"

and glassgrad needs only what it wrote:

    viz.step(Trace.from_json(open("trace.json").read()))  # from autograd.graph import Trace

An array becomes a node for each number. Values and local derivatives are those of HIPS autograd.
"""

import inspect
import itertools
import json
import math

import numpy as np

from autograd.core import VJPNode
from autograd.extend import vspace
from autograd.tracer import new_box, notrace_primitives, trace_stack

LIMIT = 2000  # nodes, more than which no picture shows
NAMES = {"subtract": "sub", "multiply": "mul", "divide": "div", "true_divide": "div", "power": "pow", "negative": "neg"}
SYMBOLS = {"add": "+", "sub": "−", "mul": "×", "div": "÷", "neg": "−"}
OURS = {*SYMBOLS, "pow", "exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh"}  # number by number
MOVES = {
    "array_from_args",
    "__getitem__",
    "reshape",
    "transpose",
    "ravel",
    "concatenate_args",
    "squeeze",
    "swapaxes",
    "func",
}


class Recorded(VJPNode):
    """An operation of HIPS autograd, and the rows that hold the numbers of its result."""

    __slots__ = ["places"]

    def __init__(self, value, fun, args, kwargs, parent_argnums, parents):
        super().__init__(value, fun, args, kwargs, parent_argnums, parents)
        name, rows = fun.__name__, parents[0].places[0]
        flat, shape = np.ravel(value), np.shape(value)
        units = [np.reshape(unit, shape) for unit in np.eye(flat.size)]
        slopes = [[np.ravel(dense(slope)) for slope in self.vjp(unit)] for unit in units]
        inputs = dict(zip(parent_argnums, zip(parents, zip(*slopes, strict=True), strict=True), strict=True))
        self.places = rows, []
        for k, x in enumerate(flat):
            found = []
            for n, arg in enumerate(args):
                if n in inputs:
                    parent, local = inputs[n]
                    together = np.shape(arg) == shape  # number by number, where a slope may be 0
                    found += [
                        (place, float(local[k][m]))
                        for m, place in enumerate(parent.places[1])
                        if local[k][m] != 0 or (together and m == k)
                    ]
                elif np.shape(arg) in ((), shape) and np.asarray(arg).dtype.kind in "fiu":
                    found.append((None, float(np.ravel(arg)[k if np.shape(arg) else 0])))
            moved = [place for place, slope in found if place is not None and slope == 1]
            if name in MOVES and len(moved) == 1:
                self.places[1].append(moved[0])
            else:
                op = NAMES.get(name, name) if NAMES.get(name, name) in OURS else f"numpy.{name}"
                self.places[1].append(add_row(rows, op, found, float(x)))

    def initialize_root(self, rows, name, x):
        """Start with the numbers of an input."""
        super().initialize_root()
        labels = [name + "".join(f"[{n}]" for n in at) for at in np.ndindex(np.shape(x))]
        numbers = zip(np.ravel(x), labels, strict=True)
        self.places = rows, [add_row(rows, None, [], float(number), label) for number, label in numbers]


notrace_primitives[Recorded] = notrace_primitives[VJPNode]  # comparisons and others without a derivative


def dense(slope):
    """Return a slope as an array; that of an indexed array is kept sparse."""
    return slope.mut_add(slope.vs.zeros()) if hasattr(slope, "mut_add") else slope


def add_row(rows, op, args, x, label=""):
    """Add a number to the rows: its operation and (row, slope) or (None, constant) for each argument."""
    if len(rows) >= LIMIT:
        raise ValueError(f"expected a function of at most {LIMIT} numbers in all; give it smaller arrays")
    rows.append((op, args, x, label))
    return len(rows) - 1


def record(f, *inputs):
    """Return the JSON of a trace of f at numbers or small arrays of floats; f must return one number."""
    rows, names = [], list(inspect.signature(f).parameters)
    names += [f"x{k}" for k in range(len(names), len(inputs))]
    with trace_stack.new_trace() as trace:
        arrays = [np.asarray(x, dtype=float) if np.shape(x) else float(x) for x in inputs]
        roots = [Recorded.new_root(rows, name, x) for name, x in zip(names, arrays, strict=False)]
        y = f(*[new_box(x, trace, root) for x, root in zip(arrays, roots, strict=True)])
        node = getattr(y, "_node", None)
    if not isinstance(node, Recorded):
        raise TypeError(f"expected f to return a number that depends on its inputs, got {y!r:.60}")
    if vspace(y._value).size != 1:
        raise TypeError(f"expected f to return one number, got an array of shape {np.shape(y._value)}; return its sum")
    return write(rows, node.places[1][0])


def write(rows, root):
    """Return the JSON of the rows that a root depends on, and of both passes."""
    needed = {root}
    for k in range(root, -1, -1):
        needed.update(place for place, _ in rows[k][1] if k in needed and place is not None)
    number = {k: n for n, k in enumerate(sorted(needed))}
    nodes, edges, ops, names = [], [], {}, map("v{}".format, itertools.count(1))
    for k, n in number.items():
        op, args, x, label = rows[k]
        given = [{"const": slope} if place is None else {"node": number[place]} for place, slope in args]
        nodes.append(
            {
                "id": n,
                "op": op,
                "args": given,
                "label": label or ("L" if k == root else next(names)),
                "scope": "",
                "data": x,
            }
        )
        for slot, (place, slope) in enumerate(args):
            if place is not None:
                edges.append({"id": len(edges), "src": number[place], "dst": n, "slot": slot, "local": slope})
        if op:
            name = op.removeprefix("numpy.")
            latex = rf"\operatorname{{{name.replace('_', ' ')}}}"
            texts = {"symbol": SYMBOLS.get(name, name), "latex": latex, "trees": {}}
            ops.setdefault(op, texts | {"selects": False, "symmetric": False})["trees"][str(len(args))] = None
    steps = [{"kind": "forward", "node": node["id"], "value": node["data"]} for node in nodes]
    steps.append({"kind": "seed", "node": len(nodes) - 1, "grad": 1.0})
    grads = [0.0] * (len(nodes) - 1) + [1.0]
    for _, into in itertools.groupby(reversed(edges), lambda edge: edge["dst"]):
        for edge in reversed(list(into)):
            upstream, before = grads[edge["dst"]], grads[edge["src"]]
            contribution = edge["local"] * upstream if upstream else 0.0
            grads[edge["src"]] = before + contribution
            step = {"kind": "chain", "edge": edge["id"], "local": edge["local"], "upstream": upstream}
            steps.append(step | {"contribution": contribution, "before": before, "after": before + contribution})
    header = {"format": "glassgrad trace", "version": 1}
    return json.dumps(spell(header | {"nodes": nodes, "edges": edges, "ops": ops, "steps": steps}))


def spell(x):
    """Return data with nan and the infinities as texts, which JSON lacks."""
    if isinstance(x, float) and not math.isfinite(x):
        return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"
    if isinstance(x, dict):
        return {key: spell(value) for key, value in x.items()}
    return [spell(value) for value in x] if isinstance(x, list) else x


def save(path, f, *inputs):
    """Write the trace of f at its inputs to a file."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(record(f, *inputs))
