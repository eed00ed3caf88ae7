# %% [markdown]
# # 9 · Losses, softmax and δ, worked out on paper
#
# **What you will learn:** how one number says how wrong a network is, why softmax and cross-entropy belong together,
# and what different textbooks mean by δ. We work everything out on paper first, and then let the engine do it.
#
# **Runs in** a few seconds. Read first: [2 · The graph and the chain rule](02_the_graph_and_the_chain_rule.ipynb).

# %%
import math
import random

import matplotlib.pyplot as plt
import numpy as np

import nn
import viz
from autograd import Value, dot, grad, gradcheck, hessian, jacobian, sigmoid, sign

# %% [markdown]
# ## How wrong is an answer?
#
# A network gives a score, and the right answer is 1. What should the loss be, as a function of the score? The most
# honest loss counts **errors**: 1 if the score is on the wrong side of 0. Look at its slope, in red, and then at the
# slopes of the others.

# %% tags=["system-13"]
losses = {
    "number of errors": lambda z: (1 - sign(z)) / 2,
    "perceptron criterion": lambda z: nn.perceptron_criterion(z, 1),
    "hinge": lambda z: nn.hinge(z, 1),
    "squared error": lambda z: nn.mse(z, 1.0),
    "squared error of σ(z)": lambda z: nn.mse(sigmoid(z), 1.0),
    "cross-entropy of σ(z)": lambda z: nn.bce_with_logits(z, 1),
}
figure, axes = plt.subplots(2, 3, figsize=(10, 5), layout="constrained")
for ax, (name, f) in zip(axes.flat, losses.items(), strict=True):
    viz.plots.activation(f, ax=ax).set_title(name)

# %% [markdown]
# The number of errors has no slope, so nothing can be learned from it. The squared error punishes a score of 3 for
# being *too* right. Now compare the last two at −4, where the answer is very wrong. With the squared error the slope
# has nearly gone, because the sigmoid is saturated. With cross-entropy it is almost −1. That is why classifiers use
# cross-entropy.
#
# ## The lecture's numbers
#
# A classifier says (0.1, 0.2, 0.6, 0.1), and the third class is right. The **cross-entropy** is minus the logarithm of
# the probability that it gave the right class:

# %% tags=["system-13"]
p, y = [0.1, 0.2, 0.6, 0.1], [0, 0, 1, 0]
loss = nn.log_loss(p, y)
print(f"−Σ y ln p = −ln 0.6 = {loss:.4f}")
assert loss == -math.log(0.6)

# %% [markdown]
# What if the truth itself is uncertain, $q = (0.25, 0.25, 0.4, 0.1)$? Then even the best answer costs something, namely
# the **entropy** of the truth. The rest is the **Kullback-Leibler divergence**, so that cross-entropy = entropy + KL.

# %% tags=["system-13"]
q = [0.25, 0.25, 0.4, 0.1]
z = [math.log(v) for v in p]  # scores of which p is the softmax
cross, entropy, kl = nn.cross_entropy(z, q), nn.entropy(q), nn.kl_divergence(z, q)
print(f"cross-entropy {cross:.4f} = entropy {entropy:.4f} + KL {kl:.4f}")
assert math.isclose(cross, entropy + kl)
assert math.isclose(kl, sum(b * math.log(b / a) for a, b in zip(p, q, strict=True)))  # by its definition
assert abs(nn.kl_divergence(z, p)) < 1e-15  # 0 if the answer is the truth

# %% [markdown]
# Here is the rest of the family, each on one line:

