"""Scenes of one picture in a page: a click opens a part in its place, a scrubber goes through them in time."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .html import piece


@dataclass(frozen=True)
class Scene:
    """A picture, where a click on each of its parts leads, and the way back; scenes are called by their numbers.

    ``parts`` are counted as they are drawn. ``way`` holds the title and the number of each scene on the way here.
    """

    svg: str
    title: str
    parts: Mapping[int, int] = field(default_factory=dict)
    way: Sequence[tuple[str, int]] = ()


def html(
    scenes: Sequence[Scene], picture: str, theme: str, scrub: Sequence[str] = (), start: int = 0, left: int = 0
) -> str:
    """Write scenes as a piece of HTML: the first ones along a scrubber with these labels, from ``start``.

    ``left`` parts of the picture are not among the scenes, which the page says.
    """
    plain = [[scene.svg, scene.title, list(scene.parts.items()), list(scene.way)] for scene in scenes]
    packed = zlib.compress(json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode(), 9)
    facts = {"packed": b64encode(packed).decode(), "labels": list(scrub), "start": start, "left": left}
    return piece("views", picture, scenes[start].title, facts, theme=theme, height=120)
