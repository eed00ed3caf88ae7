"""Neuron, Layer and MLP: micrograd's numbers, inputs, names and errors."""

import math
import random

import pytest

import nn
from autograd import Value, dot, evaluate, trace
from autograd.table.op import TABLE
from nn import MLP, Layer, Neuron

# micrograd 0.1.0: random.seed(1); net = MLP(2, [3, 2, 1]); loss = (net([2.0, -1.0]) - 1.0)**2; loss.backward();
# then loss.data, and p.data and p.grad of net.parameters(). Its first neuron is dead on this input.
MICROGRAD_LOSS = 2.5259434644876255
MICROGRAD = [
    (-0.7312715117751976, 0.0),
    (0.6948674738744653, 0.0),
    (0.0, 0.0),
    (0.5275492379532281, 2.325470803597182),
    (-0.4898619485211566, -1.162735401798591),
    (0.0, 1.162735401798591),
    (-0.009129825816118098, 1.8575399820780618),
    (-0.10101787042252375, -0.9287699910390309),
    (0.0, 0.9287699910390309),
    (0.3031859454455259, 0.0),
    (0.5774467022710263, -2.5760511072247083),
    (-0.8122808264515302, -0.1379902020633627),
    (0.0, -1.6673897055836242),
    (-0.9433050469559874, 0.0),
    (0.6715302078397394, 4.89019311159864),
    (-0.13446586418989326, 0.2619508338580094),
    (0.0, 3.1652546138263644),
    (0.524560164915884, -2.6220927805199468),
    (-0.9957878932977786, -3.2624306573958655),
    (0.0, -3.1786433989912273),
]

UNARY = [name for name, op in TABLE.items() if op.arity is not None and op.arity - len(op.calling.defaults) == 1]
SAMPLE = [2.0, -1.0]


@pytest.mark.peer
def test_a_seed_gives_the_net_the_loss_and_the_gradients_of_micrograd():
    random.seed(1)
    net = MLP(2, [3, 2, 1])
    loss = (net(SAMPLE) - 1.0) ** 2
    loss.backward()
    assert loss.data == MICROGRAD_LOSS
    assert [p.data for p in net.parameters()] == [data for data, _ in MICROGRAD]
    assert [p.grad for p in net.parameters()] == pytest.approx([grad for _, grad in MICROGRAD], rel=1e-13, abs=0)


@pytest.mark.parametrize("nin", [1, 2, 7, 64])
def test_a_neuron_adds_in_the_order_of_a_loop_that_starts_from_the_bias(nin):
    random.seed(nin)
    neuron = Neuron(nin, nonlin=False)
    neuron.b.data = random.uniform(-1, 1)
    x = [random.uniform(-1, 1) for _ in range(nin)]
    total = neuron.b.data
    for w, xi in zip(neuron.w, x, strict=True):
        total = total + w.data * xi
    assert neuron(x).data == total


@pytest.mark.parametrize("name", UNARY)
def test_every_unary_row_of_the_table_is_an_activation(name):
    random.seed(0)
    neuron = Neuron(2, activation=name)
    out, z = neuron(SAMPLE), dot(neuron.w, SAMPLE, neuron.b)
    assert out.data == pytest.approx(TABLE[name](z).data, rel=0, abs=0, nan_ok=True)
    assert (out.op.name, out.args[0].op.name) == (name, "dot")


@pytest.mark.parametrize(
    "options", [{"nonlin": False}, {"activation": "linear"}, {"nonlin": False, "activation": "tanh"}]
)
def test_a_linear_neuron_returns_its_weighted_sum(options):
    assert Neuron(2, **options)(SAMPLE).op.name == "dot"


