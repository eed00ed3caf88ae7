"""A graph as plain data, and its evaluation on numbers of any kind.

    graph  := row … outputs        a row refers only to rows before it, so there are no cycles
    row    := op arg … | leaf      each with a label and a scope, the part of a model it belongs to
    arg    := node | const         an int is the number of a row, a float is a constant

A graph contains no code, so a file from a stranger is safe to open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..table import TABLE
from .serialization import dump, load, read_float, read_index, read_list, read_text


@dataclass(frozen=True, slots=True)
class Row:
    """A node: its operation, which is None for a leaf, and its arguments.

    An argument is the number of a row (an int) or a constant (a float). ``decided`` names a comparison that a leaf fed,
    such as "x > 0": what Python then chose is not in the graph.
    """

    op: str | None
    args: tuple[int | float, ...] = ()
    label: str = ""
    scope: str = ""
    decided: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """Rows in topological order, and the numbers of those that are the results.

    Args:
        rows: The nodes; a row refers only to rows before it.
        outputs: The numbers of the rows that are the results.

    >>> from fractions import Fraction
    >>> square = Graph((Row(None, label="x"), Row("mul", (0, 0), label="y")), outputs=(1,))
    >>> evaluate(square, {"x": Fraction(1, 3)}, number=Fraction)
    [Fraction(1, 3), Fraction(1, 9)]
    """

    rows: tuple[Row, ...]
    outputs: tuple[int, ...]

    def check(self) -> None:
        """Raise ValueError naming the first row that breaks the grammar."""
        for n, row in enumerate(self.rows):
            where = f"node {n} ({row.label or row.op or 'leaf'})"
            if row.op is None and row.args:
                raise ValueError(f"{where}: a leaf takes no arguments, got {len(row.args)}")
            if row.op in TABLE and len(row.args) not in TABLE[row.op].calling.counts:
                takes = TABLE[row.op].arity or "another number of"
                raise ValueError(f"{where}: {row.op} takes {takes} arguments, got {len(row.args)}")
            for arg in row.args:
                if isinstance(arg, int) and not 0 <= arg < n:
                    raise ValueError(f"{where}: its argument {arg} is not a node before it")
        for output in self.outputs:
            if not 0 <= output < len(self.rows):
                raise ValueError(f"outputs: {output} is not one of the {len(self.rows)} nodes")

    def to_json(self) -> str:
        """Return the graph as JSON."""
        return dump("graph", nodes=list(map(row_to_data, range(len(self.rows)), self.rows)), outputs=self.outputs)

    @classmethod
    def from_json(cls, text: str | bytes) -> Graph:
        """Return the graph that ``to_json`` wrote, or raise ValueError with the reason."""
        return load("graph", text, lambda d: graph_from_data(d["nodes"], d["outputs"]))


def evaluate(graph: Graph, inputs: Mapping[str, Any], number: Callable[[Any], Any] = float) -> list[Any]:
    """Return the value of every row, computed from the values of the leaves.

    Args:
        graph: A graph, such as ``trace(v).graph``.
        inputs: The value of each leaf, by its label.
        number: The kind of number to compute with: it converts inputs and constants.

    Raises:
        TypeError: If an input is not a number, or the kind of number lacks an operation.
        ValueError: If a leaf has no value or shares its label with another, or if the table lacks an operation.

    >>> from autograd import Value, trace
    >>> evaluate(trace(Value(3.0, label="x") ** 2).graph, {"x": 0.5})
    [0.5, 0.25]
    """
    if not isinstance(graph, Graph):
        raise TypeError(f"graph: expected a Graph, such as trace(v).graph, got {type(graph).__name__} {graph!r:.40}")
    if not isinstance(inputs, Mapping):
        raise TypeError(f"inputs: expected a mapping of labels to numbers, got {type(inputs).__name__} {inputs!r:.40}")
    for label, count in Counter(row.label for row in graph.rows if row.op is None).items():
        if label not in inputs:
            raise ValueError(f"inputs: no value for the leaf {label!r}")
        if count > 1:
            raise ValueError(f"inputs: {count} leaves are called {label!r}")
    values: list[Any] = []
    for row in graph.rows:
        if row.op is None:
            values.append(_convert(number, inputs[row.label], f"inputs[{row.label!r}]"))
        elif row.op.startswith("ƒ"):
            raise ValueError(f"graph: {row.op} is opaque: it has no rule, only numbers")
        elif row.op not in TABLE:
            raise ValueError(f"graph: the table has no operation {row.op!r}")
        else:
            args = (values[arg] if isinstance(arg, int) else number(arg) for arg in row.args)
            values.append(TABLE[row.op].apply(tuple(args)))
    return values


def _convert(number: Callable[[Any], Any], x: Any, name: str) -> Any:
    try:
        return number(x)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name}: expected a number, got {type(x).__name__} {x!r:.40}") from error


def row_to_data(n: int, row: Row) -> dict[str, Any]:
    """Return a row as plain data."""
    args = [{"node": arg} if isinstance(arg, int) else {"const": arg} for arg in row.args]
    data = {"id": n, "op": row.op, "args": args, "label": row.label, "scope": row.scope}
    return data | ({"decided": row.decided} if row.decided else {})


def graph_from_data(nodes: Any, outputs: Any) -> Graph:
    """Return the graph in plain data, or raise ValueError if it breaks the grammar."""
    rows = []
    for n, d in enumerate(read_list(nodes)):
        if read_index(d["id"]) != n:
            raise ValueError(f"node {n} has the id {d['id']}")
        args = tuple(
            read_index(arg["node"]) if "node" in arg else read_float(arg["const"]) for arg in read_list(d["args"])
        )
        op = None if d["op"] is None else read_text(d["op"])
        if op == "":
            raise ValueError(f"node {n} has an operation without a name")
        texts = [read_text(text) for text in (d["label"], d["scope"], d.get("decided", ""))]
        rows.append(Row(op, args, *texts))
    graph = Graph(tuple(rows), tuple(map(read_index, read_list(outputs))))
    graph.check()
    return graph
