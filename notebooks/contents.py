"""The page that lists the notebooks, and where each system of the lectures is; and the pictures of the README."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

SYSTEMS = (
    "the McCulloch-Pitts neuron",
    "the perceptron",
    "ADALINE",
    "the perceptron for many classes, and its templates",
    "what a threshold unit cannot do",
    "XOR by hand",
    "any Boolean function as a network",
    "decision regions by depth",
    "universal approximation",
    "polynomial features and depth",
    "activations",
    "saturation, zig-zag, dead units, sparsity",
    "losses",
    "the two graphs of cs231n",
    "the patterns of gates",
    "gates with forward and backward",
    "δ by hand",
    "numerical against analytic gradients",
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
    "symbolic against imperative",
)

PAGE = """# A course in notebooks

Read them here, or run them:

```sh
pip install -e ".[notebook]" && jupyter lab notebooks/01_a_number_and_its_derivative.ipynb
```

Each says first what it teaches and how long it runs, and ends with three exercises, whose solutions are folded. Where a
page shows no scripts, the pictures stay; in Jupyter they can be stepped through, and their numbers dragged.

| | |
|---|---|
{notebooks}

## The systems of the lectures

The course carries the systems with which five university courses teach multilayer networks and backpropagation. Each is
drawn, can be stepped through or dragged, and asserts the lecture's numbers.

| | | |
|---|---|---|
{systems}

The notebooks are made from the `.py` files beside them: `python notebooks/build.py`, and `--check` runs them and says
what has drifted; both need `pip install -e ".[dev]"`. This page is made with them.
"""


def page(notebooks: Mapping[str, Any]) -> str:
    """Write the table of contents from the notebooks by the names of their files."""
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


def gallery(notebook: Any) -> dict[str, bytes]:
    """Find the pictures of the cells that have a tag such as ``gallery-moons``, as files by their names."""
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
