# %% [markdown]
# # 7 · Universal approximation
#
# **What you will learn:** why a network with one hidden layer can come as close as you like to any reasonable function.
# You will see one built out of steps, bumps and towers, and then another one learned. You will also see what a second
# layer and a curved activation are good for.
#
# **Runs in** ten seconds. Read first: [6 · XOR, logic and decision regions](06_xor_logic_and_decision_regions.ipynb).

# %%
import math
import random
from itertools import pairwise

import matplotlib.pyplot as plt

import nn
import viz
from autograd import Value
from nn.classic import approximate, bumps, greatest_error, powers, step, tower

EPOCHS = 120  # of training for each network

# %% [markdown]
# ## A soft step
#
# A threshold unit jumps, and a jump has no slope. The sigmoid $\sigma(wx + b)$ climbs instead. How steeply, and where?
# Here is one with $w = 100$ and $b = -100$, evaluated at $x = 1.01$. **Drag $b$**, then $w$, and watch the output.

# %% tags=["system-9"]
neuron = step(at=1.0, w=100.0)
x = Value(1.01)
y = neuron(x)
viz.step(y)

# %% [markdown]
# The step is where $wx + b = 0$, at $s = -b/w$. So the **weight makes it steep**, and the **bias moves it**:

# %% tags=["system-9"]
soft = {f"w = {w:g}, b = {-w:g}": step(at=1.0, w=w) for w in (1.0, 10.0, 100.0)}
axes = viz.plots.functions(soft, -1.0, 3.0, ax=plt.subplots(figsize=(6, 2.8), layout="constrained")[1])
print("just before, at and after 1:", [round(neuron(at).data, 3) for at in (0.9, 1.0, 1.1)])
assert [round(neuron(at).data, 3) for at in (0.9, 1.0, 1.1)] == [0.0, 0.5, 1.0]

# %% [markdown]
# With $w = 100$ it is as good as a threshold unit, and yet it has a slope, which is $w/4$ in the middle. Sigmoids took
# over because they offer both at once.

# %% tags=["system-9"]
slopes = []
for name, one in soft.items():
    at = Value(1.0)
    one(at).backward()
    slopes.append(at.grad)
    print(name, " slope", at.grad)
assert slopes == [0.25, 2.5, 25.0]

# %% [markdown]
# ## A bump
#
# Two steps, one up and one down, make a **bump**. The output adds the first with weight 1.2 and the second with −1.2.
# The edges of the bump are where the steps are, at 0.4 and 0.6, and its height is the weight.

# %% tags=["system-9"]
bump = bumps((0.4, 0.6, 1.2))
small = plt.subplots(figsize=(6, 2.4), layout="constrained")[1]
axes = viz.plots.functions({"two hidden units": bump}, 0.0, 1.0, ax=small)
print([round(bump(at).data, 3) for at in (0.2, 0.39, 0.41, 0.5, 0.59, 0.61)])
assert [round(bump(at).data, 3) for at in (0.2, 0.39, 0.41, 0.5, 0.59, 0.61)] == [0, 0, 1.2, 1.2, 1.2, 0]
assert [w.data for w in bump.layers[1].neurons[0].w] == [1.2, -1.2]

# %% [markdown]
# Here is the same network, number by number, with softer steps so that not all numbers are 0 or 1. Drag $x$ out of the
# bump. Then drag an output weight.

# %% tags=["system-9"]
x = Value(0.5)
y = bumps((0.4, 0.6, 1.2), w=20.0)(x)
viz.step(y)

# %% [markdown]
# ## Any function
#
# Now put many bumps next to each other, each as high as the function is there. What function could resist that?


# %% tags=["system-9"]
def wild(x):
    return 0.2 + 0.4 * x * x + 0.3 * x * math.sin(15 * x) + 0.05 * math.cos(50 * x)


