"""See through PyTorch: what a recorder has seen, as a graph of Values."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import torch
from torch.autograd.graph import GradientEdge
from torch.utils._pytree import keystr, tree_flatten_with_path, tree_unflatten

from ..engine import Node, Value, graph_vjp
from .dispatched import Dispatched, Edge, Recorder, expect_readable, is_custom, is_float, listed, recorded
from .formulas import near
from .scalars import Call, Element, Numbers, checked_size, expand, labels, smooth_slopes


class Reader:
    """Builds the Values of what a recorder has seen.

    Args:
        recorder: The recorder.
        names: Names of tensors and modules by id.
        ready: The elements of the inputs, by their place in PyTorch's graph.
    """

    def __init__(self, recorder: Recorder, names: Mapping[int, str], ready: Mapping[Edge, list[Element]]) -> None:
        self.recorder, self.names = recorder, names
        self.elements: dict[Edge, list[Element]] = dict(ready)
        self.leaves: list[Edge] = list(ready)
        self.count: int = sum(map(len, ready.values()))

    def read(self, root: Edge) -> Element:
        """Return the Value at a place in PyTorch's graph."""
        stack, done = [(root, False)], set(self.elements)
        while stack:
            edge, has_parents = stack.pop()
            if has_parents:
                self.elements[edge] = self.build(self.recorder.alive[edge[0]], edge)
            elif edge not in done:
                done.add(edge)
                stack.append((edge, True))
                stack += [(parent, False) for parent in self.parents(self.recorder.alive[edge[0]]) if parent]
        return self.elements[root][0]

    def parents(self, source: Any) -> list[Edge | None]:
        """Return the place of each input of a node of PyTorch's graph."""
        found: list[Edge | None] = []
        for fn, nr in getattr(source, "next_functions", ()):
            parent = getattr(fn, "variable", fn)
            self.recorder.alive[id(parent)] = parent
            found.append(None if fn is None else (id(parent), nr))
        return found

    def build(self, source: Any, edge: Edge) -> list[Element]:
        """Return the elements of one output of a node, or of a leaf."""
        if isinstance(source, torch.Tensor):
            self.leaves.append(edge)
            self.count = checked_size(self.count, expect_readable(source).shape)
            texts = labels(self.names.get(id(source), ""), source.shape)
            return leaf_values(self.recorder.values.get(edge, source), texts)
        call, out, place = self.recorder.find(source, edge[1])
        checked_size(0, expect_readable(out).shape)
        ours = self.custom(source, out, edge[1]) if call is None else self.call(source, call, out, edge[1], place)
        elements, old = expand(ours), set(map(id, ours.elements))
        self.count = checked_size(self.count, [sum(id(a) not in old for a in elements)])
        if scope := self.names.get(id(self.recorder.modules.get(edge)), ""):
            for k, a in enumerate(elements):
                if isinstance(a, Node) and a.op is not None and not a.scope:
                    a.scope = f"{scope}.{k % out.shape[-1]}" if out.ndim else scope
        return elements

    def custom(self, fn: Any, out: Any, nr: int) -> Call:
        """Return a custom Function as a call that cannot be repeated."""
        pairs = zip(self.parents(fn), fn.next_functions, strict=True)
        shapes = [edge and torch.Size(parent._input_metadata[n].shape) for edge, (parent, n) in pairs]
        rows = [[d for part in row for d in part] for row in slopes(fn, out, nr, shapes)]
        elements = [a for edge in self.parents(fn) if edge for a in self.elements[edge]]
        x = [a.data if isinstance(a, Node) else a for a in elements]
        eps, wrapped = torch.finfo(out.dtype).eps, self.wrapped(fn, out, nr, shapes)
        name = fn.name().removesuffix("Backward")
        return Call(name, elements, x, {}, listed(out), rows, None, None, eps, True, wrapped)

    def wrapped(self, fn: Any, out: Any, nr: int, shapes: Sequence[Any]) -> list[Numbers] | None:
        """Return the derivatives of what a custom Function has computed, or None."""
        edges = [edge for edge in self.parents(fn) if edge]
        code = getattr(fn._forward_cls.forward, "__code__", None)
        if len(set(edges)) < len(edges) or code is None or {"numpy", "tolist"} & set(code.co_names):
            return None
        places = dict(zip(edges, filter(lambda shape: shape is not None, shapes), strict=True))
        now = [a.data if isinstance(a, Node) else a for edge in edges for a in self.elements[edge]]

        def jacobian(x: Numbers) -> list[Numbers] | None:
            numbers = iter(x)
            leaves = {
                edge: torch.tensor([next(numbers) for _ in range(math.prod(shape))], dtype=out.dtype).reshape(shape)
                for edge, shape in places.items()
            }
            wanted = [leaf.requires_grad_() for leaf in leaves.values()]
            with torch.enable_grad():
                y = self.recorder.redo(fn, nr, leaves)
            if y is None or not y.requires_grad or (x == now and not torch.allclose(y, out, 1e-3, 1e-6)):
                return None
            found = [torch.autograd.grad(one, wanted, retain_graph=True, allow_unused=True) for one in y.reshape(-1)]
            return [[d for g, leaf in zip(row, wanted, strict=True) for d in part(g, leaf.shape)] for row in found]

        return smooth_slopes(jacobian, now)

    def call(self, fn: Any, call: Dispatched, out: Any, nr: int, place: int) -> Call:
        """Return a call of one of PyTorch's operations."""
        places = [i for i, a in enumerate(call.args) if is_float(a)]
        for i in places:
            checked_size(0, expect_readable(call.args[i]).shape)
        x = {i: listed(call.args[i]) for i in places}
        numbers: dict[int, int] = {}  # of an argument among the inputs of the node
        for n, edge in enumerate(self.parents(fn)):
            if edge is not None:
                free = (i for i in places if i not in numbers and call.edges[i] == edge)
                if (own := next(free, None)) is None:
                    raise ValueError(f"f: an argument of {call.name} was not found among those that PyTorch recorded")
                numbers[own] = n
        shapes: list[Any] = [None] * len(fn.next_functions)
        for i, n in numbers.items():
            shapes[n] = call.args[i].shape
        elements: list[Element] = []
        for i in places:
            edge = call.edges[i]
            elements += self.elements[edge] if i in numbers and edge else x[i]
        none = {i: [0.0] * len(x[i]) for i in places}
        rows = slopes(fn, out, nr, shapes)

        def jacobian(v: Numbers) -> list[Numbers]:
            with torch.enable_grad():
                leaves, y = call.repeat(v, place, numbers)
            found, wanted = [], [leaf for leaf in leaves if leaf.requires_grad]
            for part in y.reshape(-1):
                grads = iter(torch.autograd.grad(part, wanted, retain_graph=True, allow_unused=True))
                some = [next(grads) if leaf.requires_grad else None for leaf in leaves]
                found.append(
                    [d for i, g in zip(places, some, strict=True) for d in (none[i] if g is None else listed(g))]
                )
            return found

        def run(v: Numbers) -> Numbers:
            with torch.no_grad():
                return listed(call.repeat(v, place)[1])

        return Call(
            call.name, elements, [v for i in places for v in x[i]], call.constants, listed(out),
            [[d for i in places for d in (row[numbers[i]] if i in numbers else none[i])] for row in rows],
            run, jacobian, torch.finfo(out.dtype).eps,
        )  # fmt: skip  # in few lines