# %% tags=["system-13"]
a, d = [1.0, 2.0, 4.0], [1.0, 0.0, 3.0]
scores, weights = [3.2, 5.1, -1.7], [3.0, 4.0]
print("Euclidean ½‖d − a‖²        ", nn.euclidean(a, d))
print("mean squared error         ", round(nn.mse(a, d), 4))
print("binary cross-entropy       ", round(nn.bce(0.8, 1), 4), "= −ln 0.8")
print("symmetric cross-entropy    ", round(nn.symmetric_cross_entropy(z, y), 4), "(each class against the others)")
print("SVM: hinge of three classes", round(nn.multi_hinge(scores, 0), 4), "+ L2", nn.l2(weights, 0.2))
print("number of errors           ", nn.errors([scores], [0]), "of 1: 5.1 is largest, but the first is right")
assert nn.euclidean(a, d) == 0.5 * (0 + 4 + 1)
assert math.isclose(nn.multi_hinge(scores, 0), 5.1 - 3.2 + 1)
assert nn.l2(weights, 0.2) == 0.1 * (9 + 16)
assert math.isclose(nn.bce(0.8, 1), -math.log(0.8))

# %% [markdown]
# ## The most beautiful gradient
#
# Softmax is made of exponentials and a division, and cross-entropy is a logarithm. What is the gradient of all that?
# Play it to the end, and look at the three scores on the left. The first class is right.

# %% tags=["system-13"]
z0, z1, z2 = Value(math.log(0.6)), Value(math.log(0.3)), Value(math.log(0.1))
e0, e1, e2 = z0.exp(), z1.exp(), z2.exp()
p0 = e0 / (e0 + e1 + e2)
loss = -p0.log()
viz.step(loss)

# %% [markdown]
# −0.4, 0.3, 0.1: the probability of each class, minus 1 for the right one. The gradient is **p − y**. All the
# exponentials have gone. Change a score, and it remains true. Here is the same with the lecture's numbers, and the
# whole loss as one gate:

# %% tags=["system-13"]
scores = [Value(math.log(v), label=f"z{k}") for k, v in enumerate(p)]
loss = nn.cross_entropy(scores, 2)
loss.backward()
print("p − y =", [round(score.grad, 12) for score in scores])
assert [round(score.grad, 12) for score in scores] == [0.1, 0.2, -0.4, 0.1]
viz.graph(loss)

# %% [markdown]
# ## A sign that got lost
#
# One set of slides says that the gradient of $(y - a)^2$ with respect to the output $a$ is $2(y - a)$. Is it?

# %% tags=["system-13", "system-17"]
y, a = 1.0, 0.3
print(gradcheck(lambda a: (y - a) ** 2, [a], grad=lambda a: 2 * (y - a)))

# %% tags=["system-13", "system-17"]
right = gradcheck(lambda a: (y - a) ** 2, [a], grad=lambda a: 2 * (a - y))
print("2(a − y):", right.verdict)
assert right.verdict == "PASS"
assert grad(lambda a: (y - a) ** 2)(a) == 2 * (a - y) == -1.4

# %% [markdown]
# The engine says $2(a - y)$. If the output is too small, the error falls as the output grows. With the slide's sign,
# learning would walk uphill.
#
# ## What is δ?
#
# Before there were engines, people did this on paper, and gave the number that travels backward a name: **δ**. But
# different books put it in different places. Here is one neuron, with net = wx, output $y = \sigma(\mathrm{net})$ and
# error $E = \frac{1}{2}(y - t)^2$. Read the red numbers from the right. Which of them is δ?

# %% tags=["system-17"]
w, x, t = Value(0.8), Value(1.5), 0.2
net = w * x
y = sigmoid(net)
E = (y - t) ** 2 / 2
viz.graph(E)

# %% tags=["system-17"]
E.backward()
on_paper = (y.data - t) * y.data * (1 - y.data)
print(f"δ = ∂E/∂y    = y − t                =  {y.grad:.4f}  after the bend")
print(f"δ = ∂E/∂net  = (y − t) y (1 − y)    =  {net.grad:.4f}  before the bend: most books")
print(f"δ = −∂E/∂net = (t − y) y (1 − y)    = {-net.grad:.4f}  ready to be added to the weights: Duda and Hart")
print(f"∂E/∂w        = ∂E/∂net · x          =  {w.grad:.4f}  in all of them")
assert math.isclose(y.grad, y.data - t)
assert math.isclose(net.grad, on_paper)
assert math.isclose(w.grad, on_paper * x.data)

