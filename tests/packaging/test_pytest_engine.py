"""The option ``--gradcheck-engine`` makes each operation of an engine a test."""

import sys

import pytest

pytest_plugins = ["pytester"]

ENGINE = """
    import math

    class Num:
        def __init__(self, data, parents=(), op=""):
            self.data, self.grad, self.parents, self.op, self.back = data, 0.0, parents, op, lambda: None

        def __mul__(self, other):
            out = Num(self.data * other.data, (self, other), "*")
            def back():
                self.grad += other.data * out.grad
                other.grad += self.data * out.grad
            out.back = back
            return out

        def exp(self):
            out = Num(math.exp(self.data), (self,), "exp")
            def back():
                self.grad += self.data * out.grad
            out.back = back
            return out

        def backward(self):
            order = []
            def visit(node):
                if node not in order:
                    for parent in node.parents:
                        visit(parent)
                    order.append(node)
            visit(self)
            self.grad = 1.0
            for node in reversed(order):
                node.back()
"""


@pytest.fixture
def project(pytester, monkeypatch):
    monkeypatch.setenv("HYPOTHESIS_PROFILE", "")
    pytester.makeini("[pytest]\nfilterwarnings = error")
    return pytester


@pytest.fixture
def no_module_mine(monkeypatch):
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    yield
    sys.modules.pop("mine", None)


@pytest.mark.usefixtures("no_module_mine")
def test_each_operation_of_an_engine_is_a_test(project):
    project.makepyfile(mine=ENGINE, test_it="def test_other(): pass")
    result = project.runpytest_inprocess("--gradcheck-engine", "mine:Num", "-p", "no:cacheprovider", "-v")
    result.assert_outcomes(passed=5, failed=1, skipped=31)
    result.stdout.fnmatch_lines(
        ["mine:Num::a * a PASSED*", "*exp(0.7): its derivative is 0.700 = x, right is 2.014 = y"]
    )
    result.stdout.fnmatch_lines(
        ["*_ a.exp() of mine:Num _*", "FAILED mine:Num::a.exp() - Failed: exp(0.7): its derivative*"]
    )
    result.stdout.no_fnmatch_line("*glassgrad_pytest.py*")
    one = project.runpytest_inprocess("--gradcheck-engine", "mine:Num", "-p", "no:cacheprovider", "-k", "chain or exp")
    one.stdout.fnmatch_lines(["collected 37 items / 35 deselected / 2 selected"])
    one.assert_outcomes(passed=1, failed=1, deselected=35)


@pytest.mark.usefixtures("no_module_mine")
@pytest.mark.parametrize(
    ("name", "said"),
    [("mine", "got mine: "), ("nowhere:Num", "No module named 'nowhere'"), ("mine:Value", "no attribute 'Value'"),
     ("mine:math", "expected the class of an engine's nodes, got <module 'math'")],
)  # fmt: skip
def test_an_engine_that_cannot_be_found_is_refused_at_the_start(project, name, said):
    project.makepyfile(mine=ENGINE)
    result = project.runpytest_inprocess("--gradcheck-engine", name, "-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--gradcheck-engine: expected MODULE:CLASS, such as mine:Value, got {name}: *"])
    assert said in result.stderr.str()
