"""python -m nn: its output, how well its networks learn, and its errors."""

import importlib.util
import io
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nn import MLP, SGD, data, restore
from nn import __main__ as cli
from nn.demos import tasks

NO_DIGITS = importlib.util.find_spec("sklearn") is None
TASKS = "moons|circles|xor|spiral|gauss|iris|sine|digits"
needs_digits = pytest.mark.skipif(NO_DIGITS, reason='needs the extra "data"')


def run(capsys, *argv):
    assert cli.main(argv) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def without_seconds(text):
    return re.sub(r"\d+\.\d s", "", text)


def test_moons_reaches_100_percent(capsys):
    out = run(capsys, "moons", "--steps", "40")
    assert "MLP 2-16-16-1 with ReLU, 337 parameters" in out
    assert "right after 40 steps: 100 of 100 points, 100.0 %" in out
    picture = out.splitlines()[-20:]
    assert {len(line) for line in picture} == {64}
    assert {"o", "x", ".", " "} == set("".join(picture))


def test_moons_depends_on_its_seed_alone(capsys):
    small = ("moons", "--steps", "2", "--samples", "6")
    first, again, other = (without_seconds(run(capsys, *small, "--seed", seed)) for seed in ("5", "5", "6"))
    assert first == again
    assert first.replace("seed 5", "seed 6") != other


@pytest.mark.slow
@pytest.mark.parametrize("name", ["circles", "xor", "spiral", "gauss"])
def test_the_other_points_of_the_plane_are_separated(capsys, name):
    out = run(capsys, name, "--steps", "40", "--samples", "60")
    (right,) = re.findall(r"^right after 40 steps: (\d+) of 60 points", out, re.MULTILINE)
    assert int(right) >= (45 if name == "spiral" else 57)


@needs_digits
def test_iris_stops_early_and_classifies_unseen_flowers(capsys):
    out = run(capsys, "iris")
    assert re.search(r"^best after epoch \d+$", out, re.MULTILINE)
    (right,) = re.findall(r"^test +(\d+) of 30 right", out, re.MULTILINE)
    assert int(right) >= 27


def test_the_recurrent_net_predicts_better_than_repetition(capsys):
    out = run(capsys, "sine", "--epochs", "8")
    error, same = re.findall(r"^held out +(\d\.\d+), and (\d\.\d+) if each value is repeated$", out, re.MULTILINE)[0]
    assert float(error) < float(same)


@needs_digits
def test_digits_by_a_convolution(capsys):
    out = run(capsys, "digits", "--conv", "--samples", "100", "--epochs", "4")
    assert "6 maps of 3x3 with ReLU, the greatest of 2x2, 10 neurons, 610 parameters" in out
    (right,) = re.findall(r"^held out +(\d+) of 400", out, re.MULTILINE)
    assert int(right) > 200  # by chance 40


@pytest.mark.slow
@pytest.mark.parametrize("argv", [("moons", "--steps", "3"), ("sine", "--epochs", "2"), ("xor", "--steps", "2")])
def test_a_compiled_task_prints_what_it_prints_eagerly(capsys, argv):
    pytest.importorskip("numpy")
    plain, compiled = (without_seconds(run(capsys, *argv, *more)) for more in ((), ("--compile",)))
    assert compiled == plain


@needs_digits
@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--conv",)])
def test_all_digits_are_learned_when_compiled(capsys, options):
    pytest.importorskip("numpy")
    out = run(capsys, "digits", "--compile", "--epochs", "4", *options)
    assert "1397 of 8x8 pixels to train on, 400 others held out" in out
    (right,) = re.findall(r"^held out +(\d+) of 400", out, re.MULTILINE)
    assert int(right) > 360


def test_compile_without_numpy_names_the_extra():
    code = "import sys; sys.modules['numpy'] = None; from nn.__main__ import main; exit(main(['xor', '--compile']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    hint = 'pip install -e ".[replay]" in a checkout of glassgrad'
    assert (done.returncode, done.stderr) == (1, f"nn: autograd.compile needs NumPy: {hint}\n")


def texts(path):
    return [e.text for e in ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}text")]


def test_model_and_pictures_are_saved(capsys, tmp_path):
    out = run(capsys, "moons", "--steps", "3", "--samples", "6", "--save", "here/there")
    folder = tmp_path / "here" / "there"
    assert f"saved in {Path('here/there')}: model.json, loss.svg, regions.svg, graph.svg" in out
    names = ["graph.svg", "loss.svg", "model.json", "regions.svg", "run.json"]
    assert sorted(p.name for p in folder.iterdir()) == names
    net = MLP(2, [16, 16, 1])
    restore(folder / "model.json", net)
    circles = list(ElementTree.parse(folder / "regions.svg").iter("{http://www.w3.org/2000/svg}circle"))
    _, y = data.moons(6, noise=0.1, seed=1)
    assert [c.get("class") for c in circles[1::2]] == ["grad" if label else "value" for label in y]
    assert {"loss", "step 3"} <= set(texts(folder / "loss.svg"))
    assert {"layer0", "16 neurons"} <= set(texts(folder / "graph.svg"))


@needs_digits
def test_the_misread_digits_are_drawn(capsys, tmp_path):
    out = run(capsys, "digits", "--samples", "20", "--epochs", "1")
    found = texts(tmp_path / "runs" / "digits" / "misread.svg")
    assert len(found) == 24
    assert re.search(re.escape(found[0]), out)


def test_a_run_can_be_resumed(capsys, tmp_path):
    small = ("xor", "--samples", "8", "--steps", "6")
    run(capsys, *small, "--save", "whole")
    with pytest.MonkeyPatch.context() as patch:
        step, calls = SGD.step, []

        def interrupted(self):
            calls.append(1)
            if len(calls) == 4:
                raise KeyboardInterrupt
            step(self)

        patch.setattr(SGD, "step", interrupted)
        assert cli.main([*small, "--save", "parts"]) == 130
    assert capsys.readouterr().err == "nn: interrupted\n"
    assert (tmp_path / "parts" / "model.json").exists()  # the best so far
    out = run(capsys, *small, "--save", "parts", "--resume")
    assert "right after 6 steps" in out
    whole, parts = (tmp_path / name / "model.json" for name in ("whole", "parts"))
    assert whole.read_text() == parts.read_text()


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
def test_the_digits_are_the_real_ones():
    images, labels = data.digits()
    assert (len(images), len(labels)) == (tasks.N_DIGITS, tasks.N_DIGITS)
    assert {len(image) for image in images} == {64}
    assert (min(map(min, images)), max(map(max, images))) == (0.0, 1.0)
    assert sorted(set(labels)) == list(range(10))


@pytest.mark.parametrize("samples", [1, 60, tasks.N_DIGITS - tasks.N_HELD_OUT])
def test_no_digit_is_both_trained_on_and_held_out(samples):
    chosen, held_out = tasks.split_digits(samples)
    assert (len(chosen), len(held_out)) == (samples, tasks.N_HELD_OUT)
    assert len({*chosen, *held_out}) == samples + tasks.N_HELD_OUT
    assert {*chosen, *held_out} <= set(range(tasks.N_DIGITS))


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


@needs_digits
def test_digits_classifies_unseen_digits(capsys):
    out = run(capsys, "digits", "--samples", "150", "--epochs", "10")
    (right,) = re.findall(r"^held out +(\d+) of 400", out, re.MULTILINE)
    assert int(right) > 240  # by chance 40


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
