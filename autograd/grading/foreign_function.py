"""Functions whose result is a node of another engine, for ``gradcheck``."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import is_dataclass, replace
from math import isfinite, nan
from typing import Any

from ..check.arrays import expect_number, is_array
from ..check.function_under_test import Claim, FunctionUnderTest, GraphUnderTest, RecordedGraph
from ..check.ravel import RaveledInputs
from ..check.report import Check, Report, failed
from ..check.wrong_node import find_wrong_node
from ..engine import Node, Value
from ..foreign import Reading, build, find_rows, find_sweeps, near, refuse_other, undisturbed
from ..foreign.memento import Memento, home_of, is_their_class, own_attributes, read
from ..foreign.probe import may_sweep
from ..foreign.spelling import PARENTS, Spelling
from ..graph import Tree, children, with_children
from ..oracles import sum_path_magnitudes
from .examination import examine
from .sweep_judge import is_raised_inside

WRONG_ANYWAY = ("upstream", "accumulation")  # faults also where numbers happen to be right
EVALUATIONS = 200  # to find the node at fault


class Stand(float):
    """A number in place of an input: of ``node``, if it was one."""

    def __new__(cls, x: float, node: Any = None) -> Stand:
        """Return a number that stands for a node, or for itself."""
        found = super().__new__(cls, x)
        found.node = node
        return found

    node: Any


class ForeignFunction(FunctionUnderTest):
    """A function of another engine, whose own backward gives the gradient.

    Nodes among the inputs are used as they are, with other numbers. Of a plain number f makes a node, which is found
    among the leaves of its graph.
    """

    def __init__(self, f: Callable[..., Any], inputs: Any, wrt: Any, f_error: float, *roots: Any) -> None:
        raveled = RaveledInputs(f, inputs, wrt)
        super().__init__(lambda *args: f(*map(self._give, args)), raveled, f_error=f_error)
        self.nodes: list[Any] = [getattr(x, "node", None) for x in raveled.leaves]
        self.roots: list[Any] = [f, *self.nodes, *roots]
        self.graph: RecordedGraph | None = None  # at the inputs, if it can be read
        self.remarks: list[str] = []
        self.missing: list[str] = []  # inputs of which no node is in the graph
        self._memento: Memento | None = None
        self._spellings: dict[tuple[type, bool], Spelling] = {}
        self._way: int | None = None  # of calling their backward, once one is found

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Leave no trace of what f does in a block."""
        with undisturbed(*self.roots) as self._memento:
            yield

    def spelling(self, node: Any, is_input: bool = False) -> Spelling:
        """Return the spelling of a node's class; a leaf shows less of it than a result."""
        key = type(node), is_input
        if key not in self._spellings:
            self._spellings[key] = Spelling(node, None, None, None)
        return self._spellings[key]

    def _give(self, tree: Tree) -> Tree:
        """Return an argument with nodes in place of the numbers that stand for them."""
        if type(tree) is Stand and tree.node is not None:
            self.spelling(tree.node, True).set_data(tree.node, float(tree))
            return tree.node
        parts = None if is_array(tree) else children(tree)
        return tree if parts is None else with_children(tree, [self._give(part) for _, part in parts])

    def call(self, numbers: Sequence[Any]) -> Any:
        """Return the number of what f returns; None for complex numbers."""
        if any(isinstance(x, complex) for x in numbers):
            return None
        root = super().call(list(map(Stand, numbers, self.nodes)))
        is_known = (type(root), False) in self._spellings or number_of(root) is not None
        return self.spelling(root).data(root) if is_known else expect_number(root)

    def run(self, point: Sequence[float] = ()) -> tuple[Any, list[Stand]]:
        """Return the node that f returns, and what stood for the inputs.

        Without a point, these are the inputs, and all objects are as they were before.
        """
        if not point and self._memento:
            self._memento.restore()
        given = list(map(Stand, point or self.inputs.point, self.nodes))
        root = super().call(given)
        if number_of(root) is None:
            raise TypeError(f"f: expected a node of another engine, got {type(root).__name__} {root!r:.40}")
        return root, given

    def claim(self) -> Claim:
        """Return the gradient by their backward, each time on a new graph."""
        try:
            self.graph, _ = self.record(*self.run())
        except TypeError as error:  # their backward may work all the same
            if any(x is None for x in self.nodes):
                raise TypeError(f"inputs: expected nodes, got numbers, whose nodes cannot be found: {error}") from None
            self.remarks = [f"no node can be named: {error}".partition("; ")[0]]
        gradient = self.gradient()  # of a set of parents, the order may differ, and so the rounding
        again = [g if near(g, other, 1e-9) else other for g, other in zip(gradient, self.gradient(), strict=True)]
        sizes = sum_path_magnitudes(self.graph.nodes, self.graph.inputs) if self.graph else [0.0] * len(gradient)
        return Claim(gradient, again, [1e-12 * size if isfinite(size) else 0.0 for size in sizes])

    def record(self, root: Any, given: Sequence[Stand]) -> tuple[RecordedGraph, list[list[Any]]]:
        """Return a graph as Values, and the nodes that each input became."""
        with undisturbed(root):
            reading = Reading(root)
            ours = build(reading, find_rows(reading), {})
        self.spelling(root).method = reading.spelling.method
        leaves = [node for node in reading if not node.parents]
        owners: list[list[Any]] = []
        for x, label in zip(given, self.labels, strict=True):
            own = [node for node in reading if node.obj is x.node]
            if x.node is None:
                own = [node for node in leaves if read(node.obj, reading.spelling.data_name or "") is x]
                equal = [node for node in leaves if node.data == x]
                if not own and (len(equal) > 1 or (equal and given.count(x) > 1)):
                    raise ValueError(
                        f"inputs: cannot tell which node of {float(x)} is {label}; give nodes, or different numbers"
                    )
                own = own or equal
            for node in own:
                ours[id(node)].label = ours[id(node)].label or label
            owners.append(own)
        lost = [x.node is None and not own for x, own in zip(given, owners, strict=True)]
        self.missing = list(itertools.compress(self.labels, lost))
        inputs = [ours[id(own[0])] if own else Value(x) for own, x in zip(owners, given, strict=True)]
        return RecordedGraph(ours[id(reading.root)], inputs), [[node.obj for node in own] for own in owners]

    def gradient(self) -> list[float]:
        """Return the gradient by the first way to call their backward that has an effect."""
        root, given = self.run()
        if not self.spelling(root).grad_name and self.graph:  # its local derivatives, in our own sweep
            return self.graph.gradient()
        ways = list(find_sweeps(self.spelling(root), root))
        names = [way.name for way in ways]
        order = sorted(range(len(ways)), key=lambda k: (names.index(names[k]), ways[k].seed == "argument"))
        found: dict[int, list[float]] = {}
        raised: Exception | None = None
        for k in order if self._way is None else [self._way]:
            root, given = self.run()
            spelling = self.spelling(root)
            owners = [[x.node] for x in given]
            if any(x is None for x in self.nodes):
                owners = self.record(root, given)[1]
            for x in (x for own in owners for x in own):
                spelling.set_grad(x, 0.0)
            try:
                list(find_sweeps(spelling, root))[k].run(root)
            except Exception as error:
                raised = error if is_raised_inside(error) else raised
                continue
            found[k] = [sum(map(spelling.grad, own)) for own in owners]
            if any(found[k]):
                self._way = k
                return found[k]
        if found:
            return next(iter(found.values()))
        if raised is None:
            raise TypeError(f"f: expected a node with a backward, found none that runs in {type(root).__name__}")
        self.remarks = [f"its backward raises {type(raised).__name__}: {raised}"[:160]]
        return [nan] * len(given)

    def explain(self, report: Report) -> Report:
        """Return the report with faults by name, or the node where numbers differ."""
        try:
            faults = examine(self.run()[0]).faults
        except TypeError:
            faults = ()
        failing = report.verdict == "FAIL"
        named = [failed(*str(fault).split(": ", 1)) for fault in faults if failing or fault.kind in WRONG_ANYWAY]
        checks = [self._locate(check) if failing and not named else check for check in report.checks]
        notes = (*report.notes, *self.remarks)
        if self.missing and not named:
            lost = ", ".join(self.missing)
            notes += (f"no node of {lost} was found in the graph: give nodes as inputs, which tells why",)
            checks = [replace(c, verdict="INCONCLUSIVE", note="") if c.name in self.missing else c for c in checks]
        root = self.graph.root if self.graph else None
        return replace(report, checks=(*checks, *named), notes=notes, root=root)

    def _locate(self, check: Check) -> Check:
        """Return a failed check with the node that contradicts its local derivatives."""
        if check.verdict != "FAIL" or check.note or not self.graph or check.name not in self.labels:
            return check
        try:
            note, node = find_wrong_node(AsValues(self), self.labels.index(check.name), EVALUATIONS)
        except (TypeError, ValueError):  # where another graph is recorded, which cannot be read
            return check
        return replace(check, note=note.replace("ƒ ", ""), node=node)


