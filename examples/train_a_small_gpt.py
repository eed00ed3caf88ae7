"""Train microgpt's architecture (Karpathy, 2026) on names, letter by letter, compiled; then let it invent some.

    python examples/train_a_small_gpt.py
    python examples/train_a_small_gpt.py --file names.txt --epochs 3

Tokens are picked from the table of embeddings by data, so one recording serves all names of a length.
"""

import argparse
import random
import time
from pathlib import Path

import autograd
import nn

LETTERS = ".abcdefghijklmnopqrstuvwxyz"  # the first begins and ends a name
NAMES = """
ada adele agnes alan alba alice amelie amir anna anton arthur astrid aurora ben bruno carla cecile clara conrad dalia
daniel diana edith elena elias elisa emil emma erik eva fatima felix flora frida gina greta hanna hector helena hugo ida
igor ines irene iris ivan jana jonas julia karim karin klara lara laura lea lena leon lina lisa lucia luis maria marie
marta maya mila mina mona nadia nina noa nora olga oscar otto paul petra rania rosa samir sara simon sofia stella tara
theo tina vera victor viola yara zoe
"""


class GPT(nn.Module):
    """Tokens and places, causal attention and a perceptron beside residuals, and a score for each letter."""

    def __init__(self, letters, context, width=16, heads=4):
        self.token = nn.Embedding(letters, width, init=self.draw)
        self.place = nn.Embedding(context, width, init=self.draw)
        options = {"activation": "linear", "bias": False, "init": self.draw}
        self.attention = nn.CausalSelfAttention(width, heads, init=self.draw)
        self.up, self.down = nn.Layer(width, 4 * width, **options), nn.Layer(4 * width, width, **options)
        self.head = nn.Layer(width, letters, **options)

    @staticmethod
    def draw(nin, nout):
        """Draw a weight."""
        return random.gauss(0, 0.08)

    def __call__(self, tokens):
        """Return for each token a score for every letter that may come next."""
        rows = [normalise(plus(self.token(t), self.place(k))) for k, t in enumerate(tokens)]
        rows = [*map(plus, rows, self.attention([normalise(row) for row in rows]))]
        rows = [plus(row, self.down([z.relu() for z in self.up(normalise(row))])) for row in rows]
        return [self.head(row) for row in rows]


def plus(a, b):
    """Add two rows."""
    return [x + y for x, y in zip(a, b, strict=True)]


def normalise(x):
    """Scale a row to a mean square of 1."""
    scale = (autograd.dot(x, x) / len(x) + 1e-5) ** -0.5
    return [v * scale for v in x]


def loss(outputs, targets):
    """Return the mean over names of the mean cross-entropy of their letters."""
    return autograd.mean(
        [nn.cross_entropy(scores, following) for scores, following in zip(outputs, targets, strict=True)]
    )


def invent(model, context, temperature=0.5):
    """Draw a name, letter by letter."""
    tokens = [0]
    while len(tokens) < context:
        chances = nn.softmax([z.data / temperature for z in model(tokens)[-1]])
        tokens += random.choices(range(len(LETTERS)), chances)
        if not tokens[-1]:
            break
    return "".join(LETTERS[t] for t in tokens if t)


def main(arguments=None):
    """Train, say how fast, and invent."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--file", help="names, one in a line, in place of the built-in ones")
    parser.add_argument("--names", type=int, help="take so many of them")
    parser.add_argument("--epochs", type=int, default=10)
    options = parser.parse_args(arguments)
    words = Path(options.file).read_text(encoding="utf-8") if options.file else NAMES
    tokens = [[LETTERS.index(c) for c in f".{word}."] for word in words.lower().split()[: options.names]]
    data = [t[:-1] for t in tokens], [t[1:] for t in tokens]
    context = max(map(len, tokens))

    def train(data, epochs, compile):  # noqa: A002  # as fit calls it
        random.seed(42)
        model, ends = GPT(len(LETTERS), context), [time.perf_counter()]
        adam = nn.Adam(model.parameters(), lr=0.01, betas=(0.85, 0.99))
        note = lambda history: ends.append(time.perf_counter())
        ways = {"batch_size": 1, "seed": 1, "callbacks": [note], "compile": compile}
        return nn.fit(model, data, loss=loss, optimizer=adam, epochs=epochs, **ways), ends

    _, (start, end) = train([part[:3] for part in data], 1, compile=False)
    print(f"eager:    {(end - start) / len(data[0][:3]):.4f} s a step")
    history, (start, first, *rest) = train(data, options.epochs, compile=True)
    lengths = len({*map(len, tokens)})
    print(f"compiled: {first - start:.1f} s for the first epoch, in which names of {lengths} lengths are recorded")
    if rest:
        print(f"          {(rest[-1] - first) / len(rest) / len(tokens):.4f} s a step then")
    print(
        f"{len(tokens)} names, {len(history.model.parameters())} parameters, loss",
        *(f"{x:.2f}" for x in history["loss"]),
    )
    print("invented:", *(invent(history.model, context) for _ in range(12)))
    return history


if __name__ == "__main__":
    main()
