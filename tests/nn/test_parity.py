"""Parity with PyTorch 2.13.0: optimizers, losses and layers.

``tools/make_parity.py`` recorded ten steps of each.
"""

import json
from pathlib import Path

import pytest

import nn
from autograd import Value
from autograd import sum as total
from autograd.graph.pytree import leaves, rebuild
from nn.functional import losses

pytestmark = pytest.mark.peer

PARITY = json.loads((Path(__file__).parent / "parity.json").read_text(encoding="utf-8"))
X, Y = PARITY["data"]["X"], PARITY["data"]["Y"]


def close(expected):
    return pytest.approx(expected, rel=0, abs=1e-10)


def values(tree):
    return rebuild(tree, map(Value, leaves(tree)))


def numbers(tree):
    return [v.data if isinstance(v, Value) else v for v in leaves(tree)]


def network():
    """Return the 2-3-1 network, and its parameters in PyTorch's order."""
    net = nn.MLP(2, [3, 1], activation="tanh")
    hidden, (out,) = net.layers[0].neurons, net.layers[1].neurons
    ordered = [*(w for neuron in hidden for w in neuron.w), *(neuron.b for neuron in hidden), *out.w, out.b]
    for p, x in zip(ordered, leaves(PARITY["data"]["weights"]), strict=True):
        p.data = x
    return net, ordered


def optimise(make, steps, clip=lambda parameters: None):
    net, ordered = network()
    optimizer = make(ordered)

    def closure():
        return nn.mse([net(x) for x in X], Y)

    for loss, weights in steps:
        if isinstance(optimizer, nn.LBFGS):
            found = optimizer.step(closure)
        else:
            found = closure()
            optimizer.zero_grad()
            found.backward()
            clip(ordered)
            optimizer.step()
        assert found.data == close(loss)
        assert [p.data for p in ordered] == close(weights)


@pytest.mark.parametrize("name", PARITY["optimizers"])
def test_ten_steps_of_an_optimizer(name):
    case = PARITY["optimizers"][name]
    assert len(case["steps"]) == 10
    extra = {"curvature": "difference", "line_search": False} if case["kind"] == "LBFGS" else {}
    optimise(lambda ps: getattr(nn, case["kind"])(ps, **case["options"], **extra), case["steps"])


def test_every_optimizer_that_pytorch_has_too_is_compared():
    compared = {case["kind"] for case in PARITY["optimizers"].values()}
    assert compared == {"SGD", "Adagrad", "RMSprop", "Adam", "AdamW", "LBFGS"}


@pytest.mark.parametrize(("name", "clip"), [("clip_norm", nn.clip_grad_norm), ("clip_value", nn.clip_grad_value)])
def test_ten_clipped_steps(name, clip):
    case = PARITY["clipping"][name]
    optimise(lambda ps: nn.SGD(ps, lr=0.5), case["steps"], lambda ps: clip(ps, case["limit"]))


@pytest.mark.parametrize("name", PARITY["losses"])
def test_ten_steps_down_a_loss(name):
    case = PARITY["losses"][name]
    assert len(case["steps"]) == 10
    prediction = values(case["prediction"])
    for expected, after in case["steps"]:
        loss = getattr(nn, case["loss"])(prediction, case["target"], reduction=case["reduction"])
        for v in leaves(prediction):
            v.grad = 0.0
        loss.backward()
        for v in leaves(prediction):
            v.data -= case["lr"] * v.grad
        assert loss.data == close(expected)
        assert numbers(prediction) == close(after)


def test_every_loss_is_compared():
    names = {name for name in vars(losses) if hasattr(getattr(losses, name), "__wrapped__")}
    assert {case["loss"] for case in PARITY["losses"].values()} == names


def backward_of_half_the_squares(out):
    total([v * v for v in leaves(out)]).backward(0.5)


@pytest.mark.parametrize(
    "case", PARITY["layers"]["conv"]["cases"], ids=lambda case: f"stride {case[0]}, padding {case[1]}"
)
def test_convolution(case):
    given, (stride, padding, out, grads) = PARITY["layers"]["conv"], case
    conv, image = nn.Conv2d(2, 3, 2, stride=stride, padding=padding), values(given["image"])
    for p, x in zip(conv.parameters(), [*leaves(given["kernel"]), *given["bias"]], strict=True):
        p.data = x
    found = conv(image)
    assert rebuild(found, numbers(found)) == rebuild(out, numbers(found))  # the shape
    assert numbers(found) == close(leaves(out))
    backward_of_half_the_squares(found)
    for part, expected in zip((image, conv.kernel, conv.bias), grads, strict=True):
        assert [v.grad for v in leaves(part)] == close(expected)


@pytest.mark.parametrize(
    ("name", "pool"), [("max", nn.Pool2d(2)), ("mean", nn.Pool2d(2, how="mean")), ("stride", nn.Pool2d(3, stride=1))]
)
def test_pooling(name, pool):
    expected = PARITY["layers"]["pool"][name]
    found = pool(PARITY["layers"]["conv"]["image"])
    assert rebuild(found, leaves(expected)) == expected
    assert leaves(found) == close(leaves(expected))


def test_rms_norm():
    given = PARITY["layers"]["norm"]
    norm, rows = nn.RMSNorm(4), values(given["rows"])
    for p, x in zip(norm.gain, given["gain"], strict=True):
        p.data = x
    out = [norm(row) for row in rows]
    assert numbers(out) == close(leaves(given["out"]))
    backward_of_half_the_squares(out)
    assert [v.grad for v in leaves(rows)] == close(given["grads"][0])
    assert [v.grad for v in norm.gain] == close(given["grads"][1])


def test_causal_self_attention():
    given = PARITY["layers"]["attention"]
    attention, rows = nn.CausalSelfAttention(4, heads=2), values(given["rows"])
    for p, x in zip(attention.parameters(), leaves(given["weights"]), strict=True):
        p.data = x
    out = attention(rows)
    assert numbers(out) == close(leaves(given["out"]))
    backward_of_half_the_squares(out)
    assert [v.grad for v in leaves(rows)] == close(given["grad"])


def test_recurrent_network():
    given = PARITY["layers"]["rnn"]
    rnn = nn.RNN(4, 2)
    for neuron, weights, bias in zip(rnn.cell.neurons, given["weight"], given["bias"], strict=True):
        neuron.b.data = bias
        for p, x in zip(neuron.w, weights, strict=True):
            p.data = x
    outputs, _ = rnn(given["rows"])
    assert numbers(outputs) == close(leaves(given["out"]))
    total([v * v for v in leaves(outputs)]).backward()
    assert [[w.grad for w in neuron.w] for neuron in rnn.cell.neurons] == [close(row) for row in given["grads"][0]]
    assert [neuron.b.grad for neuron in rnn.cell.neurons] == close(given["grads"][1])
