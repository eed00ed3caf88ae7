"""Modules and layers: names, states, modes, shapes, and that gradients are what numbers say."""

import math
import random
import statistics

import pytest

import nn
from autograd import Value, evaluate, trace
from autograd import sum as total
from autograd.graph.pytree import leaves, rebuild

random.seed(5)  # for the models below, which are made when this file is read


class Net(nn.Module):
    def __init__(self):
        self.hidden = nn.Layer(2, 3, activation="tanh")
        self.drop = nn.Dropout(0.5)
        self.blocks = [nn.MLP(3, [2, 2]), nn.MLP(2, [1])]
        self.scale = Value(2.0)
        self.named = Value(1.0, label="mine")

    def __call__(self, x):
        x = self.drop(self.hidden(x))
        for block in self.blocks:
            x = block(x)
        return x * self.scale


def test_parts_and_parameters_are_named_after_their_attributes():
    net = Net()
    assert net.hidden.neurons[1].scope == "hidden.neuron1"
    assert net.blocks[1].layers[0].neurons[0].scope == "block1.layer0.neuron0"
    labels = [p.label for p in net.parameters()]
    assert len(set(labels)) == len(labels) == 9 + 14 + 3 + 2
    assert labels[0] == "hidden.w[0,0]"
    assert labels[-4:] == ["block.w[1,0,0,1]", "block.b[1,0,0]", "scale", "mine"]


@pytest.mark.parametrize(
    "model",
    [
        Net(),
        nn.Sequential(nn.Conv2d(1, 2, 2), nn.Pool2d(2), nn.Reshape(), nn.Layer(2, 3)),
        nn.CausalSelfAttention(4, heads=2),
        nn.RNN(2, 3),
        nn.Autoencoder(4, [3, 2]),
        nn.Sequential(nn.Embedding(3, 2), nn.RMSNorm(2)),
    ],
)
def test_every_parameter_has_a_label_of_its_own(model):
    labels = [p.label for p in model.parameters()]
    assert "" not in labels
    assert len(set(labels)) == len(labels)


def test_scopes_reach_the_trace():
    rows = trace(nn.Sequential(nn.Layer(2, 2, activation="tanh"), nn.Layer(2, 1))([1.0, 2.0])).graph.rows
    assert {row.scope for row in rows if row.scope} == {"layer0.neuron0", "layer0.neuron1", "layer1.neuron0"}


def test_modules_that_hold_each_other_and_shared_ones_count_once():
    a, b = nn.Layer(1, 1), nn.Layer(1, 1)
    a.other, b.other = b, a
    assert len(a.parameters()) == 4
    tied = nn.Sequential(shared := nn.Layer(2, 2), shared)
    assert len(tied.parameters()) == 6
    assert tied.summary().splitlines()[-1].split() == ["total", "Sequential", "6"]


def test_train_and_eval_reach_every_part():
    net = Net()
    assert net.eval() is net
    assert {m.training for _, m in net.named_modules()} == {False}
    assert {m.training for _, m in net.train().named_modules()} == {True}
    assert [name for name, _ in net.named_modules()][:3] == ["", "hidden", "hidden.neurons.0"]


def test_a_state_goes_from_one_model_to_another():
    one, other = Net(), Net()
    other.load_state_dict(one.state_dict())
    assert other.eval()([1.0, -1.0]).data == one.eval()([1.0, -1.0]).data


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda s: s.pop("scale"), ValueError, "the 28 parameters of this model; missing: 'scale'"),
        (lambda s: s.update(extra=1.0), ValueError, "the 28 parameters of this model; unknown: 'extra'"),
        (lambda s: s.update(scale="1"), TypeError, r"state\['scale'\]: expected a number, got str '1'"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, error, message):
    net = Net()
    before = net.state_dict()
    state = {name: x + 1 for name, x in before.items()}
    change(state)
    with pytest.raises(error, match=message):
        net.load_state_dict(state)
    assert net.state_dict() == before


def test_the_summary_counts_parameters():
    lines = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Reshape(), nn.Layer(8, 4)).summary().splitlines()
    kinds = ["Conv2d", "Reshape", "Layer", "Sequential"]
    assert [line.split()[1:] for line in lines[1:]] == [
        [*pair] for pair in zip(kinds, ["20", "0", "36", "56"], strict=True)
    ]


# Neurons


def test_an_mlp_takes_an_activation_for_each_layer():
    net = nn.MLP(2, [2, 2, 1], activation=["tanh", "relu", "sigmoid"])
    assert [layer.neurons[0].activation for layer in net.layers] == ["tanh", "relu", "sigmoid"]
    assert net([1.0, 1.0]).op.name == "sigmoid"
    with pytest.raises(ValueError, match="activation: expected 3, one for each layer, got 2"):
        nn.MLP(2, [2, 2, 1], activation=["tanh", "relu"])


