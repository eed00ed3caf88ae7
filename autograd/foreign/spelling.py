"""Names of the number, the gradient, the parents and the rule of a node."""

from __future__ import annotations

import functools
import itertools
import weakref
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from .foreign_node import number
from .memento import (
    MISSING,
    behind,
    code_names,
    home_of,
    inside,
    is_object_array,
    is_their_class,
    linked,
    own_attributes,
    read,
    required,
)  # fmt: skip  # in few lines

DATA, GRAD, PARENTS, HOLDERS, LATER, OPERATIONS, LABELS, RULES, FLAGS, CONSTANT = (
    tuple(words.split())
    for words in (
        "data value val v _data _value _val num number scalar primal item x w real",
        "grad gradient der derivative _grad _gradient _derivative adjoint deriv dv d g delta bar grad_value",
        "_prev _children parents _parents children prev inputs _inputs parent_nodes args operands sources srcs src "
        "deps depends_on creators previous _src _args _operands prev_nodes ancestors predecessors child parent "
        "local_gradients",
        "history _ctx ctx grad_fn creator _creator _history origin source op _op operation node fn func",
        "consumers users outputs next _next successors dependents used_by root out owner tape graph",  # no parents
        "_op op operation operator _operation fn_str op_name _operator opname kind parent_op prev_op",
        "label name _label _name tag",
        "_backward backward_fn _backward_fn _backprop grad_fn _grad_fn _bwd bwd _vjp vjp pullback _pullback _back "
        "_propagate backward backprop",
        "requires_grad _requires_grad need_grad needs_grad requires_gradient trainable",
        "const constant _const is_const is_constant _constant no_grad frozen",
    )
)
BACK = ("back", "prop", "pull", "vjp", "bwd")
FUNCTIONS = (FunctionType, MethodType, functools.partial, BuiltinFunctionType)
LOCALS = ("local", "grad", "deriv", "partial", "jac", "wrt")
FORWARD = ("forw", "eval", "compute", "fn", "func", "call")


def has_word(name: str, words: Sequence[str]) -> bool:
    """Return whether a name has one of some words in it."""
    return any(word in name.lower() for word in words)


def is_rule(x: Any) -> bool:
    """Return whether an attribute is a function, or an object that is called as one."""
    return isinstance(x, FUNCTIONS) or (is_their_class(type(x)) and callable(x))


