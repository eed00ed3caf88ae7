"""A caption says what a step computes, and why nothing flows."""

import autograd as ops
from autograd import Value, trace, where
from tests.helpers.browser import fork
from viz.player.keyframes import Keyframes


def lines(keyframe):
    return ["".join(text for text, _ in line) for line in keyframe.caption]


def test_at_a_fork_each_contribution_is_shown_and_then_their_sum():
    said = [lines(keyframe) for keyframe in Keyframes(trace(fork(), {}), "edge")]
    assert ["∂L/∂b += ∂v₄/∂b × ∂L/∂v₄ = [1.00] × [0.915] = 0.915", "the first of 2 contributions to b"] in said
    assert ["∂L/∂b += ∂v₁/∂b × ∂L/∂v₁ = [2.00] × [1.83] = 3.66", "accumulates: 0.915 + 3.66 = 4.58"] in said
    assert ["v₄ = v₃ + b = 0.800 + (−0.500) = 0.300", "computed from its arguments"] in said


def test_the_lines_say_why_nothing_flows():
    a, b = Value(0.0, label="a"), Value(0.0, label="b")
    said = [line for keyframe in Keyframes(trace(where(a, 1.0, b) + b.sqrt() * 0), "edge") for line in lines(keyframe)]
    assert "this argument only chooses, or is not chosen" in said
    assert "a gradient of 0 passes nothing on" in said


def test_a_node_with_many_arguments_says_how_many_more_there_are():
    said = [lines(m) for m in Keyframes(trace(ops.sum(*(Value(float(i), label=f"x{i}") for i in range(9)))), "node")]
    assert max(map(len, said)) == 6
    assert any(found[-1] == "… 4 more" for found in said)


def test_twice_as_many_steps_take_twice_the_work(monkeypatch):
    written = []
    monkeypatch.setattr("viz.player.captions.digits", lambda *args: written.append(args) or "0")

    def work(n):
        written.clear()
        x = y = Value(0.5, label="x")
        for _ in range(n):
            y = y * x
        assert sum(1 for _ in Keyframes(trace(y), "edge")) > 3 * n
        return len(written)

    assert work(200) <= 2 * work(100) + 10
