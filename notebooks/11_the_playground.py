# %% [markdown]
# # 11 · The playground
#
# **What you will learn:** how a hidden layer bends a line until it goes round a circle. You will watch a boundary move
# while a network is trained, drag it back in time, and look into each hidden unit.
#
# **Runs in** about twenty seconds. Before it: [10 · Training](10_training.ipynb).

# %%
import random

import matplotlib.pyplot as plt

import nn
import viz

STEPS = 100  # of the last section, as in micrograd's demo

# %% [markdown]
# ## Four sets of points
#
# They are those of TensorFlow's Playground. Blue is class 0, red is class 1. Which of them can one straight line divide?

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
# A neuron's answer is red where its score is above 0. We train it by Adam on the cross-entropy, at most 300 steps over all points.


# %% tags=["system-26"]
def train(model, data, *callbacks):
    callbacks = [*callbacks, lambda history: history["loss"][-1] < 0.05]  # that is enough
    options = {"epochs": 300, "metrics": {"accuracy": nn.accuracy}, "callbacks": callbacks}
    return nn.fit(model, data, loss=nn.bce_with_logits, optimizer=lambda p: nn.Adam(p, lr=0.1), **options)


def right(model, data):
    return nn.accuracy([model(x) for x in data[0]], data[1])


def show(make):
    """Train a new model on each set, and draw where it puts the boundary."""
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
# A single neuron is a straight line, and that is enough for the two Gaussians only. On the others it gets little more right than
# a coin would. Now with **one hidden layer** of eight units:

# %% tags=["system-26", "gallery-playground"]
deep = show(lambda: nn.MLP(2, [8, 1], activation="tanh"))
assert flat["gauss"] == 1.0
assert max(flat["circle"], flat["xor"], flat["spiral"]) < 0.85
assert set(deep.values()) == {1.0}

# %% [markdown]
# ## Watch it learn
#
# In a notebook that runs, `viz.Live` draws the picture anew in its place after every tenth epoch:

# %% tags=["system-26"]
X, y = sets["circle"]
random.seed(11)
net = nn.MLP(2, [8, 1], activation="tanh")
live = viz.Live(lambda history: viz.plots.decision_boundary(net, X, y, cells=40), every=10)
history = train(net, (X, y), live)

# %% [markdown]
# And `viz.Boundary` keeps what there was to see. **Drag the scrubber** back to the start, and then slowly on. Which part of the
# spiral is right first, and which points come last?

# %% tags=["system-26"]
X, y = sets["spiral"]
random.seed(11)
net = nn.MLP(2, [8, 1], activation="tanh")
film = viz.Boundary(X, y, every=8)
film.add(net, "before")
history = train(net, (X, y), film)
film

# %% [markdown]
# The middle comes last, where the arms meet. Up to epoch 18 the accuracy seems to go nowhere. Does the loss?

# %% tags=["system-26"]
_ = viz.plots.curves(history)

# %% [markdown]
# It begins to fall while the accuracy still stands, and goes on when all are right. That is why one trains by a loss, and
# counts errors only to report them.
#
# ## What each hidden unit sees
#
# None of the eight units can do more than the neuron of the beginning: each is a line, with a soft edge. Here they are, for the
# circle. Can you see how they add up to something round?

# %% tags=["system-26"]
X, y = sets["circle"]
random.seed(11)
net = nn.MLP(2, [8, 1], activation="tanh")
train(net, (X, y))
axes = plt.subplots(2, 4, figsize=(13, 6.6), layout="constrained")[1]
for ax, unit, weight in zip(axes.flat, net.layers[0].neurons, net.layers[1].neurons[0].w, strict=True):
    viz.plots.decision_boundary(unit, X, y, ax=ax, cells=30).set_title(f"× {weight.data:.2f}")

# %% [markdown]
# Above each stands the weight with which the last neuron takes it: against red if it is negative. Lines from all sides, each saying
# "not beyond me", make a ring fence. (The line of the first passes outside the picture. It says the same of every point, and is
# hardly more than a second bias.) Click a unit below to see its sum:

# %% tags=["system-26"]
viz.neurons(net, nn.bce_with_logits([net(x) for x in X], y))

# %% [markdown]
# ## Or better inputs
#
# The Playground lets you add features by hand. What would a single neuron need to fence in a circle? That $x_1^2 + x_2^2$ is
# small. And for xor? That $x_1 x_2$ is negative. Then it needs no hidden layer:

# %% tags=["system-26"]
features = {"circle": lambda a, b: [a, b, a * a, b * b], "xor": lambda a, b: [a, b, a * b]}
axes = plt.subplots(1, 2, figsize=(7, 3.4), layout="constrained")[1]
for ax, (name, of) in zip(axes, features.items(), strict=True):
    X, y = sets[name]
    neuron = nn.Neuron(len(of(0, 0)), nonlin=False)
    data = [of(*x) for x in X], y
    train(neuron, data)
    viz.plots.decision_boundary(lambda x, n=neuron, of=of: n(of(*x)), X, y, ax=ax, cells=40)
    ax.set_title(f"{name}, one neuron: {100 * right(neuron, data):.0f} %")
    assert right(neuron, data) == 1.0

# %% [markdown]
# Somebody had to know the right features. What hidden layers are for is to find them.
#
# ## Micrograd's moons
#
# micrograd's demo: a hundred points in two moons, two hidden layers of 16 ReLUs, the hinge loss of a support vector machine, L2,
# and a rate that falls from 1 to 0.1 in a hundred steps.

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
# Here the boundary has corners: it is made of straight pieces, one for each pattern of ReLUs on its way.
#
# ## What to remember
#
# * One neuron is one line. A hidden layer bends space so that a line is enough.
# * Hidden units are features that nobody had to think of.
# * Training is not magic that happens between two cells: watch it, keep it, drag it back.
#
# ## Exercises
#
# 1. How few hidden units suffice for the circle? Try 1, 2 and 3, each with a few restarts. Why just so many?
# 2. Give the hidden layer the activation "linear". What does it do for the circle?
# 3. Colours at random: train the net of eight on forty points whose classes are thrown by a coin. How many does it get right, and
#    how many of forty others?
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
print("1.", best, "- three lines make a triangle, the first shape that fences something in")
assert best[1] < best[2] < best[3] == 1.0

# %% tags=["solution"] jupyter={"source_hidden": true}
random.seed(0)
linear = nn.MLP(2, [8, 1], activation="linear")
train(linear, sets["circle"])
print(f"2. {100 * right(linear, sets['circle']):.0f} % right: lines of lines are lines")
assert right(linear, sets["circle"]) < 0.75

# %% tags=["solution"] jupyter={"source_hidden": true}
random.seed(5)
X = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(80)]
y = [random.randint(0, 1) for _ in range(80)]
net = nn.MLP(2, [8, 1], activation="tanh")
train(net, (X[:40], y[:40]))
learnt, others = right(net, (X[:40], y[:40])), right(net, (X[40:], y[40:]))
print(f"3. {100 * learnt:.0f} % of those that it learnt, {100 * others:.0f} % of the others: by heart")
assert learnt > 0.85
assert others < 0.65
