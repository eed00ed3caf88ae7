# %% [markdown]
# # 11 · The playground
#
# **What you will learn:** how a hidden layer bends a line until it goes round a circle. You will watch a boundary move
# while a network is trained, drag it back in time, and look into each hidden unit.
#
# **Runs in** about twenty seconds. Read first: [10 · Training](10_training.ipynb).

# %%
import random

import matplotlib.pyplot as plt

import nn
import viz

STEPS = 100  # in the last section, as in micrograd's demo

# %% [markdown]
# ## Four sets of points
#
# These are the four sets of TensorFlow's Playground. Blue is class 0, red is class 1. Which of them can one straight
# line divide?

# %% tags=["system-26"]
sets = {
    "gauss": nn.data.gauss(40, seed=1),
    "circle": nn.data.circles(40, seed=1),
    "xor": nn.data.xor(40, seed=1),
    "spiral": nn.data.spiral(40, noise=0.0, seed=1, turns=0.75),
}
axes = plt.subplots(1, 4, figsize=(13, 3.2), layout="constrained")[1]
red, blue, *_ = viz.plots.COLOURS
for ax, (name, (X, y)) in zip(axes, sets.items(), strict=True):
    ax.scatter(*zip(*X, strict=True), c=[red if k else blue for k in y])
    ax.set_title(name)
    ax.set_aspect("equal", adjustable="datalim")

# %% [markdown]
# A neuron's answer is red where its score is above 0. We train it with Adam on the cross-entropy, for at most 300 steps
# over all points.


# %% tags=["system-26"]
def train(model, data, *callbacks):
    callbacks = [*callbacks, lambda history: history["loss"][-1] < 0.05]  # good enough to stop
    options = {"epochs": 300, "metrics": {"accuracy": nn.accuracy}, "callbacks": callbacks}
    return nn.fit(model, data, loss=nn.bce_with_logits, optimizer=lambda p: nn.Adam(p, lr=0.1), **options)


def right(model, data):
    return nn.accuracy([model(x) for x in data[0]], data[1])


def show(make):
    """Train a new model on each set, and draw its boundary."""
    axes = plt.subplots(1, 4, figsize=(13, 3.4), layout="constrained")[1]
    found = {}
    for ax, (name, data) in zip(axes, sets.items(), strict=True):
        random.seed(11)
        model = make()
        train(model, data)
        found[name] = right(model, data)
        viz.plots.decision_boundary(model, *data, ax=ax, cells=40).set_title(f"{name}: {100 * found[name]:.0f} % right")
    return found


flat = show(lambda: nn.Neuron(2, nonlin=False))

# %% [markdown]
# A single neuron is a straight line, and that is enough only for the two Gaussians. On the others it does little better
# than tossing a coin. Now with **one hidden layer** of eight units:

# %% tags=["system-26", "gallery-playground"]
deep = show(lambda: nn.MLP(2, [8, 1], activation="tanh"))
assert flat["gauss"] == 1.0
assert max(flat["circle"], flat["xor"], flat["spiral"]) < 0.85
assert set(deep.values()) == {1.0}

# %% [markdown]
# ## Watch it learn
#
# In a running notebook, `viz.Live` redraws the picture in place after every tenth epoch:

# %% tags=["system-26"]
X, y = sets["circle"]
random.seed(11)
net = nn.MLP(2, [8, 1], activation="tanh")
live = viz.Live(lambda history: viz.plots.decision_boundary(net, X, y, cells=40), every=10)
history = train(net, (X, y), live)

# %% [markdown]
# `viz.Boundary` keeps every picture. **Drag the scrubber** back to the start, and then slowly forward. Which part of
# the spiral is right first, and which points come last?

# %% tags=["system-26"]
X, y = sets["spiral"]
random.seed(11)
net = nn.MLP(2, [8, 1], activation="tanh")
film = viz.Boundary(X, y, every=8)
film.add(net, "before")
history = train(net, (X, y), film)
film

# %% [markdown]
# The middle comes last, where the arms meet. Up to epoch 18 the accuracy seems to go nowhere. What about the loss?

# %% tags=["system-26"]
_ = viz.plots.curves(history)

# %% [markdown]
# The loss begins to fall while the accuracy is still flat, and keeps falling after every point is right. That is why we
# train on a loss, and count errors only to report them.
#
# ## What each hidden unit sees
#
# None of the eight units can do more than the single neuron at the beginning. Each is a line with a soft edge. Here
# they are for the circle. Can you see how they add up to something round?

# %% tags=["system-26"]
X, y = sets["circle"]
random.seed(11)
net = nn.MLP(2, [8, 1], activation="tanh")
train(net, (X, y))
axes = plt.subplots(2, 4, figsize=(13, 6.6), layout="constrained")[1]
for ax, unit, weight in zip(axes.flat, net.layers[0].neurons, net.layers[1].neurons[0].w, strict=True):
    viz.plots.decision_boundary(unit, X, y, ax=ax, cells=30).set_title(f"× {weight.data:.2f}")

