# %% [markdown]
# # 5 · Threshold units, and what they can learn
#
# **What you will learn:** what a neuron that can only say yes or no is able to compute, how it learned before
# backpropagation, in 1958 and in 1960, how ten of them read handwritten digits, and two things that no such neuron can
# ever do, however long it learns.
#
# **Runs in** a few seconds. Read first: [3 · Gates, branches and
# accumulation](03_gates_branches_and_accumulation.ipynb).

# %%
from itertools import product

import matplotlib.pyplot as plt

import autograd
import viz
from autograd import Value
from nn import data, split
from nn.classic import AND, OR, Adaline, McCullochPitts, MulticlassPerceptron, Perceptron

# %% [markdown]
# ## 1943: all or nothing
#
# McCulloch and Pitts had an idea of what a nerve cell does. It adds up its inputs, and fires if the sum reaches a
# threshold $\theta$. Is that enough for logic? Here is the unit with weights 1, 1 and $\theta = 2$. **Drag** $x_1$ and
# $x_2$ to 0 or 1. When does it fire?

# %% tags=["system-1"]
unit = McCullochPitts([1, 1], theta=2)
x1, x2 = Value(1.0), Value(0.0)
fires = unit([x1, x2])
viz.step(fires)

# %% [markdown]
# It fires only for 1 and 1, so it is an AND. (The picture shows a *bias* $b = -\theta$. Reaching $\theta$ is the same
# as reaching 0 once $\theta$ has been subtracted.) With a threshold that a single input can reach, it is an OR:

# %% tags=["system-1"]
square = [[0, 0], [0, 1], [1, 0], [1, 1]]
for name, theta in ("AND", 2), ("OR", 1):
    print(name, [int(McCullochPitts([1, 1], theta)(x).data) for x in square])
assert [int(AND(2)(x).data) for x in square] == [0, 0, 0, 1]
assert [int(OR(2)(x).data) for x in square] == [0, 1, 1, 1]

# %% [markdown]
# What such a unit does to the plane can be drawn. It cuts the plane in two along a straight line, and fires on one
# side.

# %% tags=["system-1"]
figure, axes = plt.subplots(1, 2, figsize=(7, 3.2), layout="constrained")
for ax, gate, name in zip(axes, (AND(2), OR(2)), ("AND", "OR"), strict=True):
    viz.plots.decision_boundary(gate.score, square, [int(gate(x).data) for x in square], ax=ax).set_title(name)

# %% [markdown]
# ## 1958: learning from mistakes
#
# Who sets the weights? Backpropagation cannot. Look at the dotted wire in the first player. A step is flat, so its
# slope is 0 and **nothing flows back**. Rosenblatt's *perceptron* learns all the same, by a rule that fits in two
# sentences:
#
# > If it is silent and should have fired, **add** the input to the weights. If it fires and should not have,
# > **subtract** it.
#
# Here are thirty-five points, of which those above some line belong to class 1. How many rounds does it take to find a
# line of its own?

# %% tags=["system-2"]
X, above = data.sample(lambda a, b: a + 2 * b - 6, n=40, low=0, high=4, inputs=2, seed=2)
X, y = zip(*[(x, int(by > 0)) for x, by in zip(X, above, strict=True) if abs(by) > 0.6], strict=True)
figure, axes = plt.subplots(1, 4, figsize=(10, 2.8), layout="constrained")
for ax, epochs in zip(axes, (1, 2, 4, 8), strict=True):
    model = Perceptron(2, low=0)
    mistakes = model.fit(X, y, epochs=epochs)
    viz.plots.decision_boundary(model.score, X, y, ax=ax).set_title(f"after {epochs}: {mistakes[-1]} mistakes")
assert len(X) == 35
assert mistakes == [14, 6, 8, 8, 8, 5, 3, 0]

# %% [markdown]
# It wanders about, makes *more* mistakes for a while, and then it is done for good. The last round has none. If there
# is such a line at all, the rule will find one. That is the *convergence theorem* (Novikoff, 1962).
#
# ## There was a gradient after all
#
# Instead of counting errors, measure how **far** the sum is on the wrong side: $J = -\sum y\,(w \cdot x + b)$ over the
# wrong answers, with $y = \pm 1$. That is the *perceptron criterion*. It has a slope, and the slope is the rule! Step
# through it for two misclassified points, (2, 0) with $y = -1$ and (0, 1) with $y = 1$:

