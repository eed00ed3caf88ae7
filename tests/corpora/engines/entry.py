"""What this corpus is made of: small scalar autograd engines, right ones and ones with a planted fault.

An engine is a file as a student would hand it in, followed below ``MARK`` by what the corpus knows of it, its Entry. A
fault or a convention is a change of that text: each old string occurs once. So a faulty engine is a real source file
too, ``fault.source()``. A text is run once, as a module of its own with its own state; ``make(fresh=True)`` runs it
again.

Half A is for those who write a reader of engines; half B is for reports on how well it does, and nobody adjusts
anything to it.
"""

import linecache
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from pathlib import Path
from types import MethodType, ModuleType
from typing import Any, NamedTuple

MARK = "# ---- what the corpus knows of it"
OURS = re.compile(r"^from tests\..*\n", re.MULTILINE)
OPERATIONS = {
    "add", "sub", "mul", "div", "neg", "pow", "number", "radd", "rsub", "rmul", "rdiv", "node_pow", "rpow", "exp",
    "log", "tanh", "relu", "sigmoid", "sin", "cos", "sqrt", "abs", "maximum", "leaky_relu", "softplus",
    "softsign", "atan", "bump",
}  # fmt: skip  # number: a + 2, a * 2 and so on, as far as the operation exists; pow: by a number; bump: x e^(-x²)
Changes = tuple[tuple[str, str], ...]
_numbers = count()


def look(obj: Any, path: str) -> Any:
    """Follow names and indices: "cell.number", "grad.0", also of methods; None counts as 0."""
    for name in path.split("."):
        obj = obj[int(name)] if name.isdecimal() else getattr(obj, name)
        obj = obj() if isinstance(obj, MethodType) else obj
    return 0.0 if obj is None else obj


@cache
def load(name: str, text: str) -> ModuleType:
    """Run a text as a module of its own, known to ``sys.modules`` and to ``inspect``."""
    module = ModuleType(f"engine_{name}_{next(_numbers)}")
    module.__file__ = f"<{module.__name__}>"
    linecache.cache[module.__file__] = len(text), None, text.splitlines(keepends=True), module.__file__
    sys.modules[module.__name__] = module
    exec(compile(text, module.__file__, "exec"), vars(module))
    return module


class Functions:
    """The functions of an engine, f.tanh(x), wherever it keeps them: in its class or in its module."""

    def __init__(self, module: ModuleType, node: type, spelled: dict[str, str]):
        self._module, self._node, self._spelled = module, node, spelled

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        name = self._spelled.get(operation, operation)
        return getattr(self._node, name, None) or getattr(self._module, name)


class Built(NamedTuple):
    """A program that an engine ran: backward(root) has not been called yet."""

    module: ModuleType
    leaves: tuple[Any, ...]
    root: Any


@dataclass(frozen=True)
class Entry:
    """An engine."""

    file: str
    cls: str  # the class of its nodes
    data: str  # where a node keeps its number, for ``look``
    grad: str
    parents: str  # how parents are kept, in words
    rule: str  # how the backward rules are kept, in words
    operations: str  # some of OPERATIONS
    op: str | None = None  # where a node keeps the name of its operation
    label: str | None = None  # where a node keeps a name of the caller's
    spelled: tuple[tuple[str, str], ...] = ()  # functions whose name differs from ours
    leaf: Callable[[ModuleType, float], Any] | None = None  # None: the class called with a number
    backward: Callable[[ModuleType, Any], Any] = lambda module, root: root.backward()
    before: Callable[[Any], Any] = lambda root: None  # what has to be done with a root before it is looked at
    readable: bool | None = True  # False: a reader has to refuse it in words; None: it may refuse or read it
    refusal: str = ""  # a regular expression for the words of a refusal
    second: str = "inner nodes add up too"  # what a second backward does, see SECOND
    deep: bool = True  # whether it differentiates chains of 200 operations
    hostile: str = ""  # what a reader must not fall for
    convention: str = ""  # if it is one of the conventions that are no fault
    changes: Changes = ()  # of the file's text

    @property
    def name(self) -> str:
        """Return the file's name, and the convention."""
        return Path(self.file).stem + (f": {self.convention}" if self.convention else "")

    @property
    def half(self) -> str:
        """Return "a" or "b"."""
        return Path(self.file).parent.name.removeprefix("half_")

    def source(self, changes: Changes = ()) -> str:
        """Return the engine's text alone, changed."""
        text = OURS.sub("", Path(self.file).read_text(encoding="utf-8").partition(MARK)[0]).rstrip() + "\n"
        for old, new in (*self.changes, *changes):
            if text.count(old) != 1:
                raise ValueError(f"{self.name}: expected one occurrence of {old!r}, got {text.count(old)}")
            text = text.replace(old, new)
        return text

    def make(self, changes: Changes = (), fresh: bool = False) -> ModuleType:
        """Load the engine, changed; ``fresh`` with new state."""
        if fresh:
            return load.__wrapped__(Path(self.file).stem, self.source(changes))
        return load(Path(self.file).stem, self.source(changes))

    def build(self, program: Callable[..., Any], inputs: tuple[float, ...], changes: Changes = ()) -> Built:
        """Run ``program(f, *leaves)``."""
        module = self.make(changes)
        node = getattr(module, self.cls)
        leaves = tuple(self.leaf(module, x) if self.leaf else node(x) for x in inputs)
        root = program(Functions(module, node, dict(self.spelled)), *leaves)
        self.before(root)
        return Built(module, leaves, root)

    def gradients(self, built: Built) -> tuple[float, ...]:
        """Return what the leaves hold as their gradients."""
        return tuple(float(look(leaf, self.grad)) for leaf in built.leaves)

    def run(self, program: Callable[..., Any], inputs: tuple[float, ...], changes: Changes = ()) -> tuple:
        """Return the value and the gradients of the leaves."""
        built = self.build(program, inputs, changes)
        self.backward(built.module, built.root)
        return float(look(built.root, self.data)), self.gradients(built)

    def but(self, convention: str, *changes: tuple[str, str], **others: Any) -> "Entry":
        """Return the engine with a convention that is no fault."""
        return replace(self, convention=convention, changes=changes, **others)


