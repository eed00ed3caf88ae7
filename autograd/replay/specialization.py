"""A function specialized to a structure of arguments and its branches."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, partial
from math import isfinite
from typing import Any

import numpy as np

from ..assumptions import Assumptions
from ..engine import Node
from .argument_spec import Spec, describe_result, format_spec, result_builder
from .arguments import NO_NUMBER, Arguments, Structure
from .bind import Answer, bind
from .flat import Flat
from .instruction import result_weights
from .kernels import Array
from .lower import lower
from .nodes import Groups, Nodes, group_nodes
from .normalise import normalise
from .program import Program
from .straight import Straight, straight
from .tape import BATCHED, SHARED, Tape
from .tracing import trace_function


@contextmanager
def paused_collector() -> Iterator[None]:
    """Pause the cycle collector, which would go over new objects again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Specialization:
    """f traced once: its nodes, its branches, and its programs for arrays."""

    read: Callable[[], Array]
    add: Callable[[Any], None]
    result_spec: Spec

    @paused_collector()
    def __init__(
        self, call: Callable[..., Any], arguments: Arguments, flat: Flat, reduce: str, roots: Sequence[tuple[str, Any]]
    ) -> None:
        self.reduce: str = reduce
        self.structure: Structure = arguments.structure

        def leaves(tape: Tape) -> tuple[Iterator[Any], ...]:
            return tuple(map(partial(tape.leaf, batching), itertools.count()) for batching in (SHARED, BATCHED))

        def record() -> tuple[tuple[Tape, Spec, list[Any]], Any]:
            tape, result = trace_function(call, leaves, arguments.first)
            found: list[Any] = []
            spec = describe_result(result, found)
            rows = tape.rows, [tape.row_of(None, 0, x) if type(x) is tape.wrapper else x for x in found]
            return (tape, spec, found), rows

        before = Assumptions(roots)
        (tape, self.result_spec, found), rows = record()
        self.assumptions: Assumptions = before.confirm(rows, lambda: record()[1])
        #: Whether f read a number that records otherwise than a Value, such as a dual number.
        self.is_open: bool = any(hasattr(x, "__apply__") and not isinstance(x, Node) for x in found)
        self.written: list[Node] = [v for v in tape.grads if v.requires_grad]  # a call adds to their grad
        self.read_nodes: frozenset[Node] = frozenset(tape.captured)
        self.captured: list[Node] = [v for v in tape.captured if v.op is None]
        self.live: list[Node] = [v for v in self.captured if v not in tape.made]
        self.flowing: list[bool] = [v.requires_grad for v in self.captured]
        if self.is_open:
            return
        rows = [tape.row_of(None, 0, x) for x in found] + [tape.grads[v] for v in self.written]
        self.returned: int = len(found)
        self.read, self.add = flat.reader(self.captured), flat.adder(self.written)
        self.guards: list[tuple[bool, str]] = list(tape.guards.values())
        self.recorded: int = len(tape.rows)
        del found
        tape.index.clear()
        self.nodes: Nodes = normalise(tape, rows, list(tape.guards), reduce in ("mean", "sum"))
        self.runners: dict[Any, Any] = {}  # by number of samples and precision, or by class of array
        self.builders: dict[bool, Callable[[Any], Any]] = {}

    def results(self, flat: Any, floats: bool) -> Any:
        """Return results in the shape that f returns, single numbers maybe as floats."""
        if floats not in self.builders:
            each = "float(flat[{}])" if floats else "flat[..., {}]"
            self.builders[floats] = result_builder(self.result_spec, each)
        return self.builders[floats](flat)

    @cached_property
    @paused_collector()
    def program(self) -> Program:
        """The program for arrays."""
        taken = tuple(taken for taken, _ in self.guards)
        structures = tuple(map(format_spec, self.structure.specs))
        program = lower(self.nodes, self.groups, self.reduce)
        return replace(program, batched=self.structure.batched, structures=structures, taken=taken)

    @cached_property
    @paused_collector()
    def groups(self) -> Groups:
        """The nodes by level and group key."""
        return group_nodes(self.nodes)

    @cached_property
    @paused_collector()
    def straight(self) -> Straight:
        """The function of one sample as straight-line Python."""
        return straight(self.nodes)

    def is_straight_cheaper(self, n: int) -> bool:
        """Return whether n samples are faster one by one than as arrays."""
        return n * self.nodes.operations * OPERATION < len(self.groups) * GROUP

    def explain(self) -> str:
        """Return a few lines on the recorded rows and the program made from them."""
        program, nodes = self.program, self.nodes
        outside = f" ({len(self.captured)} read from outside)" * bool(self.captured)
        way = "straight-line Python: few nodes can be grouped" if self.is_straight_cheaper(1) else "instructions"
        lines = [
            f"recorded    {self.recorded} rows, of which the results need {nodes.operations} operations "
            f"on {program.shared} parameters{outside} and {program.batch} inputs of each sample",
            f"folded      into {sum(1 for _ in nodes.computed())} nodes: sums merged, equal ones computed once",
            f"grouped     into {len(program.instructions)} instructions, which printing the program shows",
            f"one sample  computed by {way}",
            *(f"guarded     {line} is {taken} in this specialization" for taken, line in self.guards),
        ]
        return "\n".join(lines)

    def _run_one_by_one(self, n: int, dtype: Any, shared: Any, batch: Any) -> Answer:
        """Run the straight-line function on each sample; an error is not finite."""
        floats: Callable[[Any], list[float]] = lambda parts: [
            x for part in parts for x in np.asarray(part, float).ravel().tolist()
        ]
        common, first = floats(shared), len(self.nodes.outputs)
        try:
            table = np.array([self.straight([*common, *floats([part[k] for part in batch])]) for k in range(n)])
        except (ArithmeticError, ValueError):
            return np.full(first, np.nan), np.empty((0, n)), False
        flat, once, outcomes = table[:, :first], table[:, first : 2 * first], table[:, 2 * first : -1]
        if self.reduce:
            weights = result_weights(self.reduce, n)
            flat = flat.sum(axis=0) * weights[0] + once[0] * weights[1]
        elif not batch:
            flat = flat[0]
        return flat.astype(dtype), outcomes.T, bool(np.isfinite(table).all())

    def run(self, arguments: Arguments) -> Answer:
        """Return the results, the numbers of the guards, and whether all are finite."""
        if arguments.like is not None:
            return self._run_on_arrays(arguments)
        shared, key = arguments.shared, (arguments.n, arguments.dtype)
        if self.captured:
            shared = [*shared, self.read()]
        if key not in self.runners:
            if len(self.runners) >= MAX_RUNNERS:
                del self.runners[next(iter(self.runners))]
            straight = self.is_straight_cheaper(arguments.n)
            self.runners[key] = partial(self._run_one_by_one, *key) if straight else bind(self.program, *key)
        return self.runners[key](shared, arguments.batched)  # type: ignore[no-any-return]  # an Answer

    def _run_on_arrays(self, arguments: Arguments) -> Answer:
        """Run on arrays of another library; tracers of JAX have no numbers."""
        from .arrays import program_on_arrays  # it needs array-api-compat

        cls = type(arguments.like)
        if cls not in self.runners:
            self.runners[cls] = program_on_arrays(self.program, arguments.like)
        shared = [*arguments.shared, *([self.read().tolist()] if self.captured else [])]
        flat, guards, total = self.runners[cls](shared, arguments.batched, arguments.like)
        try:
            return flat, [np.array(g.tolist()) for g in guards], isfinite(total.item())
        except TypeError as error:  # JAX raises it for the number of a tracer
            if self.live:
                reason = "under jax.jit the number of a Value from outside would never be read again"
                entries = [(path, y if type(y) is tuple else [y]) for path, _, _, y in self.assumptions.entries]
                name = next((path for path, y in entries if any(x is self.live[0] for x in y)), "a Value")
                raise TypeError(f"{name}: {reason}; pass it as an argument") from error
            if guards or self.written:
                line = self.guards[0][1] if self.guards else "backward()"
                raise TypeError(f"{line}: {NO_NUMBER}") from error
            return flat, [], True


OPERATION, GROUP = 0.03, 1.0  # µs: an operation of straight-line Python, the calls for a group of nodes
MAX_RUNNERS = 8  # of one specialization, for numbers of samples
