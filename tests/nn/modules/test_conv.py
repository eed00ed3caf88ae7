"""Conv2d and Pool2d: shared weights, and images that do not fit."""

import pytest

import nn
from autograd import sum as total
from autograd.graph.pytree import leaves


def test_a_convolution_shares_its_weights():
    conv = nn.Conv2d(1, 1, 2)
    out = conv([[[1.0] * 3] * 3])
    assert len({v.data for v in leaves(out)}) == 1
    total(leaves(out)).backward()
    assert [k.grad for k in leaves(conv.kernel)] == [4.0] * 4


@pytest.mark.parametrize(
    "call",
    [
        lambda: nn.Conv2d(1, 1, 2)([[[1.0, 2.0], [3.0, 4.0, 5.0]]]),
        lambda: nn.Conv2d(2, 1, 1)([[[1.0], [2.0]], [[3.0]]]),
        lambda: nn.Pool2d(2)([[[1.0, 2.0], [3.0]]]),
    ],
)
def test_images_of_ragged_rows_are_rejected(call):
    with pytest.raises(ValueError, match="image: expected channels of one height and width, got"):
        call()
