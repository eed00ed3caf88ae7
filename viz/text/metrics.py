"""Bound the width of a text whose font is not known, and shorten long texts.

Widths are those of DejaVu Sans Bold, the widest of the fonts that pictures ask for, rounded up. A text that fits by
these widths fits in Inter, Segoe UI and Roboto too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

_CLASSES = {
    0.4: " .,:;!|'·ijl", 0.5: "()[]{}⌊⌋⌈⌉-/\"fIrt₀₁₂₃₄₅₆₇₈₉²³",
    0.72: "abcdeghknopqsuvxyzσ0123456789", 1.12: "mwMW@%—…Σ∞ЖФШЩЮЫжфшщюыМм",
}  # fmt: skip
_WIDTHS = {letter: width for width, letters in _CLASSES.items() for letter in letters}


def text_width_em(text: str) -> float:
    """Return an upper bound of the width of a text, in units of its font size.

    >>> text_width_em("ill") < text_width_em("sum") < text_width_em("WWW") < text_width_em("神经网络")
    True
    """
    return sum(map(_letter_width, text))


def _letter_width(c: str) -> float:
    if c in _WIDTHS:
        return _WIDTHS[c]
    expanded = unicodedata.normalize("NFKC", c)
    if len(expanded) > 1:  # a ligature, which may be a whole sentence
        return text_width_em(expanded)
    if c in "\u2068\u2069":  # invisible: they isolate a name
        return 0.0
    if unicodedata.category(c) in ("Mn", "Me"):
        return 0.1  # a mark over the letter before; above 0 so that a pile of marks is shortened too
    if unicodedata.east_asian_width(c) in "WF":
        return 1.3 if unicodedata.category(c) == "So" else 1.05  # emoji are wider than their square
    return 0.9 if c < "\U00010000" else 2.0


def column_width(text: str) -> int:
    """Return the number of terminal columns that a text occupies.

    >>> column_width("w0"), column_width("神经")
    (2, 4)
    """
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def shorten(text: str, max_width: float, measure: Callable[[str], float] = len) -> str:
    """Return a text of at most a given width, its middle left out if it is longer.

    >>> shorten("layer12.neuron34.weight56", 15)
    'layer12…eight56'
    """
    if measure(text) <= max_width:
        return text
    half = (max_width - measure("…")) / 2
    return f"{_head(text, half, measure)}…{_head(text[::-1], half, measure)[::-1]}"


def _head(text: str, max_width: float, measure: Callable[[str], float]) -> str:
    used = 0.0
    for i, c in enumerate(text):
        used += measure(c)
        if used > max_width:
            return text[:i]
    return text


def ellipsize_repr(text: str) -> str:
    r"""Return a text as a message quotes it, in at most 60 printable characters.

    >>> ellipsize_repr("a\nb")
    'a\ufffdb'
    """
    return shorten(printable(text), 60)


def printable(text: str) -> str:
    """Return a text with � for each character that is not printable."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def ellipsize_list(terms: Sequence[str], max_terms: int = 8) -> list[str]:
    """Return the first of many terms, and how many more there are.

    >>> ellipsize_list(["a", "b", "c", "d"], 3)
    ['a', 'b', '… 2 more']
    """
    if len(terms) <= max_terms:
        return list(terms)
    return [*terms[: max_terms - 1], f"… {len(terms) - max_terms + 1:,} more"]
