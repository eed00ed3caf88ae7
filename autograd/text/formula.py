r"""Formulas in Unicode text and in LaTeX: operations, numbers and names.

A rule of the table that is called with Formulas returns its own text.

    >>> from autograd.table import TABLE
    >>> a, b = Formula("w0"), Formula("x")
    >>> print(TABLE["sigmoid"](a * b + 1) ** 2)
    sigmoid(w0 × x + 1)^2
    >>> print((Formula.named("w0", latex=True) + 1) / 2)
    \frac{w_{0} + 1}{2}
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from ..numbers import Operators
from ..table import TABLE, Op

#: How tightly a formula binds, from a comparison, the loosest, to a number or name, the tightest.
COMPARISON, SUM, PRODUCT, FUNCTION, POWER, ATOM = range(6)
INFIX = {
    "add": ("+", SUM), "sub": ("−", SUM), "mul": ("×", PRODUCT), "div": ("/", PRODUCT), "mod": ("%", PRODUCT),
    "pow": ("^", POWER), "lt": ("<", COMPARISON), "le": ("≤", COMPARISON), "eq": ("=", COMPARISON),
}  # fmt: skip
MAX_TERMS = 8  # of a longer list the first terms are written, and the number of the others


class Formula(Operators):
    """A text that knows how tightly it binds; an operation on Formulas is a Formula.

    Args:
        text: The formula as it is written.
        binding: How tightly it binds, such as SUM or PRODUCT; a looser one gets brackets inside a tighter one.
        latex: Whether the text is LaTeX.
        constant: The number that the formula is, if it is one.
    """

    __slots__ = ("binding", "constant", "latex", "text")

    def __init__(self, text: str, binding: int = ATOM, latex: bool = False, constant: float | None = None) -> None:
        self.text: str = text
        self.binding: int = binding
        self.latex: bool = latex
        self.constant: float | None = constant

    @classmethod
    def named(cls, name: str, latex: bool = False) -> Formula:
        """Return a name as a formula.

        In LaTeX w0 is w_{0} and a longer name is upright; any other text is in quotes.
        """
        plain = name if re.fullmatch(r'[^\W\d]([\w.\[\],]|\["\w+"\])*', name) else f"“{name}”"
        return cls(_latex_name(name) if latex else plain, ATOM, latex)

    def __apply__(self, op: Op, args: tuple[Any, ...]) -> Formula:
        parts = [self._to_formula(a) for a in args]
        return _simplify(op, parts) or write_operation(op, parts, self.latex)

    def _to_formula(self, x: Any) -> Formula:
        return x if isinstance(x, Formula) else write_constant(x, self.latex)

    def in_context(self, binding: int) -> str:
        """Return the text, in brackets if it binds no more tightly than its context."""
        if self.binding > binding:
            return self.text
        return rf"\left({self.text}\right)" if self.latex else f"({self.text})"

    @property
    def starts_with_minus(self) -> bool:
        """Whether the text starts with a minus and needs brackets after a sign."""
        return self.text.startswith(("−", "-"))

    def __str__(self) -> str:
        return self.text


def write_constant(x: float, latex: bool = False) -> Formula:
    """Return a constant as a formula, as short as possible."""
    return _formula_of_number(x, format_constant(x, "-" if latex else "−"), latex)


def write_value(x: float, latex: bool = False) -> Formula:
    """Return a computed number as a formula, to three significant digits."""
    return _formula_of_number(x, format_value(x, "-" if latex else "−"), latex)


def _formula_of_number(x: float, text: str, latex: bool) -> Formula:
    if latex:
        text = re.sub(r"e(-?\d+)", r" \\cdot 10^{\1}", text).replace("∞", r"\infty").replace("nan", r"\mathrm{nan}")
    return Formula(text, PRODUCT if x < 0 or "cdot" in text else ATOM, latex, x)


def write_operation(op: Op, parts: Sequence[Formula], latex: bool = False) -> Formula:
    """Return the formula of an operation, given those of its arguments.

    ``sum`` and ``dot`` are written as sums.
    """
    if op.name in ("sum", "dot"):
        return _write_sum(op, parts, latex)
    if latex:
        return _fill_latex(op, parts)
    if op.name == "neg":
        return Formula(f"−{parts[0].in_context(PRODUCT)}", PRODUCT)
    if op.name in INFIX:
        sign, binding = INFIX[op.name]
        space = "" if sign == "^" else " "
        a, b = parts
        left = a.in_context(binding - (op.name not in ("pow", "lt", "le", "eq")))
        right = b.in_context(ATOM if b.starts_with_minus else binding)
        return Formula(f"{left}{space}{sign}{space}{right}", binding)
    return Formula(f"{op.name}({_join_arguments(op, parts, '… {} more')})")


def _join_arguments(op: Op, parts: Sequence[Formula], more: str) -> str:
    """Return the arguments joined by commas.

    For one result of many, as of softmax, its own argument comes first, before a semicolon.
    """
    texts = [part.text for part in parts]
    if op.calling.each and len(texts) > 1:
        return "; ".join([texts[0], ", ".join(ellipsize(texts[1:], more))])
    return ", ".join(ellipsize(texts, more))


def ellipsize(terms: Sequence[str], more: str = "… {} more") -> list[str]:
    """Return the terms, or the first of many and the number of the others."""
    if len(terms) <= MAX_TERMS:
        return list(terms)
    return [*terms[: MAX_TERMS - 1], more.format(f"{len(terms) - MAX_TERMS + 1:,}")]


def _write_sum(op: Op, parts: Sequence[Formula], latex: bool) -> Formula:
    """Return b + w0·x0 + … as a formula, without a bias that is the constant 0."""
    terms = list(parts)
    if op.name == "dot":
        n = len(parts) // 2
        products = [write_operation(TABLE["mul"], pair, latex) for pair in zip(parts[:n], parts[n:-1], strict=True)]
        terms = products if products and parts[-1].text == "0" else [parts[-1], *products]
    if len(terms) == 1:
        return terms[0]
    found = [terms[0].text, *(t.in_context(ATOM) if t.starts_with_minus else t.text for t in terms[1:])]
    text = " + ".join(ellipsize(found, r"\cdots" if latex else "… {} more"))
    return Formula(text or "0", SUM if terms else ATOM, latex)


def _fill_latex(op: Op, parts: Sequence[Formula]) -> Formula:
    """Return the LaTeX of a row with its arguments, in brackets where needed."""
    binding = PRODUCT if op.name == "neg" else INFIX[op.name][1] if op.name in INFIX else FUNCTION
    whole, open_, modulo = op.notation.latex, False, op.name == "mod"

    def fill(place: re.Match[str]) -> str:
        nonlocal open_
        if place[1] == "*":
            return _join_arguments(op, parts, r"\ldots")
        part = parts[int(place[1]) - 1]
        before, after = whole[: place.start()], whole[place.end() :]
        if after.startswith("}^"):  # the base of a power
            return part.in_context(POWER)
        if _count_open_brackets(before) > 0:
            return part.text
        open_ = True
        if before and part.starts_with_minus:
            return part.in_context(ATOM)
        return part.in_context(binding if modulo else binding - (after != "" or op.name in ("add", "mul")))

    text = re.sub(r"(?<!\\)#(\*|\d+)", fill, whole)
    if modulo or whole.startswith(r"\ln"):
        binding = SUM
    elif whole.startswith(r"\sqrt"):
        binding = ATOM
    elif not open_:
        binding = POWER if "^" in whole else FUNCTION if whole.startswith(r"\frac") else ATOM
    elif binding == FUNCTION:  # before a sign it is not clear where the argument of ln x ends
        binding = PRODUCT if whole.startswith("#1") else SUM
    return Formula(text, binding, latex=True)


def _count_open_brackets(before: str) -> int:
    """Return the number of open brackets after a part of a row's LaTeX.

    A bar opens, and the next one closes.
    """
    opened = len(re.findall(r"[({\[]|\\l(?:Vert|floor|ceil)", before))
    closed = len(re.findall(r"[)}\]]|\\r(?:Vert|floor|ceil)", before))
    return opened - closed + before.count("|") % 2


def _simplify(op: Op, parts: Sequence[Formula]) -> Formula | None:
    """Return a shorter formula for products with 1 and sums with 0, or None."""
    constants = [part.constant for part in parts]
    if op.name in ("add", "sub", "mul") and all(c is not None and c % 1 == 0 for c in constants):
        return write_constant(op.apply(tuple(constants)), parts[0].latex)
    match op.name, constants:
        case ("mul", [1, _]) | ("add", [0, _]):
            return parts[1]
        case ("mul", [_, 1]) | ("add" | "sub", [_, 0]) | ("div" | "pow", [_, 1]):
            return parts[0]
        case ("mul", [-1, _]):
            return write_operation(TABLE["neg"], parts[1:], parts[1].latex)
        case ("mul", [_, -1]):
            return write_operation(TABLE["neg"], parts[:1], parts[0].latex)
        case ("mul", [0, _]) | ("mul", [_, 0]):
            return write_constant(0.0, parts[0].latex)
    return None


def _latex_name(name: str) -> str:
    if match := re.fullmatch(r"([^\W\d_])_?(\d*)", name):
        return match[1] + (f"_{{{match[2]}}}" if match[2] else "")
    special = {"\\": r"\backslash ", "~": r"\sim ", "^": r"\wedge "}
    upright = "".join(special.get(c) or (f"\\{c}" if c in "#$%&_{}" else c) for c in name)
    return rf"\mathrm{{{upright.replace(' ', '~')}}}"


def format_value(x: float, minus: str = "-", n_digits: int = 3) -> str:
    """Return a number to some significant digits; "0" is exactly 0.

    >>> [format_value(x) for x in (2, -0.19661, 0, 1234.5, 1.5e-7, float("inf"))]
    ['2.00', '-0.197', '0', '1234', '1.50e-7', '∞']
    """
    if x == 0:
        return "0"
    if not math.isfinite(x):
        text = _format_non_finite(x)
    elif 10**n_digits - 0.5 <= abs(x) < 1e6:
        text = f"{x:.0f}"
    else:
        text = re.sub(r"e([+-])0*", r"e\1", f"{x:#.{n_digits}g}".rstrip(".")).replace(".e", "e").replace("e+", "e")
    return text.replace("-", minus)


def format_constant(x: float, minus: str = "-") -> str:
    """Return a constant as text, as short as possible: 1, -2.5, 1e-7, ∞."""
    text = re.sub(r"e\+?(-?)0*", r"e\1", f"{x:.6g}") if math.isfinite(x) else _format_non_finite(x)
    return text.replace("-", minus)


def _format_non_finite(x: float) -> str:
    return "nan" if math.isnan(x) else "∞" if x > 0 else "-∞"
