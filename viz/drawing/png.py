"""Pictures as PNG, by resvg."""

from __future__ import annotations

from typing import Any

MISSING = 'PNG needs resvg-py: pip install "glassgrad[export]"'


def png(svg: str, zoom: float = 2.0) -> bytes:
    """Turn a picture into a PNG; raises RuntimeError, naming the extra, if resvg-py is not installed."""
    try:
        import resvg_py  # an extra
    except ImportError:
        raise RuntimeError(MISSING) from None
    answer: Any = resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom)
    return bytes(answer)
