"""Train a model, with history and checkpoints."""
