r"""What ``help()``, IPython's ``?`` and editors show of an operation: its row in words.

>>> from autograd.table import TABLE
>>> print(summarize(TABLE["softplus"]))
y = softplus(a), in LaTeX \ln(1 + e^{a})
∂y/∂a = sigmoid(a)
smooth for a in (−∞, ∞)
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from inspect import Parameter
from typing import Any

from ..numbers import NUMPY_NAMES, AnyFunction, Operators
from ..table import BUILT_IN, TABLE, Domain, Op
from .formula import Formula, format_constant, write_operation
from .printing import write_derivative, write_local_derivatives

POINTS = (0.5, 2.0, 3.0, -1.0, 0.25, 1.5)  # an example takes the first that fits


def write_signature(op: Op) -> inspect.Signature:
    """Return the arguments of an operation by name, with defaults."""
    if op.calling.signature:
        own = inspect.signature(op.calling.signature).parameters.values()
        index = [Parameter("index", Parameter.KEYWORD_ONLY, default=None)] * bool(op.calling.each)
        return inspect.Signature([*(p.replace(annotation=Parameter.empty) for p in own), *index])
    required = len(op.parameters) - len(op.calling.defaults)
    defaults = (Parameter.empty,) * required + op.calling.defaults
    pairs = zip(op.parameters, defaults, strict=True)
    return inspect.Signature([Parameter(n, Parameter.POSITIONAL_OR_KEYWORD, default=d) for n, d in pairs])


def describe(op: Op) -> str:
    """Return how an operation is called, its formula, derivatives and domain, and an example."""
    call = f"{op.name}{write_signature(op)}"
    if op.name in BUILT_IN:
        return f"{call}\n\n{summarize(op)}\n\n{write_example(op)}"
    return "\n\n".join(filter(None, [call, inspect.getdoc(op.forward), summarize(op)]))


def describe_method(op: Op) -> str:
    """Return the same of a method. It is made when autograd is imported, so its example takes no computation."""
    args = list(map(str, _example_arguments(op)))
    method = f"autograd.Value({args[0]}).{op.name}({', '.join(args[1:])})"
    example = [">>> import autograd", f">>> {method}.data == autograd.{op.name}({', '.join(args)})", "True"]
    _, *rest = write_signature(op).parameters.values()
    return "\n".join([f"{op.name}{inspect.Signature(rest)}", "", summarize(op), "", *example])


def summarize(op: Op) -> str:
    """Return the formula of an operation, its derivatives, and where it is smooth."""
    names = _name_arguments(op)
    y = write_operation(op, [Formula(name) for name in names])
    latex = write_operation(op, [Formula.named(name, latex=True) for name in names], latex=True)
    derivatives = zip(names, _write_derivatives(op, names), strict=True)
    smooth = [f"{name} in {_write_domain(part)}" for name, part in zip(names, _domains(op, names), strict=True)]
    return "\n".join([
        f"y = {y}, in LaTeX {latex}",
        *(f"∂y/∂{name} = {derivative}" for name, derivative in derivatives),
        f"smooth for {', '.join(smooth)}{', except at kinks' * bool(op.kink)}",
    ])  # fmt: skip  # a line each


def write_example(op: Op) -> str:
    """Return calls of an operation on numbers, with their results, as a doctest."""
    args, name = _example_arguments(op), f"autograd.{op.name}"
    if op.arity is None:
        n = len(args) // 2
        given = f"{args[:n]}, {args[n:-1]}, {args[-1]}" if _takes_pairs(op) else f"{args}"
        y = op.calling.each(args) if op.calling.each else op.on_float(*args)
        return f">>> import autograd\n>>> {name}({given})\n{y}"
    y = op.on_float(*args)
    local = op.local_derivatives(y, args, [None] * len(args))[0] or 0.0
    first, *rest = map(str, args)
    a = op.parameters[0]
    return f""">>> import autograd
>>> {name}({", ".join([first, *rest])})
{y}
>>> {a} = autograd.Value({first})
>>> {a}.{op.name}({", ".join(rest)}).backward()
>>> {a}.grad
{local}"""


def _example_arguments(op: Op) -> list[float]:
    args: list[float] = []
    for domain in _domains(op, _name_arguments(op)):
        fits = (x for x in POINTS if x not in args and any(low < x < high for low, high in domain))
        args.append(next(fits, 0.5))
    return args


def _name_arguments(op: Op) -> list[str]:
    """Return names for the arguments; of any number of them, for a few."""
    if op.arity is not None:
        return op.parameters
    return ["w0", "w1", "x0", "x1", "bias"] if _takes_pairs(op) else ["a", "b", "c"]


def _takes_pairs(op: Op) -> bool:
    return 2 not in op.calling.counts  # dot, whose arguments are weights, inputs and a bias


def _domains(op: Op, names: Sequence[str]) -> Sequence[Domain]:
    return op.domain * len(names) if op.arity is None else op.domain


def _write_derivatives(op: Op, names: Sequence[str]) -> list[Any]:
    try:
        return write_local_derivatives(op, Formula("y"), [Formula(name) for name in names])
    except Exception:  # a rule of one's own may know floats only
        return [write_derivative("y", name, latex=False) for name in names]


def _write_domain(domain: Domain) -> str:
    ends = [[format_constant(float(end), "−") for end in interval] for interval in domain]
    return " ∪ ".join(f"({low}, {high})" for low, high in ends)


class _WhenAsked:
    """An attribute that each row makes when it is asked for; classes and opaque operations keep that of the class."""

    def __init__(self, name: str, kind: type[Op], make: AnyFunction) -> None:
        self.own = vars(kind).get(name)
        self.make = make

    def __get__(self, op: Op | None, kind: Any = None) -> Any:
        if op is None and self.own is None:
            raise AttributeError("only an operation has it")
        return self.make(op) if op is not None and TABLE.get(op.name) is op else self.own


_kinds: list[type[Op]] = [Op, *Op.__subclasses__()]  # such as that of dot, and of operations of your own
for _kind in _kinds:
    setattr(_kind, "__doc__", _WhenAsked("__doc__", _kind, describe))  # noqa: B010  # mypy takes it for a text
    setattr(_kind, "__signature__", _WhenAsked("__signature__", _kind, write_signature))  # noqa: B010  # as above
for _op in map(TABLE.__getitem__, BUILT_IN):
    if not _op.calling.signature:
        for _name in {_op.name, NUMPY_NAMES.get(_op.name, _op.name)}:
            getattr(Operators, _name).__doc__ = describe_method(_op)
