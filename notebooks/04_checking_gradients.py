# %% [markdown]
# # 4 · Checking gradients
#
# **What you will learn:** how to test whether a gradient is right, why a smaller step is not always better, what to do
# at a kink, and how to let the computer search for the input at which your formula is wrong.
#
# **Runs in** ten seconds. Read first: [3 · Gates, branches and accumulation](03_gates_branches_and_accumulation.ipynb).

# %%
import cmath
import math
import random

import matplotlib.pyplot as plt
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

import autograd
import nn
import viz
from autograd import TABLE, Value, grad, gradcheck, operation, relu, sign, tanh
from autograd.strategies import expressions

# %% [markdown]
# ## Two ways to compute a slope
#
# | | numerical: try a step | analytic: backpropagation |
# |---|---|---|
# | speed | slow | fast |
# | result | approximate | exact |
# | to write | easy | easy to get wrong |
#
# Hence the oldest advice in the field: **derive it, then check it**. First, the speed. We take a network with 41
# weights and ask how its output moves with each of them. How often must we evaluate the network?

# %% tags=["system-18"]
random.seed(1)
net = nn.MLP(3, [4, 4, 1], activation="tanh")
weights = net.parameters()


def moved(w, by):
    """Return the output with one weight moved a little."""
    was, w.data = w.data, w.data + by
    out = net([2.0, 3.0, -1.0]).data
    w.data = was
    return out


h = 1e-5
numerical = [(moved(w, h) - moved(w, -h)) / (2 * h) for w in weights]
print("by trying steps: the network was evaluated", 2 * len(weights), "times")
assert len(weights) == 41

# %% [markdown]
# And with backpropagation? One pass forward and one pass back:

# %% tags=["system-18"]
net([2.0, 3.0, -1.0]).backward()
worst = max(abs(w.grad - slope) for w, slope in zip(weights, numerical, strict=True))
print(f"largest difference in the 41 pairs: {worst:.0e}")
assert worst < 1e-8

# %% [markdown]
# For a million weights it is two million evaluations against one. The agreement is worth something, because the two
# methods have nothing in common but the function.
#
# ## How small a step?
#
# The slope is the limit for $h \to 0$. So the smaller $h$, the better? Here is "rise over run" for $\sin$ at $x = 1$,
# recorded as a graph itself. The true slope is $\cos 1 = 0.540$. **Type into $h$:** 0.01, then 0.0001, then 1e-8, and
# then **1e-15**. What has happened?

# %% tags=["system-18"]
x, h = Value(1.0), Value(0.1)
slope = ((x + h).sin() - x.sin()) / h
viz.step(slope)

# %% [markdown]
# A float has about 16 digits. When $h$ is tiny, the two sines agree in nearly all of them. The difference keeps only
# the last few digits, and those are mostly rounding errors. So two errors pull in opposite directions. Let us draw
# them, for three formulas:

# %% tags=["system-18"]
recipes = {
    "forward: (f(x+h) − f(x)) / h": lambda h: (math.sin(1 + h) - math.sin(1)) / h,
    "central: (f(x+h) − f(x−h)) / 2h": lambda h: (math.sin(1 + h) - math.sin(1 - h)) / (2 * h),
    "complex: Im f(x+ih) / h": lambda h: cmath.sin(1 + 1j * h).imag / h,
}

# %% tags=["system-18", "gallery-step-size"]
truth = grad(autograd.sin)(1.0)
steps = [10 ** (-k / 8) for k in range(8, 129)]
errors = {name: [max(abs(recipe(h) - truth), 1e-17) for h in steps] for name, recipe in recipes.items()}
figure, axes = plt.subplots(layout="constrained")
for (name, error), colour in zip(errors.items(), viz.plots.COLOURS, strict=False):
    axes.loglog(steps, error, color=colour, label=name)
axes.invert_xaxis()
axes.set(xlabel="step h: smaller to the right", ylabel="error of the slope")
legend = axes.legend(frameon=False)

