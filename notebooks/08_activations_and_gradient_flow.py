# %% [markdown]
# # 8 · Activations, and how gradients fade and die
#
# **What you will learn:** what the bend in a neuron does to the gradient that passes through it. You will see gradients
# saturate, fade from layer to layer, zig-zag and die, measure each of these, and mend them.
#
# **Runs in** a few seconds. Before it: [2 · The graph and the chain rule](02_the_graph_and_the_chain_rule.ipynb).

# %%
import math
import random
from itertools import pairwise

import matplotlib.pyplot as plt
from IPython.display import Math

import autograd as ag
import nn
import viz
from autograd import Value, grad, gradcheck
from autograd.diagnose import gradient_flow, units

# %% [markdown]
# ## Six bends and their slopes
#
# A neuron adds up its inputs and bends the sum. Whatever gradient comes back through the bend is multiplied by its
# **slope** there. So look at the red curves first: where are they near 0?

# %% tags=["system-11"]
figure, axes = plt.subplots(2, 3, figsize=(10, 5), layout="constrained")
for ax, name in zip(axes.flat, ["sigmoid", "tanh", "relu", "leaky_relu", "softplus", "elu"], strict=True):
    viz.plots.activation(name, ax=ax)

# %% [markdown]
# Nobody wrote these slopes down for the picture: the engine derived them. Six more, which are less usual: a sigmoid with a
# **slope** β = 4; a **noisy ReLU**, which adds chance before it bends; **maxout**, the greatest of three lines; **softmax**,
# of which the picture moves one score of three; and two hard ones, the **threshold** of the first neurons and the **sign**.
# Which of them can a gradient not pass at all?


# %% tags=["system-11"]
def steep_sigmoid(z):
    return nn.activations.sigmoid(z, slope=4.0)


def noisy_relu(z):
    return nn.noisy_relu(z, std=0.3)


def maxout(z):
    return nn.maxout([-z, 0.4 * z, 2 * z - 3])


def softmax(z):
    return nn.softmax([z, 1.0, 0.0])[0]


random.seed(1)
figure, axes = plt.subplots(2, 3, figsize=(10, 5), layout="constrained")
for ax, f in zip(axes.flat, [steep_sigmoid, noisy_relu, maxout, softmax, nn.threshold, "sign"], strict=True):
    viz.plots.activation(f, ax=ax)

# %% [markdown]
# The hard ones: their slope is 0 wherever they have one. That is why the networks of the first decades could not be trained
# through their hidden layers, and why everything since is bent softly.
#
# ## Where does σ′ = σ(1 − σ) come from?
#
# Spell the sigmoid out in operations you know, and let the chain rule walk back through them:

# %% tags=["system-11"]
s = Value(1.0)
y = 1 / (1 + (-s).exp())
viz.explain(y)

# %% [markdown]
# Read it up from the bottom, and multiply: $-1 \cdot e^{-s} \cdot 1 \cdot (-1/v_3^2)$. Since $y = 1/v_3$, that is
# $e^{-s} y^2$; and since $e^{-s} = 1/y - 1$, it is $(1/y - 1)\,y^2 = y(1 - y)$. Taken as one gate, the engine says just this:

# %% tags=["system-11"]
y = s.sigmoid()
slope = ag.latex(y, by=s, names={"s": s})
print(f"at 1: σ = {y.data:.3f}, σ′ = {grad(ag.sigmoid)(1.0):.3f}")
assert round(grad(ag.sigmoid)(1.0), 3) == 0.197
for beta in 0.5, 1.0, 4.0:  # with a slope: σβ′ = β σβ (1 − σβ)
    z = nn.activations.sigmoid(0.3, slope=beta)
    assert math.isclose(grad(lambda v, b=beta: nn.activations.sigmoid(v, slope=b))(0.3), beta * z * (1 - z))
Math(rf"\sigma'(s) = {slope}")

# %% [markdown]
# Drag the number at $s$ to the right, until it is 6. What becomes of $\partial y / \partial s$, though $y$ looks as if all was well?

