"""The colours and letters of a picture, light and dark."""

from __future__ import annotations

LIGHT = {
    "page": "#ffffff", "shape": "#f6f8fb", "line": "#b4bcca", "ink": "#1a202c", "quiet": "#5b6472",
    "value": "#0060a8", "grad": "#c2410c",
}  # fmt: skip
DARK = {
    "page": "#12161c", "shape": "#1e2630", "line": "#5a6675", "ink": "#f2f5f9", "quiet": "#a5afbc",
    "value": "#6cb6ff", "grad": "#ff9a62",
}  # fmt: skip
THEMES = {"light": LIGHT, "dark": DARK}

STYLE = """
.gg{font:600 15px Inter,system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;\
font-variant-numeric:tabular-nums}
.gg .page{fill:PAGE}.gg .shape{fill:SHAPE;stroke:LINE;stroke-width:2}.gg .wire{fill:none;stroke:LINE;stroke-width:2}
.gg .idle{stroke-dasharray:3 4}.gg .name{fill:INK;text-anchor:middle}.gg .value{fill:VALUE}.gg .grad{fill:GRAD}
.gg .more{fill:QUIET;font-size:13px;font-weight:500}
.gg .local{fill:QUIET;font-size:12px;font-weight:500;text-anchor:end}
.gg .label{fill:QUIET;font-size:13px;font-weight:500;font-style:italic;text-anchor:middle}
.gg .key{font-size:13px;text-anchor:end}.gg .key .plain{fill:QUIET;font-weight:400}
"""
NAME, LABEL, LOCAL = 15.0, 13.0, 12.0  # font sizes, as above


def style(theme: str) -> str:
    """Write the style sheet of a theme: auto is light, and dark where the reader's system is."""
    if theme == "auto":
        return _colours(LIGHT) + "@media (prefers-color-scheme:dark){" + _colours(DARK) + "}"
    return _colours(THEMES[theme])


def _colours(palette: dict[str, str]) -> str:
    text = STYLE
    for use, colour in palette.items():
        text = text.replace(use.upper(), colour)
    return text