def slopes(fn: Any, out: Any, nr: int, shapes: Sequence[Any]) -> list[list[Numbers]]:
    """Return the derivatives of an output by each input, by the node's own rule."""
    edges = [GradientEdge(fn, n) for n in range(len(fn._input_metadata))]
    parents = [GradientEdge(parent, n) for parent, n in fn.next_functions if parent is not None]
    found: list[Any] = []
    handle = fn.register_hook(lambda into, _: found.append(into)) if is_custom(fn) else None
    try:
        for k in range(out.numel()):
            upstream = [torch.zeros(m.shape, dtype=m.dtype) for m in fn._input_metadata]
            upstream[nr].view(-1)[k] = 1.0
            if handle is None:
                found.append(fn(*upstream))
            else:
                torch.autograd.grad(edges, parents[:1], upstream, retain_graph=True, allow_unused=True)
    except RuntimeError as error:
        text = str(error).partition(". ")[0]
        hint = ": read a loss before its backward(), or after backward(retain_graph=True)" * ("second time" in text)
        raise ValueError(f"f: PyTorch cannot differentiate {fn.name()}: {text:.200}{hint}") from error
    finally:
        if handle is not None:
            handle.remove()
    rows = [into if isinstance(into, tuple) else (into,) for into in found]
    return [[part(g, shape) for g, shape in zip(row, shapes, strict=True)] for row in rows]


def part(gradient: Any, shape: Any) -> Numbers:
    """Return a gradient, summed to the shape of its input as PyTorch's engine does."""
    if shape is None or gradient is None:
        return [] if shape is None else [0.0] * math.prod(shape)
    return listed(gradient.sum_to_size(shape))


def leaf_values(x: Any, texts: Sequence[str], requires_grad: bool = True) -> list[Element]:
    """Return the elements of a leaf."""
    return [Value(v, label=text, requires_grad=requires_grad) for v, text in zip(listed(x), texts, strict=True)]


