# %% [markdown]
# # 6 · XOR, logic and decision regions
#
# **What you will learn:** how a second layer does what a single one cannot, why any logical formula is a network, and
# which shapes one, two and three layers can cut out of the plane. Nothing is learned here. We set every weight
# ourselves.
#
# **Runs in** a few seconds. Read first: [5 · Threshold units, and what they can
# learn](05_threshold_units_and_what_they_learn.ipynb).

# %%
import math
from itertools import product

import matplotlib.pyplot as plt

import viz
from autograd import Value, heaviside, operation
from nn.classic import AND, Circuit, Formula, McCullochPitts, Region, half_plane

# %% [markdown]
# ## Three units for XOR
#
# One unit cannot do "one or the other, but not both", as we saw at the end of the last notebook. But read the sentence
# again. It makes two statements: "one or the other", and "not both". Each is a line, so each is a unit, and a third
# unit asks for both:
#
# * $p_1$: $-x_1 - x_2 + 1.5 \ge 0$ (not both)
# * $p_2$: $x_1 + x_2 - 0.5 \ge 0$ (one or the other)
# * $o$: $p_1 + p_2 - 1.5 \ge 0$ (both statements hold)
#
# We make each unit a gate of its own, through which nothing flows back. (That is what `None` says, since the slope of a
# step is of no use.)


# %% tags=["system-6"]
@operation(None, None, symbol="−x₁ − x₂ + 1.5 ≥ 0")
def not_both(x1, x2):
    return heaviside(1.5 - x1 - x2, 1)


@operation(None, None, symbol="x₁ + x₂ − 0.5 ≥ 0")
def one_or_more(x1, x2):
    return heaviside(x1 + x2 - 0.5, 1)


@operation(None, None, symbol="p₁ + p₂ − 1.5 ≥ 0")
def both(p1, p2):
    return heaviside(p1 + p2 - 1.5, 1)


# %% [markdown]
# **Drag** $x_1$ and $x_2$ to 0 and 1. Does the network answer as XOR should? In the two rows where the answer is no,
# which unit says no?

# %% tags=["system-6"]
x1, x2 = Value(1.0), Value(0.0)
p1, p2 = not_both(x1, x2), one_or_more(x1, x2)
o = both(p1, p2)
viz.step(o)

# %% [markdown]
# Here is the same network as a `Circuit` of McCulloch-Pitts units, with its truth table. (A pair such as `(p1, (0, 1))`
# is a unit and where its inputs come from: 0 and 1 are $x_1$ and $x_2$, 2 is the first unit.)


# %% tags=["system-6"]
def xor_circuit(first=1.5):
    p1, p2, o = McCullochPitts([-1, -1], -first), McCullochPitts([1, 1], 0.5), McCullochPitts([1, 1], 1.5)
    return Circuit(2, [(p1, (0, 1)), (p2, (0, 1)), (o, (2, 3))])


square = [[0, 0], [0, 1], [1, 0], [1, 1]]
print("x1 x2 p1 p2 o")
table = [[*x, *(int(out.data) for out in xor_circuit().outputs(x))] for x in square]
for row in table:
    print(" ", "  ".join(map(str, row)))
assert table == [[0, 0, 1, 0, 0], [0, 1, 1, 1, 1], [1, 0, 1, 1, 1], [1, 1, 0, 1, 0]]

# %% [markdown]
# In the plane we see two lines, and the strip between them. Each unit of the first layer draws a line, and the second
# layer takes what the two sides have in common.


# %% tags=["system-6"]
def draw(ax, circuit, title):
    """Draw where a circuit fires, with the four points of XOR."""
    viz.plots.decision_boundary(lambda x: circuit(x) - 0.5, square, [0, 1, 1, 0], ax=ax).set_title(title)


units = xor_circuit().units
figure, axes = plt.subplots(1, 3, figsize=(9, 3), layout="constrained")
for ax, circuit, title in zip(axes, (*units[:2], xor_circuit()), ("p1", "p2", "both: XOR"), strict=True):
    draw(ax, circuit, title)

# %% [markdown]
# ## An error on a slide
#
# One of the lectures prints $-x_1 - x_2 + \mathbf{2.5} \ge 0$ for $p_1$. Where is that line? Before you look, work out
# what the network answers.

# %% tags=["system-6"]
figure, axes = plt.subplots(1, 2, figsize=(6, 3), layout="constrained")
for ax, first in zip(axes, (1.5, 2.5), strict=True):
    draw(ax, xor_circuit(first), f"with {first}")
printed = [int(xor_circuit(2.5)(x).data) for x in square]
print("with 2.5:", printed)
assert printed == [0, 1, 1, 1]

