"""The stages keep to the number of evaluations that they are given, whatever they find."""

import itertools

import pytest

from autograd import gradcheck
from tests.helpers.optional_numpy import np


@pytest.mark.parametrize("n", [1, 3, 130])
@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_no_mode_takes_more_evaluations_than_max_evals(n, factor):
    x = np.linspace(0.3, 2.0, n)
    for most, directions in itertools.product((50, 51, 60, 75, 100, 150, 300, 700), (None, 1, 3)):
        calls = []
        f = lambda x, calls=calls: calls.append(1) or np.sin(x)
        report = gradcheck(f, [x], vjp=lambda u, x: factor * u * np.cos(x), directions=directions, max_evals=most)
        assert report.evaluations == len(calls) <= most, (most, directions)
        assert report.verdict != ("PASS" if factor > 1 else "FAIL")
        calls.clear()
        total = lambda x, f=f: float(f(x).sum())
        report = gradcheck(total, [x], grad=lambda x: factor * np.cos(x), directions=directions, max_evals=most)
        assert len(calls) <= most, (most, directions)
        assert report.verdict != ("PASS" if factor > 1 else "FAIL")


def test_too_few_evaluations_for_a_backward_pass_are_refused():
    with pytest.raises(ValueError, match="max_evals: expected a whole number from 50, got 49"):
        gradcheck(lambda x: x, [1.0], vjp=lambda u, x: u, max_evals=49)


@pytest.mark.parametrize("directions", [1, 2, 3])
def test_a_direction_takes_about_60_evaluations_and_the_rest_about_40(directions):
    x = np.linspace(0.3, 2.0, 200)
    report = gradcheck(lambda x: np.sin(x), [x], vjp=lambda u, x: u * np.cos(x), directions=directions)
    assert report
    assert report.evaluations <= 70 * directions + 45


def test_state_of_another_call_is_blamed_only_if_the_gradient_is_right_at_the_inputs():
    x = np.array([0.7, 0.31, 1.4])
    report = gradcheck(lambda x: np.float16(x).astype(float) ** 2, [x], vjp=lambda u, x: 2 * u * x)
    assert report.verdict == "INCONCLUSIVE"
    seen = []

    def stale(u, x):
        seen.append(x)
        return 2 * u * seen[0]

    assert "as if state of another call were left" in str(gradcheck(lambda x: x * x, [x], vjp=stale))
