"""Record the calls that PyTorch dispatches."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.modules.module import register_module_forward_hook
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_unflatten

from .scalars import LIMIT, Numbers

Edge = tuple[int, int]  # of a node of PyTorch's graph or a leaf tensor: its id, and the number of the output


@dataclass
class Dispatched:
    """A call that PyTorch has dispatched, with copies of the numbers in it.

    Attributes:
        func, args, spec: The operation, and its arguments as the leaves of a tree.
        tensors: The arguments themselves, which tell the results of other calls.
        edges: The place of each argument in PyTorch's graph; None for a constant.
        outputs: Each tensor of real numbers in the result, with a copy, and its version then.
        random_state: The state of PyTorch's generator before an operation that draws numbers.
    """

    func: Any
    args: list[Any]
    tensors: list[Any]
    spec: Any
    edges: list[Edge | None]
    outputs: list[tuple[Any, Any, int]]
    random_state: Any

    @property
    def name(self) -> str:
        """The plain name of the operation, such as add."""
        return str(self.func._schema.name).partition("::")[2].strip("_")

    @property
    def constants(self) -> dict[str, Any]:
        """The arguments that are no tensors, by name, with their defaults."""
        args, kwargs = tree_unflatten(self.args, self.spec)
        given = {a.name: a.default_value for a in self.func._schema.arguments if a.has_default_value()}
        given |= {a.name: x for a, x in zip(self.func._schema.arguments, args, strict=False)} | kwargs
        return {name: x for name, x in given.items() if not isinstance(x, torch.Tensor)}

    def repeat(self, x: Sequence[float], nr: int, wanted: Collection[int] = ()) -> tuple[list[Any], Any]:
        """Return leaves of other numbers, and an output of the call on them."""
        flat, at, leaves = list(self.args), 0, []
        for i, a in enumerate(self.args):
            if is_float(a):
                leaf = torch.tensor(x[at : at + a.numel()], dtype=a.dtype).reshape(a.shape)
                leaves.append(leaf.requires_grad_(i in wanted))
                flat[i], at = leaf.clone(), at + a.numel()  # a copy, as the call may write into it
        args, kwargs = tree_unflatten(flat, self.spec)
        with torch.random.fork_rng(devices=[], enabled=self.random_state is not None):
            if self.random_state is not None:
                torch.set_rng_state(self.random_state)
            result = self.func(*args, **kwargs)
        return leaves, [t for t in tree_flatten(result)[0] if is_float(t)][nr]


class Recorder(TorchDispatchMode):  # type: ignore[misc, unused-ignore]  # of any type where PyTorch is missing
    """Keep every call that PyTorch dispatches, by the number of its newest node."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: dict[int, list[Dispatched]] = defaultdict(list)
        self.modules: dict[Edge, Any] = {}  # of which they are the outputs
        self.values: dict[Edge, Any] = {}  # of leaves, when they were first used
        self.alive: dict[int, Any] = {}  # the nodes of PyTorch's graph and the tensors that edges name

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation and keep it."""
        flat, spec = tree_flatten((args, kwargs or {}))
        edges = [self.edge_of(a) for a in flat]
        kept = [copy(a) if isinstance(a, torch.Tensor) else a for a in flat]
        for a, edge, value in zip(flat, edges, kept, strict=True):
            if edge and a.grad_fn is None:
                self.values.setdefault(edge, value)
        state = torch.get_rng_state() if torch.Tag.nondeterministic_seeded in func.tags else None
        number = torch.autograd._get_sequence_nr() - 1
        out = func(*args, **(kwargs or {}))
        outputs = [(t, copy(t), t._version) for t in tree_flatten(out)[0] if is_float(t)]
        self.calls[number].append(Dispatched(func, kept, flat, spec, edges, outputs, state))
        return out

    def note_module(self, module: Any, args: Any, out: Any) -> None:
        """Keep which module has returned a tensor; the innermost comes first."""
        if edge := self.edge_of(out):
            self.modules.setdefault(edge, module)

    def edge_of(self, x: Any) -> Edge | None:
        """Return the place of a tensor in PyTorch's graph, or None for a constant."""
        if not isinstance(x, torch.Tensor) or not x.requires_grad:
            return None
        source, nr = (x, 0) if x.grad_fn is None else (x.grad_fn, x.output_nr)
        self.alive[id(source)] = source
        return id(source), nr

    def find(self, fn: Any, nr: int) -> tuple[Dispatched | None, Any, int]:
        """Return the call of a node, or None for a custom Function, and one output with its place."""
        shape, number = tuple(fn._input_metadata[nr].shape), fn._sequence_nr()
        if fn._input_metadata[nr].dtype.is_complex:
            raise ValueError(f"f: expected real numbers only, but {fn.name()} has complex ones")
        if fn.name().endswith("CopySlices"):
            raise ValueError("f: expected no write into a part of a tensor, such as x[0] = y; write torch.stack or cat")
        if fn.name().endswith("NotImplemented"):
            raise ValueError(
                "f: expected operations that PyTorch can differentiate; one of them has no derivative there"
            )
        calls = self.calls.get(number) or self.calls.get(
            number + 1, []
        )  # 1 more: it has copied itself before it writes
        if calls and not is_custom(fn):
            name = re.sub(r"Backward\d*$", "", fn.name()).lower()
            call = next((call for call in calls if call.name.replace("_", "") == name), calls[0])
            own = [i for i, (t, _, _) in enumerate(call.outputs) if t.grad_fn is fn and t.output_nr == nr]
            place = own[0] if own else nr
            if place < len(call.outputs) and call.outputs[place][1].shape == shape:
                return call, call.outputs[place][1], place
        every = [output for some in self.calls.values() for call in some for output in call.outputs]
        mine = [out for t, out, version in every if t.grad_fn is fn and t.output_nr == nr and t._version == version]
        mine = mine or [out for call in calls for _, out, _ in call.outputs if out.shape == shape]
        if not mine or not is_custom(fn):
            raise ValueError(
                f"f: expected all to be computed inside the recorded block; no value of {fn.name()} was seen"
            )
        return None, mine[-1], 0

    def redo(self, fn: Any, nr: int, leaves: dict[Edge, Any]) -> Any:
        """Return what a custom Function has computed, anew from leaves, or None."""
        known: dict[int, Any] = {}
        for call in self.calls.get(fn._sequence_nr(), []):
            if call.random_state is not None or call.name == "local_scalar_dense":  # a number that Python has read
                return None
            flat = list(call.args)
            for i, (x, edge) in enumerate(zip(call.tensors, call.edges, strict=True)):
                if is_float(x):
                    if id(x) not in known and edge in leaves:
                        known[id(x)] = leaves[edge].clone()
                    if (found := known.get(id(x))) is None:
                        return None
                    flat[i] = found
            args, kwargs = tree_unflatten(flat, call.spec)
            new = [y for y in tree_flatten(call.func(*args, **kwargs))[0] if is_float(y)]
            known |= {id(old): y for (old, _, _), y in zip(call.outputs, new, strict=True)}
        outputs = [x for call in self.calls.get(fn._sequence_nr(), []) for x, _, _ in call.outputs]
        return next((known[id(x)] for x in outputs if x.grad_fn is fn and x.output_nr == nr), None)


