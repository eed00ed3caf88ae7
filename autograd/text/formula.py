r"""How operations, numbers and names are written as formulas: in Unicode text and in LaTeX.

A rule of the table read on Formulas writes itself.

    >>> from autograd.table.op import TABLE
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

from ..table.op import TABLE, Op
from ..table.operators import Operators

#: How tightly a formula holds together, from a comparison over sums, products and functions to what stands alone.
COMPARISON, SUM, PRODUCT, FUNCTION, POWER, ATOM = range(6)
INFIX = {
    "add": ("+", SUM), "sub": ("−", SUM), "mul": ("×", PRODUCT), "div": ("/", PRODUCT), "mod": ("%", PRODUCT),
    "pow": ("^", POWER), "lt": ("<", COMPARISON), "le": ("≤", COMPARISON), "eq": ("=", COMPARISON),
}  # fmt: skip
MANY = 8  # of more terms the first are written, and how many more there are


class Formula(Operators):
    """A text that knows how tightly it holds together; what is computed with it is a Formula."""

    __slots__ = ("binding", "constant", "latex", "text")

    def __init__(self, text: str, binding: int = ATOM, latex: bool = False, constant: float | None = None) -> None:
        self.text = text
        self.binding = binding
        self.latex = latex
        self.constant = constant  # the number that it is, if it is one

    @classmethod
    def named(cls, name: str, latex: bool = False) -> Formula:
        """Write a name: in LaTeX w0 as w_{0}, else upright; what could be read as a formula in quotes."""
        plain = name if re.fullmatch(r"[^\W\d][\w.\[\],]*", name) else f"“{name}”"
        return cls(_latex_name(name) if latex else plain, ATOM, latex)

    def __apply__(self, op: Op, args: tuple[Any, ...]) -> Formula:
        parts = [self._part(a) for a in args]
        return _shorter(op, parts) or write(op, parts, self.latex)

    def _part(self, x: Any) -> Formula:
        return x if isinstance(x, Formula) else number(x, self.latex)

    def within(self, binding: int) -> str:
        """Write it where only what holds together more tightly needs no brackets."""
        if self.binding > binding:
            return self.text
        return rf"\left({self.text}\right)" if self.latex else f"({self.text})"

    @property
    def negative(self) -> bool:
        """Whether it starts with a minus, and so gets brackets after another sign."""
        return self.text.startswith(("−", "-"))

    def __str__(self) -> str:
        return self.text


def number(x: float, latex: bool = False) -> Formula:
    """Write a constant as short as it can be."""
    return _number(x, constant(x, "-" if latex else "−"), latex)


def value(x: float, latex: bool = False) -> Formula:
    """Write a computed number to three significant digits."""
    return _number(x, digits(x, "-" if latex else "−"), latex)


def _number(x: float, text: str, latex: bool) -> Formula:
    if latex:
        text = re.sub(r"e(-?\d+)", r" \\cdot 10^{\1}", text).replace("∞", r"\infty").replace("nan", r"\mathrm{nan}")
    return Formula(text, PRODUCT if x < 0 or "cdot" in text else ATOM, latex, x)


def write(op: Op, parts: Sequence[Formula], latex: bool = False) -> Formula:
    """Write an operation on what its arguments are written as; a sum of products as such."""
    if op.name in ("sum", "dot"):
        return _terms(op, parts, latex)
    if latex:
        return _latex(op, parts)
    if op.name == "neg":
        return Formula(f"−{parts[0].within(PRODUCT)}", PRODUCT)
    if op.name in INFIX:
        sign, binding = INFIX[op.name]
        space = "" if sign == "^" else " "
        a, b = parts
        left = a.within(binding - (op.name not in ("pow", "lt", "le", "eq")))
        right = b.within(ATOM if b.negative else binding)
        return Formula(f"{left}{space}{sign}{space}{right}", binding)
    return Formula(f"{op.name}({_listed(op, parts, '… {} more')})")


def _listed(op: Op, parts: Sequence[Formula], more: str) -> str:
    """List arguments; those beside which a softmax is taken stand behind a semicolon."""
    texts = [part.text for part in parts]
    if op.calling.each and len(texts) > 1:
        return "; ".join([texts[0], ", ".join(some(texts[1:], more))])
    return ", ".join(some(texts, more))


def some(terms: Sequence[str], more: str = "… {} more") -> list[str]:
    """List the first of many terms, and how many more there are."""
    if len(terms) <= MANY:
        return list(terms)
    return [*terms[: MANY - 1], more.format(f"{len(terms) - MANY + 1:,}")]


def _terms(op: Op, parts: Sequence[Formula], latex: bool) -> Formula:
    """Write b + w0·x0 + …, without a bias that is the number 0."""
    terms = list(parts)
    if op.name == "dot":
        n = len(parts) // 2
        products = [write(TABLE["mul"], pair, latex) for pair in zip(parts[:n], parts[n:-1], strict=True)]
        terms = products if products and parts[-1].text == "0" else [parts[-1], *products]
    if len(terms) == 1:
        return terms[0]
    found = [terms[0].text, *(t.within(ATOM) if t.negative else t.text for t in terms[1:])]
    return Formula(" + ".join(some(found, r"\cdots" if latex else "… {} more")) or "0", SUM if terms else ATOM, latex)


def _latex(op: Op, parts: Sequence[Formula]) -> Formula:
    """Fill in the LaTeX of a row; an argument that nothing encloses gets brackets where it needs them."""
    binding = PRODUCT if op.name == "neg" else INFIX[op.name][1] if op.name in INFIX else FUNCTION
    whole, open_, modulo = op.notation.latex, False, op.name == "mod"

    def fill(place: re.Match[str]) -> str:
        nonlocal open_
        if place[1] == "*":
            return _listed(op, parts, r"\ldots")
        part = parts[int(place[1]) - 1]
        before, after = whole[: place.start()], whole[place.end() :]
        if after.startswith("}^"):  # the base of a power
            return part.within(POWER)
        if _depth(before) > 0:
            return part.text
        open_ = True
        if before and part.negative:
            return part.within(ATOM)
        return part.within(binding if modulo else binding - (after != "" or op.name in ("add", "mul")))

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


def _depth(before: str) -> int:
    """Count the brackets that are open at a place in a row's LaTeX; a bar opens, and the next one closes."""
    opened = len(re.findall(r"[({\[]|\\l(?:Vert|floor|ceil)", before))
    closed = len(re.findall(r"[)}\]]|\\r(?:Vert|floor|ceil)", before))
    return opened - closed + before.count("|") % 2


