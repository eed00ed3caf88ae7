"""Write the style sheets of pictures, light and dark."""

from __future__ import annotations

LIGHT = {
    "page": "#ffffff", "shape": "#f6f8fb", "line": "#7e899c", "ink": "#1a202c", "quiet": "#5b6472",
    "value": "#0060a8", "grad": "#c2410c", "trail": "#c4744e", "mist": "#e3f0fb", "glow": "#fdeee4", "rule": "#e4e8ee",
    "shade0": "#d3dbe6", "shade1": "#b1c0d3", "shade2": "#8ea5c1", "shade3": "#6c8aae", "shade4": "#486e9b",
    "shade5": "#245086", "shade6": "#00306f",
}  # fmt: skip
DARK = {
    "page": "#12161c", "shape": "#1e2630", "line": "#6e7b8b", "ink": "#f2f5f9", "quiet": "#a5afbc",
    "value": "#6cb6ff", "grad": "#ff9a62", "trail": "#ab6942", "mist": "#16304a", "glow": "#44291a", "rule": "#262f3a",
    "shade0": "#2c3b57", "shade1": "#4a5369", "shade2": "#666970", "shade3": "#848278", "shade4": "#a69d75",
    "shade5": "#cfbc65", "shade6": "#fee838",
}  # fmt: skip
THEMES = {"light": LIGHT, "dark": DARK}

FONT = 'Inter,system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif'
# Browsers read @supports. CairoSVG, svglib and resvg read the attributes of svg_document: some know but one font.
BROWSER_RULE = f"@supports(color:red){{.gg{{font-weight:600;font-family:{FONT};font-variant-numeric:tabular-nums}}}}"
TEXT_RULES = """
.gg{font-size:15px}BROWSER
.gg .wire{fill:none;stroke-width:2}.gg .shape{stroke-width:2}.gg .idle{stroke-dasharray:3 4}
.gg .name,.gg .label{text-anchor:middle}.gg .local,.gg .footer{text-anchor:end}
.gg .label,.gg .key,.gg .more{font-size:13px}.gg .label{font-style:italic}
.gg .local{font-size:12px}
.gg .label,.gg .more,.gg .local,.gg .plain{font-weight:normal}
"""
COLOUR_RULES = """
.gg .page{fill:PAGE}.gg .shape{fill:SHAPE;stroke:LINE}.gg .wire{stroke:LINE}.gg .fork{fill:LINE}.gg .name{fill:INK}
.gg .value{fill:VALUE}.gg .grad{fill:GRAD}.gg .label,.gg .local,.gg .more,.gg .plain{fill:QUIET}
"""
STEP_RULES = """
.gg .back .wire{stroke:TRAIL}.gg .back .fork{fill:TRAIL}.gg .on .fork{fill:GRAD}.gg.fwd .on .fork{fill:VALUE}
.gg .mark{fill:GLOW}.gg .badge rect{fill:PAGE;stroke:GRAD;stroke-width:1.5}
.gg .badge text{fill:GRAD;text-anchor:middle;font-size:13px}.gg .on .wire{stroke:GRAD;stroke-width:3.5}
.gg .on .shape{stroke:GRAD;stroke-width:3;fill:GLOW}.gg .on .local{fill:GRAD;font-weight:700}
.gg.fwd .mark{fill:MIST}.gg.fwd .on .wire{stroke:VALUE}.gg.fwd .on .shape{stroke:VALUE;fill:MIST}
"""
SLIDE_RULES = """
.gg .rule{fill:none;stroke:RULE}.gg .ink{fill:INK;font-weight:400}.gg .start.start{text-anchor:start}
.gg .frame{fill:none;stroke:LINE}
"""
FLOW_RULES = (  # a class written twice outweighs the rules of another picture in the page
    """
.gg .note{font-size:13px}.gg .aside{font-size:12px}
.gg .mid.mid{text-anchor:middle}.gg .start.start{text-anchor:start}.gg .end.end{text-anchor:end}
.gg .rule{fill:none;stroke:LINE}.gg .dashed{stroke-dasharray:3 4}.gg .zone{fill:GLOW}.gg .bars{fill:VALUE}
.gg .bad{fill:GRAD}.gg .median{stroke:INK;stroke-width:2}
.gg .dead{fill:PAGE;stroke:GRAD;stroke-width:2;stroke-dasharray:3 3}
"""
    + "".join(f".gg .fill{i}{{fill:SHADE{i}}}.gg .link{i}{{fill:none;stroke:SHADE{i}}}" for i in range(7))
    + "\n"
)
NAME_PX, LABEL_PX, LOCAL_PX, BADGE_PX = 15.0, 13.0, 12.0, 13.0  # font sizes, as above


def svg_style(theme: str, steps: bool = False, flow: bool = False) -> str:
    """Return the style sheet of a theme; "auto" follows the reader's system.

    The rules of ``steps`` show what happens at a step, those of ``flow`` how gradients flow through a model.
    """
    rules = COLOUR_RULES + (STEP_RULES + SLIDE_RULES) * steps + FLOW_RULES * flow
    colours = themed_rules(rules) if theme == "auto" else _fill_colours(rules, THEMES[theme])
    return TEXT_RULES.replace("BROWSER", BROWSER_RULE) + colours


def themed_rules(rules: str) -> str:
    """Return rules with the colours of each use, for light and dark systems."""
    dark = _fill_colours(rules, DARK)
    return _fill_colours(rules, LIGHT) + "@media (prefers-color-scheme:dark){" + dark + "}"


def css_variables(flow: bool = False) -> str:
    """Declare the colours as CSS variables that follow the scheme of the page."""
    used = [use for use in LIGHT if flow or not use.startswith("shade")]
    return "".join(f"--{use}:light-dark({LIGHT[use]},{DARK[use]});" for use in used)


def page_style(flow: bool = False) -> str:
    """Return the rules of pictures in a page, with CSS variables for colours."""
    text_rules = TEXT_RULES.replace("}BROWSER", ";font-weight:600;font-family:inherit}")
    colour_rules = COLOUR_RULES + STEP_RULES + (SLIDE_RULES + FLOW_RULES) * flow
    rules = text_rules + _fill_colours(colour_rules, {use: f"var(--{use})" for use in LIGHT})
    own, others = rules.split("}", 1)
    return f"{own};{others.replace('.gg .', '.').replace('.gg.', '&.')}}}"  # nested rules are shorter


def _fill_colours(text: str, palette: dict[str, str]) -> str:
    for use, colour in palette.items():
        text = text.replace(use.upper(), colour)
    return text
