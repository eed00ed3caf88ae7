"""Pairs are found by name, in every usual spelling, without running the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.check.homework.pairs import (
    FORWARD,
    SLOPE,
    UPSTREAM,
    Pair,
    argument_of,
    find_bases,
    find_pairs,
    pair_names,
)

BASES = st.sampled_from(["affine", "relu", "conv2d", "batch_norm", "lstm_step", "softmax", "my_layer", "f", "LSTM"])
MARKS = sorted(UPSTREAM | SLOPE - {"d"})


def camel(*words):
    return words[0] + "".join(word[0].upper() + word[1:] for word in words[1:])


def snake(*words):
    return "_".join(words)


@given(
    BASES,
    st.sampled_from([*sorted(FORWARD), ""]),
    st.sampled_from(MARKS),
    st.booleans(),
    st.sampled_from([camel, snake]),
)
def test_every_spelling_of_a_pair_is_found(base, forward, mark, is_first, join):
    name = join(base, forward) if forward else base
    other = join(mark, base) if is_first else join(base, mark)
    others = ["predict", "load_data", "gradient_check", "update"]
    assert pair_names([*others, name, other]) == [(name, other)]
    assert pair_names([other, *others, name]) == [(name, other)]


SPELLINGS = {
    "relu drelu": "relu drelu",
    "f df": "f df",
    "f fprime": "f fprime",
    "sigmoid dSigmoid": "sigmoid dSigmoid",
    "sigmoid d_sigmoid": "sigmoid d_sigmoid",
    "forward backward": "forward backward",
    "forward_pass backward_pass": "forward_pass backward_pass",
    "feedforward backprop": "feedforward backprop",
    "__call__ gradient": "__call__ gradient",
    "loss grad": "loss grad",
    "f gradient": "f gradient",
    "logistic_loss logistic_grad": "logistic_loss logistic_grad",
    "relu_cost relu relu_grad": "relu relu_grad",
    "conv_forward_naive conv_backward_naive conv_forward_fast conv_backward_fast": "conv_forward_naive "
    "conv_backward_naive conv_forward_fast conv_backward_fast",
    "norm_forward norm_backward norm_backward_alt": "norm_forward norm_backward norm_forward norm_backward_alt",
    "relu relu_forward relu_backward relu_prime": "relu_forward relu_backward relu relu_prime",
    "linear linear_relu_forward linear_backward linear_relu_backward": "linear linear_backward "
    "linear_relu_forward linear_relu_backward",
    "d_forward d_backward": "d_forward d_backward",
    "numerical_gradient grad_check zero_grad clip_gradient backprop": "",
    "conv2d relu conv1d": "",
    "d": "",
    "f g h": "",
    "grad gradient": "",
}


@pytest.mark.parametrize("names", SPELLINGS)
def test_pairs_of_several_names(names):
    found = [name for pair in pair_names(names.split()) for name in pair]
    assert found == SPELLINGS[names].split()


@given(st.lists(st.text("abdefgrt_DG1", min_size=1, max_size=8).filter(str.isidentifier), unique=True, max_size=8))
def test_a_pair_is_of_two_names_and_each_backward_name_is_in_one(names):
    found = pair_names(names)
    assert all(a != b and a in names and b in names for a, b in found)
    assert len({b for _, b in found}) == len(found)


FILE = '''
import layers
raise SystemExit("it is not run")
class Base:
    def forward(self, x): raise NotImplementedError
    def backward(self, dout):
        """Return dx."""
        ...
class Relu(Base):
    @staticmethod
    def forward(x): return x
    def backward(self, dout): return dout
class Empty(layers.Layer):
    def forward(self, x): pass
    def backward(self, dout): pass
class Value:
    def backward(self): pass
@cached
def affine_forward(x, w): return x @ w, (x, w)
def affine_backward(dout, cache):
    def inner(): return 1, 2, 3
    if dout is None: return None
    dx, self.dw = 1, 2
    return dx, self.dw
cube = lambda x: x**3
cube_prime = np.vectorize(lambda x: 3 * x * x)
def softmax_loss(x, y):
    return loss, dx
def total_loss(x): return x.sum()
def tanh_backward(dout, cache): return dout
async def g(): pass
def main():
    def f(x): pass
    def df(x): pass
'''


def test_the_pairs_of_a_file_are_read_from_its_text():
    assert find_pairs(FILE, find_bases(FILE)) == [
        Pair("affine_forward", "affine_backward", returns=("dx", "dw")),
        Pair("cube", "cube_prime"),
        Pair("softmax_loss", "softmax_loss", returns=("dx",)),
        Pair("", "tanh_backward"),
        Pair("forward", "backward", "Relu", ("dout",)),
        Pair("forward", "backward", "Empty", is_empty=True),
    ]
    assert [pair.title for pair in find_pairs(FILE, ["Empty"])[-2:]] == [
        "Base.forward / Base.backward",
        "Relu.forward / Relu.backward",
    ]
    assert find_bases(FILE) == {"Base", "Layer"}


PLACES = {  # where passes are written, and the titles of the pairs
    "if True:\n  {f}\n  {b}": "forward / backward",
    "try:\n  {f}\nexcept ImportError:\n  {b}": "forward / backward",
    "if __name__ == '__main__':\n  {f}\n  {b}": "",
    "{f}\n{b}\n{f}\n{b}": "forward / backward",
    "class A:\n  {f}\n  {b}\nclass A:\n  {f}\n  {b}": "A.forward / A.backward",
    "class Net:\n  class A:\n    {f}\n    {b}": "Net.A.forward / Net.A.backward",
    "class A:\n  if True:\n    {f}\n    {b}": "A.forward / A.backward",
    "class A:\n  {f}\nclass B(A):\n  {b}": "B.forward / B.backward",
    "class A:\n  {b}\nclass B(A):\n  {f}": "B.forward / B.backward",
    "from m import A\nclass B(A):\n  {b}": "B.forward / B.backward",
    "class A:\n  {f}\n  {b}\nclass B(A):\n  def fn(x): return x": "A.forward / A.backward, B.forward / B.backward",
    "class A:\n  def forward(x): pass\n  {b}\nclass B(A):\n  def fn(x): return x": "",
}


@pytest.mark.parametrize("text", PLACES)
def test_pairs_are_found_wherever_they_are_written(text):
    source = text.format(f="def forward(self, x): return x", b="def backward(self, g): return g")
    assert ", ".join(pair.title for pair in find_pairs(source, find_bases(source))) == PLACES[text]


@pytest.mark.parametrize(
    ("gradient", "names", "found"),
    [
        ("dx", "x w", "x"),
        ("dW", "x w", "w"),
        ("dw", "W w", "w"),
        ("grad_x", "x", "x"),
        ("x_grad", "x", "x"),
        ("gradW", "W", "W"),
        ("dprev_h", "x prev_h", "prev_h"),
        ("d_b", "b", "b"),
        ("dLdW", "W", "W"),
        ("dL_dW", "W", "W"),
        ("weights_gradient", "weights", "weights"),
        ("gradient_of_w", "w", "w"),
        ("x", "x", ""),
        ("dout", "x", ""),
        ("", "x", ""),
        ("data", "data", ""),
    ],
)
def test_a_gradient_is_for_the_argument_in_its_name(gradient, names, found):
    assert argument_of(gradient, names.split()) == found
