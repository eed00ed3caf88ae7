"""Build neurons, layers and networks."""