# %% tags=["system-11", "system-12"]
s = Value(1.0)
y = 1 / (1 + (-s).exp())
viz.step(y)

# %% [markdown]
# ## Two slips of the slides
#
# One lecture gives the slope of the ReLU as $\mathrm{sgn}(z)$. Another prints $\tanh(z) = 1 - \tanh^2(z)$. Let the checker
# judge:

# %% tags=["system-11"]
print("relu′ = sgn(z)?   ", gradcheck(ag.relu, [-2.0], grad=ag.sign).verdict, "at −2,", end=" ")
print(gradcheck(ag.relu, [2.0], grad=ag.sign).verdict, "at 2")


def printed(z):
    return 1 - math.tanh(z) ** 2


print("1 − tanh² is tanh? ", math.isclose(printed(0.4), math.tanh(0.4)))
print("1 − tanh² is tanh′?", gradcheck(ag.tanh, [0.4], grad=printed).verdict)
assert gradcheck(ag.relu, [-2.0], grad=ag.sign).verdict == "FAIL"
assert grad(ag.relu)(-2.0) == 0.0  # what the sign makes −1
assert gradcheck(ag.tanh, [0.4], grad=printed).verdict == "PASS"  # only the prime was lost

# %% [markdown]
# ## Softmax: a bend of several numbers
#
# Softmax turns scores into probabilities: $p_k = e^{z_k} / \sum_j e^{z_j}$. What if a score is 1000? $e^{1000}$ is more than a
# float holds. But subtracting the same number from all scores changes nothing, so one subtracts the greatest:

# %% tags=["system-11"]
scores = [1000.0, 998.0, 1000.5]
try:
    math.exp(scores[0])
except OverflowError as error:
    print("exp(1000):", error)
print("softmax:  ", [round(p, 3) for p in nn.softmax(scores)])
print("less 1000:", [round(p, 3) for p in nn.softmax([z - 1000 for z in scores])])
assert all(math.isclose(p, q) for p, q in zip(nn.softmax(scores), nn.softmax([0.0, -2.0, 0.5]), strict=True))

# %% [markdown]
# ## Why always up?
#
# All of the bends above, but for maxout, only go up. What would a wave do? One weight $w$, one input 2, a target of 0.3; the error over all
# $w$, for tanh and for sin:


# %% tags=["system-11"]
def error(f):
    return lambda w: (f(2 * w) - 0.3) ** 2


figure, axes = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
for ax, f in zip(axes, (ag.tanh, ag.sin), strict=True):
    viz.plots.activation(error(f), -5, 5, ax=ax).set_title(f"the error with {f.name}")
turns = {}
for f in ag.tanh, ag.sin:
    slopes = [grad(error(f))(k / 20) for k in range(-100, 101)]
    turns[f.name] = sum(a * b < 0 for a, b in pairwise(slopes))
print("places where the error turns:", turns)
assert turns["tanh"] == 1
assert turns["sin"] > 5

# %% [markdown]
# A bend that comes back down gives the same output for many weights, and between any two of them the error has a hill.
#
# ## Saturation
#
# A neuron whose sum is far from 0 sits on the flat part of its sigmoid. Its output is decided, and hardly anything it is
# told can change it. `units` measures that:

# %% tags=["system-12"]
for bias in 0.0, 3.0, 8.0:
    neuron = nn.Neuron(1, activation="sigmoid", init="zeros")
    neuron.b.data = bias
    out = neuron([1.0])
    out.backward()
    print(f"bias {bias:3}  output {out.data:.4f}  gradient {neuron.w[0].grad:.4f}  saturated {units(out)[0].saturated}")
assert 0 < neuron.w[0].grad < 1e-3 < 0.25  # at 0 it is 1/4, the most that a sigmoid lets through

# %% [markdown]
# ## Fading from layer to layer
#
# A quarter at the very best; and the chain rule multiplies. What is left after eight layers of sigmoids? Each row is a
# layer and its histogram shows the sizes of the gradients of its weights, on a scale of powers of ten.

