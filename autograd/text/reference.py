r"""The help of an operation in ``help()``, IPython's ``?`` and editors: its row in words.

>>> from autograd.table import TABLE
>>> print(summarize(TABLE["softplus"]))
y = softplus(a), in LaTeX \ln(1 + e^{a})
∂y/∂a = sigmoid(a)
smooth everywhere
cancels from order 4 on: 1 − 6s with s = σ′(a); condition number (1 − 2s) / abs(1 − 6s)
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from inspect import Parameter
from itertools import chain, pairwise
from typing import Any

from ..numbers import NUMPY_NAMES, AnyFunction, Operators
from ..table import BUILT_IN, TABLE, Domain, Op
from .accuracy import describe_accuracy
from .formula import COMPARISON, Formula, format_constant, write_operation
from .printing import write_derivative, write_local_derivatives

POINTS = (0.75, 2.0, 3.0, -1.0, 0.25, 1.5)  # an example takes the first that fits


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
    """Return the same for a method, without computation, since import calls it."""
    args = list(map(str, _example_arguments(op)))[: len(op.parameters) - len(op.calling.defaults)]
    method = f"autograd.Value({args[0]}).{op.name}({', '.join(args[1:])})"
    example = [">>> import autograd", f">>> {method}.data == autograd.{op.name}({', '.join(args)})", "True"]
    return "\n".join([summarize(op), "", *example])


def summarize(op: Op) -> str:
    """Return the formula of an operation, its derivatives, and where it is smooth."""
    names = _name_arguments(op)
    y = write_operation(op, [Formula(name) for name in names])
    latex = write_operation(op, [Formula.named(name, latex=True) for name in names], latex=True)
    derivatives = zip(names, _write_derivatives(op, names), strict=True)
    domains = chain.from_iterable(map(_write_domain, names, _domains(op, names)))
    where = [op.smooth] if op.smooth else [*domains, *_write_kink(op, names)]
    return "\n".join([
        f"y = {y.in_context(COMPARISON)}, in LaTeX {latex}",
        *(f"∂y/∂{name} = {derivative.in_context(COMPARISON)}" for name, derivative in derivatives),
        f"smooth for {', '.join(where)}" if where else "smooth everywhere",
        *describe_accuracy(op),
    ])  # fmt: skip  # a line each


def write_example(op: Op) -> str:
    """Return calls of an operation on numbers, with their results, as a doctest."""
    args, name = _example_arguments(op), f"autograd.{op.name}"
    y = op.calling.each(args) if op.calling.each else op.on_float(*args)
    local = list(op.local_derivatives(op.on_float(*args), args, [None] * len(args)))
    slopes: list[str] = []
    if op.arity is None:
        n = len(args) // 2 if _takes_pairs(op) else len(args)
        given = f"{args[:n]}, {args[n:-1]}, {args[-1]}" if _takes_pairs(op) else f"{args}"
        if not op.calling.each:
            slopes = [f">>> autograd.grad({name})({given})", f"{local[:n]}"]
    else:
        shown = list(map(str, args[: len(args) - len(op.calling.defaults)]))
        given = ", ".join(shown)
        for slot in [slot for slot, rule in enumerate(op.partials) if rule][:1]:
            a = shown[slot] = op.parameters[slot]
            slopes = [f">>> {a} = autograd.Value({args[slot]})", f">>> {name}({', '.join(shown)}).backward()"]
            slopes += [f">>> {a}.grad", f"{local[slot]}"]
    return "\n".join([">>> import autograd", f">>> {name}({given})", f"{y}", *slopes])


def _example_arguments(op: Op) -> list[float]:
    """Return numbers that fit an operation, the first on the rarer side of a kink or pole."""
    args: list[float] = []
    domains = _domains(op, _name_arguments(op))
    points = (-1.25, *POINTS) if op.kink or len(domains[0]) > 1 else POINTS
    for domain, flows in zip(domains, op.partials if op.arity else domains, strict=True):
        fits = (x for x in points if x not in args and any(low < x < high for low, high in domain))
        args.append(next(fits, 0.5) if flows or not any(op.partials) else 1.0)
    return [*args[: len(args) - len(op.calling.defaults)], *op.calling.defaults]


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


def _write_domain(name: str, domain: Domain) -> list[str]:
    """Return the conditions on an argument; adjacent finite intervals mean infinitely many."""
    low, *inner, high = [format_constant(float(x), "−") for x in (domain[0][0], *(high for _, high in domain))]
    if any(before != after for (_, before), (after, _) in pairwise(domain)):
        return [f"{name} in " + " ∪ ".join(f"({low:g}, {high:g})" for low, high in domain).replace("-", "−")]
    left, right = f"{low} < " * (low != "−∞"), f" < {high}" * (high != "∞")
    if len(inner) > 1 and left + right:
        inner, left, right = [*["…", low] * bool(left), *inner, *[high, "…"] * bool(right)], "", ""
    return [*[f"{left}{name}{right}"] * bool(left + right), *[f"{name} ≠ {', '.join(inner)}"] * bool(inner)]


def _write_kink(op: Op, names: Sequence[str]) -> list[str]:
    """Return the condition for no kink, where several arguments decide."""
    try:
        kink = op.kink and op.kink(*map(Formula, names))
    except Exception:  # a rule of one's own may know floats only
        kink = 0.0
    return [] if kink is None else [f"{kink} ≠ 0" if isinstance(kink, Formula) else "arguments at no kink"]


class _WhenAsked:
    """An attribute that each row computes on demand; others keep that of the class."""

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
