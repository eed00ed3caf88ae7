# %% [markdown]
# # 3 · Gates, branches and accumulation
#
# **What you will learn:** how a sum, a maximum and a product each treat the gradient that reaches them, what happens
# when a number is used twice, how to write a gate of your own, what backpropagation looks like when it is done
# **wrong**, and how to look inside an engine of your own.
#
# **Runs in** a few seconds. Read first: [2 · The graph and the chain rule](02_the_graph_and_the_chain_rule.ipynb).

# %%
import math

import viz
from autograd import Value, examine, gate, gradcheck, maximum, teach, trace
from nn.classic import MultiplyGate, SigmoidLayer, on_rows

# %% [markdown]
# ## Guess first
#
# Here is a graph with three kinds of gate, showing the values only. The last gate doubles, so a gradient of 2 arrives
# at the $+$. What does the $+$ pass to each of its two arguments? What does the maximum pass to $z$, and what to $w$?
# And the product?

# %% tags=["system-15"]
x, y, z, w = Value(3.0), Value(-4.0), Value(2.0), Value(-1.0)
f = (x * y + maximum(z, w)) * 2
viz.graph(f, show=["data"])

# %% [markdown]
# These three patterns turn up everywhere:
#
# | gate | what it does with a gradient | here |
# |---|---|---|
# | $+$ | **distributes** it: every argument gets all of it | both get 2 |
# | max | **routes** it: the winner gets all, the others nothing | $z$ gets 2, $w$ gets 0 |
# | $\times$ | **swaps**: each argument gets it times *the other one's* value | $x$ gets $-4 \cdot 2$, $y$ gets $3 \cdot 2$ |

# %% tags=["system-15"]
f.backward()
print("f =", f.data, " x:", x.grad, " y:", y.grad, " z:", z.grad, " w:", w.grad)
assert (f.data, x.grad, y.grad, z.grad, w.grad) == (-20.0, -8.0, 6.0, 2.0, 0.0)

# %% [markdown]
# The product has a surprising consequence. Of two factors, the **small** one gets the **large** gradient. If the inputs
# of a neuron are a thousand times larger, so are the gradients of its weights. That is why data are scaled.
#
# Step through it. Then drag $w$ above 2, and watch the whole gradient switch to the other input of the maximum.

# %% tags=["system-15"]
viz.step(f)

# %% [markdown]
# ## A number that is used twice
#
# A wire that forks is a gate as well: it *copies*. What is the gradient of a copy? If $x$ moves, **every** branch moves
# the result, so the gradients that come back along the branches are **added up**. Here $x$ is used three times:

# %% tags=["system-15"]
x = Value(0.7)
f = (x * 2) * x.sin() + x.exp()
viz.graph(f)

# %% [markdown]
# How many paths lead from $x$ to $f$? There are three. Multiply the local derivatives along each path, and add up the
# products of all paths: the sum is $\partial f / \partial x$. That is the chain rule for several paths:

# %% tags=["system-15"]
paths = viz.paths(f, x)
paths

# %% tags=["system-15"]
f.backward()
by_calculus = 2 * math.sin(0.7) + 2 * 0.7 * math.cos(0.7) + math.exp(0.7)
print(f"x.grad = {x.grad:.12f}")
print(f"calculus {by_calculus:.12f}")
assert math.isclose(x.grad, by_calculus, rel_tol=1e-12)

# %% [markdown]
# The simplest fork of all is $a + a + a$. Each $+$ passes on what it receives and the three copies add up, so the
# gradient of the sum is 3. The factor of 5 then makes it 15.

# %% tags=["system-15"]
a = Value(2.0)
five_fold = (a + a + a) * 5
five_fold.backward()
print("a.grad =", a.grad)
assert a.grad == 5 * 3

# %% [markdown]
# ## A gate of your own
#
# There is no magic in a gate. It needs a `forward` method, which computes the result and remembers its inputs. It also
# needs a `backward` method, which receives the gradient from the right and returns one gradient for each input. This is
# the multiply gate as a student might write it:


# %% tags=["system-16"]
class Multiply:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dz):
        return [self.y * dz, self.x * dz]


# %% [markdown]
# `gate` turns such a class into an operation of the engine. From then on it is like any other operation. You can
# combine it with others, draw it, and step through it.

# %% tags=["system-16"]
a, b = Value(3.0), Value(-4.0)
c = gate(Multiply)(a, b)
d = (c + a) * 10
viz.step(d)

