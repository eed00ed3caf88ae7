"""What forward leaves for backward, marks as constant, or must not change."""

import pytest

from autograd import Function, Value, jvp
from autograd.custom.context import Context, View, flows, plain_number, reads
from autograd.engine import new_leaf


def test_results_that_are_marked_or_have_no_upstream():
    class Both(Function):
        @staticmethod
        def forward(ctx, x):
            sign = x.sign()
            ctx.mark_non_differentiable(sign)
            ctx.set_materialize_grads(False)
            return abs(x), sign

        @staticmethod
        def backward(ctx, g, none):
            assert none is None
            return g

    x = Value(-2.0)
    size, sign = Both.apply(x)
    assert not sign.requires_grad
    (size * sign).backward()
    assert x.grad == -1.0


def test_what_forward_keeps_is_what_backward_gets():
    x, ctx = Value(2.0), Context()
    assert (ctx.saved_tensors, ctx._constant, ctx._zeros) == ((), (), True)
    ctx.save_for_backward(x, None)
    ctx.mark_non_differentiable(x)
    ctx.set_materialize_grads(0)
    assert (ctx.saved_tensors, ctx._constant, ctx._zeros) == ((x, None), (id(x),), False)
    with pytest.raises(TypeError, match="mark_dirty: forward cannot change an argument in place"):
        ctx.mark_dirty(x)


def test_reads_of_a_view_by_the_users_code_are_counted_and_ours_are_not():
    view, before = new_leaf(View, 2.0), reads.count
    y = view * view + view.exp()
    y.backward()
    assert reads.count == before
    assert view.data + view.data == 4.0
    assert reads.count == before + 2
    with pytest.raises(TypeError, match="data: forward and backward cannot change an argument in place"):
        view.data = 3.0


def test_a_derivative_flows_to_values_that_require_it_and_to_dual_numbers():
    seen = []
    jvp(lambda x: seen.append((flows(x), plain_number(x))) or x)((3.0,), (1.0,))
    assert seen == [(True, 3.0)]
    assert [flows(x) for x in (Value(1.0), Value(1.0, requires_grad=False), 1.0, "mean")] == [True, False, False, False]
    assert [plain_number(x) for x in (Value(1.5), 2.5, "mean")] == [1.5, 2.5, "mean"]