# %% [markdown]
# Each is right in its own place, and the gradient of a weight is the same for all of them. What does *not* work is a
# formula from one book with the δ of another.
#
# ## The 2-2-1 example
#
# There are two inputs, one hidden unit $z_1$ next to a fixed $z_0$, and one output. What is
# $\partial E / \partial v_0$, on paper?

# %% tags=["system-17"]
w0, w1, v0, v1 = Value(0.4), Value(-0.7), Value(0.3), Value(0.8)


def two_two_one(w0, w1, v0, v1, x=(0.6, -1.1), z0=0.9, t=1.0):
    b = dot([v0, v1], x)
    z1 = sigmoid(b)
    a = dot([w0, w1], [z0, z1])
    y = sigmoid(a)
    return b, z1, a, y, (y - t) ** 2 / 2


b, z1, a, y, E = two_two_one(w0, w1, v0, v1)
viz.paths(E, v0)

# %% [markdown]
# There is one path from $v_0$ to $E$. Read the product from the right: $(y - t)$, then $y(1 - y)$, then $w_1$, then
# $z_1(1 - z_1)$, then $x_0$. That is the lecture's formula:

# %% tags=["system-17"]
E.backward()
delta = (y.data - 1.0) * y.data * (1 - y.data)
print(f"∂E/∂w0 = (y−t)y(1−y) z0              = {delta * 0.9:.6f}   engine {w0.grad:.6f}")
on_paper = delta * w1.data * z1.data * (1 - z1.data) * 0.6
print(f"∂E/∂v0 = (y−t)y(1−y) w1 z1(1−z1) x0  =  {on_paper:.6f}   engine  {v0.grad:.6f}")
assert math.isclose(w0.grad, delta * 0.9)
assert math.isclose(v0.grad, on_paper)

# %% [markdown]
# ### A puzzle
#
# The lecture gives a gradient, (0.09, 0.09, 0.002, 0.002), but not the weights that produce it. Can we find some? We
# have to solve the equation $\nabla E(w) = g$, and Newton's method solves equations whose derivatives are known. The
# derivatives of a gradient form the **Hessian**, which the engine gives us as well, as the gradient of a gradient.

# %% tags=["system-17"]
wanted = np.array([0.09, 0.09, 0.002, 0.002])


def instance(weights):
    return two_two_one(*weights, x=(1.0, 1.0), z0=0.9, t=0.0)[-1]


found = np.array([0.0, 0.5, 1.0, 1.0])  # a guess
for step in range(10):
    off = wanted - grad(instance)(found.tolist())
    if step < 6:
        print(f"step {step}: off by {abs(off).max():.0e}")
    found += np.linalg.lstsq(np.array(hessian(instance)(found.tolist())), off, rcond=1e-12)[0]

# %% [markdown]
# In each of the last steps, the number of right digits doubles. Play the graph with the weights that were found, and
# you will see the lecture's gradient at the four weights:

# %% tags=["system-17"]
w0, w1, v0, v1 = map(Value, found)
b, z1, a, y, E = two_two_one(w0, w1, v0, v1, x=(1.0, 1.0), z0=0.9, t=0.0)
viz.step(E)

# %% tags=["system-17"]
E.backward()
gradient = [round(v.grad, 12) for v in (w0, w1, v0, v1)]
print("weights ", found.round(4), " gradient", gradient)
assert gradient == [0.09, 0.09, 0.002, 0.002]

# %% [markdown]
# ## Two hidden layers, H1 and H2
#
# The rule for a hidden unit is to collect the δs of the next layer through the weights, and to multiply by the unit's
# own slope: $\delta_j = h_j (1 - h_j) \sum_k w_{kj} \delta_k$. Here it is, from the last layer to the first:

