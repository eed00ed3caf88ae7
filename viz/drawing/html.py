"""Self-contained pieces of a page: a picture for everyone, and a script that brings it to life.

A piece is an <img> of a finished SVG, data as JSON and a script. Where scripts do not run, as in a notebook that
is not trusted, the picture stays. Nothing is loaded, no element has an id, and no text of a user is ever
read as HTML or as code.
"""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from .theme import live, variables

POLICY = "default-src 'none';img-src data:;style-src 'unsafe-inline';script-src 'unsafe-inline'"


def piece(
    name: str, picture: str, alt: str, data: Any, *, theme: str = "auto", height: float = 0, script: str = ""
) -> str:
    """Write a piece: the picture, and in its place what ``NAME.js`` makes of the data with ``NAME.css``.

    ``height`` in pixels is reserved before the script runs, for hosts that measure early. ``script`` stands before
    that of the file.
    """
    picture = re.sub('<title>.*?</title>\n| role="img"', "", picture, count=2)  # it is told by alt
    picture = picture.replace(".gg .", ".")  # nothing else is in the image
    fixed = f";color-scheme:{theme}" * (theme != "auto")
    return (
        f'<div class="gg-piece" data-lm-suppress-shortcuts="true" style="min-height:{height:.0f}px{fixed}">\n'
        f"<style>{_style(name)}</style>\n"
        f"<img alt=\"{escape(alt)}\" src='{address(picture)}'>\n"
        f'<script type="application/json">{inert(data)}</script>\n'
        f"<script>{_script(name, script)}</script>\n</div>\n"
    )


def document(body: str, title: str) -> str:
    """Write a page of its own around a piece, which the browser lets load nothing."""
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n"
        "<style>:root{color-scheme:light dark}body{margin:16px;background:light-dark(#eef1f5,#0a0d11)}"
        "main{max-width:1400px;margin:auto}h1{font:600 16px Inter,system-ui,sans-serif;margin:0 0 12px;"
        "color:light-dark(#1a202c,#f2f5f9)}</style>\n"
        f"<main>\n<h1>{escape(title)}</h1>\n{body}</main>\n</html>\n"
    )


def address(svg: str) -> str:
    """Write a picture as the address of an image, for an attribute between single quotes.

    >>> print(address('<svg a="1">&amp;</svg>'))
    data:image/svg+xml,%3Csvg a="1">%26amp;%3C/svg>
    """
    return "data:image/svg+xml," + re.sub("[%#'&<]", lambda m: f"%{ord(m[0]):02X}", svg.replace("\n", ""))


def inert(data: Any) -> str:
    r"""Write data as JSON in which nothing ends or starts an element.

    >>> inert({"a": "</script>"})
    '{"a":"\\u003c/script>"}'
    """
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@cache
def _style(name: str) -> str:
    text = (
        read("theme.css").replace("VARIABLES", variables(name == "views")) + live(name == "views") + read(f"{name}.css")
    )
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*([{};,:>])\s+|\s*([{}])", r"\1\2", " ".join(text.split())).replace(";}", "}")


@cache
def _script(name: str, before: str) -> str:
    return '(()=>{"use strict";' + dense(read("page.js") + before + read(f"{name}.js")) + "})()"


def dense(script: str) -> str:
    r"""Leave out comments that have lines of their own, and the spaces and last commas that are not in a text.

    What is constant is declared with let, which is shorter. For scripts that end every statement with a
    semicolon, and write neither ``a - -b`` nor a loop without a body.

    >>> dense('// a sum\nlet a = "1 + 1";\nf(a, 2);')
    'let a="1 + 1";f(a,2);'
    """
    code = "\n".join(line for line in map(str.strip, script.splitlines()) if not line.startswith(("//", "/**")))
    between = r"\s*([=+\-*/<>!&|?:;,(){}\[\]])\s*"
    parts = re.split(r"""("(?:[^"\\]|\\.)*"|`[^`]*`)""", code)
    parts[::2] = [re.sub(r"\s+", " ", re.sub(between, r"\1", part)) for part in parts[::2]]
    parts[::2] = [re.sub(r"\bconst ", "let ", part) for part in parts[::2]]
    parts[::2] = [re.sub(r"[;,](?=})|,(?=[\])])", "", part) for part in parts[::2]]
    return "".join(parts)


def read(name: str) -> str:
    """Read a style sheet or script of viz/assets."""
    return files("viz").joinpath("assets", name).read_text(encoding="utf-8")
