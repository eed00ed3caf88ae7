"""A live view replaces what it showed before."""

import sys
import warnings
from types import SimpleNamespace

import pytest

import viz

NOTEBOOK = [
    """
import random
import nn, viz
random.seed(3)
X, y = nn.data.moons(10, seed=3)
model = nn.MLP(2, [3, 1])
def draw(history):
    return viz.neurons(model, nn.bce_with_logits([model(x) for x in X], y))
""",
    "live = [viz.Live(draw, every=2), viz.Live(viz.plots.curves)]\n"
    "h = nn.fit(model, (X, y), loss=nn.bce_with_logits, optimizer=nn.SGD, epochs=5, callbacks=live)",
    "print(draw(h).svg(), end='')",
    "from matplotlib import pyplot\npyplot.get_fignums()",
]


@pytest.mark.slow
def test_a_live_view_is_updated_in_its_place_and_a_notebook_keeps_its_last_picture(tmp_path, monkeypatch):
    pytest.importorskip("matplotlib", reason='needs the extra "plots"')
    nbformat = pytest.importorskip("nbformat", reason='needs the extra "browser"')
    nbclient = pytest.importorskip("nbclient", reason='needs the extra "browser"')
    for kind in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
        monkeypatch.setenv(f"JUPYTER_{kind}", str(tmp_path / kind))
    cells = [nbformat.v4.new_code_cell(text) for text in NOTEBOOK]
    notebook = nbformat.v4.new_notebook(cells=cells)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Jupyter's own warnings
        nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    picture, plot = cells[1].outputs
    assert picture.data["image/svg+xml"] == cells[2].outputs[0].text
    assert "<script>" in picture.data["text/html"]
    assert picture.data["text/plain"].startswith("neuron")
    assert plot.data["image/png"]
    assert cells[3].outputs[0].data["text/plain"] == "[]"  # no figure is left for the notebook to show again


def test_without_ipython_a_live_view_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", None)
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    with pytest.raises(RuntimeError, match="a live view needs IPython"):
        viz.Live(lambda: 1)()
    with pytest.raises(ValueError, match="every: expected a whole number of at least 1, got 0"):
        viz.Live(lambda: 1, every=0)


def test_a_live_view_draws_at_every_so_many_calls_into_one_place(monkeypatch):
    shown, drawn = [], []
    place = SimpleNamespace(update=lambda picture: shown.append(("update", picture)))
    display = SimpleNamespace(display=lambda picture, display_id: shown.append(("display", picture)) or place)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(display=display))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    live = viz.Live(lambda k: drawn.append(k) or SimpleNamespace(figure=f"picture {k}"), every=2)
    for k in range(5):
        live(k)
    assert drawn == [0, 2, 4]
    assert shown == [("display", "picture 0"), ("update", "picture 2"), ("update", "picture 4")]
