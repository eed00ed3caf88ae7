"""Hold graphs and traces as plain data."""
