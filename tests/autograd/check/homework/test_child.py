"""A file is imported as Python would, its table of shapes is read or refused, and each pair has a verdict and notes."""

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograd.check.homework import check_pairs, find_pairs

needs_numpy = pytest.mark.skipif(find_spec("numpy") is None, reason="needs NumPy")
CUBE = "def cube(x): return x * x * x\ndef cube_prime(x): return 3 * x * x\n"
PRODUCT = "def mul_forward(a, b): return a @ b, (a, b)\n"
BACKWARD = "def mul_backward(dout, cache):\n    a, b = cache\n    return dout @ b.T, a.T @ dout\n"


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


def check(source, path="homework.py", done=0):
    """Return the verdicts on the pairs of a file with this text."""
    Path(path).write_text(source, encoding="utf-8")
    loaded, *rows = check_pairs(path, find_pairs(source)[done:])
    assert loaded == {}
    return rows


def test_a_verdict_is_plain_data():
    (row,) = check(CUBE)
    assert row["pair"] == "cube / cube_prime"
    assert row["verdict"] == "PASS"
    assert row["inputs"].startswith("x ")
    assert row["notes"] == []


@needs_numpy
def test_a_wrong_pair_has_numbers_and_few_lines():
    (row,) = check("import numpy\n" + CUBE.replace("3 * x * x", "2 * x * x"))
    assert row["verdict"] == "FAIL"
    assert "1.5 times too small" in row["notes"][0]
    assert len(row["notes"]) <= 6


def test_a_small_number_that_only_forward_adds_is_noted():
    source = "import math\ndef f(x): return -math.log(abs(x) + {})\ndef df(x): return -1 / x"
    assert "off by less than 1e-4 of its size" in check(source.format("1e-6"))[0]["notes"][-1]
    assert "off by" not in str(check(source.format("1e-2"))[0]["notes"])


def test_pairs_that_are_checked_already_are_left_out():
    source = CUBE + CUBE.replace("cube", "other")
    assert [row["pair"] for row in check(source, done=1)] == ["other / other_prime"]


def test_what_is_not_written_yet_is_not_checked():
    source = "def f(x): pass\ndef f_prime(x): pass\ndef g(x): return x\ndef g_prime(x): raise NotImplementedError\n"
    source += "def h_backward(dout, cache): return dout\n"
    source += "def k(x):\n    if x: raise NotImplementedError\ndef dk(x): return 1.0"
    rows = check(source)
    assert {row["verdict"] for row in rows} == {"not checked"}
    notes = [row["notes"][0] for row in rows]
    assert [note for note in notes if "is not written yet" in note] == notes[:3]
    assert "h_backward has no forward pass" in notes[3]


def test_inputs_that_cannot_be_invented_are_explained():
    (row,) = check("def f(x): return x.nothing\ndef f_prime(x): return x")
    assert row["verdict"] == "not checked"
    assert row["notes"][0].startswith("no inputs found on which f runs; first AttributeError: ")
    assert "SHAPES = {" in row["notes"][0]


def test_an_error_of_the_backward_pass_is_a_failure():
    (row,) = check("def f(x): return x\ndef f_prime(x): return oops")
    assert (row["verdict"], row["notes"]) == ("FAIL", ["f_prime: NameError: name 'oops' is not defined"])


def test_positive_numbers_are_tried_where_others_are_outside_the_domain():
    (row,) = check("import math\ndef f(x): return math.sqrt(x - 0.1)\ndef df(x): return 0.5 / math.sqrt(x - 0.1)")
    assert row["verdict"] == "PASS"


@needs_numpy
def test_a_derivative_may_be_one_of_numbers_or_vectors_only():
    (row,) = check("import numpy as np\ndef f(x): return np.abs(x)\ndef df(x): return 1.0 if x > 0 else -1.0")
    assert row["verdict"] == "PASS"
    assert "ambiguous" in row["notes"][-1]
    assert row["notes"][-1].endswith(", at x (3, 4)")


def test_a_derivative_that_raises_an_error_for_some_numbers_is_not_saved_by_others():
    (row,) = check("import math\ndef f(x): return math.sqrt(abs(x))\ndef df(x): return 0.5 / math.sqrt(x)")
    assert row["verdict"] == "FAIL"


@needs_numpy
@pytest.mark.parametrize("wrong", ["dout", "dout.sum()", "dout.missing", "dout.T"])
def test_a_wrong_backward_pass_is_not_saved_by_other_shapes(wrong):
    source = (
        "import numpy as np\ndef affine_forward(x, w, b): return np.dot(x, w) + b, (x, w)\n"
        "def affine_backward(dout, cache):\n    x, w = cache\n"
        f"    return np.dot(dout, w.T), np.dot(x.T, dout), {wrong}\n"
    )
    (row,) = check(source)
    assert (row["verdict"], row["inputs"]) == ("FAIL", "x (3, 4), w (4, 5), b (5,)")


