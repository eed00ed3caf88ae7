"""Axes without a screen; without matplotlib, the tests of plots are skipped."""

import pytest


@pytest.fixture(autouse=True)
def pyplot():
    matplotlib = pytest.importorskip("matplotlib", reason='needs the extra "plots"')
    matplotlib.use("Agg")
    return pytest.importorskip("matplotlib.pyplot")


@pytest.fixture
def ax(pyplot):
    figure, axes = pyplot.subplots()
    yield axes
    pyplot.close(figure)