def test_activations_with_defaults_take_them():
    neuron = Neuron(1, activation="leaky_relu")
    neuron.w[0].data = 1.0
    assert neuron([-2.0]).data == -0.02
    neuron.activation = "elu"
    assert neuron([-2.0]).data == math.expm1(-2.0)


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (Neuron(2), "ReLUNeuron(2)"),
        (Neuron(3, nonlin=False), "LinearNeuron(3)"),
        (Neuron(3, activation="linear"), "LinearNeuron(3)"),
        (Neuron(1, activation="tanh"), "TanhNeuron(1)"),
        (Neuron(1, activation="leaky_relu"), "LeakyReLUNeuron(1)"),
        (Layer(2, 1, nonlin=False), "Layer of [LinearNeuron(2)]"),
        (Layer(1, 2), "Layer of [ReLUNeuron(1), ReLUNeuron(1)]"),
        (MLP(1, [1, 1]), "MLP of [Layer of [ReLUNeuron(1)], Layer of [LinearNeuron(1)]]"),
        (MLP(1, (1, 1), activation="tanh"), "MLP of [Layer of [TanhNeuron(1)], Layer of [LinearNeuron(1)]]"),
    ],
)
def test_repr(model, text):
    assert repr(model) == text


def test_a_layer_of_one_neuron_gives_a_bare_value_also_between_other_layers():
    net = MLP(2, [1, 3, 1], activation="tanh")
    first, second, third = net.layers
    out = net(SAMPLE)
    assert isinstance(first(SAMPLE), Value)
    assert out.data == third(second([first(SAMPLE)])).data == third(second(first(SAMPLE))).data
    out.backward()
    assert all(p.grad != 0 for p in net.parameters())


def test_a_layer_of_several_neurons_gives_a_list():
    assert [type(out) for out in Layer(2, 3)(SAMPLE)] == [Value, Value, Value]
    assert len(MLP(2, [4, 3])(SAMPLE)) == 3


@pytest.mark.parametrize("model", [Neuron(2), Layer(2, 1), Layer(2, 2), MLP(2, [3, 2]), MLP(2, [1])])
def test_inputs_of_every_kind_give_the_same(model):
    np = pytest.importorskip("numpy")

    def outputs(x):
        out = model(x)
        return [o.data for o in (out if isinstance(out, list) else [out])]

    kinds = [
        (2, -1),
        [2.0, Value(-1.0)],
        [Value(2), np.float32(-1)],
        (x for x in SAMPLE),
        np.array(SAMPLE),
        np.array([2, -1]),
        np.array([SAMPLE, [0.0, 0.0]])[0],
        np.array([Value(2.0), Value(-1.0)]),
    ]
    assert [outputs(x) for x in kinds] == [outputs(SAMPLE)] * len(kinds)


@pytest.mark.parametrize("x", [2.0, 2, Value(2.0), [2.0]])
def test_a_single_input_may_be_bare(x):
    neuron = Neuron(1, nonlin=False)
    assert neuron(x).data == 2 * neuron.w[0].data


def test_a_single_input_may_be_a_numpy_scalar():
    np = pytest.importorskip("numpy")
    neuron = Neuron(1, nonlin=False)
    assert neuron(np.array(2.0)).data == neuron(np.float32(2.0)).data == 2 * neuron.w[0].data


def test_gradients_flow_to_inputs_that_are_values():
    neuron, x = Neuron(2, nonlin=False), Value(3.0)
    neuron([x, 1.0]).backward()
    assert x.grad == neuron.w[0].data
    assert [p.grad for p in neuron.parameters()] == [3.0, 1.0, 1.0]


def test_only_outputs_of_neurons_have_a_scope_and_only_parameters_a_label():
    for model, scope in (
        (Neuron(2), "neuron"),
        (Layer(2, 1), "layer.neuron0"),
        (MLP(2, [1], activation=["relu"]), "layer0.neuron0"),
    ):
        out = model(SAMPLE)
        assert (out.scope, out.label) == (scope, "")
        assert (out.args[0].scope, out.args[0].label) == ("", "")
        assert {p.scope for p in model.parameters()} == {""}
    assert [out.scope for out in MLP(2, [3, 2])(SAMPLE)] == ["layer1.neuron0", "layer1.neuron1"]


