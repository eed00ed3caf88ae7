"""The inputs of a function as a list of numbers with names."""

from __future__ import annotations

import inspect
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

from ..engine import Node, Value
from ..graph import leaves, leaves_like
from ..numbers import expect_real
from .arrays import every_number_in, has_floats, names_in, numbers_in, refill, settle
from .function_values import expect_float

MOST = 20  # numbers of which a note tells
OTHER_ENGINES: list[Callable[..., Any]] = []  # that make functions to check of those of other engines; grading adds one


class RaveledInputs:
    """The arguments of a function as a list of numbers.

    ``point`` holds the numbers and ``names`` a name for each. ``own`` maps positions to the leaves among the inputs.
    These are used as they are, for f may reach them without its arguments, as a model reaches its weights. Labels,
    masks and the arguments that are not in ``places`` are no numbers of these; f gets copies of them. If ``floats`` is
    true, the arguments without floats, such as text and slices, are not in ``places``.
    """

    given: Any
    trees: list[Any]  # the arguments with numbers to differentiate by
    arguments: list[str]  # the names of all

    def __init__(
        self, f: Callable[..., Any], inputs: Any, wrt: Sequence[str | int] | None = None, floats: bool = False
    ) -> None:
        if getattr(inputs, "ndim", 0) > 0:
            inputs = inputs.tolist() if inputs.ndim == 1 else list(inputs)
        self.given = settle(inputs)
        got = f"got {type(inputs).__name__} {inputs!r:.40}"
        if not isinstance(self.given, list | tuple):
            raise TypeError(
                f"inputs: expected a list of numbers, one for each argument of f, {got}; for one argument x, write [x]"
            )
        self.arguments = _argument_names(f, self.given)
        self.places: list[int] = _places(self.arguments, wrt)
        if floats:
            kept = [i for i in self.places if has_floats(self.given[i])]
            if not kept or (wrt is not None and kept != self.places):
                kind = "wrt" if wrt is not None else "inputs"
                hint = "which have no gradient; write 1.0 for 1"
                raise ValueError(f"{kind}: expected floats, got integers or masks, {hint}")
            self.places = kept
        self.trees = [self.given[i] for i in self.places]
        rows = [(i, self.arguments[i], self.given[i]) for i in self.places]
        self.leaves: list[Any] = [x for i, name, tree in rows for x in _numbers_of(f"inputs[{i}]", tree)]
        if not self.leaves:
            hint = "; integers and masks have no gradient: write 1.0 for 1" * bool(self.given)
            raise TypeError(f"inputs: expected a list of numbers, one for each argument of f, {got}{hint}")
        names = [(f"inputs[{i}]", name) for i, argument, tree in rows for name in names_in(argument, tree)]
        self.names: list[str] = [name for _, name in names]
        self.point: list[float] = [_expect_finite(x, *pair) for x, pair in zip(self.leaves, names, strict=True)]
        times = Counter(map(id, self.leaves))
        self.own: dict[int, Value] = {
            i: x
            for i, x in enumerate(self.leaves)
            if isinstance(x, Value) and not x.op and x.requires_grad and times[id(x)] == 1
        }

    def restore(self) -> None:
        """Set the data of the user's leaves to their numbers at the start."""
        for i, x in self.own.items():
            x.data = self.point[i]

    def rebuild(self, numbers: Sequence[Any]) -> list[Any]:
        """Return the arguments with other numbers, all of them new objects."""
        rest = iter(numbers)
        return [
            refill(x, rest) if i in self.places else refill(x, iter(every_number_in(x)), every=True)
            for i, x in enumerate(self.given)
        ]

    def call(self, f: Callable[..., Any], name: str, numbers: Sequence[Any]) -> Any:
        """Call f with numbers in the shape of the inputs; an error gets a note."""
        try:
            return f(*self.rebuild(numbers))
        except Exception as error:
            if isinstance(error, TypeError) and "positional argument" in str(error):
                error.add_note(
                    f"gradcheck: inputs holds one entry for each argument of {name}: write [x] for an array x"
                )
            self.note_on(error, name, numbers)
            raise

    def note_on(self, error: Exception, name: str, numbers: Sequence[Any]) -> None:
        """Add the inputs to an error that a function of the user raised."""
        pairs = itertools.islice(zip(self.names, numbers, strict=True), MOST)
        at = ", ".join(f"{name}={x.data if isinstance(x, Node) else x!r}" for name, x in pairs)
        error.add_note(f"gradcheck: {name} raised this at {at}" + ", …" * (len(self.names) > MOST))

    def claimed(self, grad: Callable[..., Any]) -> list[float]:
        """Return the user's gradient in the order of the inputs."""
        answer = settle(self.call(grad, "grad", self.point))
        if isinstance(answer, list | tuple) and len(answer) == len(self.given):  # with places for labels and masks
            rest = [answer[i] for i in self.places if numbers_in(self.given[i])]
            answer = rest if len(rest) < len(answer) else answer
        found = settle(answer, arrays=True)
        if isinstance(found, dict):
            by_argument = found.keys() == set(self.arguments)
            found = [found[name] for name in self.arguments] if by_argument else [found]
        numbers = leaves_like(found, settle(self.trees, arrays=True), "grad") if _has_dict(found) else leaves(found)
        if len(numbers) != len(self.point):
            raise ValueError(f"grad: expected {len(self.point)} numbers, one for each input, got {len(numbers)}")
        return [expect_float(g, f"grad, for {name}") for g, name in zip(numbers, self.names, strict=True)]


