"""A torch.autograd.Function is one node with its own derivatives, and is compared with what it computes."""

import pytest

import autograd
from autograd.engine import nodes_in_order

torch = pytest.importorskip("torch")
from tests.helpers.torch_functions import ours_and_theirs, single_nodes  # noqa: E402  # it needs PyTorch

pytestmark = pytest.mark.peer


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, n):
        ctx.save_for_backward(x)
        y = x**n
        ctx.unused = y + 1  # computed after the result
        return y

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * x**2, None  # 3 is missing


def test_a_function_of_ones_own_is_one_node_with_its_own_derivatives():
    x = torch.tensor([2.0, -1.0], requires_grad=True)
    root, ours, theirs = ours_and_theirs(lambda x: (Cube.apply(x * 1.5, 3) * x).sum(), x)
    assert ours == pytest.approx(theirs)
    assert single_nodes(root) == {"ƒ Cube": 2}
    first = next(v for v in nodes_in_order(root) if v.op and v.op.name == "ƒ Cube")
    assert (first.data, first.locals, first.wrapped) == (27.0, (9.0,), (27.0,))


class FromPython(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * x.sum().item()

    @staticmethod
    def backward(ctx, g):
        return g


class Right(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        y = x.reshape(-1) * w  # a view, and a write into what is computed
        y.mul_(2)
        return y.sum()

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        return 2 * w * g, 2 * x * g


def test_a_wrong_function_is_named_and_a_right_one_or_one_that_is_not_known_is_not():
    x = torch.tensor([2.0, -1.0], requires_grad=True)
    found = autograd.examine(lambda x: (Cube.apply(x, 3) * Right.apply(x, x.exp())).sum(), (x,))
    assert [str(fault) for fault in found.faults] == ["Cube(2): its derivative is 4.000, right is 12.000 (2 times)"]
    found = autograd.examine(lambda x: FromPython.apply(x).sum(), (x,))
    assert (found.faults, found.notes) == ((), ("FromPython could not be compared with what it computes",))
    assert autograd.examine(lambda x: x.tanh().sum(), (x,))


class Raises(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.zeros_like(x)
        y.copy_(x * 2).requires_grad_(False)
        return y.resize_(x.shape)

    @staticmethod
    def backward(ctx, g):
        return g


def test_what_cannot_run_again_with_gradients_is_not_known():
    found = autograd.examine(lambda x: Raises.apply(x).sum(), (torch.ones(2),))
    assert (found.faults, found.notes) == ((), ("Raises could not be compared with what it computes",))


class AtAKink(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.abs()

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return torch.where(x >= 0, g, -g)  # 1 at 0, where PyTorch has 0


def test_nobody_is_accused_at_a_kink():
    assert autograd.examine(lambda x: AtAKink.apply(x).sum(), (torch.tensor([0.0, 1.0, -2.0]),))