# %% tags=["system-2"]
p = Perceptron(2)
for parameter, number in zip(p.parameters(), (1.0, -2.0, 0.5), strict=True):
    parameter.data = number
J = p.score([2, 0]) - p.score([0, 1])
viz.step(J)

# %% [markdown]
# `criterion` finds out for itself which points are wrong. We add two points that are right, and so have no say:

# %% tags=["system-2"]
J = p.criterion([[1, 0], [0, 1], [2, 0], [0, 2]], [1, 1, -1, -1])
J.backward()
print("J =", J.data, "from the two wrong ones, which are 1.5 and 2.5 off")
print("by the engine ", [parameter.grad for parameter in p.parameters()])
print("by the formula", p.criterion_gradient([[1, 0], [0, 1], [2, 0], [0, 2]], [1, 1, -1, -1]), "= −Σ yx, −Σ y")
assert J.data == 1.5 + 2.5
assert [parameter.grad for parameter in p.parameters()] == [2.0, -1.0, 0.0]

# %% [markdown]
# ## 1960: learning from right answers too
#
# The perceptron learns nothing from a right answer. Widrow and Hoff's ADALINE does. It looks at the sum
# $z = w \cdot x + b$ *before* the threshold, and wants the sum itself to equal the target, 1 or −1. So the error is
# $E = \frac12 (y - z)^2$, and now gradients flow all the way back:

# %% tags=["system-3"]
adaline = Adaline(1)
z = adaline([2.0])
E = (1.0 - z) ** 2 / 2
viz.step(E)

# %% [markdown]
# The gradient is $-(y - z)\,x$. A step against it is the **delta rule** $\Delta w = \eta\,(y - z)\,x$. It is the
# perceptron's rule, but with the sum $z$ in place of the answer ŷ. Drag the weight and the bias above. Where is the
# gradient 0?

# %% tags=["system-3"]
E.backward()
gradient = [parameter.grad for parameter in adaline.parameters()]
adaline.update([[2.0]], [1.0], lr=0.1)
print("gradient", gradient, " new weights", [round(parameter.data, 3) for parameter in adaline.parameters()])
assert [parameter.data for parameter in adaline.parameters()] == [-0.1 * g for g in gradient]

# %% [markdown]
# You can update the weights after every sample (*online*) or once for all of them (*batch*). Here are both on AND, with
# targets ±1:

# %% tags=["system-3"]
targets = [-1, -1, -1, 1]
batch, online = Adaline(2), Adaline(2)
errors = {
    "loss, batch": batch.fit(square, targets, lr=0.1, epochs=100, batch=True),
    "loss, online": online.fit(square, targets, lr=0.1, epochs=100),
}
axes = viz.plots.curves(errors, ax=plt.subplots(figsize=(6, 2.8), layout="constrained")[1])
print("batch: ", [round(parameter.data, 2) for parameter in batch.parameters()])
print("online:", [round(parameter.data, 2) for parameter in online.parameters()])
assert [round(parameter.data, 2) for parameter in batch.parameters()] == [1.0, 1.0, -1.5]  # the least-squares solution
assert [batch.answer(x) for x in square] == [online.answer(x) for x in square] == targets

# %% [markdown]
# Neither reaches 0. No plane passes through all four targets, and ½ is the smallest possible loss. Yet all answers are
# right. (Online learning ends slightly off the minimum, because each sample pulls the weights its own way.)
#
# ## Reading digits
#
# Take ten units, one for each digit, and let the largest sum win. On a mistake, the old rule applies twice: **add** the
# image to the weights of the right digit, and **subtract** it from those of the winner. These are real handwritten
# digits of 8×8 pixels:

# %% tags=["system-4"]
(images, labels), (new_images, new_labels) = split(*data.digits(), (0.2, 0.8))
axes = viz.plots.images(images[:20])

# %% tags=["system-4"]
reader = MulticlassPerceptron(64, 10)
mistakes = reader.fit(images, labels, epochs=4)
print("mistakes in each round, of", len(images), "digits:", mistakes)
axes = viz.plots.templates(reader.templates())

