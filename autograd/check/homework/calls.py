"""A pair as two functions that ``gradcheck`` accepts, whatever its passes share."""

from __future__ import annotations

import copy
import inspect
import re
import sys
from collections.abc import Callable
from inspect import Parameter, Signature
from math import isfinite
from operator import attrgetter
from types import ModuleType
from typing import Any

from ...sandbox import describe_error
from ..arrays import has_floats, is_array, numbers_in, refill, settle, shape_of
from ..checker import gradcheck
from ..report import Report
from .layouts import ROLES, number_of, required
from .pairs import UPSTREAM, Pair, argument_of, words_of
from .paths import Path, floats_in, get_part, key_of, set_part

CLEAR = r"d(?!ata|im|type|ropout|epth|ecay|irection)\w+|up\w*|cotangent|.*grad\w*"  # names of an upstream
VAGUE = r"d|g|gy|u|v|ct|seed|delta\w*|err\w*"
RESULTS = r"out\w*|[yas]|res\w*|probs?|y_?hat|activation"


class UnclearCallError(Exception):
    """Raised for a pair that cannot be called; its text says what to write."""


class BackwardPassError(Exception):
    """Raised for an error that the backward pass raises."""


class Call:
    """A pair with arguments, ``run(*inputs.values())`` and ``vjp(upstream, cache)``.

    A layer, the ``owner``, is copied for each call, so that a gradient that it adds up starts at the same number.
    ``inputs`` are the ``arguments`` and those ``weights`` for which the layer has gradients, with the paths to both.
    The backward pass has parameters for ``upstreams``, and ``others``. For ``unchecked`` inputs and weights it has no
    gradient.
    """

    def __init__(
        self, pair: Pair, module: ModuleType, draw: Callable[..., tuple[dict[str, Any], dict[str, Any]]]
    ) -> None:
        self.pair, self.of_result = pair, False
        self.owner: Any = module
        self.notes: list[str] = []
        self.unchecked: list[str] = []
        if pair.owner:
            layer = attrgetter(pair.owner)(module)
            inputs, constants = draw(layer, True)
            self.owner = layer(**inputs, **constants)
        forward = getattr(self.owner, pair.forward)
        self.inputs, self.constants = draw(forward, False)
        self.parameters = inspect.signature(forward).parameters
        self.arguments = [name for name, value in self.inputs.items() if has_floats(value)]
        if not self.inputs:
            raise UnclearCallError(
                f"{pair.forward} has no parameters to invent arguments for; write SHAPES in the file"
            )
        self.weights: dict[str, tuple[Path, Path]] = {}
        self.upstreams, self.others = self._plan()
        self.result, self.cache = self._run_once()
        if not has_floats(self.result):
            got = f"{type(self.result).__name__} {self.result!r:.40}"
            raise UnclearCallError(f"{pair.forward} returned {got}, where floats were expected; is it written?")
        if not all(map(isfinite, numbers_in(self.result))):
            raise ValueError(f"{pair.forward} returned a number that is not finite")
        if numbers_in(self.result) != numbers_in(self._run_once()[0]):
            hint = "draw them from np.random, random or torch, whose seeds are set here"
            raise UnclearCallError(f"{pair.forward} gives other numbers at each call; {hint}")
        self.ones = refill(self.result, iter([1.0] * len(numbers_in(self.result))), flags=False)
        if pair.owner:
            self._find_weights()

    def check(self) -> Report:
        """Return the report of ``gradcheck`` on the inputs for which there is a gradient."""
        forward: Any = lambda *given: self.run(*given)
        forward.__signature__ = Signature([Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in self.inputs])
        found = self.vjp(self.ones, self.cache)
        floats: list[str] = [name for name, value in self.inputs.items() if has_floats(value)]
        if not found:
            raise UnclearCallError(f"{self.pair.backward} returned no gradients")
        if rest := [name for name in floats if name not in found]:
            self.notes.append(f"no gradient is returned for {', '.join(rest)}")
            self.unchecked += rest
        order = [name for name in found if name in self.arguments]
        if order != [name for name in self.arguments if name in found]:
            self.notes.append(f"the gradients are for {', '.join(order)}, in this order, by their names")
        inputs, wrt = list(self.inputs.values()), [name for name in floats if name in found]
        report = gradcheck(forward, inputs, vjp=self.vjp, wrt=wrt)
        if report.verdict == "FAIL" and len(self.others) == len(self.inputs) == 1 and not self.upstreams:
            self.of_result = True
            if again := gradcheck(forward, inputs, vjp=self.vjp, wrt=wrt):
                self.notes.append(f"right for the result of {self.pair.forward}, not for its argument")
                return report if self.others[0] in self.inputs else again
        return report

    def should_have_gradient(self, name: str) -> bool:
        """Return whether a missing gradient of an input or a weight is a gap.

        That of a loss, without an upstream, needs none for its data; none needs one for labels.
        """
        is_input = name in self.inputs and not (self.upstreams and not re.fullmatch(ROLES["label"], name, re.I))
        return is_weight(name) or not is_input

    def run(self, *given: Any) -> tuple[Any, Any]:
        """Return the result of the forward pass, or a list of several, and a cache for ``vjp``."""
        for name, seed in (("random", "seed"), ("numpy", "random.seed"), ("torch", "manual_seed")):
            if name in sys.modules:  # the same mask for each call
                attrgetter(seed)(sys.modules[name])(0)
        owner = copy.deepcopy(self.owner) if self.pair.owner else self.owner
        values = dict(zip(self.inputs, given, strict=True))
        for name, (path, _) in self.weights.items():
            set_part(owner, path, values[name])
        passed = {k: v for k, v in values.items() if k not in self.weights} | copy.deepcopy(self.constants)
        first = [passed.pop(p.name) for p in self.parameters.values() if p.kind is p.POSITIONAL_ONLY]
        result = getattr(owner, self.pair.forward)(*first, **passed)
        if result is None and self.pair.owner:
            result = getattr(owner, "output", None)
        n = max(1, len(self.upstreams))
        outs, rest = (list(result[:n]), result[n:]) if type(result) is tuple else ([result], ())
        return outs[0] if len(outs) == 1 else outs, (owner, values, outs, rest)

    def _run_once(self) -> tuple[Any, Any]:
        return self.run(*copy.deepcopy(list(self.inputs.values())))

    def vjp(self, upstream: Any, cache: Any) -> dict[str, Any]:
        """Return the gradients of the inputs by name."""
        _, values, outs, _ = cache
        owner, answer = self._back(upstream, cache)
        kept = getattr(owner, "__dict__", {}) if answer is None and self.pair.owner else {}
        stored = {argument_of(key, self.arguments): gradient for key, gradient in kept.items()}
        found = self._by_argument(stored if any(stored) else answer)
        if not self.upstreams:
            found = {name: _times(upstream, slope, outs[0], values[name]) for name, slope in found.items()}
        return found | {name: get_part(owner, at) for name, (_, at) in self.weights.items() if at and name not in found}

    def _plan(self) -> tuple[list[str], list[str]]:
        """Return the names of the parameters of the backward pass: for upstreams, and the others."""
        pair = self.pair
        if pair.forward == pair.backward:
            return [], []
        backward = inspect.signature(getattr(self.owner, pair.backward)).parameters
        needed = [p.name for p in required(backward)]
        takes_upstream = bool(UPSTREAM & set(words_of(pair.backward)))
        is_slope = not takes_upstream and len(needed) <= len(self.arguments)
        pattern = CLEAR if is_slope else f"{CLEAR}|{VAGUE}"
        optional = [name for name, p in [*backward.items()][:1] if p.default is None]  # not dout=1, of a loss
        own = [name for name in backward if name in (*needed, *optional) and name not in self.parameters]
        upstreams = [name for name in own if re.fullmatch(pattern, name)]
        is_cache = needed[:1] and re.fullmatch(r"cache\w*|ctx|saved\w*", needed[0])
        if not upstreams and takes_upstream and needed and not is_cache and needed[0] not in self.parameters:
            alone = len(needed) == 1 == len(self.arguments) and not pair.owner
            upstreams = [] if alone else needed[:1]
        return upstreams, [name for name in needed if name not in upstreams]

    def _back(self, upstream: Any, cache: Any) -> tuple[Any, Any]:
        """Call the backward pass; return the layer that it was called on, and its answer."""
        owner, values, outs, rest = cache
        owner = copy.deepcopy(owner) if self.pair.owner else owner
        if self.pair.forward == self.pair.backward:
            return owner, rest[0] if len(rest) == 1 else rest
        passed = dict(zip(self.upstreams, upstream if len(outs) > 1 else [upstream], strict=bool(self.upstreams)))
        numbers = {name: number_of(name) for name in self.others}
        defaults = {p.name: p.default for p in self.parameters.values() if p.default is not p.empty}
        known = {k: v for k, v in numbers.items() if v is not None} | defaults | values | self.constants
        others = self.others if len(rest) != len(self.others) else []
        passed |= {name: outs[0] if self.of_result else known[name] for name in others if name in known}
        left = [name for name in self.others if name not in passed]
        if rest and len(left) == 1:
            passed[left[0]] = rest[0] if len(rest) == 1 else rest
        elif len(rest) == len(left):
            passed |= zip(left, rest, strict=True)
        elif not left or (len(left) == 1 and re.fullmatch(RESULTS, left[0], re.I)):
            passed |= dict.fromkeys(left, outs[0])
        elif len(self.others) == len(self.arguments):
            given = outs if self.of_result else [values[name] for name in self.arguments]
            passed |= dict(zip(self.others, given, strict=True))
        else:
            pair, name = self.pair, self.pair.forward
            hint = f"name it as {name} does, or return (result, cache) from {name}"
            raise UnclearCallError(f"{pair.backward} has the parameter {left[0]}, which {name} does not; {hint}")
        try:
            return owner, getattr(owner, self.pair.backward)(**passed)
        except (MemoryError, NotImplementedError):
            raise
        except Exception as error:
            raise BackwardPassError(f"{self.pair.backward}: {describe_error(error)[:300]}") from error

    def _by_argument(self, answer: Any) -> dict[str, Any]:
        """Return the gradients in an answer by the names of the arguments and weights they are for."""
        names, answer = [*self.arguments, *self.weights], settle(answer)
        if isinstance(answer, dict):
            by_key = {argument_of(key, names) or key: value for key, value in answer.items()}
            return {name: by_key[name] for name in names if name in by_key}
        if answer is None and not self.weights:
            raise UnclearCallError(f"{self.pair.backward} returned None; is it written?")
        is_list = isinstance(answer, list) and (len(names) > 1 or len(answer) == 1)
        several = isinstance(answer, tuple) or is_list or (len(names) > 1 and shape_of(answer) == (len(names),))
        parts = list(answer) if several else [answer] * (answer is not None)
        by_name = [argument_of(name, names) for name in self.pair.returns]
        if len(by_name) == len(parts) == len(set(by_name)) and all(by_name):
            return dict(zip(by_name, parts, strict=True))
        labels = re.compile(ROLES["label"], re.I)
        for order in (self.arguments, [name for name in self.arguments if not labels.fullmatch(name)], names):
            if len(parts) == len(order):
                return dict(zip(order, parts, strict=True))
        rest = iter(self.arguments)  # those of the first arguments whose shapes fit
        fits = [next((k for k in rest if shape_of(self.inputs[k]) == shape_of(part)), "") for part in parts]
        if all(fits):
            return dict(zip(fits, parts, strict=True))
        got = f"{self.pair.backward} returned {len(parts)} gradients, for the arguments {', '.join(self.arguments)}"
        raise UnclearCallError(f"{got}; name them after the arguments in its return, as in return dx, dw")

    def _find_weights(self) -> None:
        """Count as inputs the weights for which the backward pass of a layer has gradients."""
        try:
            after, _ = self._back(self.ones, self.cache)
        except Exception:  # it is raised again when the pair is checked
            return
        keys = {path: key_of(path) for path, _ in floats_in(after)}
        gradients = {plain: path for path, (key, plain, is_boxed) in keys.items() if is_boxed or key != plain}
        names = {key for key, _, is_boxed in keys.values() if not is_boxed}
        seen: set[int] = set()
        rest: dict[str, tuple[Path, Any]] = {}
        for path, value in floats_in(self.owner):
            key, plain, is_boxed = key_of(path)
            name = key[-1] if key[-1].isidentifier() and key[-1] not in self.inputs else "_".join(("self", *key))
            is_returned = any(argument_of(gradient, [name]) for gradient in self.pair.returns)
            if is_boxed or (key != plain and plain in names) or id(value) in seen:
                continue
            seen.add(id(value))
            if key in gradients or is_returned:
                self.weights[name] = path, gradients.get(key, ())
                self.inputs[name] = refill(
                    value, iter([x + 0.1 * (i % 7 + 1) for i, x in enumerate(numbers_in(value))])
                )
            elif is_array(value) or is_weight(name):
                rest[name] = path, value
        self.result, self.cache = self._run_once()
        for name, (path, value) in rest.items():
            if self._depends_on(path, value):
                self.notes.append(f"no gradient of {name} found, as {name}.grad, d{name} or grads['{name}']")
                self.unchecked.append(name)

    def _depends_on(self, path: Path, value: Any) -> bool:
        """Return whether the numbers of an attribute change the result."""
        owner, self.owner = self.owner, copy.deepcopy(self.owner)
        try:
            set_part(self.owner, path, refill(value, iter([1.1 * x + 0.3 for x in numbers_in(value)])))
            return numbers_in(self._run_once()[0]) != numbers_in(self.result)
        except Exception:  # with these numbers
            return True
        finally:
            self.owner = owner


def is_weight(name: str) -> bool:
    """Return whether courses call a weight, a bias or a gain so."""
    return any(re.fullmatch(ROLES[role], name, re.I) for role in ("weight", "recurrent", "bias", "gain"))


def _times(upstream: Any, slope: Any, out: Any, x: Any) -> Any:
    """Return the upstream times a derivative: of a number, element by element, or a Jacobian."""
    if is_array(x) and isinstance(slope, list | tuple):
        slope = sys.modules["numpy"].asarray(slope)
    shapes = shape_of(out), shape_of(x), shape_of(slope)
    if shapes[0] and shapes[2] == (*shapes[0], *shapes[1]):
        return sys.modules["numpy"].tensordot(upstream, slope, len(shapes[0]))
    fits = shapes[2] in ((), shapes[1]) and shapes[0] in ((), shapes[1])
    return slope if slope is None or not fits else upstream * slope
