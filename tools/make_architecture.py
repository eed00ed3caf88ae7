"""Draw docs/architecture.svg: ``python tools/make_architecture.py [--check]``.

The floors are the layers in the contracts of import-linter (pyproject.toml). The lines are the imports that grimp
finds, less those that follow from others. The words in a box are the first sentence of the package's docstring. With
``--check`` nothing is written, and a picture that differs from the file is an error.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape

import grimp
from importlinter.api import read_configuration
from importlinter.contracts.layers import LayerField

from viz.drawing import format_px, route_path, svg_document, svg_style, themed_rules
from viz.layout import Box, Layout, Wire, layered_layout
from viz.text import text_width_em

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs" / "architecture.svg"
KEY = (
    "An arrow points to what a package imports, and is left out where others imply it. "
    "Packages on one floor do not import each other."
)

WORDS = 13.0  # font size
HALF_WIDTH, HALF_HEIGHT = 76.0, 42.0  # of a box
STUB = 12.0  # length of the straight ends of a line
PAD, TITLE = 20.0, 82.0  # around the boxes of a panel, and for its title
GAP, MARGIN, HEADER = 36.0, 16.0, 44.0  # between two panels, around all, and above them
RULES = """
.gg .group{fill:none;stroke:LINE;stroke-opacity:.6}.gg .shape,.gg .wire{stroke-width:1.5}
.gg .tip{fill:LINE}.gg .title{fill:INK;font-size:20px}
.gg .words{fill:QUIET;font-size:13px;font-weight:400}.gg .mid{text-anchor:middle}
"""
NARROW = """
@media (max-width:640px){.gg .words,.gg .more{display:none}.gg .name{font-size:23px;transform:translateY(28px)}
.gg .title{font-size:32px}.gg .shape,.gg .wire{stroke-width:2.5}}
"""

Floors = Sequence[Sequence[str]]  # the packages of a group, from the lowest floor up
Frame = tuple[float, float, float, float]  # left, top, width, height


@dataclass(frozen=True)
class Panel:
    """A group laid out from left to right, and drawn turned, with floors growing upwards.

    ``names`` are those of the boxes. ``sideways`` are imports of groups that stand next to this one.
    """

    names: list[str]
    wires: list[Wire]
    sideways: list[tuple[str, str]]
    placed: Layout


def read_floors() -> dict[str, Floors]:
    """Return the floors of each group from the contracts, the lowest group first."""
    groups: list[str] = []
    floors: dict[str, Floors] = {}
    for contract in read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]:
        if contract["type"] == "layers":
            layers = [LayerField().parse(text).module_tails for text in reversed(contract["layers"])]
            names = [sorted(tail.name for tail in tails) for tails in layers]
            for group in contract.get("containers", ()):
                floors[group] = [[f"{group}.{name}" for name in row] for row in names]
            if "containers" not in contract:
                groups = list(chain(*names))
    return {group: floors[group] for group in groups}


def find_imports(floors: Mapping[str, Floors]) -> dict[str, list[str]]:
    """Return what each package imports, without what follows from other imports."""
    graph = grimp.build_graph(*floors, cache_dir=None)
    imports: dict[str, list[str]] = {}
    below: dict[str, set[str]] = {}  # what a package or a group imports, directly or not
    for k, (group, rows) in enumerate(floors.items()):
        others = list(floors)[:k]
        for package in chain(*rows):
            direct = [x for x in others if graph.direct_import_exists(importer=package, imported=x, as_packages=True)]
            implied = set().union(*(below[x] for x in direct))
            imports[package] = [x for x in direct if x not in implied]
            below[package] = implied.union(direct)
            others.append(package)
        below[group] = {x for package in chain(*rows) for x in below[package] if x in floors}
    return imports


def read_summary(module: str) -> str:
    """Return the first sentence of a module's docstring, up to a colon after several words."""
    place = ROOT.joinpath(*module.split("."))
    source = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    text = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8")))
    if not text:
        raise ValueError(f"{source}: expected a docstring, whose first sentence goes into {FILE.name}")
    sentence = " ".join(re.split(r"\.(?:\s|$)", text.replace("``", ""), maxsplit=1)[0].split())
    head, _, tail = sentence.partition(": ")
    words = head if " " in head or not tail else tail
    return words[0].upper() + words[1:]


def lay_out(group: str, floors: Mapping[str, Floors], imports: Mapping[str, Sequence[str]]) -> Panel:
    """Place a group's packages on their floors, above the lowest group if one imports it."""
    ground = next(iter(floors))
    rows = [[ground]] * any(ground in imports[name] for name in chain(*floors[group])) + list(floors[group])
    names = list(chain(*rows))
    boxes, wires, sideways = [], [], []
    for i, name in enumerate(names):
        into = [x for x in imports.get(name, ()) if x in names]
        wires += [Wire(names.index(x), i, 0) for x in into]
        sideways += [(name, x) for x in imports.get(name, ()) if x not in names]
        point, box = Box(0, 0, 0, (), 0, 0), Box(HALF_HEIGHT, HALF_WIDTH, HALF_WIDTH, (0.0,), STUB, STUB)
        boxes.append(point if name == ground else box)
    return Panel(names, wires, sideways, layered_layout(boxes, wires, [k for k, row in enumerate(rows) for _ in row]))