# %% [markdown]
# Above each picture is the weight that the last neuron gives to the unit. A negative weight counts against red. Lines
# from all sides, each saying "not beyond me", form a fence. (The line of the first unit passes outside the picture.
# That unit says the same about every point, and is hardly more than a second bias.) Click a unit below to see its sum:

# %% tags=["system-26"]
viz.neurons(net, nn.bce_with_logits([net(x) for x in X], y))

# %% [markdown]
# ## Or better inputs
#
# The Playground lets you add features yourself. What would a single neuron need in order to fence in a circle? It needs
# to know that $x_1^2 + x_2^2$ is small. And for xor, that $x_1 x_2$ is negative. Then it needs no hidden layer:

# %% tags=["system-26"]
features = {"circle": lambda a, b: [a, b, a * a, b * b], "xor": lambda a, b: [a, b, a * b]}
axes = plt.subplots(1, 2, figsize=(7, 3.4), layout="constrained")[1]
for ax, (name, expand) in zip(axes, features.items(), strict=True):
    X, y = sets[name]
    neuron = nn.Neuron(len(expand(0, 0)), nonlin=False)
    data = [expand(*x) for x in X], y
    train(neuron, data)
    viz.plots.decision_boundary(lambda x, n=neuron, expand=expand: n(expand(*x)), X, y, ax=ax, cells=40)
    ax.set_title(f"{name}, one neuron: {100 * right(neuron, data):.0f} %")
    assert right(neuron, data) == 1.0

# %% [markdown]
# Somebody had to know the right features. Hidden layers are there to find them.
#
# ## Micrograd's moons
#
# This is micrograd's demo: a hundred points in two moons, two hidden layers of 16 ReLUs, the hinge loss of a support
# vector machine, L2, and a learning rate that falls from 1 to 0.1 in a hundred steps.

# %% tags=["system-26"]
X, y = nn.data.moons(100, seed=1337)
random.seed(1337)
model = nn.MLP(2, [16, 16, 1])
film = viz.Boundary(X, y, every=20)
film.add(model, "before")
history = nn.fit(
    model,
    (X, y),
    loss=lambda scores, labels: nn.hinge(scores, [2 * label - 1 for label in labels]),
    penalty=lambda parameters: nn.l2(parameters, 2e-4),
    optimizer=nn.SGD,
    schedule=nn.schedules.linear(1.0, 0.1, STEPS),
    epochs=STEPS,
    metrics={"accuracy": nn.accuracy},
    callbacks=[film],
)
film

# %% tags=["system-26"]
print(len(model.parameters()), "parameters,", f"{100 * right(model, (X, y)):.0f} % right")
assert len(model.parameters()) == 337
assert right(model, (X, y)) == 1.0

# %% [markdown]
# Here the boundary has corners. It is made of straight pieces, one for each pattern of active ReLUs along it.
#
# ## What to remember
#
# * One neuron is one line. A hidden layer bends space so that a line is enough.
# * Hidden units are features that nobody had to think of.
# * Training is not magic that happens between two cells. Watch it, keep it, drag it back.
#
# ## Exercises
#
# 1. How few hidden units are enough for the circle? Try 1, 2 and 3, each with a few restarts. Why exactly that number?
# 2. Give the hidden layer the activation "linear". What does it do for the circle?
# 3. Random colours: train the network of eight units on forty points whose classes are decided by tossing a coin. How
#    many does it get right, and how many of forty others?
#
# The solutions are in the folded cells below.

# %% tags=["solution"] jupyter={"source_hidden": true}
best = {}
for hidden in 1, 2, 3:
    found = []
    for seed in range(3):
        random.seed(seed)
        net = nn.MLP(2, [hidden, 1], activation="tanh")
        train(net, sets["circle"])
        found.append(right(net, sets["circle"]))
    best[hidden] = max(found)
print("1.", best, "- three lines make a triangle, the first shape that encloses anything")
assert best[1] < best[2] < best[3] == 1.0

# %% tags=["solution"] jupyter={"source_hidden": true}
random.seed(0)
linear = nn.MLP(2, [8, 1], activation="linear")
train(linear, sets["circle"])
print(f"2. {100 * right(linear, sets['circle']):.0f} % right: lines added up are still lines")
assert right(linear, sets["circle"]) < 0.75

# %% tags=["solution"] jupyter={"source_hidden": true}
random.seed(5)
X = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(80)]
y = [random.randint(0, 1) for _ in range(80)]
net = nn.MLP(2, [8, 1], activation="tanh")
train(net, (X[:40], y[:40]))
learned, others = right(net, (X[:40], y[:40])), right(net, (X[40:], y[40:]))
print(f"3. {100 * learned:.0f} % of the points it trained on, {100 * others:.0f} % of the others: it memorised them")
assert learned > 0.85
assert others < 0.65
