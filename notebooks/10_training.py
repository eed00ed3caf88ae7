# %% [markdown]
# # 10 · Training
#
# **What you will learn:** the ways down a loss, and what makes them short: batches, learning rates, momentum,
# curvature, where to start and when to stop. You will also see what the trained network is good for, which is to
# estimate, to classify and to compress.
#
# **Runs in** about ten seconds. Read first: [9 · Losses, softmax and δ, worked out on
# paper](09_losses_softmax_and_delta.ipynb).

# %%
import math
import random
from itertools import chain
from statistics import fmean, pvariance

import matplotlib.pyplot as plt

import nn
import viz
from autograd import Value, grad, sin
from autograd.diagnose import units


def train(model, data, optimizer=nn.SGD, lr=0.1, **options):
    """Fit a model with the options that the cells below share."""
    options = {"loss": nn.mse, "epochs": 100, **options}
    return nn.fit(model, data, optimizer=lambda p: optimizer(p, lr=lr), **options)


# %% [markdown]
# ## All at once, or one by one?
#
# We look for a line, with slope $w$ and height $b$, that passes close to 24 points. Each point has an error of its own.
# Here is that of a point at (0.9, 0.4):

# %% tags=["system-21"]
w, b = Value(-1.5), Value(1.5)
E = (w * 0.9 + b - 0.4) ** 2
viz.step(E)

# %% [markdown]
# A step of **gradient descent** subtracts from $w$ and $b$ their gradients, times a learning rate η. Drag $w$ and $b$
# until this point is content, with $E = 0$. There are many such lines, and the next point will want another one. So we
# may ask
#
# * all of them for each step, and go down their mean: **batch** gradient descent;
# * one at a time, in random order: **stochastic** gradient descent, the lecture's Algorithm 1;
# * a few at a time, shuffled again in each epoch: **mini-batches**, Algorithm 2.

# %% tags=["system-21"]
X, t = nn.data.sample(lambda x: 2 * x - 1, n=24, noise=0.3, seed=2)


def J(w, b, rows=range(24)):
    return nn.mse([w * X[i][0] + b for i in rows], [t[i] for i in rows])


def descend(size, steps, lr):
    random.seed(1)
    deal = chain.from_iterable(nn.batches(24, size) for _ in range(99))
    return nn.minimize(lambda w, b: J(w, b, next(deal)), [-1.5, 1.5], lambda p: nn.SGD(p, lr=lr), steps)


paths = {"all 24": descend(None, 60, 0.3), "one at a time": descend(1, 60, 0.3), "six at a time": descend(6, 60, 0.3)}
ax = viz.plots.descent(J, paths, (-2, 3), (-2, 2))
_ = ax.set(xlabel="w", ylabel="b")

# %% [markdown]
# Batch descent is smooth, and each step costs 24 points. One at a time gets there much sooner, and never comes to rest.
# How unsteady are the steps? Here is the gradient of $w$ at the start, computed again and again:

# %% tags=["system-21"]
random.seed(0)


def slopes(size):
    deal = chain.from_iterable(nn.batches(24, size) for _ in range(40))
    return [grad(lambda w, rows=rows: J(w, 1.5, rows))(-1.5) for rows in deal]


for size in 1, 6, 24:
    mean, deviation = fmean(slopes(size)), pvariance(slopes(size)) ** 0.5
    print(f"{size:2} at a time: mean {mean:.3f}, standard deviation {deviation:.3f}")
assert math.isclose(fmean(slopes(1)), fmean(slopes(24)))  # on average the same direction
assert pvariance(slopes(1)) > 4 * pvariance(slopes(6)) > 0

# %% [markdown]
# They are the same on average, and that is why it works. But a single step may well make the whole error *larger*.
# Suppose that two examples want $w = 1$ and $w = -\frac{1}{2}$. Here is a step for the first alone, from $w = 0$:

# %% tags=["system-21"]
w = Value(0.0)
wishes = [1.0, -0.5]
before = nn.mse([0.0, 0.0], wishes)
nn.mse(w, wishes[0]).backward()
nn.SGD([w], lr=0.4).step()
after = nn.mse([w.data, w.data], wishes)
print(f"w = {w.data:.1f}; the full error was {before:.3f} and is now {after:.3f}")
assert (round(w.data, 9), before < after) == (0.8, True)