# %% tags=["system-17"]
random.seed(7)
model = nn.MLP(2, [3, 2, 2], activation=["sigmoid"] * 3, bias=False)
x, t = [0.5, -0.3], [0.9, 0.1]
h1 = model.layers[0](x)
h2 = model.layers[1](h1)
y = model.layers[2](h2)
E = nn.euclidean(y, t)


def back(layer, deltas, h):
    """Return δ for the units h, given the δs of the layer that they feed."""
    sums = [sum(n.w[j].data * d for n, d in zip(layer.neurons, deltas, strict=True)) for j in range(len(h))]
    return [s * u.data * (1 - u.data) for s, u in zip(sums, h, strict=True)]


delta3 = [(u.data - d) * u.data * (1 - u.data) for u, d in zip(y, t, strict=True)]
delta2 = back(model.layers[2], delta3, h2)
delta1 = back(model.layers[1], delta2, h1)

# %% tags=["system-17"]
E.backward()
for name, units, deltas in ("H1", h1, delta1), ("H2", h2, delta2), ("y ", y, delta3):
    nets = [u.args[0] for u in units]  # the sums before the sigmoid
    print(name, "on paper", [round(d, 6) for d in deltas], " engine", [round(v.grad, 6) for v in nets])
    assert all(math.isclose(d, v.grad, rel_tol=1e-9) for d, v in zip(deltas, nets, strict=True))
viz.neurons(model, E)

# %% [markdown]
# ### A rule with two slips
#
# One slide leaves out the slope $h(1 - h)$, and multiplies by the network's input $x$ where the layer's own input $z$
# belongs. Take the chain $x \to z = \sigma(ux) \to h = \sigma(vz) \to y = wh$:

# %% tags=["system-17"]
x, t, u, w = 1.7, 0.2, 0.6, 1.3
z = sigmoid(u * x)


def rule(v, slope=True, into=z):
    h = sigmoid(v * z)
    return (w * h - t) * w * (h * (1 - h) if slope else 1) * into


def error(v):
    return (w * sigmoid(v * z) - t) ** 2 / 2


verdicts = {
    "δ·z with the slope": gradcheck(error, [-0.9], grad=rule).verdict,
    "without the slope ": gradcheck(error, [-0.9], grad=lambda v: rule(v, slope=False)).verdict,
    "with x for z      ": gradcheck(error, [-0.9], grad=lambda v: rule(v, into=x)).verdict,
}
for name, verdict in verdicts.items():
    print(name, verdict)
assert list(verdicts.values()) == ["PASS", "FAIL", "FAIL"]

# %% [markdown]
# ## The worked net: λ, Ω → A, B, C → α, β
#
# A well-known handout works through a whole step on paper, with rules such as
# $\delta_\alpha = \alpha(1 - \alpha)(t_\alpha - \alpha)$ and $W^+_{A\alpha} = W_{A\alpha} + \eta\, \delta_\alpha A$.
# Its δ is $-\partial E / \partial \mathrm{net}$, so it *adds*. Is that the same as one step of gradient descent?

# %% tags=["system-17"]
random.seed(7)
net = nn.MLP(2, [3, 2], activation=["sigmoid"] * 2, bias=False)
hidden, output = net.layers
inputs, target, eta = (0.35, 0.9), (0.9, 0.2), 1.0  # λ and Ω; what α and β should be
A, B, C = (h.data for h in hidden(inputs))
alpha, beta = (y.data for y in net(inputs))

d_alpha = alpha * (1 - alpha) * (target[0] - alpha)
d_beta = beta * (1 - beta) * (target[1] - beta)
into_alpha, into_beta = ([w.data for w in neuron.w] for neuron in output.neurons)  # from A, B and C
new_alpha = [w + eta * d_alpha * h for w, h in zip(into_alpha, (A, B, C), strict=True)]
new_beta = [w + eta * d_beta * h for w, h in zip(into_beta, (A, B, C), strict=True)]