def _shorter(op: Op, parts: Sequence[Formula]) -> Formula | None:
    """Write less where a rule multiplies by 1 or -1, adds 0, or meets two whole constants."""
    constants = [part.constant for part in parts]
    if op.name in ("add", "sub", "mul") and all(c is not None and c % 1 == 0 for c in constants):
        return number(op.apply(tuple(constants)), parts[0].latex)
    match op.name, constants:
        case ("mul", [1, _]) | ("add", [0, _]):
            return parts[1]
        case ("mul", [_, 1]) | ("add" | "sub", [_, 0]) | ("div" | "pow", [_, 1]):
            return parts[0]
        case ("mul", [-1, _]):
            return write(TABLE["neg"], parts[1:], parts[1].latex)
        case ("mul", [_, -1]):
            return write(TABLE["neg"], parts[:1], parts[0].latex)
        case ("mul", [0, _]) | ("mul", [_, 0]):
            return number(0.0, parts[0].latex)
    return None


def _latex_name(name: str) -> str:
    if match := re.fullmatch(r"([^\W\d_])_?(\d*)", name):
        return match[1] + (f"_{{{match[2]}}}" if match[2] else "")
    special = {"\\": r"\backslash ", "~": r"\sim ", "^": r"\wedge "}
    upright = "".join(special.get(c) or (f"\\{c}" if c in "#$%&_{}" else c) for c in name)
    return rf"\mathrm{{{upright.replace(' ', '~')}}}"


def digits(x: float, minus: str = "-") -> str:
    """Write a number to three significant digits; 0 is exactly 0.

    >>> [digits(x) for x in (2, -0.19661, 0, 1234.5, 1.5e-7, float("inf"))]
    ['2.00', '-0.197', '0', '1234', '1.50e-7', '∞']
    """
    if x == 0:
        return "0"
    if not math.isfinite(x):
        text = _endless(x)
    elif 999.5 <= abs(x) < 1e6:
        text = f"{x:.0f}"
    else:
        text = re.sub(r"e([+-])0*", r"e\1", f"{x:#.3g}".rstrip(".")).replace(".e", "e").replace("e+", "e")
    return text.replace("-", minus)


def constant(x: float, minus: str = "-") -> str:
    """Write a constant as short as it can be: 1, -2.5, 1e-7, ∞."""
    text = re.sub(r"e\+?(-?)0*", r"e\1", f"{x:.6g}") if math.isfinite(x) else _endless(x)
    return text.replace("-", minus)


def _endless(x: float) -> str:
    return "nan" if math.isnan(x) else "∞" if x > 0 else "-∞"
