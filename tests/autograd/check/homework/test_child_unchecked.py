"""What a pair has no gradient for is not passed over, and the data of a file is found."""

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograd.check.homework import check_pairs, find_pairs

needs_numpy = pytest.mark.skipif(find_spec("numpy") is None, reason="needs NumPy")


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch):
    """Restore what an import changes; the file of one test has the name of that of another."""
    monkeypatch.setattr(sys, "path", sys.path[:])
    monkeypatch.chdir(".")  # and back
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if not name.startswith(("numpy", "autograd")):
            del sys.modules[name]


def check(source, path="homework.py"):
    """Return the verdicts on the pairs of a file with this text."""
    Path(path).write_text(source, encoding="utf-8")
    loaded, *rows = check_pairs(path, find_pairs(source))
    assert loaded == {}
    return rows


LAYER = "import numpy as np\nclass A:\n    def __init__(self, W): self.W, self.kept = W, np.ones(3)\n"
NO_GRADIENT = {  # the source, and what is not checked
    "of a weight": (f"{LAYER}    def forward(self, x): return x @ self.W\n"
                    "    def backward(self, dout): return dout @ self.W.T\n", "W"),
    "of a constant on which the result depends": (
        f"{LAYER}    def forward(self, x): return x * self.kept.sum()\n"
        "    def backward(self, dout): return dout * self.kept.sum()\n", "kept"),
    "of a bias that is returned for the others": (
        "import numpy as np\ndef f_forward(x, w, b): return x @ w + b, (x, w)\n"
        "def f_backward(dout, cache):\n    x, w = cache\n    dx, dw = dout @ w.T, x.T @ dout\n    return dx, dw\n",
        "b",
    ),
    "of the second factor": (
        "import numpy as np\ndef f_forward(p, q): return p * q, q\ndef f_backward(dout, q):\n    return dout * q\n",
        "q",
    ),
    "of a bias, of a loss": (
        "import numpy as np\ndef loss(w, b, x, y): return ((x @ w + b - y) ** 2).sum()\n"
        "def loss_grad(w, b, x, y):\n    dw = 2 * x.T @ (x @ w + b - y)\n    return {'w': dw}\n", "b"),
}  # fmt: skip


@needs_numpy
@pytest.mark.parametrize("name", NO_GRADIENT)
def test_what_has_no_gradient_is_not_passed_over(name):
    """A forgotten gradient is the fault that nobody sees, so the pair is not passed."""
    source, missing = NO_GRADIENT[name]
    (row,) = check(source)
    assert row["verdict"] == "INCONCLUSIVE", row
    assert missing in row["unchecked"]
    assert "needs no gradient" in row["notes"][-1]


@needs_numpy
def test_labels_data_counters_and_what_the_table_leaves_out_need_no_gradient():
    loss = "def {0}(w, x, y): return ((x @ w - y) ** 2).sum()\ndef {0}_grad(w, x, y): return 2 * x.T @ (x @ w - y)\n"
    layer = f"{LAYER}    def forward(self, x): return x @ self.W\n"
    layer += "    def backward(self, dout):\n        self.dW = self.x.T @ dout\n        return dout @ self.W.T\n"
    layer = layer.replace("return x @ self.W\n", "\n        self.x = x\n        return x @ self.W\n")
    fixed = NO_GRADIENT["of a constant on which the result depends"][0] + "SHAPES = {'A': {'kept': None}}\n"
    for k, source in enumerate((f"import numpy as np\n{loss.format('mse')}", layer, fixed)):
        (row,) = check(source, f"labels{k}.py")
        assert row["verdict"] == "PASS", row
    assert row["unchecked"] == []


@pytest.mark.parametrize("where", ["its own folder", "the folder it is started in"])
@pytest.mark.parametrize("when", ["at import", "in the forward pass"])
def test_data_is_found_next_to_the_file_or_where_python_was_started(where, when, tmp_path, monkeypatch):
    folder = tmp_path / "homework"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    (folder if where == "its own folder" else tmp_path).joinpath("scale.txt").write_text("3.0")
    read = "float(Path('scale.txt').read_text())"
    top, inside = (f"k = {read}", "k") if when == "at import" else ("" if where == "its own folder" else read, read)
    source = f"from pathlib import Path\n{top}\ndef f(x): return {inside} * x\ndef f_prime(x): return 3.0\n"
    (folder / "layers.py").write_text(source)
    _, row = check_pairs("homework/layers.py", find_pairs(source))
    assert row["verdict"] == "PASS", row
