"""What cannot be read in PyTorch is refused in words, with a way out."""

import pytest

import autograd
import viz
from autograd import adopt

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.peer


def hooked(x):
    y = x * x
    y.register_hook(lambda g: 2 * g)
    return y.sum()


def written(x):
    y = x * 2
    y[0] = x[1]
    return y.sum()


def overwritten(x):
    y = x.exp()
    (y * y).sum()
    z = (y * y).sum()
    y.add_(1)
    return z


@pytest.mark.parametrize(
    ("f", "inputs", "words"),
    [
        (lambda x: x.sum(), (torch.ones(60, 60),), "at most 2,000 numbers"),
        (lambda x: (x[:, None] * x).sum(), (torch.ones(60),), "at most 2,000 numbers"),
        (lambda x: x * 2, (torch.ones(3),), r"one number as its result, got shape \(3,\)"),
        (lambda x: [x], (torch.ones(1),), "a tensor of one number as its result, got list"),
        (lambda x: x.detach().sum(), (torch.ones(3),), "no gradient flows"),
        (
            lambda x: (x * 0 + torch.fill(x, 2.0)).detach().sum() + torch.fill(x, 2.0).sum(),
            (torch.ones(3),),
            "depends on no",
        ),
        (hooked, (torch.ones(3),), "a hook may have changed it"),
        (lambda x: x.relu().hypot(x.relu() * 2).sum(), (-torch.ones(3),), "came out as nan, and PyTorch has 0"),
        (written, (torch.ones(3),), "no write into a part"),
        (overwritten, (torch.ones(3),), "modified by an inplace operation"),
        (lambda x: torch.fft.fft(x).abs().sum(), (torch.ones(3),), "real numbers only"),
        (lambda x: x.to_sparse().sum(), (torch.ones(3),), "dense tensors"),
        (lambda x: x.sum(), (torch.ones(3, device="meta"),), "write x.cpu"),
        (lambda x: torch.floor_divide(x, 2).sum(), (torch.ones(3),), "derivative"),
        (3, (torch.ones(3),), "f: expected a function"),
        (lambda x: x, (2.0,), "inputs: expected tensors of PyTorch or arrays of JAX"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(f, inputs, words):
    with pytest.raises((TypeError, ValueError), match=words):
        adopt(f, inputs)


def test_a_tensor_alone_and_a_function_without_inputs_are_refused_with_a_way_out():
    for thing in (torch.ones(1, requires_grad=True) * 2, lambda x: x):
        with pytest.raises(TypeError, match=r"step\(f, \(x, w\)\)"):
            viz.step(thing)


def test_a_loss_is_read_before_its_backward_and_only_from_its_block():
    w = torch.tensor(2.0, requires_grad=True)
    with autograd.watch() as seen:
        loss = w * w
    with pytest.raises(ValueError, match="inside the recorded block"):
        seen(w * w)
    loss.backward()
    with pytest.raises(ValueError, match="before its backward"):
        seen(loss)
