"""Try every operation of an engine by itself, and what only whole graphs show."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from ..foreign import ForeignNode, Reading, Sweep, find_rows, find_sweeps, near, undisturbed
from ..sandbox import describe_error
from .attempts import Attempt, Found, Shown, is_absent, is_refusal, shown_by, wrong_slopes, wrong_values
from .cases import GENERIC, GRAPHS, INSIDE, OPERATORS, SPECIAL, Case, functions_of
from .examination import examine
from .findings import Examination, Fault
from .grade import Grade, Row
from .rule_judge import judge_rules

BUILDS = 3  # of each graph, for the order of a set is chance
DEPTHS = 2000, 1000, 500, 250, 100
MOST_FRAMES = 3000  # of a recursion, but for a long chain; without end, it would overflow the stack if more are allowed
OFF = 1e-3  # a value that is off by less may be an approximation


class Battery:
    """The trials of a class of nodes, and of the functions of a module, by what they compute."""

    def __init__(self, cls: Any, module: Any = None) -> None:
        if not isinstance(cls, type):
            raise TypeError(f"cls: expected the class of an engine's nodes, got {cls!r:.60}")
        self.cls: Any = cls
        modules = [m for m in (module, sys.modules.get(cls.__module__)) if m is not None]
        cases = [*map(Case.of, OPERATORS), *functions_of(cls, modules), *(Case.of(text, True) for text in GRAPHS)]
        self.cases: dict[str, Case] = {case.text: case for case in cases}
        trials = {text: partial(self.try_case, case) for text, case in self.cases.items()}
        trials |= {"two steps": partial(self._two_steps), "a long chain": partial(self._long_chain)}
        self.trials: dict[str, Callable[[], Row]] = {text: partial(self._alone, f) for text, f in trials.items()}
        self.spelling: Any = self._spelling()

    def _spelling(self) -> Any:
        errors = []
        for case in self.cases.values():
            try:
                with undisturbed(*self.leaves(GENERIC[0])):
                    sys.setrecursionlimit(min(sys.getrecursionlimit(), MOST_FRAMES))
                    reading = Reading(case.run(*self.leaves(GENERIC[0])))
                if reading.root.parents:
                    return reading.spelling
            except Exception as error:
                errors.append(f"{case.text}: {describe_error(error)}")
        wanted = f"cls: expected a class whose nodes can be read, got {self.cls.__name__}"
        raise TypeError(f"{wanted}; {errors[0] if errors else 'nothing computed from its nodes has parents'}")

    def _alone(self, trial: Callable[[], Row]) -> Row:
        """Return what a trial finds, and put back what it changes in their module, such as a tape."""
        with undisturbed(*self.leaves(INSIDE)):  # the limit of recursion, too
            if trial != self._long_chain:
                sys.setrecursionlimit(min(sys.getrecursionlimit(), MOST_FRAMES))
            return trial()

    def leaves(self, point: Sequence[float]) -> list[Any]:
        """Return nodes with these numbers."""
        with suppress(TypeError, ValueError):
            if "requires_grad" in inspect.signature(self.cls).parameters:
                return [self.cls(x, requires_grad=True) for x in point]
        return [self.cls(x) for x in point]

    def try_case(self, case: Case) -> Row:
        """Return what was found in one case: at several points, in several builds."""
        attempts, raised, said = [], [], ""
        for point in GENERIC * (BUILDS if case.is_graph else 1) + SPECIAL:
            expected = case.expected(point)
            if expected and (expected[1] or point in GENERIC):
                leaves = self.leaves(point)
                try:
                    attempts.append(Attempt(point, leaves, case.run(*leaves), *expected))
                except Exception as error:
                    raised.append(error)
                    said = f"raises {describe_error(error)[:120]}" + f" at a = {point[0]:g}" * bool(attempts)
        other = next((x.root for x in attempts if not self.spelling.is_node(x.root)), self)
        if other is not self:
            kind = "None" if other is None else f"a {type(other).__name__}"
            return crash(case, f"it returns {kind}, so that no gradient can reach a", case.is_function)
        if any(self.spelling.data(x.root) is None for x in attempts):  # as of a power that its engine did not foresee
            return crash(case, "it gives a node without a number", "**" in case.text)
        if not raised:
            return self._judge(case, attempts, {})
        if attempts and (is_refusal(raised[-1]) or isinstance(raised[-1], ArithmeticError | ValueError)):
            return self._judge(case, attempts, {said: None})
        return crash(case, f"it {said}", not attempts and is_absent(case, raised[0]))

    def _judge(self, case: Case, attempts: list[Attempt], notes: dict[str, None]) -> Row:
        """Return the faults of rules, of numbers, of the sweep, and of a graph around results."""
        read: list[Attempt] = []
        rest: Found = []  # what is said where nothing explains it
        for x in attempts:
            if x.point in GENERIC and not any(x.root is leaf for leaf in x.leaves):
                try:
                    x.read()
                    read.append(x)
                except Exception as error:
                    notes[f"not read: {describe_error(error)[:160]}"] = None
            if self._sweep is not None:
                try:
                    x.got = self._run(self._sweep[0], case, self.leaves(x.point))
                except Exception as error:
                    reason = f"its backward raises {describe_error(error)[:120]}"
                    rest += [(Fault("crash", case.text, reason=reason), x.shown)] * (x.right is not None)
        around = None if case.is_graph else self._around(case)
        nodes: list[ForeignNode] = [node for x in read for node in x.reading or ()]
        found: Found = [(f, shown_by(f, read, around)) for f in judge_rules(nodes, find_rows(nodes))[0]]
        values, slopes = wrong_values(case, attempts, self.spelling.data), wrong_slopes(case, attempts)
        off = max((abs((f.theirs or 0.0) - (f.right or 0.0)) for f, _ in values), default=0.0)
        if 0 < off < OFF:
            notes[f"its value is off by up to {off:.1g}, as an approximation is"], values = None, []
            slopes = [pair for pair in slopes if abs((pair[0].theirs or 0.0) - (pair[0].right or 0.0)) > 10 * OFF]
        found += values[:1] if not any(fault.kind == "value" for fault, _ in found) else []
        for x in read if case.is_graph else read[:1]:
            report = examined(x.root)
            found += [(fault, x.shown) for fault in report.faults if case.is_graph or fault.kind == "crash"]
            notes |= dict.fromkeys(report.notes if case.is_graph else ())
        if around and case.text != "a * b":
            found += [(fault, around) for fault in examined(around[0]).faults if self._is_new(fault)]
        found += (slopes + rest)[: not found]
        first = {fault.cause: (replace(fault, count=1), root) for fault, root in reversed(found)}
        faults, roots = zip(*reversed(first.values()), strict=True) if first else ((), ())
        is_right = not slopes and not any(fault.kind != "value" for fault in faults)
        gradient = is_right if read or any(x.right and x.got for x in attempts) else None
        return Row(case.text, not values, gradient, faults, "\n".join(notes), is_graph=case.is_graph, roots=roots)

    def _around(self, case: Case) -> Shown | None:
        """Return a graph around an operation, which gives its rule another upstream."""
        with suppress(Exception):
            a, b = self.leaves(INSIDE)
            u = a * b
            return case.run(u, b) * u * b, {"a": a, "b": b, "u": u}
        return None

    def _is_new(self, fault: Fault) -> bool:
        """Return whether graphs of sums and products alone do not show a fault."""
        return fault.cause not in self._usual and not (fault.kind == "sweep" and "sweep" in self._usual)

    @cached_property
    def _usual(self) -> set[Any]:
        found = set()
        for text in ("a * b", "(a * b + a) * b", "((c := a * b) + a) * (c + b)"):
            root, _ = self._around(self.cases[text]) or (None, None)
            for fault in examined(root).faults:
                found |= {fault.cause, fault.kind}
        return found

    @cached_property
    def _sweep(self) -> tuple[Sweep, Case] | None:
        """A call of their backward that gives right gradients, and the case it was tried on."""
        for case in (self.cases["a * b"], self.cases["a + b"]):
            with suppress(Exception):
                for sweep in find_sweeps(self.spelling, case.run(*self.leaves(INSIDE))):
                    with suppress(Exception):
                        if self._is_right(case, self._run(sweep, case, self.leaves(INSIDE))):
                            return sweep, case
        return None

    def _run(self, sweep: Sweep, case: Case, leaves: list[Any]) -> list[float]:
        """Return the gradients of leaves after a backward; they are zeroed before."""
        for leaf in leaves:
            self.spelling.set_grad(leaf, 0.0)
        sweep.run(case.run(*leaves))
        return [self.spelling.grad(leaf) for leaf in leaves]

    def _is_right(self, case: Case, got: list[float]) -> bool:
        _, right = case.expected(INSIDE) or (None, None)
        return bool(got and right) and all(map(near, got, right or (), [1e-5] * 2))

    def rows(self, start: int = 0) -> Iterator[Row]:
        """Yield what each trial from a number on has found."""
        for trial in list(self.trials.values())[start:]:
            yield trial()

    def _two_steps(self) -> Row:
        """Return whether a second graph on the same leaves, now zeroed, has right gradients too."""
        if self._sweep is None:
            return Row("two steps")
        sweep, case = self._sweep
        leaves, reason = self.leaves(INSIDE), "a second graph on the same leaves, set to 0 before, gets wrong gradients"
        is_right = False
        with suppress(Exception):
            is_right = [self._is_right(case, self._run(sweep, case, leaves)) for _ in range(2)][1]
        return last_row("two steps", [Fault("sweep", sweep.name, reason=reason)] * (not is_right))

    def _long_chain(self) -> Row:
        """Return how long a chain their backward gets through; a recursion is no fault."""
        if self._sweep is None:
            return Row("a long chain")
        sweep, case = self._sweep
        note = ""
        for depth in DEPTHS:
            first, one = self.leaves((0.5, 1.0))
            y = first
            try:
                for _ in range(depth):
                    y = case.run(y, one)
                sweep.run(y)
            except RecursionError:
                note = note or f"{sweep.name}() of a chain of {depth:,} operations recurses too deep"
                continue
            except Exception as error:
                reason = f"it raises {describe_error(error)[:120]}"
                return last_row("a long chain", [Fault("crash", "a long chain", reason=reason)])
            got = self.spelling.grad(first)
            reason = f"the gradient at the end of a chain of {depth:,} is {got:.4g}, right is 1"
            note += f" (one of {depth:,} works)" * bool(note)
            faults = [Fault("sweep", sweep.name, reason=reason)] * (not near(got, 1.0, 1e-5))
            return last_row("a long chain", faults, note)
        return Row("a long chain", note=note)


def battery(cls: type, module: Any = None) -> Grade:
    """Return what is wrong with each operation of an engine, alone and in graphs.

    Args:
        cls: The class of its nodes, called with a number.
        module: The module whose functions are tried too; None for the one of the class.

    Returns:
        A grade: ``rows``, ``faults``, and True if there is no fault.

    Raises:
        TypeError: If the class gives no nodes that can be read.

    >>> class Num:
    ...     def __init__(self, data, parents=()):
    ...         self.data, self.grad, self.parents, self.back = data, 0.0, parents, lambda: None
    ...     def __mul__(self, other):
    ...         out = Num(self.data * other.data, (self, other))
    ...         def back():
    ...             self.grad += other.data * out.grad
    ...             other.grad = self.data * out.grad
    ...         out.back = back
    ...         return out
    >>> battery(Num).faults
    (Fault(kind='accumulation', operation='mul', ...),)
    """
    rows = tuple(Battery(cls, module).rows())
    return Grade(cls.__name__, rows)


def examined(root: Any) -> Examination:
    """Return what is wrong with a graph, which is nothing where it cannot be read."""
    with suppress(Exception):
        return examine(root)
    return Examination((), (), 0)


def last_row(text: str, faults: Sequence[Fault], note: str = "") -> Row:
    """Return what was found in a trial that has no graph to show."""
    return Row(text, None, not faults, tuple(faults), note, roots=(None,) * len(faults))


def crash(case: Case, reason: str, is_absent: bool) -> Row:
    """Return the row of an operation that has no result, or that is not there."""
    if is_absent:
        return Row(case.text, note=reason, is_there=False, is_graph=case.is_graph)
    return last_row(case.text, [Fault("crash", case.text, reason=reason)])
