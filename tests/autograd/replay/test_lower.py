"""Sums of different lengths are added in one instruction."""

import numpy as np
import pytest

from autograd.replay import compile  # noqa: A004  # the field's name for it
from tests.helpers.recorded import add


@pytest.mark.parametrize("n", [1, 3, 33])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_what_makes_a_short_sum_as_long_as_others_leaves_its_zero(sign, n):
    f = compile(lambda x: [add(*[sign * a for a in x[:k]]) for k in (5, 6, 7)], batch="x", reduce=None)
    assert np.signbit(f(np.full((n, 7), -sign * 0.0))).all()
