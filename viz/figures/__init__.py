"""Show traces, models and comparisons."""