class AsValues(GraphUnderTest):
    """The same function, whose graphs are read as Values."""

    def __init__(self, function: ForeignFunction) -> None:
        super().__init__(function.f, function.inputs, function.labels)
        self.function: ForeignFunction = function

    def record(self, point: Sequence[float]) -> RecordedGraph:
        """Return the graph at a point."""
        self.evaluations += 1
        graph, owners = self.function.record(*self.function.run(point))
        if any(len(own) != 1 for own in owners):
            raise ValueError("several nodes are one input")
        return graph


def number_of(x: Any) -> float | None:
    """Return the number of a node of another engine, None for what is none.

    A dataclass may be a group of parameters, so it must have operators too.
    """
    if isinstance(x, Node) or not is_their_class(type(x), (home_of(type(x)),)):
        return None
    try:
        refuse_other(x)
    except TypeError:
        return None
    with undisturbed(x):
        spelling = Spelling(x, None, None, None)
        has_parents = not own_attributes(x).keys().isdisjoint(PARENTS)
        is_likely = has_parents or bool(spelling.grad_name)
        if is_dataclass(x):
            is_likely = hasattr(x, "__mul__") and (has_parents or any(map(may_sweep, dir(type(x)))))
        return spelling.data(x) if is_likely else None


def find_foreign(
    f: Callable[..., Any], inputs: Any, wrt: Any, f_error: float, by_result: bool = False
) -> ForeignFunction | None:
    """Return a function of another engine if an input is a node, or the result is."""
    if by_result:
        with undisturbed(f):
            try:
                root = f(*RaveledInputs(f, inputs).rebuild(RaveledInputs(f, inputs).point))
            except Exception:
                return None
            return ForeignFunction(f, inputs, wrt, f_error, root) if number_of(root) is not None else None
    nodes: list[Any] = []

    def stands_for(tree: Tree) -> Tree:
        if (number := number_of(tree)) is not None:
            nodes.append(tree)
            return Stand(number, tree)
        parts = None if is_array(tree) else children(tree)
        return tree if parts is None else with_children(tree, [stands_for(part) for _, part in parts])

    trees = stands_for(list(inputs) if hasattr(type(inputs), "tolist") and inputs.ndim else inputs)
    if len({id(node) for node in nodes}) < len(nodes):
        raise ValueError("inputs: expected different nodes, got one twice; make another one with the same number")
    return ForeignFunction(f, trees, wrt, f_error) if nodes else None
