"""The floats and arrays in the attributes of a layer, and the paths to them."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

from ..arrays import has_floats, is_array
from .pairs import PREFIX

BOXES = "grads", "grad", "gradients"  # what holds gradients
HOLDERS = "params", "parameters", "weights", "data", "value"  # what holds weights
Path = tuple[Any, ...]  # from a layer to an attribute or item of it


def floats_in(owner: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the floats and arrays in an object, up to three levels deep, and the paths to them."""
    if isinstance(owner, float) or is_array(owner):
        if has_floats(owner):
            yield path, owner
    elif len(path) < 3 and not isinstance(owner, type | ModuleType):
        parts = enumerate(owner) if isinstance(owner, list | tuple) else getattr(owner, "__dict__", owner)
        items = parts.items() if isinstance(parts, dict) else parts if isinstance(parts, enumerate) else ()
        for part, value in items:
            yield from floats_in(value, (*path, part))


def key_of(path: Path) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Return the names in a path, with and without marks, and whether it is boxed."""
    names = [str(part) for part in path if part not in BOXES + HOLDERS] or [str(path[-1])]
    plain = [*names[:-1], *(PREFIX.sub("", name, count=1) for name in names[-1:])]
    return tuple(names), tuple(plain), any(part in BOXES for part in path)


def get_part(owner: Any, path: Path) -> Any:
    """Return an attribute of an object, or an item of it."""
    for part in path:
        owner = owner[part] if isinstance(owner, dict | list | tuple) else getattr(owner, part)
    return owner


def set_part(owner: Any, path: Path, value: Any) -> None:
    """Set an attribute or item to a number; set the numbers of an array in place."""
    folder = get_part(owner, path[:-1])
    if is_array(old := get_part(owner, path)):
        old[...] = value
    elif isinstance(folder, dict | list):
        folder[path[-1]] = value
    else:
        setattr(folder, path[-1], value)
