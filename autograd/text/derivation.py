"""The derivation of a Value and of all its gradients, in symbols and then in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.node import Node
from ..engine.snapshot import trace
from ..graph.trace import Chain, Trace
from ..table.op import TABLE
from .formula import ATOM, Formula, number, some, value, write
from .printing import LONG, fraction, printable, shown


@dataclass(frozen=True)
class Explanation:
    """The derivation of a Value and of its gradients, in symbols and then in numbers: as text, or in LaTeX."""

    trace: Trace

    def forward(self, latex: bool = False) -> list[list[str]]:
        """List for each computed node what it is called, its formula in names and in numbers, and its value."""
        names = self._names(latex)
        rows = self.trace.graph.rows
        lines = []
        for n, row in enumerate(rows):
            if row.op is not None:
                symbols = [names[a] if isinstance(a, int) else number(a, latex) for a in row.args]
                values = [
                    value(self.trace.data[a], latex) if isinstance(a, int) else number(a, latex) for a in row.args
                ]
                lines.append(
                    [
                        names[n].text,
                        _applied(row.op, symbols, latex).text,
                        _applied(row.op, values, latex).text,
                        value(self.trace.data[n], latex).text,
                    ]
                )
        return lines

    def backward(self, latex: bool = False) -> list[list[str]]:
        """List for each gradient its name, the sum of local × upstream in names and in numbers, and its value."""
        names = self._names(latex)
        (root,) = self.trace.graph.outputs
        gradient = [fraction(names[root].text, name.text, latex) for name in names]
        into: dict[int, list[tuple[Any, Any]]] = {}
        locals_: dict[int, list[Formula]] = {}
        for step in self.trace.steps:
            if isinstance(step, Chain):
                edge = self.trace.edges[step.edge]
                if edge.local is not None:
                    upstream = gradient[edge.dst] if edge.dst != root else number(1, latex)
                    if edge.dst not in locals_:
                        locals_[edge.dst] = self._locals(edge.dst, names, latex)
                    symbols = locals_[edge.dst][edge.slot] * upstream
                    numbers = write(TABLE["mul"], [value(step.local, latex), value(step.upstream, latex)], latex)
                    into.setdefault(edge.src, []).append((symbols, numbers))
        lines = [[gradient[root].text, "1", "1", "1"]]
        for n in sorted(into, reverse=True):
            sums = [write(TABLE["sum"], terms, latex).text for terms in zip(*into[n], strict=True)]
            lines.append([gradient[n].text, *sums, value(self.trace.grads[n], latex).text])
        return lines

    def identities(self, latex: bool = False) -> list[list[str]]:
        """List where a local derivative is computed in another form than the textbook's, which loses digits."""
        names = self._names(latex)
        found = []
        for n, row in enumerate(self.trace.graph.rows):
            op = TABLE.get(row.op or "")
            if op and op.notation.textbook and op.arity is not None:
                args = self._args(n, names, latex)
                for slot, textbook in enumerate(op.textbook_derivatives(names[n], args)):
                    pair = [str(textbook), str(op.derivative(names[n], args, slot))]
                    flows = isinstance(row.args[slot], int)
                    if flows and pair[0] != pair[1] and "where" not in pair[1] and len(pair[1]) < LONG:
                        found += [pair] * (pair not in found)
        return found

    def _names(self, latex: bool) -> list[Formula]:
        return [Formula.named(printable(row.label), latex) for row in self.trace.graph.rows]

    def _args(self, n: int, names: list[Formula], latex: bool) -> list[Formula]:
        return [names[a] if isinstance(a, int) else number(a, latex) for a in self.trace.graph.rows[n].args]

    def _locals(self, n: int, names: list[Formula], latex: bool) -> list[Formula]:
        """Write ∂ a node/∂ each of its arguments by the row of its operation, if it has one."""
        args = self._args(n, names, latex)
        op = TABLE.get(self.trace.graph.rows[n].op or "")
        return shown(op, names[n], args) if op else [fraction(names[n].text, arg.text, latex) for arg in args]

    def __str__(self) -> str:
        found = []
        for title, lines in (("forward", self.forward()), ("backward", self.backward())):
            width = max((len(line[0]) for line in lines), default=0)
            found += [title, *("  " + " = ".join([line[0].ljust(width), *_distinct(line[1:])]) for line in lines), ""]
        if identities := self.identities():
            found += ["computed in a form that keeps its digits", *("  " + " = ".join(pair) for pair in identities)]
        return "\n".join(found).rstrip()

    def latex(self) -> str:
        r"""Write it as one block of equations, ``\begin{aligned} … \end{aligned}``."""
        lines = [*self.forward(latex=True), *self.backward(latex=True), *self.identities(latex=True)]
        equations = [rf"{left} &= {' = '.join(_distinct(rest))}" for left, *rest in lines]
        return "\\begin{aligned}\n" + " \\\\\n".join(equations) + "\n\\end{aligned}"


def explain(root: Node | Trace, names: Mapping[str, Any] | None = None) -> Explanation:
    """Derive a Value and its gradients step by step: each local derivative in symbols, then the numbers.

    ``print`` it, or take its ``latex()``. Raises TypeError if root is neither a Value nor a trace.

    >>> from autograd import Value
    >>> w, x = Value(2.0, label="w"), Value(-1.0, label="x")
    >>> print(explain((w * x).sigmoid()))
    forward
      v1 = w × x = 2.00 × (−1.00) = −2.00
      L  = sigmoid(v1) = sigmoid(−2.00) = 0.119
    <BLANKLINE>
    backward
      ∂L/∂L  = 1
      ∂L/∂v1 = L × (1 − L) = 0.105 × 1.00 = 0.105
      ∂L/∂x  = w × ∂L/∂v1 = 2.00 × 0.105 = 0.210
      ∂L/∂w  = x × ∂L/∂v1 = −1.00 × 0.105 = −0.105
    <BLANKLINE>
    computed in a form that keeps its digits
      L × (1 − L) = L × sigmoid(−v1)
    """
    return Explanation(root if isinstance(root, Trace) else trace(root, names))


def _applied(name: str, parts: list[Formula], latex: bool) -> Formula:
    """Write an operation by name; one that is not of the table, as of a node made by hand, as a call."""
    if name in TABLE:
        return write(TABLE[name], parts, latex)
    called = Formula.named(printable(name), latex)
    return Formula(f"{called}({', '.join(some([part.text for part in parts]))})", ATOM, latex)


def _distinct(parts: list[str]) -> list[str]:
    """Leave out what only repeats what stands before it."""
    return [part for i, part in enumerate(parts) if i == 0 or part != parts[i - 1]]
