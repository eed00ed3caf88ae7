"""Train the examples of the command line."""