def run(
    f: Callable[..., Any], inputs: list[Any], spec: Any, places: Collection[int]
) -> tuple[Recorder, list[Any], Any]:
    """Return a recording of f, leaves for its inputs, and its result."""
    leaves = [x.detach().clone().requires_grad_(i in places) if is_float(x) else x for i, x in enumerate(inputs)]
    with torch.enable_grad(), recorded() as recorder:
        return recorder, leaves, f(*tree_unflatten([x.clone() if is_float(x) else x for x in leaves], spec))


def read_function(
    f: Callable[..., Any], inputs: tuple[Any, ...], arguments: Sequence[str], found: Mapping[str, Any]
) -> Value:
    """Return the Value of f; arguments and found name its inputs and what it reads."""
    with_paths, spec = tree_flatten_with_path(inputs)
    flat = [x for _, x in with_paths]
    places = [i for i, x in enumerate(flat) if is_float(x) and expect_readable(x) is x]
    chosen = {i for i in places if flat[i].requires_grad}
    try:
        recorder, leaves, out = run(f, flat, spec, places)
    except RuntimeError as error:  # as for the target of a loss
        if not chosen or "not differentiable with respect to" not in str(error):
            raise
        recorder, leaves, out = run(f, flat, spec, chosen)
    ready: dict[Edge, list[Element]] = {}
    for i in places:
        path = with_paths[i][0]
        checked_size(sum(map(len, ready.values())), leaves[i].shape)
        if edge := recorder.edge_of(leaves[i]):
            texts = labels(arguments[path[0].idx] + keystr(path[1:]), leaves[i].shape)
            ready[edge] = leaf_values(leaves[i], texts, i in chosen or not chosen)
    return read(recorder, out, name_parts(found), ready)


def read(recorder: Recorder, out: Any, names: Mapping[int, str], ready: Mapping[Edge, list[Element]]) -> Value:
    """Return the Value of a recorded result, whose gradients are those of PyTorch."""
    if not is_float(out):
        raise TypeError(f"f: expected a tensor of one number as its result, got {type(out).__name__} {out!r:.60}")
    if out.numel() != 1:
        raise ValueError(f"f: expected one number as its result, got shape {tuple(out.shape)}; write .sum() or [0]")
    if (edge := recorder.edge_of(out)) is None:
        raise ValueError(
            "f: no gradient flows from its result: no input requires one, or all is detached or in no_grad"
        )
    reader = Reader(recorder, names, ready)
    root = reader.read(edge)
    if not isinstance(root, Value):
        raise ValueError("f: its result depends on no input")
    compare(root, out, [(recorder.alive[leaf[0]], reader.elements[leaf]) for leaf in reader.leaves])
    return root


def compare(root: Value, out: Any, leaves: list[tuple[Any, list[Any]]]) -> None:
    """Raise ValueError if numbers are not PyTorch's, as where a hook changes a gradient."""
    values = [a for _, some in leaves for a in some]
    ours = graph_vjp([root], values, [1.0], create_graph=False)
    found = torch.autograd.grad(out, [x for x, _ in leaves], torch.ones_like(out), retain_graph=True, allow_unused=True)
    theirs = [d for (x, _), g in zip(leaves, found, strict=True) for d in part(g, x.shape)]
    names = [f"the gradient by {a.label or 'a leaf'}" for a in values if a.requires_grad]
    pairs = [((d or 0.0), right) for a, d, right in zip(values, ours, theirs, strict=True) if a.requires_grad]
    size, eps = 1.0 + max(map(abs, theirs), default=0.0), 10 * max(torch.finfo(out.dtype).eps, 1e-10)
    for name, (d, right) in zip(("the value", *names), ((root.data, out.item()), *pairs), strict=True):
        if not near(d, right, eps, size):
            raise ValueError(
                f"f: {name} came out as {d:.6g}, and PyTorch has {right:.6g}; a hook may have changed it, a mask has "
                "dropped a nan, or an operation cannot be followed"
            )


def name_parts(found: Mapping[str, Any]) -> dict[int, str]:
    """Return names by id of tensors, and of the parameters and parts of modules.

    The module that comes first, or else has most parameters, has no prefix.
    """
    names = {id(x): name for name, x in reversed(list(found.items())) if isinstance(x, torch.Tensor)}
    modules = [(name, x) for name, x in found.items() if isinstance(x, torch.nn.Module)]
    modules.sort(key=lambda pair: (pair[0] != "", -len(list(pair[1].parameters()))))
    for n, (name, module) in enumerate(modules):
        for path, thing in (*module.named_parameters(), *module.named_modules()):
            names.setdefault(id(thing), f"{name}.{path}".strip(".") if n else path)
    return names