def _numbers_of(place: str, tree: Any) -> list[Any]:
    try:
        return numbers_in(tree)
    except Exception as error:  # of a library, as on a sparse array
        kind = f"{type(tree).__name__} of {getattr(tree, 'dtype', 'arrays')}"
        raise TypeError(f"{place}: expected dense arrays, got {kind}; convert it, as x.to_dense()") from error


def _expect_finite(x: Any, place: str, name: str) -> float:
    try:
        found = x.data if isinstance(x, Node) else expect_real(x.item() if hasattr(x, "item") else x, place)
    except TypeError as error:
        hint = "give it an argument of its own, which is not among those of wrt="
        raise TypeError(f"{error}, for {name}; {hint}") from None
    if not isfinite(found):
        raise ValueError(f"{place}: expected a finite number, got {found}, for {name}")
    return found


def _argument_names(f: Callable[..., Any], inputs: Sequence[Any]) -> list[str]:
    """Return the names of the arguments of f, else labels, else x0, x1 and so on."""
    try:
        found = [
            p.name
            for p in inspect.signature(f).parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        found = []
    if len(found) < len(inputs):
        found = [getattr(x, "label", "") or f"x{i}" for i, x in enumerate(inputs)]
    return found[: len(inputs)]


def _places(arguments: Sequence[str], wrt: Sequence[str | int] | None) -> list[int]:
    """Return the positions of the arguments that wrt names, in the order of the arguments."""
    if wrt is None:
        return list(range(len(arguments)))
    named = dict(zip([*arguments, *range(len(arguments))], 2 * [*range(len(arguments))], strict=True))
    if isinstance(wrt, str | int) or not wrt or not set(wrt) <= set(named):
        raise ValueError(f"wrt: expected a list of names or positions, of {', '.join(arguments)}; got {wrt!r:.60}")
    places = [named[key] for key in wrt]
    if places != sorted(set(places)):
        names = ", ".join(arguments[i] for i in sorted(set(places)))
        raise ValueError(f"wrt: expected the order of the arguments, {names}, as of their gradients; got {wrt!r:.60}")
    return places


def _has_dict(tree: Any) -> bool:
    return isinstance(tree, dict) or (isinstance(tree, list | tuple) and any(map(_has_dict, tree)))


def find_other(f: Callable[..., Any], inputs: Any, *args: Any, by_result: bool = False) -> Any:
    """Return the function of another engine that this is, or None."""
    return next(filter(None, (find(f, inputs, *args, by_result) for find in OTHER_ENGINES)), None)
