"""Every operation explains itself: to help(), to IPython's ? and to inspect.signature, with an example that runs."""

import doctest
import inspect
import pydoc
from math import inf

import pytest

import autograd
from autograd import Value, operation
from autograd.table import BUILT_IN, TABLE, Op
from autograd.text.reference import _example_arguments

ROWS = [TABLE[name] for name in sorted(BUILT_IN)]
METHODS = [op for op in ROWS if not op.calling.signature]


def run_example(text):
    examples = doctest.DocTestParser().get_doctest(text, {}, "help", None, 0)
    assert examples.examples
    assert doctest.DocTestRunner(verbose=False).run(examples).failed == 0


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_help_shows_call_formula_derivatives_and_an_example_that_runs(op):
    shown = pydoc.render_doc(op, renderer=pydoc.plaintext)
    title = (
        f"{type(op).__name__} in module autograd\n\n{op.name} = <op {op.name}>\n    {op.name}{inspect.signature(op)}"
    )
    parts = (title, "y = ", "∂y/∂", "smooth ", ">>> ")
    assert [part for part in parts if part not in shown] == []
    run_example(op.__doc__)


@pytest.mark.parametrize("op", METHODS, ids=lambda op: op.name)
def test_the_help_of_a_method_is_that_of_the_operation(op):
    method, (first, *rest) = getattr(Value(0.5), op.name), inspect.signature(op).parameters.values()
    assert inspect.signature(method) == inspect.Signature(rest)
    assert inspect.signature(getattr(Value, op.name)) == inspect.Signature([first, *rest])
    formula = op.__doc__[op.__doc__.index("y = ") : op.__doc__.index(">>>")]
    shown = pydoc.render_doc(method, renderer=pydoc.plaintext)
    assert [line for line in formula.splitlines() if line not in shown] == []
    run_example(method.__doc__)


@pytest.mark.parametrize("op", METHODS, ids=lambda op: op.name)
def test_arguments_can_be_named_as_the_signature_says(op):
    names, args = list(inspect.signature(op).parameters), _example_arguments(op)
    assert op(**dict(zip(names[::-1], args[::-1], strict=True))) == op(*args)
    assert len(set(names)) == op.arity
    assert all(name.isidentifier() for name in names)


def test_names_say_what_an_argument_is():
    shown = {name: str(inspect.signature(TABLE[name])) for name in ("where", "clamp", "leaky_relu", "dot", "softmax")}
    assert shown == {
        "where": "(condition, a, b)",
        "clamp": "(a, lo, hi)",
        "leaky_relu": "(a, slope=0.01)",
        "dot": "(weights, inputs, bias=0.0)",
        "softmax": "(*args, index=None)",
    }


SMOOTH = {
    "sin": "smooth everywhere", "tan": "smooth for cos(a) ≠ 0", "logit": "smooth for 0 < a < 1",
    "log": "smooth for 0 < a", "abs": "smooth for a ≠ 0", "relu6": "smooth for a ≠ 0, 6", "div": "smooth for b ≠ 0",
    "floor": "smooth for a ≠ …, −2, −1, 0, 1, 2, …", "round": "smooth for a ≠ …, −1.5, −0.5, 0.5, 1.5, …",
    "lgamma": "smooth for a ≠ …, −3, −2, −1, 0", "floordiv": "smooth for b ≠ 0, a % b ≠ 0",
    "polygamma": "smooth for n = 0, 1, …, 100, a ≠ …, −2, −1, 0", "clamp": "smooth for lo < hi, a ≠ lo, a ≠ hi",
    "maximum": "smooth for a − b ≠ 0", "max": "smooth for arguments that differ", "hypot": "smooth for a ≠ 0 or b ≠ 0",
}  # fmt: skip  # a table


def test_where_an_operation_is_smooth_is_said_as_in_a_textbook():
    """Not by the intervals from which tests draw: of infinitely many a row has some, and dots stand for the others."""
    shown = {name: next(t for t in TABLE[name].__doc__.splitlines() if "smooth" in t) for name in SMOOTH}
    assert shown == SMOOTH
    for op in ROWS:
        several = [domain for domain in op.domain if {-inf, inf} != {domain[0][0], domain[-1][1]} and len(domain) > 1]
        assert "…" in op.__doc__ or op.smooth or not several, op.name


def test_where_an_operation_of_your_own_is_smooth():
    @operation(lambda y, a, b: 1.0, None, domain=(((-1, 0), (2, 3)), ((-1, 0), (0, 1))))
    def bent_twice(a, b):
        return a

    @operation(lambda y, a, b: 1.0, None, kink=lambda a, b: 0.0 if a > b else 1.0)
    def bent_somewhere(a, b):
        return a

    @operation(lambda y, *args: [1.0] * len(args), kink=lambda *args: args[0])
    def bent_at_0(*args):
        return sum(args)

    @operation(lambda y, a: 1.0, smooth="a of good will")
    def bent_at_will(a):
        return a

    rows = (bent_twice, bent_somewhere, bent_at_0, bent_at_will)
    assert [row.__doc__.splitlines()[-1] for row in rows] == [
        "smooth for a in (−1, 0) ∪ (2, 3), −1 < b < 1, b ≠ 0",
        "smooth for arguments at no kink",
        "smooth for a ≠ 0",
        "smooth for a of good will",
    ]


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_an_example_differentiates_where_something_flows(op):
    slopes = any(f"{call}" in op.__doc__ for call in (".backward()", "autograd.grad("))
    assert slopes == (any(op.partials) and not op.calling.each)
    assert str(_example_arguments(op)[0]) in op.__doc__


def test_the_class_keeps_its_own_docstring_and_signature():
    assert Op.__doc__ == "An operation of the table."
    assert next(iter(inspect.signature(Op).parameters)) == "name"
    assert type(autograd.dot).__doc__ != autograd.dot.__doc__


def test_an_operation_of_your_own_shows_its_docstring_and_its_rules():
    @operation(lambda y, x: 3 * x**2)
    def cube(x):
        """Return the volume of a cube."""
        return x * x * x

    @operation(lambda y, x: 1.0 if x > 0 else 2.0)
    def bent(x):
        return x if x > 0 else 2 * x

    shown = pydoc.render_doc(cube, renderer=pydoc.plaintext)
    parts = ("cube(x)", "Return the volume of a cube.", "∂y/∂x = 3 × x^2")
    assert [part for part in parts if part not in shown] == []
    assert "∂y/∂x = ∂y/∂x" in bent.__doc__  # its rule knows numbers only
    assert cube(x=2.0) == 8.0
    assert inspect.signature(Value(1.0).cube) == inspect.Signature()


def test_ipython_shows_signature_and_docstring():
    shell = pytest.importorskip("IPython.core.interactiveshell", reason="needs IPython").InteractiveShell()
    shell.push({"autograd": autograd})
    found = shell.object_inspect("autograd.where")
    shell.history_manager.end_session()
    assert found["definition"] == "autograd.where(condition, a, b)"
    assert found["docstring"] == autograd.where.__doc__
