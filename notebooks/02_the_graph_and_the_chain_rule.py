# %% [markdown]
# # 2 · The graph and the chain rule
#
# **What you will learn:** why the derivative through several operations is a product of local derivatives. You will see
# it on the two graphs with which Stanford's course cs231n teaches backpropagation, step through both, and change their
# numbers.
#
# **Runs in** a few seconds. Read first: [1 · A number and its derivative](01_a_number_and_its_derivative.ipynb).

# %%
import math

import viz
from autograd import Value, gradcheck, sigmoid

# %% [markdown]
# ## One sum and one product
#
# The smallest graph with something to teach is $f = (x + y)\,z$, here at $x = -2$, $y = 5$, $z = -4$.

# %% tags=["system-14"]
x, y, z = Value(-2.0), Value(5.0), Value(-4.0)
q = x + y
f = q * z
viz.graph(f)

# %% [markdown]
# Two facts are enough to read it from right to left:
#
# * the product $f = q z$ moves by $z = -4$ for each unit of $q$, and by $q = 3$ for each unit of $z$;
# * the sum $q = x + y$ moves by 1 for each unit of $x$ or of $y$.
#
# So if $x$ moves by one, $q$ moves by one, and then $f$ moves by −4. Derivatives along a path **multiply**. This is the
# *chain rule*:
#
# $$\frac{\partial f}{\partial x} = \frac{\partial q}{\partial x} \cdot \frac{\partial f}{\partial q} = 1 \cdot (-4) = -4$$
#
# Every operation does the same small calculation, **local × upstream**. The *upstream* gradient comes from the right
# and says how strongly the end of the graph depends on this number. The *local* derivative belongs to the operation
# alone.

# %% tags=["system-14"]
f.backward()
print("f =", f.data, " ∂f/∂x =", x.grad, " ∂f/∂y =", y.grad, " ∂f/∂z =", z.grad)
assert (f.data, x.grad, y.grad, z.grad) == (-12.0, -4.0, -4.0, 3.0)  # the lecture's numbers

# %% [markdown]
# Play it. Then drag $z$ to 0. Which gradients vanish, and why does $\partial f / \partial z$ not?

# %% tags=["system-14"]
viz.step(f)

# %% [markdown]
# ## A neuron
#
# A neuron multiplies each input by a weight, adds a bias, and sends the sum through the sigmoid
# $\sigma(s) = 1 / (1 + e^{-s})$. This one has two inputs. First we write the sigmoid out, so that every operation is
# one you know: ×(−1), exp, +1, 1/x.

# %% tags=["system-14"]
w0, x0, w1, x1, w2 = Value(2.0), Value(-1.0), Value(-3.0), Value(-2.0), Value(-3.0)
s = w0 * x0 + w1 * x1 + w2
out = 1 / (1 + (-1 * s).exp())
viz.graph(out)

# %% [markdown]
# Follow the numbers under the wires from the right. The local derivative of $1/x$ at 1.37 is $-1/1.37^2 = -0.53$. That
# of $+1$ is 1, that of $e^x$ at −1 is $e^{-1} = 0.37$, and that of ×(−1) is −1. Each is multiplied by what comes from
# upstream, until 0.20 arrives at the sum. The sum passes it on unchanged to each of its terms.

# %% tags=["system-14"]
out.backward()
gradients = {name: round(v.grad, 2) for name, v in {"w0": w0, "x0": x0, "w1": w1, "x1": x1, "w2": w2}.items()}
print(f"sum {s.data:.2f}, output {out.data:.2f}", gradients)
assert (round(s.data, 2), round(out.data, 2)) == (1.00, 0.73)
assert gradients == {"w0": -0.20, "x0": 0.39, "w1": -0.39, "x1": -0.59, "w2": 0.20}  # the lecture's numbers

# %% [markdown]
# ## The same neuron, with one gate for the sigmoid
#
# What counts as *one* operation, or **gate**, is our choice. As long as we know its local derivative, here
# $\sigma'(s) = \sigma(s)(1 - \sigma(s))$, four gates can become one:

# %% tags=["system-14"]
n = sigmoid(w0 * x0 + w1 * x1 + w2)
player = viz.step(n)
player

# %% [markdown]
# At $x_0$ the player shows $[2] \times [0.197]$. The local derivative of a product is the *other* factor, here
# $w_0 = 2$. The lecture rounds the upstream gradient to 0.2 first and therefore writes $[2] \times [0.2] = 0.4$.
# Unrounded it is 0.393.
#
# Here is the whole calculation, written out for every weight:

# %%
viz.explain(n)

# %% [markdown]
# ## Do we believe it?
#
# A derivative can always be tested: move each input a little and see what happens. `gradcheck` does that, and it knows
# how far its own answer can be trusted. [Notebook 4](04_checking_gradients.ipynb) explains how.

# %%
report = gradcheck(lambda w0, x0, w1, x1, w2: sigmoid(w0 * x0 + w1 * x1 + w2), [2.0, -1.0, -3.0, -2.0, -3.0])
print(report)
assert report

# %% [markdown]
# ## What to remember
#
# * The chain rule on a graph: at every operation, from right to left, **contribution = local × upstream**.
# * A product swaps its factors. A sum passes on what it receives.
# * One big gate or four small ones give the same gradients at the inputs.
#
# ## Exercises
#
# 1. Choose $x$, $y$ and $z$ so that all three gradients of $f = (x + y)z$ are equal.
# 2. For which bias $w_2$ does the neuron learn fastest? In other words, where is the gradient of $w_2$ largest, and how
#    large is it there?
# 3. Write $\tanh(s)$ using only `exp`, and show that the gradient at $s = 0.5$ is $1 - \tanh^2(0.5)$.
#
# The solutions are in the folded cells below.

# %% tags=["solution"] jupyter={"source_hidden": true}
x, y, z = Value(1.0), Value(1.0), Value(2.0)  # z = x + y makes them equal
((x + y) * z).backward()
print("1.", x.grad, y.grad, z.grad)
assert x.grad == y.grad == z.grad

# %% tags=["solution"] jupyter={"source_hidden": true}
size = {}
for tenths in range(-80, 21):
    bias = Value(tenths / 10)
    sigmoid(2.0 * -1.0 + -3.0 * -2.0 + bias).backward()
    size[bias.data] = bias.grad
best = max(size, key=size.get)
print(f"2. at w2 = {best}, where the sum is 0; the gradient is {size[best]}")
assert (best, size[best]) == (-4.0, 0.25)

# %% tags=["solution"] jupyter={"source_hidden": true}
s = Value(0.5)
tanh = (s.exp() - (-s).exp()) / (s.exp() + (-s).exp())
tanh.backward()
print("3.", s.grad)
assert math.isclose(s.grad, 1 - math.tanh(0.5) ** 2)