def bumps_for(n):
    """Build n bumps side by side, each as high as `wild` in its middle. The outer two extend beyond 0 and 1."""
    edges = [-1, *(k / n for k in range(1, n)), 2]
    return bumps(*((*edge, wild((k + 0.5) / n)) for k, edge in enumerate(pairwise(edges))))


figure, axes = plt.subplots(1, 3, figsize=(10, 3.0), layout="constrained")
for ax, n in zip(axes, (5, 10, 40), strict=True):
    viz.plots.approximation(wild, bumps_for(n), ax=ax).set(title=f"{n} bumps", ylim=(0, 1.2))

# %% tags=["system-9"]
line = [[k / 200] for k in range(201)]
errors = []
for n in (2, 5, 10, 40):
    net = bumps_for(n)
    errors.append(math.sqrt(sum((net(at).data - wild(*at)) ** 2 for at in line) / len(line)))
    print(f"{n:3} bumps, {2 * n:3} hidden units: root mean squared error {errors[-1]:.3f}")
assert all(after < 0.75 * before for before, after in pairwise(errors))
assert errors[-1] < 0.02

# %% [markdown]
# More units make the error smaller, and it can be made as small as you like. Name an $\varepsilon$, and `approximate`
# builds a network that is never further off than that. (It uses a staircase, with one unit for each stair.)


# %% tags=["system-9"]
def sine(x):
    return math.sin(2 * math.pi * x)


for epsilon in (0.2, 0.1, 0.05):
    built, error = approximate(sine, [(0.0, 1.0)], epsilon)
    print(f"ε = {epsilon}: {len(built.units)} units, largest error {error:.3f}")
    assert greatest_error(built, sine, line) <= epsilon

# %% [markdown]
# This is Cybenko's theorem of 1989, seen rather than proved. It says that such a network *exists*. It does not say that
# the network is small, or that training will find it.
#
# ## Towers
#
# What about two inputs? A unit whose weight for $x_2$ is 0 does not see $x_2$, so it makes a step along $x_1$, like a
# cliff. Two cliffs make a wall, and two walls cross. The surface is highest where they cross, and a bias at the output
# cuts off everything lower:

# %% tags=["system-9"]
towering = tower((0.2, 0.6), (0.4, 0.8))
hidden, (out,) = (layer.neurons for layer in towering.layers)
stages = {
    "a step": lambda at: hidden[0](at),
    "a wall": lambda at: hidden[0](at) - hidden[1](at),
    "two walls": lambda at: hidden[0](at) - hidden[1](at) + hidden[2](at) - hidden[3](at),
    "a tower": towering,
}
figure, axes = plt.subplots(1, 4, figsize=(12, 2.6), layout="constrained")
for ax, (name, stage) in zip(axes, stages.items(), strict=True):
    viz.plots.surface(stage, ax=ax, cells=60).set_title(name)
assert [round(towering(at).data, 3) for at in ([0.4, 0.6], [0.4, 0.9], [0.9, 0.6])] == [1.0, 0.0, 0.0]
assert (len(hidden), out.b.data) == (4, -1.5 * out.w[0].data)

# %% [markdown]
# Each tower takes four hidden units and an output bias. From such corners and edges, `approximate` builds surfaces as
# well:


# %% tags=["system-9"]
def hill(x, y):
    return math.sin(math.pi * x) * math.sin(math.pi * y) ** 2


surface, error = approximate(hill, [(0.0, 1.0), (0.0, 1.0)], 0.15)
figure, axes = plt.subplots(1, 2, figsize=(7, 2.8), layout="constrained")
viz.plots.surface(lambda at: hill(*at), ax=axes[0], cells=40).set_title("a hill")
viz.plots.surface(surface, ax=axes[1], cells=40).set_title("built of steps")
print(len(surface.units), f"units, largest error {error:.3f}")
assert error <= 0.15

# %% [markdown]
# ## Found by learning
#
# In practice, weights are not set but learned. Can six units *learn* a sine from 26 points? Here is the network before
# training, and after some epochs:

