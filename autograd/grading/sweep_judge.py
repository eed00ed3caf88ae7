"""Judge the backward pass as a whole, apart from the rules that it calls."""

from __future__ import annotations

import math
import traceback
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from types import MethodType
from typing import Any

from ..callers import NOT_THE_USERS
from ..foreign import ForeignNode, Reading, Sweep, find_sweeps, near
from ..foreign.memento import Memento, own_attributes
from .findings import Fault, Kind
from .rule_judge import name_of

MAX_PATHS = 100_000  # from the root, of a graph whose backward may follow each
Try = tuple[Sweep, dict[int, float], list[ForeignNode], Exception | None]  # with gradients, calls and an error


class TooManyCalls(Exception):  # noqa: N818  # no error of ours: it stops a sweep that has no end
    """Raised inside a sweep that calls rules far more often than there are nodes."""


def judge_sweep(reading: Reading, memento: Memento, is_linear: bool) -> tuple[list[Fault], list[str]]:
    """Return the faults of the sweep, only of its order if rules are not linear."""
    if not reading.spelling.grad_name:
        return [], ["its nodes keep no gradient, so only local derivatives were judged"]
    if any(node.misplaced or node.forgotten for node in reading):
        return [], []  # what is attached wrongly is a fault by itself, and the sweep follows from it
    if not reading.root.parents or count_paths(reading) > MAX_PATHS:
        return [], ["the sweep was not judged: too many paths"] if reading.root.parents else []
    right = gradients(reading, reversed(reading.order))
    leaves = [node for node in reading if not node.parents]
    tries: list[Try] = []
    sweeps = list(find_sweeps(reading.spelling, reading.root.obj))
    names = [sweep.name for sweep in sweeps]
    wrong: set[str] = set()  # what gives gradients if it is called as it is, which are not right
    for sweep in sorted(sweeps, key=lambda sweep: (names.index(sweep.name), sweep.seed == "argument")):
        if sweep.name in wrong:
            continue
        memento.restore()
        calls, error = watch(reading, sweep)
        got = {id(node): reading.spelling.grad(node.obj) for node in reading}
        tries.append((sweep, got, calls, error))
        if error is None and agree(leaves, got, right):
            break
        if error is None and sweep.seed == "itself" and any(got[id(leaf)] for leaf in leaves):
            wrong.add(sweep.name)
    else:
        return explain_failure(reading, tries, right, leaves, is_linear)
    notes = ["its backward does not seed: set the gradient of the root to 1 before"] * (sweep.seed == "caller")
    return [], notes + again(reading, sweep, leaves, right)


def watch(reading: Reading, sweep: Sweep, log: list[Any] | None = None) -> tuple[list[ForeignNode], Exception | None]:
    """Run a whole backward from gradients of 0, and list the rules that it calls.

    ``log`` gets the node of each call with its gradient, and those of its parents before and after.
    """
    calls: list[ForeignNode] = []
    grads_of: Callable[[Sequence[ForeignNode]], list[float]] = lambda xs: [reading.spelling.grad(x.obj) for x in xs]

    def watched(node: ForeignNode, *args: Any, **named: Any) -> Any:
        calls.append(node)
        if len(calls) > 50 * len(reading.nodes) + 1000:
            raise TooManyCalls
        before = grads_of([node, *node.parents])
        answer = node.rule(*args, **named)
        if log is not None:
            log.append((node, before[0], before[1:], grads_of(node.parents)))
        return answer

    try:
        for node in reading.nodes.values():
            reading.spelling.set_grad(node.obj, 0.0)
            name = reading.spelling.rule_names.get(type(node.obj))
            held = own_attributes(node.obj).get(name or "")
            if node.rule is not None and (type(node.rule) is MethodType or held is node.rule):
                with suppress(AttributeError):  # a method, and slots
                    object.__setattr__(node.obj, name or "", partial(watched, node))
        sweep.run(reading.root.obj)
    except Exception as error:
        return calls, error
    return calls, None


