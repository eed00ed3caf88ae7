"""A class derived from ``torch.autograd.Function`` as two functions of tensors."""

from __future__ import annotations

import inspect
import sys
from inspect import Parameter, Signature
from types import ModuleType
from typing import Any


def is_torch_function(owner: Any) -> bool:
    """Return whether a class is derived from ``torch.autograd.Function``."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(owner, type) and issubclass(owner, torch.autograd.Function)


def to_functions(cls: Any) -> ModuleType:
    """Return a module with a forward and a backward pass that call ``apply``.

    The names are those of the class and its methods, with a dot between. Forward has no context, and backward the
    upstream before the arguments of forward; it returns a dict of the gradients that are not None. A float becomes a
    tensor, so that it has a gradient.
    """
    torch = sys.modules["torch"]
    parameters = list(inspect.signature(cls.forward).parameters.values())
    if cls.setup_context is torch.autograd.Function.setup_context:
        del parameters[0]  # the context

    def call(*given: Any, **named: Any) -> tuple[dict[str, Any], list[Any]]:
        """Return the tensors of floats among the arguments, and the results to which gradients flow."""
        values = Signature(parameters).bind(*given, **named)
        inputs: dict[str, Any] = {}
        for name, x in values.arguments.items():
            x = torch.tensor(x, dtype=torch.float64) if isinstance(x, float) else x
            if isinstance(x, torch.Tensor) and x.is_floating_point():
                inputs[name] = values.arguments[name] = x.detach().clone().requires_grad_()
        with torch.enable_grad():
            result = cls.apply(*values.args)
        outs = result if isinstance(result, tuple) else [result]
        return inputs, [out for out in outs if isinstance(out, torch.Tensor) and out.requires_grad]

    def forward(*given: Any, **named: Any) -> Any:
        outs = [out.detach() for out in call(*given, **named)[1]]
        return outs[0] if len(outs) == 1 else outs

    def backward(upstream: Any, *given: Any, **named: Any) -> dict[str, Any]:
        inputs, outs = call(*given, **named)
        found = torch.autograd.grad(outs, list(inputs.values()), upstream, allow_unused=True)
        return {name: gradient for name, gradient in zip(inputs, found, strict=True) if gradient is not None}

    module, above = ModuleType(cls.__name__), Parameter("upstream", Parameter.POSITIONAL_OR_KEYWORD)
    functions: list[tuple[Any, list[Parameter]]] = [(forward, []), (backward, [above])]
    for function, leading in functions:
        function.__signature__ = Signature([*leading, *parameters])
        setattr(module, f"{cls.__name__}.{function.__name__}", function)
    return module
