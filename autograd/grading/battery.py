"""Try every operation of an engine by itself, and what only whole graphs show."""

from __future__ import annotations

import dis
import inspect
import io
import math
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import FunctionType
from typing import Any

from ..callers import NOT_THE_USERS
from ..engine import Value, nodes_in_order
from ..foreign import Reading, Sweep, find_rows, find_sweeps, is_smooth, near, row_called, undisturbed
from ..sandbox import describe_error
from .examination import examine
from .findings import Fault
from .grade import Grade, Row
from .rule_judge import judge_rules
from .sweep_judge import agree, gradients

OPERATORS = (
    "a + b", "a * b", "a - b", "a / b", "a ** b", "-a", "+a", "abs(a)", "a + 2", "2 + a", "a * 2", "2 * a", "a - 2",
    "2 - a", "a / 2", "2 / a", "a ** 2", "a ** 3", "a ** -1", "a ** 0.5", "2 ** a", "sum([a, b, a])",
)  # fmt: skip  # in few lines
GRAPHS = (  # a node used twice, diamonds, the long and the short way first
    "a + a", "a * a", "a - a", "a / a", "(a * b + a) * b", "((c := a * b) + c) * a", "(c := a * b) * c + a",
    "((c := a * b) + a) * (c + b)", "(c := a * b) * a * b + c", "(c := a * b) + c * a * b",
    "(d := (c := a * b + a) * b + c) * b + d",
)  # fmt: skip  # in few lines
GENERIC = (0.7, 1.3), (-1.3, 0.4), (1.9, -0.6)  # where few operations agree, so that rules are judged there
SPECIAL = (0.0, 1.0), (1.0, 1.0), (-1.0, 2.0), (2.0, -1.0), (2.0, 2.0)  # where only final numbers are compared
INSIDE = 1.5, 0.625  # whose product is within nearly all domains
BUILDS = 3  # of each graph, for the order of a set is chance
DEPTHS = 2000, 1000, 500, 250, 100
OFF = 1e-3  # a value that is off by less may be an approximation
Found = list[tuple[Fault, Any]]  # faults, each with a root of theirs that shows it


@dataclass(frozen=True)
class Case:
    """An operation or a graph to try: as Python, and as functions of two nodes of theirs and of two Values."""

    text: str
    run: Callable[..., Any]
    right: Callable[..., Any] | None  # None if only its rule can be judged
    is_graph: bool = False

    @classmethod
    def of(cls, text: str, is_graph: bool = False) -> Case:
        """Return the case of an expression of a and b."""
        run = eval(compile(f"lambda a, b: {text}", __file__, "eval"))
        return cls(text, run, run, is_graph)

    def expected(self, point: Sequence[float]) -> tuple[float | None, list[float] | None] | None:
        """Return value and gradients, without these at a kink; None where there are none."""
        if self.right is None:
            return None, None
        leaves = [Value(x) for x in point]
        with suppress(ArithmeticError, ValueError), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            root = self.right(*leaves)
            root.backward()
            nodes = [node for node in nodes_in_order(root) if node.op is not None]
            smooth = all(is_smooth(n.op, [a.data if isinstance(a, Value) else a for a in n.args]) for n in nodes)
            slopes = [leaf.grad for leaf in leaves]
            if math.isfinite(root.data):
                return root.data, slopes if smooth and all(map(math.isfinite, slopes)) else None
        return None


@dataclass
class Attempt:
    """A result of theirs, what it should be, and the gradients that it has."""

    point: Sequence[float]
    leaves: list[Any]
    root: Any
    value: float | None
    right: list[float] | None
    reading: Reading | None = None
    got: list[float] = field(default_factory=list)

    def read(self) -> None:
        """Read its graph, and find its gradients by their rules."""
        with undisturbed(self.root):
            self.reading = Reading(self.root, thorough=True)
        found = gradients(self.reading, reversed(self.reading.order))
        if all(node.is_known and node.probe.way != "quiet" for node in self.reading):
            self.got = [found.get(id(self.reading.nodes.get(id(leaf))), 0.0) for leaf in self.leaves]

    def where(self, text: str) -> str:
        """Return the numbers of the leaves."""
        return "at " + ", ".join(f"{n} = {x:g}" for n, x in zip("ab", self.point, strict=True) if is_in(n, text))


