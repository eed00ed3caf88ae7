"""Notebooks: equal to their sources, run to the end, complete."""

import re
import sys
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason='needs the extra "dev"')
pytest.importorskip("jupytext", reason='needs the extra "dev"')

FOLDER = Path(__file__).parents[2] / "notebooks"
SOURCES = sorted(FOLDER.glob("[0-9][0-9]_*.py"))
NOTEBOOKS = {path.stem: nbformat.read(path.with_suffix(".ipynb"), as_version=4) for path in SOURCES}
SYSTEMS = range(1, 30)

sys.path.insert(0, str(FOLDER))
import build  # noqa: E402  # in the notebooks' folder
import contents  # noqa: E402  # in the notebooks' folder


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_each_notebook_equals_its_source(source):
    notebook = build.read_source(source)
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in build.KEPT_METADATA}
    kept = NOTEBOOKS[source.stem]
    assert [(c.id, c.cell_type, c.source, c.metadata) for c in kept.cells] == [
        (c.id, c.cell_type, c.source, c.metadata) for c in notebook.cells
    ]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_has_an_introduction_and_ends_with_three_solved_exercises(name):
    cells = NOTEBOOKS[name].cells
    first = cells[0].source
    assert first.startswith(f"# {int(name[:2])} · ")
    assert "**What you will learn:**" in first
    assert "**Runs in**" in first
    exercises = next(c.source for c in reversed(cells) if c.cell_type == "markdown").split("## Exercises")[1]
    assert re.findall(r"^(\d)\. ", exercises, re.M) == ["1", "2", "3"]
    solutions = [c for c in cells if "solution" in c.metadata.get("tags", ())]
    assert solutions == cells[-3:]
    assert all("assert" in c.source and c.metadata["jupyter"]["source_hidden"] for c in solutions)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_was_run_to_its_end_and_every_picture_is_there_as_png(name):
    for number, cell in enumerate((c for c in NOTEBOOKS[name].cells if c.cell_type == "code"), 1):
        assert cell.execution_count == number
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text
            data = output.get("data", {})
            assert ("image/svg+xml" in data) <= ("image/png" in data)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_link_leads_somewhere(name):
    for cell in NOTEBOOKS[name].cells:
        if cell.cell_type == "markdown":
            for link in re.findall(r"\]\((?!https?:)([^)#]+)", cell.source):
                assert (FOLDER / link).exists(), link


def test_the_contents_page_and_the_gallery_match_the_notebooks():
    every = {f"{name}.ipynb": notebook for name, notebook in NOTEBOOKS.items()}
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == contents.format_page(every)
    folder = FOLDER.parent / "docs" / "gallery"
    pictures = {
        name: picture for notebook in NOTEBOOKS.values() for name, picture in contents.find_gallery(notebook).items()
    }
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == pictures
    assert len(pictures) == 6


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_system_of_the_lectures_is_drawn_stepped_and_asserted(system):
    cells = [c for nb in NOTEBOOKS.values() for c in nb.cells if f"system-{system}" in c.metadata.get("tags", ())]
    outputs = [output.get("data", {}) for c in cells for output in c.get("outputs", ())]
    assert any("image/png" in data and "<script" not in str(data.get("text/html")) for data in outputs), "a picture"
    assert any("<script" in data.get("text/html", "") for data in outputs), "something to step or drag"
    assert any(re.search(r"^ *assert ", c.source, re.M) for c in cells), "an assertion"