# %% [markdown]
# These are the **weights**, drawn as images. Red counts for the digit, blue against it. Each is a *template* of its
# digit. Do you see the zero? Its middle is blue, because ink there speaks against a zero. How good are the templates on
# digits they have never seen?


# %% tags=["system-4"]
def share_right(some, count=300):
    pairs = zip(some[:count], new_labels, strict=False)
    return sum(reader.answer(image) == label for image, label in pairs) / count


moved = [[image[8 * r + c - 2] if c >= 2 else 0.0 for r in range(8) for c in range(8)] for image in new_images]
print(f"as they are:               {share_right(new_images):.0%}")
print(f"two pixels to the right:   {share_right(moved):.0%}")
assert share_right(new_images) > 0.75
assert share_right(moved) < 0.4
axes = viz.plots.images([*new_images[:10], *moved[:10]])

# %% [markdown]
# A template does not know what a seven *is*, only where its ink usually lies. Move the digit by two pixels and the
# template no longer recognises it. Remember this when we come to networks whose first layer looks at small patches,
# wherever they are.
#
# Is this rule a gradient, too? Take $J = \max(z) - z_\text{right}$, which says how far the winner is ahead of the right
# class. Here there are three classes and one input, and class 1 ought to win:

# %% tags=["system-4"]
small = MulticlassPerceptron(1, 3)
for x, label in ([2.0], 2), ([-1.0], 0):
    small.update(x, label)
z = small([1.0])
J = autograd.max(z) - z[1]
viz.step(J)

# %% tags=["system-4"]
J.backward()
gradient = [parameter.grad for parameter in small.parameters()]
before = [parameter.data for parameter in small.parameters()]
small.update([1.0], 1)
change = [parameter.data - was for parameter, was in zip(small.parameters(), before, strict=True)]
print("gradient", gradient, "\nchange  ", change)
assert change == [-g for g in gradient]

# %% [markdown]
# ## What no threshold unit can do
#
# Now a game. One unit looks at all four rows of XOR ("one or the other, but not both"). $s_{01}$ and $s_{10}$ are its
# sums where it must fire. They have to be above $s_{00}$ and $s_{11}$, its sums where it must not, so that a threshold
# fits in between. The *margin* is the smaller of the first two minus the larger of the other two. **Drag $w_0$, $w_1$
# and $b$ until the margin is above 0.** (Give it a minute. The gradients tell you where to go!)

# %% tags=["system-5"]
unit = McCullochPitts([1, 1], theta=0.5)
s00, s01, s10, s11 = (unit.score(x) for x in square)
margin = autograd.min(s01, s10) - autograd.max(s00, s11)
viz.step(margin)

# %% [markdown]
# Nobody can. Look: $s_{01} + s_{10} = w_0 + w_1 + 2b = s_{00} + s_{11}$. The two pairs have the same sum! So the
# smaller of one pair is never above the larger of the other. The lecture proves it with four inequalities for "same",
# the opposite of XOR:
#
# $$w_1 + w_2 \ge \theta, \quad 0 \ge \theta, \quad w_1 < \theta, \quad w_2 < \theta$$
#
# Add the first two, then add the other two: $w_1 + w_2 \ge 2\theta$ and $w_1 + w_2 < 2\theta$. Both cannot be true. The
# perceptron does not know this, and goes round in circles for ever:

# %% tags=["system-5"]
xor = [0, 1, 1, 0]
p, seen = Perceptron(2, low=0), []
while (state := tuple(parameter.data for parameter in p.parameters())) not in seen:
    seen.append(state)
    p.fit(square, xor, epochs=1)
print(f"after {len(seen)} rounds it is back at {state}, where it was after {seen.index(state)}")

# %% [markdown]
# How close can one unit get? We try 294 units, and count the wrong rows of the best:

# %% tags=["system-5"]
fewest = min(
    sum(McCullochPitts([a, b], theta)(x).data != target for x, target in zip(square, xor, strict=True))
    for a, b, theta in product(range(-3, 4), range(-3, 4), [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])
)
print("wrong rows of the best of 294 units:", int(fewest))
assert fewest == 1

# %% [markdown]
# With one more feature, $x_1 x_2$, it can. But somebody had to think of that feature. *Hidden units* are there to find
# such features by themselves.

