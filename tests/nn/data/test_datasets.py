"""Data sets: iris is the published one, and the first import keeps the seed."""

import random
import subprocess
import sys

import pytest

from nn import data
from nn.demos import tasks
from tests.helpers.demo_runs import needs_digits


@needs_digits
def test_the_first_digits_leave_the_seed_as_it_was():
    code = "import random, nn; random.seed(1); nn.data.digits(); print(random.random())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{random.Random(1).random()}\n"


def test_iris_is_the_real_one():
    pytest.importorskip("sklearn")
    X, y = data.iris()
    assert (len(X), [y.count(k) for k in range(3)], X[0]) == (150, [50, 50, 50], [5.1, 3.5, 1.4, 0.2])


@needs_digits
def test_the_digits_are_the_real_ones():
    images, labels = data.digits()
    assert (len(images), len(labels)) == (tasks.N_DIGITS, tasks.N_DIGITS)
    assert {len(image) for image in images} == {64}
    assert (min(map(min, images)), max(map(max, images))) == (0.0, 1.0)
    assert sorted(set(labels)) == list(range(10))
