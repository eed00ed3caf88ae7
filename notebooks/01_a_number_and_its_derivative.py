# %% [markdown]
# # 1 · A number and its derivative
#
# **What you will learn:** what a derivative is, how a `Value` remembers where it came from, and how `backward()` turns
# that memory into a derivative. You will step through the computation, and drag a number to watch everything change.
#
# **Runs in** a few seconds. This is the first notebook, so you need nothing from earlier ones.

# %%
import math

import autograd
import viz
from autograd import Value, grad

# %% [markdown]
# ## How much does the output move?
#
# Take $f(x) = 3x^2 - 4x + 5$ at $x = 3$. If $x$ moves a little, how far does $f$ move? We can simply try.


# %%
def f(x):
    return 3 * x**2 - 4 * x + 5


h = 0.001
print("f(3)             =", f(3.0))
print("f(3 + h)         =", round(f(3.0 + h), 6))
print("rise over run    =", round((f(3.0 + h) - f(3.0)) / h, 6))

# %% [markdown]
# For a small step of $x$, $f$ moves about 14 times as far. As the step shrinks towards zero, this ratio becomes the
# **derivative** $f'(3)$. Calculus gives $f'(x) = 6x - 4$, so $f'(3) = 14$ exactly. The extra 0.003 above is the price
# of a step of finite length. Here is $f$ with its derivative at every point:

# %%
axes = viz.plots.activation(f, -2.0, 4.0)
# %% [markdown]
# ## A number with a memory
#
# A `Value` is a number that remembers which operation made it, and from which inputs. So the same function, called with
# a `Value`, leaves a record behind:

# %%
x = Value(3.0)
y = f(x)
y

# %%
viz.graph(y)

# %% [markdown]
# Read the picture from left to right. Each number above a wire was computed in the **forward** pass. Where wires meet
# there is an operation, marked with its **local** derivatives. A local derivative says how fast the result of the
# operation moves when one of its arguments moves.
#
# The numbers below the wires are computed from right to left, in the **backward** pass. Each says how fast $y$ moves
# when *that* number moves. At the far right it is 1, because $y$ moves exactly as fast as itself. Each step to the left
# multiplies by a local derivative.

# %%
y.backward()
print("x.grad =", x.grad)
assert x.grad == 14.0  # 6 · 3 − 4 to the last digit, since there is no step h

# %% [markdown]
# ## Step through it
#
# Run the next cell with Shift+Enter. (Until you do, the notebook shows only a picture, unless you trust it in the
# *File* menu.) Press play, or use the arrow keys. The top line shows which pass you are in. In the middle the numbers
# appear one after another, and below them is the calculation that was just done. **Drag the value of $x$** under the
# picture, and the page recomputes everything without Python. Where is the derivative 0? Compare with the curve above.
# Where does it turn?

# %% tags=["draggable"]
viz.step(y)

# %% [markdown]
# Here is the same calculation in symbols, then in numbers:

# %%
viz.explain(y)

# %% [markdown]
# ## Any function of numbers
#
# The function need not be a formula on one line. A loop works too, because the record contains what actually ran:


# %%
def square_root(a, steps=6):
    """Return √a by Heron's method, which averages a guess with a / guess."""
    guess = a
    for _ in range(steps):
        guess = (guess + a / guess) / 2
    return guess


a = Value(2.0)
root = square_root(a)
root.backward()
print(f"√2    = {root.data:.12f}")
print(f"slope = {a.grad:.12f}, and 1 / (2√2) = {1 / (2 * math.sqrt(2)):.12f}")
assert math.isclose(a.grad, 1 / (2 * math.sqrt(2)), rel_tol=1e-9)

# %% [markdown]
# Each box below is a step of the loop, and the derivative went back through all of them.

# %%
viz.graph(root)

# %% [markdown]
# ## A derivative of a derivative
#
# `grad` turns a function into its derivative, which is a function too and can be differentiated again:

# %%
slope = grad(f)
curvature = grad(slope)
print("f'(3)   =", slope(3.0))
print("f''(3)  =", curvature(3.0))
print("f'''(3) =", grad(curvature)(3.0))
assert [slope(3.0), curvature(3.0), grad(curvature)(3.0)] == [14.0, 6.0, 0.0]

# %% [markdown]
# ## What to remember
#
# * A derivative answers one question: if this number moves a little, how far does the result move?
# * Going **forward** we compute the numbers. Going **backward** we multiply local derivatives.
# * A `Value` records the graph while ordinary Python runs.
#
# ## Exercises
#
# 1. Find the lowest point of $f$ by walking downhill: start at $x = 3$ and repeat `x.data -= 0.1 * x.grad`. Where do
#    you arrive, and what is the derivative there?
# 2. What is the slope of $x^x$ at $x = 1$? Compare with $x^x (\ln x + 1)$.
# 3. Draw $\sin(x) / x$ with its derivative between 0.1 and 20 (use `autograd.sin`). What do you get for a `Value` of 0,
#    and what would you do about it?
#
# The solutions are in the folded cells below.

# %% tags=["solution"] jupyter={"source_hidden": true}
x = Value(3.0)
for _ in range(100):
    x.grad = 0.0
    f(x).backward()
    x.data -= 0.1 * x.grad
print(f"1. x = {x.data:.6f}, slope {grad(f)(x.data):.1e}")
assert math.isclose(x.data, 4 / 6)

# %% tags=["solution"] jupyter={"source_hidden": true}
slope = grad(lambda x: x**x)(1.0)
print("2. the slope of x^x at 1 is", slope)
assert slope == 1.0 * (math.log(1.0) + 1)

# %% tags=["solution"] jupyter={"source_hidden": true}
axes = viz.plots.activation(lambda x: autograd.sin(x) / x, 0.1, 20.0)
at_zero = Value(0.0)
quotient = autograd.sin(at_zero) / at_zero
print("3. at 0 it is", quotient.data, "because of 0/0; use the limit there: where(x == 0, 1, sin(x) / x)")
assert math.isnan(quotient.data)
