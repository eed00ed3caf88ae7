"""Grade the engine in one file, in the process that imports it: a child of ``run_limited``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from ..check.homework import load_file
from ..foreign.memento import is_their_class
from .side_by_side import trace_theirs
from .trials import Battery

OPERATORS = ("__add__", "__mul__", "__radd__", "__rmul__", "__sub__", "__truediv__")


def grade_file(path: str, name: str, start: int, is_drawn: bool) -> Iterator[dict[str, Any]]:
    """Yield the class in a file and what will be tried, or an error, then each row.

    Args:
        path, name: The file, and the name of the class, or "" to look for it.
        start: How many of the operations were tried before.
        is_drawn: Whether each fault gets the traces of a graph that shows it.
    """
    module = load_file(Path(path))
    try:
        battery, others = find_class(module, name)
    except TypeError as error:
        yield {"error": str(error).removeprefix("cls: ")}
        return
    yield {"class": battery.cls.__name__, "others": others, "operations": list(battery.trials)}
    for row in battery.rows(start):
        yield row.data() | {"graphs": [draw(*shown) if shown and is_drawn else None for shown in row.roots]}


def find_class(module: ModuleType, name: str = "") -> tuple[Battery, list[str]]:
    """Return the battery of the engine in a module, and the names of other engines there.

    Raises:
        TypeError: If there is none, which says what was looked for.
    """
    classes = {key: x for key, x in vars(module).items() if isinstance(x, type) and is_their_class(x)}
    if name and name not in classes:
        raise TypeError(f"no class {name}; it has {', '.join(classes) or 'no class'}")
    found: dict[type, Battery] = {}
    error: Exception | None = None
    likely = [x for x in classes.values() if any(hasattr(x, operator) for operator in OPERATORS)]
    for cls in (
        [classes[name]] if name else sorted(likely, key=lambda x: (x.__module__ != module.__name__, len(x.__mro__)))
    ):
        for kind in [cls, *(x for x in likely if x is not cls and issubclass(x, cls))]:  # a base may take no number
            if not any(issubclass(cls, other) for other in found):
                try:
                    found[cls] = Battery(kind, module)
                except Exception as raised:
                    error = error or raised
    if not found:
        hint = "" if name else "; write --class NAME"
        wanted = "expected a class with + or *, such as Value, whose nodes hold a number, a gradient and their parents"
        raise error if error else TypeError(f"{wanted}{hint}")
    best = max(found, key=lambda cls: (cls.__module__ == module.__name__, len(found[cls].cases)))
    return found[best], [cls.__name__ for cls in found if cls is not best]


def draw(root: Any, leaves: dict[str, Any]) -> dict[str, Any] | None:
    """Return the traces of a root, right and theirs, and their gradients, if it can be drawn."""
    with suppress(Exception):
        right, theirs, grads = trace_theirs(root, leaves)
        return {"right": right.to_json(), "theirs": theirs.to_json(), "grads": grads}
    return None
