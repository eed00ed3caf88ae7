"""Draw a trace as SVG, light and dark."""

from .color_scale import LogColorScale, format_power
from .frame import Frame, final_frame
from .glyph import WRONG, bracket_local
from .graph_svg import HEADER, KEY, alt_text, draw_graph, draw_marks
from .graphviz_export import RANKDIRS, Digraph, build_digraph, escape_dot, escape_record
from .html import format_page, format_piece, format_still, read_asset
from .picture import Content, Picture, check_choice, check_paths, write_all
from .placement import MARGIN, MAX_NODES, Drawing, plan_drawing
from .png import svg_to_png
from .scenes import Scene, format_scenes
from .svg_format import format_px, route_path, svg_document, svg_key, svg_rect, svg_text
from .theme import FONT, LIGHT, THEMES, svg_style, themed_rules

__all__ = [
    "FONT", "HEADER", "KEY", "LIGHT", "MARGIN", "MAX_NODES", "RANKDIRS", "THEMES", "WRONG", "Content", "Digraph",
    "Drawing", "Frame", "LogColorScale", "Picture", "Scene", "alt_text", "bracket_local", "build_digraph",
    "check_choice", "check_paths", "draw_graph", "draw_marks", "escape_dot", "escape_record", "final_frame",
    "format_page", "format_piece", "format_power", "format_px", "format_scenes", "format_still", "plan_drawing",
    "read_asset", "route_path", "svg_document", "svg_key", "svg_rect", "svg_style", "svg_text", "svg_to_png",
    "themed_rules", "write_all",
]  # fmt: skip