STYLES = {  # a text with {}, the right code for it, and a wrong one
    "a list of one": ("def f(x): return x * x, x\ndef f_backward(g, c): return [{} * g * c]", "2", "3"),
    "an iterator": (
        "def mul(a, b): return a * b\ndef mul_backward(g, a, b):\n    yield g * b\n    yield g * {}",
        "a",
        "b",
    ),
    "a label first": (
        "def mse(target, p): return ((target - p) ** 2).mean()\n"
        "def mse_prime(target, p): return {} * (p - target) / target.size",
        "2",
        "-2",
    ),
    "gradients of a loss by name": (
        "class Linear:\n    def __init__(self, W): self.W = W\n"
        "    def forward(self, A):\n        self.A = A\n        return A @ self.W\n"
        "    def backward(self, dLdZ):\n        self.dLdW = {}\n        return dLdZ @ self.W.T",
        "self.A.T @ dLdZ",
        "self.A.T @ dLdZ / 3",
    ),
    "results and gradients that the layer keeps": (
        "class Dense:\n    def __init__(self, n_inputs, n_neurons): self.weights = np.ones((n_inputs, n_neurons))\n"
        "    def forward(self, inputs): self.inputs, self.output = inputs, inputs @ self.weights\n"
        "    def backward(self, dvalues):\n        self.dweights = {}\n        self.dinputs = dvalues @ self.weights.T",
        "self.inputs.T @ dvalues",
        "self.inputs.T @ dvalues / 3",
    ),
    "weights whose names begin like gradients": (
        "class Scale:\n    def __init__(self): self.decoder = np.ones(4)\n"
        "    def forward(self, x):\n        self.x = x\n        return x * self.decoder\n"
        "    def backward(self, dout):\n        self.ddecoder = (dout * self.x).sum(0) * {}\n"
        "        return dout * self.decoder",
        "1",
        "2",
    ),
    "a rate of learning": (
        "class Twice:\n    def forward(self, input): return 2 * input\n"
        "    def backward(self, output_gradient, learning_rate): return {} * output_gradient",
        "2",
        "learning_rate",
    ),
    "a default of the forward pass": (
        "def leaky(x, alpha=0.3): return np.where(x > 0, x, alpha * x)\n"
        "def leaky_prime(x, alpha): return np.where(x > 0, 1, {})",
        "alpha",
        "1",
    ),
}


@needs_numpy
@pytest.mark.parametrize("style", STYLES)
def test_a_right_pair_of_any_style_passes_and_a_wrong_one_fails(style):
    text, *codes = STYLES[style]
    rows = [check("import numpy as np\n" + text.replace("{}", code))[0] for code in codes]
    assert [row["verdict"] for row in rows] == ["PASS", "FAIL"]
    assert not [note for note in rows[0]["notes"] if "no gradient" in note and "target" not in note]


FITTING = {  # a forward pass, a backward pass, and the shapes at which it is right
    "x * w": ("dout * w, dout * x", "x (3, 4), w (3, 4)"),
    "x * w  # a row": ("dout * w, (dout * x).sum(0)", "x (3, 4), w (4,)"),
    "x + w @ np.ones(4)": ("dout, np.outer(dout.sum(0), np.ones(4))", "x (3, 4), w (4, 4)"),
    "w @ x + np.zeros((5, 1))": ("w.T @ dout + 0 * np.zeros((4, 1)), dout.reshape(5, 1) @ x.T", "x (4, 1), w (5, 4)"),
}


@needs_numpy
@pytest.mark.parametrize("forward", FITTING)
def test_a_right_backward_pass_is_not_accused_for_other_shapes(forward):
    backward, inputs = FITTING[forward]
    source = f"import numpy as np\ndef op_forward(x, w): return (x, w), {forward}\n".replace("(x, w), ", "")
    source += f"def op_backward(dout, x, w): return {backward}\n"
    table = "SHAPES = {'op_forward': {'w': (4, 4)}}" if "ones" in forward else ""
    (row,) = check(source + table)
    assert (row["verdict"], row["inputs"]) == ("PASS", inputs)
    (row,) = check(source.replace("return dout", "return 2 * dout").replace("return w", "return 2 * w") + table)
    assert row["verdict"] == "FAIL"


