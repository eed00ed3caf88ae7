"""Sizes have shades on a logarithmic scale, whose ends hold what lies beyond."""

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from viz.drawing import LogColorScale
from viz.drawing.color_scale import MAX_DECADES, N_SHADES


def test_scale():
    scale = LogColorScale.from_sizes([1e-3, 0.5, 0.0, math.inf, math.nan])
    assert (scale.low, scale.high) == (-3, math.log10(0.5))
    assert (scale.shade(0.5), scale.shade(0.1)) == (6, 5)  # the greatest size has the strongest shade
    assert [scale.shade(x) for x in (0.0, 1e-9, 1e-3, 1.0, math.inf, math.nan)] == [0, 0, 0, 6, 6, 0]
    assert LogColorScale.from_sizes([]).position(1.0) == 1.0


@given(st.lists(st.floats(1e-300, 1e300), min_size=1), st.floats(1e-300, 1e300), st.floats(1e-300, 1e300))
def test_a_larger_size_is_never_paler_nor_thinner(sizes, a, b):
    scale = LogColorScale.from_sizes(sizes)
    assert scale.high - scale.low <= MAX_DECADES + 1
    small, large = sorted([a, b])
    assert 0 <= scale.position(small) <= scale.position(large) <= 1
    assert scale.shade(small) <= scale.shade(large) < N_SHADES
    assert scale.line_width(small) <= scale.line_width(large) <= 3.6
    assert scale.position(max(sizes)) == 1


def test_the_legend_has_a_shade_for_each_step_and_every_power_of_ten():
    svg = "".join(LogColorScale(-2, 0.3).legend(10.0, 20.0, "size of gradients"))
    assert svg.count("<rect") == N_SHADES
    assert re.findall(">([^<]+)<", svg) == ["size of gradients", "≤ 10⁻²", "10⁻¹", "10⁰"]
