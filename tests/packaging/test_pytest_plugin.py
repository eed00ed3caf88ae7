"""The plugin for pytest: there when it is asked for, and nothing before that."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

TESTS = """
    from math import cos, sin
    from hypothesis import Phase, given, settings, strategies as st
    from autograd import Value, assert_gradients

    def wrong(x):
        return Value(x.data**2, (x,), (x.data,))

    def test_right(gradcheck):
        assert gradcheck(sin, [0.3], grad=cos)

    def test_wrong(gradcheck):
        gradcheck(wrong, [3.0])

    def test_black_box():
        assert_gradients(sin, [0.3], grad=sin)

    @settings(phases=[Phase.generate, Phase.shrink])
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
    result = project.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=4)
    result.stdout.fnmatch_lines(["*gradcheck: FAIL*", "*analytic*numeric*± error*", "*the first to disagree is*"])
    assert not list(project.path.rglob("*.svg"))


def test_what_fails_is_saved_as_text_and_its_graph_as_svg_and_player(project):
    project.runpytest_inprocess("--gradcheck-save", "failures")
    saved = sorted(path.name for path in (project.path / "failures").iterdir())
    assert saved == [
        "test_it.py-test_black_box.txt",
        "test_it.py-test_drawn.html",
        "test_it.py-test_drawn.svg",
        "test_it.py-test_drawn.txt",
        "test_it.py-test_wrong.html",
        "test_it.py-test_wrong.svg",
        "test_it.py-test_wrong.txt",
    ]
    text = (project.path / "failures" / "test_it.py-test_wrong.txt").read_text(encoding="utf-8")
    assert "gradcheck: FAIL" in text
    assert "backward: each contribution is local × upstream" in text
    assert (project.path / "failures" / "test_it.py-test_wrong.svg").read_text(encoding="utf-8").startswith("<svg")
    player = (project.path / "failures" / "test_it.py-test_drawn.html").read_text(encoding="utf-8")
    assert player.startswith("<!doctype html>")
    assert player.count("<script>") == 1
    assert 'class="edge"' in player
    drawn = (project.path / "failures" / "test_it.py-test_drawn.txt").read_text(encoding="utf-8")
    assert "∂L/∂x  1.00" in drawn  # the simplest example, which Hypothesis tries last


def test_a_project_may_have_a_viz_of_its_own(project):
    (project.path / "viz.py").write_text("mine = True\n")
    project.makepyfile(test_mine="import viz\n\ndef test_mine():\n    assert viz.mine\n")
    # in a process of its own, for this one has imported our viz
    result = project.run(sys.executable, "-m", "pytest", "--gradcheck-save", "saved")
    result.assert_outcomes(passed=2, failed=4)
    text = (project.path / "saved" / "test_it.py-test_wrong.txt").read_text(encoding="utf-8")
    assert "gradcheck: FAIL" in text
    assert "not drawn: " in text


CORNERS = """
    import pytest
    from math import sin
    from autograd import assert_gradients, gradcheck as check

    @pytest.mark.parametrize("name", ["a/b", "a b", "a-b"])
    def test_names(name):
        assert_gradients(sin, [0.3], grad=sin)

    def test_cause():
        try:
            assert_gradients(sin, [0.3], grad=sin)
        except AssertionError as error:
            raise RuntimeError("lesson 3") from error

    def test_plain():
        assert check(sin, [0.3], grad=sin)
"""


def test_every_failure_has_files_of_its_own_also_one_that_caused_another(project):
    project.makepyfile(test_it=CORNERS)
    result = project.runpytest_inprocess("--gradcheck-save", "failures", "-p", "no:cacheprovider")
    result.assert_outcomes(failed=5)
    result.stdout.fnmatch_lines(["*assert gradcheck: FAIL, f evaluated*"])
    result.stdout.no_fnmatch_line("*raise GradientError*")
    names = [path.name for path in (project.path / "failures").iterdir()]
    assert len(names) == 4
    assert "test_it.py-test_cause.txt" in names


def test_a_file_in_place_of_the_folder_is_refused_at_the_start(project):
    (project.path / "failures").write_text("mine")
    result = project.runpytest_inprocess("--gradcheck-save", "failures")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--gradcheck-save: expected a folder, got the file failures*"])
    assert (project.path / "failures").read_text() == "mine"


def test_pytest_starts_without_the_engine_or_hypothesis():
    ours = "('autograd', 'hypothesis', 'viz')"
    code = f"import sys, glassgrad_pytest; sys.exit(any(m.startswith({ours}) for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_viz_offers_what_it_did():
    import viz

    assert dir(viz) == viz.__all__
    assert all(getattr(viz, name) for name in viz.__all__)
    with pytest.raises(AttributeError, match="module 'viz' has no attribute 'nope'"):
        viz.nope


PROPERTIES = """
    from hypothesis import given, settings
    from autograd import TABLE, Value, gradcheck as check, operation
    from autograd.strategies import expressions, points

    @operation(lambda y, a: 1.0 if a < 3 else 2.0)
    def my_same(a):
        return a

    OPS = [TABLE["add"], my_same]

    @given(expressions(ops=OPS))
    def test_verdict_of_a_report(f):
        report = check(f, f.leaves)
        assert report.verdict != "FAIL"

    @given(expressions(ops=OPS))
    def test_report(f):
        assert check(f, f.leaves).verdict != "FAIL"

    @given(expressions(ops=OPS))
    def test_gradient(f):
        leaves = [Value(x) for x in f.leaves]
        root = f(*leaves)
        root.backward()
        assert all(leaf.grad < 2 for leaf in leaves)

    @given(expressions(ops=OPS))
    def test_value(f):
        assert f(*f.leaves) < 5

    @settings(deadline=None)
    @given(points(my_same))
    def test_without_a_graph(args):
        assert check(my_same, args).verdict != "FAIL" and args[0] != 3

    @given(expressions(ops=OPS))
    def test_two_errors(f):
        assert f(*f.leaves) < 5
        if f.leaves[0] < -4:
            raise RuntimeError("another")

    def test_one_graph():
        small, great = Value(1.0) + 1, (Value(2.0) + 1) * 3
        assert [great][0].data < small.data
"""


