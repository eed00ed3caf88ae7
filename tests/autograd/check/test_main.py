"""Run ``python -m autograd.check``: a verdict for each pair, whatever the files do, and one line for bad input."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograd.check.__main__ import find_files, main

pytestmark = pytest.mark.skipif(sys.platform == "emscripten", reason="the browser's Python has no processes")
needs_numpy = pytest.mark.skipif(find_spec("numpy") is None, reason="needs NumPy")

GOOD = "def cube(x):\n    return x**3\ndef cube_prime(x):\n    return 3 * x**2\n"
WRONG = GOOD.replace("3 * x**2", "2 * x**2")
LAYERS = """
import numpy as np
print("numbers:", [1.0, 2.0], flush=True)

def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w)

def affine_backward(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)

def relu_forward(x):
    return np.maximum(x, 0), x

def relu_backward(dout, cache):
    print("PASS  relu_forward")
    return (cache > 0) * 1.0  # wrong: it ignores its upstream

class Dense:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.ones((n_in, n_out)), np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)
        return dout @ self.W.T

def mixer_forward(x, order):
    return x[order.index(0)], None

def mixer_backward(dout, cache):
    return dout
"""
HOSTILE = """
import os, sys
def hog_forward(x):
    x = []
    while True: x.append(bytearray(10**8))