# %% [markdown]
# Is its `backward` right? Ask the checker, which tries small steps and compares. And would it notice a mistake? Ask it
# about a gate that mixes up its two gradients, which is easily done:


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
# In the picture, the numbers on the wires are the engine's gradients. Next to each input is the gradient measured with
# small steps.

# %% tags=["system-16"]
x, y = Value(3.0), Value(-4.0)
viz.compare(gate(MixedUp)(x, y), bad)

# %% [markdown]
# ## A whole layer at a time
#
# Caffe, one of the first libraries for deep learning, had layers with the same two methods, which worked on rows of
# numbers. `bottom` is what comes in, `top` is what goes out, and the `diff`s are gradients. Here is its sigmoid layer
# in Python:


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
# Look at the zeros. The layer takes two numbers, but each output depends on only one of them.

# %% tags=["system-16"]
report = gradcheck(squashed, [0.5, -1.5])
print(report)
assert report

# %% [markdown]
# The library has both gates ready to use, `MultiplyGate` and `SigmoidLayer`. Do they agree with the student's versions?

# %% tags=["system-16"]
theirs, own = SigmoidLayer(), Sigmoid()
print(theirs.forward([0.5, -1.5]), own.forward([0.5, -1.5]), sep="\n")
print(theirs.backward([3.0, 1.0]), own.backward([3.0, 1.0]), sep="\n")
assert all(map(math.isclose, theirs.backward([3.0, 1.0]), own.backward([3.0, 1.0])))
multiply = MultiplyGate()
assert (multiply.forward(3.0, -4.0), multiply.backward(2.0)) == (-12.0, [-8.0, 6.0])

# %% [markdown]
# ## Backpropagation done wrong on purpose
#
# You now know enough to get it wrong. Three mistakes are common. We will make each of them on one small graph,
# $L = b \cdot b + b$ with $b = 2a$ at $a = 3$:

# %%
a = Value(3.0, label="a")
b = a * 2
b.label = "b"
right = trace(b * b + b)
print("∂L/∂b =", right.grads[1], "= 6 + 6 + 1;  ∂L/∂a = 2 × that =", right.grads[0])

# %% [markdown]
# **Mistake one: `=` in place of `+=`.** Each branch overwrites the contribution of the branch before it. Here $b$ is
# used three times, with contributions of 6, 6 and 1. Which of the three is left?

# %% tags=["system-15"]
overwritten = teach.overwrite(right)
viz.compare(right, overwritten)

# %% [markdown]
# **Mistake two: too early.** This engine continues backward from a node as soon as anything reaches it, and again when
# more arrives. What came first is then passed on again. Node $a$ gets 2 × 6, then 2 × 12, then 2 × 13, though only the
# last should count. The cure is the right *order*. A node must wait until all of its contributions have arrived, which
# is what a topological order guarantees.

# %% tags=["system-15"]
hasty = teach.recurse(right)
viz.compare(right, hasty)

# %% [markdown]
# **Mistake three: yesterday's gradients.** Because gradients add up, they must be set to 0 before the next pass. Forget
# this and you get the sum of both passes: here exactly twice the right value. (Sometimes you want the sum, for example
# to process a large batch in parts.)

# %% tags=["system-15"]
stale = teach.forget_zero_grad(right)
viz.compare(right, stale)

# %%
for mistake in (teach.overwrite, teach.recurse, teach.forget_zero_grad):
    print(f"{mistake.__name__:17}", *teach.differences(right, mistake(right)), sep="   ")
truth, *wrong = (run.grads[0] for run in (right, overwritten, hasty, stale))
assert truth == 2 * (6 + 6 + 1)
assert wrong == [12, 62, 52]

# %% [markdown]
# You can step through a wrong pass like a right one. Watch the number under $b$ as 1, 6 and 6 arrive. It is overwritten
# each time and never grows.

# %%
viz.step(overwritten)

# %% [markdown]
# Why do such bugs survive for so long? Because **without a branch nothing goes wrong**. In a plain chain, the first two
# mistakes do no harm at all.

# %%
chain = trace((Value(2.0, label="x") * 0.5).tanh().exp())
print(teach.differences(chain, teach.overwrite(chain)), teach.differences(chain, teach.recurse(chain)))
assert teach.differences(chain, teach.overwrite(chain)) == teach.differences(chain, teach.recurse(chain)) == []

# %% [markdown]
# ## See into your own engine
#
# Sooner or later you write an engine yourself. Here is one, as a student might write it: a number, its gradient, its
# arguments, and a function that passes the gradient on. It has one mistake. Can you see it?