# %% [markdown]
# ### When to stop?
#
# Algorithm 1 stops when the gradient is shorter than a threshold θ, and Algorithm 2 draws a new random permutation for
# each epoch. `nn.fit` does both:

# %% tags=["system-21"]
random.seed(11)
line = nn.Neuron(1, nonlin=False)
history = train(line, nn.data.sample(lambda x: 2 * x - 1, n=24, seed=2), batch_size=1, min_grad_norm=1e-3, epochs=500)
print(f"after {len(history)} epochs, because of the {history.stopped}: w = {line.w[0].data:.3f}, b = {line.b.data:.3f}")
print("orders of three epochs:", *[[i for batch in nn.batches(6, 2) for i in batch] for _ in range(3)])
assert history.stopped == "gradient"
assert history["grad_norm"][-1] < 1e-3
assert abs(line.w[0].data - 2) < 0.01

# %% [markdown]
# ### What noise is good for
#
# $J = x^2 + (y^2 - 1)^2 / 4$ has two valleys, and between them a **saddle** at 0, where the gradient is 0 too. Start on
# its ridge. Batch descent walks to the saddle, and stays there. Now let $J$ be the mean of two examples that differ by
# $\pm y / 4$, and take one at a time:


# %% tags=["system-21"]
def saddle(x, y, tilt=0.0):
    return x * x + (y * y - 1) ** 2 / 4 + tilt * y


random.seed(4)
paths = {
    "both examples": nn.minimize(saddle, [1.0, 0.0], lambda p: nn.SGD(p, lr=0.05), 200),
    "one at a time": nn.minimize(
        lambda x, y: saddle(x, y, random.choice([0.25, -0.25])), [1.0, 0.0], lambda p: nn.SGD(p, lr=0.05), 200
    ),
}
viz.plots.descent(saddle, paths, (-0.5, 1.2), (-1.6, 1.6))
print("ends:", {name: [round(c, 2) + 0.0 for c in path[-1]] for name, path in paths.items()})
assert abs(paths["both examples"][-1][1]) < 1e-9
assert abs(paths["one at a time"][-1][1]) > 0.7

# %% [markdown]
# ## How long a step?
#
# Steps should be long at first, to get there, and short at the end, to come to rest. Here are three ways to let the
# learning rate decay:

# %% tags=["system-22"]
schedules = {
    "exponential η₀ e^(−kt)": nn.schedules.exponential(0.5, 0.1),
    "1/t  η₀ / (1 + kt)": nn.schedules.inverse_time(0.5, 0.1),
    "steps: ÷10 every 10": nn.schedules.step_decay(0.5, 10),
}
viz.plots.curves({name: [s(epoch) for epoch in range(31)] for name, s in schedules.items()}).set_ylabel("rate")
exponential, inverse, steps = schedules.values()
assert math.isclose(exponential(10), 0.5 * math.exp(-1))
assert inverse(10) == 0.25  # half of it after 1/k epochs
assert [steps(k) for k in (0, 9, 10)] == [0.5, 0.5, 0.05]

# %% [markdown]
# ## A long narrow valley
#
# Most losses are steep in some directions and flat in others, like $f = \frac{1}{2} a^2 + 50 b^2$. Where does the
# gradient point at (10, 1)? Read it on the left. The bottom is at (0, 0).


# %% tags=["system-22"]
def valley(a, b):
    return a * a / 2 + 50 * b * b


a, b = Value(10.0), Value(1.0)
f = valley(a, b)
viz.step(f)

# %% [markdown]
# It is (10, 100), nearly at a right angle to the way to the bottom. A learning rate that suits the flat direction
# throws us out of the steep one. There are three remedies. **Momentum** keeps rolling where the gradients agree.
# AdaGrad, RMSprop and Adam have a rate **for each weight**. Newton's method divides by the **curvature**.

# %% tags=["system-22", "gallery-descent"]
ways = {
    "gradient": (lambda p: nn.SGD(p, lr=0.015), 40),
    "momentum": (lambda p: nn.SGD(p, lr=0.015, momentum=0.8), 40),
    "Adam": (lambda p: nn.Adam(p, lr=0.5), 40),
    "Newton": (nn.Newton, 1),
}
paths = {name: nn.minimize(valley, [10.0, 1.0], *way) for name, way in ways.items()}
_ = viz.plots.descent(valley, paths, (-4, 11), (-1.2, 1.2))