@needs_numpy
@pytest.mark.parametrize(
    ("forward", "wrong"),
    [
        ("x @ w", "{'w': dout.T @ x}"),
        ("x @ w", "{'w': (x * dout.sum()).sum(0)}"),
        ("w @ x + b", "{'x': w.T @ dout, 'w': dout @ x.T, 'b': dout}"),
        ("w.dot(x) + b", "{'b': dout}"),
        ("x * w", "{'x': dout * w, 'w': x * dout.sum(0) * 2}"),
        ("x * w", "{'w': (x * dout).sum()}"),
    ],
)
def test_a_wrong_backward_pass_of_wrong_shapes_passes_nowhere(forward, wrong):
    source = "import numpy as np\ndef op_forward(x, w, b): return {}\ndef op_backward(dout, x, w, b): return {}\n"
    source = source if "b" in forward else source.replace(", b)", ")")
    (row,) = check(source.format(forward, wrong))
    assert row["verdict"] == "FAIL"


@needs_numpy
def test_the_table_in_the_file_states_shapes_values_and_what_is_no_layer():
    source = f"import numpy as np\n{PRODUCT}{BACKWARD}"
    (row,) = check(source + "SHAPES = {'mul_forward': {'a': (2, 3), 'b': [[1.0], [2.0], [3.0]]}}")
    assert (row["verdict"], row["inputs"]) == ("PASS", "a (2, 3), b (3, 1)")
    (row,) = check(source + "SHAPES = {'mul_forward': None}")
    assert row["verdict"] == "left out"


@needs_numpy
def test_the_table_names_a_class_and_the_arguments_of_its_constructor():
    source = (
        "import numpy as np\nclass Dense:\n    def __init__(self, shape_of_w): self.W = np.ones(shape_of_w)\n"
        "    def forward(self, q):\n        self.q = q\n        return q @ self.W\n"
        "    def backward(self, dout):\n        self.dW = self.q.T @ dout\n        return dout @ self.W.T\n"
        "SHAPES = {'Dense': {'shape_of_w': np.array([3, 2]), 'q': (4, 3)}}"
    )
    (row,) = check(source)
    assert (row["verdict"], row["inputs"]) == ("PASS", "q (4, 3), W (3, 2)")


def test_a_table_that_fits_nothing_is_refused():
    (row,) = check(CUBE + "SHAPES = {'cube': {'y': (2,)}}")
    assert row["notes"] == ["SHAPES has 'y' for cube / cube_prime, whose parameters are x"]
    with pytest.raises(TypeError, match=r"^SHAPES: 'cub' is no pair here$"):
        check(CUBE + "SHAPES = {'cub': {'x': (2,)}}")
    for table in ("[1]", "{'cube': (2,)}"):
        with pytest.raises(TypeError, match=r"^SHAPES: expected a dict of dicts such as \{'affine_forward': "):
            check(CUBE + f"SHAPES = {table}")


@pytest.mark.parametrize("name", ["operator.py", "my layers.py", "hw-1.py", "a.b.py", "homework.py"])
def test_any_name_of_a_file_will_do_and_files_next_to_it_are_imported(name):
    Path("other_part.py").write_text("three = 3\n", encoding="utf-8")
    (row,) = check("from other_part import three\nfrom operator import mul\n" + CUBE.replace("3 *", "three *"), name)
    assert row["verdict"] == "PASS"


def test_a_file_of_a_package_imports_from_it():
    Path("course/hw").mkdir(parents=True)
    for folder in ("course", "course/hw"):
        Path(folder, "__init__.py").touch()
    Path("course/tools.py").write_text("three = 3\n", encoding="utf-8")
    (row,) = check("from ..tools import three\n" + CUBE.replace("3 *", "three *"), "course/hw/part.py")
    assert row["verdict"] == "PASS"


def test_a_relative_import_needs_no_init_file():
    Path("course/hw").mkdir(parents=True)
    Path("course/tools.py").write_text("three = 3\n", encoding="utf-8")
    (row,) = check("from ..tools import three\n" + CUBE.replace("3 *", "three *"), "course/hw/part.py")
    assert row["verdict"] == "PASS"


def test_a_notebook_saved_as_a_file_runs():
    assert check("get_ipython().run_line_magic('matplotlib', 'inline')\n" + CUBE)[0]["verdict"] == "PASS"


def test_errors_of_any_text_are_one_printable_line():
    odd = "class Odd(Exception):\n    def __str__(self): raise RuntimeError\n"
    (row,) = check(f"{odd}def f(x): return x\ndef df(x): raise Odd")
    assert (row["verdict"], row["notes"]) == ("FAIL", ["df: Odd"])
    (row,) = check("def f(x): return x\ndef df(x): raise ValueError('a\\x1b[2J\\nPASS\\ud800')")
    assert row["notes"] == [r"df: ValueError: a\x1b[2J PASS\xd800"]


def test_the_main_program_of_a_file_is_not_run():
    assert check(CUBE + "if __name__ == '__main__': raise SystemExit")
