"""The tasks of python -m nn: how well their networks learn, what they print, save and resume."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nn import MLP, SGD, data, restore
from nn import __main__ as cli
from nn.demos import tasks
from tests.helpers.demo_runs import needs_digits, run, without_seconds


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


@pytest.mark.parametrize("samples", [1, 60, tasks.N_DIGITS - tasks.N_HELD_OUT])
def test_no_digit_is_both_trained_on_and_held_out(samples):
    chosen, held_out = tasks.split_digits(samples)
    assert (len(chosen), len(held_out)) == (samples, tasks.N_HELD_OUT)
    assert len({*chosen, *held_out}) == samples + tasks.N_HELD_OUT
    assert {*chosen, *held_out} <= set(range(tasks.N_DIGITS))


@needs_digits
def test_digits_classifies_unseen_digits(capsys):
    out = run(capsys, "digits", "--samples", "150", "--epochs", "10")
    (right,) = re.findall(r"^held out +(\d+) of 400", out, re.MULTILINE)
    assert int(right) > 240  # by chance 40