# %% tags=["system-9"]
random.seed(2)
net = nn.MLP(1, [6, 1], activation="tanh", init="xavier_normal")
points = line[::8]
data = points, [sine(*at) for at in points]
history = nn.fit(net, data, loss=nn.mse, optimizer=nn.LBFGS, epochs=EPOCHS, progress=False)
figure, axes = plt.subplots(1, 4, figsize=(12, 2.6), layout="constrained")
for ax, epoch in zip(axes, (0, 10, 20, EPOCHS), strict=True):
    history.rewind(epoch)
    viz.plots.functions({"sine": sine, f"after {epoch}": net}, 0.0, 1.0, ax=ax)
learned = greatest_error(net, sine, line)
print(f"learned: largest error {learned:.3f} with {len(net.parameters())} parameters")
print(f"built: error at most {epsilon} with {len(built.parameters())} parameters")
assert learned < epsilon

# %% [markdown]
# Nineteen learned numbers do better than the two hundred that we built in. How? Look at what each hidden unit adds to
# the output. The units have become *building blocks*, chosen for this function:

# %% tags=["system-9", "system-10"]
first, (last,) = (layer.neurons for layer in net.layers)
blocks = {f"unit {k}": lambda x, u=unit, w=w: w * u(x) for k, (unit, w) in enumerate(zip(first, last.w, strict=True))}
axes = viz.plots.functions(
    {"the sum, with bias": net} | blocks, 0.0, 1.0, ax=plt.subplots(figsize=(7, 3.6), layout="constrained")[1]
)
axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
whole = sum(block(0.3).data for block in blocks.values()) + last.b.data
assert math.isclose(whole, net(0.3).data)

# %% [markdown]
# ## Your own features, or another layer
#
# There is an older way to bend a line: give the neuron $x^2$ as a second input. Then
# $\sigma(\theta_0 + \theta_1 x + \theta_2 x^2)$ can say "only in the middle":

# %% tags=["system-10"]
shallow = nn.Neuron(2, activation="sigmoid", init="zeros")
for parameter, value in zip(shallow.parameters(), (0.0, -4.0, 4.0), strict=True):
    parameter.data = value
x = Value(0.5)
y = shallow(powers(x, 2))
viz.step(y)

# %% [markdown]
# But "in the middle *and* far outside" is too much for a parabola, which crosses 0 at most twice. A second layer can do
# it: $\sigma(\theta_6 + \theta_7 h_1 + \theta_8 h_2)$, where $h_1$ and $h_2$ are each a $\tanh$ of a parabola.


# %% tags=["system-10"]
def crossings(model):
    yes = [model(powers(k / 10, 2)).data > 0.5 for k in range(-40, 41)]
    return sum(a != b for a, b in pairwise(yes))


deep = nn.MLP(2, [2, 1], activation=["tanh", "sigmoid"], init="zeros")
nine = (0.0, 8.0, -32.0, 0.0, 8.0, -8.0, 1.0, -1.0, 1.0)
for parameter, value in zip(deep.parameters(), nine, strict=True):
    parameter.data = value
both = {"one layer": lambda x: shallow(powers(x, 2)), "two layers": lambda x: deep(powers(x, 2))}
axes = viz.plots.functions(both, -4.0, 4.0, ax=plt.subplots(figsize=(6, 2.8), layout="constrained")[1])
random.seed(1)
most = max(crossings(nn.Neuron(2, activation="sigmoid")) for _ in range(200))
print("200 random neurons change their answer at most", most, "times, the two layers", crossings(deep), "times")
assert (len(deep.parameters()), most, crossings(deep)) == (9, 2, 4)

# %% [markdown]
# ## Why the bend matters
#
# Stack three layers **without** an activation. What are they worth? A sum of sums is a sum, so they collapse into a
# single layer, exactly:

