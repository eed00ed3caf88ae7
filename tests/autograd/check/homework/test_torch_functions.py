"""Classes derived from torch.autograd.Function are checked through apply, right ones pass and wrong ones fail."""

import textwrap
from types import ModuleType

import pytest

from autograd.check.homework import check_pairs, find_pairs
from autograd.check.homework.torch_functions import is_torch_function, to_functions

pytestmark = pytest.mark.peer
HEAD = "import numpy as np\nimport torch\nfrom torch.autograd import Function\n"
FUNCTIONS = {  # a forward pass, and a right and a wrong result of the backward pass
    "an activation": (
        "forward(ctx, x):\n    ctx.save_for_backward(x)\n    return x.clamp(min=0)",
        "backward(ctx, g):\n    (x,) = ctx.saved_tensors\n    return {}",
        "g * (x > 0)",
        "(x > 0) * 1.0",
    ),
    "weights": (
        "forward(ctx, x, w, b):\n    ctx.save_for_backward(x, w)\n    return x @ w.t() + b",
        "backward(ctx, grad_output):\n    x, w = ctx.saved_tensors\n"
        "    return grad_output @ w, grad_output.t() @ x, grad_output.{}(0)",
        "sum",
        "mean",
    ),
    "a context set up apart": (
        "forward(x):\n    return x.exp()",
        "setup_context(ctx, inputs, output):\n    ctx.save_for_backward(output)\n"
        "  @staticmethod\n  def backward(ctx, g): return g * ctx.saved_tensors[0] * {}",
        "1",
        "2",
    ),
    "two results": (
        "forward(ctx, x, y):\n    ctx.save_for_backward(x, y)\n    return x * y, x + y",
        "backward(ctx, g, h):\n    x, y = ctx.saved_tensors\n    return g * y + h, {}",
        "g * x + h",
        "g * x",
    ),
    "a constant": (
        "forward(ctx, x, alpha: float):\n    ctx.alpha = alpha\n    return x * alpha",
        "backward(ctx, g): return g * {}, None",
        "ctx.alpha",
        "ctx.alpha**2",
    ),
    "a result without a gradient": (
        "forward(ctx, x):\n    v, i = x.max(dim=1)\n    ctx.save_for_backward(i)\n    ctx.shape = x.shape\n"
        "    ctx.mark_non_differentiable(i)\n    return v, i",
        "backward(ctx, g, _):\n    (i,) = ctx.saved_tensors\n"
        "    return g.new_zeros(ctx.shape).scatter(1, i[:, None], {})",
        "g[:, None]",
        "2 * g[:, None]",
    ),
    "numpy inside": (
        "forward(ctx, x):\n    ctx.x = x.detach().numpy()\n    return torch.from_numpy(np.sin(ctx.x))",
        "backward(ctx, g): return g * torch.from_numpy({}(ctx.x))",
        "np.cos",
        "np.sin",
    ),
}


def check(*bodies):
    pytest.importorskip("torch")
    source = HEAD
    for k, (forward, backward) in enumerate(bodies):
        source += f"class F{k}(Function):\n  @staticmethod\n  def {forward}\n  @staticmethod\n  def {backward}\n"
    with open("layers.py", "w", encoding="utf-8") as file:
        file.write(textwrap.dedent(source))
    _, *rows = check_pairs("layers.py", find_pairs(source))
    return rows


def test_a_right_function_passes_and_a_wrong_one_fails(monkeypatch):
    monkeypatch.chdir(".")
    bodies = [(a, b.replace("{}", text)) for a, b, *texts in FUNCTIONS.values() for text in texts]
    rows = check(*bodies)
    found = dict(zip([(name, kind) for name in FUNCTIONS for kind in ("right", "wrong")], rows, strict=True))
    verdicts = {key: row["verdict"] for key, row in found.items()}
    assert verdicts == {key: "PASS" if key[1] == "right" else "FAIL" for key in found}, found
    assert rows[0]["pair"] == "F0.forward / F0.backward"
    assert found["weights", "right"]["inputs"] == "x (3, 4), w (5, 4), b (5,)"


def test_gradients_that_pytorch_refuses_and_those_that_are_none(monkeypatch):
    monkeypatch.chdir(".")
    forward = "forward(ctx, x, w):\n    ctx.save_for_backward(x, w)\n    return x @ w"
    backward = "backward(ctx, g):\n    x, w = ctx.saved_tensors\n    return "
    few, shape, none, empty = check(
        (forward, f"{backward}g @ w.t()"),
        (forward, f"{backward}g @ w.t(), g.t() @ x"),
        (forward, f"{backward}g @ w.t(), None"),
        ("forward(ctx, x): raise NotImplementedError", "backward(ctx, g): pass"),
    )
    assert (few["verdict"], shape["verdict"], empty["verdict"]) == ("FAIL", "FAIL", "not checked")
    assert "F0.backward: RuntimeError: function F0Backward returned an incorrect number of gradients" in few["notes"][0]
    assert "got [5, 4] but expected shape compatible with [4, 5]" in shape["notes"][0]
    assert (none["verdict"], none["unchecked"]) == ("INCONCLUSIVE", ["w"])


def test_only_classes_of_pytorch_are_taken_for_its_functions():
    torch = pytest.importorskip("torch")

    class Twice(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return 2 * x

        @staticmethod
        def backward(ctx, g):
            return 2 * g

    assert [is_torch_function(x) for x in (Twice, torch.nn.Linear, Twice.forward, ModuleType("m"), 1)] == [
        1,
        0,
        0,
        0,
        0,
    ]
    module = to_functions(Twice)
    forward, backward = getattr(module, "Twice.forward"), getattr(module, "Twice.backward")
    assert forward(torch.ones(2)).tolist() == [2.0, 2.0]
    assert backward(torch.ones(2), x=torch.ones(2))["x"].tolist() == [2.0, 2.0]
