"""Pairs of a forward and a backward pass in a file, found by their names without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

FORWARD = {"forward", "fwd", "fprop", "feedforward"}
UPSTREAM = {"backward", "backwards", "back", "bwd", "backprop", "bprop", "vjp", "pullback"}  # with an upstream
SLOPE = {"grad", "gradient", "prime", "derivative", "derivate", "deriv", "der", "d", "jacobian", "jac"}  # maybe without
LOSS = {"loss", "cost"}
ALONE = LOSS | {"call", "f", "fn", "func", "function", "objective", "activate", "activation"}
VARIANTS = {"alt", "naive", "fast", "slow", "simple", "vectorized", "loop", "loops"}
WORD = re.compile(r"(?:[A-Z]+(?![a-z])|[A-Z]?[a-z]+)(?:\d+[dD](?![a-z])|\d+)?|\d+")
PREFIX = re.compile(r"(?:(?:d(?:L|J|loss)_?)?d_?|grad(?:ient)?_?(?:of_)?|g_)(?=\w)|_?grad(?:ient)?$", re.I)


class Pair(NamedTuple):
    """The names of a forward and a backward pass, and of their class or "".

    Both are the same for a loss that returns its gradient too; forward is "" if only a backward pass was found.
    ``returns`` are the names in the last ``return`` of the backward pass. A pair ``is_empty`` if one has no body yet.
    """

    forward: str
    backward: str
    owner: str = ""
    returns: Sequence[str] = ()
    is_empty: bool = False

    @property
    def name(self) -> str:
        """The name of the class, or of the function to call, as a key."""
        return self.owner or self.forward or self.backward

    @property
    def title(self) -> str:
        """The names to show."""
        names = dict.fromkeys(filter(None, [self.forward, self.backward]))
        return " / ".join(f"{self.owner}.{name}" if self.owner else name for name in names)


def find_pairs(source: str | bytes, bases: Collection[str] = ()) -> list[Pair]:
    r"""Return the pairs in a text, without empty classes that are bases of others.

    >>> [pair.title for pair in find_pairs("def f(x): return x\ndef f_prime(x): return 1.0")]
    ['f / f_prime']
    """
    body = list(_flat(ast.parse(source).body))
    return [*_pairs_in(body, ""), *_pairs_in_classes(body, "", bases)]


def find_bases(source: str | bytes) -> set[str]:
    """Return the names of the classes that classes in a text are derived from.

    >>> find_bases("class Relu(layers.Layer): pass")
    {'Layer'}
    """
    classes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    return {ast.unparse(base).rpartition(".")[2] for node in classes for base in node.bases}


def pair_names(names: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs of a forward and a backward name, in the order of the backward ones.

    Both have the same words, but for a mark such as backward, grad, prime or d, and for variants such as naive.

    >>> pair_names(["conv_forward_naive", "conv_backward_alt", "relu", "reluGrad", "f", "df", "grad_check"])
    [('conv_forward_naive', 'conv_backward_alt'), ('relu', 'reluGrad'), ('f', 'df')]
    """
    plain: Callable[..., list[str]] = lambda words: [word for word in words if word not in VARIANTS]
    keys: dict[str, set[tuple[str, ...]]] = {}
    for name in names:
        words = words_of(name)
        if words == _without(words, UPSTREAM | SLOPE):
            keys[name] = {words, _without(words, FORWARD), _without(words, LOSS), () if {*words} <= ALONE else words}
    found = []
    for name in names:
        words = words_of(name)
        for marks in (UPSTREAM, SLOPE):
            key = _without(words, marks)
            near = [other for other in keys if other != name and plain(key) in map(plain, keys[other])]
            if key != words and near:
                is_marked = {other: bool(FORWARD & {*words_of(other)}) == (marks is UPSTREAM) for other in near}
                exact = [other for other in near if key in keys[other]] or near
                found.append((max(exact, key=lambda other: (is_marked[other], words_of(other) == key)), name))
                break
        else:
            joined = [other for other in names for mark in SLOPE if name in (mark + other, other + mark)]
            found += [(other, name) for other in joined[:1]]
    return found


