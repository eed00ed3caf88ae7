"""The error of detect_anomaly names the operation, its operands and the line of source."""

import math

import pytest

from autograd import Value, detect_anomaly


def test_an_anomaly_is_raised_where_it_arises():
    x = Value(0.0, label="x")
    with detect_anomaly():
        assert (x + 1).data == 1.0
        with pytest.raises(
            FloatingPointError, match=r"^log\(x = 0.0\) gave -inf, .*, at test_anomaly_error.py:\d+: x.log\(\)$"
        ):
            x.log()
        with pytest.raises(FloatingPointError, match=r"^sqrt\(x = 0.0\) gave 0.0, local derivatives \(inf,\)"):
            x.sqrt()
    assert x.log().data == -math.inf


def test_a_large_sum_of_finite_gradients_is_no_alarm():
    x, z = Value(1e-9), Value(1e-9)
    with detect_anomaly():
        y = x * 1e308 + z * 1e308
        y.backward()
    assert (x.grad, z.grad) == (1e308, 1e308)


def test_the_line_of_source_is_named_forward_and_backward():
    x = Value(1e-100, label="x")
    with detect_anomaly():
        z = x * 1e200
        loss = z * 1e200
        with pytest.raises(FloatingPointError, match=r"^mul\(1e\+300, 1e\+300\) gave inf, .*\.py:\d+: loss \* loss$"):
            loss * loss
        message = r"backward: mul\(x = 1e-100, 1e\+200\) passes local 1e\+200 × upstream 1e\+200 = inf to x"
        with pytest.raises(FloatingPointError, match=rf"{message}, at test_anomaly_error\.py:\d+: z = x \* 1e200$"):
            loss.backward()
    with pytest.warns(RuntimeWarning, match=message):
        loss.backward()


def test_the_line_after_which_something_moved_is_found():
    from autograd.engine import find_line

    moved = []

    def helper():
        moved.append(1)

    def run():
        len(moved)
        helper()
        return moved

    line = find_line(lambda: moved, run)
    assert line == f"{__file__}, line {helper.__code__.co_firstlineno + 1}"
    assert find_line(lambda: False, run) == ""