# %% [markdown]
# The hidden layer's errors come back through the weights of $\alpha$ and $\beta$:
# $\delta_A = A(1 - A)(\delta_\alpha W_{A\alpha} + \delta_\beta W_{A\beta})$, and likewise for B and C.


# %% tags=["system-17"]
def hidden_step(into_alpha, into_beta):
    """Return the weights from λ and Ω to A, B and C after the step."""
    back = [d_alpha * a + d_beta * b for a, b in zip(into_alpha, into_beta, strict=True)]
    deltas = [h * (1 - h) * error for h, error in zip((A, B, C), back, strict=True)]
    pairs = zip(hidden.neurons, deltas, strict=True)
    return [w.data + eta * d * x for neuron, d in pairs for w, x in zip(neuron.w, inputs, strict=True)]


by_rules = hidden_step(into_alpha, into_beta) + new_alpha + new_beta
too_late = hidden_step(new_alpha, new_beta)  # the trap explained below

# %% tags=["system-17"]
E = nn.euclidean(net(inputs), list(target))
E.backward()
nn.SGD(net.parameters(), lr=eta).step()
after = [p.data for p in net.parameters()]
print("λ → A   by rules", round(by_rules[0], 6), "  engine", round(after[0], 6))
print("C → β   by rules", round(by_rules[-1], 6), "  engine", round(after[-1], 6))
assert all(math.isclose(a, b, rel_tol=1e-12) for a, b in zip(by_rules, after, strict=True))

# %% [markdown]
# All twelve weights agree. There is one trap. The hidden errors must be computed with the *old* output weights. If you
# have already changed those, you get numbers that look right and are not:

# %% tags=["system-17"]
print("λ → A   old weights", round(after[0], 6), "  new weights", round(too_late[0], 6))
off = [abs(a / b - 1) for a, b in zip(too_late, after[:6], strict=True)]
print(f"off by up to {100 * max(off):.1f} %")
assert 1e-4 < max(off) < 0.05

# %% [markdown]
# ## From numbers to matrices
#
# Real code works with matrices. Is there another chain rule for them? Take $f = \lVert Wx \rVert^2$ and look at the
# numbers inside:

# %% tags=["system-19"]
W00, W01, W10, W11 = Value(0.1), Value(0.5), Value(-0.3), Value(0.8)
x0, x1 = Value(0.2), Value(0.4)
W, x = [[W00, W01], [W10, W11]], [x0, x1]
q0, q1 = (dot(row, x) for row in W)
f = dot([q0, q1], [q0, q1])
viz.step(f)

# %% [markdown]
# Step through the backward pass. At $x_0$ and $x_1$, which both rows use, two contributions are added. The gradient of
# $f$ with respect to $W$ has **the shape of $W$**, one number for each number in $W$. And $\nabla W = 2q\,x^T$, the
# only way to make that shape out of $q$ and $x$.

# %% tags=["system-19"]
f.backward()
q = [q0, q1]
print("f  =", round(f.data, 12), " q =", [round(v.data, 12) for v in q])
print("∇W =", [[round(w.grad, 12) for w in row] for row in W])
print("∇x =", [round(v.grad, 12) for v in x])
assert round(f.data, 12) == 0.116
assert [[round(w.grad, 12) for w in row] for row in W] == [[0.088, 0.176], [0.104, 0.208]]
assert [round(v.grad, 12) for v in x] == [-0.112, 0.636]
assert all(math.isclose(W[i][j].grad, 2 * q[i].data * x[j].data) for i in (0, 1) for j in (0, 1))

# %% [markdown]
# The derivatives of several numbers with respect to several others form a table, the **Jacobian**. That of $Wx$ is $W$
# itself. That of a ReLU on each number is 0 everywhere off its diagonal. For a thousand numbers it would have a million
# entries, nearly all of them 0. That is why nobody writes it down.

