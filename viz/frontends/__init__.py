"""Read expressions, notebook cells and micrograd's programs."""
