"""Make each notebook from its source, run it and keep what it shows; or check that nothing has drifted.

    python notebooks/build.py            # all of them
    python notebooks/build.py 03 07      # those whose names begin so
    python notebooks/build.py --check    # write nothing: say what differs from the notebooks that are there

The ``.py`` files are the sources, in jupytext's percent format. What is shown must be the same at each run, but for
cells with the tag ``volatile``. Pictures are kept as PNG too, for viewers that show neither scripts nor SVG; those
depend on the fonts of a machine, so ``--check`` asks only that they are there.
"""

from __future__ import annotations

import argparse
import base64
import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from PIL import Image

import contents
from viz.drawing import svg_to_png

HERE = Path(__file__).parent
KEPT = {"tags", "jupyter"}  # of a cell's metadata; the rest is of the run
LIMIT = 300  # seconds for a cell


def sources(names: list[str]) -> list[Path]:
    """Return the sources whose names begin with one of the given ones, or all."""
    found = sorted(HERE.glob("[0-9][0-9]_*.py"))
    return [path for path in found if not names or path.name.startswith(tuple(names))]


def converted(source: Path) -> Any:
    """Read a source as a notebook that has not been run."""
    notebook = jupytext.read(source)
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"] = f"cell-{number:02}"
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def read(source: Path) -> Any:
    """Read the notebook beside a source as it was kept, or an empty one."""
    place = source.with_suffix(".ipynb")
    return nbformat.read(place, as_version=4) if place.exists() else nbformat.v4.new_notebook()


def run(paths: list[Path]) -> None:
    """Execute notebooks in their places, two at a time; exit with pytest's report if a cell fails."""
    command = [sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "--rootdir", str(paths[0].parent), "-p",
               "no:cacheprovider", "--nbmake", "--overwrite", f"--nbmake-timeout={LIMIT}", "-n", "2"]  # fmt: skip
    if subprocess.run([*command, *map(str, paths)]).returncode:
        sys.exit(1)


def drawn(svg: str) -> bytes:
    """Draw an SVG as a PNG, twice as large unless it is wider than a page."""
    width = float(re.search(r' width="([\d.]+)"', svg)[1])
    return svg_to_png(svg, min(2.0, 2000 / width))


def small(picture: bytes) -> str:
    """Write a PNG with few colours, which takes a quarter of the room, as notebooks hold it."""
    buffer = io.BytesIO()
    few = Image.open(io.BytesIO(picture)).convert("RGB").quantize(64, Image.Quantize.MAXCOVERAGE)
    few.save(buffer, "PNG", optimize=True)
    return base64.encodebytes(buffer.getvalue()).decode()


def outputs(cell: Any) -> list[Any]:
    """Return the outputs of a cell, in which what a busy machine delivered in pieces is one text again."""
    whole: list[Any] = []
    for output in cell.get("outputs", ()):
        if whole and output.output_type == "stream" and whole[-1].get("name") == output.name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    if whole:
        cell.outputs = whole
    return whole


def tidied(notebook: Any) -> Any:
    """Drop what belongs to one run alone, join what was printed in pieces, and add a PNG to every SVG."""
    notebook.metadata = {key: notebook.metadata[key] for key in ("kernelspec", "language_info")}
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in KEPT}
        for output in outputs(cell):
            output.get("metadata", {}).clear()
            data = output.get("data", {})
            if "image/svg+xml" in data:
                data["image/png"] = small(drawn(data["image/svg+xml"]))
            elif "image/png" in data:
                data["image/png"] = small(base64.decodebytes(data["image/png"].encode()))
    return notebook


def made(paths: list[Path], folder: Path) -> dict[Path, Any]:
    """Convert, run and tidy the notebooks of some sources in a folder."""
    places = {source: folder / f"{source.stem}.ipynb" for source in paths}
    for source, place in places.items():
        nbformat.write(converted(source), place)
    run(list(places.values()))
    notebooks = {source: nbformat.read(place, as_version=4) for source, place in places.items()}
    for source, notebook in notebooks.items():  # a group of exceptions goes by nbmake
        if not all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code"):
            sys.exit(f"{source.name}: a cell raised, and those after it did not run")
    return {source: tidied(notebook) for source, notebook in notebooks.items()}


def shown(output: Any) -> Any:
    """Return what must be the same again in an output: all but the dots of its PNG."""
    return {**output, "data": {**output.get("data", {}), "image/png": "image/png" in output.get("data", {})}}


def differences(old: Any, new: Any) -> list[str]:
    """Say which cells of two notebooks differ in their source, or in what they show unless that is volatile."""
    if len(old.cells) != len(new.cells):
        return [f"{len(old.cells)} cells became {len(new.cells)}"]
    found = []
    for number, (a, b) in enumerate(zip(old.cells, new.cells, strict=True), 1):
        if (a.cell_type, a.source, a.metadata) != (b.cell_type, b.source, b.metadata):
            found.append(f"the source of cell {number}")
        elif "volatile" not in a.metadata.get("tags", ()):
            before, after = ([shown(output) for output in cell.get("outputs", ())] for cell in (a, b))
            if before != after:
                found.append(f"what cell {number} shows: {a.source[:60]!r}")
    return found


def main() -> int:
    """Build or check."""
    parser = argparse.ArgumentParser(prog="python notebooks/build.py", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="the beginnings of the names of some notebooks, such as 03")
    parser.add_argument("--check", action="store_true", help="write nothing; say what differs")
    given = parser.parse_args()
    paths = sources(given.names)
    if not paths:
        parser.error(f"no notebook's name begins with {' or '.join(given.names)}")
    with tempfile.TemporaryDirectory() as folder:
        new = made(paths, Path(folder))
    if given.check:
        drifted = [f"{path.stem}: {found} differs" for path in paths for found in differences(read(path), new[path])]
        print(*drifted, sep="\n")
        return int(bool(drifted))
    gallery = HERE.parent / "docs" / "gallery"
    gallery.mkdir(exist_ok=True)
    for path, notebook in new.items():
        nbformat.write(notebook, path.with_suffix(".ipynb"))
        for name, picture in contents.gallery(notebook).items():
            (gallery / name).write_bytes(picture)
    every = {path.with_suffix(".ipynb").name: read(path) for path in sources([])}
    (HERE / "README.md").write_text(contents.page(every), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
