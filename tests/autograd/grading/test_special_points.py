"""Right engines at points where operations agree, and at ties: nobody is accused.

``HYPOTHESIS_PROFILE=long`` examines 10,000 new graphs; else 200.
"""

import contextlib
import io
import os

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograd import examine
from tests.helpers.special_graphs import special_graph

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


@given(st.integers(0, 10**9))
@example(3266)
@example(4312)
@example(5319)
@example(7780)
@example(53024)
@example(424148)
@settings(max_examples=10_000 if LONG else 200, suppress_health_check=[HealthCheck.too_slow])
def test_no_right_engine_is_accused_at_a_special_point(seed):
    with contextlib.redirect_stdout(io.StringIO()):
        assert examine(special_graph(seed)).faults == ()
