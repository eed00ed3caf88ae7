"""Draw the pictures of README.md: ``python tests/make_pictures.py``, from anywhere."""

from pathlib import Path

from browser import fork, mlp, neuron
from flows import dead_units, moon_model, plain, vanishing

import viz
from autograd import trace

DOCS = Path(__file__).parent.parent / "docs"
PICTURES = {
    "neuron": lambda: viz.graph(neuron(), names=False).svg(),
    "mlp": lambda: viz.step(mlp(), names=False).frames()[32],
    "parts": lambda: viz.graph(plain(moon_model(), n=2), names=False).svg(),
    "neurons": lambda: viz.neurons(model := dead_units(), plain(model)).svg(),
    "gradient-flow": lambda: viz.gradient_flow(model := vanishing(), plain(model)).svg(),
    "paths": lambda: viz.paths(trace(fork()), "b").svg(),
}

if __name__ == "__main__":
    for name, draw in PICTURES.items():
        (DOCS / f"{name}.svg").write_text(draw(), encoding="utf-8")
