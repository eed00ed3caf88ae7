"""A pair becomes two functions that gradcheck accepts: right ones pass, and each seeded fault fails, in every style."""

import re
import textwrap
from functools import partial
from types import ModuleType

import pytest

from autograd.check.homework.calls import BackwardPassError, Call, UnclearCallError
from autograd.check.homework.layouts import ROWS, SCALARS, VECTOR, Draw, invent
from autograd.check.homework.pairs import find_pairs, words_of
from autograd.sandbox import describe_error

STYLES = {  # a text with {}, the right code for it, and a wrong one
    "a cache": (
        "def affine_forward(x, w, b): return x @ w + b, (x, w)\n"
        "def affine_backward(dout, cache):\n    x, w = cache\n    return dout @ w.T, x.T @ dout, {}",
        "dout.sum(axis=0)",
        "dout.mean(axis=0)",
    ),
    "the gradients in another order, by name": (
        "def affine_forward(x, w): return x @ w, (x, w)\n"
        "def affine_backward(dout, cache):\n    x, w = cache\n    dw, dx = x.T @ dout, {}\n    return dw, dx",
        "dout @ w.T",
        "dout @ -w.T",
    ),
    "a dict of gradients": (
        "def affine_forward(x, w): return x @ w, (x, w)\n"
        "def affine_backward(dout, cache):\n    x, w = cache\n    return dict(dw=x.T @ dout, grad_x={}, other=1)",
        "dout @ w.T",
        "dout @ w.T * 2",
    ),
    "the inputs": (
        "def mul(a, b): return a * b\ndef mul_backward(dout, a, b): return {}",
        "dout * b, dout * a",
        "dout * a, dout * b",
    ),
    "the upstream last": ("def mul(a, b): return a * b\ndef mul_vjp(a, b, g): return {}", "g * b, g * a", "b, a"),
    "the result": (
        "def tanh(x): return np.tanh(x)\ndef tanh_backward(dout, out): return dout * {}",
        "(1 - out * out)",
        "(1 + out)",
    ),
    "several caches": (
        "def mul(a, b): return a * b, a, b\ndef mul_backward(grad, x, y): return {}",
        "grad * y, grad * x",
        "grad, grad",
    ),
    "several results": (
        "def step_forward(x, c): return x * c, x + c, (x, c)\n"
        "def step_backward(dh, dc, cache):\n    x, c = cache\n    return {}",
        "dh * c + dc, dh * x + dc",
        "dh * c, dh * x",
    ),
    "a constant in the backward pass": (
        "def leaky(x, alpha): return np.where(x > 0, x, alpha * x), x\n"
        "def leaky_backward(dout, cache, alpha): return dout * np.where(cache > 0, 1, {})",
        "alpha",
        "alpha + 1",
    ),
    "a derivative": ("def f(x): return x ** 3\ndef f_prime(x): return {}", "3 * x ** 2", "3 * x"),
    "a derivative of the result": (
        "def sigmoid(x): return 1 / (1 + np.exp(-x))\ndef sigmoid_prime(s): return {}",
        "s * (1 - s)",
        "s * (1 + s)",
    ),
    "the gradient of a loss": (
        "def mse(p, target): return ((p - target) ** 2).mean()\ndef mse_grad(p, target): return {}",
        "2 * (p - target) / p.size",
        "2 * (p - target)",
    ),
    "all partials in an array": (
        "def f(u, v): return float(np.sum(u * v * v))\ndef f_grad(u, v): return {}",
        "v * v, 2 * u * v",
        "v * v, u * v",
    ),
    "a loss with its gradient": (
        "def softmax_loss(x, y):\n    e, rows = np.exp(x), range(len(x))\n    p = e / e.sum(1, keepdims=True)\n"
        "    loss, dx = -np.log(p[rows, y]).mean(), p.copy()\n    dx[rows, y] -= 1\n    dx /= {}\n    return loss, dx",
        "len(x)",
        "1",
    ),
    "a layer with its weights": (
        "class Affine:\n    def __init__(self, W, b): self.W, self.b = W, b\n"
        "    def forward(self, x):\n        self.x = x\n        return x @ self.W + self.b\n"
        "    def backward(self, dout):\n        self.dW, self.db = {}, dout.sum(0)\n        return dout @ self.W.T",
        "self.x.T @ dout",
        "self.x.T @ dout / 3",
    ),
    "weights and gradients in dicts, added up": (
        "class Dense:\n    def __init__(self, n_in, n_out):\n"
        "        zeros = np.zeros((n_in, n_out))\n"
        "        self.params, self.grads = {'W': zeros}, {'W': zeros + 0}\n"
        "    def forward(self, x):\n        self.x = x\n        return x @ self.params['W']\n"
        "    def backward(self, g):\n        self.grads['W'] += {}\n        return g @ self.params['W'].T",
        "self.x.T @ g",
        "self.x.T @ g * 0.5",
    ),
    "weights in a list": (
        "class MatMul:\n    def __init__(self, W): self.params, self.grads = [W], [np.zeros_like(W)]\n"
        "    def forward(self, x):\n        self.x = x\n        return x @ self.params[0]\n"
        "    def backward(self, dout):\n        self.grads[0][...] = {}\n        return dout @ self.params[0].T",
        "self.x.T @ dout",
        "0 * self.x.T @ dout",
    ),
    "weights with a grad": (
        "class P:\n    def __init__(self, value): self.value, self.grad = value, 0 * value\n"
        "class Scale:\n    def __init__(self): self.gain = P(np.ones(4))\n"
        "    def forward(self, x):\n        self.x = x\n        return x * self.gain.value\n"
        "    def backward(self, dout):\n        self.gain.grad += {}\n        return dout * self.gain.value",
        "(dout * self.x).sum(0)",
        "(dout * self.x).mean(0)",
    ),
    "weights whose gradients are returned": (
        "class Affine:\n    def __init__(self, W): self.W = W\n"
        "    def forward(self, x):\n        self.x = x\n        return x @ self.W\n"
        "    def backward(self, dout):\n        dW, dx = {}, dout @ self.W.T\n        return dx, dW",
        "self.x.T @ dout",
        "self.x.T @ dout + 1",
    ),
    "a loss that is always last": (
        "class Loss:\n    def forward(self, x, target):\n        self.d = x - target\n"
        "        return (self.d**2).sum()\n"
        "    def backward(self, dout=1): return {} * self.d",
        "2",
        "3",
    ),
    "an upstream that may be missing": (
        "class Square:\n    def forward(self, x):\n        self.x = x\n        return x * x\n"
        "    def backward(self, dout=None): return {} * self.x * (1 if dout is None else dout)",
        "2",
        "3",
    ),
    "a cache without an upstream": (
        "def loss_forward(x, target): return ((x - target) ** 2).sum(), (x, target)\n"
        "def loss_backward(cache):\n    x, target = cache\n    return {} * (x - target), {} * (target - x)",
        "2",
        "3",
    ),
    "other names than those of the forward pass": (
        "def mul_forward(p, q): return p * q\ndef mul_backward(grad, a, s): return {}",
        "grad * s, grad * a",
        "grad, grad",
    ),
    "the name of an activation": (
        "def act_forward(z, activation): return np.maximum(z, 0) if activation == 'relu' else 0, z\n"
        "def act_backward(dA, cache, activation): return {} * (cache > 0)",
        "dA",
        "1",
    ),
    "static methods with a cache": (
        "class Square:\n    @staticmethod\n    def forward(x): return x * x, x\n"
        "    @staticmethod\n    def backward(dout, cache): return {} * cache * dout",
        "2",
        "3",
    ),
    "a random mask": (
        "class Dropout:\n    def forward(self, x):\n        self.mask = np.random.rand(*x.shape) > 0.5\n"
        "        return x * self.mask\n    def backward(self, dout): return dout * {}",
        "self.mask",
        "(self.mask + 1)",
    ),
}


