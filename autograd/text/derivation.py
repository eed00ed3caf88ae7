"""The derivation of a Value and its gradients, in symbols and in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..engine import Node
from ..graph import Chain, Trace
from ..snapshot import trace
from ..table import TABLE
from .formula import ATOM, Formula, ellipsize, write_constant, write_operation, write_value
from .printing import MAX_INLINE, replace_unprintable, write_derivative, write_local_derivatives


@dataclass(frozen=True)
class Explanation:
    """The derivation of a Value and its gradients, as text or as LaTeX."""

    trace: Trace

    def forward(self, latex: bool = False) -> list[list[str]]:
        """Return rows of name, formula in names, formula in numbers, and value.

        There is one for each computed node.
        """
        names, values = self._names(latex), [write_value(x, latex) for x in self.trace.data]
        lines = []
        for n, row in enumerate(self.trace.graph.rows):
            if row.op is not None:
                in_names = _write_call(row.op, self._args(n, names, latex), latex)
                in_numbers = _write_call(row.op, self._args(n, values, latex), latex)
                lines.append([names[n].text, in_names.text, in_numbers.text, values[n].text])
        return lines

    def backward(self, latex: bool = False) -> list[list[str]]:
        """Return rows of name, Σ local × upstream in names and in numbers, and value.

        There is one for each gradient.
        """
        names = self._names(latex)
        (root,) = self.trace.graph.outputs
        gradient = [write_derivative(names[root].text, name.text, latex) for name in names]
        into: dict[int, list[tuple[Any, Any]]] = {}
        locals_: dict[int, list[Formula]] = {}
        for step in self.trace.steps:
            if isinstance(step, Chain):
                edge = self.trace.edges[step.edge]
                if edge.local is not None:
                    upstream = gradient[edge.dst] if edge.dst != root else write_constant(1, latex)
                    if edge.dst not in locals_:
                        locals_[edge.dst] = self._locals(edge.dst, names, latex)
                    factors = [write_value(x, latex) for x in (step.local, step.upstream)]
                    terms = locals_[edge.dst][edge.slot] * upstream, write_operation(TABLE["mul"], factors, latex)
                    into.setdefault(edge.src, []).append(terms)
        lines = [[gradient[root].text, "1", "1", "1"]]
        for n in sorted(into, reverse=True):
            sums = [write_operation(TABLE["sum"], terms, latex).text for terms in zip(*into[n], strict=True)]
            lines.append([gradient[n].text, *sums, write_value(self.trace.grads[n], latex).text])
        return lines

    def identities(self, latex: bool = False) -> list[list[str]]:
        """Return pairs of local derivatives: the textbook form and the computed one.

        Only pairs that differ are listed; the computed form keeps more digits.
        """
        names = self._names(latex)
        found = []
        for n, row in enumerate(self.trace.graph.rows):
            op = TABLE.get(row.op or "")
            if op and op.notation.textbook and op.arity is not None:
                args = self._args(n, names, latex)
                for slot, textbook in enumerate(op.textbook_derivatives(names[n], args)):
                    pair = [str(textbook), str(op.derivative(names[n], args, slot))]
                    flows = isinstance(row.args[slot], int)
                    if flows and pair[0] != pair[1] and "where" not in pair[1] and len(pair[1]) < MAX_INLINE:
                        found += [pair] * (pair not in found)
        return found

    def _names(self, latex: bool) -> list[Formula]:
        return [Formula.named(replace_unprintable(row.label), latex) for row in self.trace.graph.rows]

    def _args(self, n: int, formulas: list[Formula], latex: bool) -> list[Formula]:
        """Return the arguments of a node as formulas, given those of all nodes."""
        args = self.trace.graph.rows[n].args
        return [formulas[a] if isinstance(a, int) else write_constant(a, latex) for a in args]

    def _locals(self, n: int, names: list[Formula], latex: bool) -> list[Formula]:
        """Return ∂node/∂argument for each argument, by its rule if there is one."""
        args = self._args(n, names, latex)
        if op := TABLE.get(self.trace.graph.rows[n].op or ""):
            return write_local_derivatives(op, names[n], args)
        return [write_derivative(names[n].text, arg.text, latex) for arg in args]

    def __str__(self) -> str:
        found = []
        for title, lines in (("forward", self.forward()), ("backward", self.backward())):
            width = max((len(line[0]) for line in lines), default=0)
            equations = (" = ".join([name.ljust(width), *_drop_repeats(rest)]) for name, *rest in lines)
            found += [title, *(f"  {equation}" for equation in equations), ""]
        if identities := self.identities():
            found += ["computed in a form that keeps its digits", *("  " + " = ".join(pair) for pair in identities)]
        return "\n".join(found).rstrip()

    def latex(self) -> str:
        r"""Return the derivation as one block of aligned equations."""
        lines = [*self.forward(latex=True), *self.backward(latex=True), *self.identities(latex=True)]
        equations = [rf"{left} &= {' = '.join(_drop_repeats(rest))}" for left, *rest in lines]
        return "\\begin{aligned}\n" + " \\\\\n".join(equations) + "\n\\end{aligned}"


def explain(root: Node | Trace, names: Mapping[str, Any] | None = None) -> Explanation:
    """Return the derivation of a Value and its gradients, to print or as LaTeX.

    Args:
        root: A Value, or a trace of one.
        names: The names of unlabelled nodes, such as ``locals()``.

    Raises:
        TypeError: If root is neither a Value nor a trace, or names is not a mapping.

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
      L × (1 − L) = sigmoid_slope(v1)
    """
    return Explanation(root if isinstance(root, Trace) else trace(root, names))


def _write_call(name: str, parts: list[Formula], latex: bool) -> Formula:
    """Return the formula of an operation by name; a call if the table lacks it."""
    if name in TABLE:
        return write_operation(TABLE[name], parts, latex)
    function = Formula.named(replace_unprintable(name), latex)
    return Formula(f"{function}({', '.join(ellipsize([part.text for part in parts]))})", ATOM, latex)


def _drop_repeats(parts: list[str]) -> list[str]:
    """Return the parts without those equal to the one before."""
    return [part for i, part in enumerate(parts) if i == 0 or part != parts[i - 1]]