class Battery:
    """The cases of an engine, which are tried one by one.

    Args:
        cls: The class of its nodes, called with a number.
        module: The module whose functions are tried too; None for the one of the class.

    Raises:
        TypeError: If the class gives no nodes that can be read.
    """

    def __init__(self, cls: Any, module: Any = None) -> None:
        if not isinstance(cls, type):
            raise TypeError(f"cls: expected the class of an engine's nodes, got {cls!r:.60}")
        self.cls: Any = cls
        self.modules: list[Any] = [m for m in (module, sys.modules.get(cls.__module__)) if m is not None]
        cases = [*map(Case.of, OPERATORS), *self._functions(), *(Case.of(text, True) for text in GRAPHS)]
        self.cases: dict[str, Case] = {case.text: case for case in cases}
        self.spelling: Any = self._spelling()

    def _spelling(self) -> Any:
        errors = []
        for case in self.cases.values():
            try:
                root = case.run(*self.leaves(GENERIC[0]))
                with undisturbed(root):
                    if Reading(root).root.parents:
                        return Reading(root).spelling
            except Exception as error:
                errors.append(f"{case.text}: {describe_error(error)}")
        wanted = f"cls: expected a class whose nodes can be read, got {self.cls.__name__}"
        raise TypeError(f"{wanted}; {errors[0] if errors else 'nothing computed from its nodes has parents'}")

    def leaves(self, point: Sequence[float]) -> list[Any]:
        """Return nodes with these numbers."""
        with suppress(TypeError, ValueError):
            if "requires_grad" in inspect.signature(self.cls).parameters:
                return [self.cls(x, requires_grad=True) for x in point]
        return [self.cls(x) for x in point]

    def _functions(self) -> Iterator[Case]:
        """Yield the methods and functions that have the name of a row."""
        found = [(f"a.{name}(%s)", getattr(self.cls, name, None), name) for name in dir(self.cls)]
        for name, f in [pair for module in self.modules for pair in vars(module).items()]:
            if type(f) is FunctionType and not f.__code__.co_filename.startswith(NOT_THE_USERS):
                found.append((f"{name}(a%s)", f, name))
        for text, f, name in found:
            if not name.startswith("_") and callable(f) and (op := row_called(name)):
                is_pow, comma = op.name == "pow", ", " * ("(a" in text)
                if op.arity == 2 and not op.calling.defaults:
                    second: Callable[[Any], Any] = (lambda b: 3) if is_pow else (lambda b: b)
                    run = lambda a, b, f=f, second=second: f(a, second(b))
                    right = lambda a, b, op=op, second=second: op(a, second(b))
                    yield Case(text % (comma + "b3"[is_pow]), run, right)
                else:
                    right = (lambda a, b, op=op: op(a)) if op.arity == 1 else None  # type: ignore[assignment,misc]
                    yield Case(text % "", lambda a, b, f=f: f(a), right)

    def try_case(self, case: Case) -> Row:
        """Return what was found in one case: at several points, in several builds."""
        attempts, raised = [], []
        for point in GENERIC * (BUILDS if case.is_graph else 1) + SPECIAL:
            if (expected := case.expected(point)) is not None:
                leaves = self.leaves(point)
                try:
                    attempts.append(Attempt(point, leaves, case.run(*leaves), *expected))
                except Exception as error:
                    raised.append((point, error))
        notes = []
        if raised:
            point, error = raised[0]
            where = f" at a = {point[0]:g}" * bool(attempts)
            if not attempts and self._is_absent(case, error):
                return Row(case.text, note=describe_error(error)[:120], is_there=False)
            if not attempts or not (is_refusal(error) or isinstance(error, ArithmeticError | ValueError)):
                reason = f"it raises {describe_error(error)[:120]}{where}"
                return Row(case.text, None, False, (Fault("crash", case.text, reason=reason),), roots=(None,))
            notes = [f"raises {describe_error(error)[:120]}{where}"]
        for x in attempts:
            if not self.spelling.is_node(x.root):
                kind = type(x.root).__name__
                reason = f"it returns {'None' if x.root is None else f'a {kind}'}, so that no gradient can reach a"
                return Row(case.text, None, False, (Fault("crash", case.text, reason=reason),), roots=(None,))
        return self._judge(case, attempts, notes)

    def _is_absent(self, case: Case, error: Exception) -> bool:
        """Return whether an operation that raises is not there, rather than wrong."""
        is_mixed = re.search(r"\d|\*\*|sum", case.text) and not case.text.startswith("2")
        if innermost(error) is None or is_refusal(error) or case.is_graph:
            return True
        if is_mixed and isinstance(error, TypeError | AttributeError):  # it takes no number, or no node
            return True
        with suppress(Exception):  # a function of plain numbers
            return case.text[0].isalpha() and case.text[1] != "." and case.run(0.7, 1.3) is not None
        return False

    def _judge(self, case: Case, attempts: list[Attempt], words: list[str]) -> Row:
        """Return the faults of results: of rules, of numbers, of the sweep, and of a graph around them."""
        notes, read = dict.fromkeys(words), []
        for x in attempts:
            if x.point in GENERIC and not any(x.root is leaf for leaf in x.leaves):
                try:
                    x.read()
                    read.append(x)
                except Exception as error:
                    notes[f"not read: {describe_error(error)[:160]}"] = None
            if self._sweep is not None:
                x.got = self._run(self._sweep[0], case, self.leaves(x.point))
        nodes = [node for x in read for node in x.reading or ()]
        found: Found = [(fault, root_of(fault, read)) for fault in judge_rules(nodes, find_rows(nodes))[0]]
        values, slopes = self._wrong_values(case, attempts), wrong_slopes(case, attempts)
        if values and abs((values[0][0].theirs or 0) - (values[0][0].right or 0)) < OFF:
            notes[f"{values[0][0]}, an approximation"], values = None, []
        if values and not any(fault.kind == "value" for fault, _ in found):
            found += values[:1]
        for x in read if case.is_graph else read[:1]:
            report = examine(x.root)
            found += [(fault, x.root) for fault in report.faults if case.is_graph or fault.kind == "crash"]
            notes |= dict.fromkeys(report.notes if case.is_graph else ())
        found += self._around(case) if not case.is_graph and case.text != "a * b" else []
        found += slopes[: not found]
        first = {fault.cause: (replace(fault, count=1), root) for fault, root in reversed(found)}
        faults, roots = zip(*reversed(first.values()), strict=True) if first else ((), ())
        is_right = not slopes and not any(fault.kind != "value" for fault in faults)
        is_judged = any(x.right and x.got for x in attempts) or read
        return Row(case.text, not values, is_right if is_judged else None, faults, "; ".join(notes), is_graph=case.is_graph, roots=roots)

    def _wrong_values(self, case: Case, attempts: Sequence[Attempt]) -> Found:
        """Return the values that are wrong, at most one for each point."""
        found = []
        for x in attempts:
            theirs = self.spelling.data(x.root)
            if x.value is not None and theirs is not None and not near(theirs, x.value, 1e-5, 1.0):
                turned = re.fullmatch(r"(\w) (\S+) (\w)", case.text)
                text = "{2} {1} {0}".format(*turned.groups()) if turned else ""
                other = Case.of(text).expected(x.point) if text else None
                is_swapped = other is not None and near(other[0] or 0.0, theirs, 1e-5, 1.0)
                reason = x.where(case.text) + f", it is computed as {text}" * is_swapped
                found.append((Fault("value", case.text, (), theirs, x.value, reason=reason), x.root))
        return found

    def _around(self, case: Case, is_own: bool = True) -> Found:
        """Return what a graph around an operation shows, and one of products does not."""
        with suppress(Exception):
            a, b = self.leaves(INSIDE)
            u = a * b
            root = case.run(u, b) * u * b
            return [(f, root) for f in examine(root).faults if not is_own or f.cause not in self._of_products]
        return []

    @cached_property
    def _of_products(self) -> set[Any]:
        return {fault.cause for fault, _ in self._around(self.cases["a * b"], False)}

    @cached_property
    def _sweep(self) -> tuple[Sweep, Case] | None:
        """The way to call their backward that gives right gradients, and a case that it was tried on."""
        for case in (self.cases["a * b"], self.cases["a + b"]):
            with suppress(Exception):
                for sweep in find_sweeps(self.spelling, case.run(*self.leaves(INSIDE))):
                    if self._is_right(case, self._run(sweep, case, self.leaves(INSIDE))):
                        return sweep, case
        return None

    def _run(self, sweep: Sweep, case: Case, leaves: list[Any]) -> list[float]:
        """Return the gradients of leaves after a backward, or none if it raises; they are zeroed before."""
        for leaf in leaves:
            self.spelling.set_grad(leaf, 0.0)
        with suppress(Exception):
            sweep.run(case.run(*leaves))
            return [self.spelling.grad(leaf) for leaf in leaves]
        return []

    def _is_right(self, case: Case, got: list[float]) -> bool:
        _, right = case.expected(INSIDE) or (None, None)
        return bool(got and right) and all(map(near, got, right or (), [1e-5] * 2))

    def rows(self, start: int = 0) -> Iterator[Row]:
        """Yield what was found in each case, then in a second graph on the same leaves and in a deep one."""
        yield from map(self.try_case, list(self.cases.values())[start:])
        if self._sweep is None:
            return
        sweep, case = self._sweep
        leaves, reason = self.leaves(INSIDE), "a second graph on the same leaves, set to 0 before, gets wrong gradients"
        is_right = [self._is_right(case, self._run(sweep, case, leaves)) for _ in range(2)][1]
        faults = () if is_right else (Fault("sweep", sweep.name, reason=reason),)
        yield Row(f"{case.text}, twice", None, is_right, faults, roots=(None,) * len(faults))
        yield self._chain(*self._sweep)

    def _chain(self, sweep: Sweep, case: Case) -> Row:
        """Return how long a chain their backward gets through; a recursion is no fault."""
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
            got = self.spelling.grad(first)
            reason = f"the gradient at the end of a chain of {depth:,} is {got:.4g}, right is 1"
            faults = () if near(got, 1.0, 1e-5) else (Fault("sweep", sweep.name, reason=reason),)
            note += f"; one of {depth:,} works" * bool(note and not faults)
            return Row("a long chain", None, not faults, faults, note, roots=(None,) * len(faults))
        return Row("a long chain", None, None, (), note)