def make(source, layout=ROWS, library="numpy", row=(), at=-1):
    """Return the call of a pair of a text."""
    module = ModuleType("homework")
    if library:
        module.np = pytest.importorskip(library)
    exec(textwrap.dedent(source), vars(module))
    pair = find_pairs(source)[at]
    draw = Draw(1, module.np if library else None, False)
    words = words_of(pair.owner + "_" + pair.forward)
    labels = "floats" if "target" in source or not library else "whole"
    return Call(pair, module, partial(invent, layout, labels, draw, dict(row), words))


@pytest.mark.parametrize("style", STYLES)
def test_a_right_pair_passes_and_a_wrong_one_fails(style):
    text, right, wrong = STYLES[style]
    call = make(text.replace("{}", right))
    assert call.check().verdict == "PASS"
    assert not [note for note in call.notes if "no gradient" in note and "target" not in note]
    assert make(text.replace("{}", wrong)).check().verdict == "FAIL"


@pytest.mark.parametrize("style", STYLES)
def test_each_gradient_that_a_backward_pass_has_is_checked(style, monkeypatch):
    text, right, _ = STYLES[style]
    call, vjp = make(text.replace("{}", right)), Call.vjp
    for name in vjp(call, call.ones, call.cache):
        scaled = lambda self, *given, name=name: (found := vjp(self, *given)) | {name: found[name] * 1.01}
        monkeypatch.setattr(Call, "vjp", scaled)
        assert make(text.replace("{}", right)).check().verdict == "FAIL"


