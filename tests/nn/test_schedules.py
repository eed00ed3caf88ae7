"""Learning rates over time: their start, their end, and what they do between."""

from math import e

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.schedules import exponential, inverse_time, linear, step_decay

RATES, EPOCHS = st.floats(1e-6, 10), st.integers(1, 200)


@given(RATES, EPOCHS)
def test_every_schedule_starts_at_its_rate_and_falls(lr, n):
    for schedule in (exponential(lr, 0.1), inverse_time(lr, 0.1), step_decay(lr, n), linear(lr, 0.0, n)):
        rates = [schedule(t) for t in range(2 * n)]
        assert rates[0] == lr
        assert rates == sorted(rates, reverse=True)
        assert rates[-1] < lr


def test_the_rates_are_those_of_the_formulas():
    assert exponential(2.0, 0.5)(2) == pytest.approx(2 / e)
    assert inverse_time(2.0, 0.5)(4) == pytest.approx(2 / 3)
    assert [step_decay(2.0, 3)(t) for t in (2, 3, 5, 6)] == pytest.approx([2, 0.2, 0.2, 0.02])
    assert [linear(1.0, 3.0, 4)(t) for t in (1, 4, 9)] == [1.5, 3.0, 3.0]