class Spelling:
    """The names under which the nodes of one engine keep what they know."""

    def __init__(self, root: Any, data: str | None, grad: str | None, parents: str | None) -> None:
        self.home: str = home_of(type(root))
        self.family: set[type] = {cls for cls in type(root).__mro__ if is_their_class(cls, (self.home,))}
        given = {"data": data, "grad": grad, "parents": parents}
        for argument, name in given.items():
            if name is not None and read(root, name) is MISSING:
                raise ValueError(f"{argument}: a {type(root).__name__} has no attribute {name!r:.40}")
        self.parents_given: str | None = parents
        self.data_name: str | None = data or self._find_data(root, grad)
        self.grad_name: str | None = grad or self._find_grad(root)
        self.rule_names: dict[type, str | None] = {}
        self.place: str = ""  # the attribute that holds parents, once it is known
        self.method: str = ""  # the method that is the rule of each node
        self.guessed: str = ""  # the attribute whose functions were taken for rules without a telling name

    def _find_data(self, root: Any, grad: str | None) -> str | None:
        for name in DATA:
            if self.plain(read(root, name)) is not None:
                return name
        rest = {name: x for name, x in own_attributes(root).items() if name != grad and not isinstance(x, int)}
        found = [name for name, x in rest.items() if number(x) is not None]
        likely = [name for name in found if name not in GRAD or len(name) < 3]  # the number comes first of the two
        written = getattr(getattr(type(root).__init__, "__code__", None), "co_names", ())
        likely.sort(key=lambda name: written.index(name) if name in written else -1)  # slots are sorted
        if len(likely) in (1, 2):
            return likely[0]
        for holder, x in own_attributes(root).items():  # an object may hold both numbers
            if is_their_class(type(x), (self.home,)) and not self.is_node(x) and holder not in LATER:
                numbers = [name for name, part in own_attributes(x).items() if number(part) is not None]
                if len(numbers) in (1, 2):
                    return f"{holder}.{min(numbers, key=lambda name: name not in DATA)}"
        return next((name for name in DATA if read(root, name) is None and len(name) > 2), None)

    def _find_grad(self, root: Any) -> str | None:
        for name in GRAD:
            x = read(root, name)
            if name != self.data_name and (x is None or self.plain(x) is not None or self.is_node(x)):
                return behind(root, name)
        holder, dot, _ = (self.data_name or "").rpartition(".")
        inner = own_attributes(read(root, holder)) if holder else {}
        held = {holder + dot + name: x for name, x in inner.items()} or own_attributes(root)
        held.pop(behind(root, self.data_name or ""), None)
        for likely in ([n for n, x in held.items() if number(x) is not None], [n for n in held if held[n] is None]):
            if len(likely) == 1:
                return likely[0]
        methods = [f for cls in self.family for f in vars(cls).values() if isinstance(f, FunctionType)]
        later = set().union(*(code_names(f.__code__) for f in methods))  # their backward may be the first to write it
        return next((name for name in GRAD if name in later and len(name) > 2), None)

    def is_node(self, x: Any) -> bool:
        """Return whether an object shares a base class with the root."""
        return not self.family.isdisjoint(type(x).__mro__)

    def plain(self, x: Any) -> float | None:
        """Return a number, also one inside an object that only holds it."""
        if (found := number(x)) is None and is_their_class(type(x)) and not self.is_node(x):
            held = [number(part) for name, part in own_attributes(x).items() if name in DATA]
            found = held[0] if len(held) == 1 else None
        return found

    def data(self, x: Any) -> float | None:
        """Return the number of a node, or None."""
        return self.plain(read(x, self.data_name)) if self.data_name else None

    def grad(self, x: Any) -> float:
        """Return the gradient that a node holds; None and a missing one are 0."""
        held: Any = read(x, self.grad_name or "") if self.grad_name else None
        return (self.data(held) if self.is_node(held) else self.plain(held)) or 0.0

    def set_data(self, x: Any, number: float) -> None:
        """Write the number of a node, or raise TypeError."""
        try:
            self.set_grad(x, number, behind(x, self.data_name or ""))
        except (AttributeError, TypeError):
            fix = "cannot be set; give plain numbers, and make nodes in f"
            raise TypeError(f"inputs: the number of a {type(x).__name__} {fix}") from None

    def set_grad(self, x: Any, gradient: float, path: str = "") -> None:
        """Write a gradient, or what is at a path, in the kind that is there."""
        held: Any = read(x, path := path or self.grad_name or "")
        if number(held) is None and self.plain(held) is not None:  # an object that only holds it
            path += "." + next(name for name in own_attributes(held) if name in DATA)
        is_array = home_of(type(held)) == "numpy" and hasattr(held, "ndim")
        exact = type(read(x, self.data_name or ""))
        new: Any = held * 0 + gradient if is_array and held.ndim else gradient
        if home_of(exact) in ("fractions", "decimal"):  # which no float can be added to
            new = exact(gradient)
        holder, _, name = path.rpartition(".")
        x = read(x, holder) if holder else x
        try:
            setattr(x, name, new)
        except Exception:  # a frozen dataclass; anything else raises again
            object.__setattr__(x, name, new)

    def rule(self, x: Any) -> Any:
        """Return the function that a node keeps for its backward step, or None."""
        held = own_attributes(x)
        for name in dict.fromkeys([*RULES, *held]):
            thing = held.get(name)
            is_named = isinstance(thing, FUNCTIONS) and has_word(name + getattr(thing, "__name__", ""), BACK)
            if is_rule(thing) and not self.is_node(thing) and (name in RULES or is_named):
                self.rule_names[type(x)] = name
                return thing
        if self.method:
            self.rule_names[type(x)] = self.method
            return getattr(x, self.method)
        for name, thing in held.items():
            is_likely = name == self.guessed or (self.held(thing) and not has_word(name, FORWARD))
            if type(thing) is FunctionType and is_likely:
                self.rule_names[type(x)] = self.guessed = name
                return thing
        return None

    def held(self, rule: Any) -> list[Any]:
        """Return the nodes that a rule holds, in the order of its arguments."""
        found = []
        for thing in inside(rule).values():
            parts = thing if isinstance(thing, tuple | list) else [thing]
            found += [x for x in parts if self.is_node(x)]
        return found

    def parents(self, x: Any) -> tuple[Any, list[tuple[Any, Any]]]:
        """Return the container of a node's parents, and each with what is stored for it."""
        held = own_attributes(x)
        place = self.parents_given or self.place
        places: Any = [(place, read(x, place))]
        if not self.parents_given and place not in held:  # nodes may keep their consumers too, under another name
            single = [y for name, y in held.items() if name not in (*LATER, self.grad_name) and y is not x]
            places = itertools.chain(self._containers(x, held), [("", [y for y in single if self.is_node(y)])])
        for name, container in places:
            found = list(self.items(container, x))
            if any(self.is_node(parent) for parent, _ in found):
                self.place = self.place or name
                return container, self._with_locals(held, found, isinstance(container, set | frozenset))
        return None, []

    def _containers(self, x: Any, held: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield what may hold the parents, the likeliest first, with its name."""
        for name in PARENTS:
            thing = read(x, name)
            if isinstance(thing, MethodType) and not required(thing):
                with suppress(Exception):
                    thing = thing()
                    thing = list(thing) if isinstance(thing, Iterator) else thing
            yield name, thing
        yield from (pair for pair in held.items() if pair[0] not in LATER and is_container(pair[1]))
        names = [name for name in HOLDERS if name in held]
        for holder in [held[name] for name in dict.fromkeys([*names, *held]) if name not in LATER]:
            if is_their_class(type(holder), (self.home,)) and not self.is_node(holder):
                parts = own_attributes(holder)
                if len(chain := linked(holder)) > 1:
                    yield "", [y for part in chain for y in own_attributes(part).values() if self.is_node(y)]
                rest = {name: part for name, part in parts.items() if name not in LATER}
                yield from (("", parts[name]) for name in PARENTS if name in parts)
                yield from (("", part) for part in rest.values() if type(part) in CONTAINERS)
                yield "", [part for part in rest.values() if self.is_node(part) and part is not x]

    def items(self, container: Any, x: Any) -> Iterator[tuple[Any, Any]]:
        """Yield the nodes in a container, each with what is stored for it or None."""
        if self.is_node(container):
            yield container, None
        elif isinstance(container, dict):
            for key, value in list(container.items()):
                if self.is_node(key):
                    yield key, value
                elif self.is_node(value) or issubclass(type(value), tuple | list):
                    yield from self.items(value, x)
        elif isinstance(container, tuple | list | set | frozenset | deque) or is_object_array(container):
            for part in list(container):
                part = part() if type(part) is weakref.ref else part
                parts = part if isinstance(part, tuple | list) else own_attributes(part).values()
                if self.is_node(part):
                    yield part, None
                elif (constant := number(part)) is not None:
                    yield constant, None
                elif len(nodes := [y for y in parts if self.is_node(y)]) == 1:
                    rest = [y for y in parts if y is not nodes[0]]
                    yield nodes[0], next((y for y in rest if number(y) is not None or is_rule(y)), None)
                elif nodes or not isinstance(part, CONTAINERS):
                    yield from ((y, None) for y in nodes if y is not x)
                else:
                    yield from self.items(part, x)

    def _with_locals(self, held: dict[str, Any], found: list[Any], is_set: bool) -> list[tuple[Any, Any]]:
        """Add local derivatives that a node keeps in a list or dict of their own."""
        nodes = [parent for parent, _ in found if self.is_node(parent)]
        if any(local is not None for _, local in found):
            return found
        for name, thing in held.items():
            if not has_word(name, LOCALS):
                continue
            if isinstance(thing, dict) and all(any(y is key for key in thing) for y in nodes):
                return [(y, next((local for key, local in thing.items() if key is y), None)) for y, _ in found]
            is_like = isinstance(thing, tuple | list) and len(thing) == len(nodes) and not is_set
            if is_like and all(number(part) is not None or is_rule(part) for part in thing):
                return list(zip(nodes, thing, strict=True))
        return found

    def texts(self, x: Any, rule: Any) -> list[str]:
        """Return what may name the operation of a node, the likeliest first."""
        found = []
        for name in OPERATIONS:
            thing = read(x, name)
            if isinstance(thing, str):
                found.append(thing)
            elif thing is not MISSING and thing is not None and not isinstance(thing, MethodType):
                found.append(getattr(thing, "__name__", None) or getattr(thing, "name", None) or type(thing).__name__)
        for name in HOLDERS:
            if is_their_class(type(held := read(x, name)), (self.home,)) and not self.is_node(held):
                found += [part for key, part in own_attributes(held).items() if isinstance(part, str)]
                found += [getattr(part, "__name__", "") for part in own_attributes(held).values()]
                found.append(type(held).__name__)
        path = getattr(rule, "__qualname__", "") or type(rule).__qualname__
        if ".<locals>" in path and type(rule) is not MethodType:
            found.append(path.split(".<locals>")[-2].rpartition(".")[2])
        found += [type(rule).__name__] * is_their_class(type(rule)) + [type(x).__name__]
        return [text for text in found if isinstance(text, str) and text.strip() and text != "__init__"]

    def label(self, x: Any) -> str:
        """Return the label of a node, or an empty text."""
        found = (read(x, name) for name in LABELS)
        return next((text for text in found if isinstance(text, str) and text), "")

    def is_constant(self, x: Any) -> bool:
        """Return whether a flag of a node says that it wants no gradient."""
        is_flagged = any(read(x, name) is False for name in FLAGS) or any(read(x, name) is True for name in CONSTANT)
        return is_flagged or "const" in type(x).__name__.lower()


def is_container(x: Any) -> bool:
    """Return whether an object may hold parents: a container, or an array of objects."""
    return issubclass(type(x), CONTAINERS) or is_object_array(x)


CONTAINERS = (tuple, list, set, frozenset, deque, dict)
