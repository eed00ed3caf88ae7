"""The user's line is found from inside the project; test_anomaly_error.py tests what is intermediate."""

import math
import sys

from autograd import grad, operation
from autograd.callers import caller_line, format_line, is_intermediate, source, user_frame


def test_the_innermost_frame_outside_the_project_is_the_users():
    level, frame = user_frame()
    assert (level, frame) == (1, sys._getframe())
    assert source() == (__file__, sys._getframe().f_lineno)
    assert caller_line() == f"{__file__}, line {sys._getframe().f_lineno}"
    assert format_line(__file__, 1).startswith(', at test_callers.py:1: """The user\'s line')


def test_the_users_own_code_is_no_rule_of_the_table():
    assert not is_intermediate()

    @operation(lambda y, a: math.nan if is_intermediate() else 1.0)
    def watched(a):
        return math.nan if is_intermediate() else a

    assert grad(watched)(2.0) == 1.0