# %% tags=["system-10"]
linear = nn.MLP(2, [3, 3, 1], activation="linear")
b = linear([0.0, 0.0]).data
w = [linear(unit).data - b for unit in ([1.0, 0.0], [0.0, 1.0])]
print(f"{len(linear.parameters())} parameters do what 3 do: {w[0]:.3f} x1 + {w[1]:.3f} x2 + {b:.3f}")
for x1, x2 in ([0.3, -1.2], [5.0, 2.0]):
    assert math.isclose(linear([x1, x2]).data, w[0] * x1 + w[1] * x2 + b, abs_tol=1e-12)

# %% [markdown]
# A bend at the *output* alone does not help either. The boundary, where the output passes ½, is still a line. The bend
# must be **between** the layers. Here is the same network, trained without it and with it, on two rings, one inside the
# other:

# %% tags=["system-10"]
X, y = nn.data.circles(60, seed=1)
figure, axes = plt.subplots(1, 2, figsize=(7, 3.3), layout="constrained")
right = {}
for ax, bend in zip(axes, ("linear", "tanh"), strict=True):
    random.seed(3)
    model = nn.MLP(2, [4, 1], activation=bend, init="xavier_normal")
    nn.fit(model, (X, y), loss=nn.bce_with_logits, optimizer=nn.LBFGS, epochs=25, progress=False, keep=False)
    right[bend] = sum((model(x).data > 0) == label for x, label in zip(X, y, strict=True)) / len(X)
    viz.plots.decision_boundary(model, X, y, ax=ax).set_title(f"{bend}: {right[bend]:.0%} right")
assert right["tanh"] == 1.0
assert right["linear"] < 0.7

# %% [markdown]
# ## What to remember
#
# * A steep sigmoid is a step, two steps are a bump, and bumps side by side are **any** function.
# * "Can represent" does not mean "will learn", nor "with few units". Here 19 learned numbers beat 217 that we chose.
# * Without a bend between them, layers **collapse** into one.
#
# ## Exercises
#
# 1. With relu in place of the sigmoid, build a *hat* of three units that is 0 up to 0.4, 1 at 0.5, and 0 again from 0.6
#    on.
# 2. How many units does `approximate` need for $x^2$ on [0, 1] if the error may be 0.1, 0.05 or 0.025? What is the
#    rule?
# 3. Give a *single* neuron the inputs $x_1^2$ and $x_2^2$. Can it tell the two rings apart? Look at the weights it
#    finds. What shape is its boundary?
#
# The solutions are in the folded cells below.


# %% tags=["solution"] jupyter={"source_hidden": true}
def relu(x):
    return max(0.0, x)


def hat(x):
    return 10 * relu(x - 0.4) - 20 * relu(x - 0.5) + 10 * relu(x - 0.6)


axes = viz.plots.functions({"hat": hat}, 0.0, 1.0, ax=plt.subplots(figsize=(5, 2.2), layout="constrained")[1])
print("1. slopes 10, then −10, then 0")
assert [round(hat(x), 9) for x in (0.2, 0.45, 0.5, 0.55, 0.9)] == [0.0, 0.5, 1.0, 0.5, 0.0]

# %% tags=["solution"] jupyter={"source_hidden": true}
counts = [len(approximate(lambda x: x * x, [(0.0, 1.0)], eps)[0].units) for eps in (0.1, 0.05, 0.025)]
print("2.", counts, "half the error takes about twice the units, because each stair must be half as high")
assert all(1.7 < after / before < 2.5 for before, after in pairwise(counts))

# %% tags=["solution"] jupyter={"source_hidden": true}
squares = [[a * a, b * b] for a, b in X]
random.seed(1)
one = nn.Neuron(2, activation="linear")
nn.fit(one, (squares, y), loss=nn.bce_with_logits, optimizer=nn.LBFGS, epochs=10, progress=False)
wrong = sum((one(x).data > 0) != label for x, label in zip(squares, y, strict=True))
print(
    "3.", wrong, "wrong; weights over bias:", [round(w.data / one.b.data, 2) for w in one.w], "nearly equal, a circle"
)
axes = viz.plots.decision_boundary(lambda x: one([x[0] ** 2, x[1] ** 2]), X, y)
assert wrong == 0
