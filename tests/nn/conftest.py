"""A seed for the tests of nn, so that the models they draw are the same in any order."""

import random

import pytest


@pytest.fixture(autouse=True)
def _seeded():
    random.seed(5)
