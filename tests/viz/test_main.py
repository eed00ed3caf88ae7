"""Run ``python -m viz``: what it prints and writes, and that bad input gets one line and changes no file."""

import os
import subprocess
import sys

import pytest

from viz.__main__ import main
from viz.frontends.expression_parser import MAX_LENGTH

NEURON = ["sigmoid(w0*x0 + w1*x1 + w2)", "w0=2", "x0=-1", "w1=-3", "x1=-2", "w2=-3"]


def test_the_main_job(tmp_path, capsys):
    picture = tmp_path / "neuron.svg"
    assert main([*NEURON, "--save", str(picture), "--save", str(tmp_path / "neuron.json")]) == 0
    printed = capsys.readouterr().out
    for line in ["∂L/∂w0  -0.197", "∂L/∂x0   0.393", "∂L/∂w1  -0.393", "∂L/∂x1  -0.590", "∂L/∂w2   0.197"]:
        assert line in printed
    assert "-2.00 × 0.197  =  -0.393" in printed
    assert f"wrote {picture}" in printed
    assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_the_player_opens_in_a_browser(monkeypatch, capsys):
    opened = []
    monkeypatch.setitem(sys.modules, "IPython", None)
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or True)
    assert main(["x*x", "x=3", "--open"]) == 0
    assert opened[0].endswith("figure.html")
    monkeypatch.setattr("webbrowser.open", lambda url: False)
    with pytest.raises(SystemExit, match="2"):
        main(["x*x", "x=3", "--open"])
    assert "expected a notebook or a browser" in capsys.readouterr().err


def test_accumulation_is_printed(capsys):
    main(["x*x + x", "x=3"])
    assert "accumulates" in capsys.readouterr().out