# %% [markdown]
# Newton arrives in **one** step, and not by the steepest route. How many steps do the others need to reach
# $f < 10^{-6}$?


# %% tags=["system-22"]
def steps_needed(optimizer):
    path = nn.minimize(valley, [10.0, 1.0], optimizer, steps=1200)
    return next((k for k, point in enumerate(path) if valley(*point) < 1e-6), math.inf)


needed = {name: steps_needed(way) for name, (way, _) in ways.items() if name != "Newton"}
needed |= {"AdaGrad": steps_needed(lambda p: nn.Adagrad(p, lr=5.0)), "L-BFGS": steps_needed(nn.LBFGS)}
needed |= {"Newton": 1, "gradient, rate 0.021": steps_needed(lambda p: nn.SGD(p, lr=0.021))}
for name, count in needed.items():
    print(f"{name:22} {count}")
assert valley(*paths["Newton"][-1]) < 1e-6
assert needed["L-BFGS"] < 15
assert max(needed["momentum"], needed["Adam"], needed["AdaGrad"]) < needed["gradient"]
assert needed["gradient, rate 0.021"] == math.inf  # above 2/100 the steep direction diverges

# %% [markdown]
# Newton's method needs second derivatives, and the engine has them. A product of the Hessian with a vector is one more
# pass over the graph of the gradient. How far from the gradient does its step point?

# %% tags=["system-22"]
slope = [grad(valley, argnums)(10.0, 1.0) for argnums in (0, 1)]
step = [end - start for start, end in zip(*paths["Newton"], strict=True)]
cosine = -sum(s * d for s, d in zip(slope, step, strict=True)) / math.hypot(*slope) / math.hypot(*step)
print(f"gradient {slope}, Newton's step {[round(d, 6) for d in step]}: {math.degrees(math.acos(cosine)):.0f}° apart")
assert 0 < cosine < 0.3

# %% [markdown]
# ## Small weights, or few
#
# There are ten inputs, of which only the first two matter. The answer is $2x_0 - x_1$, with noise. From twenty points a
# neuron will find some use for the other eight, and memorise the noise. A **penalty** for large weights keeps it from
# doing that. There is L2, $\frac{\lambda}{2} \sum \theta^2$, and L1, $\lambda \sum |\theta|$.

# %% tags=["system-23"]
rng = random.Random(2)
rows = [[rng.gauss(0, 1) for _ in range(10)] for _ in range(20)]
wanted = [2 * row[0] - row[1] + rng.gauss(0, 1) for row in rows]
penalties = {"none": None, "L2": lambda p: nn.l2(p, 0.4), "L1": lambda p: nn.l1(p, 0.4)}
weights = {}
for name, penalty in penalties.items():
    neuron = nn.Neuron(10, nonlin=False, init="zeros")
    train(neuron, (rows, wanted), lr=0.05, epochs=300, penalty=penalty)
    weights[name] = [w.data for w in neuron.w]
    print(f"{name:4}", " ".join(f"{w:6.2f}" for w in weights[name]))
_ = viz.plots.templates(list(weights.values()), shape=(1, 10), columns=1)

# %% [markdown]
# Each row is one neuron, each square a weight. L2 makes most of them smaller, even the useful ones. L1 keeps the two
# that matter, and almost nothing else. Why? Look at what each adds to the gradient of a weight:

# %% tags=["system-23"]
big, little = Value(3.0), Value(-0.5)
for name, penalty in ("L2", nn.l2), ("L1", nn.l1):
    big.grad = little.grad = 0.0
    penalty([big, little], 0.1).backward()
    print(f"{name}: {big.grad:5.2f} for a weight of 3, {little.grad:5.2f} for one of −0.5")
    assert [round(big.grad, 12), round(little.grad, 12)] == ([0.3, -0.05] if name == "L2" else [0.1, -0.1])
near_0 = {name: sum(abs(w) < 0.1 for w in found) for name, found in weights.items()}
print("weights below 0.1:", near_0)
assert near_0["L1"] > near_0["L2"] >= near_0["none"]

