"""Build the step player, a piece of a page."""

from __future__ import annotations

from ..drawing import Drawing, alt_text, draw_graph, format_piece
from .evaluable import primitives_source
from .payload import build_payload

MAX_PLAIN = 12  # nodes of a page in which there is no need to look around
CONTROLS_HEIGHT, LINE_HEIGHT = 115.0, 23.0  # pixels: header, bar and footer without captions; a line of a caption


def format_player(drawing: Drawing, granularity: str, theme: str, locked: str = "", heading: str = "") -> str:
    """Return the player of a drawing, below a heading, as a self-contained piece of HTML.

    ``locked`` says why leaves are read-only; else they are where the page cannot compute the trace anew.
    """
    payload = build_payload(drawing, granularity, locked)
    is_large = len(drawing.shown_nodes) > MAX_PLAIN
    return format_piece(
        " ".join(["player", *["decided"] * ("decided" in payload), *["scene"] * is_large]),
        draw_graph(drawing, theme, heading=heading),
        alt_text(drawing.trace, heading),
        payload,
        theme=theme,
        height=drawing.height + CONTROLS_HEIGHT + LINE_HEIGHT * (payload["lines"] + bool(heading)),
        script=primitives_source(payload["ops"]),
    )
