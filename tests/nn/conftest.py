"""A seed for the tests of nn, so that their models do not depend on the order."""

import random

import pytest


@pytest.fixture(autouse=True)
def _seeded():
    random.seed(5)
