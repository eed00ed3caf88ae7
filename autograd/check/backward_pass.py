"""A backward pass on arrays: how it is called, and what must hold besides the numbers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from math import fsum, hypot, isfinite
from random import Random
from typing import Any

from ..engine import Node, Value
from .arrays import digits_of, every_number_in, has_floats, numbers_in, plain, refill, settle, shape_of
from .function_under_test import Claim, FunctionUnderTest
from .function_values import expect_float
from .ravel import RaveledInputs
from .report import Check, failed
from .wrong_node import SCALES, describe_upstream, differ

CANCELLED = 2.0**-43  # share of the mean slope of f that is lost where terms cancel
LINEAR = 1e-5  # a backward pass may compute in short floats
LAYER = "lambda upstream, *inputs: (layer.forward(*inputs), layer.backward(upstream))[1]"


class BackwardPass:
    """A function from arrays to arrays and its backward pass, called with copies of the inputs.

    ``evaluations`` counts the calls of forward, ``size`` is the number of numbers that it returns, and ``digits`` the
    binary digits of the shortest floats in inputs, results and gradients. ``given`` are the arguments of the latest
    call of forward, and ``shapes`` those of the gradients of the latest of vjp.
    """

    forward: Callable[..., Any]
    vjp: Callable[..., Any]
    inputs: RaveledInputs
    evaluations: int
    digits: int

    def __init__(self, forward: Callable[..., Any], vjp: Callable[..., Any], inputs: RaveledInputs) -> None:
        self.forward, self.vjp, self.inputs = forward, vjp, inputs
        self.names: list[str] = [inputs.arguments[i] for i in inputs.places]
        self.sizes: list[int] = [len(numbers_in(tree)) for tree in inputs.trees]
        self.evaluations, self.digits = 0, digits_of(inputs.trees)
        self.given: tuple[Any, ...] = ()
        self.shapes: list[Any] = []
        out, rest = self.run(inputs.point)
        self._refuse_other_arguments(rest)
        self.size: int = len(numbers_in(out))
        if not self.size:
            raise ValueError("forward: expected at least one number in its result, got none")
        self.digits = min(self.digits, digits_of(out))
        self.values: list[float] = [expect_float(x, "forward") for x in numbers_in(out)]
        size = sum(map(abs, self.values)) / max(1.0, *map(abs, inputs.point))
        self.floor: float = CANCELLED * size if isfinite(size) else 0.0

    def run(self, point: Sequence[float]) -> tuple[Any, Sequence[Any]]:
        """Call forward, and return its result and the arguments of vjp after the upstream."""

        def keep(*given: Any) -> Any:
            self.given = given
            return self.forward(*given)

        self.evaluations += 1
        found = self.inputs.call(keep, "forward", _of_kind(point, self.inputs.leaves))
        if type(found) is tuple and len(found) != 2:
            wanted = "write [a, b] for several results, ([a, b], cache) with a cache"
            raise TypeError(f"forward: expected a result or (result, cache), got a tuple of {len(found)}; {wanted}")
        out, rest = (found[0], found[1:]) if type(found) is tuple else (found, self.given)
        if not has_floats(out):
            raise TypeError(f"forward: expected floats in its result, got {type(out).__name__} {out!r:.40}")
        return out, rest

    def back(
        self, upstream: Sequence[float], out: Any, rest: Sequence[Any]
    ) -> tuple[list[list[float]], dict[int, str]]:
        """Call vjp; return the numbers for each argument, and notes on those of another shape.

        An upstream that vjp changes is noted at -1.
        """
        above = refill(out, iter(_of_kind(upstream, numbers_in(out))), flags=False)
        before = str(every_number_in(above))
        try:
            answer = self.vjp(above, *rest)
        except Exception as error:
            self.inputs.note_on(error, "vjp", self.inputs.point)
            raise
        answers = self._by_argument(answer)
        notes = {-1: "vjp changes its upstream in place"} if str(every_number_in(above)) != before else {}
        given = zip(answers, self.inputs.trees, strict=True)
        self.shapes = [shape_of(tree if answer is None else answer) for answer, tree in given]
        found = []
        for k, (answer, tree) in enumerate(zip(answers, self.inputs.trees, strict=True)):
            own, its = shape_of(tree), shape_of(answer)
            if answer is not None and own != its:
                turned = ", transposed" if isinstance(its, tuple) and its[::-1] == own else ""
                notes[k] = f"its gradient has the shape {its}{turned}, the argument has {own}"
            numbers = [0.0] * self.sizes[k] if answer is None else every_number_in(answer)
            found.append([expect_float(x, f"vjp, for {self.names[k]}") for x in numbers])
            self.digits = min(self.digits, digits_of(answer))
        return found, notes

    def gradients(self, upstream: Sequence[float]) -> list[list[float]]:
        """Return the numbers for each argument by new calls of forward and vjp."""
        return self.back(upstream, *self.run(self.inputs.point))[0]

    def find_faults(self, rng: Random) -> list[Check]:
        """Return a failed check for whatever is wrong besides the numbers.

        Shapes differ, an argument is changed, the result rests on another call, or is not linear in its upstream.
        """
        u = draw(rng, self.size)
        other = other_inputs(self, rng)
        before = str(every_number_in(self.run(self.inputs.point)[0]))
        out, rest = self.run(self.inputs.point)
        if str(every_number_in(out)) != before:  # such as dropout; the numbers are inconclusive then
            return []
        found = self._find_changed("forward")
        first, notes = self.back(u, out, rest)
        found = found or self._find_changed("vjp")
        if found := found + [failed("upstream" if k < 0 else self.names[k], note) for k, note in notes.items()]:
            return found
        try:
            second = self.back(u, out, rest)[0]
        except Exception as error:
            note = f"vjp changes its cache in place: a second call raises {type(error).__name__}: {error}"
            return [failed("cache", note)]
        if self._differ(first, second):
            if not self._differ(first, self.gradients(u)):
                found.append(failed("cache", "vjp changes its cache in place: a second call gives other numbers"))
            return found
        if other is not None:
            out, rest = self.run(self.inputs.point)
            other.run(other.inputs.point)
            self.evaluations += other.evaluations
            if names := self._differ(first, self.back(u, out, rest)[0]):
                note = "stale: vjp uses what another call of forward, made in between, has left"
                return found + [failed(name, note) for name in names]
        w = draw(rng, self.size)
        both = [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(first, self.gradients(w), strict=True)]
        odd: dict[str, str] = {}
        scaled = [self.gradients([scale * x for x in u]) for scale in SCALES]
        for k, name in enumerate(self.names):
            if note := describe_upstream(first[k], [rows[k] for rows in scaled], u, max(LINEAR, self._least)):
                odd[name] = note
        for name in self._differ(both, self.gradients([a + b for a, b in zip(u, w, strict=True)]), LINEAR):
            odd.setdefault(name, "is not linear in its upstream")
        return found + [failed(name, f"its gradient {note}") for name, note in odd.items()]

    def _differ(self, one: list[list[float]], other: list[list[float]], tolerance: float = 1e-9) -> list[str]:
        """Return the names of the arguments for which two gradients differ by more than rounding.

        A gradient whose contributions cancel, as that of a bias in front of a softmax, is nothing but rounding.
        """
        sizes = [abs(x) for row in (*one, *other) for x in row if isfinite(x)]
        floor = max(1e-12, self._least) * max(sizes, default=0.0) + 1e-15 + self.floor  # of upstreams of size 1
        rows = zip(self.names, one, other, strict=True)
        return [name for name, a, b in rows if differ(a, b, max(tolerance, self._least), floor)]

    @property
    def _least(self) -> float:
        """The relative differences that short floats make."""
        return 2.0 ** (6 - self.digits)

    def _find_changed(self, method: str) -> list[Check]:
        rows = zip(self.inputs.arguments, self.inputs.given, self.given, strict=True)
        text: Callable[[Any], str] = lambda tree: str([plain(x) for x in every_number_in(tree)])
        return [failed(name, f"{method} changes {name} in place") for name, a, b in rows if text(a) != text(b)]

    def _by_argument(self, answer: Any) -> list[Any]:
        """Return the gradients for the arguments with floats; None where nothing flows."""
        names, answer, places = self.names, settle(answer), self.inputs.places
        if isinstance(answer, dict) and set(names) <= set(answer) <= set(self.inputs.arguments):
            return [answer[name] for name in names]
        tree, several = self.inputs.trees[0], isinstance(answer, list | tuple)
        is_one = isinstance(tree, list | tuple) and shape_of(answer) == shape_of(tree)
        if len(places) == 1 and (not several or is_one):
            return [answer]
        if several and len(answer) == len(places):
            return list(answer)
        if several and len(answer) == len(self.inputs.given):
            return [answer[i] for i in places]
        got = f"{len(answer)}" if several else f"{type(answer).__name__} {answer!r:.40}"
        raise ValueError(f"vjp: expected a tuple of gradients, one for each of {', '.join(names)}; got {got}")

    def _refuse_other_arguments(self, rest: Sequence[Any]) -> None:
        """Raise TypeError if vjp has other arguments, or may mean another call."""
        try:
            signature = inspect.signature(self.vjp)
        except (TypeError, ValueError):  # of a function in C
            return
        cached = rest is not self.given
        wanted = "vjp(upstream, cache)" if cached else f"vjp(upstream, {', '.join(self.inputs.arguments)})"
        since = "forward returns a tuple of two, a result and a cache" if cached else "forward returns no cache"
        try:
            signature.bind(None, *rest)
        except TypeError:
            hint = "[a, b] is two results" if cached else f"for a layer that keeps its cache, write {LAYER}"
            raise TypeError(f"vjp: expected {wanted}, since {since}, got vjp{signature}; {hint}") from None
        named = list(signature.parameters)[1:2] == self.inputs.arguments
        if cached and named and has_floats(rest[0]) and rest[0] is not self.given[0]:
            hint = "return [a, b] for two results, or call it cache"
            raise TypeError(f"vjp: {since}, but vjp{signature} has the input of forward; {hint}")


class ForwardUnderTest(FunctionUnderTest):
    """The function Σ upstream × result, whose gradient is that of a backward pass."""

    backward: BackwardPass
    upstream: Sequence[float]
    each_error: float
    evaluations: int

    def __init__(self, backward: BackwardPass, f_error: float) -> None:
        super().__init__(backward.forward, backward.inputs)
        self.backward, self.each_error = backward, f_error
        self.digits, self.evaluations = backward.digits, backward.evaluations

    def vary(self, rng: Random) -> None:
        """Draw another upstream."""
        self.upstream = draw(rng, self.backward.size)
        rounded = 0.0 if self.digits == 53 else 2.0 ** (1 - self.digits)
        rounded *= hypot(*map(float.__mul__, self.upstream, self.backward.values))
        self.f_error = rounded + self.each_error * fsum(map(abs, self.upstream))

    def call(self, numbers: Sequence[Any]) -> float:
        """Return Σ upstream × result."""
        out = self.results(self.backward.run(numbers)[0])
        self.evaluations = self.backward.evaluations
        terms = list(map(float.__mul__, self.upstream, out))
        try:
            return fsum(terms)
        except OverflowError:
            return sum(terms)

    def results(self, out: Any) -> list[float]:
        """Return the numbers of a result, or raise TypeError if there are more or fewer."""
        found = [expect_float(x, "forward") for x in numbers_in(out)]
        if len(found) != len(self.upstream):
            raise TypeError(f"forward: expected {len(self.upstream)} numbers as at the inputs, got {len(found)}")
        return found

    def claim(self) -> Claim:
        """Return the gradient of the backward pass, by two calls."""
        rows, again = self.backward.gradients(self.upstream), self.backward.gradients(self.upstream)
        self.evaluations = self.backward.evaluations
        gradient = [x for row in rows for x in row]
        return Claim(gradient, [x for row in again for x in row], self.roundings(gradient))

    def value_error(self) -> float:
        """Return the error of Σ upstream × result, a float of 53 digits."""
        return self.f_error


def to_backward_pass(
    forward: Callable[..., Any], vjp: Callable[..., Any], inputs: Any, wrt: Sequence[str | int] | None
) -> BackwardPass:
    """Return a backward pass for the arguments with floats, or for those of wrt.

    Raises:
        TypeError: If no argument has floats.
        ValueError: If wrt names an argument without floats.
    """
    raveled = RaveledInputs(forward, inputs, wrt, floats=True)
    for i, tree in zip(raveled.places, raveled.trees, strict=True):
        if len(numbers_in(tree)) < len(every_number_in(tree)):
            name = raveled.arguments[i]
            raise ValueError(f"inputs: {name} has floats and labels; expected the labels as an argument of their own")
    return BackwardPass(forward, vjp, raveled)


def other_inputs(backward: BackwardPass, rng: Random) -> BackwardPass | None:
    """Return the same on other inputs, or None if forward raises an error there.

    Forward has been called once on them. Labels and masks are exchanged, and the floats of an argument multiplied by
    one number, so that they keep their signs, order and symmetry.
    """
    inputs, given = backward.inputs, []
    for tree in inputs.given:
        numbers, factor = list(map(plain, every_number_in(tree))), rng.uniform(0.75, 0.95)
        labels = [x for x in numbers if not isinstance(x, float)]
        if len(set(map(type, labels))) == 1:  # not a mode and a count
            rng.shuffle(labels)
        labels.reverse()
        mixed = [x * factor if isinstance(x, float) else labels.pop() for x in numbers]
        given.append(refill(tree, iter(mixed), every=True))
    try:
        other = BackwardPass(backward.forward, backward.vjp, RaveledInputs(backward.forward, given, inputs.places))
    except Exception:  # a border of the domain
        return None
    other.digits = backward.digits  # its gradients may be of shorter floats than its inputs
    return other


def draw(rng: Random, n: int) -> list[float]:
    """Return numbers of both signs, none of them small."""
    return [rng.choice((-1, 1)) * rng.uniform(0.5, 1.5) for _ in range(n)]


def _of_kind(numbers: Sequence[Any], models: Sequence[Any]) -> list[Any]:
    """Return numbers, as Values in the places of Values."""
    return [Value(x) if isinstance(like, Node) else x for x, like in zip(numbers, models, strict=True)]