@pytest.mark.parametrize(
    ("model", "labels"),
    [
        (Neuron(2), ["w0", "w1", "b"]),
        (Layer(1, 2), ["w[0,0]", "b[0]", "w[1,0]", "b[1]"]),
        (MLP(1, [2, 1]), ["w[0,0,0]", "b[0,0]", "w[0,1,0]", "b[0,1]", "w[1,0,0]", "w[1,0,1]", "b[1,0]"]),
    ],
)
def test_labels(model, labels):
    assert [p.label for p in model.parameters()] == labels


def test_the_graph_of_a_net_can_be_evaluated_by_its_labels():
    net = MLP(2, [3, 2, 1], activation="tanh")
    recorded = trace(net(SAMPLE))
    assert evaluate(recorded.graph, {p.label: p.data for p in net.parameters()}) == list(recorded.data)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Neuron(0), ValueError, "nin: expected a whole number of at least 1, got 0"),
        (lambda: Neuron(-3), ValueError, "nin: expected a whole number of at least 1, got -3"),
        (lambda: Neuron(2.0), TypeError, "nin: expected a whole number of at least 1, got float 2.0"),
        (lambda: Neuron(True), TypeError, "nin: expected a whole number of at least 1, got bool True"),
        (lambda: Neuron("2"), TypeError, "nin: expected a whole number of at least 1, got str '2'"),
        (lambda: Layer(0, 2), ValueError, "nin: expected a whole number of at least 1, got 0"),
        (lambda: Layer(2, 0), ValueError, "nout: expected a whole number of at least 1, got 0"),
        (lambda: Layer(2, None), TypeError, "nout: expected a whole number of at least 1, got NoneType None"),
        (lambda: MLP(0, [2]), ValueError, "nin: expected a whole number of at least 1, got 0"),
        (lambda: MLP(2, [3, 0]), ValueError, "nouts[1]: expected a whole number of at least 1, got 0"),
        (lambda: MLP(2, [3, 1.0]), TypeError, "nouts[1]: expected a whole number of at least 1, got float 1.0"),
        (lambda: MLP(2, [3, False]), TypeError, "nouts[1]: expected a whole number of at least 1, got bool False"),
        (lambda: MLP(2, []), ValueError, "nouts: expected at least one size, got an empty list"),
        (lambda: MLP(2, 3), TypeError, "nouts: expected a list of sizes, got int 3"),
        (lambda: Neuron(2, activation=math.tanh), TypeError, "activation: expected a name such as 'relu', got builtin"),
        (lambda: Layer(2, 2, nonlinear=False), TypeError, "nonlinear"),
    ],
)
def test_wrong_arguments_are_rejected_before_anything_is_drawn(make, error, message):
    before = random.getstate()
    with pytest.raises(error) as caught:
        make()
    assert message in str(caught.value)
    assert random.getstate() == before


@pytest.mark.parametrize("name", ["rleu", "add", "where", "dot", "heaviside", ""])
@pytest.mark.parametrize("make", [Neuron, lambda n, **kw: Layer(n, 3, **kw), lambda n, **kw: MLP(n, [3, 1], **kw)])
def test_an_unknown_activation_is_rejected_with_a_list_of_the_known(make, name):
    before = random.getstate()
    with pytest.raises(ValueError, match="^activation: expected one of linear, neg, .*relu.*; got " + repr(name)):
        make(2, activation=name)
    assert random.getstate() == before


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ([1.0], ValueError, "inputs: expected 2, one for each weight, got 1"),
        ([1.0, 2.0, 3.0], ValueError, "inputs: expected 2, one for each weight, got 3"),
        ([], ValueError, "inputs: expected 2, one for each weight, got 0"),
        (1.0, ValueError, "inputs: expected 2, one for each weight, got 1"),
        (["a", 1.0], TypeError, "inputs: expected one row of numbers or Values, got ('a', 1.0)"),
        ([[1.0, 2.0], [3.0, 4.0]], TypeError, "inputs: expected one row of numbers or Values, got ([1.0, 2.0], [3.0"),
    ],
)
@pytest.mark.parametrize("model", [Neuron(2), Layer(2, 3), MLP(2, [3, 1])])
def test_inputs_that_do_not_fit_are_rejected(model, x, error, message):
    with pytest.raises(error) as caught:
        model(x)
    assert message in str(caught.value)


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