def test_an_mlp_drops_hidden_outputs_in_training_only():
    net = nn.MLP(2, [50, 1], activation="softplus", dropout=0.4)
    outputs = {net([1.0, 1.0]).data for _ in range(5)}
    assert len(outputs) == 5
    assert len({net.eval()([1.0, 1.0]).data for _ in range(5)}) == 1


def test_a_neuron_without_a_bias():
    neuron = nn.Neuron(2, nonlin=False, bias=False)
    assert len(neuron.parameters()) == 2
    assert neuron([0.0, 0.0]).data == 0.0


@pytest.mark.parametrize(
    ("init", "std"),
    [
        ("uniform", 1 / math.sqrt(3)),
        ("fan_in", 1 / math.sqrt(3 * 50)),
        ("xavier_uniform", math.sqrt(2 / 150)),
        ("xavier_normal", math.sqrt(2 / 150)),
        ("kaiming_uniform", math.sqrt(2 / 50)),
        ("kaiming_normal", math.sqrt(2 / 50)),
        ("normal", 1.0),
        ("small", 0.01),
        ("zeros", 0.0),
        (lambda nin, nout: random.choice((-1, 1)) * nin / nout, 0.5),
    ],
)
def test_init_schemes_have_their_spread(init, std):
    weights = [w.data for neuron in nn.Layer(50, 100, init=init).neurons for w in neuron.w]
    assert statistics.mean(weights) == pytest.approx(0, abs=4 * std / math.sqrt(5000))
    assert statistics.pstdev(weights) == pytest.approx(std, rel=0.04)


def test_an_unknown_init_is_refused_before_anything_is_drawn():
    before = random.getstate()
    with pytest.raises(ValueError, match=r"init: expected one of uniform, .*; got 'glorot'"):
        nn.MLP(2, [2], init="glorot")
    with pytest.raises(TypeError, match="init: expected a name such as 'uniform' or a function, got int 3"):
        nn.Embedding(2, 2, init=3)
    assert random.getstate() == before


# Layers


def numeric(f, parameters, h=1e-5):
    """∂f/∂ each parameter by central differences, and by the engine."""
    loss = f()
    for p in parameters:
        p.grad = 0.0
    loss.backward()
    found = []
    for p in parameters:
        at, values = p.data, []
        for p.data in (at + h, at - h):
            values.append(f().data)
        p.data = at
        found.append((values[0] - values[1]) / (2 * h))
    return found, [p.grad for p in parameters]


def images():
    return [[[random.uniform(-1, 1) for _ in range(4)] for _ in range(4)]]


@pytest.mark.parametrize(
    ("make", "x"),
    [
        (lambda: nn.Sequential(nn.Conv2d(1, 2, 2), nn.Activation("tanh"), nn.Pool2d(2), nn.Reshape()), images()),
        (lambda: nn.Sequential(nn.Conv2d(1, 1, 3, stride=2, padding=1), nn.Pool2d(2, how="mean")), images()),
        (lambda: nn.Sequential(nn.RMSNorm(3), nn.Layer(3, 2, activation="tanh")), [1.0, -2.0, 0.5]),
        (lambda: nn.CausalSelfAttention(2), [[1.0, -2.0], [0.5, 0.3], [0.1, 0.9]]),
        (lambda: nn.RNN(1, 2), [1.0, -2.0, 0.5]),
        (lambda: nn.Sequential(nn.Embedding(2, 2), nn.CausalSelfAttention(2)), [0, 1, 1]),
        (lambda: nn.Autoencoder(3, [2]), [1.0, -2.0, 0.5]),
    ],
)
def test_gradients_are_what_differences_say(make, x):
    model = make()

    def loss():
        out = [v for v in leaves(list(model(x))) if isinstance(v, Value)]
        return total([(k + 1) * v * v for k, v in enumerate(out)])

    expected, found = numeric(loss, model.parameters())
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-8)
    assert any(g != 0 for g in found)


