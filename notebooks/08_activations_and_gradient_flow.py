# %% [markdown]
# # 8 · Activations, and how gradients fade and die
#
# **What you will learn:** what the bend in a neuron does to the gradient that passes through it. You will see neurons
# saturate and die, and gradients fade from layer to layer and make training zig-zag. You will measure each of these
# problems, and fix it.
#
# **Runs in** a few seconds. Read first: [2 · The graph and the chain rule](02_the_graph_and_the_chain_rule.ipynb).

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
# A neuron adds up its inputs and bends the sum. Any gradient that comes back through the bend is multiplied by its
# **slope** there. So look at the red curves first. Where are they near 0?

# %% tags=["system-11"]
figure, axes = plt.subplots(2, 3, figsize=(10, 5), layout="constrained")
for ax, name in zip(axes.flat, ["sigmoid", "tanh", "relu", "leaky_relu", "softplus", "elu"], strict=True):
    viz.plots.activation(name, ax=ax)

# %% [markdown]
# Nobody wrote these slopes down for the picture. The engine derived them. Here are six less common bends. Two are
# variations: a sigmoid with a **slope** of β = 4, and a **noisy ReLU**, which adds noise before it bends. Two take
# several numbers: **maxout**, the largest of three lines, and **softmax**, of which the picture varies one score out of
# three. Two are hard: the **threshold** of the first neurons, and the **sign**. Which of the six block a gradient
# completely?


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
# It is the two hard ones. Their slope is 0 wherever they have one. That is why the networks of the first decades could
# not be trained through their hidden layers, and why everything since has a soft bend.
#
# ## Where does σ′ = σ(1 − σ) come from?
#
# Write the sigmoid out in operations you know, and let the chain rule walk back through them:

# %% tags=["system-11"]
s = Value(1.0)
y = 1 / (1 + (-s).exp())
viz.explain(y)

# %% [markdown]
# Read it from the bottom up, and multiply: $-1 \cdot e^{-s} \cdot 1 \cdot (-1/v_3^2)$. Since $y = 1/v_3$, that is
# $e^{-s} y^2$. And since $e^{-s} = 1/y - 1$, it is $(1/y - 1)\,y^2 = y(1 - y)$. With the sigmoid as one gate, the
# engine gives exactly this:

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
# Drag the number at $s$ to the right until it is 6. What happens to $\partial y / \partial s$, although $y$ looks
# perfectly fine?

# %% tags=["system-11", "system-12"]
s = Value(1.0)
y = 1 / (1 + (-s).exp())
viz.step(y)

# %% [markdown]
# ## Two slips on slides
#
# One lecture gives the slope of the ReLU as $\mathrm{sgn}(z)$. Another prints $\tanh(z) = 1 - \tanh^2(z)$. Let the
# checker judge:

# %% tags=["system-11"]
print("relu′ = sgn(z)?   ", gradcheck(ag.relu, [-2.0], grad=ag.sign).verdict, "at −2,", end=" ")
print(gradcheck(ag.relu, [2.0], grad=ag.sign).verdict, "at 2")


def printed(z):
    return 1 - math.tanh(z) ** 2


print("1 − tanh² is tanh? ", math.isclose(printed(0.4), math.tanh(0.4)))
print("1 − tanh² is tanh′?", gradcheck(ag.tanh, [0.4], grad=printed).verdict)
assert gradcheck(ag.relu, [-2.0], grad=ag.sign).verdict == "FAIL"
assert grad(ag.relu)(-2.0) == 0.0  # the sign would make it −1
assert gradcheck(ag.tanh, [0.4], grad=printed).verdict == "PASS"  # only the prime was lost

# %% [markdown]
# ## Softmax: a bend of several numbers
#
# Softmax turns scores into probabilities: $p_k = e^{z_k} / \sum_j e^{z_j}$. What if a score is 1000? $e^{1000}$ is more
# than a float can hold. But subtracting the same number from all scores changes nothing, so we subtract the largest:

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
# All of the bends above except maxout only go up. What would a wave do? Take one weight $w$, one input of 2, and a
# target of 0.3. Here is the error for every $w$, with tanh and with sin:


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
# A neuron whose sum is far from 0 sits on the flat part of its sigmoid. Its output is settled, and hardly any gradient
# gets through to change it. `units` measures that:

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
# A sigmoid lets through a quarter at the very best, and the chain rule multiplies. What is left after eight layers of
# sigmoids? Each row is a layer. Its histogram shows the sizes of the gradients of its weights, on a scale of powers of
# ten.