# %% tags=["system-2", "system-5"]
with_product = Perceptron(3, low=0)
mistakes = with_product.fit([[a, b, a * b] for a, b in square], xor)
print(mistakes, [parameter.data for parameter in with_product.parameters()])
assert mistakes[-1] == 0

# %% [markdown]
# ## Two patterns on a ring
#
# The second impossibility is a deeper one. Take two patterns of four lit pixels on a ring of twelve. Each may be at any
# of twelve places, which are the rows of the pictures. The first pattern is on the left, the second on the right:

# %% tags=["system-5"]
RING = 12
one, other = (
    [[int((i - place) % RING in pattern) for i in range(RING)] for place in range(RING)]
    for pattern in ({0, 1, 2, 5}, {0, 2, 3, 7})
)
axes = viz.plots.templates(
    [[pixel for row in rows for pixel in row] for rows in (one, other)], shape=(RING, RING), columns=2
)

# %% [markdown]
# You can easily tell them apart, because in the left one three pixels touch. Can a unit with twelve weights? Look at a
# *column*. Each pixel is lit at exactly four of the twelve places. So the sums of all twelve rows, added up, are 4
# times the sum of the weights, and that is so **for both patterns**. If all rows of one pattern are above a threshold,
# those of the other cannot all be below it.

# %% tags=["system-5"]
ring = Perceptron(RING)
mistakes = ring.fit(one + other, [1] * RING + [-1] * RING, epochs=200)
weights = [w.data for w in ring.w]
totals = [sum(w * pixel for row in rows for w, pixel in zip(weights, row, strict=True)) for rows in (one, other)]
print("Σ over all places:", totals, " 4 Σ w =", 4 * sum(weights))
assert totals[0] == totals[1] == 4 * sum(weights)
assert len(mistakes) == 200
assert min(mistakes) > 0
axes = viz.plots.curves({"mistakes in a round": mistakes}, ax=plt.subplots(figsize=(6, 2.4), layout="constrained")[1])

# %% [markdown]
# Two hundred rounds and no end in sight. Recognising a pattern at every place takes more than one layer.
#
# ## What to remember
#
# * A threshold unit cuts space in two with a **straight line**. Nothing flows back through its step.
# * The perceptron rule and the delta rule are both "error times input", and both follow the gradient of some error.
# * XOR, and a pattern that moves, are beyond **every** single unit. No training can change that.
#
# ## Exercises
#
# 1. Find weights and a threshold for "at least two of three", and for "A, but not B". Check all rows.
# 2. `data.iris()` has three species of iris, fifty flowers of each. Which species can a perceptron tell from the other
#    two? Give it 20 rounds.
# 3. The second pattern on the ring loses a pixel. Now there *is* a unit that tells the two apart at all places. Find it
#    without a computer, then let the perceptron find one.
#
# The solutions are in the folded cells below.

# %% tags=["solution"] jupyter={"source_hidden": true}
two_of_three, a_not_b = McCullochPitts([1, 1, 1], theta=2), McCullochPitts([1, -1], theta=1)
assert all(two_of_three(x).data == (sum(x) >= 2) for x in product((0, 1), repeat=3))
assert all(a_not_b(x).data == (x[0] and not x[1]) for x in product((0, 1), repeat=2))
print("1.", two_of_three, a_not_b)

# %% tags=["solution"] jupyter={"source_hidden": true}
flowers, kinds = data.iris()
last = [Perceptron(4, low=0).fit(flowers, [int(kind == k) for kind in kinds], epochs=20)[-1] for k in range(3)]
print("2. mistakes in the last round, setosa, versicolor, virginica:", last)
assert last[0] == 0
assert min(last[1:]) > 0

# %% tags=["solution"] jupyter={"source_hidden": true}
three = [[int((i - place) % RING in {0, 2, 3}) for i in range(RING)] for place in range(RING)]
counter = McCullochPitts([1] * RING, theta=3.5)  # it counts: four pixels or three
assert [counter(x).data for x in one + three] == [1.0] * RING + [0.0] * RING
found = Perceptron(RING).fit(one + three, [1] * RING + [-1] * RING, epochs=200)
print("3. weights of 1 and a threshold of 3.5; the perceptron needs", len(found), "rounds")
assert found[-1] == 0