def hog_backward(dout, cache): return dout
def exit_forward(x): return 2 * x, None
def exit_backward(dout, cache): os._exit(3)
def quit_forward(x): sys.exit("no")
def quit_backward(dout, cache): return dout
def last_forward(x): return 2 * x, None
def last_backward(dout, cache): return 2 * dout
"""


def run(capsys, *args):
    """Return the exit code and what is printed."""
    code = main([str(arg) for arg in args])
    return code, capsys.readouterr().out


def write(**files):
    for name, text in files.items():
        Path(f"{name}.py").write_text(text, encoding="utf-8")


def test_a_file_that_passes(capsys):
    write(good=GOOD)
    code, text = run(capsys, "good.py")
    assert code == 0
    assert text.splitlines()[0].endswith("it may use your files and network.")
    assert "  PASS          cube / cube_prime  x " in text
    assert text.endswith("1 of 1 pairs passed\n")


@needs_numpy
def test_layers_in_arrays_and_one_that_fails(capsys):
    write(layers=LAYERS)
    code, text = run(capsys, "layers.py", "--json")
    assert code == 1
    report = json.loads(text)
    rows = {row["pair"].partition(" ")[0]: row for row in report["files"][0]["pairs"]}
    assert rows["affine_forward"] == {
        "pair": "affine_forward / affine_backward",
        "verdict": "PASS",
        "inputs": "x (3, 4), w (4, 5), b (5,)",
        "unchecked": [],
        "notes": [],
    }
    assert [row["verdict"] for row in rows.values()] == ["PASS", "FAIL", "not checked", "PASS"]
    assert any("ignores its upstream" in note for note in rows["relu_forward"]["notes"])
    assert (report["passed"], report["pairs"]) == (2, 4)


@needs_numpy
def test_the_guide_shows_what_is_printed(capsys):
    write(layers=LAYERS)
    _, text = run(capsys, "layers.py")
    guide = (Path(__file__).parents[3] / "docs" / "checking.md").read_text(encoding="utf-8")
    shown = guide.partition("$ python -m autograd.check layers.py\n")[2].partition("```")[0]
    missing = [line for line in shown.splitlines() if line.partition("…")[0].strip() not in text]
    assert missing == []


@needs_numpy
def test_what_the_file_prints_is_not_shown(capsys):
    write(layers=LAYERS)
    code, text = run(capsys, "layers.py")
    assert "numbers:" not in text
    assert code == 1


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit of memory")
def test_a_pair_that_ends_the_child_is_described_and_the_others_are_checked(capsys):
    write(hostile=HOSTILE)
    code, text = run(capsys, "hostile.py", "--megabytes", 600, "--json")
    rows = json.loads(text)["files"][0]["pairs"]
    assert [row["verdict"] for row in rows] == [*["not checked"] * 3, "PASS"]
    wanted = "needed more than 600 MB", "exited with code 3", "raised SystemExit()"
    assert all(part in row["notes"][0] for part, row in zip(wanted, rows, strict=False)), rows
    assert code == 1


def test_a_pass_without_end_is_stopped(capsys):
    write(spin="def f(x): return x\ndef df(x):\n    while True: pass")
    code, text = run(capsys, "spin.py", "--seconds", 2)
    assert code == 1
    assert "took longer than 2 s" in text


BROKEN = {
    "import no_such_module\n": "raised ModuleNotFoundError: No module named 'no_such_module'",
    "raise SystemExit(0)\n": "raised SystemExit(0)",
    "import os\nos._exit(0)\n": "exited with code 0 before it was done",
    "input()\n": "raised EOFError",
}


def test_files_that_cannot_be_run_are_named_and_the_rest_is_checked(capsys):
    write(
        **{
            f"broken{i}": text + GOOD + GOOD[GOOD.index("def cube_p") :].replace("prime", "deriv")
            for i, text in enumerate(BROKEN)
        },
        syntax="def f(:",
        good=GOOD,
        none="x = 1",
    )
    Path("binary.py").write_bytes(b"\0\xff")
    code, text = run(capsys, ".")
    assert code == 1
    for i, detail in enumerate(BROKEN.values()):
        assert (
            f"not checked   cube / cube_prime, cube / cube_deriv\n                broken{i}.py cannot be run: {detail}"
            in text
        )
    assert text.count("cannot be read: ") == 2
    assert "none.py" not in text
    assert text.endswith("1 of 11 pairs passed\n")


def test_a_file_without_pairs_is_never_a_success(capsys):
    write(none="x = 1", left_out=GOOD + "SHAPES = {'cube': None}")
    code, text = run(capsys, "none.py")
    assert code == 1
    assert "no pairs found; expected names such as affine_forward" in text
    code, text = run(capsys, "left_out.py")
    assert code == 1
    assert "left out" in text


def test_folders_are_searched_except_hidden_ones():
    for folder in ("hw/part", ".venv", "hw/.git", "hw/__pycache__", "venv/lib/site-packages"):
        Path(folder).mkdir(parents=True)
        Path(folder, "a.py").touch()
    Path("hw/b.py").touch()
    assert [path.as_posix() for path in find_files([".", "hw"])] == ["hw/b.py", "hw/part/a.py"]
    assert find_files([".venv/a.py"]) == [Path(".venv/a.py")]


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes")
def test_a_pipe_is_not_read_and_a_broken_link_is_named(capsys):
    write(good=GOOD)
    os.mkfifo("pipe.py")
    Path("loop").symlink_to(".")
    Path("broken.py").symlink_to("nowhere.py")
    Path("folder.py").mkdir()
    _, text = run(capsys, ".")
    assert "cannot be read: FileNotFoundError" in text
    assert text.endswith("1 of 2 pairs passed\n")


def test_a_base_class_without_a_body_is_no_layer_if_another_file_derives_from_it(capsys):
    layer = "class Layer:\n    def forward(self, x): raise NotImplementedError\n    def backward(self, g): pass\n"
    relu = "from base import Layer\nclass Twice(Layer):\n    def forward(self, x): return 2 * x\n"
    write(base=layer, layers=f"{relu}    def backward(self, g): return 2 * g\n")
    assert run(capsys, "base.py", "layers.py")[0] == 0
    assert run(capsys, "base.py")[0] == 1


BAD = {
    "": "the following arguments are required: FILE",
    "nowhere.py": "nowhere.py: no such file or folder",
    "notes.txt": "notes.txt: expected a file of Python, or a folder with some",
    "empty": "empty: expected a file of Python, or a folder with some",
    "good.py --seconds 0": "--seconds: expected a positive number, got 0.0",
    "good.py --seconds nan": "--seconds: expected a positive number, got nan",
    "good.py --seconds long": "argument --seconds: invalid float value: 'long'",
    "good.py --megabytes -1": "--megabytes: expected a positive number, got -1",
    "good.py --quick": "unrecognized arguments: --quick",
    "good.py --shapes x=4": "unrecognized arguments: --shapes x=4",
}


@pytest.mark.parametrize("words", BAD, ids=range(len(BAD)))
def test_bad_input_gets_one_line_and_code_2(capsys, words):
    write(good=GOOD)
    Path("notes.txt").touch()
    Path("empty").mkdir()
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith(f"autograd.check: {BAD[words]}")
    assert error.count("\n") == 1


def test_the_command_in_a_shell(tmp_path):
    write(wrong=WRONG)
    command = [sys.executable, "-m", "autograd.check", "wrong.py"]
    paths = os.pathsep.join([str(Path(__file__).parents[3]), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": paths})
    assert done.returncode == 1, done.stderr
    assert "  FAIL          cube / cube_prime  x " in done.stdout
    assert done.stderr == ""
