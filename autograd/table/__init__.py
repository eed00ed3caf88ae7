"""Define every operation once: a row with its derivatives."""
