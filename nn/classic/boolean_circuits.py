"""Any Boolean function as a network of threshold units, compiled from a formula."""

from __future__ import annotations

import ast
from itertools import product
from typing import Any

from autograd import no_grad

from ..validation import read_row
from .threshold_units import AND, OR, Circuit, McCullochPitts

SIGNS = str.maketrans("∧∨⊕¬", "&|^~")
EXPECTED = "expected names joined by & | ^ ~ and parentheses"
Literal = tuple[int, bool]  # the place of an input or a unit, and whether it is negated


class Formula(Circuit):
    """Compute a formula in & | ^ ~ (or ∧ ∨ ⊕ ¬) on inputs of 0 and 1, by AND and OR units with weights ±1.

    AND of n is Σ ±x ≥ n − k − ½ and OR is Σ ±x ≥ ½ − k, where k are negated: ¬ is a weight −1. Equal parts share
    one unit; ``names`` are the inputs in alphabetical order. The text is parsed, never evaluated. Raises
    ValueError for one that is no such formula.
    After McCulloch and Pitts (1943): every formula of propositional logic is a net without cycles.

    >>> xor = Formula("(X | Y) & (~X | ~Y)")
    >>> xor.names, xor.depth, xor.table()
    (['X', 'Y'], 2, [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)])
    """

    def __init__(self, text: str) -> None:
        self.text, tree = _parsed(text)
        self.names = sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)})
        places = {name: place for place, name in enumerate(self.names)}
        units: list[tuple[McCullochPitts, list[int]]] = []
        made: dict[Any, int] = {}

        def unit(kind: Any, literals: list[Literal]) -> Literal:
            """Find or add the unit that joins literals."""
            key = kind, *sorted(literals)
            if key not in made:
                made[key] = len(places) + len(units)
                negated = [i for i, (_, off) in enumerate(literals) if off]
                units.append((kind(len(literals), negated), [place for place, _ in literals]))
            return made[key], False

        def literal(node: ast.expr) -> Literal:
            match node:
                case ast.Name(id=name):
                    return places[name], False
                case ast.UnaryOp(op=ast.Invert(), operand=inner):
                    place, negated = literal(inner)
                    return place, not negated
                case ast.BinOp(op=ast.BitAnd()):
                    return unit(AND, [literal(part) for part in _parts(node, ast.BitAnd)])
                case ast.BinOp(op=ast.BitOr()):
                    return unit(OR, [literal(part) for part in _parts(node, ast.BitOr)])
                case ast.BinOp(left=left, op=ast.BitXor(), right=right):
                    a, b = literal(left), literal(right)
                    one, not_both = unit(OR, [a, b]), unit(OR, [(place, not negated) for place, negated in (a, b)])
                    return unit(AND, [one, not_both])
            found = ast.get_source_segment(self.text, node) or type(node).__name__
            raise ValueError(f"formula: {EXPECTED}, got {found!r:.40} in {self.text!r:.80}")

        try:
            answer = literal(tree)
        except RecursionError:
            raise ValueError(f"formula: it is nested too deeply, {self.text!r:.40}") from None
        if not units or answer != (len(places) + len(units) - 1, False):  # a lone name, or a negation on top
            unit(OR, [answer])
        super().__init__(len(places), units)

    def outputs(self, x: Any) -> list[Any]:
        """Return what each unit says; raise ValueError for inputs that are not 0 or 1 each."""
        inputs = read_row(x)
        for name, v in zip(self.names, inputs, strict=False):  # how many there are is checked below
            if getattr(v, "data", v) not in (0, 1):
                raise ValueError(f"inputs: expected 0 or 1 for {name}, got {v!r:.40}")
        return super().outputs(inputs)

    def table(self) -> list[tuple[int, ...]]:
        """Return the truth table: for every row of inputs, these and the answer."""
        with no_grad():
            return [(*x, int(self(x).data)) for x in product((0, 1), repeat=self.nin)]


def _parsed(text: str) -> tuple[str, ast.expr]:
    if not isinstance(text, str):
        raise TypeError(f"formula: expected a text, got {type(text).__name__} {text!r:.40}")
    text = " ".join(text.translate(SIGNS).split())  # it may span lines
    try:
        return text, ast.parse(text, mode="eval").body
    except SyntaxError as error:
        at = f" at character {error.offset}" if error.offset else ""
        raise ValueError(f"formula: {EXPECTED}, got {text!r:.80}: {error.msg}{at}") from None
    except (ValueError, RecursionError, MemoryError) as error:  # a null character; too deep for the parser
        raise ValueError(f"formula: {EXPECTED}, got {text!r:.80}: {error or 'nested too deeply'}") from None


def _parts(node: ast.expr, kind: type[ast.operator]) -> list[ast.expr]:
    """Take a & b & c apart into its three."""
    parts: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, kind):
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)]