# %% [markdown]
# Two of the curves fall, turn, and climb again: **a U**. (On the left the function's curvature is to blame, on the
# right the rounding.) The central difference reaches an error some thousand times smaller, because its error on the
# left shrinks like $h^2$ and not like $h$.
#
# The third curve begins like the second, then simply falls to the floor and stays there! A step in an *imaginary*
# direction needs no subtraction, so nothing cancels (Squire and Trapp, 1998). The function must accept complex numbers,
# though.

# %% tags=["system-18"]
forward, central, imaginary = errors.values()
at = steps[forward.index(min(forward))], steps[central.index(min(central))]
print(f"forward: best error {min(forward):.0e} near h = {at[0]:.0e}; central: {min(central):.0e} near h = {at[1]:.0e}")
assert 1e-9 < at[0] < 1e-7  # about the square root of the rounding error, 2.2e-16
assert 1e-6 < at[1] < 1e-4  # about its cube root
assert min(central) < min(forward) / 1000
assert forward[-1] > 0.01  # at h = 1e-16 no digit is right
assert max(imaginary[-64:]) < 1e-15

# %% [markdown]
# ## A checker that knows its own error
#
# "Nearly equal" is a bad verdict, because it depends on $h$. `gradcheck` tries many steps, estimates the error of its
# own answer, and compares the difference with that. Here is the neuron of [notebook
# 2](02_the_graph_and_the_chain_rule.ipynb), with a gradient that we derived ourselves:


# %% tags=["system-18"]
def neuron(w0, x0, w1, x1, w2):
    return 1 / (1 + math.exp(-(w0 * x0 + w1 * x1 + w2)))


def backward(w0, x0, w1, x1, w2):
    y = neuron(w0, x0, w1, x1, w2)
    ds = y * (1 - y)
    return [x0 * ds, w0 * ds, x1 * ds, w1 * ds, ds]


report = gradcheck(neuron, [2.0, -1.0, -3.0, -2.0, -3.0], grad=backward)
print(report)
assert report.verdict == "PASS"
numbers = [round(check.numeric, 2) for check in report.checks]
assert numbers == [-0.20, 0.39, -0.39, -0.59, 0.20]  # the lecture's numbers

# %% [markdown]
# Each line of the report shows our gradient, the numerical one, and how far the numerical one can be off. With error
# bars so narrow, a mistake of one part in a hundred thousand cannot hide:


# %% tags=["system-18"]
def nearly(*numbers):
    return [(1 + 1e-5) * part for part in backward(*numbers)]


report = gradcheck(neuron, [2.0, -1.0, -3.0, -2.0, -3.0], grad=nearly)
print(report)
assert report.verdict == "FAIL"

# %% [markdown]
# ## Where did it go wrong?
#
# In a recorded graph the checker can say more. It finds not only *that* a gradient is wrong, but *which gate* is to
# blame. Here is an activation function of our own, $x / (1 + |x|)$. We think that its derivative is $(1 - y)^2$. Is it?


# %% tags=["system-18"]
@operation(lambda y, a: (1 - y) ** 2)
def squash(a):
    return a / (1 + abs(a))


w, x, b = Value(-1.5), Value(2.0), Value(0.5)
out = squash(w * x + b) * 4
report = gradcheck(lambda w, x, b: squash(w * x + b) * 4, [w, x, b])
viz.compare(out, report)

# %% tags=["system-18"]
print(report)
assert report.verdict == "FAIL"
assert gradcheck(lambda w, x, b: squash(w * x + b) * 4, [1.5, 2.0, 0.5]).verdict == "PASS"

# %% [markdown]
# Had we tried $w = +1.5$, where $y$ is above 0, everything would have passed, as the last line shows. **A test at one
# point tests one point.**
#
# ## Let the computer search
#
# So who chooses the points? [Hypothesis](https://hypothesis.readthedocs.io) does. It tries hundreds of inputs, nasty
# ones among them. Once it has found one that fails, it *shrinks* it until nothing can be left out.
#
# Our first patient is from a lecture. It is a neuron $\max(0, wx + b)$ with its backward pass, for which the slide
# gives $\mathrm{relu}'(z) = \mathrm{sgn}(z)$. We try it at one point, and it passes. Do you see what is wrong?