# %% tags=["system-12", "gallery-vanishing"]
random.seed(3)
deep = nn.MLP(4, [8] * 8 + [1], activation="sigmoid", init="xavier_uniform")
x = [0.5, -1.0, 2.0, 1.0]
flow = gradient_flow(deep, nn.mse(deep(x), 3.0))
viz.gradient_flow(flow)

# %% [markdown]
# The gradients of the first layer are nearly 400,000 times smaller than those of the last. That is the **vanishing
# gradient**, which kept deep networks out of reach for many years. Now replace the sigmoids with ReLUs, whose slope is
# 1 wherever they are on, and draw the weights so that signals keep their size:

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
# A sigmoid's output is never negative, nor is a ReLU's. So the inputs of the *next* neuron are all positive. The
# gradients of its weights are upstream × input, so all of them have the sign of upstream. What if one weight ought to
# grow and the other to shrink? Below, a neuron learns from one sample at a time that its weights should be 1 and −1.

# %% tags=["system-12"]
positive = [[1.0, 0.2], [0.3, 1.0], [0.9, 0.4], [0.2, 0.8]]
centred = [[a, b * (-1) ** k] for k, (a, b) in enumerate(positive)]


def one_at_a_time(samples):
    """Return an error that takes one sample after the other, with the difference of its inputs as target."""
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
# With positive inputs, every step goes up and right or down and left, never straight towards the goal. The path is a
# zig-zag.

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
# A ReLU passes nothing back where it is off. What if it is off for *every* sample? Then no gradient ever reaches its
# weights. They stay as they are, and so it stays off, for good. A few steps that are too long are enough. Below, 8 + 8
# ReLUs learn twenty points at such a learning rate. Drag the scrubber, and watch the numbers on the right:

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
# Once all of the second layer is dead, nothing reaches the first either. Only the bias of the last neuron still learns,
# and the network gives every point the same answer: the mean of the targets, ½.

# %% tags=["system-12"]
print("dead units per layer, step by step:", [[layer.dead for layer in flow] for flow in flows])
print("its answers:", {round(net(x).data, 3) for x in X}, " loss:", round(nn.mse([net(x) for x in X], t).data, 3))
assert [layer.dead for layer in flows[-1]] == [8, 8, 0]
assert all(unit.dead for unit in units(*(net(x) for x in X)) if unit.scope.startswith("layer1"))

# %% [markdown]
# It died gradually. Here is the same network as it was after three steps. Each dashed ring is a dead unit, and the
# thicker a line is, the larger the gradient of its weight. Click a neuron to open its expression.

# %% tags=["system-12"]
history.rewind(3)
viz.neurons(net, nn.mse([net(x) for x in X], t))

# %% [markdown]
# There are three remedies: a smaller learning rate, a leaky ReLU, whose slope is never 0, and initial weights that are
# small enough.
#
# ## Asleep is not dead
#
# It is no fault when a ReLU is off for *some* samples. Each row below is one of 30 random inputs, and each column is
# one of 50 freshly initialised units. Black means on. About half are on, which makes a **sparse** code, in which each
# input has a pattern of its own.

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
# * A gradient that comes back through a bend is multiplied by its slope: at most ¼ for a sigmoid, 1 for a ReLU that is
#   on, 0 for one that is off.
# * In deep networks, gradients fade through sigmoids, and ReLUs can die. Inputs that are all positive turn the descent
#   into a zig-zag.
# * Measure instead of guessing: `units` and `gradient_flow` show which layer fades and which unit is dead.
#
# ## Exercises
#
# 1. Where is the slope of tanh largest, and how does it compare with the sigmoid's? What does that mean for eight
#    layers?
# 2. Train the network that died again from the same start, with `activation="leaky_relu"`. How many units are dead?
# 3. Is there a function of one number whose slope is the function itself, which σ′ = σ(1 − σ) comes close to? Find it
#    among `autograd`'s operations by trying them all at three points.
#
# The solutions are in the folded cells below.

# %% tags=["solution"] jupyter={"source_hidden": true}
at_zero = grad(ag.tanh)(0.0), grad(ag.sigmoid)(0.0)
print(f"1. at 0: {at_zero[0]} against {at_zero[1]}, a factor of 4; over eight layers, up to 4^8 = {4**8:,}")
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
same, zs = [], (-0.5, 0.5, 1.5)
for name, op in ag.TABLE.items():
    if op.arity == 1 and all(map(math.isfinite, map(op, zs))):
        same += [name] * all(math.isclose(op(z), grad(op)(z), rel_tol=1e-12) for z in zs)
print("3.", same)
assert same == ["exp"]