def test_every_failing_property_about_a_graph_saves_the_shrunk_one(project):
    project.makepyfile(test_it=PROPERTIES)
    project.runpytest_inprocess("--gradcheck-save", "failures", "-p", "no:cacheprovider").assert_outcomes(failed=7)
    folder = project.path / "failures"
    saved = {name for path in folder.iterdir() if (name := path.name).endswith(".html")}
    tests = ["verdict_of_a_report", "report", "gradient", "value", "two_errors", "one_graph"]
    assert saved >= {f"test_it.py-test_{name}.html" for name in tests}
    text = {name: (folder / f"test_it.py-test_{name}.txt").read_text(encoding="utf-8") for name in tests}
    assert text["gradient"].count("\n  ") <= 12  # of one or two calls
    assert "5.00" in text["value"]
    assert "AssertionError" in text["value"]
    assert "9.00" in text["one_graph"]


def test_the_explanation_of_a_failure_has_no_lines_of_ours(project):
    source = PROPERTIES.replace("def test_value(f):", "def test_value(f):\n        theirs(f)")
    theirs = "\n    def theirs(f):\n        if f(*f.leaves) >= 5:\n            return 1\n"
    project.makepyfile(test_it=source.replace("    OPS =", f"{theirs}\n    OPS ="))
    result = project.runpytest_inprocess("-p", "no:cacheprovider")
    assert "Failing test case" in str(result.stdout) or "Falsifying example" in str(result.stdout)
    assert not re.search(r"autograd/\w+/\w+\.py:\d+$", str(result.stdout), re.M)
    assert not re.search(r"always and only run by failing [\w ]+:\s*\n(?!E?\s+/)", str(result.stdout))
    assert "_connected" not in str(result.stdout)


TRACEBACKS = """
    import pytest
    from math import log
    from hypothesis import Phase, given, settings
    from autograd import Value, assert_gradients, gate, gradcheck as check, operation
    from autograd.strategies import expressions, points

    @operation(lambda y, a: 1 / a)
    def my_log(a):
        return log(a)

    class Log:
        def forward(self, a):
            return log(a)

        def backward(self, upstream):
            return [upstream / self.a]

    def test_operation():
        my_log(Value(-1.0))

    def test_backward_of_a_gate():
        gate(Log)(Value(1.0)).backward()

    @settings(phases=[Phase.generate])
    @given(points(my_log))
    def test_points(args):
        assert_gradients(my_log, args)

    @settings(phases=[Phase.generate])
    @given(expressions(ops=[my_log], inside=False).filter(lambda f: f.calls))
    def test_graphs(f):
        assert_gradients(f, f.leaves)

    def test_black_box():
        check(lambda x: log(x), [-1.0], grad=lambda x: 1 / x)

    def test_vjp():
        check(lambda x: x, [[1.0]], vjp=lambda upstream, x: log(-1))

    def test_refused_inputs():
        check(my_log, ["a"])

    def test_wrong():
        assert_gradients(my_log, [2.0], grad=lambda x: 1.0)
"""


def test_a_traceback_leads_from_the_test_to_its_own_function_without_our_frames(project):
    project.makepyfile(test_it=TRACEBACKS)
    result = project.runpytest_inprocess("-p", "no:cacheprovider", "--tb=short")
    result.assert_outcomes(failed=8)
    frames = [line for line in result.outlines if re.match(r"\S+\.py:\d+: in", line)]
    assert len(frames) >= 2 * 8 - 2  # each test, and its function
    assert all(line.startswith("test_it.py") for line in frames), frames
    project.runpytest_inprocess("-p", "no:cacheprovider", "--tb=short", "--full-trace").stdout.fnmatch_lines(
        ["*checker.py:*"]
    )


def test_a_fault_of_our_own_shows_our_frames(project):
    project.makepyfile(
        test_it="""
        from autograd import gradcheck as check
        from autograd.check import judge

        def test_fault(monkeypatch):
            monkeypatch.setattr(judge, "judge", lambda *args: {}["broken"])
            check(lambda x: x, [1.0])
        """
    )
    result = project.runpytest_inprocess("-p", "no:cacheprovider", "--tb=short")
    result.stdout.fnmatch_lines(["*KeyError: 'broken'"])


def test_the_guide_shows_what_pytest_prints(project):
    """The first example of docs/property-testing.md as a file, and the block of text after it."""
    page = (Path(__file__).parents[2] / "docs" / "property-testing.md").read_text(encoding="utf-8")
    code, text = re.search(r"```python\n(.*?)```.*?```text\n(.*?)```", page, re.S).groups()
    source = "".join(example.source for example in doctest.DocTestParser().get_examples(code))
    project.makepyfile(test_hard_swish=source)
    result = project.runpytest_inprocess("-p", "no:cacheprovider", "--tb=short", "test_hard_swish.py")
    printed = [line.replace("Falsifying example", "Failing test case") for line in result.outlines]  # in older versions
    assert [line for line in text.splitlines() if line not in printed] == []