def argument_of(gradient: str, names: Collection[str]) -> str:
    """Return the name of the argument that a gradient such as dW or grad_x is for, or "".

    >>> argument_of("dW", ["x", "w"]), argument_of("grad_x", ["x", "w"]), argument_of("out", ["x"])
    ('w', 'x', '')
    """
    key = PREFIX.sub("", gradient, count=1).strip("_")
    exact = [name for name in names if name == key]
    close = [name for name in names if name.casefold() == key.casefold()]
    return next(iter(exact or close), "") if key != gradient else ""


def _flat(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield statements, and those in an if, try or with among them, which a main program is not."""
    for node in body:
        yield node
        is_main = isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
        if isinstance(node, ast.If | ast.Try | ast.With | ast.ExceptHandler) and not is_main:
            yield from _flat(ast.iter_child_nodes(node))


def _pairs_in_classes(body: Sequence[ast.AST], prefix: str, bases: Collection[str]) -> Iterator[Pair]:
    """Yield the pairs of methods, also inherited ones, without those that a base leaves empty."""
    classes = {node.name: node for node in body if isinstance(node, ast.ClassDef)}
    for name, node in classes.items():
        lineage = [node]
        for cls in lineage:
            names = [ast.unparse(base).rpartition(".")[2] for base in cls.bases]
            lineage += [classes[base] for base in names if base in classes and classes[base] not in lineage]
        own = {method.name for method in _flat(node.body) if isinstance(method, ast.FunctionDef)}
        pairs = list(_pairs_in((method for cls in lineage[::-1] for method in _flat(cls.body)), prefix + name))
        if not pairs and node.bases and "backward" in own:  # its forward pass is inherited from another file
            pairs = [Pair("forward", "backward", prefix + name)]
        yield from (p for p in pairs if not p.is_empty or ({p.forward, p.backward} & own and name not in bases))
        yield from _pairs_in_classes(list(_flat(node.body)), f"{prefix}{name}.", bases)


def _pairs_in(body: Iterable[ast.AST], owner: str) -> Iterator[Pair]:
    """Yield the pairs among the functions in the body of a module or class."""
    functions: dict[str, ast.AST] = {}
    for node in body:
        if isinstance(node, ast.FunctionDef):
            functions[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda | ast.Call):
            functions |= {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}
    named = pair_names(list(functions))
    for forward, backward in named:
        empty = any(map(_is_empty, (functions[forward], functions[backward])))
        yield Pair(forward, backward, owner, _returned(functions[backward]), empty)
    taken = {name for pair in named for name in pair}
    for name in [name for name in functions if name not in taken]:
        words, returned = words_of(name), _returned(functions[name])
        if LOSS & set(words) and len(returned) == 2:
            yield Pair(name, name, owner, returned[1:])
        elif not owner and "backward" in words[1:]:
            yield Pair("", name)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case.

    >>> words_of("softmaxGrad"), words_of("conv2d_forward")
    (('softmax', 'grad'), ('conv2d', 'forward'))
    """
    return tuple(word.lower() for word in WORD.findall(name))


def _without(words: tuple[str, ...], marks: Collection[str]) -> tuple[str, ...]:
    """Return words without the last mark among them; d is one before words that are none."""
    first = len(words) > 1 and words[1] not in FORWARD | UPSTREAM
    places = [i for i, word in enumerate(words) if word in marks and (word != "d" or (i == 0 and first))]
    return words[: places[-1]] + words[places[-1] + 1 :] if places else words


def _returned(function: ast.AST) -> tuple[str, ...]:
    """Return the names in the last return of a function; () if one of them is an expression."""
    returns = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
    last = max(returns, key=lambda value: value.lineno, default=ast.Tuple([]))
    parts = last.elts if isinstance(last, ast.Tuple | ast.List) else [last]
    names = [ast.unparse(part).rpartition(".")[2] for part in parts if isinstance(part, ast.Name | ast.Attribute)]
    return tuple(names) if len(names) == len(parts) else ("",) * len(parts)


def _is_empty(function: ast.AST) -> bool:
    """Return whether a body is only a docstring, pass, ... or raise NotImplementedError."""
    texts = map(ast.unparse, function.body if isinstance(function, ast.FunctionDef) else [function])
    lines = [line for line in texts if line[:1] not in "\"'." and line != "pass"]
    return all(line.startswith("raise NotImplementedError") for line in lines)
