"""Module: the names, states, modes and parameters of a model's parts."""

import pytest

import nn
from autograd import Value, trace
from nn import MLP, Module, Neuron


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


class Micrograd(nn.Module):
    """A model that overrides ``parameters()``, as micrograd's models do."""

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


def test_parameters_of_an_overridden_method_are_saved_and_found_from_outside():
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


def test_two_parameters_of_one_name_are_rejected():
    model = nn.Module()
    model.w = {1: Value(1.0), "1": Value(2.0)}
    with pytest.raises(ValueError, match=r"w.1: two parameters of this model have this name"):
        model.state_dict()


SAMPLE = [2.0, -1.0]


class Everything(Module):
    def __init__(self):
        self.scale = Value(1.0)
        self.table = {"a": Value(2.0), "deep": [(Value(3.0),)]}
        self.again = self.table["a"]
        self.neuron = Neuron(1)
        self.parent = self
        self.output = self.scale * 2
        self.size, self.name = 4, "everything"


def test_named_parameters_finds_each_leaf_once():
    model = Everything()
    names = ["scale", "table.a", "table.deep.0.0", "neuron.w.0", "neuron.b"]
    assert [name for name, _ in model.named_parameters()] == names
    expected = [model.scale, model.again, model.table["deep"][0][0], model.neuron.w[0], model.neuron.b]
    assert all(p is q for p, q in zip(model.parameters(), expected, strict=True))


def test_named_parameters_of_an_mlp():
    names = [name for name, _ in MLP(2, [2, 1]).named_parameters()]
    assert names[:4] == [
        "layers.0.neurons.0.w.0",
        "layers.0.neurons.0.w.1",
        "layers.0.neurons.0.b",
        "layers.0.neurons.1.w.0",
    ]
    assert names[-1] == "layers.1.neurons.0.b"
    assert len(set(names)) == 9


def test_a_module_without_parameters():
    assert Module().parameters() == []


def test_zero_grad_clears_what_backward_accumulated():
    net = MLP(2, [3, 1], activation="tanh")
    loss = net(SAMPLE)
    loss.backward()
    once = [p.grad for p in net.parameters()]
    loss.backward()
    assert [p.grad for p in net.parameters()] == [2 * g for g in once]
    net.zero_grad()
    assert {p.grad for p in net.parameters()} == {0.0}
    loss.backward()
    assert [p.grad for p in net.parameters()] == once


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