# %% tags=["system-12", "gallery-vanishing"]
random.seed(3)
deep = nn.MLP(4, [8] * 8 + [1], activation="sigmoid", init="xavier_uniform")
x = [0.5, -1.0, 2.0, 1.0]
flow = gradient_flow(deep, nn.mse(deep(x), 3.0))
viz.gradient_flow(flow)

# %% [markdown]
# The first layer is told nearly 400,000 times less than the last. That is the **vanishing gradient**, which kept deep
# networks out of reach for many years. Now the same with ReLUs, whose slope is 1 wherever they are on, and with weights
# drawn so that signals keep their size:

# %% tags=["system-12"]
random.seed(3)
relus = nn.MLP(4, [8] * 8 + [1], activation="relu", init="kaiming_uniform")
kept = gradient_flow(relus, nn.mse(relus(x), 3.0))
for name, layers in ("sigmoid", flow), ("relu", kept):
    print(f"{name:8} first layer / last layer = {layers[0].median / layers[-1].median:.1e}  {layers[0].flag}")
assert 3e5 < flow[-1].median / flow[0].median < 4e5
assert flow[0].flag == "vanishing"
assert kept[0].median / kept[-1].median > 1e-2

# %% [markdown]
# ## All up, or all down
#
# A sigmoid's output is never negative, nor is a ReLU's. So the inputs of the *next* neuron are all positive. Its weights'
# gradients are upstream × input: all of them have the sign of upstream. What if one weight ought to grow and the other to
# shrink? Below, one neuron learns one sample at a time that the weights should be 1 and −1.

# %% tags=["system-12"]
positive = [[1.0, 0.2], [0.3, 1.0], [0.9, 0.4], [0.2, 0.8]]
centred = [[a, b * (-1) ** k] for k, (a, b) in enumerate(positive)]


def one_at_a_time(samples):
    """The error of one sample after the other: the answer should be the difference of its two inputs."""
    turn = iter(samples * 40)

    def error(v, w):
        a, b = next(turn)
        return (v * a + w * b - (a - b)) ** 2 / 2

    return error


paths = {
    name: nn.minimize(one_at_a_time(samples), [0.0, 0.0], lambda p: nn.SGD(p, lr=0.5), steps=60)
    for name, samples in (("inputs all positive", positive), ("inputs about 0", centred))
}
ax = viz.plots.descent(lambda v, w: (v - 1) ** 2 + (w + 1) ** 2, paths, (-0.2, 1.4), (-1.4, 0.4))
_ = ax.set(aspect="equal", xlabel="first weight", ylabel="second weight")

# %% [markdown]
# With positive inputs every step goes up to the right or down to the left, never towards the goal: a zig-zag.

# %% tags=["system-12"]
moves = [(q[0] - p[0], q[1] - p[1]) for p, q in pairwise(paths["inputs all positive"])]
assert all(a * b >= 0 for a, b in moves)  # both weights up or both down, sixty times
lengths = {name: sum(map(math.dist, path, path[1:])) for name, path in paths.items()}
for name, length in lengths.items():
    print(f"{name:20} walks {length:.2f}; the goal is {math.sqrt(2):.2f} away")
assert lengths["inputs about 0"] < 0.8 * lengths["inputs all positive"]

# %% [markdown]
# That is why inputs are centred before training, and why tanh, which is centred, was preferred to the sigmoid.
#
# ## Dead ReLUs
#
# A ReLU hands on nothing where it is off. What if it is off for *every* sample? Then no gradient ever reaches its weights;
# they stay as they are, and so it stays off, for good. A few steps that are too long suffice. Below, 8 + 8 ReLUs learn
# twenty points with such a rate. Drag the scrubber, and watch the numbers at the right:

# %% tags=["system-12"]
random.seed(1)
X, t = nn.data.moons(20, seed=1)
net = nn.MLP(2, [8, 8, 1])
flows = []


def measure(history=None):
    flows.append(gradient_flow(net, nn.mse([net(x) for x in X], t)))


measure()
history = nn.fit(
    net, (X, t), loss=nn.mse, optimizer=lambda p: nn.SGD(p, lr=0.5), epochs=6, callbacks=[measure], progress=False
)
viz.gradient_flow(flows[:6])

