"""The plugin for pytest: there when it is asked for, and nothing before that."""

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

TESTS = """
    from math import cos, sin
    from hypothesis import given, strategies as st
    from autograd import Value, assert_gradients

    def wrong(x):
        return Value(x.data**2, (x,), (x.data,))

    def test_right(gradcheck):
        assert gradcheck(sin, [0.3], grad=cos)

    def test_wrong(gradcheck):
        gradcheck(wrong, [3.0])

    def test_black_box():
        assert_gradients(sin, [0.3], grad=sin)

    @given(x=st.floats(1, 2))
    def test_drawn(gradcheck, x):
        gradcheck(wrong, [x])

    def test_other():
        assert 1 == 2
"""


@pytest.fixture
def project(pytester, monkeypatch):
    monkeypatch.setenv("HYPOTHESIS_PROFILE", "")
    pytester.makeini("[pytest]\nfilterwarnings = error")
    pytester.makepyfile(test_it=TESTS)
    return pytester


def test_a_failing_check_shows_its_table_and_nothing_is_written_unasked(project):
    result = project.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=4)
    result.stdout.fnmatch_lines(["*gradcheck: FAIL*", "*analytic*numeric*± error*", "*the first to disagree is*"])
    assert not list(project.path.rglob("*.svg"))


def test_what_fails_is_saved_as_text_and_its_graph_as_svg(project):
    project.runpytest_subprocess("--gradcheck-save", "failures")
    saved = sorted(path.name for path in (project.path / "failures").iterdir())
    assert saved == [
        "test_it.py-test_black_box.txt",
        "test_it.py-test_drawn.svg",
        "test_it.py-test_drawn.txt",
        "test_it.py-test_wrong.svg",
        "test_it.py-test_wrong.txt",
    ]
    text = (project.path / "failures" / "test_it.py-test_wrong.txt").read_text(encoding="utf-8")
    assert "gradcheck: FAIL" in text
    assert "backward: each contribution is local × upstream" in text
    assert (project.path / "failures" / "test_it.py-test_wrong.svg").read_text(encoding="utf-8").startswith("<svg")
    drawn = (project.path / "failures" / "test_it.py-test_drawn.txt").read_text(encoding="utf-8")
    assert "∂L/∂x  1.00" in drawn  # the simplest example, which Hypothesis tries last


def test_pytest_starts_without_the_engine_or_hypothesis():
    code = "import sys, viz.pytest_plugin; sys.exit(any(m.startswith(('autograd', 'hypothesis')) for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_viz_offers_what_it_did():
    import viz

    assert dir(viz) == viz.__all__
    assert all(getattr(viz, name) for name in viz.__all__)
    with pytest.raises(AttributeError, match="module 'viz' has no attribute 'nope'"):
        viz.nope
