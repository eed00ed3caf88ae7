"""Convert pictures to PNG with resvg."""

from __future__ import annotations

from typing import Any

from autograd.extras import explain_missing


def svg_to_png(svg: str, zoom: float = 2.0) -> bytes:
    """Return a picture as PNG, or raise RuntimeError if resvg-py is missing."""
    with explain_missing("PNG needs resvg-py", "export", RuntimeError):
        import resvg_py
    answer: Any = resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom)
    return bytes(answer)
