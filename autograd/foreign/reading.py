"""Read the graph under a node of another engine."""

from __future__ import annotations

import gc
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NoReturn

from .foreign_node import ForeignNode, Probe, distinct, number
from .memento import inside, is_their_class, own_attributes, read
from .probe import Prober, find_method
from .rows import near, rows_named, whole_exponent
from .spelling import CONTAINERS, DATA, GRAD, PARENTS, Spelling, is_rule

LIBRARIES = ("torch", "jax", "jaxlib", "numpy", "tensorflow", "autograd", "viz", "nn")


class Reading:
    """The graph under a node of another engine.

    Args:
        root: Their node.
        data, grad, parents: The names of its attributes, None to look for them.
        thorough: Whether each rule runs three times, for the judge.

    Raises:
        TypeError: If the graph cannot be read.
    """

    def __init__(
        self, root: Any, data: str | None = None, grad: str | None = None, parents: str | None = None,
        thorough: bool = False,
    ) -> None:  # fmt: skip  # in few lines
        self.root_object: Any = root
        self.thorough: bool = thorough
        self.spelling: Spelling = Spelling(root, data, grad, parents)
        self.spelling.method = find_method(self.spelling)
        self.nodes: dict[int, ForeignNode] = {}
        self._pairs: dict[int, tuple[Any, list[tuple[Any, Any]]]] = {}
        self._walk(root)
        for node in self.nodes.values() if self.spelling.guessed else ():
            node.rule = node.rule or self.spelling.rule(node.obj)
            node.texts = self.spelling.texts(node.obj, node.rule)
        self._refuse_lone_root()
        leaves = [node.obj for node in self.nodes.values() if not self._pairs[id(node.obj)][1]]
        self.prober: Prober = Prober(self.spelling, leaves)
        pending = list(self.nodes.values())
        while pending:
            for node in pending:
                self._measure(node)
            pending = [node for node in self.nodes.values() if node.probe.way == ""]
            if self.spelling.method and not any(any(node.probe.one) for node in self.nodes.values()):
                self.spelling.method, pending = "", list(self.nodes.values())  # that is no rule
                for node in pending:
                    node.rule = self.spelling.rule(node.obj)
        for node in list(self.nodes.values()):
            self._find_misplaced(node)
        for node in self.nodes.values():
            if self.prober.sweep and node.probe.way in ("quiet", "sweep") and not any(node.probe.one):
                node.probe = self.prober.by_sweep(node.obj, [p.obj for p in node.parents])
            elif node.probe.way == "quiet" and any(other.probe.way == "rule" for other in self.nodes.values()):
                node.probe.way = "rule"  # which it lacks
            elif node.probe.way == "quiet" and not self.spelling.grad_name:
                node.probe.error = node.probe.error or ValueError("no gradient is kept, and no rule returns one")
        self.order: list[ForeignNode] = self._in_order(self.nodes[id(root)])
        if thorough:
            for user in self.order:
                self._measure_upstream(user)

    @property
    def root(self) -> ForeignNode:
        """The node to start from."""
        return self.order[-1]

    def _walk(self, start: Any) -> None:
        """Find the nodes under one; what a number is missing from raises TypeError."""
        stack, spelling = [start], self.spelling
        while stack:
            x = stack.pop()
            if id(x) in self.nodes:
                continue
            if (x_data := spelling.data(x)) is None:
                self._refuse_data(x)
            pairs = self._pairs[id(x)] = spelling.parents(x)
            rule = spelling.rule(x)
            if not pairs[1] and not any(is_empty(read(x, name)) for name in PARENTS):  # closures alone know them
                pairs = self._pairs[id(x)] = (), [(y, None) for y in spelling.held(rule) if y is not x]
            dtype = str(getattr(read(x, spelling.data_name or ""), "dtype", ""))
            self.nodes[id(x)] = ForeignNode(
                x, x_data, spelling.grad(x), rule=rule, label=spelling.label(x), texts=spelling.texts(x, rule),
                is_constant=spelling.is_constant(x), eps={"float32": 1e-5, "float16": 1e-2}.get(dtype, 1e-9),
            )  # fmt: skip  # in few lines
            stack += [parent for parent, _ in pairs[1] if spelling.is_node(parent)]
        if all(math.isnan(node.data) for node in self.nodes.values()):
            self._refuse_data(start)

    def _refuse_data(self, x: Any) -> NoReturn:
        if self.spelling.data_name is None:
            raise TypeError(
                f"root: expected a Value, got {describe(x)}, and no number in it for a node of another engine: looked "
                f'for {", ".join(DATA[:5])} and others; write adopt(root, data="NAME") for its attribute'
            )
        held = read(x, self.spelling.data_name)
        name = f"{type(x).__name__}.{self.spelling.data_name}"
        if getattr(held, "size", 1) != 1:
            raise TypeError(f"root: expected a graph of numbers, but {name} has the shape {held.shape}")
        raise TypeError(f"root: expected a number in {name}, got {held!r:.40}; has it been computed yet?")

    def _refuse_lone_root(self) -> None:
        """Raise TypeError for a root without parents, unless it must be a leaf."""
        s, root, cls = self.spelling, self.root_object, type(self.root_object).__name__
        if self._pairs[id(root)][1] or s.parents_given:
            return
        named = next((text for text in s.texts(root, s.rule(root)) if rows_named([text])), "")
        if not named and any(is_empty(read(root, name)) for name in PARENTS):
            if not self._is_held():
                return
            why = "other nodes hold it: where nodes keep their consumers, nothing leads from a result to its leaves"
        else:
            why = f"looked for {', '.join(PARENTS[:6])} and others, and for any container of nodes"
        raise TypeError(
            f"root: expected a {cls} with parents, found none{f' of {named!r}' * bool(named)}: {why}; it has "
            f"{', '.join(list(own_attributes(root))[:9]) or 'no attributes'}. If another attribute holds them, write "
            'adopt(root, parents="NAME"); a number that carries its derivative forward has no graph to read'
        )

    def _is_held(self) -> bool:
        """Return whether another node has the root among its children, which may be results."""
        layer, seen = [self.root_object], {id(self.root_object)}
        for _ in range(4):  # from a node to its dict, list of pairs, pair, and the root
            layer = [x for x in gc.get_referrers(*layer) if id(x) not in seen][:1000]
            seen.update(map(id, layer))
            for x in filter(self.spelling.is_node, layer):
                children = [read(x, name) for name in ("children", "child_nodes")]
                if any(y is self.root_object for thing in children for y, _ in self.spelling.items(thing, x)):
                    return True
            layer = [x for x in layer if type(x) in CONTAINERS]
        return False

    def _measure(self, node: ForeignNode) -> None:
        """Run a node's backward, and settle its arguments."""
        container, pairs = self._pairs[id(node.obj)]
        parents, prober = [x for x, _ in pairs if self.spelling.is_node(x)], self.prober
        held = [x for x in self.spelling.held(node.rule) if x is not node.obj]
        node.holds_nodes = bool(held)
        if not parents and not held:
            node.probe.way = "leaf"
            return
        probe = prober.stored(pairs) if parents else None
        if probe is None and node.rule is not None:
            probe = prober.by_rule(node.obj, node.rule, parents, self.thorough)
        is_doubtful = bool(self.spelling.guessed) and not any(probe.one if probe else ())
        if probe and probe.way == "stored":  # numbers may be positions
            is_doubtful = [d for _, d in pairs if type(d) is int] == [*range(len(pairs))] and bool(
                self.spelling.grad_name
            )
        if parents and (probe is None or probe.error or is_doubtful):
            swept = prober.by_sweep(node.obj, parents)
            has_run = swept.way == "sweep" and (probe is None or probe.error or any(swept.one))
            probe = swept if probe is None or has_run or (any(probe.one) and not swept.error) else probe
        node.probe = probe or Probe(way="leaf")
        objects: list[Any] = [x for x, _ in pairs]
        inner = [x for x in held if any(x is p for p in parents)]
        if isinstance(container, set | frozenset) and len(distinct(inner)) == len(parents):
            objects = inner  # a set has no order, and holds a node that is there twice once
        written = [x for x in node.probe.targets if node.probe.one and node.probe.of(x)]
        extra = [x for x in written if not any(x is p for p in parents)]
        if parents and held and not inner and not any(node.probe.of(p) for p in parents):
            node.jumps = all(self._is_under(x, node.obj) for x in held)
        if node.jumps:
            objects = held
        elif extra and not any(self._is_under(node.obj, x) for x in extra):
            objects = [x for x in held if any(x is y for y in extra) or any(x is p for p in parents)]
            for x in extra:
                self._walk(x)
            node.forgotten = [self.nodes[id(x)] for x in extra]
        elif not parents:
            node.probe.way = "leaf"  # a rule that writes nothing for it
            return
        node.args = [self.nodes[id(x)] if self.spelling.is_node(x) else x for x in objects]
        node.stored = [number(local) for _, local in pairs] if node.probe.way == "stored" else []
        self._describe(node)

    def _measure_upstream(self, user: ForeignNode) -> None:
        """Find what an upstream other than 1 does, by a sweep from a node's result."""
        sweep = self.prober.sweep
        if sweep is None or user.probe.way != "sweep":
            return
        for node in user.parents:
            above, probe = user.probe.of(node.obj), node.probe
            others = [p for p in user.parents if p is not node]
            if probe.way != "sweep" or probe.minus_two or not any(probe.one) or abs(above) in (0.0, 1.0):
                continue
            if any(p in node.parents for p in others):
                continue
            under = [p.obj for p in node.parents]
            with suppress(Exception):  # the same as if the upstream had been −2
                cuts = [(user.obj, [p.obj for p in others]), (node.obj, under)]
                got = self.prober.run_sweep(sweep, user.obj, cuts, distinct(under))
                pairs = list(zip(got, probe.one, strict=True))
                factors = {-2.0: above, 1.0: 1.0, 4.0: above**2}
                fit = (s for s, f in factors.items() if all(near(g, f * d, 1e-6, 1e4) for g, d in pairs))
                scale = next(fit, None)  # none if the sweep itself is wrong
                probe.minus_two = [scale * d for d in probe.one] if scale else None

    def _describe(self, node: ForeignNode) -> None:
        """Collect a node's constants, and the key that nodes of its rule share."""
        s, codes, held = self.spelling, [], own_attributes(node.obj)
        kept = {name: x for name, x in held.items() if name not in (*DATA, *GRAD, s.data_name, s.grad_name)}
        constants: list[float | None] = []
        is_own = getattr(node.rule, "__self__", None) is node.obj  # a method, which holds what its node holds
        for thing in [*([] if is_own else inside(node.rule).values()), *kept.values()]:
            constants.append(number(thing))
            if is_rule(thing) and thing is not node.rule:
                codes += [getattr(thing, "__code__", thing)]
                constants += map(number, inside(thing).values())
            elif is_their_class(type(thing), (s.home,)) and not s.is_node(thing):
                constants += [number(x) for x in own_attributes(thing).values()]
        for text in node.texts:
            constants += map(float, re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", text))
        if "pow" in rows_named(node.texts) and len(node.args) == 1:
            constants += whole_exponent(node.data, node.args[0].data)
        node.constants = list(dict.fromkeys(c for c in constants if c is not None))[:8]
        code = getattr(node.rule, "__code__", type(node.rule))
        name = re.sub(r"[\d.\s()-]", "", node.texts[0] if node.texts else "")
        node.key = (code, *map(id, codes), name, type(node.obj), len(node.args))

    def _find_misplaced(self, node: ForeignNode) -> None:
        """Find out whether a node has the rule of one of its results."""
        if node.rule is None or any(node.probe.one):
            return
        s = self.spelling
        for x in distinct(self.spelling.held(node.rule)):
            other = self.nodes.get(id(x))
            if other is None or other is node or node not in other.args or any(other.probe.one):
                continue
            parents = [p.obj for p in other.parents]
            probe = self.prober.by_rule(x, node.rule, parents, self.thorough)
            if probe.error is None and any(probe.of(p) for p in parents):
                other.misplaced, other.rule, other.texts = node, node.rule, s.texts(x, node.rule)
                node.rule, node.probe.error = None, TypeError("its rule was overwritten by that of a result")
                self._measure(other)
                return

    def _is_under(self, x: Any, top: Any) -> bool:
        """Return whether one object is reached from another by parents."""
        found, stack = set(), [top]
        while stack:
            if id(y := stack.pop()) not in found:
                found.add(id(y))
                pairs = self._pairs.get(id(y)) or self.spelling.parents(y)
                stack += [parent for parent, _ in pairs[1] if self.spelling.is_node(parent)]
        return id(x) in found

    def _in_order(self, root: ForeignNode) -> list[ForeignNode]:
        """Return the nodes, arguments before results, or raise TypeError for a loop."""
        done: dict[int, ForeignNode] = {}
        open_: set[int] = set()
        stack = [root]
        while stack:
            node = stack[-1]
            waiting = [a for a in node.parents if id(a) not in done]
            if id(node) in done or not waiting:
                done[id(node)] = stack.pop()
            elif id(node) in open_:
                raise TypeError(f"root: the parents of a {type(node.obj).__name__} lead back to itself")
            else:
                open_.add(id(node))
                stack += reversed(waiting)
        return list(done.values())

    def depth(self) -> int:
        """Return the greatest number of nodes on a path."""
        depths: dict[int, int] = {}
        for node in self.order:
            depths[id(node)] = 1 + max((depths[id(parent)] for parent in node.parents), default=0)
        return max(depths.values())

    def __iter__(self) -> Iterator[ForeignNode]:
        return iter(self.order)


def describe(x: Any) -> str:
    """Return the class and the text of an object, if its text does not raise."""
    try:
        return f"{type(x).__name__} {x!r:.40}"
    except Exception:
        return type(x).__name__


def is_empty(x: Any) -> bool:
    """Return whether an attribute is an empty place for parents."""
    return x is None or (isinstance(x, tuple | list | set | frozenset | dict) and not x)
