"""Colours have contrast in both themes, and a theme asked for wins."""

import re

import pytest

import viz
from tests.helpers.browser import neuron
from viz.drawing import THEMES
from viz.drawing.theme import COLOUR_RULES, DARK, FLOW_RULES, LIGHT, SLIDE_RULES, STEP_RULES


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    dark, light = sorted(map(luminance, (a, b)))
    return (light + 0.05) / (dark + 0.05)


def test_the_scale_is_legible_on_both_grounds():
    for palette in (LIGHT, DARK):
        away = [abs(luminance(palette[f"shade{i}"]) - luminance(palette["page"])) for i in range(7)]
        assert away == sorted(away)  # contrast with the ground grows with the size
        assert contrast(palette["shade6"], palette["page"]) >= 7


@pytest.mark.parametrize("theme", THEMES)
def test_text_and_graphics_have_the_contrast_that_wcag_asks_for(theme):
    palette = THEMES[theme]
    for least, names in [(4.5, ("ink", "quiet", "value", "grad")), (3.0, ("line", "trail"))]:
        for name in names:
            for ground in ("page", "shape"):
                assert contrast(palette[name], palette[ground]) >= least, (name, ground)


@pytest.mark.parametrize("theme", THEMES)
def test_every_line_of_a_picture_is_seen_against_its_ground(theme):
    """WCAG 1.4.11: a rule between parts says nothing, and small gradients are pale but listed with their numbers."""
    palette = THEMES[theme]
    strokes = set(re.findall(r"stroke:([A-Z]+[0-9]?)", COLOUR_RULES + STEP_RULES + SLIDE_RULES + FLOW_RULES))
    assert strokes > {"LINE", "TRAIL", "VALUE", "GRAD", "INK"}
    for name in strokes - {"RULE"} - {f"SHADE{i}" for i in range(7)}:
        for ground in ("page", "shape", "glow", "mist"):
            assert contrast(palette[name.lower()], palette[ground]) >= 3, (name, ground)


def test_themes():
    assert "prefers-color-scheme" in viz.graph(neuron()).svg()
    assert LIGHT["page"] in viz.graph(neuron(), theme="light").svg()
    with pytest.raises(ValueError, match="theme: expected auto, light or dark, got 'pink'"):
        viz.graph(neuron(), theme="pink")