@contextmanager
def recorded() -> Iterator[Recorder]:
    """Record what PyTorch computes in the block."""
    recorder = Recorder()
    handle = register_module_forward_hook(recorder.note_module)
    try:
        with recorder:
            yield recorder
    finally:
        handle.remove()


def is_float(x: Any) -> bool:
    """Return whether something is a tensor of real numbers."""
    return isinstance(x, torch.Tensor) and bool(x.is_floating_point())


def is_custom(fn: Any) -> bool:
    """Return whether a node is of a torch.autograd.Function that somebody wrote."""
    return isinstance(fn, torch.autograd.function.BackwardCFunction)


def is_readable(x: Any) -> bool:
    """Return whether the numbers of a tensor can be read."""
    return bool(x.device.type == "cpu" and x.layout == torch.strided)


def expect_readable(x: Any) -> Any:
    """Return a tensor if its numbers can be read, or raise ValueError."""
    if not is_readable(x):
        kind = f"{x.dtype}, {x.layout}, on {x.device}".replace("torch.", "")
        raise ValueError(f"inputs: expected dense tensors on the CPU, got one of {kind}; write x.cpu() or x.to_dense()")
    return x


def copy(x: Any) -> Any:
    """Return a copy of a small tensor, or one that is refused where it is read."""
    with torch.no_grad():
        return x.detach().clone() if x.numel() <= LIMIT and is_readable(x) else x


def listed(x: Any) -> Numbers:
    """Return the numbers of a tensor."""
    return [0.0] * x.numel() if x._is_zerotensor() else [float(v) for v in x.detach().reshape(-1).tolist()]