def batch(model, X, y):
    return nn.mse([leaves(list(model(x))) for x in X], y) + nn.l2(model.parameters(), 0.1)


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (nn.MLP(3, [4, 2], activation="tanh"), (3,)),
        (nn.Sequential(nn.Conv2d(1, 2, 2), nn.Pool2d(2), nn.Activation("relu"), nn.Reshape()), (1, 3, 3)),
        (nn.Sequential(nn.RMSNorm(3), nn.Layer(3, 2)), (3,)),
        (nn.CausalSelfAttention(2), (3, 2)),
        (nn.Sequential(nn.RNN(1, 2), lambda out: out[0]), (3,)),
        (nn.Autoencoder(3, [2]), (3,)),
    ],
)
def test_the_loss_of_a_batch_is_a_function_of_parameters_and_data(model, shape):
    """Recorded once with everything a Value, it is right for other weights, inputs and targets: it can be replayed."""

    def draw(n, *shape):
        return [draw(*shape) if shape else random.uniform(-1, 1) for _ in range(n)]

    def values(tree, name):
        return rebuild(tree, [Value(x, label=f"{name}{k}") for k, x in enumerate(leaves(tree))])

    X = draw(2, *shape)
    y = [draw(len(leaves(list(model(x))))) for x in X]
    inputs, targets = values(X, "x"), values(y, "y")
    recorded = trace(batch(model, inputs, targets)).graph
    other_X, other_y = ([rebuild(tree, [0.7 - v for v in leaves(tree)]) for tree in part] for part in (X, y))
    for p in model.parameters():
        p.data = 0.3 - p.data
    names = [v.label for v in (*model.parameters(), *leaves([inputs, targets]))]
    numbers = [*(p.data for p in model.parameters()), *leaves([other_X, other_y])]
    found = evaluate(recorded, dict(zip(names, numbers, strict=True)))[-1]
    assert found == pytest.approx(batch(model, other_X, other_y).data, rel=1e-12)


