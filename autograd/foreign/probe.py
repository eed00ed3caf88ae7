"""Local derivatives of a node, measured by running its own backward on it alone."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from inspect import Parameter
from types import FunctionType, MethodType
from typing import Any

from .foreign_node import Probe, distinct, number
from .memento import behind, code_names, is_theirs, own_attributes, required, save_object
from .spelling import BACK, Spelling, has_word, is_rule

START = 10.0  # the gradients that are there before a rule runs a third time
NO_SWEEPS = ("zero", "clear", "reset", "set", "get", "add", "accum", "print", "has", "update", "no_", "req", "local")
SWEEP = r"backw|backp|back_p|propag|differentiate|^back$|(_grad|gradient)s*$"


class Prober:
    """It runs the rules of an engine's nodes, with what is under the parents cut off."""

    def __init__(self, spelling: Spelling, leaves: Sequence[Any]) -> None:
        self.spelling: Spelling = spelling
        self.leaves: set[int] = set(map(id, leaves))
        self.sweep: Sweep | None = None
        likely = sorted(leaves, key=lambda x: (bool(spelling.held(spelling.rule(x))), spelling.is_constant(x)))
        self.reference: Any = next(iter(likely), None)  # whose attributes a leaf gets

    def stored(self, parents: Sequence[tuple[Any, Any]]) -> Probe | None:
        """Return what stored local derivatives say, or None."""
        pairs = [(x, local) for x, local in parents if self.spelling.is_node(x)]
        if not pairs or any(local is None for _, local in pairs):
            return None
        if self.spelling.grad_name and not all(number(local) is not None for _, local in pairs):
            return None  # functions that the engine's own backward calls; it is run
        targets = distinct(x for x, _ in pairs)
        found: list[list[float]] = []
        for upstream in (1.0, -2.0):
            try:
                each = [
                    upstream * (number(f) or 0.0) if number(f) is not None else float(f(upstream)) for _, f in pairs
                ]
            except Exception:
                return None
            found.append([sum(d for (y, _), d in zip(pairs, each, strict=True) if y is x) for x in targets])
        if any(abs(two + 2 * one) > 1e-9 * abs(two) for one, two in zip(*found, strict=True)):
            return None  # functions of something else than the upstream
        return Probe(targets, found[0], found[1], None, "stored")

    def by_rule(self, node: Any, rule: Any, parents: Sequence[Any], thorough: bool) -> Probe:
        """Run a node's rule by itself: one that takes nothing, the upstream or the node."""
        targets = [x for x in distinct([*parents, *self.spelling.held(rule)]) if x is not node]
        parameters = required(rule)
        n_required = sum(p.default is Parameter.empty for p in parameters or ())
        probe, keeps = Probe(targets, way="rule"), bool(self.spelling.grad_name)

        def run(upstream: float, start: float) -> list[float]:
            with self.cut(node, parents):
                for x, gradient in [(x, start) for x in targets] + [(node, upstream)] if keeps else ():
                    self.spelling.set_grad(x, gradient)
                answer = rule(*[upstream] * (n_required == 1))
                if type(rule) is MethodType and not n_required and self.spelling.grad(node) != upstream:
                    raise ValueError("it seeds itself, or clears its gradient")
                parts = answer if isinstance(answer, tuple | list) else [answer] * bool(n_required)
                found = [self.spelling.plain(part[-1] if isinstance(part, tuple) and part else part) for part in parts]
                if (None in found or len(found) != len(parents)) and keeps:  # it has added to gradients
                    return [self.spelling.grad(x) for x in targets]
                pairs = list(zip(parents, found, strict=True))
                return [start + sum(d or 0.0 for y, d in pairs if y is x) for x in targets]

        try:
            if n_required > 1 or not (n_required or keeps):
                raise TypeError("a rule of more than one argument, or of gradients that are kept nowhere")
            probe.one = run(1.0, 0.0)
            if thorough:
                probe.minus_two, probe.ten = run(-2.0, 0.0), run(1.0, START)
        except Exception as error:
            probe.error = error
        return probe

    def by_sweep(self, node: Any, parents: Sequence[Any]) -> Probe:
        """Run the engine's whole backward from a node, with its parents as leaves."""
        targets = distinct(parents)
        probe = Probe(targets, way="sweep")
        for sweep in [self.sweep] if self.sweep else find_sweeps(self.spelling, node):
            run = partial(self.run_sweep, sweep, node, [(node, parents)], targets)
            try:
                one = run(1.0, 0.0)
            except Exception as error:
                probe.error = None if probe.one else probe.error or error
                continue
            if any(one) or self.sweep:
                self.sweep, two, ten = sweep, None, None
                with suppress(Exception):  # it may refuse gradients that are not 0
                    two, ten = run(-2.0, 0.0), run(1.0, START)
                two, ten = (None if x == one else x for x in (two, ten))  # it may seed itself, and zero first
                return Probe(targets, one, two, ten, "sweep")
            probe = Probe(targets, one, way="quiet")
        return probe

    def run_sweep(
        self, sweep: Sweep, root: Any, cuts: Sequence[Any], targets: Sequence[Any], upstream: float = 1.0,
        start: float = 0.0,
    ) -> list[float]:  # fmt: skip  # in few lines
        """Return the gradients of some nodes after a sweep, divided by its seed if that is its own."""
        with ExitStack() as stack:
            for node, parents in cuts:
                stack.enter_context(self.cut(node, parents))
                for x in (node, *parents):
                    self.spelling.set_grad(x, start)
            sweep.run(root, upstream)
            seed = (self.spelling.grad(root) if sweep.seed == "itself" else 1.0) or 1.0
            found = map(self.spelling.grad, targets)
            return [x if seed == 1 else start + (x - start) / seed for x in found]

    @contextmanager
    def cut(self, node: Any, parents: Sequence[Any]) -> Iterator[None]:
        """Turn a node's parents into leaves for the time of a block."""
        undo = [save_object(x)[1] for x in distinct([node, *parents])]
        try:
            for x in distinct(parents):
                if id(x) not in self.leaves:
                    self._make_leaf(x)
                elif self.spelling.held(rule := self.spelling.rule(x)) and type(rule) is not MethodType:
                    object.__setattr__(x, self.spelling.rule_names[type(x)] or "", lambda *args: None)
            yield
        finally:
            for put_back in undo:
                put_back()

    def _make_leaf(self, x: Any) -> None:
        """Set what a leaf has, except its number, gradient, label and counters."""
        if self.reference is None:
            return
        leaf, s = own_attributes(self.reference), self.spelling
        if type(x) is not type(self.reference):
            with suppress(TypeError):
                object.__setattr__(x, "__class__", type(self.reference))
        kept = [(name or "").partition(".")[0] for name in (s.data_name, s.grad_name)]
        for name, thing in own_attributes(x).items():
            if name in (*kept, behind(x, kept[0])):
                continue
            if name not in leaf:
                if not isinstance(thing, int | float | str):
                    object.__delattr__(x, name)
            elif isinstance(leaf[name], bool) or not isinstance(leaf[name], int | float | str) or not leaf[name]:
                keep = is_rule(leaf[name]) and self.spelling.held(leaf[name])
                object.__setattr__(x, name, (lambda *args: None) if keep else leaf[name])