# %% tags=["system-19"]
rows = [[0.1, 0.5], [-0.3, 0.8]]
print("Wx:  ", jacobian(lambda x: [dot(row, x) for row in rows])([0.2, 0.4]))
print("relu:", jacobian(lambda x: [v.relu() for v in x])([1.0, -2.0, 3.0]))
assert jacobian(lambda x: [dot(row, x) for row in rows])([0.2, 0.4]) == rows
assert jacobian(lambda x: [v.relu() for v in x])([1.0, -2.0, 3.0]) == [[1, 0, 0], [0, 0, 0], [0, 0, 1]]

# %% [markdown]
# ## A whole classifier on one page
#
# Here are the scores $s = Wx$, the hinge loss over the wrong classes, and $R(W)$, the penalty for large weights. This
# is the graph that opens the cs231n lecture. The weights are used twice, so their gradients are sums.

# %% tags=["system-19"]
numbers = [[0.2, -0.5], [1.5, 1.3], [0.0, 0.25]]
W = [[Value(v, label=f"W{i}{j}") for j, v in enumerate(row)] for i, row in enumerate(numbers)]
s = [dot(row, [1.0, -2.0]) for row in W]
L = nn.multi_hinge(s, 1) + nn.l2([w for row in W for w in row], 0.1)
viz.graph(L)

# %% tags=["system-19"]
L.backward()
margins = [1 + s[0].data - s[1].data, 1 + s[2].data - s[1].data]
print("margins", [round(m, 3) for m in margins], " loss", round(L.data, 4))
assert math.isclose(L.data, sum(margins) + 0.05 * sum(v * v for row in numbers for v in row))
assert math.isclose(W[0][0].grad, 1.0 + 0.1 * 0.2)  # from the hinge the input 1, from the penalty λw
assert math.isclose(W[1][1].grad, -2 * -2.0 + 0.1 * 1.3)  # two classes are too close to the right one

# %% [markdown]
# ## What to remember
#
# * A loss must have a slope where the answer is wrong. Cross-entropy has one, **p − y**.
# * δ is the gradient at a neuron, before or after its bend, with or without a minus. Ask which, then multiply.
# * A gradient has the shape of its variable. Inside the matrices there are numbers, and the chain rule you know.
#
# ## Exercises
#
# 1. Take a very wrong answer (z = −4, where 1 is right). By what factor do the gradients of the squared error of σ(z)
#    and of the cross-entropy differ?
# 2. Show that p − y still holds where the target is not one-hot but $q = (0.25, 0.25, 0.4, 0.1)$.
# 3. Derive $\nabla x$ of $f = \lVert Wx \rVert^2$ as a formula in $W$ and $q$, and check it.
#
# The solutions are in the folded cells below.

# %% tags=["solution"] jupyter={"source_hidden": true}
squared, crossed = (grad(losses[f"{name} of σ(z)"])(-4.0) for name in ("squared error", "cross-entropy"))
print(f"1. {squared:.4f} against {crossed:.4f}, a factor of {crossed / squared:.0f}")
assert math.isclose(crossed / squared, 1 / (2 * sigmoid(-4.0) * (1 - sigmoid(-4.0))))

# %% tags=["solution"] jupyter={"source_hidden": true}
truth = [0.25, 0.25, 0.4, 0.1]
slopes = grad(lambda z: nn.cross_entropy(z, truth))([math.log(v) for v in p])
print("2.", [round(g, 6) for g in slopes])
assert all(math.isclose(g, a - b, abs_tol=1e-12) for g, a, b in zip(slopes, p, truth, strict=True))

# %% tags=["solution"] jupyter={"source_hidden": true}
M, v = [[0.1, 0.5], [-0.3, 0.8]], [0.2, 0.4]
q = [dot(row, v) for row in M]
formula = [2 * sum(M[i][j] * q[i] for i in (0, 1)) for j in (0, 1)]  # ∇x = 2 Wᵀq
print("3. 2 Wᵀq =", [round(g, 12) for g in formula])
assert [round(g, 12) for g in formula] == [-0.112, 0.636]
