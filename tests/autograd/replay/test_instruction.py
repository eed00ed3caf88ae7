"""An instruction that breaks the grammar is refused with the reason."""

import numpy as np
import pytest

from autograd.replay import Program
from autograd.replay.instruction import Instruction, Ref


def test_the_checker_refuses_shapes_that_do_not_fit():
    rows = np.zeros((1, 2, 3), np.int64)
    line = Instruction("matrix", "u", 1, (1, 2, 2), (Ref("u", rows), Ref("u", rows)))
    with pytest.raises(ValueError, match=r"shapes \(1, 2, 3\) and \(1, 2, 3\) do not multiply"):
        Program((0.0,), 0, 0, {"u": 5, "v": 1}, (line,), ()).check()