# %% [markdown]
# L2 pulls with λθ, ever more gently as the weight shrinks. L1 pulls with λ·sgn θ, just as hard to the very end.
#
# ## One weight in several places
#
# A weight may be **shared**, as a convolution shares its weights between all places of an image. Its gradient is the
# sum of the contributions of all places. Step to the end, and watch $w$ accumulate:

# %% tags=["system-23"]
w = Value(0.3)
shared = (w * 0.5).tanh() + (w * -1.0).tanh() + (w * 2.0).tanh()
viz.step(shared)

# %% tags=["system-23"]
shared.backward()
apart = [Value(0.3) for _ in range(3)]
sum((v * x).tanh() for v, x in zip(apart, (0.5, -1.0, 2.0), strict=True)).backward()
print(f"shared {w.grad:.4f} =", " + ".join(f"{v.grad:.4f}" for v in apart))
assert math.isclose(w.grad, sum(v.grad for v in apart))

# %% [markdown]
# ## Dropout
#
# During training, each hidden unit is dropped with probability $p$, so none can rely on another. The outputs of the
# rest are divided by $1 - p$, which keeps the mean, so nothing needs to change when the network is used. Compare this
# with noise added to an input, which also keeps the mean:

# %% tags=["system-23"]
random.seed(11)
drop = nn.Dropout(0.3)
dropped = [drop([3.0])[0] for _ in range(20_000)]
noisy = [3.0 + random.gauss(0, 1) for _ in range(20_000)]
print("dropout:", {round(v, 3): f"{dropped.count(v) / 200:.0f} %" for v in sorted(set(dropped))})
print(f"means: dropout {fmean(dropped):.2f}, noise {fmean(noisy):.2f}; in use {drop.eval()([3.0])[0]}")
assert {*dropped} == {0.0, 3.0 / 0.7}
assert abs(fmean(dropped) - 3) < 0.05
assert drop.eval()([3.0]) == [3.0]

# %% [markdown]
# ## Stopping early
#
# Take six noisy points, and a network of 25 weights. On the points it learns from, the error falls and falls. What
# about twenty others that it never sees?

# %% tags=["system-23"]
random.seed(11)
few = nn.data.sample(lambda x: x, n=6, noise=0.5, seed=4)
others = nn.data.sample(lambda x: x, n=20, seed=5)
net = nn.MLP(1, [8, 1], activation="tanh")
history = train(net, few, nn.Adam, lr=0.03, validation=others, patience=60, epochs=600)
ax = viz.plots.curves(history)
ax.axvline(history.best_epoch, color="0.7", linestyle=":")
print(f"stopped after {len(history)} epochs, out of {history.stopped}; best after {history.best_epoch}")
assert history.stopped == "patience"
assert history["val_loss"][-1] > min(history["val_loss"])
assert math.isclose(nn.mse([net(x) for x in others[0]], others[1]).data, min(history["val_loss"]))

# %% [markdown]
# `fit` gave the network the weights of the best epoch, at the dotted line. What had it learned by then, and what
# afterwards? The truth is the dotted diagonal.

# %% tags=["system-23"]
grid = [k / 50 for k in range(-50, 51)]
ax = plt.subplots(figsize=(6, 3), layout="constrained")[1]
ax.plot([x for (x,) in few[0]], few[1], "ko", label="the six points")
ax.plot(grid, grid, "k:")
for epoch in history.best_epoch, len(history):
    history.rewind(epoch)
    ax.plot(grid, [net([x]).data for x in grid], label=f"after {epoch} epochs")
_ = ax.legend(frameon=False)

# %% [markdown]
# On the right there are no points at all. There the network continues the noise of the points on the left, and the
# longer it learns, the further it strays.
#
# ## Many heads
#
# Take ten noisy points again, and four networks that start differently. Where there is no point they make different
# mistakes, so we take the **average** of their answers. The error of the average is never more than the average of the
# errors, and often much less:

# %% tags=["system-23"]
random.seed(11)
few = nn.data.sample(math.sin, n=10, low=-3, high=3, noise=0.4, seed=1)
X, t = nn.data.sample(math.sin, n=20, low=-3, high=3, seed=7)  # others, without noise
answers = []
for _ in range(4):
    net = nn.MLP(1, [8, 1], activation="tanh")
    train(net, few, nn.Adam, lr=0.05, epochs=200)
    answers.append([net(x).data for x in X])
