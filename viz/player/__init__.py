"""Step through both passes in a page."""

from .html import format_player
from .keyframes import GRANULARITIES
from .slides import LINE_HEIGHT, Slides, draw_sheet

__all__ = ["GRANULARITIES", "LINE_HEIGHT", "Slides", "draw_sheet", "format_player"]