def battery(cls: type, module: Any = None) -> Grade:
    """Return what is wrong with each operation of an engine, tried by itself and in graphs.

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
    (Fault(...), ...)
    """
    tried = Battery(cls, module)
    with redirect_stdout(io.StringIO()):
        return Grade(tried.cls.__name__, tuple(tried.rows()))


def wrong_slopes(case: Case, attempts: Sequence[Attempt]) -> Found:
    """Return the gradients that their rules give wrongly, or that do not arrive."""
    found: Found = []
    for x in attempts:
        for name, leaf, got, right in zip("ab", x.leaves, x.got, x.right or (), strict=False):
            node = x.reading.nodes.get(id(leaf)) if x.reading else None
            if near(got, right, 1e-5, 10.0) or (node and node.is_constant and not got):
                continue
            lost = f"; its result is cut off from {name}" * (node is None)
            reason, argument = x.where(case.text) + lost, name * is_in("b", case.text)
            found.append((Fault("local", case.text, (), got, right, argument=argument, reason=reason), x.root))
    return found


def root_of(fault: Fault, attempts: Sequence[Attempt]) -> Any:
    """Return the first result that shows a fault."""
    shown = [x.root for x in attempts if x.point[0] in fault.values]
    return (shown or [x.root for x in attempts])[0]


def innermost(error: BaseException) -> Any:
    """Return the place in their code that raised an error, or None: Python itself refused a call."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    return None if frame.f_code.co_filename.startswith(NOT_THE_USERS) else last


def is_refusal(error: BaseException) -> bool:
    """Return whether their code raised an error by a statement, as an assertion does."""
    place = innermost(error)
    return place is not None and place.tb_frame.f_code.co_code[place.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def is_in(name: str, text: str) -> bool:
    """Return whether a variable occurs in an expression."""
    return bool(re.search(rf"\b{name}\b", text))
