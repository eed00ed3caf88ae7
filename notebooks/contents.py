"""Write the page that lists the notebooks and the lectures' systems, and find the pictures for the README."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

SYSTEMS = (
    "the McCulloch-Pitts neuron",
    "the perceptron",
    "ADALINE",
    "the multiclass perceptron and its templates",
    "what a threshold unit cannot do",
    "XOR with weights you set",
    "any Boolean function as a network",
    "decision regions by depth",
    "universal approximation",
    "polynomial features and depth",
    "activations",
    "saturation, zig-zag, dead units, sparsity",
    "losses",
    "the two graphs of cs231n",
    "how gates treat gradients",
    "gates with forward and backward",
    "δ worked out on paper",
    "numerical and analytic gradients",
    "gradients for vectorised code",
    "backpropagation as dynamic programming",
    "gradient descent: batch, one example, mini-batch",
    "learning rates, momentum, second-order steps",
    "weight decay, sharing, dropout, early stopping, pretraining",
    "initial weights, restarts, scaling, validation",
    "regression, classification, compression",
    "the playground",
    "handwritten digits",
    "recurrent networks and language models",
    "symbolic and imperative graphs",
)

PAGE = """# A course in notebooks

Read them here, or run them:

```sh
pip install -e ".[notebook]" && jupyter lab notebooks/01_a_number_and_its_derivative.ipynb
```

Each notebook begins with what it teaches and how long it runs, and ends with three exercises and their folded
solutions. Where scripts are not shown, as on GitHub, you see still pictures. In Jupyter you can step through them and
drag their numbers.

| | |
|---|---|
{notebooks}

## The systems of the lectures

The course covers the systems with which five university courses teach multilayer networks and backpropagation. Each is
drawn, can be stepped through or dragged, and is checked against the lecture's numbers by assertions.

| | | |
|---|---|---|
{systems}

`python notebooks/build.py` makes the notebooks and this page from the `.py` files in this folder. With `--check` it
runs the notebooks and reports what no longer matches. Both need `pip install -e ".[dev]"`.
"""


def format_page(notebooks: Mapping[str, Any]) -> str:
    """Format the table of contents of the notebooks, which are given by file name."""
    rows, places = [], {number: [] for number in range(1, len(SYSTEMS) + 1)}
    for name, notebook in sorted(notebooks.items()):
        first = notebook.cells[0].source
        title = first.splitlines()[0].removeprefix("# ")
        learn = re.search(r"\*\*What you will learn:\*\* (.*?)(?:\n\n|\n\*\*Runs)", first, re.S)[1]
        rows.append(f"| [{title}]({name}) | {' '.join(learn.split())} |")
        for number, links in places.items():
            if any(f"system-{number}" in cell.metadata.get("tags", ()) for cell in notebook.cells):
                links.append(f"[{title.split(' · ')[0]}]({name})")
    systems = [f"| {k} | {SYSTEMS[k - 1]} | {', '.join(links)} |" for k, links in places.items()]
    return PAGE.format(notebooks="\n".join(rows), systems="\n".join(systems))


def find_gallery(notebook: Any) -> dict[str, bytes]:
    """Return the pictures of cells with a tag such as ``gallery-moons``, by the name of their file."""
    found = {}
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", ()):
            if tag.startswith("gallery-"):
                data = next(o.data for o in cell.outputs if "image/png" in o.get("data", {}))
                name = tag.removeprefix("gallery-")
                if "image/svg+xml" in data:
                    found[f"{name}.svg"] = data["image/svg+xml"].encode()
                else:
                    found[f"{name}.png"] = base64.decodebytes(data["image/png"].encode())
    return found
