"""Build each notebook from its source by running it, or check that the notebooks still match their sources.

    python notebooks/build.py            # all of them
    python notebooks/build.py 03 07      # those whose names begin with 03 or 07
    python notebooks/build.py --check    # write nothing and report what differs from the stored notebooks

The sources are the ``.py`` files, in jupytext's percent format. The outputs must be the same in each run, except in
cells with the tag ``volatile``. Pictures are stored as PNG too, for viewers that show neither scripts nor SVG. PNGs
depend on the machine's fonts, so ``--check`` only requires that they exist.
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
KEPT_METADATA = {"tags", "jupyter"}  # of a cell; the rest depends on the run
TIMEOUT = 300  # seconds for a cell


def find_sources(names: list[str]) -> list[Path]:
    """Return the sources whose file names begin with one of the names, or all sources if there are none."""
    found = sorted(HERE.glob("[0-9][0-9]_*.py"))
    return [path for path in found if not names or path.name.startswith(tuple(names))]


def read_source(source: Path) -> Any:
    """Return a source as a notebook without outputs."""
    notebook = jupytext.read(source)
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"] = f"cell-{number:02}"
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def read_stored(source: Path) -> Any:
    """Return the notebook stored for a source, or an empty one."""
    place = source.with_suffix(".ipynb")
    return nbformat.read(place, as_version=4) if place.exists() else nbformat.v4.new_notebook()


def execute(paths: list[Path]) -> None:
    """Execute notebooks in place, two at a time, and exit with pytest's report if a cell fails."""
    command = [sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "--rootdir", str(paths[0].parent), "-p",
               "no:cacheprovider", "--nbmake", "--overwrite", f"--nbmake-timeout={TIMEOUT}", "-n", "2"]  # fmt: skip
    if subprocess.run([*command, *map(str, paths)]).returncode:
        sys.exit(1)


def render_png(svg: str) -> bytes:
    """Return an SVG as a PNG at twice its size, or less if that would be wider than 2,000 pixels."""
    width = float(re.search(r' width="([\d.]+)"', svg)[1])
    return svg_to_png(svg, min(2.0, 2000 / width))


def compress_png(picture: bytes) -> str:
    """Return a PNG in base64, reduced to 64 colours to make it about four times smaller."""
    buffer = io.BytesIO()
    few = Image.open(io.BytesIO(picture)).convert("RGB").quantize(64, Image.Quantize.MAXCOVERAGE)
    few.save(buffer, "PNG", optimize=True)
    return base64.encodebytes(buffer.getvalue()).decode()


def merge_streams(cell: Any) -> list[Any]:
    """Join printed text that a busy machine delivered in pieces, and return the outputs of the cell."""
    merged: list[Any] = []
    for output in cell.get("outputs", ()):
        if merged and output.output_type == "stream" and merged[-1].get("name") == output.name:
            merged[-1].text += output.text
        else:
            merged.append(output)
    if merged:
        cell.outputs = merged
    return merged


def normalise(notebook: Any) -> Any:
    """Remove what depends on the run, merge printed text, and add a PNG to each SVG."""
    notebook.metadata = {key: notebook.metadata[key] for key in ("kernelspec", "language_info")}
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in KEPT_METADATA}
        for output in merge_streams(cell):
            output.get("metadata", {}).clear()
            data = output.get("data", {})
            if "image/svg+xml" in data:
                data["image/png"] = compress_png(render_png(data["image/svg+xml"]))
            elif "image/png" in data:
                data["image/png"] = compress_png(base64.decodebytes(data["image/png"].encode()))
    return notebook


def build(paths: list[Path], folder: Path) -> dict[Path, Any]:
    """Convert, run and normalise the notebooks of the given sources in a folder."""
    places = {source: folder / f"{source.stem}.ipynb" for source in paths}
    for source, place in places.items():
        nbformat.write(read_source(source), place)
    execute(list(places.values()))
    notebooks = {source: nbformat.read(place, as_version=4) for source, place in places.items()}
    for source, notebook in notebooks.items():  # nbmake does not notice an exception group
        if not all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code"):
            sys.exit(f"{source.name}: a cell raised, and the cells after it did not run")
    return {source: normalise(notebook) for source, notebook in notebooks.items()}


def without_pixels(output: Any) -> Any:
    """Return an output with its PNG replaced by whether it has one."""
    return {**output, "data": {**output.get("data", {}), "image/png": "image/png" in output.get("data", {})}}


def list_differences(old: Any, new: Any) -> list[str]:
    """Return which cells of two notebooks differ in source, or in output unless they are volatile."""
    if len(old.cells) != len(new.cells):
        return [f"{len(old.cells)} cells became {len(new.cells)}"]
    found = []
    for number, (a, b) in enumerate(zip(old.cells, new.cells, strict=True), 1):
        if (a.cell_type, a.source, a.metadata) != (b.cell_type, b.source, b.metadata):
            found.append(f"the source of cell {number}")
        elif "volatile" not in a.metadata.get("tags", ()):
            before, after = ([without_pixels(output) for output in cell.get("outputs", ())] for cell in (a, b))
            if before != after:
                found.append(f"the output of cell {number}: {a.source[:60]!r}")
    return found


def main() -> int:
    """Run the command line, and return 1 if a check finds differences."""
    parser = argparse.ArgumentParser(prog="python notebooks/build.py", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="the first letters of the file names of some notebooks, such as 03")
    parser.add_argument("--check", action="store_true", help="write nothing and report what differs")
    options = parser.parse_args()
    paths = find_sources(options.names)
    if not paths:
        parser.error(f"no notebook's name begins with {' or '.join(options.names)}")
    with tempfile.TemporaryDirectory() as folder:
        new = build(paths, Path(folder))
    if options.check:
        drift = [
            f"{path.stem}: {found} differs"
            for path in paths
            for found in list_differences(read_stored(path), new[path])
        ]
        print(*drift, sep="\n")
        return int(bool(drift))
    gallery = HERE.parent / "docs" / "gallery"
    gallery.mkdir(exist_ok=True)
    for path, notebook in new.items():
        nbformat.write(notebook, path.with_suffix(".ipynb"))
        for name, picture in contents.find_gallery(notebook).items():
            (gallery / name).write_bytes(picture)
    every = {path.with_suffix(".ipynb").name: read_stored(path) for path in find_sources([])}
    (HERE / "README.md").write_text(contents.format_page(every), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
