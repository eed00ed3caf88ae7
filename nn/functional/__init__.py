"""Define losses, their targets and random sampling."""
