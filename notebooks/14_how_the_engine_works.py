# %% [markdown]
# # 14 · How the engine works
#
# **What you will learn:** how little a scalar engine needs, why one row for each operation is enough for floats, exact
# fractions, symbols, arrays and derivatives of derivatives, why backpropagation covers $2^{60}$ paths in 120 steps, and
# how a recording of single numbers becomes a program of matrices.
#
# **Runs in** a few seconds. Read first: [2 · The graph and the chain rule](02_the_graph_and_the_chain_rule.ipynb). The
# rest of the course helps.

# %%
import math
import time
import tracemalloc
from fractions import Fraction

import numpy as np

import autograd
import viz
from autograd import TABLE, Value, evaluate, grad, hessian, latex, no_grad, show, trace, value_and_grad

WIDTH, SAMPLES = 16, 200  # 64, 2000 for a longer race at the end

# %% [markdown]
# ## An engine in eleven lines
#
# Each number stores its value, what it was made from, and the local derivatives. The backward pass visits the graph
# from its end, and multiplies.


# %%
class Tiny:
    def __init__(self, data, args=(), slopes=()):
        self.data, self.args, self.slopes, self.grad = data, args, slopes, 0.0

    def __add__(self, other):
        return Tiny(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Tiny(self.data * other.data, (self, other), (other.data, self.data))

    def backward(self, upstream=1.0):
        self.grad += upstream
        for arg, local in zip(self.args, self.slopes, strict=True):
            arg.backward(local * upstream)


x, y = Tiny(3.0), Tiny(2.0)
z = x * y + x * x
z.backward()
print(z.data, x.grad, y.grad)
assert (x.grad, y.grad) == (8.0, 3.0)

# %% [markdown]
# That is right, and for small graphs it is all you need. What is wrong with it? Follow one number that is used twice,
# again and again:


# %% tags=["system-20"]
def braid(number, layers):
    """Add a number to itself in each layer, which doubles the number of paths back to the start."""
    for _ in range(layers):
        number = number + number
    return number


x = Value(3.0)
y = braid(x, 3)
viz.graph(y)

# %% [markdown]
# `Tiny` walks every *path*. There are $2^3 = 8$ from the end to $x$. With sixty layers there are $2^{60}$, more than it
# could finish in a lifetime. The cure is dynamic programming: **finish a number's gradient before you pass it on**.
# Then every *edge* is visited once. Count the multiplications of both:


# %% tags=["system-20"]
def by_paths(node):
    """Count the multiplications of a walk over all paths: one for each edge of each path."""
    return sum(1 + by_paths(a) for a in node.args)


for layers in 4, 8, 12:
    edges = len(trace(braid(Value(3.0), layers)).edges)
    print(f"{layers:2} layers: {by_paths(braid(Tiny(3.0), layers)):6} multiplications by paths, {edges:3} by edges")

start = Value(3.0)
end = braid(start, 60)
end.backward()
edges = len(trace(end).edges)
print(f"60 layers: 2^60 = {2**60} paths, {edges} edges, gradient {start.grad:.0f}")
assert (edges, start.grad) == (120, 2**60)  # each path has the product 1, so the gradient counts them

# %% [markdown]
# Step through three layers. Wherever two contributions meet they are added first, and only the *sum* is passed on. That
# is the whole trick.

# %% tags=["system-20"]
viz.step(y)

# %% [markdown]
# The price of this speed is memory, because the graph must be kept until the way back. The bytes grow with the number
# of operations, and vanish where nobody will ask for a gradient:


# %% tags=["system-20", "volatile"]
def kept(operations):
    """Measure the bytes that a chain of products keeps."""
    tracemalloc.start()
    y = Value(1.0)
    for _ in range(operations):
        y = y * 1.01
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return used


print(f"{kept(2000):8} bytes for 2,000 operations")
print(f"{kept(4000):8} bytes for 4,000")
with no_grad():
    print(f"{kept(4000):8} bytes for 4,000 under no_grad()")

# %% [markdown]
# ## One row, many readings
#
# What must an engine know about an operation? Its value and its derivative, and both can be written *in operations*. So
# the engine's knowledge is a table with a row for each operation, called `TABLE`, and nothing else in the project knows
# a derivative. Here is what the row of $\sigma$ says when it is applied to a symbol:

# %%
s = Value(0.5, label="s")
print(len(TABLE), "rows")
print(show(s.sigmoid()), "  has the derivative  ", latex(s.sigmoid(), by=s))

# %% [markdown]
# Apply the same rows to another kind of number, and you have another machine. Here are exact fractions:

# %%
x = Value(3.0, label="x")
graph = trace(1 / (1 + x * x)).graph
print(evaluate(graph, {"x": Fraction(1, 3)}, number=Fraction)[-1])
assert evaluate(graph, {"x": Fraction(1, 3)}, number=Fraction)[-1] == Fraction(9, 10)

# %% [markdown]
# Complex numbers give a derivative without any subtraction. $\operatorname{Im} f(x + ih)/h$ is exact to the last
# digits, for $h$ as small as you please.

# %%
h = 1e-100
print(evaluate(graph, {"x": 3 + 1j * h}, number=complex)[-1].imag / h)
print(grad(lambda x: 1 / (1 + x * x))(3.0))
assert math.isclose(evaluate(graph, {"x": 3 + 1j * h}, number=complex)[-1].imag / h, -0.06)

# %% [markdown]
# And then there are Values themselves. A derivative that is computed with Values is a graph too, and can be
# differentiated again:

# %%
fourth = grad(grad(grad(grad(lambda x: x**4))))
print("d⁴x⁴/dx⁴ =", fourth(2.0))
print("Hessian of a²b at (2, 3):", hessian(lambda p: p["a"] ** 2 * p["b"])({"a": 2.0, "b": 3.0}))
assert fourth(2.0) == 24.0

# %% [markdown]
# ## Symbolic and imperative
#
# Some systems ask you to build the graph first and run it later. Others run at once. The lectures compare the two. Here
# a function runs at once and leaves a graph behind, and the graph can be run later, on other numbers:


# %% tags=["system-29"]
def f(x, y):
    return (x * y).tanh() + y / x


x, y = Value(0.5), Value(2.0)
viz.graph(f(x, y))

# %%  tags=["system-29"]
viz.step(f(x, y))

# %% [markdown]
# `compile` calls `f` once, on numbers that only record what is done with them. This recording is a program. Eager and
# replayed, the numbers are the same:

# %% tags=["system-29"]
replayed = autograd.compile(value_and_grad(f, argnum=(0, 1)))
print(replayed(0.5, 2.0))
print(replayed.program)

# %% tags=["system-29"]
for a, b in [(0.5, 2.0), (-1.0, 3.0), (2.0, 0.1)]:
    value, slopes = value_and_grad(f, argnum=(0, 1))(a, b)
    again, slopes_again = replayed(a, b)
    print(f"{value:+.15f} {again:+.15f}")
    assert np.allclose([value, *slopes], [again, *slopes_again], rtol=1e-14, atol=0)

# %% [markdown]
# ## Scalars become matrices again
#
# Nobody wrote a matrix here. Each neuron is a sum of products of single numbers:


# %%
def loss(w, x, target):
    hidden = [autograd.dot(row, x).tanh() for row in w["first"]]
    return (autograd.dot(w["second"], hidden) - target) ** 2


rng = np.random.default_rng(0)
w = {"first": rng.normal(size=(WIDTH, 3)), "second": rng.normal(size=WIDTH)}
x = rng.normal(size=(SAMPLES, 3))
target = np.sin(x.sum(axis=1))

step = autograd.compile(value_and_grad(loss), batch=("x", "target"))
error, slope = step(w, x, target)
print(step.program)

# %% [markdown]
# The sixteen neurons have become one matrix product, and so have their gradients. The number of instructions does not
# depend on the width. For sixteen neurons or sixty-four, the program has the same length.

# %%
wide = {"first": rng.normal(size=(4 * WIDTH, 3)), "second": rng.normal(size=4 * WIDTH)}
count = len(step.program.instructions)
step(wide, x, target)
print(count, "instructions for", WIDTH, "neurons,", len(step.program.instructions), "for", 4 * WIDTH)
assert len(step.program.instructions) == count

# %% [markdown]
# And now the race. First comes the engine that made every picture in this course, with a Python object for each number.
# Then comes the same function, replayed on arrays.


# %% tags=["volatile"]
def seconds(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


numbers = {name: value.tolist() for name, value in w.items()}
one_by_one = value_and_grad(lambda w: sum(map(loss, [w] * SAMPLES, x.tolist(), target.tolist())) / SAMPLES)
step(w, x, target)
eager = seconds(lambda: one_by_one(numbers))
replay = min(seconds(lambda: step(w, x, target)) for _ in range(20))
print(f"one by one {1e3 * eager:8.2f} ms\nreplayed   {1e3 * replay:8.2f} ms: {eager / replay:.0f} times as fast")

# %%
eager_error, eager_slope = one_by_one(numbers)
assert math.isclose(eager_error, error, rel_tol=1e-12)
assert np.allclose(np.array(eager_slope["first"], float), slope["first"], rtol=1e-10)

# %% [markdown]
# `python benchmarks/replay.py` compares this with hand-written NumPy, PyTorch, JAX and CasADi, in one run on your own
# machine. [The guide to replay](../docs/replay.md) has our figures.
#
# ## What to remember
#
# * Finish a gradient before you pass it on. Then every edge is visited once, however many paths there are.
# * Each operation is one row, written in operations. Another kind of number makes another machine.
# * A recording is data. It can be drawn, checked, evaluated on fractions, and turned into matrices.
#
# ## Exercises
#
# 1. Give `Tiny` a `tanh`. Which local derivative does it need?
# 2. In a chain of $n$ numbers, each the sum of the two before it, how many paths lead from the end to the start? Count
#    them with gradients.
# 3. Write an operation of your own, $\operatorname{cube}(a) = a^3$, with its derivative, and let `grad(grad(cube))`
#    show whether the second derivative is right at 2.
#
# The solutions are in the folded cells below.

# %% tags=["solution"] jupyter={"source_hidden": true}
Tiny.tanh = lambda self: Tiny(math.tanh(self.data), (self,), (1 - math.tanh(self.data) ** 2,))
t = Tiny(0.5)
t.tanh().backward()
print("1.", t.grad)
assert math.isclose(t.grad, grad(autograd.tanh)(0.5))

# %% tags=["solution"] jupyter={"source_hidden": true}
start = Value(1.0)
before, last = start, start + 0.0
for _ in range(10):
    before, last = last, last + before
last.backward()
print("2. each count is the sum of the two before it, a Fibonacci number:", start.grad)
assert start.grad == 144.0


# %% tags=["solution"] jupyter={"source_hidden": true}
@autograd.operation(lambda y, a: 3 * a**2)
def cube(a):
    return a * a * a


print("3.", grad(grad(cube))(2.0))
assert grad(grad(cube))(2.0) == 12.0