NUMBERS = {
    "a derivative": ("def f(x): return x * x\ndef df(x): return {}", "2 * x", "x"),
    "a gradient": ("def f(w, x): return w * x + w\ndef grad_f(w, x): return {}", "x + 1, w", "x, w"),
    "a list": ("def f(w, x): return w * x + w\ndef grad_f(w, x): return {}", "[x + 1, w]", "[w, x + 1]"),
    "a gate": (
        "class Mul:\n    def forward(self, x, y):\n        self.x, self.y = x, y\n        return x * y\n"
        "    def backward(self, dz): return {}",
        "[self.y * dz, self.x * dz]",
        "[self.x * dz, self.y * dz]",
    ),
    "a weight": (
        "class Neuron:\n    def __init__(self): self.w, self.dw = 0.5, 0.0\n"
        "    def forward(self, x):\n        self.x = x\n        return self.w * x\n"
        "    def backward(self, dout):\n        self.dw += {}\n        return dout * self.w",
        "dout * self.x",
        "dout",
    ),
}


@pytest.mark.parametrize("style", NUMBERS)
def test_numbers_need_no_arrays(style):
    text, right, wrong = NUMBERS[style]
    assert make(text.replace("{}", right), SCALARS, None).check().verdict == "PASS"
    assert make(text.replace("{}", wrong), SCALARS, None).check().verdict == "FAIL"


def test_a_jacobian_is_multiplied_with_the_upstream():
    softmax = (
        "def softmax(x):\n    e = np.exp(x)\n    return e / e.sum()\ndef softmax_jacobian(x):\n    s = softmax(x)\n"
    )
    assert make(f"{softmax}    return np.diag(s) - np.outer(s, s)", VECTOR).check().verdict == "PASS"
    assert make(f"{softmax}    return s * (1 - s)", VECTOR).check().verdict == "FAIL"  # its diagonal only


def test_a_derivative_that_is_right_for_the_result_only_says_so():
    call = make("def sigmoid(x): return 1 / (1 + np.exp(-x))\ndef sigmoid_prime(x): return x * (1 - x)")
    assert call.check().verdict == "FAIL"
    assert call.notes == ["right for the result of sigmoid, not for its argument"]


def test_what_is_not_checked_is_noted():
    call = make("def mse(p, q): return ((p - q) ** 2).sum()\ndef mse_backward(dout, p, q): return 2 * dout * (p - q)")
    assert call.check()
    assert call.notes == ["no gradient is returned for q"]
    layer = "class A:\n    def __init__(self, W): self.W = W\n    def forward(self, x): return x @ self.W\n"
    call = make(f"{layer}    def backward(self, dout): return dout @ self.W.T")
    assert call.check()
    assert call.notes == ["no gradient of W found, as W.grad, dW or grads['W']"]
    call = make(
        "def f(x, w): return x @ w, (x, w)\ndef f_vjp(g, c):\n    dw, dx = c[0].T @ g, g @ c[1].T\n    return dw, dx"
    )
    assert call.check()
    assert call.notes == ["the gradients are for w, x, in this order, by their names"]


def test_dicts_of_parameters_are_copied_for_each_call():
    text = "def f(x, bn_param):\n    bn_param['n'] = bn_param.get('n', 0) + 1\n    return x * bn_param['n'], bn_param\n"
    assert make(f"{text}def f_backward(dout, cache): return dout * cache['n']").check()


UNCLEAR = {
    "def f(x): return x * np.random.default_rng().random()\ndef f_vjp(g, x): return g": "f gives other numbers at each",
    "def f(x=1.0): return x\ndef f_vjp(g, x): return g": "f has no parameters to invent arguments for; write SHAPES",
    "def my_loss(x):\n    if x.any(): return x.sum()\n    return 1, 2": "my_loss returned no gradients",
    "def f(x): return None\ndef f_vjp(g, x): return g": "f returned NoneType None",
    "def f(x): return x > 0\ndef f_vjp(g, x): return g": "where floats were expected",
    "def f(x): return x\ndef f_vjp(g, x): return None": "f_vjp returned None; is it written?",
    "def f(x): return x\ndef f_vjp(g, x): return g, g, g": "f_vjp returned 3 gradients, for the arguments x; name them",
    "def f(x): return x\ndef f_vjp(g, mask, k): return g": "f_vjp has the parameter mask, which f does not; name it",
}


@pytest.mark.parametrize("source", UNCLEAR)
def test_a_pair_that_cannot_be_called_says_what_to_write(source):
    with pytest.raises(UnclearCallError, match=re.escape(UNCLEAR[source])):
        make(source).check()


def test_an_error_of_the_backward_pass_is_its_own():
    with pytest.raises(BackwardPassError, match=r"^f_vjp: NameError: name 'oops' is not defined$"):
        make("def f(x): return x\ndef f_vjp(g, x): return oops").check()
    with pytest.raises(NotImplementedError):
        make("def f(x): return x\ndef f_vjp(g, x):\n    raise NotImplementedError\n    return g").check()
    with pytest.raises(ValueError, match="not finite"):
        make("def f(x): return x * np.inf\ndef f_vjp(g, x): return g")
    assert len(describe_error(ValueError("x" * 2000))) == 1012
