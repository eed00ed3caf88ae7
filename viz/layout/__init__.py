"""Place the nodes of a graph in layers."""
