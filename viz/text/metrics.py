"""How wide a text is, and how a long one is shortened; the fonts of a reader are not known.

Widths are those of DejaVu Sans Bold, the widest of the fonts asked for, rounded up: a text that fits by
them fits in Inter, Segoe UI and Roboto too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

_CLASSES = {
    0.4: " .,:;!|'·ijl", 0.5: "()[]{}⌊⌋⌈⌉-/\"fIrt₀₁₂₃₄₅₆₇₈₉²³",
    0.72: "abcdeghknopqsuvxyzσ0123456789", 1.12: "mwMW@%—…Σ∞ЖФШЩЮЫжфшщюыМм",
}  # fmt: skip
_EM = {letter: em for em, letters in _CLASSES.items() for letter in letters}


def em(text: str) -> float:
    """Bound the width of a text, in units of its font size.

    >>> em("ill") < em("sum") < em("WWW") < em("神经网络")
    True
    """
    return sum(map(_letter, text))


def _letter(c: str) -> float:
    if c in _EM:
        return _EM[c]
    spelt = unicodedata.normalize("NFKC", c)
    if len(spelt) > 1:  # a ligature, which may be a whole sentence
        return em(spelt)
    if c in "\u2068\u2069":  # they isolate a name, and are not seen
        return 0.0
    if unicodedata.category(c) in ("Mn", "Me"):
        return 0.1  # it stands over the letter before; not 0, so that a heap of them is shortened too
    if unicodedata.east_asian_width(c) in "WF":
        return 1.3 if unicodedata.category(c) == "So" else 1.05  # emoji are wider than their square
    return 0.9 if c < "\U00010000" else 2.0


def cells(text: str) -> int:
    """Count the columns that a text takes on a terminal.

    >>> cells("w0"), cells("神经")
    (2, 4)
    """
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def shorten(text: str, most: float, measure: Callable[[str], float] = len) -> str:
    """Shorten a text to a width by leaving out its middle.

    >>> shorten("layer12.neuron34.weight56", 15)
    'layer12…eight56'
    """
    if measure(text) <= most:
        return text
    half = (most - measure("…")) / 2
    return f"{_head(text, half, measure)}…{_head(text[::-1], half, measure)[::-1]}"


def _head(text: str, most: float, measure: Callable[[str], float]) -> str:
    used = 0.0
    for i, c in enumerate(text):
        used += measure(c)
        if used > most:
            return text[:i]
    return text


def brief(text: str) -> str:
    r"""Shorten what is quoted in a message, and make its letters printable.

    >>> brief("a\nb")
    'a\ufffdb'
    """
    return shorten(printable(text), 60)


def printable(text: str) -> str:
    """Replace by � whatever cannot be printed, would break a line or would turn its direction."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def some(terms: Sequence[str], most: int = 8) -> list[str]:
    """List the first of many terms, and how many more there are.

    >>> some(["a", "b", "c", "d"], 3)
    ['a', 'b', '… 2 more']
    """
    if len(terms) <= most:
        return list(terms)
    return [*terms[: most - 1], f"… {len(terms) - most + 1:,} more"]
