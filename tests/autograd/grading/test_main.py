"""Run ``python -m autograd.grading``: a table for each engine, whatever the files do, and one line for bad input."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograd.grading.__main__ import has_engine, main
from tests.helpers.faulty_engines import ENGINE

pytestmark = pytest.mark.skipif(sys.platform == "emscripten", reason="the browser's Python has no processes")

SMALL = (
    ENGINE.partition("    def __truediv__")[0]
    + "    def tanh"
    + ENGINE.partition("    def tanh")[2].partition("    def sig")[0]
)
SMALL += "    def backward" + ENGINE.partition("    def backward")[2]
WRONG = SMALL.replace("(1 - out.data ** 2)", "(1 + out.data ** 2)")


def write(**files):
    for name, text in files.items():
        Path(f"{name}.py").write_text(text, encoding="utf-8")


def run(capsys, *args):
    """Return the exit code and what is printed."""
    code = main([str(arg) for arg in args])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_right_and_a_wrong_engine(capsys):
    write(good=SMALL + "print('loaded', Num(1.0))\n", wrong=WRONG)
    code, out, err = run(capsys, "good.py")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].endswith("it may use your files and network.")
    assert "Num: no faults in" in out
    assert "loaded" not in out
    assert "  not there: a - b, a / b, " in out
    code, out, err = run(capsys, "good.py", "wrong.py")
    assert code == 1
    assert "  a.tanh()  " in out
    assert "wrong     tanh(0.7): its derivative is 1.365 = 1 + y², right is 0.635 = 1 − y²\n" in out
    assert out.endswith("\n1 of 2 engines without a fault\n")


def test_json_has_the_same_facts(capsys):
    write(wrong=WRONG)
    code, out, _ = run(capsys, "wrong.py", "--json")
    (report,) = json.loads(out)["files"]
    assert code == 1
    assert (report["file"], report["class"], len(report["faults"])) == ("wrong.py", "Num", 1)
    rows = {row["operation"]: row for row in report["rows"]}
    assert (rows["a.tanh()"]["value"], rows["a.tanh()"]["gradient"]) == (True, False)
    assert rows["a.tanh()"]["faults"] == report["faults"]
    assert not rows["a - b"]["is_there"]
    assert any("recurses too deep" in note for note in report["notes"])


BROKEN = {
    "syntax": ("def f(:", "it raised SyntaxError: invalid syntax"),
    "asks": ("input()\n" + SMALL, "it raised EOFError"),
    "endless": (SMALL + "while True: pass\n", "it took longer than 3 s"),
    "ends": ("import os\nos._exit(3)\n", "it exited with code 3 before it was done"),
    "plain": ("x = 1\n", "expected a class with + or *, such as Value"),
    "dual": ("class Dual:\n    def __init__(self, x, d=0.0): self.x, self.d = x, d\n"
             "    def __add__(self, other): return Dual(self.x + other.x, self.d + other.d)\n", "got Dual; a + b"),
}  # fmt: skip


def test_files_without_an_engine_that_runs_are_one_line_each(capsys):
    write(good=SMALL, **{name: text for name, (text, _) in BROKEN.items()})
    code, out, err = run(capsys, "good.py", *(f"{name}.py" for name in BROKEN), "--seconds", 3)
    assert code == 2
    assert out.endswith("1 of 1 engines without a fault, 6 not graded\n")
    lines = err.splitlines()
    assert len(lines) == len(BROKEN)
    for line, (name, (_, detail)) in zip(lines, BROKEN.items(), strict=True):
        assert line.startswith(f"autograd.grading: {name}.py: ")
        assert detail in line


def test_an_operation_that_ends_the_process_is_told_and_the_others_are_tried(capsys):
    endless = "    def exp(self):\n        while True: pass\n"
    ending = "    def __neg__(self):\n        import os\n        os._exit(7)\n"
    write(hostile=SMALL.replace("    def backward", f"{endless}{ending}    def backward"))
    code, out, _ = run(capsys, "hostile.py", "--seconds", 4, "--json")
    rows = {row["operation"]: row["faults"] for row in json.loads(out)["files"][0]["rows"]}
    assert code == 1
    assert rows["-a"] == ["-a: it exited with code 7 before it was done"]
    assert rows["a.exp()"] == ["a.exp(): it took longer than 4 s"]
    assert rows["a * a"] == []


def test_a_folder_has_engines_and_files_that_use_them(capsys):
    for student in ("alice", "bob"):
        Path(student).mkdir()
        Path(student, "engine.py").write_text(SMALL if student == "alice" else WRONG)
        Path(student, "nn.py").write_text("from engine import Num\nclass Neuron:\n    w = Num(1.0)\n")
        Path(student, "train.py").write_text("while True: pass\n")
    code, out, err = run(capsys, ".")
    assert (code, err) == (1, "")
    assert [line for line in out.splitlines() if line.endswith(".py")] == ["alice/engine.py", "bob/engine.py"]
    code, out, _ = run(capsys, "bob/nn.py", "--class", "Num")
    assert code == 1
    assert has_engine(Path("nowhere.py"))


def test_the_page_has_a_player_for_each_fault(capsys):
    write(good=SMALL, wrong=WRONG, plain="x = 1\n")
    code, out, _ = run(capsys, "good.py", "wrong.py", "plain.py", "--html", "report.html")
    page = Path("report.html").read_text(encoding="utf-8")
    assert code == 1
    assert "wrote report.html\n" in out
    assert page.count('<div class="gg-piece"') == 1
    assert "tanh(0.7): its derivative is 1.365 = 1 + y²" in page


BAD = {
    "": "the following arguments are required: FILE",
    "nowhere.py": "nowhere.py: no such file or folder",
    "empty": "empty: expected a file of Python, or a folder with some",
    "none": "no file with a class that has + or *, such as Value, in none",
    "good.py --seconds 0": "--seconds: expected a positive number, got 0.0",
    "good.py --html empty": "--html: empty cannot be written",
    "good.py --html no/report.html": "--html: no/report.html cannot be written",
    "good.py --quick": "unrecognized arguments: --quick",
}


@pytest.mark.parametrize("words", BAD, ids=range(len(BAD)))
def test_bad_input_gets_one_line_and_code_2(capsys, words):
    write(good=SMALL)
    Path("empty").mkdir()
    Path("none").mkdir()
    Path("none", "helper.py").touch()
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith(f"autograd.grading: {BAD[words]}")
    assert error.count("\n") == 1


def test_a_class_that_is_not_there_is_one_line(capsys):
    write(good=SMALL)
    code, _, err = run(capsys, "good.py", "--class", "Value")
    assert (code, err) == (2, "autograd.grading: good.py: no class Value; it has Num\n")


def test_the_command_in_a_shell():
    write(wrong=WRONG)
    command = [sys.executable, "-m", "autograd.grading", "wrong.py"]
    paths = os.pathsep.join([str(Path(__file__).parents[3]), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": paths})
    assert done.returncode == 1, done.stderr
    assert "wrong     tanh(0.7): its derivative" in done.stdout
    assert done.stderr == ""


def test_the_guide_shows_what_is_printed(capsys):
    guide = (Path(__file__).parents[3] / "docs" / "your-own-engine.md").read_text(encoding="utf-8")
    shown = guide.partition("$ python -m autograd.grading mine.py\n")[2].partition("```")[0]
    code = "\n".join(line[4:] for line in guide.splitlines() if line.startswith((">>> ", "... ")))
    write(mine=code.partition("\nimport autograd")[0])
    _, out, _ = run(capsys, "mine.py")
    assert shown
    assert [line for line in shown.splitlines() if line.partition("…")[0].strip() not in out] == []