single = [nn.mse(answer, t) for answer in answers]
together = nn.mse([fmean(column) for column in zip(*answers, strict=True)], t)
print("one by one:", [round(e, 3) for e in single], f" mean {fmean(single):.3f}  together {together:.3f}")
assert together < 0.7 * fmean(single)

# %% [markdown]
# ## Layer by layer
#
# Deep networks used to be **pretrained**. Each layer first learned, by itself, to reproduce the output of the layer
# before it. This is an early form of the autoencoders below. Does it make a better start?

# %% tags=["system-23"]
random.seed(11)
codes = [[float(k >> i & 1) for i in range(3)] * 2 for k in range(8)]  # three bits, each twice
fresh = nn.Autoencoder(6, [5, 3], init="xavier_uniform")
ready = nn.Autoencoder(6, [5, 3])
ready.load_state_dict(fresh.state_dict())
ready.pretrain(codes, optimizer=lambda p: nn.Adam(p, lr=0.03), epochs=60)
starts = [nn.mse([net(x) for x in codes], codes).data for net in (fresh, ready)]
print(f"error at the start: fresh {starts[0]:.3f}, pretrained {starts[1]:.3f}")
assert starts[1] < starts[0] / 2

# %% [markdown]
# ## Where to start
#
# At 0? Then all hidden units are the same. Below, two of them start with equal weights. Look at the gradients. Twins
# get the same gradient, and stay twins for ever. Only a difference at the start can separate them. Drag a weight to
# see.

# %% tags=["system-24"]
u, v = Value(0.5), Value(0.5)  # into two hidden units
h1, h2 = (u * 1.0).tanh(), (v * 1.0).tanh()
E = (0.5 * h1 + 0.5 * h2 - 1.0) ** 2
viz.step(E)

# %% [markdown]
# So the weights are drawn at random, and **near** zero, where a sigmoid is steep. If they are drawn large, most units
# are saturated before they have learned anything (see [notebook 8](08_activations_and_gradient_flow.ipynb)):

# %% tags=["system-24"]
random.seed(11)
zeros = nn.MLP(2, [2, 1], activation="tanh", init="zeros")
train(zeros, ([[0, 1], [1, 0]], [0, 1]))
print("from zeros, after 100 epochs:", {p.data for p in zeros.layers[0].parameters()})
inputs = [random.gauss(0, 3) for _ in range(30)]
for init in "small", "xavier_uniform", "normal":
    layer = nn.Layer(30, 20, activation="sigmoid", init=init)
    print(f"{init:15} saturated: {100 * fmean(unit.saturated for unit in units(*layer(inputs))):.0f} %")
assert {p.data for p in zeros.layers[0].parameters()} == {0.0}
assert fmean(unit.saturated for unit in units(*layer(inputs))) > 0.5  # those of "normal"

# %% [markdown]
# ### More than one valley
#
# Take one weight $w$, and data from $\sin 3x$. What is the error of $\sin wx$, for every $w$?

# %% tags=["system-24"]
X, t = nn.data.sample(lambda x: math.sin(3 * x), n=30, low=-2, high=2, seed=6)


def wave():
    return nn.Neuron(1, activation="sin", bias=False, init=lambda nin, nout: random.uniform(0, 10))


def error(w):
    return nn.mse([sin(w * x) for (x,) in X], t)


stuck = wave()
stuck.w[0].data = 8.3
train(stuck, (X, t), epochs=60)
best = nn.restarts(8, wave, (X, t), loss=nn.mse, optimizer=lambda p: nn.SGD(p, lr=0.1), epochs=60, seed=0)
ax = viz.plots.activation(error, 0, 10)
_ = ax.plot([8.3, stuck.w[0].data, best.model.w[0].data], [error(8.3), error(stuck.w[0].data), 0], "ko")

# %% [markdown]
# From 8.3, gradient descent rolls into the nearest valley, at 8. The cure is simple: start again from several random
# places, and keep the best.

# %% tags=["system-24"]
print(f"stuck at {stuck.w[0].data:.2f} with an error of {error(stuck.w[0].data):.3f}")
print(f"the best of 8 starts: {best.model.w[0].data:.2f} with {best.best_score:.6f}")
assert abs(stuck.w[0].data - 8) < 0.1
assert abs(best.model.w[0].data - 3) < 0.01

