# %% [markdown]
# # 3 · Gates, branches and accumulation
#
# **What you will learn:** how a sum, a maximum and a product each treat the gradient that reaches them; what happens
# where a number is used twice; how to write a gate of your own; and how backpropagation looks when it is done
# **wrong**.
#
# **Runs in** a few seconds. Before it: [2 · The graph and the chain rule](02_the_graph_and_the_chain_rule.ipynb).

# %%
import math

import viz
from autograd import Value, gate, gradcheck, maximum, teach, trace
from nn.classic import MultiplyGate, SigmoidLayer, on_rows

# %% [markdown]
# ## Guess first
#
# One graph with three kinds of gate, and the values only. The last gate doubles, so a gradient of 2 arrives at the $+$.
# What does the $+$ hand to each of its two arguments? What does the maximum hand to $z$, and what to $w$? And the
# product?

# %% tags=["system-15"]
x, y, z, w = Value(3.0), Value(-4.0), Value(2.0), Value(-1.0)
f = (x * y + maximum(z, w)) * 2
viz.graph(f, show=["data"])

# %% [markdown]
# Three habits, which you will now meet everywhere:
#
# | gate | what it does with a gradient | here |
# |---|---|---|
# | $+$ | **distributes** it: everyone gets all of it | 2 goes to both |
# | max | **routes** it: the winner gets all, the others nothing | $z$ gets 2, $w$ gets 0 |
# | $\times$ | **swaps**: each gets it times *the other one's* value | $x$ gets $-4 \cdot 2$, $y$ gets $3 \cdot 2$ |

# %% tags=["system-15"]
f.backward()
print("f =", f.data, " x:", x.grad, " y:", y.grad, " z:", z.grad, " w:", w.grad)
assert (f.data, x.grad, y.grad, z.grad, w.grad) == (-20.0, -8.0, 6.0, 2.0, 0.0)

# %% [markdown]
# The product has a consequence that surprises many: of two factors, the **small** one gets the **large** gradient. If
# the inputs of a neuron are a thousand times larger, so are the gradients of its weights. That is why data are scaled.
#
# Step through it. Then drag $w$ above 2, and watch the whole gradient change its road.

# %% tags=["system-15"]
viz.step(f)

# %% [markdown]
# ## A number that is used twice
#
# A wire that forks is a gate as well: it *copies*. And the gradient of a copy? If $x$ moves, **both** ways move the
# result. So what comes back along the branches is **added up**. Here $x$ is used three times:

# %% tags=["system-15"]
x = Value(0.7)
f = (x * 2) * x.sin() + x.exp()
viz.graph(f)

# %% [markdown]
# How many roads lead from $x$ to $f$? Three; and $\partial f / \partial x$ is the sum over all roads, of the product of
# the local derivatives along each. That is the chain rule for several paths:

# %% tags=["system-15"]
roads = viz.paths(f, x)
roads

# %% tags=["system-15"]
f.backward()
by_calculus = 2 * math.sin(0.7) + 2 * 0.7 * math.cos(0.7) + math.exp(0.7)
print(f"x.grad = {x.grad:.12f}")
print(f"calculus {by_calculus:.12f}")
assert math.isclose(x.grad, by_calculus, rel_tol=1e-12)

# %% [markdown]
# The plainest fork of all: $a + a + a$. Each $+$ hands on what it gets, and the copies sum, so the gradient is 3.

# %% tags=["system-15"]
a = Value(2.0)
five_fold = (a + a + a) * 5
five_fold.backward()
print("a.grad =", a.grad)
assert a.grad == 5 * 3

# %% [markdown]
# ## A gate of your own
#
# Nothing in a gate is magic. It needs a `forward`, which computes and remembers, and a `backward`, which gets the
# gradient from the right and answers with one gradient for each input. This is the multiply gate as a student writes
# it:


# %% tags=["system-16"]
class Multiply:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dz):
        return [self.y * dz, self.x * dz]


