"""Numbers that record: what f may do with them, what stops a gradient, and what is refused with its line."""

import pytest

from autograd import Value, grad, no_grad
from autograd.replay import compile  # noqa: A004  # the field's name for it


def test_a_value_made_inside_is_a_constant():
    def f(x):
        total = Value(0.0)
        for k in range(3):
            total += x * Value(float(k))
        return total

    assert compile(f)(2.0) == 6.0


def test_no_grad_inside_stops_the_gradient():
    def f(x):
        with no_grad():
            y = x * x
        return y * x

    assert compile(grad(f))(3.0) == grad(f)(3.0) == 9.0


def test_a_block_that_was_made_before_stops_the_gradient_too():
    block = no_grad()

    def f(x):
        with block:
            y = x * x
        return y * x

    assert compile(grad(f))(3.0) == grad(f)(3.0) == 9.0


def test_what_a_recording_would_freeze_is_refused_with_the_line():
    w = Value(2.0)

    def reads(x):
        return x * w.data

    def sets(x):
        w.data = 5.0
        return x * w

    def clears(x):
        w.grad = 0.0
        return x * w

    def freezes(x):
        w.requires_grad = False
        return x * w

    refused = ((reads, "reads .data"), (sets, "sets .data"), (clears, "sets .grad"), (freezes, "sets .requires_grad"))
    for f, text in refused:
        with pytest.raises(TypeError, match=rf"tracing.py, line {f.__code__.co_firstlineno + 1} {text} of a Value"):
            compile(f)(1.0)
    assert (w.data, w.grad, w.requires_grad) == (2.0, 0.0, True)
    w.requires_grad = False
    w.requires_grad = True
    w.data = 3.0  # and afterwards all is as before
    assert (w * w).data == 9.0


def test_a_traced_value_that_escapes_says_so():
    kept = []
    compile(lambda x: kept.append(x) or x)(1.0)
    with pytest.raises(ValueError, match="used after the call of f that it belongs to"):
        kept[0] + 1
    with pytest.raises(ValueError, match="used after"):
        compile(lambda x: x + kept[0])(1.0)


def test_builtins_that_compare_are_guarded():
    f = compile(lambda x: max(x[0], x[1]) + sorted(x)[0] * 2)
    assert f([1.0, 5.0]) == 7.0
    assert f([5.0, 1.0]) == 7.0
    assert f([3.0, 3.0]) == 9.0


def test_a_truth_is_data_where_it_is_not_asked():
    f = compile(lambda x: (x > 1) * 10.0 + (x <= 1), batch="x", reduce=None)
    assert f([0.0, 1.0, 2.0]).tolist() == [1.0, 1.0, 10.0]


def test_bool_of_a_value_is_a_guard():
    f = compile(lambda x: x if x else x + 100)
    assert (f(0.0), f(2.0), f(0.0)) == (100.0, 2.0, 100.0)


def test_an_argument_has_no_operation_as_a_leaf_has_none():
    def f(x):
        return x * 2.0 if x.op is None else x * 1000.0

    assert compile(f)(3.0) == f(Value(3.0)).data == 6.0
    assert compile(grad(f))(3.0) == grad(f)(3.0) == 2.0


@pytest.mark.parametrize("name", ["args", "locals", "_prev", "_children"])
def test_the_graph_of_a_traced_number_is_refused_with_the_line(name):
    with pytest.raises(TypeError, match=r"test_tracing.py, line \d+ reads the graph of a Value while f is traced"):
        compile(lambda x: len(getattr(x, name)) * x)(1.0)
