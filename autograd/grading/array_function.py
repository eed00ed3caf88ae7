"""Functions of PyTorch's tensors and JAX's arrays, whose own gradient ``gradcheck`` checks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

from ..check.arrays import has_floats, is_array, is_label, numbers_in, refill
from ..check.function_under_test import FunctionUnderTest
from ..check.ravel import RaveledInputs
from ..check.report import Report, failed
from ..foreign import adopt
from ..foreign.functions import libraries
from ..graph import Tree, children, with_children
from .examination import judge_own_rules


class ArrayFunction(FunctionUnderTest):
    """A function of arrays, whose gradient their library computes."""

    def opened(self) -> AbstractContextManager[None]:
        """Return a block; f has no state to put back."""
        return nullcontext()

    def explain(self, report: Report) -> Report:
        """Return the report with the functions whose own rules are wrong by name."""
        try:
            faults = judge_own_rules(adopt(self.f, self.inputs.given)).faults if report.verdict == "FAIL" else ()
        except (TypeError, ValueError):  # too many numbers, or what cannot be followed
            faults = ()
        return replace(report, checks=(*report.checks, *(failed(*str(fault).split(": ", 1)) for fault in faults)))


def find_arrays(f: Callable[..., Any], inputs: Any, wrt: Any, f_error: float, by_result: bool) -> ArrayFunction | None:
    """Return a function of arrays, if some are among the inputs."""
    kinds = set() if by_result else set(libraries(inputs if isinstance(inputs, dict | list | tuple) else [inputs]))
    if not kinds:
        return None
    gradient = gradient_by_torch(f) if "torch" in kinds else gradient_by_jax(f)
    return ArrayFunction(f, RaveledInputs(f, inputs, wrt), grad=gradient, f_error=f_error)


def gradient_by_torch(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return the gradient of a function of tensors, as a function of its arguments."""
    torch: Any = sys.modules["torch"]

    def grad(*args: Any) -> Any:
        tensors: list[Any] = []

        def track(tree: Tree) -> Tree:
            parts = None if is_array(tree) else children(tree)
            if parts is not None:
                return with_children(tree, [track(part) for _, part in parts])
            if is_label(tree) or not has_floats(tree):
                return tree
            tree = tree.detach() if isinstance(tree, torch.Tensor) else torch.tensor(tree, dtype=torch.float64)
            tensors.append(tree.requires_grad_())
            return tensors[-1]

        y = f(*map(track, args))
        found = torch.autograd.grad(y, tensors, allow_unused=True) if y.requires_grad else [None] * len(tensors)
        pairs = zip(found, tensors, strict=True)
        numbers = iter([x for g, t in pairs for x in numbers_in(torch.zeros_like(t) if g is None else g)])
        return [numbers_in(refill(tree, numbers, flags=False)) for tree in args]

    return grad


def gradient_by_jax(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return the gradient of a function of JAX's arrays, as a function of its arguments."""

    def grad(*args: Any) -> Any:
        places = tuple(i for i, tree in enumerate(args) if has_floats(tree))
        found = dict(zip(places, sys.modules["jax"].grad(f, places)(*args), strict=True))
        return [numbers_in(found.get(i, tree)) for i, tree in enumerate(args)]

    return grad