def test_dropout_keeps_the_mean_and_drops_its_share():
    out = nn.Dropout(0.25)([1.0] * 20_000)
    assert set(out) == {0.0, 1 / 0.75}
    assert out.count(0.0) / len(out) == pytest.approx(0.25, abs=0.02)
    assert statistics.mean(out) == pytest.approx(1.0, abs=0.02)
    for p in (-0.1, 1.0, math.nan):
        with pytest.raises(ValueError, match="p: expected a probability"):
            nn.Dropout(p)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.Conv2d(2, 1, 2)(images()), "image: expected 2 channels, got 1"),
        (lambda: nn.Conv2d(1, 1, 5)(images()), "image: expected at least 5×5, got 4×4"),
        (lambda: nn.Pool2d(5)(images()), "image: expected at least 5×5, got 4×4"),
        (lambda: nn.Pool2d(2, how="sum"), "how: expected max or mean, got 'sum'"),
        (lambda: nn.Reshape(2, 2)([1.0, 2.0]), "inputs: expected 4 numbers, got 2"),
        (lambda: nn.RMSNorm(2)([1.0]), "inputs: expected 2 numbers, got 1"),
        (lambda: nn.Embedding(2, 1)(2), "symbol: expected a whole number from 0 to 1, got 2"),
        (lambda: nn.Embedding(2, 1)(0.5), "symbol: expected a whole number from 0 to 1, got 0.5"),
        (lambda: nn.CausalSelfAttention(4, heads=3), "heads: expected a divisor of the width 4, got 3"),
        (lambda: nn.RNN(1, 1, truncate=0), "truncate: expected a whole number of at least 1, got 0"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_convolution_shares_its_weights():
    conv = nn.Conv2d(1, 1, 2)
    out = conv([[[1.0] * 3] * 3])
    assert len({v.data for v in leaves(out)}) == 1
    total(leaves(out)).backward()
    assert [k.grad for k in leaves(conv.kernel)] == [4.0] * 4


def test_attention_looks_back_only():
    attention = nn.CausalSelfAttention(4, heads=2)
    rows = [[random.uniform(-1, 1) for _ in range(4)] for _ in range(4)]
    whole = attention(rows)
    changed = attention([*rows[:3], [9.0] * 4])
    assert [v.data for v in leaves(whole[:3])] == [v.data for v in leaves(changed[:3])]
    assert [v.data for v in whole[3]] != [v.data for v in changed[3]]


# Through time


def through_time(truncate, steps=6):
    rnn = nn.RNN(1, 2, init=lambda nin, nout: 0.5, truncate=truncate)
    x = [Value(0.3) for _ in range(steps)]
    _, last = rnn(x)
    total(last).backward()
    return rnn, x


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_truncated_backpropagation_goes_back_to_the_last_cut(k):
    _, x = through_time(k)
    cut = (len(x) - 1) // k * k
    assert all(v.grad == 0.0 for v in x[:cut])
    assert all(v.grad != 0.0 for v in x[cut:])
    _, full = through_time(None)
    assert [v.grad for v in x[cut:]] == [v.grad for v in full[cut:]]


def test_a_truncation_longer_than_the_sequence_is_full_backpropagation():
    (full, _), (same, _) = through_time(None), through_time(6)
    assert [p.grad for p in full.parameters()] == [p.grad for p in same.parameters()]


def test_a_sequence_may_be_fed_in_parts():
    rnn, x = nn.RNN(1, 3), [0.1, -0.5, 0.9, 0.2]
    whole, _ = rnn(x)
    first, h = rnn(x[:2])
    second, _ = rnn(x[2:], h)
    assert [v.data for v in leaves([*first, *second])] == [v.data for v in leaves(whole)]


# Autoencoders


def test_layerwise_pretraining_helps_and_touches_all_layers():
    X = [[float(i == k) for i in range(4)] for k in range(4)]
    model = nn.Autoencoder(4, [3, 2], init="xavier_uniform")
    before, scopes = model.state_dict(), [m.scope for _, m in model.named_modules()]

    def error():
        return nn.mse([model(x) for x in X], X).data

    untrained = error()
    losses = model.pretrain(X, optimizer=lambda ps: nn.Adam(ps, lr=0.05), epochs=60, progress=False)
    assert len(losses) == 2
    assert error() < 0.6 * untrained
    assert all(before[name] != x for name, x in model.state_dict().items())
    assert [m.scope for _, m in model.named_modules()] == scopes


def test_a_shape_is_kept_by_activation_and_rebuilt_by_reshape():
    x = images()
    assert rebuild(x, leaves(nn.Activation("tanh")(x))) == nn.Activation("tanh")(x)
    assert nn.Reshape(1, 4, 4)(nn.Reshape()(x)) == x


# Parameters wherever they are


class Micrograd(nn.Module):
    """A model that says itself what its parameters are, as micrograd's do."""

    def __init__(self):
        self.known = Value(1.0)
        self.hidden = {"deep": iter([Value(2.0)])}
        self.own = next(self.hidden["deep"])

    def __setattr__(self, name, part):
        if name == "own":
            part = (lambda held: lambda: held)(part)
        super().__setattr__(name, part)

    def parameters(self):
        return [*super().parameters(), self.own()]


def test_what_parameters_says_is_saved_and_found_from_outside():
    model = Micrograd()
    assert [p.data for p in nn.Sequential(model).parameters()] == [1.0, 2.0]
    assert model.state_dict() == {"known": 1.0, "parameters.1": 2.0}
    model.load_state_dict({"known": 3.0, "parameters.1": 4.0})
    assert [p.data for p in model.parameters()] == [3.0, 4.0]


def test_arrays_of_objects_are_searched():
    np = pytest.importorskip("numpy")
    model = nn.Module()
    model.w = np.array([[Value(1.0), Value(2.0)]], dtype=object)
    model.numbers = np.zeros(3)
    assert model.state_dict() == {"w.0.0": 1.0, "w.0.1": 2.0}
    assert model.parameters()[1].label == "w[0,1]"


def test_two_parameters_of_one_name_are_refused():
    model = nn.Module()
    model.w = {1: Value(1.0), "1": Value(2.0)}
    with pytest.raises(ValueError, match=r"w.1: two parameters of this model have this name"):
        model.state_dict()


@pytest.mark.parametrize(
    "call",
    [
        lambda: nn.Conv2d(1, 1, 2)([[[1.0, 2.0], [3.0, 4.0, 5.0]]]),
        lambda: nn.Conv2d(2, 1, 1)([[[1.0], [2.0]], [[3.0]]]),
        lambda: nn.Pool2d(2)([[[1.0, 2.0], [3.0]]]),
    ],
)
def test_images_of_ragged_rows_are_refused(call):
    with pytest.raises(ValueError, match="image: expected channels of one height and width, got"):
        call()


def test_layers_refuse_what_cannot_be_and_say_what_they_are():
    for wrong, error in ((-1, ValueError), ("1", TypeError)):
        with pytest.raises(error, match="padding: expected a whole number of at least 0, got"):
            nn.Conv2d(1, 1, 2, padding=wrong)
    with pytest.raises(ValueError, match="symbol: expected a whole number from 0 to 2, got 'a'"):
        nn.Embedding(3, 2)("a")
    with pytest.raises(TypeError, match="p: expected a number, got str 'a'"):
        nn.Dropout("a")
    assert repr(nn.Conv2d(1, 2, 3)) == "Conv2d(1, 2, 3, stride=1, padding=0)"
    assert repr(nn.Dropout(0.5)) == "Dropout(0.5)"