@dataclass
class Sweep:
    """A way to call an engine's whole backward.

    Attributes:
        name, call: What is called: a method or a function of the module, with the root.
        seed: Who seeds: "argument", "itself" or "caller", who writes the gradient of the root before.
        spelling: The engine's.
    """

    name: str
    call: Callable[..., Any]
    seed: str
    spelling: Spelling

    def run(self, root: Any, upstream: float = 1.0) -> None:
        """Run it from a root."""
        if self.spelling.grad_name:
            self.spelling.set_grad(root, upstream if self.seed == "caller" else 0.0)
        own = getattr(type(root), self.name, None)  # a class below may override it
        (own if isinstance(own, FunctionType) else self.call)(root, *[upstream] * (self.seed == "argument"))


def may_sweep(name: str) -> bool:
    """Return whether a function is called as a whole backward may be."""
    word = name.lower().strip("_")
    return bool(re.search(SWEEP, word)) and not word.startswith(NO_SWEEPS)


def find_method(spelling: Spelling) -> str:
    """Return the name of a method that a whole backward calls on each node, or an empty text."""
    classes: list[type] = list(spelling.family)
    for cls in classes:
        below: list[type] = type.__subclasses__(cls)
        classes += [sub for sub in below if sub not in classes]
    methods = [(name, f) for cls in classes for name, f in vars(cls).items() if type(f) is FunctionType]
    scopes = distinct(f.__globals__ for _, f in methods)
    functions = [f.__code__ for d in scopes for name, f in d.items() if type(f) is FunctionType and may_sweep(name)]
    likely = [(name, f.__code__) for name, f in methods if may_sweep(name) or has_word(name, BACK)]
    callers = [*(code for _, code in likely), *functions]
    for rule in dict.fromkeys(name for name, _ in likely):
        calls = set().union(*(code_names(code) for name, code in likely if name == rule))
        if any(rule in code_names(code) for code in callers) and not any(has_word(name, BACK) for name in calls):
            return rule
    return ""


def find_sweeps(spelling: Spelling, node: Any) -> Iterator[Sweep]:
    """Yield the ways to call a whole backward from a node, the likeliest first."""
    found: dict[str, Callable[..., Any]] = {}
    for cls in reversed(type(node).__mro__):
        for name in filter(may_sweep, vars(cls)):
            if name == spelling.method:
                continue
            if isinstance(thing := vars(cls)[name], FunctionType):
                found[name] = thing
            elif isinstance(thing, staticmethod | classmethod):
                found[name] = getattr(cls, name)  # that takes the root
    if all(name.startswith("_") for name in found):  # a function of a module of theirs may sweep
        scopes = [f.__globals__ for cls in spelling.family for f in vars(cls).values() if type(f) is FunctionType]
        package = [vars(m) for name, m in list(sys.modules.items()) if name.partition(".")[0] == spelling.home]
        scopes += [scope for scope in package if any(x is cls for x in scope.values() for cls in spelling.family)]
        for scope in distinct(scopes):
            for name, f in list(scope.items()):
                if isinstance(f, FunctionType) and may_sweep(name) and is_theirs(f.__module__, (spelling.home,)):
                    found.setdefault(name, f)
    order = sorted(found, key=lambda name: (name != "backward", name.startswith("_"), "back" not in name))
    for name in order:
        parameters = required(found[name])
        if not parameters:
            continue
        needed = sum(p.default is Parameter.empty for p in parameters)
        takes_seed = len(parameters) > 1 and needed <= 2 and not isinstance(parameters[1].default, bool)
        seeds = ["argument"] * takes_seed + ["itself", "caller"] * (needed == 1)
        yield from (Sweep(name, found[name], seed, spelling) for seed in seeds)