SECOND = (
    "inner nodes add up too",  # gradients of the first run are passed on again: wrong, but what nearly all do
    "leaves add up",  # twice the gradient
    "the same again",
    "refused",  # an error
)


class Kind(NamedTuple):
    """A kind of fault."""

    half: str
    text: str
    says: tuple[str, ...]  # regular expressions, in any case: a right report contains each
    same_value: bool = True  # as the right engine
    from_root: bool = True  # False: the recorded graph is right, but of another function


UPSTREAM = r"upstream|gradient of the (result|output)|incoming|chain rule|out\.grad"
ORDER = r"order|before|revers|topolog|too early|leaves (first|to)"
MINUS = r"sign|[-−] ?(1|a|x|y|g|upstream)|minus|negat"
SWAPPED = r"swap|order|exchang|reflected|__r|computed as|other way"
KINDS = {  # each text is a report that its phrases accept
    "exp: input": Kind(
        "a", "exp' = x, its input, for e^x", (r"= x\b|\binput\b|\bargument\b", r"e\^x|eˣ|exp\(x\)|= y\b")
    ),
    "overwritten": Kind(
        "a", "= where += is meant: a gradient is overwritten", (r"overwr|accumul|\+=|adds? up|replace",)
    ),
    "upstream missing": Kind("a", "the local derivative alone is passed on, without the upstream", (UPSTREAM,)),
    "rsub: swapped": Kind("a", "2 - a is computed as a - 2", (SWAPPED,), same_value=False, from_root=False),
    "no visited check": Kind(
        "a", "the sweep runs a rule 3 times: no visited check", (r"visit|\btimes\b|twice|more than once",)
    ),
    "seed missing": Kind(
        "a", "the root's gradient stays 0: the seed is missing", (r"seed|root", r"\b0\b|missing|never")
    ),
    "tanh: plus": Kind("a", "1 + y² for 1 − y²", (r"1 \+ (y|t|tanh)",)),
    "tanh: linear": Kind("a", "1 − y for 1 − y²", (r"1 [-−] (y|t|tanh(\(x\))?)(?!²|\*\*|\^|\*|\w)",)),
    "pow: no factor": Kind("a", "x² for 3x²: the factor n is missing", (r"factor|missing|x²|x\^|x\*\*|xⁿ",)),
    "div: sign": Kind("a", "a/b² for −a/b²: the sign", (MINUS,)),
    "crash": Kind("a", "the rule raises a TypeError", (r"rais|error|fail|crash",)),
    "relu: upstream's sign": Kind(
        "a",
        "the gate looks at the sign of the upstream, not at the input",
        (r"gradient|upstream|linear", r"sign|gate|linear|> 0|negat"),
    ),
    "neg: sign": Kind("a", "the derivative of −a is 1 where −1 is right", (MINUS, r"\b1(\.0+)?\b")),
    "no rule": Kind(
        "a", "the rule was never attached, so the local derivative is 0", (r"never|attach|no rule|missing|\b0\b",)
    ),
    "value": Kind(
        "a", "the value itself is wrong, right is another", (r"value|result|right is|computes",), same_value=False
    ),
    "mul: reads a gradient": Kind("b", "reads other.grad where data is right", (r"grad", r"data|value|linear|reads")),
    "upstream squared": Kind("b", "multiplied by the upstream twice", (r"squar|twice|linear|upstream",)),
    "rdiv: swapped": Kind("b", "2 / a is computed as a / 2", (SWAPPED,), same_value=False, from_root=False),
    "not reversed": Kind("b", "the sweep is in the wrong order, from the leaves to the root", (ORDER,)),
    "seed: two": Kind(
        "b", "the root's gradient starts at 2, the seed should be 1", (r"seed|root", r"\b2(\.0+)?\b|twice|double")
    ),
    "parent forgotten": Kind(
        "b",
        "the second argument is forgotten",
        (r"forg[eo]t|missing|lost|lacks|not among|not reached|no parent|second edge",),
    ),
    "tanh: input": Kind("b", "1 − x² for 1 − y²", (r"1 [-−] x|\binput\b",)),
    "pow: exponent kept": Kind("b", "3x³ for 3x²: the exponent is kept", (r"exponent|x³|x\^|x\*\*|xⁿ",)),
    "log: output": Kind("b", "1/y, of the output, for 1/x", (r"1 ?/ ?(y|log)|\boutput\b|\bresult\b",)),
    "sigmoid: input": Kind("b", "x(1 − x) for y(1 − y)", (r"x ?[*·]? ?\(1 [-−] x\)|\binput\b",)),
    "sub: second sign": Kind("b", "the derivative of a − b by b is 1 where −1 is right", (MINUS, r"\b1(\.0+)?\b")),
    "attached to argument": Kind(
        "b", "the rule is attached to the argument", (r"attach|argument's|of its (argument|parent)",)
    ),
    "state": Kind("b", "not linear: keeps a state between calls", (r"linear|state|remember|moment|average|earlier",)),
    "zeroed early": Kind("b", "gradients are zeroed during the sweep", (r"zero|reset|clear|\b0\b|lost|discard",)),
    "breadth first": Kind("b", "a node is swept before one of its uses", (ORDER,)),
    "same argument": Kind("b", "a · a counts one of two uses", (r"twice|both|same|once|one of|half|two",)),
    "cut": Kind(
        "b",
        "a number in between cuts the graph: no gradient arrives",
        (r"cut|reach|arriv|connect|detach|lost|missing|leaf|\b0\b",),
        from_root=False,
    ),
    "div: numerator": Kind("b", "b for 1/b", (r"1 ?/ ?(b|y)|recipr",)),
}
_SPEAKS = {"add": r"\badd\b|\+|sum", "mul": r"mul|\*|·|×|prod", "sub": r"sub|[-−]|diff", "div": r"div|/|quot|recip"}
_SPEAKS |= {"neg": r"neg|[-−]", "pow": r"pow|\*\*|\^|square|cube", "sigmoid": r"sigmoid|logistic|σ"}


