"""Files of a model or a whole run: versioned JSON, never pickle.

A file is written completely or not at all.

Numbers are written in the shortest form that reads back as the same float.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograd.graph import dump, load, read_float

from ..modules import Module

NOT_FINITE = ("NaN", "Infinity", "-Infinity")
StrPath = str | os.PathLike[str]


def save(path: StrPath, model: Module) -> None:
    """Write the parameters of a model to a file.

    An old file is replaced only once the new one is safely on the disk.

    Args:
        path, model: The file, and the model, a ``Module``.

    Raises:
        OSError: If the file cannot be written; an old one is unchanged.

    >>> from nn import MLP
    >>> net, other = MLP(2, [3, 1]), MLP(2, [3, 1])
    >>> save("net.json", net)
    >>> restore("net.json", other)
    >>> other.state_dict() == net.state_dict()
    True
    """
    write_json(path, "model", parameters=model.state_dict())


def restore(path: StrPath, model: Module) -> None:
    """Set the parameters of a model from a file that ``save`` wrote.

    Args:
        path, model: The file, and a model with parameters of the same names.

    Raises:
        ValueError: If the file is truncated, of another format or version, or of another model; nothing is changed.
        OSError: If there is no such file.
    """
    content = read_json(path, "model")
    with naming_file(path):
        model.load_state_dict(content["parameters"])


@contextmanager
def naming_file(path: StrPath) -> Iterator[None]:
    """Turn the errors of unexpected content into a ValueError that names the file."""
    try:
        yield
    except KeyError as error:
        raise ValueError(f"{os.fspath(path)}: {error} is missing") from None
    except (AttributeError, IndexError, OverflowError, TypeError, ValueError) as error:
        raise ValueError(f"{os.fspath(path)}: {error}") from None


def write_json(path: StrPath, kind: str, **content: Any) -> None:
    """Write plain data as JSON to a new file on the disk, and rename it in one move."""
    text = dump(kind, **content)
    target = Path(path).resolve()
    part = target.with_name(f".{target.name}.part")  # always the same name: the rest of a killed run is overwritten
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


def read_json(path: StrPath, kind: str) -> dict[str, Any]:
    """Return the content of a file of ``write_json``, or raise ValueError."""
    try:
        content: dict[str, Any] = load(kind, Path(path).read_bytes(), _restore_floats)
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)}: {error}") from None
    return content


def _restore_floats(x: Any) -> Any:
    """Return nested data with the texts for nan and the infinities as floats."""
    if isinstance(x, dict):
        return {key: _restore_floats(value) for key, value in x.items()}
    return [*map(_restore_floats, x)] if isinstance(x, list) else read_float(x) if x in NOT_FINITE else x


def number_checkpoint(options: dict[str, Any], k: int) -> dict[str, Any]:
    """Return options of ``fit`` with the checkpoint run-k.json instead of run.json."""
    if options.get("checkpoint") is None:
        return options
    path = Path(options["checkpoint"])
    return options | {"checkpoint": path.with_name(f"{path.stem}-{k}{path.suffix}")}


def get_random_state() -> list[Any]:
    """Return the state of Python's ``random`` as plain data."""
    version, words, extra = random.getstate()
    return [version, list(words), extra]


def set_random_state(state: Any) -> None:
    """Set the state of Python's ``random``, or raise ValueError or TypeError."""
    version, words, extra = state
    if any(type(word) is not int or not 0 <= word < 2**32 for word in words):
        raise ValueError("random: expected words of 32 bits in its state vector")
    random.setstate((version, tuple(words), extra))
