"""The grade of an engine, as data and as a table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .findings import Fault

WORDS: dict[bool | None, str] = {True: "ok", False: "wrong", None: "–"}


@dataclass(frozen=True)
class Row:
    """The result of a trial of an operation or a graph.

    Attributes:
        operation: What was computed, as Python.
        value, gradient: Whether they are right; None where they were not judged.
        faults: The faults, those of its own rule first.
        note: What is no fault, a line each.
        is_there: Whether the engine has it.
        is_graph: Whether it is a graph of operations that have rows of their own.
        roots: For each fault a node of theirs whose graph shows it, or None.
    """

    operation: str
    value: bool | None = None
    gradient: bool | None = None
    faults: tuple[Fault, ...] = ()
    note: str = ""
    is_there: bool = True
    is_graph: bool = False
    roots: tuple[Any, ...] = field(default=(), compare=False, repr=False)

    def data(self) -> dict[str, Any]:
        """Return the row as plain data, without nodes."""
        return {name: x for name, x in vars(self).items() if name != "roots"} | {
            "faults": list(map(asdict, self.faults))
        }

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Row:
        """Return a row from plain data."""
        faults = (Fault(**fault | {"values": tuple(fault["values"])}) for fault in data["faults"])
        return cls(**{**data, "faults": tuple(faults)})


@dataclass(frozen=True, repr=False)
class Grade:
    """The result of ``battery``, which is true if there is no fault.

    Attributes:
        name: The name of the class.
        rows: What was found, in the order in which it was tried.
        others: Other engines in the same file, which were not tried.
    """

    name: str
    rows: tuple[Row, ...]
    others: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults, one for each mistake."""
        return tuple(fault for _, own, _ in self.merged() for fault in own)

    def __bool__(self) -> bool:
        return not any(row.faults for row in self.rows)

    def merged(self) -> Iterator[tuple[Row, list[Fault], list[str]]]:
        """Yield each row with its own faults, and the rows whose mistake shows in it too."""
        sweeps = [(row.operation, fault) for row in self.rows for fault in row.faults if fault.kind == "sweep"]
        usual = Counter(fault.cause for _, fault in sweeps).most_common(1)
        main = next(((name, fault) for name, fault in sweeps if fault.cause == usual[0][0]), ("", None))
        first: dict[Any, str] = {"sweep": main[0]} if main[1] else {}
        for row in self.rows:
            own: list[Fault] = []
            known: dict[str, None] = {}
            for fault in row.faults:
                own_keys: list[Any] = ["sweep"] if fault.kind == "sweep" else [fault.cause, *["graph"] * row.is_graph]
                keys = own_keys[:1] + [fault.operation] * row.is_graph
                if fault.operation == row.operation and fault.kind == "local":  # only its final numbers are known
                    keys += [("row", f"a {symbol} b") for symbol in re.findall(r"\*\*|[-+*/]", row.operation)]
                    keys += ["sweep", *own_keys]
                place = next((first[key] for key in keys if key in first), None)
                if place is None or (row.operation, fault) == main:
                    own.append(fault)
                    first |= dict.fromkeys([*own_keys, fault.operation, ("row", row.operation)], row.operation)
                elif place != row.operation:
                    known[place] = None
            yield row, own, list(known)

    def __repr__(self) -> str:
        there, n = [row for row in self.rows if row.is_there], len(self.faults)
        width = max(map(len, ["operation", *(row.operation for row in there)]))
        lines = [f"{self.name}: {n or 'no'} fault{'s' * (n != 1)} in {len(there)} operations and graphs"]
        lines += [f"  {'operation':<{width}}  value  gradient"]
        for row, own, known in self.merged():
            words = [*map(str, own), *(f"see {place}" for place in known)]
            if row.is_there:
                head = f"  {row.operation:<{width}}  {WORDS[row.value]:<5}  {WORDS[row.gradient]:<8}"
                lines += [
                    f"{head if not k else ' ' * len(head)}  {text}".rstrip() for k, text in enumerate(words or [""])
                ]
        lines += [f"  not there: {', '.join(self.missing)}"] * bool(self.missing)
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])

    @property
    def missing(self) -> list[str]:
        """The operations that the engine does not have; graphs of them follow."""
        return [row.operation for row in self.rows if not row.is_there and not row.is_graph]

    @property
    def notes(self) -> list[str]:
        """Notes; one that a single operation has is named after it."""
        found: dict[str, list[str]] = {}
        others = [f"{', '.join(self.others)} not graded: write --class NAME"] * bool(self.others)
        for row in self.rows:
            for note in filter(None, row.note.split("\n") if row.is_there else ()):
                found.setdefault(note, []).append(row.operation)
        return others + [note if len(rows) > 1 else f"{rows[0]}: {note}" for note, rows in found.items()]