# %% [markdown]
# `gate` takes such a class into the engine. From then on it is an operation like any other: it can be mixed with
# others, drawn, stepped.

# %% tags=["system-16"]
a, b = Value(3.0), Value(-4.0)
c = gate(Multiply)(a, b)
d = (c + a) * 10
viz.step(d)

# %% [markdown]
# Is its `backward` right? Ask the checker, which tries small steps and compares. And would it notice if it were wrong?
# Ask it about a gate in which the two answers have been mixed up, as happens:


# %% tags=["system-16"]
class MixedUp(Multiply):
    def backward(self, dz):
        return [self.x * dz, self.y * dz]


good = gradcheck(gate(Multiply), [3.0, -4.0])
bad = gradcheck(gate(MixedUp), [3.0, -4.0])
print(good, bad, sep="\n\n")
assert good.verdict == "PASS"
assert bad.verdict == "FAIL"

# %% [markdown]
# In the picture: the numbers at the wires are what the engine believes; beside each input stands what small steps say.

# %% tags=["system-16"]
x, y = Value(3.0), Value(-4.0)
viz.compare(gate(MixedUp)(x, y), bad)

# %% [markdown]
# ## A whole layer at a time
#
# Caffe, one of the first libraries for deep learning, had layers with the same two methods, on rows of numbers:
# `bottom` is what comes in, `top` what goes out, and the `diff`s are gradients. Here is its sigmoid layer, in Python:


# %% tags=["system-16"]
class Sigmoid:
    def forward(self, bottom):
        self.top = [1 / (1 + math.exp(-x)) for x in bottom]
        return self.top

    def backward(self, top_diff):
        return [d * y * (1 - y) for d, y in zip(top_diff, self.top, strict=True)]


def squashed(p, q):
    low, high = on_rows(Sigmoid)([p, q])
    return low * 3 + high


p, q = Value(0.5), Value(-1.5)
viz.graph(squashed(p, q))

# %% [markdown]
# Look at the zeros: the layer takes two numbers, but each output depends on one of them only.

# %% tags=["system-16"]
report = gradcheck(squashed, [0.5, -1.5])
print(report)
assert report

# %% [markdown]
# The library has both gates ready to use, `MultiplyGate` and `SigmoidLayer`. Do they say the same as the student's?

# %% tags=["system-16"]
theirs, own = SigmoidLayer(), Sigmoid()
print(theirs.forward([0.5, -1.5]), own.forward([0.5, -1.5]), sep="\n")
print(theirs.backward([3.0, 1.0]), own.backward([3.0, 1.0]), sep="\n")
assert all(map(math.isclose, theirs.backward([3.0, 1.0]), own.backward([3.0, 1.0])))
multiply = MultiplyGate()
assert (multiply.forward(3.0, -4.0), multiply.backward(2.0)) == (-12.0, [-8.0, 6.0])

# %% [markdown]
# ## Backpropagation wrong on purpose
#
# You now know enough to get it wrong. Three mistakes are common. We let one small graph go through each of them,
# $L = b \cdot b + b$ with $b = 2a$ at $a = 3$:

# %%
a = Value(3.0, label="a")
b = a * 2
b.label = "b"
right = trace(b * b + b)
print("∂L/∂b =", right.grads[1], "= 6 + 6 + 1;  ∂L/∂a = 2 × that =", right.grads[0])

# %% [markdown]
# **Mistake one: `=` in place of `+=`.** Each branch overwrites what the branch before it has said. Here $b$ is used
# three times, by 6, 6 and 1. Which of the three contributions is left?

# %% tags=["system-15"]
overwritten = teach.overwrite(right)
viz.compare(right, overwritten)

# %% [markdown]
# **Mistake two: too early.** This engine goes back from a node as soon as anything reaches it, and again when more
# arrives. What came first is then handed on again: $a$ gets 2 × 6, then 2 × 12, then 2 × 13, though only the last
# should count. The cure is an *order*: a node has its turn when all that flows into it is there, which is what a
# topological order promises.

