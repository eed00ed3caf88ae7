"""Run ``%%backprop`` in a real IPython shell."""

import json

import pytest

import viz
from autograd import Value

pytest.importorskip("IPython", reason="needs IPython")


@pytest.fixture
def shell():
    from IPython.core.interactiveshell import InteractiveShell

    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "viz")
    shell.run_cell("from autograd import Value")
    yield shell
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


def labels(player):
    return [row.label for row in player.trace.graph.rows]


def test_a_cell_shows_the_player_of_its_last_value_with_the_names_of_its_variables(shell):
    player = shell.run_cell("%%backprop\nw = Value(2.0)\nx = Value(3.0)\nh = w * x\nL = h.tanh()\n").result
    assert isinstance(player, viz.Player)
    assert labels(player) == ["w", "x", "h", "L"]
    assert isinstance(shell.user_ns["h"], Value)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("x = Value(3.0)\nx * x", ["x", "L"]),
        ("x = Value(3.0)\ny = x + 1\nprint('done')", ["x", "y"]),
        ("x = Value(3.0)\ny, z = x + 1, 2", ["x", "y"]),
        ("x = Value(3.0)\nx += 1", ["v1", "x"]),
    ],
)
def test_the_last_value_is_found(shell, cell, expected):
    assert labels(shell.run_cell(f"%%backprop\n{cell}").result) == expected


def test_granularity(shell):
    assert shell.run_cell("%%backprop node\nValue(2.0) * 3").result.granularity == "node"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%%backprop\n1 + 1", "no Value to step through"),
        ("%%backprop\nx = 1", "no Value to step through"),
        ("%%backprop leaf\nValue(2.0) * 3", "expected edge, node, pass or nothing, got 'leaf'"),
    ],
)
def test_what_it_cannot_show_it_says(shell, capsys, cell, message):
    assert shell.run_cell(cell).result is None
    assert message in capsys.readouterr().out


def test_an_error_in_the_cell_is_raised_and_leaves_nothing_behind(shell, capsys):
    result = shell.run_cell("%%backprop\ny = Value(1.0)\n1 / 0")
    assert isinstance(result.error_in_exec, ZeroDivisionError)
    assert "_backprop" not in shell.user_ns
    assert isinstance(shell.user_ns["y"], Value)


def test_rich_reprs_sit_on_figures_only(shell):
    data, _ = shell.display_formatter.format(viz.step(Value(2.0, label="x") * 3))
    assert set(data) == {"text/plain", "image/svg+xml", "text/html"}
    json.dumps(data)
    pictures = {"text/plain", "image/svg+xml", "text/html"}
    assert set(shell.display_formatter.format(viz.graph(Value(2.0) * 3))[0]) == pictures
    assert set(shell.display_formatter.format(Value(2.0))[0]) == {"text/plain"}
