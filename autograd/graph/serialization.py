"""Plain data as JSON, with a header and numbers that round-trip exactly."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable
from typing import Any, TypeVar

VERSION = 1
MAX_DEPTH = 100  # levels of nested lists and objects, so that no parser in JavaScript overflows its stack
T = TypeVar("T")


def dump(kind: str, **content: Any) -> str:
    """Return plain data as JSON under the header of its kind.

    nan and the infinities become strings, as JSON has none; JavaScript's Number reads the same strings.
    """
    return json.dumps(_to_json_values({"format": f"glassgrad {kind}", "version": VERSION} | content))


def _to_json_values(x: Any) -> Any:
    if isinstance(x, float) and not math.isfinite(x):
        return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"
    if isinstance(x, dict):
        return {key: _to_json_values(value) for key, value in x.items()}
    return list(map(_to_json_values, x)) if isinstance(x, list | tuple) else x


def load(kind: str, text: str | bytes, read: Callable[[Any], T]) -> T:
    """Return what ``read`` makes of the JSON of ``dump``, or raise ValueError.

    Args:
        kind: The word in the header, such as "graph".
        text: The JSON, from anywhere: nothing in it is executed.
        read: A function of the decoded object; its KeyError, TypeError, ValueError, IndexError and AttributeError
            become a ValueError that names the kind.
    """
    if not isinstance(text, str | bytes):
        raise TypeError(f"a glassgrad {kind}: expected a text, got {type(text).__name__} {text!r:.40}")
    try:
        if sys.platform == "emscripten":
            refuse_depth(text)
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not a glassgrad {kind}: truncated, or not JSON ({error})") from None
    if not isinstance(data, dict) or data.get("format") != f"glassgrad {kind}":
        raise ValueError(f"not a glassgrad {kind}: its format is not 'glassgrad {kind}'")
    if type(data.get("version")) is not int or data["version"] != VERSION:
        raise ValueError(f"this glassgrad reads {kind}s of version {VERSION}, not {data.get('version')!r}")
    try:
        return read(data)
    except KeyError as error:
        raise ValueError(f"not a glassgrad {kind}: {error} is missing") from None
    except (TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a glassgrad {kind}: {error}") from None


def refuse_depth(text: str | bytes) -> None:
    """Raise ValueError for lists nested so deep that JavaScript's stack would overflow."""
    depth = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text if isinstance(text, str) else text.decode()):
        depth += (token[0] in "[{") - (token[0] in "]}")
        if depth > MAX_DEPTH:
            raise ValueError(f"lists are nested more than {MAX_DEPTH} deep")


def read_index(x: Any, below: float = math.inf) -> int:
    """Return x if it is an index, or raise ValueError."""
    if not isinstance(x, int) or isinstance(x, bool) or not 0 <= x < below:
        raise ValueError(f"expected a whole number{f' below {below}' * (below < math.inf)}, got {x!r:.40}")
    return x


def read_float(x: Any) -> float:
    """Return x as a float, or raise ValueError."""
    if isinstance(x, bool) or not (isinstance(x, int | float) or x in ("NaN", "Infinity", "-Infinity")):
        raise ValueError(f"expected a number, got {x!r:.40}")
    try:
        return float(x)
    except OverflowError:
        raise ValueError(f"expected a number in the range of floats, got one of {len(str(x))} digits") from None


def read_list(x: Any) -> list[Any]:
    """Return x if it is a list, or raise ValueError."""
    if not isinstance(x, list):
        raise ValueError(f"expected a list, got {x!r:.40}")
    return x


def read_text(x: Any) -> str:
    """Return x if it is a text, or raise ValueError."""
    if not isinstance(x, str):
        raise ValueError(f"expected a text, got {x!r:.40}")
    return x