def wrap(text: str, width: float, most: int) -> list[str]:
    """Break a text into at most so many lines of a width in pixels."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width_em(longer) * WORDS * 0.8 > width:  # it bounds bold letters, and these are regular
            lines.append(word)
        else:
            lines[-1] = longer
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} …"]


def write(text: str, kind: str, x: float, y: float) -> str:
    """Write one line of text."""
    return f'<text class="{kind}" x="{format_px(x)}" y="{format_px(y)}">{escape(text)}</text>'


def draw_rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    """Draw a rectangle with round corners."""
    size = f'width="{format_px(width)}" height="{format_px(height)}"'
    return f'<rect class="{kind}" x="{format_px(x)}" y="{format_px(y)}" {size} rx="10"/>'


def draw_box(name: str, x: float, y: float) -> list[str]:
    """Draw a package around a point: its name, and what it is for."""
    lines = wrap(read_summary(name), 2 * HALF_WIDTH - 10, 3)
    return [
        draw_rect("shape", x - HALF_WIDTH, y - HALF_HEIGHT, 2 * HALF_WIDTH, 2 * HALF_HEIGHT),
        write(name.rpartition(".")[2], "name", x, y - 20),
        *(write(line, "words mid", x, y - 1 + 16 * k) for k, line in enumerate(lines)),
    ]


def draw_tip(x: float, y: float) -> str:
    """Draw the tip of an arrow to the left."""
    return f'<path class="tip" d="M{format_px(x)} {format_px(y)}l9 -5v10z"/>'


def draw_panel(group: str, panel: Panel, frames: Mapping[str, Frame]) -> list[str]:
    """Draw a group into its frame: the title, the lines, and the boxes over them."""
    left, top, width, height = frames[group]
    x0, y0 = left + (width - panel.placed.height) / 2, top + height - PAD
    centres = dict(zip(panel.names, panel.placed.centres, strict=True))
    marks = [draw_rect("group", left, top, width, height), write(group, "title", left + PAD, top + 34)]
    for k, line in enumerate(wrap(read_summary(group), width - 2 * PAD, 2)):
        marks.append(write(line, "words", left + PAD, top + 55 + 16 * k))
    marks.append(f'<g transform="translate({format_px(x0)} {format_px(y0)}) rotate(-90)">')
    for route in panel.placed.routes:
        marks.append(f'<path class="wire" d="{route_path(route)}"/>')
    for name in dict.fromkeys(panel.names[wire.src] for wire in panel.wires):
        x, y = centres[name]
        tip = -PAD - GAP if name in frames else x + HALF_HEIGHT
        marks += [
            f'<path class="wire" d="M{format_px(tip + 8)} {format_px(y)}H{format_px(x)}"/>' * (name in frames),
            draw_tip(tip, y),
        ]
    marks.append("</g>")
    for name, other in panel.sideways:
        x, y = x0 + centres[name][1] - HALF_WIDTH + 16, y0 - centres[name][0] + HALF_HEIGHT
        right = frames[other][0] + frames[other][2]
        marks += [
            f'<path class="wire" d="M{format_px(x)} {format_px(y)}v2q0 5 -5 5H{format_px(right + 8)}"/>',
            draw_tip(right, y + 7),
        ]
    boxes = (draw_box(name, x0 + y, y0 - x) for name, (x, y) in centres.items() if name not in frames)
    return [*marks, *chain(*boxes)]


def draw() -> str:
    """Draw all groups: the lowest below, the others next to each other on top of it."""
    floors = read_floors()
    imports = find_imports(floors)
    panels = {group: lay_out(group, floors, imports) for group in floors}
    ground, *upper = floors
    wide = {group: panel.placed.height + 2 * PAD for group, panel in panels.items()}
    tall = {group: panel.placed.width + TITLE + PAD for group, panel in panels.items()}
    width = max(wide[ground], sum(wide[group] + GAP for group in upper) - GAP)
    spare = (width + GAP - sum(wide[group] + GAP for group in upper)) / len(upper)
    height = max(tall[group] for group in upper)
    frames = {ground: (MARGIN, HEADER + height + GAP, width, tall[ground])}
    left = MARGIN
    for group in upper:
        frames[group] = (left, HEADER, wide[group] + spare, height)
        left += wide[group] + spare + GAP
    marks = [write(KEY, "more", MARGIN, 27), *chain(*(draw_panel(group, panels[group], frames) for group in floors))]
    title = f"The packages of {', '.join(floors)}, each above those that it imports"
    whole = HEADER + height + GAP + tall[ground] + MARGIN
    return svg_document(width + 2 * MARGIN, whole, svg_style("auto") + themed_rules(RULES) + NARROW, title, marks)


def main() -> int:
    """Write the picture, or compare it with the file; return the status for the shell."""
    parser = argparse.ArgumentParser(description="Draw the packages and their imports into docs/architecture.svg.")
    parser.add_argument("--check", action="store_true", help="write nothing, and fail if the file differs")
    drawn = draw()
    if parser.parse_args().check:
        if FILE.read_text(encoding="utf-8") != drawn:
            print(f"{FILE}: differs from the contracts and imports; run python tools/make_architecture.py")
            return 1
    else:
        FILE.write_text(drawn, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