# %% [markdown]
# ### Scale the inputs
#
# One input counts rooms, the other square metres. How much more does the error curve along one weight than along the
# other? That is a second derivative. **Standardise** each column, $(x - \bar{x}) / \sigma$, or bring it into [0, 1] by
# $(x - \min) / (\max - \min)$:

# %% tags=["system-24"]
flats = [[1.0, 20.0], [2.0, 60.0], [3.0, 100.0]]
scaled = nn.MinMaxScaler().fit(flats).transform(flats)
standard = nn.StandardScaler().fit(flats).transform(flats)
for name, rows in ("as they are", flats), ("from 0 to 1", scaled), ("standardised", standard):
    columns = list(zip(*rows, strict=True))
    curvature = [grad(grad(lambda w, xs=xs: nn.mse([w * x for x in xs], [1.0, 2.0, 3.0])))(0.0) for xs in columns]
    print(f"{name:13} {[[round(v, 2) for v in row] for row in rows]}  curvature {[round(c, 2) for c in curvature]}")
assert scaled == [[0, 0], [0.5, 0.5], [1, 1]]
assert all(abs(fmean(column)) < 1e-12 and math.isclose(pvariance(column), 1) for column in columns)
assert math.isclose(*curvature)

# %% [markdown]
# Unscaled, the valley is a thousand times steeper along one weight than along the other, for no reason but the units.
#
# ### How many hidden units?
#
# Ask the data, but not the data that you train on. **Train** on one part, choose by a second, the **validation** part,
# and report the error on a third, the **test** part, which had no say in anything.

# %% tags=["system-24"]
X, t = nn.data.sample(lambda x: math.sin(4 * x), n=60, noise=0.05, seed=3)
training, validation, test = nn.split(X, t)
scores = {}
for hidden in 1, 2, 6:
    random.seed(0)
    net = nn.MLP(1, [hidden, 1], activation="tanh")
    train(net, training, nn.Adam, epochs=150)
    scores[hidden] = [nn.mse([net(x) for x in part[0]], part[1]).data for part in (training, validation, test)]
    print(f"{hidden} hidden: training, validation, test", [round(score, 4) for score in scores[hidden]])
chosen = min(scores, key=lambda hidden: scores[hidden][1])
print("chosen by validation:", chosen)
assert chosen > 1
assert scores[chosen][2] < scores[1][2] / 5

# %% [markdown]
# ## What is it for? To estimate
#
# In **regression**, the last neuron is linear. Why not a tanh there too? Its answers end at 1, and the data reach 15:

# %% tags=["system-25"]
random.seed(11)
X, t = nn.data.sample(lambda x: 10 + 5 * x, n=20, seed=1)
ax = plt.subplots(figsize=(6, 3), layout="constrained")[1]
ax.plot([x for (x,) in X], t, "k.")
errors = {}
for name, activation in ("linear", "tanh"), ("tanh", ["tanh", "tanh"]):
    net = nn.MLP(1, [4, 1], activation=activation)
    errors[name] = train(net, (X, t), nn.Adam, epochs=200)["loss"][-1]
    ax.plot(grid, [net([x]).data for x in grid], label=f"last neuron {name}")
ax.legend(frameon=False)
print("error:", {name: round(e, 3) for name, e in errors.items()})
assert errors["linear"] < 0.1
assert errors["tanh"] > 50

# %% [markdown]
# ## To classify
#
# There is one output for each class, and the largest is the answer. Softmax turns them into probabilities, and
# cross-entropy trains them.

# %% tags=["system-25"]
random.seed(11)
X, y = nn.data.blobs(45, centers=3, seed=2)
net = nn.MLP(2, [6, 3], activation="tanh")
train(net, (X, y), nn.Adam, epochs=40, loss=nn.cross_entropy)
viz.plots.decision_boundary(net, X, y)
print("three scores:", [round(score.data, 2) for score in net(X[0])], " right class:", y[0])
assert len(net(X[0])) == 3
assert nn.accuracy([net(x) for x in X], y) > 0.95

# %% [markdown]
# ## To compress
#
# An **autoencoder** has to reproduce its input, through a **bottleneck** that is narrower. Points on a line in the
# plane have two coordinates, but one number says where on the line each of them is. Can a 2-1-2 network find that
# number?