def explain_failure(
    reading: Reading, tries: Sequence[Try], right: dict[int, float], leaves: list[ForeignNode], is_linear: bool
) -> tuple[list[Fault], list[str]]:
    """Return the fault where no way to call a backward gives the right gradients."""
    inner = reading.order[:-1]
    for name in dict.fromkeys(t[0].name for t in tries):
        own = [t for t in tries if t[0].name == name]
        done = [t for t in own if t[3] is None and (t[2] or any(t[1][id(node)] for node in inner))]
        raised = [t for t in own if is_raised_inside(t[3])]
        if done or raised:
            break
    else:
        for sweep, got, _, error in tries:
            if sweep.seed == "caller" and error is None and not got[id(reading.root)] and "grad" not in sweep.name:
                reason = "it sets the gradient of the root to 0, and never to 1: the seed is missing"
                return [Fault("sweep", sweep.name, reason=reason)], []
        return [], ["no backward was found that reaches the leaves"]
    sweep, got, calls, error = (sorted(done, key=lambda t: not any(t[1][id(x)] for x in leaves)) or raised)[0]
    kind: Kind = "sweep"
    if isinstance(error, RecursionError) and reading.depth() > 100:
        return [], [f"{sweep.name}() recurses too deep for this graph, so the sweep was not judged"]
    if error is not None and not isinstance(error, TooManyCalls):
        culprits = calls or [node for node in reversed(reading.order) if is_raised_inside(node.probe.error)]
        at = f" in the rule of {describe(culprits[-1] if calls else culprits[0])}" if culprits else ""
        reason, kind = f"it raises {type(error).__name__}: {error}"[:160] + at, "crash"
    elif not (reason := wrong_order(reading, calls, right)) and is_linear:
        if not all(node.is_known and node.probe.way != "quiet" for node in reading):
            return [], ["a local derivative could not be measured, so the sweep was not judged"]
        if all(math.isfinite(x[id(leaf)]) for leaf in leaves for x in (got, right)):
            reason = wrong_numbers(reading, got, right, leaves, calls)
    return [Fault(kind, sweep.name, reason=reason)] if reason else [], []


def wrong_numbers(
    reading: Reading, got: dict[int, float], right: dict[int, float], leaves: list[ForeignNode], calls: Sequence[Any]
) -> str:
    """Return what a sweep does wrong, by the gradients of the leaves."""
    if calls and not any(got[id(leaf)] for leaf in leaves):
        return "the gradients of all leaves are 0 afterwards: it starts from 0, or sets gradients to 0 on its way"
    ratios = [got[id(leaf)] / right[id(leaf)] for leaf in leaves if right[id(leaf)]]
    is_multiple = ratios and ratios[0] and all(near(other, ratios[0], 1e-6) for other in ratios)
    seed = (
        f"it starts from a gradient of {ratios[0]:.4g}, not of 1"
        if is_multiple and not near(ratios[0], 1, 1e-6)
        else ""
    )
    if seed and len(ratios) > 1:  # of a single leaf, any gradient is a multiple of the right one
        return seed
    for reason, other in classic_mistakes(reading, bool(calls)):
        if agree(leaves, got, other):
            return reason
    if seed:
        return seed
    wrong = next(leaf for leaf in leaves if not near(got[id(leaf)], right[id(leaf)], 1e-6, 1e4))
    name = wrong.label or f"the leaf {wrong.data:.4g}"
    return f"the gradient of {name} is {got[id(wrong)]:.4g}, with its own rules it should be {right[id(wrong)]:.4g}"


def is_raised_inside(error: Exception | None) -> bool:
    """Return whether an error comes from their code, and not from calling it in a wrong way."""
    frames = traceback.walk_tb(error.__traceback__ if error else None)
    return any(not frame.f_code.co_filename.startswith(NOT_THE_USERS) for frame, _ in frames)


def wrong_order(reading: Reading, calls: list[ForeignNode], right: dict[int, float]) -> str:
    """Return what is wrong with the order in which closures were called, or an empty text."""
    ruled = [node for node in reading if node.parents and node.rule is not None]
    calls = [node for node in calls if node.parents]
    counts, last = Counter(map(id, calls)), {id(node): k for k, node in enumerate(calls)}
    first = {id(node): k for k, node in reversed(list(enumerate(calls)))}
    most = max(ruled, key=lambda node: counts[id(node)], default=None)
    if most is not None and counts[id(most)] > 1:
        n = f"{counts[id(most)]} times" if counts[id(most)] < 50 else "again and again"
        return f"it runs the rule of {describe(most)} {n}: it does not check for visits"
    pairs = [(node, user) for user in ruled for node in user.parents if id(node) in first and id(user) in last]
    early = [(node, user) for node, user in pairs if first[id(node)] < last[id(user)]]
    if early and len(early) == len(pairs):
        return "it goes from the leaves to the root: reverse the order"
    if early:
        return f"it runs the rule of {describe(early[0][0])} before that of {describe(early[0][1])}, which uses it"
    missed = [node for node in ruled if not counts[id(node)] and right[id(node)] and any(node.probe.one)]
    return f"it never runs the rule of {describe(missed[-1])}" if calls and missed else ""


def again(reading: Reading, sweep: Sweep, leaves: list[ForeignNode], right: dict[int, float]) -> list[str]:
    """Return a note if a second backward gives neither the same nor sums."""
    try:
        sweep.run(reading.root.obj)
    except Exception as error:
        return [f"a second backward raises {type(error).__name__}"]
    second = {id(node): reading.spelling.grad(node.obj) for node in leaves}
    doubled = {key: 2 * gradient for key, gradient in right.items()}
    if agree(leaves, second, right) or agree(leaves, second, doubled):
        return []
    return ["a second backward adds to the gradients of inner nodes, so zero all before, not leaves only"]


