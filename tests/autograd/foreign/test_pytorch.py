"""Functions of PyTorch's tensors become graphs of Values with the same values and gradients."""

import math
import random

import pytest

import autograd
import viz
from autograd import adopt
from autograd.diagnose import gradient_flow, measure_connections
from autograd.engine import nodes_in_order

torch = pytest.importorskip("torch")
from tests.helpers.torch_functions import ours_and_theirs, single_nodes  # noqa: E402  # it needs PyTorch

pytestmark = pytest.mark.peer
F, nn = torch.nn.functional, torch.nn


def randn(*shape, dtype=torch.float64):
    return torch.randn(*shape, dtype=dtype, requires_grad=True)


UNARY = [
    torch.tanh, torch.exp, torch.sin, torch.sigmoid, F.softplus, F.relu, F.gelu, F.silu, torch.abs, torch.square,
    torch.neg, F.elu, F.leaky_relu, lambda x: x.softmax(-1), lambda x: x.log_softmax(-1), lambda x: x * 3 - 1,
    lambda x: 2 / (x * x + 1), lambda x: (x * x + 1) ** 0.5, lambda x: x.cumsum(-1), lambda x: x.sort(-1)[0],
    lambda x: x.detach() * x, lambda x: x.flip(-1), lambda x: torch.where(x > 0, x, x * x), lambda x: 2.0**x,
    lambda x: x.clamp(-0.5, 0.5), lambda x: F.layer_norm(x, x.shape[-1:]), lambda x: x.mean(-1, keepdim=True),
    lambda x: x.amax(-1, keepdim=True) + x, lambda x: (x + 1).mul_(2).tanh_(), lambda x: x.sign() * x,
    lambda x: x.floor() + x,
]  # fmt: skip
BINARY = [
    torch.add, torch.sub, torch.mul, torch.maximum, torch.atan2, torch.hypot, lambda a, b: a / (b * b + 1),
    lambda a, b: torch.add(a, b, alpha=-2), lambda a, b: torch.lerp(a, b, 0.3), lambda a,
    b: a.T @ b if a.ndim == 2 else a * b,
    lambda a, b: torch.stack([a, b]).prod(0), lambda a, b: torch.addcmul(a, a, b, value=0.5), lambda a,
    b: (a - b).norm() * a,
]  # fmt: skip


def program(seed):
    """Return a random function of three tensors that broadcast, in views and in second uses."""
    order = random.Random(seed)

    def f(x, w, b):
        pool = [x, w, b]
        choice = random.Random(seed + 1)
        for _ in range(order_length):
            a, c = choice.choice(pool), choice.choice(pool)
            new = choice.choice(UNARY)(a) if a.ndim and choice.random() < 0.6 else None
            if new is None:
                try:
                    new = choice.choice(BINARY)(a, c)
                except RuntimeError:  # shapes that do not fit
                    new = a + 1
            pool.append(new / (1 + new.detach().abs().max()))
        return torch.stack([t.reshape(-1).sum() for t in pool[-3:]]).sum()

    order_length = order.randint(3, 8)
    return f


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_random_programs_have_the_same_values_and_gradients(seed):
    torch.manual_seed(seed)
    dtype = torch.float64 if seed % 4 else torch.float32
    root, ours, theirs = ours_and_theirs(
        program(seed), randn(2, 3, dtype=dtype), randn(3, dtype=dtype), randn(1, dtype=dtype)
    )
    near = 1e-9 if seed % 4 else 2e-4
    assert ours == pytest.approx(theirs, rel=near, abs=near)
    if seed % 4:
        assert single_nodes(root).keys() <= {"ƒ sort"}


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * x, lambda x: x + x.detach(), lambda x: x.T.reshape(2, 2)[0], lambda x: x[[0, 0, 1]],
        lambda x: x[x > 0],
        lambda x: x.expand(3, 2, 2), lambda x: torch.einsum("ij,jk->ik", x, x), lambda x: x.masked_fill(x > 0, 2.0) * x,
        lambda x: F.cross_entropy(x, torch.tensor([1, 0])), lambda x: F.mse_loss(x, torch.ones_like(x)),
        lambda x: x.var() + x.std(),
        lambda x: x.double().float().double(), lambda x: (x * 2).clamp_min_(0.1).sqrt_(), lambda x: x.unbind()[1],
        lambda x: x.max(0)[0],
        lambda x: F.conv1d(x[None, None, 0], x[None, None, 1]),
        lambda x: torch.autograd.grad((x**3).sum(), x, create_graph=True)[0],
        lambda x: torch.func.vmap(torch.sin)(x), lambda x: F.scaled_dot_product_attention(x, x, x),
        lambda x: x.topk(1)[0],
        lambda x: F.embedding(torch.tensor([1, 1]), x),
        lambda x: torch.utils.checkpoint.checkpoint(torch.sin, x, use_reentrant=False),
        lambda x: torch.cat([x, torch.empty(0, 2, dtype=x.dtype)]), lambda x: F.max_pool1d(x, 2) + F.avg_pool1d(x, 2),
        lambda x: x.tril().logsumexp(1),
        lambda x: torch.cdist(x, x.flip(0)),
    ],
    ids=map(str, range(26)),
)  # fmt: skip
def test_single_calls_become_rows(f):
    torch.manual_seed(0)
    root, ours, theirs = ours_and_theirs(lambda x: f(x).pow(2).sum(), randn(2, 2))
    assert ours == pytest.approx(theirs, rel=1e-6)
    assert not single_nodes(root)


