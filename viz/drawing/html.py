"""Build self-contained pieces of a page, with a picture and a script.

A piece is an <img> of a finished SVG, and most often data as JSON and a script. Where scripts do not run, as in an
untrusted notebook, the picture stays. A piece loads nothing, has no element ids, and never parses a user's text as HTML
or code.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from .theme import css_variables, page_style

SCRIPTS: dict[str, tuple[str, ...]] = {
    "player": ("evaluate.js", "keyframes.js", "leaves.js", "player.js"),  # the last one starts the player
    "decided": ("decided.js",),  # for the pages of traces with decisions
    "scene": ("scene.js",),  # for those of large graphs
    "scenes": ("scenes.js",),
}
POLICY = "default-src 'none';img-src data:;style-src 'unsafe-inline';script-src 'unsafe-inline'"


def format_piece(
    name: str, picture: str, alt: str, data: Any, *, theme: str = "auto", height: float = 0, script: str = ""
) -> str:
    """Return a piece whose picture the scripts of a name, or of several, replace.

    ``height`` in pixels is reserved before they run, for hosts that measure early. ``script`` precedes them.
    """
    scripts = f'<script type="application/json">{inert_json(data)}</script>\n<script>{_script(name, script)}</script>\n'
    return _wrap(_style(name), picture, alt, theme, f"min-height:{height:.0f}px", scripts)


def format_still(picture: str, alt: str, theme: str = "auto") -> str:
    """Return a piece without scripts: a picture that follows the theme of its host."""
    return _wrap(compress_css(read_asset("host.css")), picture, alt, theme)


def _wrap(style: str, picture: str, alt: str, theme: str, size: str = "", scripts: str = "") -> str:
    picture = re.sub('<title>.*?</title>\n| role="img"', "", picture, count=2)  # the alt text replaces them
    picture = picture.replace(".gg .", ".")  # the image contains nothing else
    own = ";".join(filter(None, [size, f"color-scheme:{theme}" * (theme != "auto")]))
    return (
        f'<div class="gg-piece" data-lm-suppress-shortcuts="true" style="{own}">\n<style>{style}</style>\n'
        f"<img alt=\"{escape(alt)}\" src='{data_url(picture)}'>\n{scripts}</div>\n"
    )


def sturdy(piece: str) -> str:
    """Return a piece whose picture is in base64: longer, but GitHub shows it.

    >>> sturdy("<img src='data:image/svg+xml,%3Csvg/>'>")
    "<img src='data:image/svg+xml;base64,PHN2Zy8+'>"
    """

    def encode(match: re.Match[str]) -> str:
        return ";base64," + b64encode(unquote(match[1]).encode("ascii", "xmlcharrefreplace")).decode()

    return re.sub(r"(?<=src='data:image/svg\+xml),([^']*)", encode, piece, count=1)


def format_page(body: str, title: str) -> str:
    """Return a complete page around a piece, which cannot load anything."""
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n"
        "<style>:root{color-scheme:light dark}body{margin:16px;background:light-dark(#eef1f5,#0a0d11)}"
        "main{max-width:1400px;margin:auto}h1{font:600 16px Inter,system-ui,sans-serif;margin:0 0 12px;"
        "color:light-dark(#1a202c,#f2f5f9)}"
        "@media print{:root{color-scheme:light}body{margin:0;background:none}}</style>\n"
        f"<main>\n<h1>{escape(title)}</h1>\n{body}</main>\n</html>\n"
    )


def data_url(svg: str) -> str:
    """Return a picture as the URL of an image, for an attribute in single quotes.

    >>> print(data_url('<svg a="1">&amp;</svg>'))
    data:image/svg+xml,%3Csvg a="1">%26amp;%3C/svg>
    """
    return "data:image/svg+xml," + re.sub("[%#'&<]", lambda m: f"%{ord(m[0]):02X}", svg.replace("\n", ""))


def inert_json(data: Any) -> str:
    r"""Return data as JSON that neither ends nor starts an element.

    >>> inert_json({"a": "</script>"})
    '{"a":"\\u003c/script>"}'
    """
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@cache
def _style(name: str) -> str:
    flow = name == "scenes"
    text = read_asset("host.css") + read_asset("theme.css").replace("VARIABLES", css_variables(flow)) + page_style(flow)
    return compress_css(text + "".join(read_asset(f"{part}.css") for part in name.split()))


def compress_css(text: str) -> str:
    """Return a style sheet without comments and needless spaces."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*([{};,:>])\s+|\s*([{}])", r"\1\2", " ".join(text.split())).replace(";}", "}")


@cache
def _script(name: str, before: str) -> str:
    scripts = [read_asset("page.js"), before, *(read_asset(file) for part in name.split() for file in SCRIPTS[part])]
    return '(()=>{"use strict";' + minify("".join(scripts)) + "})()"


def minify(script: str) -> str:
    r"""Return a script without comment lines, needless spaces and final commas.

    ``const`` becomes ``let``, which is shorter. The script needs a semicolon after every statement, and must have
    neither ``a - -b`` nor a loop without a body.

    >>> minify('// a sum\nlet a = "1 + 1";\nf(a, 2);')
    'let a="1 + 1";f(a,2);'
    """
    code = "\n".join(line for line in map(str.strip, script.splitlines()) if not line.startswith(("//", "/**")))
    between = r"\s*([=+\-*/<>!&|?:;,(){}\[\]])\s*"
    parts = re.split(r"""("(?:[^"\\]|\\.)*"|`[^`]*`)""", code)
    parts[::2] = [re.sub(r"\s+", " ", re.sub(between, r"\1", part)) for part in parts[::2]]
    parts[::2] = [re.sub(r"\bconst ", "let ", part) for part in parts[::2]]
    parts[::2] = [re.sub(r"[;,](?=})|,(?=[\])])", "", part) for part in parts[::2]]
    return "".join(parts)


def read_asset(name: str) -> str:
    """Return a style sheet or script of viz/assets."""
    return files("viz").joinpath("assets", name).read_text(encoding="utf-8")