# %% tags=["system-25"]
random.seed(2)
points = [[s, 0.5 * s] for s in (-1.0, -0.5, 0.25, 0.75, 1.0)]
net = nn.Autoencoder(2, [1], bias=False)
train(net, (points, points), nn.Adam, lr=0.05, epochs=200)
x0, x1 = Value(0.8), Value(0.4)
code = net.encode([x0, x1])
back0, back1 = net.decode(code)
E = (back0 - x0) ** 2 + (back1 - x1) ** 2
viz.step(E)

# %% [markdown]
# Between the two inputs and the two outputs there is one number. For (0.8, 0.4), which lies on the line, the error is
# nearly 0. Drag $x_1$ away from 0.4. What is off the line does not fit through the bottleneck, and comes back as some
# point *on* the line.
#
# The classic is 8-3-8, eight symbols through three hidden units. Nobody shows the network how to write eight symbols
# with three numbers. What does it find?

# %% tags=["system-25"]
random.seed(2)
symbols = nn.one_hot(range(8))
net = nn.MLP(8, [3, 8], activation=["sigmoid", "linear"], init="xavier_uniform")
history = train(net, (symbols, range(8)), nn.Adam, epochs=150, loss=nn.cross_entropy)
code = [[v.data for v in net.layers[0](x)] for x in symbols]
for row in code:
    print([round(v, 2) for v in row])
print("wrong:", nn.errors([net(x) for x in symbols], range(8)))
assert nn.errors([net(x) for x in symbols], range(8)) == 0
assert len({tuple(round(v) for v in row) for row in code}) == 8

# %% [markdown]
# It has invented binary numbers. Every symbol has its own three bits.
#
# ## What to remember
#
# * One example at a time, a few, or all: they give the same direction on average, with more or less noise.
# * In a narrow valley, the gradient does not point to the bottom. Momentum, a rate for each weight, and curvature help
#   with that, and so does scaling the inputs.
# * Judge by data that had no say. Stop early, choose sizes and penalties on the validation part, and report the test
#   part.
#
# ## Exercises
#
# 1. At which learning rate does gradient descent on the valley $\frac{1}{2} a^2 + 50 b^2$ cease to converge? Try 0.0199
#    and 0.0201, and say why.
# 2. Here is a learning rate that adapts itself: raise it by 5 % after an epoch that made the loss smaller, halve it
#    after any other. Write it as a callback of `fit`, start from a rate of 0.001, and compare with a rate that stays
#    the same.
# 3. Show that a network with `dropout=0.5` gives varying answers to the same question while it trains, and always the
#    same answer in use.
#
# The solutions are in the folded cells below.

# %% tags=["solution"] jupyter={"source_hidden": true}
for rate in 0.0199, 0.0201:
    path = nn.minimize(valley, [10.0, 1.0], lambda p, rate=rate: nn.SGD(p, lr=rate), steps=2000)
    print(f"1. rate {rate}: |b| ends at {abs(path[-1][1]):.1e}")
    assert (abs(path[-1][1]) < 1) == (rate < 0.02)  # each step multiplies b by 1 − 100 · rate


# %% tags=["solution"] jupyter={"source_hidden": true}
def adapt(history):
    losses = history["loss"][-2:]
    history.optimizer.lr *= 1.05 if losses[-1] < losses[0] or len(losses) == 1 else 0.5


data = nn.data.sample(lambda x: 2 * x - 1, n=24, seed=2)
final = {}
for name, callbacks in ("kept", []), ("adapted", [adapt]):
    line = nn.Neuron(1, nonlin=False, init="zeros")
    final[name] = train(line, data, lr=0.001, callbacks=callbacks, epochs=150)["loss"][-1]
print("2.", {name: round(loss, 6) for name, loss in final.items()})
assert final["adapted"] < final["kept"] / 1000

# %% tags=["solution"] jupyter={"source_hidden": true}
random.seed(0)
net = nn.MLP(2, [8, 1], dropout=0.5)
training = {net([1.0, -2.0]).data for _ in range(20)}
net.eval()
use = {net([1.0, -2.0]).data for _ in range(20)}
print(f"3. {len(training)} different answers in training, {len(use)} in use")
assert len(training) > 5
assert len(use) == 1