# %% tags=["system-15"]
hasty = teach.recurse(right)
viz.compare(right, hasty)

# %% [markdown]
# **Mistake three: yesterday's gradients.** Because gradients add up, they must be set to 0 before the next pass. Who
# forgets gets the sum of both, here exactly twice the truth. (Sometimes it is wanted: to add up a large batch in
# parts.)

# %% tags=["system-15"]
stale = teach.forget_zero_grad(right)
viz.compare(right, stale)

# %%
for mistake in (teach.overwrite, teach.recurse, teach.forget_zero_grad):
    print(f"{mistake.__name__:17}", *teach.differences(right, mistake(right)), sep="   ")
truth, *wrong = (made.grads[0] for made in (right, overwritten, hasty, stale))
assert truth == 2 * (6 + 6 + 1)
assert wrong == [12, 62, 52]

# %% [markdown]
# A wrong pass can be stepped like a right one. Watch what stands under $b$, when 1, 6 and 6 arrive: it never grows.

# %%
viz.step(overwritten)

# %% [markdown]
# Why do such bugs live so long? Because **without a branch all is well**: in a plain chain, the first two do no harm at
# all.

# %%
chain = trace((Value(2.0, label="x") * 0.5).tanh().exp())
print(teach.differences(chain, teach.overwrite(chain)), teach.differences(chain, teach.recurse(chain)))
assert teach.differences(chain, teach.overwrite(chain)) == teach.differences(chain, teach.recurse(chain)) == []

# %% [markdown]
# ## What to remember
#
# * A sum **distributes**, a maximum **routes**, a product **swaps**; where a wire forks, gradients **add up**.
# * A gate is two methods: `forward` remembers, `backward` multiplies. It knows nothing of the rest of the graph.
# * Test an engine on graphs with branches: on a plain chain most mistakes cannot be seen.
#
# ## Exercises
#
# 1. With pencil and paper: what are the gradients of $f = (a + b) \cdot \max(a, b)$ at $a = 2$, $b = 1$? Then let the engine say.
# 2. Write a `Maximum` gate with `forward` and `backward`, and have it checked at $(3, -1)$ and at $(-1, 3)$. What does the
#    checker say at a tie, $(2, 2)$?
# 3. Double a number ten times: `y = y + y`. How many contributions does the right backward pass compute, and how many does
#    the hasty one of mistake two? (Count the `Chain` steps of a trace.)
#
# The solutions are in the folded cells below.

# %% tags=["solution"] jupyter={"source_hidden": true}
a, b = Value(2.0), Value(1.0)
((a + b) * maximum(a, b)).backward()
print("1. a:", a.grad, "= max + (a + b), for a goes both roads;  b:", b.grad, "= max, for at the maximum b lost")
assert (a.grad, b.grad) == (2 + 3, 2)


# %% tags=["solution"] jupyter={"source_hidden": true}
class Maximum:
    def forward(self, x, y):
        self.first = x >= y
        return max(x, y)

    def backward(self, dz):
        return [dz, 0.0] if self.first else [0.0, dz]


verdicts = [gradcheck(gate(Maximum), point).verdict for point in ([3.0, -1.0], [-1.0, 3.0], [2.0, 2.0])]
print("2.", verdicts, "at a tie there is a kink: two slopes, and either is as good")
assert verdicts == ["PASS", "PASS", "KINK"]

# %% tags=["solution"] jupyter={"source_hidden": true}
y = Value(1.0)
for _ in range(10):
    y = y + y
doubled = trace(y)
counts = [sum(type(step).__name__ == "Chain" for step in made.steps) for made in (doubled, teach.recurse(doubled))]
print("3.", counts, "two for each doubling, against 2 + 4 + 8 + … + 1024: why backpropagation is fast")
assert counts == [20, 2046]
