"""A message names what its reader can write: no class or function that only the inside knows."""

import ast
import itertools
import re
from pathlib import Path

import pytest

import autograd
import nn
import viz
from autograd import Value, grad, hvp, jvp, no_grad, vjp
from autograd.table import BUILT_IN, TABLE
from nn.classic.gates import SigmoidLayer, on_rows

ROOT = Path(__file__).parents[2]
SOURCES = [path for package in ("autograd", "nn", "viz") for path in sorted((ROOT / package).rglob("*.py"))]
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


def exported():
    """Return all names that a package offers, and those of public methods."""
    offered = {*autograd.__all__, *nn.__all__, *viz.__all__, *dir(autograd), "Op"}
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                offered.update(ast.literal_eval(node.value))
    return offered


def internal_names():
    """Return the names of classes that no package of users offers, and of private functions."""
    engine = {"Node", "Dual", "Traced", "Symbol", "Number", "Operators", "IEEE", "ProbedOp", "OpaqueOp", "Dot"}
    offered = exported() - engine
    found = set(engine)
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name not in offered:
                found.add(node.name)
            if isinstance(node, ast.FunctionDef) and re.match(r"_[a-z]", node.name) and not hasattr(Value, node.name):
                found.add(node.name)
    return found


def messages():
    """Yield each text in what a file raises or warns of."""
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            call = node.exc if isinstance(node, ast.Raise) else node
            raises = isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and "warn" in ast.unparse(node.func))
            if raises and isinstance(call, ast.Call):
                for part in ast.walk(call):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield f"{name}:{part.lineno}", part.value


def test_no_message_has_an_internal_name():
    pattern = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, sorted(internal_names())))})(?!\w)")
    assert len(list(messages())) > 300
    found = [(place, match[1], text) for place, text in messages() if (match := pattern.search(text))]
    assert found == []


SLIPS = {
    "a text": lambda x: x + "1",
    "a list": lambda x: x * [1],
    "nothing": lambda x: autograd.maximum(x, None),
    "math": lambda x: __import__("math").exp(x),
    "float": float,
    "an index": lambda x: [1, 2][x],
    "one argument too many": lambda x: x.tanh(1),
    "one too few": lambda x: x.clamp(1),
    "another name": lambda x: autograd.where(c=x, a=1, b=2),
    "a misspelt method": lambda x: x.tanhh(),
    "a comparison": lambda x: x < "1",
    "a complex number": lambda x: x * 1j,
    "of something else": lambda x: autograd.tanh([x]),
    "a number of another kind": lambda x: x + __import__("decimal").Decimal(1),
    "another Value": lambda x: Value(x),
    "lists of other lengths": lambda x: autograd.dot([x], [x, x]),
    "bounds in the wrong order": lambda x: x.clamp(2, 1),
}
MODES = {
    "Values": lambda f: f(Value(0.5)),
    "no_grad": no_grad(lambda f: f(Value(0.5))),
    "grad": lambda f: grad(f)(0.5),
    "jvp": lambda f: jvp(f)((0.5,), (1.0,)),
    "hessian": lambda f: autograd.hessian(f)(0.5),
    "compile": lambda f: autograd.compile(f)(Value(0.5)),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_answered_in_the_words_of_its_writer(slip, mode):
    if mode == "compile":
        pytest.importorskip("numpy", reason="needs numpy, for autograd.compile")
    message = ""
    try:
        MODES[mode](SLIPS[slip])
    except (TypeError, ValueError, AttributeError, RuntimeError) as error:
        message = str(error)
    assert message or mode != "Values"
    assert "<locals>" not in message
    assert not re.search(r"\b(Node|Dual|Traced|Symbol|IEEE|Operators|Number|ProbedOp|OpaqueOp|_\w+)\b", message)


class Twice:
    def forward(self, x):
        return 2 * x

    def backward(self, upstream):
        return 2 * upstream


def square(x):
    return x * x


MADE = {
    "grad": (grad(square), "square"),
    "jacobian": (autograd.jacobian(square), "square"),
    "vjp": (vjp(square), "square"),
    "pullback": (vjp(square)(1.0)[1], "pullback"),
    "jvp": (jvp(square), "jvp(square)"),
    "hvp": (hvp(square), "hvp(square)"),
    "no_grad": (no_grad(square), "square"),
    "gate": (autograd.gate(Twice), "Twice"),
    "operation": (autograd.operation(lambda y, a: 2), "operation(…)"),
    "on_rows": (on_rows(SigmoidLayer), "on_rows(…)"),
    "a row": (autograd.tanh, "tanh"),
    "a method": (Value(0.5).clamp, "clamp"),
}


@pytest.mark.parametrize("named", [{}, {"bogus": 1.0}], ids=["too few", "another name"])
@pytest.mark.parametrize("made", MADE)
def test_what_a_function_returns_is_called_by_a_name_that_its_user_knows(made, named):
    """Else Python says hvp.<locals>.function()."""
    function, name = MADE[made]
    with pytest.raises((TypeError, ValueError)) as error:
        function(**named)
    assert name in str(error.value) or str(error.value).startswith("argnum: ")
    assert "<locals>" not in str(error.value)


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_a_row_is_refused_by_its_own_name(name):
    """A row that is computed by another, such as softmax, names itself."""
    op, names = TABLE[name], "|".join(BUILT_IN)
    n = op.arity or 3
    for kind, bad, slot in itertools.product((float, Value), ("a", None, [1.0]), range(n)):
        numbers = [bad if i == slot else kind(0.5) for i in range(n)]
        with pytest.raises(TypeError) as error:
            op(numbers[:1], numbers[1:2], numbers[2]) if name == "dot" else op(*numbers)
        assert re.findall(rf"(?<![\w.])({names})(?!\w)", str(error.value)) == [name]


def test_an_operation_without_a_rule_is_called_by_the_name_that_its_user_gave_it():
    by_name = Value(4.0, (Value(2.0),), "mine", local_grads=(4.0,))
    by_hand = Value(4.0, (Value(2.0),), "", local_grads=(4.0,))
    gate = autograd.gate(Twice)(Value(2.0))
    for y, name in ((by_name, "mine"), (by_hand, r"a node with local_grads .*"), (gate, "Twice")):
        with pytest.raises(TypeError, match=rf"^create_graph: {name} is opaque: it has no rule, only numbers, so no"):
            (y * y).backward(create_graph=True)