def gradients(reading: Reading, order: Any, overwrite: Any = (), chain: Any = None) -> dict[int, float]:
    """Return the gradients that measured local derivatives give in an order."""
    found = {id(node): 0.0 for node in reading}
    found[id(reading.root)] = 1.0
    for node in order:
        upstream = found[id(node)] if chain is None or node in chain else 1.0  # in no chain: passed on without it
        for parent, local in edges(node):
            part = local * upstream if upstream else 0.0
            found[id(parent)] = part if node in overwrite else found[id(parent)] + part
    return found


def edges(node: ForeignNode) -> list[tuple[ForeignNode, float]]:
    """Return the arguments of a node with their local derivatives."""
    if len(node.stored) == len(node.args) and None not in node.stored:
        return [(a, d or 0.0) for a, d in zip(node.args, node.stored, strict=True) if isinstance(a, ForeignNode)]
    return [(parent, node.probe.of(parent.obj)) for parent in node.parents]


def by_paths(root: ForeignNode) -> dict[int, float]:
    """Return the gradients of a recursion that overwrites: those of the last path."""
    found, stack = defaultdict(float), [(root, 1.0)]
    while stack:
        node, upstream = stack.pop()
        found[id(node)] = upstream
        stack += [(parent, local * upstream) for parent, local in reversed(edges(node))]
    return found


def classic_mistakes(reading: Reading, is_in_order: bool) -> Iterator[tuple[str, dict[int, float]]]:
    """Yield the usual mistakes of a sweep, and the gradients that they give."""
    down = list(reversed(reading.order))
    if not is_in_order:
        yield "it goes from the leaves to the root: reverse the order", gradients(reading, reading.order)
    overwrites = "it overwrites gradients: write += for ="
    yield overwrites, gradients(reading, down, down)
    yield overwrites, by_paths(reading.root)
    names = dict.fromkeys(map(name_of, down))
    yield from (
        (f"{overwrites}, in {x}", gradients(reading, down, [n for n in down if name_of(n) == x])) for x in names
    )
    without = "it adds local derivatives without the upstream"
    everywhere = gradients(reading, down, chain=())
    alone = {x: gradients(reading, down, chain={n for n in down if name_of(n) != x}) for x in names}
    same = [name for name, found in alone.items() if found == everywhere]
    yield f"{without}, at least in {same[0]}" if same else without, everywhere
    yield from ((f"{without} in {name}", found) for name, found in alone.items())
    if is_in_order:
        return
    for name, last in (("depth first", True), ("breadth first", False)):
        reason = f"it goes {name}, so that it visits a node before all that uses it is done"
        yield reason, gradients(reading, walk(reading.root, last, True))
        reason = "it visits a node once for each path, and passes on what it has passed on before"
        yield reason, gradients(reading, walk(reading.root, last, False))
    yield reason, gradients(reading, reversed(list(after_arguments(reading.root))))


def walk(root: ForeignNode, last: bool, once: bool) -> Iterator[ForeignNode]:
    """Yield nodes from the root down: the last that was found next, or the first."""
    waiting, seen = deque([root]), set()
    while waiting:
        node = waiting.pop() if last else waiting.popleft()
        if not (once and id(node) in seen):
            seen.add(id(node))
            yield node
            waiting.extend(node_args(node)[:: -1 if last else 1])


def after_arguments(root: ForeignNode) -> Iterator[ForeignNode]:
    """Yield nodes after their arguments, as often as they are visited."""
    stack = [(root, iter(node_args(root)))]
    while stack:
        if (parent := next(stack[-1][1], None)) is None:
            yield stack.pop()[0]
        else:
            stack.append((parent, iter(node_args(parent))))


def node_args(node: ForeignNode) -> list[ForeignNode]:
    """Return the arguments that are nodes, one that is there twice as two."""
    return [a for a in node.args if isinstance(a, ForeignNode)]


def count_paths(reading: Reading) -> int:
    """Return the number of paths from the root."""
    paths = Counter({id(reading.root): 1})
    for node in reversed(reading.order):
        for a in node_args(node):
            paths[id(a)] += paths[id(node)]
    return paths.total()


def agree(leaves: Sequence[ForeignNode], got: dict[int, float], right: dict[int, float]) -> bool:
    """Return whether gradients of leaves agree, where they are finite and wanted."""
    eps = max(1e-6, *(100 * x.eps for x in leaves))
    pairs = [(got[id(x)], right[id(x)]) for x in leaves if not (x.is_constant and not got[id(x)])]
    return all(near(a, b, eps, 1e4) for a, b in pairs if math.isfinite(a) and math.isfinite(b))


def describe(node: ForeignNode) -> str:
    """Return a node as its label or operation, and its number."""
    return f"{node.label or name_of(node)} = {node.data:.4g}"