# %% tags=["system-18"]
def rectified(w, x, b):
    return max(0.0, w * x + b)


def from_the_slide(w, x, b):
    dz = math.copysign(1.0, w * x + b)  # "relu'(z) = sgn(z)"
    return [x * dz, w * dz, dz]


print("at w = 2, x = 3, b = 1:", gradcheck(rectified, [2.0, 3.0, 1.0], grad=from_the_slide).verdict)

# %% [markdown]
# Now let Hypothesis look for $w$, $x$ and $b$ between −100 and 100 at which the checker says `FAIL`:

# %% tags=["system-18"]
quick = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
number = st.floats(-100, 100)
found = find(
    st.tuples(number, number, number),
    lambda point: gradcheck(rectified, point, grad=from_the_slide).verdict == "FAIL",
    settings=quick,
)
print("Hypothesis: wrong at w, x, b =", found)
assert found == (0.0, 0.0, -1.0)

# %% [markdown]
# These are the smallest numbers that show the error. All that matters is $z = -1$. Below 0 the slope of relu is 0, not
# −1.
#
# Hypothesis can search through whole **graphs** as well. Give it three operations, one of them ours with the wrong
# derivative, and let it draw random expressions until one fails. It prints the failing expression as a program:

# %% tags=["system-18"]
smallest = find(
    expressions(ops=[TABLE["add"], TABLE["mul"], squash], max_ops=5),
    lambda f: gradcheck(f, f.leaves).verdict == "FAIL",
    settings=quick,
)
print(smallest)
assert [op.name for op, _ in smallest.calls] == ["squash"]
assert smallest.leaves[0] < 0

# %% [markdown]
# With $|y|$ in place of $y$ the derivative is right. In a project you would keep the search as a test. Here it runs on
# fifty graphs:


# %% tags=["system-18"]
@operation(lambda y, a: (1 - abs(y)) ** 2)
def squash(a):
    return a / (1 + abs(a))


@settings(quick, max_examples=50)
@given(expressions(ops=[TABLE["add"], TABLE["mul"], squash], max_ops=5))
def test_every_graph(f):
    assert gradcheck(f, f.leaves).verdict != "FAIL"


test_every_graph()

# %% [markdown]
# ## Kinks
#
# At 0, relu has no slope, or rather two of them: 0 to the left and 1 to the right. A central difference reaches across
# and reports ½, which is neither. What does `gradcheck` say?

# %% tags=["system-18"]
axes = viz.plots.activation("relu", -2.0, 2.0)

# %% tags=["system-18"]
h = 1e-5
print("central difference at 0:", (relu(h) - relu(-h)) / (2 * h))
at_the_kink = gradcheck(relu, [0.0])
print(at_the_kink)
assert at_the_kink.verdict == "KINK"
assert gradcheck(relu, [1e-7]).verdict == "PASS"  # near the kink is not at the kink

# %% [markdown]
# `KINK` means that any slope from one to the other is acceptable, and the engine's 0 is one of them. It is neither
# right nor wrong. There is a fourth verdict, for an honest "I cannot tell". Here it goes to a function that rolls dice
# and to one that oscillates too fast.

# %% tags=["system-18"]
dropout, too_wild = gradcheck(lambda x: x * (random.random() > 0.5), [1.0]), gradcheck(lambda x: (1e9 * x).sin(), [1.0])
print(dropout, too_wild, sep="\n\n")
assert dropout.verdict == too_wild.verdict == "INCONCLUSIVE"

# %% [markdown]
# ## Errors on slides
#
# Everyone makes mistakes, professors included. Here are some formulas as printed in well-known lectures, and as they
# should be, with the checker's verdicts:

# %% tags=["system-18"]
y, z = 1.0, -2.0


def verdict(f, at, claimed):
    return gradcheck(f, [at], grad=claimed).verdict