@pytest.mark.parametrize("expression", ["-x*2", "-(x)", "+x*1", " x * 1 "])
def test_an_expression_may_start_with_a_sign(expression, capsys):
    assert main([expression, "x=-3"]) == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x.real", "x=1"], "'x.real' is not allowed"),
        (["(lambda: x)()", "x=1"], "is not allowed"),
        (["[x for x in x]", "x=1"], "is not allowed"),
        (["__import__('os')"], "unknown function '__import__'"),
        (["x + 'a'", "x=1"], "a str is no real number"),
        (["x * 1j", "x=1"], "a complex is no real number"),
        (["x * True", "x=1"], "a bool is no real number"),
        (["x if x else x", "x=1"], "is not allowed"),
        (["x^2", "x=1"], "'x^2' is not allowed: write x**2"),
        (["x > 0", "x=1"], "write lt(0, x)"),
        (["x <= y*2", "x=1", "y=1"], "write le(x, y*2)"),
        (["x == 1", "x=1"], "write eq(x, 1)"),
        (["x % 2", "x=1"], "write mod(x, 2)"),
        (["x // 2", "x=1"], "write floor(x/2)"),
        (["1 if x else 2", "x=1"], "write where(x, 1, 2)"),
        (["math.exp(x)", "x=1", "math=1"], "write exp(x)"),
        (["x < 1 < 2", "x=1"], "is not allowed: only numbers"),
        (["x" + "()" * 2000, "x=1"], "is not allowed"),
        (["x" + ".a" * 2400, "x=1"], "is not allowed"),
        (["lambda:" * 600 + "x", "x=1"], "expression: "),
        (["+" * 4000 + "x", "x=1"], "nested"),
        ([f"sum({','.join('x' * 2400)})", "x=1"], "more than 500 operations"),
        (["mean()", "x=1"], "x: the expression has no such variable"),
        (["mean() * x", "x=1"], "expression: mean() takes at least one number"),
        (["x +\n* y", "x=1"], "of 'x +\ufffd* y'"),
        (["exp(a=x)", "x=1"], "is not allowed"),
        (["exp(*x)", "x=1"], "is not allowed"),
        (["x[0]", "x=1"], "is not allowed"),
        (["maxium(x, 2)", "x=1"], "unknown function 'maxium'; did you mean 'maximum'?"),
        (["exp(x, 2)", "x=1"], "exp() takes 1 argument, 2 given"),
        (["exp", "x=1"], "x: the expression has no such variable"),
        (["exp * x", "x=1"], "'exp' is a function; call it as exp(…)"),
        (["x + y", "x=1"], "no value for 'y'; add y=NUMBER"),
        (["x", "x=1", "z=1"], "z: the expression has no such variable"),
        (["x", "x=1", "x=2"], "x: given twice"),
        (["x", "x=abc"], "x: expected a number, got 'abc'"),
        (["x", "x"], "'x': expected name=number"),
        (["x", "1=2"], "'1=2': expected name=number"),
        (["exp(x", "x=1"], "'(' was never closed at character 4"),
        (["", "x=1"], "expression: it is empty"),
        (["x; x", "x=1"], "invalid syntax"),
        (["1 + 2"], "no variable to differentiate by"),
        (["9**9**9**9"], "no variable to differentiate by"),
        (["(" * 300 + "x" + ")" * 300, "x=1"], "nested"),
        (["+".join(["x"] * 400), "x=1"], "nested more than 200 deep"),
        (["x" * (MAX_LENGTH + 1), "x=1"], "the limit is 5000"),
        (["x*1" + "0" * 4400, "x=1"], "digits"),
        ([], "viz: the following arguments are required: expression (-h shows an example)"),
        (["x", "x=1", "\u210c=1", "H=2"], "H: given twice"),
        (["x", "x=" + "9" * 5000 + "a"], "x: expected a number, got '99999999999"),
        (["x" * 3000, "x=1"], "x: the expression has no such variable"),
        (["x", "y" * 3000], "…yyyyy"),
        (["x", "x=1", "--" + "y" * 3000], "unrecognized arguments: --yyyy"),
        (["x", "x=1", "--save", "y" * 3000 + ".svg"], "cannot write yyyy"),
        (["x", "x=1", "--save", "y." + "z" * 3000], "unknown file ending '.zzz"),
        (["x", "x=1", "--save"], "argument --save: expected one argument"),
        (["x", "x=1", "--save", "missing/x.svg"], "cannot write missing/x.svg"),
        (
            ["x", "x=1", "--save", "x.gif"],
            "unknown file ending '.gif'; the known ones are .svg, .png, .html, .dot, .json, .tex",
        ),
        (["x", "x=1", "--save", "x"], "unknown file ending ''"),
        (["x", "x=1", "--sav", "x.svg"], "unrecognized arguments"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_2(words, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as exit_:
        main([*words, "--save", "good.svg"] if words and "--save" not in words else words)
    out, err = capsys.readouterr()
    assert exit_.value.code == 2
    assert message in err
    assert err.startswith("viz: ")
    assert err.count("\n") == 1
    assert len(err) < 1000
    assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_tower_of_powers_neither_hangs_nor_prints_pages(capsys):
    main(["9**9**9**9 * x", "x=1"])  # with whole numbers, it would never end
    out = capsys.readouterr().out
    assert "∞ × x" in out
    assert "inf" not in out


def test_an_expression_may_look_like_an_option(capsys):
    assert main(["-h*x", "h=1", "x=2"]) == 0
    assert "−h" in capsys.readouterr().out
    with pytest.raises(SystemExit) as exit_:
        main(["-h"])
    assert exit_.value.code == 0
    assert "usage: python -m viz [-h] [--save FILE] expression" in capsys.readouterr().out


def test_names_are_normalised_as_python_does(capsys):
    assert main(["\u210c*x", "\u210c=3", "x=2"]) == 0
    assert "∂L/∂H  2.00" in capsys.readouterr().out


def test_a_table_has_no_line_of_thousands_of_letters(capsys):
    assert main([f"sum({','.join('x' * 400)}) + max({','.join('x' * 90)})", "x=2"]) == 0
    out = capsys.readouterr().out
    assert "x + x + x + x + x + x + x + … 393 more" in out
    assert "max(x, x, x, x, x, x, x, … 83 more)" in out
    assert max(map(len, out.splitlines())) < 120


def test_a_file_name_may_start_with_a_minus_and_be_given_twice(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["x", "x=1", "--save", "-a.svg", "--save", "-a.svg", "--save=b.svg"]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["-a.svg", "b.svg"]
    assert "wrote -a.svg" in capsys.readouterr().out


def in_a_shell(redirection, *words, tmp_path):
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", sys.executable, "-m", "viz", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("words", [["x*x", "x=3"], ["-h"]])
@pytest.mark.parametrize("redirection", ["> /dev/full", ">&-"])
def test_output_that_cannot_be_written_gets_one_line(redirection, words, tmp_path):
    run = in_a_shell(redirection, *words, tmp_path=tmp_path)
    assert run.returncode == 1
    assert run.stderr.startswith("viz: cannot print: ")
    assert run.stderr.count("\n") == 1


def test_closed_output_writes_no_file(tmp_path):
    run = in_a_shell(">&-", "x*x", "x=3", "--save", "a.svg", tmp_path=tmp_path)
    assert run.stderr == "viz: cannot print: standard output is closed\n"
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path):
    run = in_a_shell("| head -c 1", f"sum({','.join('x' * 400)})", "x=3", tmp_path=tmp_path)
    assert (run.stdout, run.stderr) == ("f", "")


def test_the_command_runs_in_a_process_of_its_own(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "viz", *NEURON, "--save", tmp_path / "n.svg"],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={"PYTHONIOENCODING": "utf-8", "PATH": ""},
    )
    assert "∂L/∂w0  -0.197" in run.stdout
    bad = subprocess.run([sys.executable, "-m", "viz", "x.y", "x=1"], capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (2, "", 1)


def test_a_console_without_the_letters_still_gets_the_numbers():
    run = subprocess.run(
        [sys.executable, "-m", "viz", "x*x", "x=3"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
    )
    assert "?L/?x  6.00" in run.stdout
