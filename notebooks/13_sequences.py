# %% [markdown]
# # 13 · Sequences: through time, letter by letter
#
# **What you will learn:** how a network remembers by using the same weights at every step, how its gradient goes back
# *through time* and fades on the way, how letters become numbers, and how attention looks back without a memory. At the
# end a small GPT, every number of it a `Value`, invents names.
#
# **Runs in** about half a minute. Read first: [9 · Losses, softmax and δ, worked out on
# paper](09_losses_softmax_and_delta.ipynb).

# %%
import codecs
import contextlib
import io
import math
import random

from matplotlib import pyplot as plt

import autograd
import nn
import viz
from autograd import Value, gradcheck

EPOCHS = 8  # 40 for better names

# %% [markdown]
# ## A neuron with a memory
#
# What does a neuron need in order to remember? Its own last answer, as one more input:
#
# $$h_t = \tanh(w\,x_t + u\,h_{t-1})$$
#
# It has the same $w$ and $u$ at every step. Three steps, written one after another, are an ordinary graph. The network
# is **unrolled** through time.


# %% tags=["system-28"]
def unrolled(w, u, xs):
    h = 0.0
    for x in xs:
        h = (w * x + u * h).tanh()
    return h


w, u = Value(0.9), Value(0.8)
h = unrolled(w, u, [1.0, -0.5, 0.2])
viz.graph(h)

# %% [markdown]
# Now step back through it. $w$ is used three times, so it receives three contributions: one from the last step, one
# that came back through one $u$, and one that came back through two. That is *backpropagation through time*. It is
# nothing but the chain rule and accumulation.

# %% tags=["system-28"]
viz.step(h)

# %% [markdown]
# Is the sum of the three right? Check it by giving each step a weight of its own, and ask the checker as well:

# %% tags=["system-28"]
h.backward()
own = [Value(0.9) for _ in range(3)]
apart = 0.0
for weight, x in zip(own, [1.0, -0.5, 0.2], strict=True):
    apart = (weight * x + 0.8 * apart).tanh()
apart.backward()
print("step by step:", [round(v.grad, 4) for v in own])
print(f"their sum: {sum(v.grad for v in own):.4f}, and the shared weight has {w.grad:.4f}")
assert math.isclose(w.grad, sum(v.grad for v in own))
assert gradcheck(lambda w, u: unrolled(w, u, [1.0, -0.5, 0.2]), [0.9, 0.8])

# %% [markdown]
# ## How far back does it reach?
#
# Each step on the way back multiplies by $u\,(1 - h^2)$. What does that do over thirty steps?


# %% tags=["system-28"]
def reach(u, steps=30):
    """Return |∂h/∂x| of each step, from the last to the first."""
    xs = [Value(0.1) for _ in range(steps)]
    unrolled(0.9, u, xs).backward()
    return [abs(x.grad) for x in reversed(xs)]


axes = plt.figure(figsize=(6, 3)).gca()
for u in 0.5, 0.9, 1.5:
    axes.semilogy(reach(u), label=f"u = {u}")
axes.set(xlabel="steps back", ylabel="|∂h/∂x|")
axes.legend(frameon=False)
assert reach(0.5)[-1] < 0.5**29  # it fades at least as fast as the powers of u
assert reach(1.5)[-1] < reach(0.5)[-1] < reach(0.9)[-1]

# %% [markdown]
# On this scale, a straight line downwards is exponential decay. After thirty steps with $u = 0.5$ nothing is left to
# learn from. It is what happens in deep networks ([notebook 8](08_activations_and_gradient_flow.ipynb)), with time in
# place of depth. With $u = 0.9$ more is left. With $u = 1.5$ you might expect the gradient to grow, but it fades
# fastest of all, because $h$ saturates and $1 - h^2$ is small.
#
# ## What comes next? A noisy sine
#
# The series is a sine with noise. At every step, the network has to predict the next number.

# %% tags=["system-28"]
series = nn.data.noisy_sine(200, noise=0.1, seed=0)
X, y = nn.data.next_steps(series, 20)
cut = len(X) * 3 // 4


class Forecast(nn.Module):
    def __init__(self, hidden):
        self.rnn, self.out = nn.RNN(1, hidden), nn.Layer(hidden, 1, nonlin=False, init="fan_in")

    def __call__(self, series):
        return [self.out(state) for state in self.rnn(series)[0]]


random.seed(0)
model = Forecast(8)
history = nn.fit(
    model, (X[:cut], y[:cut]), loss=nn.mse, optimizer=lambda p: nn.Adam(p, lr=0.01), epochs=5 * EPOCHS, batch_size=10,
    validation=(X[cut:], y[cut:]), seed=0, compile=True, progress=False,
)  # fmt: skip
axes = viz.plots.curves(history)

