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
    words = Path(options.file).read_text(encoding="utf-8").lower().split() if options.file else nn.data.names()
    tokens = [[LETTERS.index(c) for c in f".{word}."] for word in words[: options.names]]
    data = [t[:-1] for t in tokens], [t[1:] for t in tokens]
    context = max(map(len, tokens))

    def train(data, epochs, compile):  # noqa: A002  # as fit calls it
        random.seed(42)
        model, ends = nn.GPT(len(LETTERS), context), [time.perf_counter()]
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