class Fault(NamedTuple):
    """A planted fault: the smallest change of the engine's text, and a program that shows it."""

    engine: Entry
    kind: str  # one of KINDS
    operation: str  # one of OPERATIONS, or "sweep"
    changes: Changes
    program: Callable[..., Any]
    inputs: tuple[float, ...]
    hidden: bool = False  # the recorded graph is right, which the kind alone does not say

    @property
    def from_root(self) -> bool:
        """Whether the root of the program shows it; if not, only one who knows what was asked for can."""
        return KINDS[self.kind].from_root and not self.hidden

    @property
    def name(self) -> str:
        """Return engine, kind and operation."""
        return f"{self.engine.name}, {self.kind}, {self.operation}"

    @property
    def says(self) -> tuple[str, ...]:
        """Return regular expressions, in any case, that a right report matches: the operation's name, the reason."""
        named = () if self.operation == "sweep" else (_SPEAKS.get(self.operation.removeprefix("r"), self.operation),)
        return named + KINDS[self.kind].says

    def source(self) -> str:
        """Return the faulty file."""
        return self.engine.source(self.changes)

    def build(self) -> Built:
        """Run the program on the faulty engine."""
        return self.engine.build(self.program, self.inputs, self.changes)

    def run(self) -> tuple:
        """Return value and gradients of the faulty engine."""
        return self.engine.run(self.program, self.inputs, self.changes)
