"""Formula: any Boolean function as a circuit of threshold units."""

from __future__ import annotations

import ast
from itertools import product
from typing import Any

from autograd import no_grad

from ..validation import read_row
from .threshold_units import AND, OR, Circuit, McCullochPitts

OPERATORS = str.maketrans("∧∨⊕¬", "&|^~")
EXPECTED = "expected names joined by & | ^ ~ and parentheses"
Literal = tuple[int, bool]  # the index of an input or a unit, and whether it is negated


class Formula(Circuit):
    """Compute a formula in & | ^ ~ (or ∧ ∨ ⊕ ¬) by AND and OR units with weights ±1.

    AND of n literals, k of them negated, is Σ ±x ≥ n − k − ½, and OR is Σ ±x ≥ ½ − k. Equal parts share one unit.
    ``names`` are the inputs in alphabetical order. The text is parsed, never evaluated.
    After McCulloch and Pitts (1943): every formula of propositional logic is a net without cycles.

    Args:
        text: The formula; it may span several lines.

    Raises:
        ValueError: If the text is not such a formula, or is nested too deeply.

    >>> xor = Formula("(X | Y) & (~X | ~Y)")
    >>> xor.names, xor.depth, xor.table()
    (['X', 'Y'], 2, [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)])
    """

    text: str

    def __init__(self, text: str) -> None:
        self.text, tree = _parse(text)
        self.names: list[str] = sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)})
        inputs = {name: i for i, name in enumerate(self.names)}
        units: list[tuple[McCullochPitts, list[int]]] = []
        unit_of: dict[Any, int] = {}

        def join(kind: Any, literals: list[Literal]) -> Literal:
            """Return the unit that joins literals, a new one if there is none yet."""
            key = kind, *sorted(literals)
            if key not in unit_of:
                unit_of[key] = len(inputs) + len(units)
                negated = [i for i, (_, is_negated) in enumerate(literals) if is_negated]
                units.append((kind(len(literals), negated), [source for source, _ in literals]))
            return unit_of[key], False

        def compile_node(node: ast.expr) -> Literal:
            match node:
                case ast.Name(id=name):
                    return inputs[name], False
                case ast.UnaryOp(op=ast.Invert(), operand=operand):
                    source, is_negated = compile_node(operand)
                    return source, not is_negated
                case ast.BinOp(op=ast.BitAnd()):
                    return join(AND, [compile_node(part) for part in _flatten(node, ast.BitAnd)])
                case ast.BinOp(op=ast.BitOr()):
                    return join(OR, [compile_node(part) for part in _flatten(node, ast.BitOr)])
                case ast.BinOp(left=left, op=ast.BitXor(), right=right):
                    a, b = compile_node(left), compile_node(right)
                    return join(AND, [join(OR, [a, b]), join(OR, [(i, not is_negated) for i, is_negated in (a, b)])])
            found = ast.get_source_segment(self.text, node) or type(node).__name__
            raise ValueError(f"formula: {EXPECTED}, got {found!r:.40} in {self.text!r:.80}")

        try:
            answer = compile_node(tree)
        except RecursionError:
            raise ValueError(f"formula: it is nested too deeply, {self.text!r:.40}") from None
        if not units or answer != (len(inputs) + len(units) - 1, False):  # a lone name, or a negation on top
            join(OR, [answer])
        super().__init__(len(inputs), units)

    def outputs(self, x: Any) -> list[Any]:
        """Return the output of each unit; raise ValueError for inputs other than 0 and 1."""
        inputs = read_row(x)
        for name, v in zip(self.names, inputs, strict=False):  # the number of inputs is checked below
            if getattr(v, "data", v) not in (0, 1):
                raise ValueError(f"inputs: expected 0 or 1 for {name}, got {v!r:.40}")
        return super().outputs(inputs)

    def table(self) -> list[tuple[int, ...]]:
        """Return the truth table: rows of the inputs and the answer."""
        with no_grad():
            return [(*x, int(self(x).data)) for x in product((0, 1), repeat=self.nin)]


def _parse(text: str) -> tuple[str, ast.expr]:
    """Return a formula on one line in Python's operators, and its syntax tree."""
    if not isinstance(text, str):
        raise TypeError(f"formula: expected a text, got {type(text).__name__} {text!r:.40}")
    text = " ".join(text.translate(OPERATORS).split())
    try:
        return text, ast.parse(text, mode="eval").body
    except SyntaxError as error:
        at = f" at character {error.offset}" if error.offset else ""
        raise ValueError(f"formula: {EXPECTED}, got {text!r:.80}: {error.msg}{at}") from None
    except (ValueError, RecursionError, MemoryError) as error:  # a null character, or too deep for the parser
        raise ValueError(f"formula: {EXPECTED}, got {text!r:.80}: {error or 'nested too deeply'}") from None


def _flatten(node: ast.expr, kind: type[ast.operator]) -> list[ast.expr]:
    """Return the three parts of a & b & c, and likewise of any chain of one operator."""
    parts: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, kind):
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)]
