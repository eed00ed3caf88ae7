"""Train a model with microgpt's architecture (Karpathy, 2026) on names, compiled, and generate new names.

    python examples/train_a_small_gpt.py
    python examples/train_a_small_gpt.py --file names.txt --epochs 3

Tokens are picked from the table of embeddings by data, so one recording serves all names of the same length.
"""

import argparse
import random
import time
from pathlib import Path

import autograd
import nn

LETTERS = ".abcdefghijklmnopqrstuvwxyz"  # the first marks the start and the end of a name


def mean_cross_entropy(outputs, targets):
    """Return the mean over names of the mean cross-entropy of their letters, in nats."""
    return autograd.mean(
        [nn.cross_entropy(scores, following) for scores, following in zip(outputs, targets, strict=True)]
    )


def generate_name(model, context, temperature=0.5):
    """Return a random name of fewer than ``context`` letters, drawn letter by letter."""
    tokens = [0]
    while len(tokens) < context:
        probabilities = nn.softmax([z.data / temperature for z in model(tokens)[-1]])
        tokens += random.choices(range(len(LETTERS)), probabilities)
        if not tokens[-1]:
            break
    return "".join(LETTERS[t] for t in tokens if t)


def main(arguments=None):
    """Train a model, print the times and the losses, and print new names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--file", help="a file of names, one in a line, instead of the built-in names")
    parser.add_argument("--names", type=int, help="use only this many of them")
    parser.add_argument("--epochs", type=int, default=10)
    options = parser.parse_args(arguments)
    words = Path(options.file).read_text(encoding="utf-8").lower().split() if options.file else nn.data.names()
    tokens = [[LETTERS.index(c) for c in f".{word}."] for word in words[: options.names]]
    data = [t[:-1] for t in tokens], [t[1:] for t in tokens]
    context = max(map(len, tokens))

    def train(data, epochs, compile):  # noqa: A002  # the name that fit uses
        random.seed(42)
        model, times = nn.GPT(len(LETTERS), context), [time.perf_counter()]
        adam = nn.Adam(model.parameters(), lr=0.01, betas=(0.85, 0.99))
        note_time = lambda history: times.append(time.perf_counter())
        options = {"batch_size": 1, "seed": 1, "callbacks": [note_time], "compile": compile}
        return nn.fit(model, data, loss=mean_cross_entropy, optimizer=adam, epochs=epochs, **options), times

    _, (start, end) = train([part[:3] for part in data], 1, compile=False)
    print(f"eager:    {(end - start) / len(data[0][:3]):.4f} s a step")
    history, (start, first, *rest) = train(data, options.epochs, compile=True)
    lengths = len({*map(len, tokens)})
    print(f"compiled: {first - start:.1f} s for the first epoch, which records names of {lengths} lengths")
    if rest:
        print(f"          {(rest[-1] - first) / len(rest) / len(tokens):.4f} s a step after that")
    print(
        f"{len(tokens)} names, {len(history.model.parameters())} parameters, loss",
        *(f"{x:.2f}" for x in history["loss"]),
    )
    print("invented:", *(generate_name(history.model, context) for _ in range(12)))
    return history


if __name__ == "__main__":
    main()
