"""Draw a trace as SVG, light and dark."""
