"""Random numbers are drawn by a model's own function, or by that of a recording."""

import random

import pytest

import nn
from nn.functional import draw, drawing_from


def test_a_sample_is_drawn_as_it_is_outside_of_recordings():
    random.seed(3)
    found = [draw(random.random) for _ in range(3)]
    random.seed(3)
    assert found == [random.random() for _ in range(3)]


def test_a_source_takes_over_inside_its_block_alone():
    seen = []
    with drawing_from(lambda sample: seen.append(sample) or 0.25):
        with drawing_from(lambda sample: 0.75):
            assert draw(random.random) == 0.75
        assert draw(random.random) == 0.25
    with pytest.raises(ZeroDivisionError), drawing_from(lambda sample: 1 / 0):
        draw(random.random)
    assert draw(lambda: 0.5) == 0.5
    assert seen == [random.random]


def test_a_dropout_draws_once_for_each_number():
    drawn = []
    with drawing_from(lambda sample: drawn.append(x := sample()) or x):
        out = nn.Dropout(0.5)([1.0, 2.0, 3.0])
    assert len(drawn) == len(out) == 3