def test_an_infinite_slope_is_that_of_its_own_element():
    x = torch.tensor([0.0, 4.0], requires_grad=True)
    with pytest.warns(RuntimeWarning, match="sqrt"):  # only of our own backward
        root, ours, theirs = ours_and_theirs(lambda x: (x.sqrt() + x * 2).sum(), x)
    assert ours == theirs == [10.0, math.inf, 2.25]
    assert not single_nodes(root)


def test_labels_name_inputs_closures_and_parts_of_dicts():
    w = torch.tensor(2.0, requires_grad=True)
    p = {"a": torch.ones(1, 2), "b": [torch.tensor(3.0)]}
    root = adopt(lambda p, k: (p["a"] * w).sum() * p["b"][0] * k, (p, 2))
    assert {v.label for v in nodes_in_order(root) if v.op is None} == {"p['a'][0][0]", "p['a'][0][1]", "p['b'][0]", "w"}


def test_an_input_gets_a_gradient_if_it_requires_one_or_none_does():
    x, w = torch.tensor(2.0), torch.tensor(3.0, requires_grad=True)
    flows = {v.label: v.requires_grad for v in nodes_in_order(adopt(torch.mul, (x, w))) if v.op is None}
    assert flows == {"x0": False, "x1": True}
    assert all(v.requires_grad for v in nodes_in_order(adopt(torch.mul, (x, x * 2))))


@pytest.fixture
def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))


def test_a_module_has_the_names_of_its_parameters_and_parts(model):
    root = adopt(model, torch.tensor([1.0, -2.0]))
    labels = {v.label for v in nodes_in_order(root)}
    assert {"0.weight[2][1]", "0.bias[0]", "2.weight[0][2]", "2.bias[0]", "input[0]"} <= labels
    assert {v.scope for v in nodes_in_order(root) if v.scope} == {"0.0", "0.1", "0.2", "1.0", "1.1", "1.2", "2.0"}


def test_neurons_and_gradient_flow_are_those_of_the_module(model):
    x, y = torch.tensor([[1.0, -2.0], [0.5, 1.0]]), torch.tensor([[1.0], [0.0]])
    root = adopt(lambda x: F.mse_loss(model(x), y), (x,))
    F.mse_loss(model(x), y).backward()
    layers = gradient_flow(model, root)
    assert [(layer.name, layer.units) for layer in layers] == [("0", 3), ("2", 1)]
    for layer, part in zip(layers, (model[0], model[2]), strict=True):
        theirs = sorted([*part.weight.grad.abs().reshape(-1).tolist(), *part.bias.grad.abs().tolist()])
        assert sorted(layer.sizes) == pytest.approx(theirs, rel=1e-4, abs=1e-7)
    network = measure_connections(model, root)
    assert [n.op for n in network.neurons if n.layer == "0"] == ["relu"] * 3
    assert len(network.connections) == 2 * 2 * 3 + 3  # each sample has inputs of its own
    assert "0.neurons.2" in viz.neurons(model, root).text()


def test_a_loss_that_was_watched_is_read():
    w, x = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([3.0, 0.5])
    with autograd.watch() as seen:
        loss = (w * x).sum().log()
    root = seen(loss)
    assert root.data == pytest.approx(math.log(4.0))
    assert {v.label for v in nodes_in_order(root) if v.op is None} == {"w[0]", "w[1]"}
    assert w.grad is None
    assert viz.step(root).svg().startswith("<svg")


def test_one_of_several_modules_names_its_parameters_without_a_prefix(model):
    part, other = model[0], nn.Linear(1, 1)
    with autograd.watch() as seen:
        loss = other(model(torch.tensor([1.0, -2.0]))).sum() + 0 * part.bias.sum()
    labels = {v.label for v in nodes_in_order(seen(loss)) if v.op is None}
    assert {"0.weight[2][1]", "2.bias[0]", "other.weight[0][0]"} <= labels
    labels = {v.label for v in nodes_in_order(seen(loss, model=other)) if v.op is None}
    assert {"model.0.weight[2][1]", "weight[0][0]"} <= labels


def test_nothing_of_the_callers_changes():
    x, w = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor(3.0, requires_grad=True)
    states = []

    def f(x):
        x.add_(1)
        y = (F.dropout(x, 0.5) * w).sum()
        states.append(torch.get_rng_state())
        return y

    root = adopt(f, (x,))
    assert single_nodes(root).keys() <= {"ƒ native_dropout"}
    assert (x.tolist(), x.grad, w.grad) == ([1.0, 2.0], None, None)
    assert torch.equal(torch.get_rng_state(), states[0])  # only f has drawn
    assert torch.nn.modules.module._global_forward_hooks == {}