claims = [
    ("relu'(z) = sgn(z)              at z = −2", verdict(relu, z, sign), "FAIL"),
    ("relu'(z) = 1 if z > 0 else 0   at z = −2", verdict(relu, z, lambda z: float(z > 0)), "PASS"),
    ("∂(y − a)²/∂a = 2(y − a)                 ", verdict(lambda a: (y - a) ** 2, 0.3, lambda a: 2 * (y - a)), "FAIL"),
    ("∂(y − a)²/∂a = 2(a − y)                 ", verdict(lambda a: (y - a) ** 2, 0.3, lambda a: 2 * (a - y)), "PASS"),
    ("tanh(z) = 1 − tanh²(z), without a prime ", verdict(grad(tanh), 0.4, lambda z: 1 - tanh(z) ** 2), "FAIL"),
    ("tanh'(z) = 1 − tanh²(z)                 ", verdict(tanh, 0.4, lambda z: 1 - tanh(z) ** 2), "PASS"),
]
for formula, found, expected in claims:
    print(formula, found)
    assert found == expected

# %% [markdown]
# The wrong sign in the second formula is the worst of these. An engine that used it would climb the error instead of
# descending.
#
# ## What to remember
#
# * **Derive, then check.** Numerical slopes are slow and approximate, but hard to get wrong.
# * The best step is not the smallest. The error, plotted against $h$, is a **U**.
# * Let a search choose the points, and keep the smallest failure as a test. [docs/checking.md](../docs/checking.md)
#   shows how to do that in a project.
#
# ## Exercises
#
# 1. Draw the U for $f(x) = x^2$ at $x = 1$ with the central difference. Why has it lost its left arm?
# 2. Here is one more slide. For the chain $z = \sigma(ux)$, $h = \sigma(vz)$, $E = \frac12 (wh - t)^2$ it gives
#    $\partial E / \partial v = (wh - t)\, w\, x$. Two things are wrong with that. Correct it, and have the checker
#    confirm your correction at $x = 1.7$, $t = 0.2$, $u = 0.6$, $v = -0.9$, $w = 1.3$.
# 3. A student writes the backward pass of $\max(a, b, c)$ as "1 for each argument that equals the maximum". Let
#    Hypothesis search for the smallest point that fails. Taken one at a time, each of these slopes lies between the
#    slopes on the two sides of a kink. So what is wrong with them? Read the report.
#
# The solutions are in the folded cells below.

# %% tags=["solution"] jupyter={"source_hidden": true}
off = [abs(((1 + h) ** 2 - (1 - h) ** 2) / (2 * h) - 2) for h in steps]
figure, axes = plt.subplots(layout="constrained")
axes.loglog(steps, [max(error, 1e-17) for error in off], color=viz.plots.COLOURS[0])
axes.invert_xaxis()
axes.set(xlabel="step h: smaller to the right", ylabel="error of the slope")
print("1. a parabola's third derivative is 0, so the central difference is exact and only rounding is left")
assert max(off[:8]) < 1e-14

# %% tags=["solution"] jupyter={"source_hidden": true}
x, t, u, v, w = 1.7, 0.2, 0.6, -0.9, 1.3
sigma = autograd.sigmoid
z = sigma(u * x)


def error(v):
    return (w * sigma(v * z) - t) ** 2 / 2


def printed(v):
    return (w * sigma(v * z) - t) * w * x


def corrected(v):
    h = sigma(v * z)
    return (w * h - t) * w * h * (1 - h) * z


verdicts = [verdict(error, v, formula) for formula in (printed, corrected)]
print("2.", verdicts, "σ' = h(1 − h) is missing, and the layer's own input is z, not x")
assert verdicts == ["FAIL", "PASS"]


# %% tags=["solution"] jupyter={"source_hidden": true}
def ones(*numbers):
    return [float(x == max(numbers)) for x in numbers]


some = st.floats(-10, 10)
found = find(
    st.tuples(some, some, some),
    lambda point: gradcheck(lambda a, b, c: max(a, b, c), point, grad=ones).verdict == "FAIL",
    settings=quick,
)
print("3. at", found)
print(gradcheck(lambda a, b, c: max(a, b, c), found, grad=ones))
assert found == (0.0, 0.0, 0.0)  # move all three, and the maximum moves by 1, not by 3
