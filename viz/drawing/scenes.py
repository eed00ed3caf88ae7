"""Put several pictures in one page, with parts that open and a scrubber."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .html import format_piece


@dataclass(frozen=True)
class Scene:
    """A picture, the scenes that its parts open, and the scenes on the way to it.

    ``parts`` maps the index of a part, in the order of drawing, to the number of a scene. ``trail`` holds the title and
    the number of each scene on the way.
    """

    svg: str
    title: str
    parts: Mapping[int, int] = field(default_factory=dict)
    trail: Sequence[tuple[str, int]] = ()


def format_scenes(
    scenes: Sequence[Scene], picture: str, theme: str, labels: Sequence[str] = (), start: int = 0, n_missing: int = 0
) -> str:
    """Return scenes as a piece of HTML, the first ones along a scrubber with labels.

    The page opens at the scene ``start``, and says that ``n_missing`` parts have no scene.
    """
    rows = [[scene.svg, scene.title, list(scene.parts.items()), list(scene.trail)] for scene in scenes]
    packed = zlib.compress(json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode(), 9)
    data = {"packed": b64encode(packed).decode(), "labels": list(labels), "start": start, "missing": n_missing}
    return format_piece("scenes", picture, scenes[start].title, data, theme=theme, height=120)