# %% [markdown]
# Once all of the second layer is dead, nothing reaches the first either. All that still learns is the bias of the last
# neuron, and the network says the same for every point: the mean of the targets, ½.

# %% tags=["system-12"]
print("dead units per layer, step by step:", [[layer.dead for layer in flow] for flow in flows])
print("what it says:", {round(net(x).data, 3) for x in X}, " loss:", round(nn.mse([net(x) for x in X], t).data, 3))
assert [layer.dead for layer in flows[-1]] == [8, 8, 0]
assert all(unit.dead for unit in units(*(net(x) for x in X)) if unit.scope.startswith("layer1"))

# %% [markdown]
# It died by degrees. Here is the same network as it was after three steps: each dashed ring is a dead unit, and a line is
# the stronger, the more gradient its weight gets. Click a neuron to open its expression.

# %% tags=["system-12"]
history.rewind(3)
viz.neurons(net, nn.mse([net(x) for x in X], t))

# %% [markdown]
# Three remedies: a smaller rate, a leaky ReLU, whose slope is never 0, and weights that start small enough.
#
# ## Asleep is not dead
#
# That a ReLU is off for *some* samples is no fault. Each row below is one of 30 random inputs, each column one of 50 units
# fresh from the draw; black is on. About half are: a **sparse** code, in which each input has a pattern of its own.

# %% tags=["system-12"]
random.seed(3)
layer = nn.Layer(10, 50)
found = [[out.data for out in layer([random.gauss(0, 1) for _ in range(10)])] for _ in range(30)]
viz.plots.images([[float(v > 0) for row in found for v in row]], shape=(30, 50))
active = sum(v > 0 for row in found for v in row) / 1500
print(f"active: {100 * active:.0f} %")
assert abs(active - 0.5) < 0.05

# %% [markdown]
# ## What to remember
#
# * What comes back through a bend is multiplied by its slope: at most ¼ for a sigmoid, 1 for an awake ReLU, 0 for one
#   that is off.
# * Deep sigmoids fade; ReLUs die; inputs that are all positive make the way down a zig-zag.
# * Measure instead of guessing: `units` and `gradient_flow` say which layer fades and which unit is dead.
#
# ## Exercises
#
# 1. Where is the slope of tanh greatest, and how many times that of the sigmoid? What does it mean for eight layers?
# 2. Let the net that died learn once more from the same start with `activation="leaky_relu"`. How many units are dead?
# 3. Is there a function of one number whose slope is the function itself, as σ′ = σ(1 − σ) nearly is? Find it among
#    `autograd`'s operations by trying them all at three points.
#
# The solutions are in the folded cells below.

# %% tags=["solution"] jupyter={"source_hidden": true}
at_zero = grad(ag.tanh)(0.0), grad(ag.sigmoid)(0.0)
print(f"1. at 0: {at_zero[0]} against {at_zero[1]}, 4 times; over eight layers, up to 4 to the 8th = {4**8:,} times")
assert at_zero == (1.0, 0.25)
assert max(grad(ag.tanh)(k / 10) for k in range(-40, 41)) == 1.0

# %% tags=["solution"] jupyter={"source_hidden": true}
random.seed(1)
leaky = nn.MLP(2, [8, 8, 1], activation="leaky_relu")
options = {"loss": nn.mse, "optimizer": lambda p: nn.SGD(p, lr=0.5), "epochs": 6, "progress": False}
nn.fit(leaky, (X, t), **options)
dead = [layer.dead for layer in gradient_flow(leaky, nn.mse([leaky(x) for x in X], t))]
print("2. dead units per layer:", dead)
assert dead == [0, 0, 0]

# %% tags=["solution"] jupyter={"source_hidden": true}
same = []
for name, op in ag.TABLE.items():
    if op.arity == 1 and all(math.isclose(op(z), grad(op)(z), rel_tol=1e-12) for z in (-0.5, 0.5, 1.5)):
        same.append(name)
print("3.", same)
assert same == ["exp"]
