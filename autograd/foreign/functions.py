"""Adopt a function of PyTorch's tensors or JAX's arrays."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ..callers import user_frame
from ..engine import Value


def adopt_function(f: Callable[..., Any], inputs: Any, model: Any = None) -> Value:
    """Return a Value for a function of arrays at its inputs, as ``adopt`` does."""
    if not callable(f):
        raise TypeError(f"f: expected a function of the inputs, got {type(f).__name__} {f!r:.60}")
    args = tuple(inputs) if type(inputs) in (tuple, list) else (inputs,)
    names, found = argument_names(f, len(args)), names_in(f)
    if model is not None:
        found = {"": model, **found}
    outside = [x for x in found.values() if not isinstance(x, dict | list | tuple)]
    kinds = set(libraries(args)) or set(libraries(outside))
    if "torch" in kinds:
        from .pytorch import read_function

        return read_function(f, args, names, found)
    if "jax" in kinds:
        from .jaxpr import read_function as read_jax

        return read_jax(f, args, names)
    raise TypeError(f"inputs: expected tensors of PyTorch or arrays of JAX, got {type(inputs).__name__} {inputs!r:.60}")


def libraries(x: Any) -> Iterator[str]:
    """Yield the libraries of the arrays and modules in nested lists, tuples and dicts."""
    if isinstance(x, dict | list | tuple):
        for part in x.values() if isinstance(x, dict) else x:
            yield from libraries(part)
    elif (torch := sys.modules.get("torch")) and isinstance(x, torch.Tensor | torch.nn.Module):
        yield "torch"
    elif (jax := sys.modules.get("jax")) and isinstance(x, jax.Array):
        yield "jax"


def names_in(f: Callable[..., Any]) -> dict[str, Any]:
    """Return what a function reads from outside, by name; a module is its own."""
    inner = getattr(f, "__func__", f)
    found = {"self": f.__self__} if hasattr(f, "__self__") else {} if inspect.isfunction(inner) else {"": f}
    with suppress(TypeError, ValueError):  # no Python function, or a variable that has no value yet
        variables = inspect.getclosurevars(inner)
        found |= {**variables.nonlocals, **variables.globals}
    return found


def argument_names(f: Callable[..., Any], n: int) -> list[str]:
    """Return a name for each argument of a call."""
    try:
        parameters = list(inspect.signature(getattr(f, "forward", f)).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    plain = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return [plain[i] if i < len(plain) else f"x{i}" for i in range(n)]


@contextmanager
def watch() -> Iterator[Callable[..., Value]]:
    """Record what PyTorch computes in the block.

    Returns:
        A function, to call on a tensor of one number that was computed in the block. It returns a Value for it, as
        ``adopt`` does for a function. Variables of the caller name its leaves; ``model`` says which module does.

    >>> import pytest; torch = pytest.importorskip("torch")
    >>> w = torch.tensor([2.0, -1.0], requires_grad=True)
    >>> with watch() as seen:
    ...     loss = (w * w).sum()
    >>> seen(loss)
    Value(data=5.0, grad=0.0)
    """
    from .dispatched import recorded  # these need PyTorch, as does the user of this
    from .pytorch import name_parts, read

    with recorded() as recorder:

        def seen(loss: Any, model: Any = None) -> Value:
            """Return a Value for a tensor that was computed in the block."""
            frame = user_frame()[1]
            found = {**frame.f_globals, **frame.f_locals, "": model}
            return read(recorder, loss, name_parts(found), {})

        yield seen
