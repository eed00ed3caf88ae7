"""Build an autoencoder and a small GPT."""