# %% [markdown]
# How good is that? A forecast should be compared with the laziest one: *it stays as it is*. And no forecast can predict
# the noise, which alone has a mean square of 0.01.

# %% tags=["system-28"]
predicted = [v.data for v in model(series[:-1])]
last = slice(len(series) * 3 // 4, None)
axes = plt.figure(figsize=(7, 3)).gca()
axes.plot(series[1:][last], ".", color="0.6", label="observed")
axes.plot(predicted[last], color="#0060a8", label="predicted")
axes.legend(frameon=False)
lazy = nn.mse(series[:-1][last], series[1:][last])
error = nn.mse(predicted[last], series[1:][last])
print(f"error {error:.3f}, lazy forecast {lazy:.3f}, noise alone 0.010")
assert error < lazy / 2

# %% [markdown]
# ## Letters
#
# Text is a sequence too. Every Python comes with a short one, under the licence of the Python Software Foundation: Tim
# Peters' *The Zen of Python*. It is in a module called `this`, which prints it when it is imported.

# %%
with contextlib.redirect_stdout(io.StringIO()):
    import this

text = codecs.decode(this.s, "rot13").lower()
letters = sorted(set(text))
print(text[:120], "…")
print(len(text), "characters,", len(letters), "different ones")

# %% [markdown]
# How can a network read a letter? It has a table with a row of numbers for each letter, which are *learned*. This is an
# **embedding**. And how can it say a letter? It gives one score for each, which softmax turns into probabilities. The
# error is the cross-entropy, which says how surprised the network is by the letter that comes.


# %% tags=["system-28"]
class Speller(nn.Module):
    def __init__(self, letters, hidden):
        self.embed, self.rnn = nn.Embedding(letters, 8), nn.RNN(8, hidden)
        self.out = nn.Layer(hidden, letters, nonlin=False, init="fan_in")

    def __call__(self, tokens):
        return [self.out(state) for state in self.rnn([self.embed(t) for t in tokens])[0]]


def surprise(outputs, targets):
    """Return the mean cross-entropy over all letters of all samples."""
    return autograd.mean([nn.cross_entropy(scores, t) for scores, t in zip(outputs, targets, strict=True)])


tokens = [letters.index(c) for c in text]
windows, following = nn.data.next_steps(tokens, 16)
random.seed(1)
speller = Speller(len(letters), 32)
history = nn.fit(
    speller, (windows[::4], following[::4]), loss=surprise, optimizer=lambda p: nn.Adam(p, lr=0.01), epochs=5 * EPOCHS,
    batch_size=20, seed=1, compile=True, progress=False,
)  # fmt: skip
axes = viz.plots.curves(history)

# %% [markdown]
# Where should such a curve start, and how low is good? If you know nothing, you guess each letter with the same
# probability, and the surprise is the logarithm of their number. If you know how *often* each letter occurs, the
# surprise is the entropy of these frequencies. Below that, the network has learned which letter follows which.

# %% tags=["system-28"]
frequencies = [text.count(c) / len(text) for c in letters]
entropy = -sum(p * math.log(p) for p in frequencies)
print(f"guessing {math.log(len(letters)):.2f}, by frequency {entropy:.2f}, learned {history['loss'][-1]:.2f}")
assert history["loss"][-1] < entropy - 1

# %% [markdown]
# The network can continue a text by itself. Draw a letter from its probabilities, feed it back as the next input, and
# repeat.


# %% tags=["system-28"]
def continue_text(model, start, count, temperature=0.5):
    tokens = [letters.index(c) for c in start]
    for _ in range(count):
        chances = nn.softmax([z / temperature for z in model(tokens[-16:])[-1]])
        tokens += random.choices(range(len(letters)), [c.data for c in chances])
    return "".join(letters[t] for t in tokens)


random.seed(0)
with autograd.no_grad():
    print(continue_text(speller, "now is better ", 150))

# %% [markdown]
# It has memorised 850 characters rather than learned English, as people do with a short poem. A *large* model that
# learns from a large text has the same task.
#
# ## Looking back without a memory: attention
#
# Instead of squeezing the past into one state, look at all of it again and choose. Each step asks a question (*query*),
# and each earlier step has a *key* and a *value*. The answer is the mean of the values, weighted by how well key and
# query agree. Here it is with one number for each:

# %% tags=["system-28"]
random.seed(2)
attention = nn.CausalSelfAttention(1)
first, second = Value(1.0), Value(-0.5)
answer = attention([[first], [second]])[1][0]
viz.step(answer)

# %% [markdown]
# Two gates here are softmax. They divide the attention between the first and the second step, in shares that sum to one.
# Drag the numbers until the answer looks at the first step alone.
#
# ## A GPT of single numbers
#
# It has embeddings of letters and of positions, attention, and a small perceptron, and the input of each part is added
# to its output. That is the architecture of microgpt (Karpathy, 2026), which is GPT-2's on a small scale. Here it
# learns first names, one at a time:

# %% tags=["system-28"]
ALPHABET = ".abcdefghijklmnopqrstuvwxyz"  # the first begins and ends a name
names = [[ALPHABET.index(c) for c in f".{name}."] for name in nn.data.names()]
random.seed(42)
gpt = nn.GPT(len(ALPHABET), context=max(map(len, names)))
one = nn.cross_entropy(gpt(names[0][:-1]), names[0][1:])
print(len(gpt.parameters()), "parameters;", one)
assert abs(one.data - math.log(27)) < 0.1  # at first it knows nothing

# %% [markdown]
# The first name, of three letters, takes 1,700 operations on 30,000 wires, most of them sums of many products.
# `compile=True` records them once for each length of name, and replays them as matrices.

# %% tags=["system-28"]
history = nn.fit(
    gpt, ([t[:-1] for t in names], [t[1:] for t in names]), loss=surprise, epochs=EPOCHS, batch_size=1,
    optimizer=lambda p: nn.Adam(p, lr=0.01, betas=(0.85, 0.99)), seed=1, compile=True, progress=False,
)  # fmt: skip
axes = viz.plots.curves(history)
print([round(x, 2) for x in history["loss"]])
assert history["loss"][-1] < 2.4 < math.log(27)


# %%
def invent(temperature=0.5):
    """Draw letters until a name ends."""
    tokens = [0]
    while len(tokens) < len(gpt.position.rows) and (len(tokens) == 1 or tokens[-1]):
        chances = nn.softmax([z.data / temperature for z in gpt(tokens)[-1]])
        tokens += random.choices(range(27), chances)
    return "".join(ALPHABET[t] for t in tokens if t)


random.seed(0)
print(*(invent() for _ in range(12)))

# %% [markdown]
# Where does the gradient of one name go? The parts of the model are folded. Click to open them, down to single
# products.

# %% tags=["system-28"]
viz.graph(nn.cross_entropy(gpt(names[0][:-1]), names[0][1:]))

# %% [markdown]
# ## What to remember
#
# * A recurrent network is a deep one with the same weights in every layer. Its gradients are sums over the steps.
# * Gradients fade through time as they fade through depth.
# * A language model is a classifier of the next letter. To write, you sample from it again and again.
#
# ## Exercises
#
# 1. Give the forecast only a quarter of the noise. Does the error fall to the mean square of that noise?
# 2. `nn.RNN(…, truncate=k)` goes back through at most $k$ steps. For ten steps and $k = 2$, how many of the inputs get
#    a gradient from the last output?
# 3. Invent names at the temperatures 0.1 and 2. What changes, and why?
#
# The solutions are in the folded cells below.

# %% tags=["solution"] jupyter={"source_hidden": true}
quiet = nn.data.noisy_sine(200, noise=0.025, seed=0)
X, y = nn.data.next_steps(quiet, 20)
random.seed(0)
calm = Forecast(8)
nn.fit(calm, (X[:cut], y[:cut]), loss=nn.mse, optimizer=lambda p: nn.Adam(p, lr=0.01), epochs=5 * EPOCHS, batch_size=10, seed=0,
       compile=True, progress=False)  # fmt: skip
again = nn.mse([v.data for v in calm(quiet[:-1])][last], quiet[1:][last])
print(f"1. error {again:.4f}, noise alone {0.025**2:.4f}: it falls, but the rest is the network's own error")
assert 0.025**2 < again < error

# %% tags=["solution"] jupyter={"source_hidden": true}
random.seed(0)
inputs = [[Value(0.1)] for _ in range(10)]
outputs, _ = nn.RNN(1, 1, truncate=2)(inputs)
outputs[-1][0].backward()
reached = [t for t, (x,) in enumerate(inputs) if x.grad]
print("2. the inputs that get a gradient:", reached)
assert reached == [8, 9]

# %% tags=["solution"] jupyter={"source_hidden": true}
random.seed(0)
cold, hot = ({invent(t) for _ in range(20)} for t in (0.1, 2.0))
print(f"3. of 20 names {len(cold)} are different when cold, {len(hot)} when hot:", *sorted(cold))
print("   dividing scores by a small number sharpens the choice")
assert len(cold) < len(hot)
