"""python -m nn: its help, progress, errors and exit codes."""

import io
import re
import subprocess
import sys

import pytest

from nn import SGD, data
from nn import __main__ as cli
from tests.helpers.demo_runs import needs_digits, run, without_seconds

TASKS = "moons|circles|xor|spiral|gauss|iris|sine|digits"


def test_compile_without_numpy_names_the_extra():
    code = "import sys; sys.modules['numpy'] = None; from nn.__main__ import main; exit(main(['xor', '--compile']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    hint = 'pip install -e ".[replay]" in a checkout of glassgrad'
    assert (done.returncode, done.stderr) == (1, f"nn: autograd.compile needs NumPy: {hint}\n")


def test_a_folder_or_checkpoint_that_does_not_fit_gets_one_line(capsys, tmp_path):
    small = ("xor", "--samples", "8", "--steps", "2")
    (tmp_path / "file").write_text("not a folder")
    assert cli.main([*small, "--save", "file"]) == 1
    assert "file" in capsys.readouterr().err
    run(capsys, *small, "--save", "run")
    (tmp_path / "run" / "run.json").write_text("{}")
    assert cli.main([*small, "--save", "run", "--resume"]) == 1
    err = capsys.readouterr().err
    assert "not a glassgrad checkpoint" in err
    assert err.count("\n") == 1
    assert (tmp_path / "run" / "run.json").read_text() == "{}"


@needs_digits
def test_digits_through_the_command_line(capsys):
    small = ("digits", "--samples", "60", "--epochs", "1")
    done = subprocess.run([sys.executable, "-m", "nn", *small], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "60 of 8x8 pixels to train on, 400 others held out, seed 1" in done.stdout
    assert re.search(r"^ +1 +\d\.\d{4} +\d+\.\d %$", done.stdout, re.MULTILINE)
    assert re.search(r"^train +\d+ of 60 right, \d+\.\d %$", done.stdout, re.MULTILINE)
    assert re.search(r"^held out +\d+ of 400 right, \d+\.\d %$", done.stdout, re.MULTILINE)
    assert without_seconds(run(capsys, *small)) == without_seconds(done.stdout)


def test_digits_without_scikit_learn_names_the_extra(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match=r'pip install -e "\.\[data\]"'):
        data.digits()
    assert cli.main(["digits"]) == 1
    hint = 'pip install -e ".[data]" in a checkout of glassgrad'
    assert capsys.readouterr() == ("", f"nn: the digits need scikit-learn: {hint}\n")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], f"python -m nn: the following arguments are required: {TASKS}"),
        (["suns"], f"python -m nn: argument {TASKS}: invalid choice: 'suns'"),
        (["moons", "--epochs", "3"], "python -m nn: unrecognized arguments: --epochs 3"),
        (["moons", "--a\nb"], "python -m nn: unrecognized arguments: --a b"),
        (["moons", "--steps"], "python -m nn moons: argument --steps: expected one argument"),
        (["moons", "--steps", "0"], "argument --steps: expected a whole number of at least 1, got '0'"),
        (["moons", "--steps", "many"], "argument --steps: expected a whole number of at least 1, got 'many'"),
        (["moons", "--samples", "1"], "argument --samples: expected a whole number of at least 2, got '1'"),
        (["moons", "--seed", "-1"], "argument --seed: expected a whole number of at least 0, got '-1'"),
        (["digits", "--epochs", "1.5"], "argument --epochs: expected a whole number of at least 1, got '1.5'"),
        (["digits", "--samples", "1398"], "expected a whole number of at least 1 and at most 1397, got '1398'"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_2(capsys, argv, message):
    with pytest.raises(SystemExit) as stopped:
        cli.main(argv)
    out, err = capsys.readouterr()
    assert (stopped.value.code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert err.endswith("(--help shows how to use it)\n")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--help"], ["moons", "digits", "scikit-learn"]),
        (["moons", "--help"], ["--samples", "(default 100)", "--steps", "--seed"]),
        (["digits", "--help"], ["--samples", "(default 400, with --compile all 1397)", "--epochs", "--compile"]),
    ],
)
def test_help(capsys, argv, words):
    with pytest.raises(SystemExit) as stopped:
        cli.main(argv)
    out, err = capsys.readouterr()
    assert (stopped.value.code, err) == (0, "")
    assert [word for word in words if word not in out] == []


def test_ctrl_c_gets_one_line_and_exit_code_130(monkeypatch, capsys):
    def interrupt(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(SGD, "step", interrupt)
    assert cli.main(["moons", "--samples", "2"]) == 130
    assert capsys.readouterr().err == "nn: interrupted\n"


def test_a_progress_bar_is_shown_on_a_terminal(monkeypatch, capsys):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert cli.main(["moons", "--steps", "1", "--samples", "2"]) == 0
    assert "| 0/1 [" in terminal.getvalue()
    assert "|" not in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is another error on Windows")
def test_a_closed_pipe_gives_no_traceback():
    command = [sys.executable, "-m", "nn", "moons", "--steps", "1", "--samples", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
