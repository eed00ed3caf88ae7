"""Fold the parts of a model into boxes."""