# %% [markdown]
# No corner of the square is beyond that line, so $p_1$ always says yes. What remains is $p_2$, which is an OR, and the
# point (1, 1) is on the wrong side.
#
# Another lecture uses −1 and 1 for no and yes, and other weights: $(1, 1, 0.5)$ and $(1, 1, -1.5)$, then
# $(0.7, -0.4, -1)$. The last number of each is the bias. The idea is the same: "one of them, but not both".

# %% tags=["system-6"]
either, two = McCullochPitts([1, 1], -0.5, low=-1), McCullochPitts([1, 1], 1.5, low=-1)
last = McCullochPitts([0.7, -0.4], 1.0, low=-1)
signs = Circuit(2, [(either, (0, 1)), (two, (0, 1)), (last, (2, 3))])
for x in product((-1, 1), repeat=2):
    print(x, "→", [int(out.data) for out in signs.outputs(x)])
    assert signs(x).data == -x[0] * x[1]

# %% [markdown]
# ## Any formula
#
# From units for AND, OR and NOT you can build every formula of logic, so networks can compute every Boolean function.
# The lecture's example has four inputs:
#
# $$((A \wedge \neg X \wedge Z) \vee (A \wedge \neg Y)) \wedge ((X \wedge Y) \vee \neg (X \wedge Z))$$


# %% tags=["system-7"]
@operation(None, None, symbol="AND")
def and_(a, b):
    return heaviside(a + b - 1.5, 1)


@operation(None, None, symbol="OR")
def or_(a, b):
    return heaviside(a + b - 0.5, 1)


@operation(None, symbol="NOT")
def not_(a):
    return heaviside(0.5 - a, 1)


@operation(None, None, None, symbol="AND")
def all_three(a, b, c):
    return heaviside(a + b + c - 2.5, 1)


# %% [markdown]
# **Drag** the inputs to 0 and 1. For how many of the 16 combinations will the answer be 1? Guess first.

# %% tags=["system-7"]
A, X, Y, Z = Value(1.0), Value(0.0), Value(1.0), Value(1.0)
left = or_(all_three(A, not_(X), Z), and_(A, not_(Y)))
right = or_(and_(X, Y), not_(and_(X, Z)))
answer = and_(left, right)
viz.step(answer)

# %% [markdown]
# You do not have to wire this up yourself. `Formula` parses the text, and needs fewer units, because a NOT is just a
# weight of −1. Click on a box to see what is in it:

# %% tags=["system-7"]
formula = Formula("((A & ~X & Z) | (A & ~Y)) & ((X & Y) | ~(X & Z))")
inputs = [Value(float(v), label=name) for name, v in zip(formula.names, (1, 0, 1, 1), strict=True)]
viz.graph(formula(inputs), collapse=True)

# %% [markdown]
# There are seven units in three layers, and no unit is connected to all others. The connections are *sparse*. Is the
# network right on all 16 rows? Python's own `and`, `or` and `not` are the judges. In the picture, each column is a row
# of the table, with $A$, $X$, $Y$ and $Z$ above and the answer below.

# %% tags=["system-7"]
table = formula.table()
for a, x, y, z, result in table:
    assert result == (((a and not x and z) or (a and not y)) and ((x and y) or not (x and z)))
print(len(table), "rows,", len(formula.units), "units, depth", formula.depth)
assert (len(table), len(formula.units), formula.depth) == (16, 7, 3)
ax = plt.subplots(figsize=(6, 2), layout="constrained")[1]
axes = viz.plots.templates([[v for column in zip(*table, strict=True) for v in column]], shape=(5, 16), ax=ax)
axes.set_axis_on()
axes.set(xticks=[], yticks=range(5), yticklabels=[*formula.names, "answer"])
assert sum(row[-1] for row in table) == 4

# %% [markdown]
# What about XOR as a formula, $(X \vee Y) \wedge (\neg X \vee \neg Y)$? Look at the weights it finds. You have seen
# them before.

# %% tags=["system-6", "system-7"]
xor = Formula("(X | Y) & (~X | ~Y)")
for unit in xor.units:
    print(unit)
weights = [([w.data for w in unit.w], unit.b.data) for unit in xor.units]
assert weights == [([1, 1], -0.5), ([-1, -1], 1.5), ([1, 1], -1.5)]  # p2, p1 and o

# %% [markdown]
# ## Shapes
#
# A unit cuts the plane in two. A unit of the second layer that ANDs three such cuts makes a triangle. **Drag the
# point** into the triangle with corners (0, 0), (4, 0), (0, 4), and out again through each of its sides:


# %% tags=["system-8"]
@operation(None, symbol="x ≥ 0")
def right_of_axis(x):
    return heaviside(x, 1)


@operation(None, symbol="y ≥ 0")
def above_axis(y):
    return heaviside(y, 1)


@operation(None, None, symbol="x + y ≤ 4")
def below_diagonal(x, y):
    return heaviside(4 - x - y, 1)


# %% tags=["system-8"]
x, y = Value(1.0), Value(2.0)
inside = all_three(right_of_axis(x), above_axis(y), below_diagonal(x, y))
viz.step(inside)