# %%
class Num:
    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents, self.back = data, 0.0, parents, lambda: None

    def __add__(self, other):
        out = Num(self.data + other.data, (self, other))

        def back():
            self.grad += out.grad
            other.grad += out.grad

        out.back = back
        return out

    def __mul__(self, other):
        out = Num(self.data * other.data, (self, other))

        def back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.back = back
        return out

    def tanh(self):
        out = Num(math.tanh(self.data), (self,))

        def back():
            self.grad += (1 - out.data) * out.grad

        out.back = back
        return out

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.back()


# %% [markdown]
# The library can look inside, although it has never seen this class. `examine` runs the rule of each operation by
# itself, and names the one that is wrong:

# %%
x, w, b = Num(0.5), Num(-1.5), Num(0.25)
L = (x * w + b).tanh() * x
verdict = examine(L)
print(verdict)
assert [fault.operation for fault in verdict.faults] == ["tanh"]

# %% [markdown]
# The picture shows their numbers next to the right ones, and where they begin to differ:

# %%
viz.compare(L)

# %% [markdown]
# You can step through your own backward pass too. It plays what your rules do, mistake included:

# %%
viz.step(L)

# %% [markdown]
# The checker asks for nothing but the function. It moves your numbers by small steps, compares with your `backward`,
# and tells where the difference comes from:


# %%
def neuron(x, w, b):
    return (x * w + b).tanh() * x


report = gradcheck(neuron, [x, w, b])
print(report)
assert report.verdict == "FAIL"

# %% [markdown]
# Afterwards your objects are as they were. Write `1 - out.data**2`, and the checker agrees:


# %%
def tanh(self):
    out = Num(math.tanh(self.data), (self,))

    def back():
        self.grad += (1 - out.data**2) * out.grad

    out.back = back
    return out


Num.tanh = tanh
print(gradcheck(neuron, [x, w, b]))
assert examine(neuron(x, w, b))
assert (x.grad, w.grad, b.grad) == (0, 0, 0)

# %% [markdown]
# ## What to remember
#
# * A sum **distributes**, a maximum **routes**, a product **swaps**. Where a wire forks, gradients **add up**.
# * A gate is two methods: `forward` remembers, `backward` multiplies. It knows nothing about the rest of the graph.
# * Test an engine on graphs with branches. On a plain chain, most mistakes do not show. `examine`, `gradcheck` and
#   `viz.step` take the nodes of your own engine.
#
# ## Exercises
#
# 1. With pencil and paper, find the gradients of $f = (a + b) \cdot \max(a, b)$ at $a = 2$, $b = 1$. Then ask the
#    engine.
# 2. Write a `Maximum` gate with `forward` and `backward`, and check it at $(3, -1)$ and at $(-1, 3)$. What does the
#    checker say at a tie, $(2, 2)$?
# 3. Double a number ten times: `y = y + y`. How many contributions does the right backward pass compute, and how many
#    does the hasty one of mistake two? (Count the `Chain` steps of a trace.)
#
# The solutions are in the folded cells below.

# %% tags=["solution"] jupyter={"source_hidden": true}
a, b = Value(2.0), Value(1.0)
((a + b) * maximum(a, b)).backward()
print("1. a:", a.grad, "= max + (a + b), since a takes both paths;  b:", b.grad, "= max, since b loses at the maximum")
assert (a.grad, b.grad) == (2 + 3, 2)


# %% tags=["solution"] jupyter={"source_hidden": true}
class Maximum:
    def forward(self, x, y):
        self.first = x >= y
        return max(x, y)

    def backward(self, dz):
        return [dz, 0.0] if self.first else [0.0, dz]


verdicts = [gradcheck(gate(Maximum), point).verdict for point in ([3.0, -1.0], [-1.0, 3.0], [2.0, 2.0])]
print("2.", verdicts, "a tie is a kink with two slopes, and either is acceptable")
assert verdicts == ["PASS", "PASS", "KINK"]

# %% tags=["solution"] jupyter={"source_hidden": true}
y = Value(1.0)
for _ in range(10):
    y = y + y
doubled = trace(y)
counts = [sum(type(step).__name__ == "Chain" for step in run.steps) for run in (doubled, teach.recurse(doubled))]
print("3.", counts, "two for each doubling, against 2 + 4 + 8 + … + 1024. This is why backpropagation is fast")
assert counts == [20, 2046]
