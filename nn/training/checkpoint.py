"""Files that keep a model, or a whole run: JSON with a version, written whole or not at all, never pickle.

Numbers are written in the shortest form that reads back as the same float.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograd.graph.serialization import dump, load, read_float

from ..modules.module import Module

NOT_FINITE = ("NaN", "Infinity", "-Infinity")
StrPath = str | os.PathLike[str]


def save(path: StrPath, model: Module) -> None:
    """Write the parameters of a model to a file; it is replaced only once the new one is safe on the disk.

    >>> from nn import MLP
    >>> net, other = MLP(2, [3, 1]), MLP(2, [3, 1])
    >>> save("net.json", net)
    >>> restore("net.json", other)
    >>> other.state_dict() == net.state_dict()
    True
    """
    write(path, "model", parameters=model.state_dict())


def restore(path: StrPath, model: Module) -> None:
    """Read the parameters of a model from a file.

    Raises ValueError, with nothing changed, for a file that is truncated, foreign, newer or of another model,
    and OSError if there is none.
    """
    content = read(path, "model")
    with about(path):
        model.load_state_dict(content["parameters"])


@contextmanager
def about(path: StrPath) -> Iterator[None]:
    """Turn what does not fit into a ValueError that names the file."""
    try:
        yield
    except KeyError as error:
        raise ValueError(f"{os.fspath(path)}: {error} is missing") from None
    except (AttributeError, IndexError, OverflowError, TypeError, ValueError) as error:
        raise ValueError(f"{os.fspath(path)}: {error}") from None


def write(path: StrPath, kind: str, **content: Any) -> None:
    """Write plain data as JSON: first beside its place and down to the disk, then moved there in one."""
    text = dump(kind, **content)
    target = Path(path).resolve()
    part = target.with_name(f".{target.name}.part")  # the same each time: what a killed run leaves is written over
    try:
        with open(part, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            part.chmod(target.stat().st_mode)
        os.replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if os.name == "posix":  # elsewhere a folder cannot be opened, and the move is journalled
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def numbered(options: dict[str, Any], k: int) -> dict[str, Any]:
    """Give the k-th of several runs a checkpoint of its own, run.json that of run-k.json."""
    if options.get("checkpoint") is None:
        return options
    path = Path(options["checkpoint"])
    return options | {"checkpoint": path.with_name(f"{path.stem}-{k}{path.suffix}")}


def read(path: StrPath, kind: str) -> dict[str, Any]:
    """Read what ``write`` wrote; raise ValueError with the reason for anything else."""
    try:
        content: dict[str, Any] = load(kind, Path(path).read_bytes(), _numbers)
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)}: {error}") from None
    return content


def _numbers(x: Any) -> Any:
    """Turn the texts that stand for nan and the infinities into floats again."""
    if isinstance(x, dict):
        return {key: _numbers(value) for key, value in x.items()}
    return [*map(_numbers, x)] if isinstance(x, list) else read_float(x) if x in NOT_FINITE else x


def random_state() -> list[Any]:
    """Return the state of Python's ``random`` as plain data."""
    version, words, extra = random.getstate()
    return [version, list(words), extra]


def set_random_state(state: Any) -> None:
    """Go on from such a state; raise ValueError or TypeError, with nothing changed, for anything else."""
    version, words, extra = state
    if any(type(word) is not int or not 0 <= word < 2**32 for word in words):
        raise ValueError("random: expected words of 32 bits in its state vector")
    random.setstate((version, tuple(words), extra))