# %% [markdown]
# And a third layer can OR several such shapes. In general:
#
# | layers of units | what they can cut out |
# |---|---|
# | one | a half-plane |
# | two | a convex polygon |
# | three | any union of polygons |

# %% tags=["system-8", "gallery-regions"]
triangle = [(0, 0), (4, 0), (0, 4)]
star = [
    ((3.2, 1.3)[k % 2] * math.sin(k * math.pi / 5) + 7, (3.2, 1.3)[k % 2] * math.cos(k * math.pi / 5) + 6)
    for k in range(10)
]
one, two, three = half_plane((0, 0), (4, 4)), Region([triangle]), Region([triangle, star])
print("units of the third:", len(three.units), " depths:", two.depth, "and", three.depth)
corners = [[-1, -1], [11, -1], [-1, 10], [11, 10]]
figure, axes = plt.subplots(1, 3, figsize=(10, 3.2), layout="constrained")
for ax, shape, name in zip(axes, (one, two, three), ("one layer", "two layers", "three layers"), strict=True):
    outside = [1 - int(shape(x).data) for x in corners]
    viz.plots.decision_boundary(lambda x, f=shape: [f(x), 0.5], corners, outside, ax=ax, cells=100).set_title(name)
assert (two.depth, three.depth) == (2, 3)

# %% [markdown]
# A star made of straight cuts! It is not convex, so it was cut into triangles first, and the third layer joins them. Is
# it right? Compare the triangle with what geometry says at every point of a grid:

# %% tags=["system-8"]
grid = list(product(range(-1, 6), repeat=2))
assert all(two(x).data == (x[0] >= 0 and x[1] >= 0 and x[0] + x[1] <= 4) for x in grid)
assert all(one(x).data == (x[1] >= x[0]) for x in grid)
print(
    [int(three(x).data) for x in ([1, 1], [7, 6], [7, 9.1], [9, 8.5])],
    "in the triangle, in the star, in its top point, between two of its points",
)
assert [int(three(x).data) for x in ([1, 1], [7, 6], [7, 9.1], [9, 8.5])] == [1, 1, 1, 0]

# %% [markdown]
# ## What is a layer when connections may skip?
#
# Then *depth* is the length of the longest chain of functions, each applied to the result of the one before. In the
# picture, count the columns of gates:

# %% tags=["system-8"]
a, b, c = Value(1.0), Value(2.0), Value(3.0)
viz.graph((a + b) * a.exp() + c)

# %% [markdown]
# There are three: a sum and an exp, a product, a sum. We set the weights of all these networks ourselves, so we know
# what each unit does. To *learn* the weights, we cannot use a step, since nothing flows back through it. The next
# notebook softens the step.
#
# ## What to remember
#
# * XOR needs **two** lines, hence a hidden layer. The last unit only combines what the others say.
# * Every formula of AND, OR and NOT is a network of threshold units.
# * One layer cuts out a half-plane, two a convex polygon, three any union of polygons.
#
# ## Exercises
#
# 1. XOR with **two** units: if the output may also see the inputs themselves, one hidden unit is enough. Which one?
# 2. Parity: is the number of ones among three inputs odd? Write it as a `Formula`. How many units does it have, and how
#    deep is it?
# 3. Cut out a frame, a square with a square hole. (A `Region` has no holes. But what can be an input of a unit?)
#
# The solutions are in the folded cells below.

# %% tags=["solution"] jupyter={"source_hidden": true}
short = Circuit(2, [(AND(2), (0, 1)), (McCullochPitts([1, 1, -2], theta=0.5), (0, 1, 2))])
print("1.", [int(short(x).data) for x in square], "count the ones, and subtract 2 if both are on")
assert [int(short(x).data) for x in square] == [0, 1, 1, 0]

# %% tags=["solution"] jupyter={"source_hidden": true}
parity = Formula("X ^ Y ^ Z")
print("2.", len(parity.units), "units, depth", parity.depth)
assert all(result == sum(x) % 2 for *x, result in parity.table())
assert (len(parity.units), parity.depth) == (6, 4)

# %% tags=["solution"] jupyter={"source_hidden": true}
outer, hole = (Region([[(a, a), (b, a), (b, b), (a, b)]]) for a, b in ((0, 10), (3, 7)))
frame = Circuit(2, [(outer, (0, 1)), (hole, (0, 1)), (AND(2, negated=[1]), (2, 3))])
ax = plt.subplots(figsize=(3.5, 3.2), layout="constrained")[1]
axes = viz.plots.decision_boundary(lambda x: frame(x) - 0.5, corners, [0, 0, 0, 0], ax=ax)
print("3. in the outer square and not in the inner one")
assert [int(frame(x).data) for x in ([1, 5], [5, 5], [12, 5])] == [1, 0, 0]
