"""``gradcheck`` of functions of PyTorch's tensors and JAX's arrays, by their own gradients."""

import pytest

from autograd import gradcheck


def test_a_wrong_function_of_pytorch_is_named():
    torch = pytest.importorskip("torch")

    class Cube(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, upstream):
            (x,) = ctx.saved_tensors
            return upstream * 2 * x

    x = torch.tensor([2.0, 0.5], dtype=torch.float64, requires_grad=True)
    report = gradcheck(lambda x: Cube.apply(x).sum() * 2, [x])
    assert report.verdict == "FAIL"
    assert "Cube(2): its derivative is 4.000, right is 12.000 (2 times)" in str(report)
    assert gradcheck(lambda p: torch.tanh(p["x"]).sum(), [{"x": x.detach()}]).verdict == "PASS"
    assert x.grad is None


def test_labels_numbers_and_models_of_pytorch():
    torch = pytest.importorskip("torch")
    model, x = torch.nn.Linear(2, 1).double(), torch.tensor([2.0, 1.0], dtype=torch.float64)
    report = gradcheck(lambda x, k, i: model(x).sum() * k + x[i].sum(), [x, 2.0, torch.tensor([0])])
    assert [(check.name, check.verdict) for check in report.checks] == [
        ("x[0]", "PASS"),
        ("x[1]", "PASS"),
        ("k", "PASS"),
    ]
    assert gradcheck(lambda x: (x * 0).detach().sum() + 1, [x]).checks[0].analytic == 0
    second = gradcheck(lambda x, k: (x * k).sum(), [x, torch.tensor(0.5, dtype=torch.float64)], wrt=["k"])
    assert [(check.name, check.analytic, check.verdict) for check in second.checks] == [("k", 3.0, "PASS")]
    assert gradcheck(lambda p, i: p["w"][i].sum(), [{"w": x}, torch.tensor([0])]).verdict == "PASS"
    assert all(p.grad is None for p in model.parameters())
    short = gradcheck(lambda x: torch.tanh(x).sum(), [torch.tensor([0.3, 2.0])])
    assert short.verdict == "PASS"
    assert "24 binary digits" in str(short)


def test_a_wrong_rule_of_jax_is_named():
    jax = pytest.importorskip("jax")
    jnp = jax.numpy

    @jax.custom_vjp
    def cube(x):
        return x**3

    cube.defvjp(lambda x: (x**3, x), lambda x, g: (2 * x * g,))
    report = gradcheck(lambda x: cube(x) * 2, [jnp.array(2.0)])
    assert report.verdict == "FAIL"
    assert "cube(2): its derivative is 4.000, right is 12.000" in str(report)
    right = gradcheck(lambda p, i: jnp.tanh(p["w"])[i].sum(), [{"w": jnp.array([2.0, 0.3])}, jnp.array(1)])
    assert right.verdict == "PASS"
    second = gradcheck(lambda x, k: (x * k).sum(), [jnp.array([2.0, 1.0]), jnp.array(0.5)], wrt=["k"])
    assert [(check.name, check.analytic, check.verdict) for check in second.checks] == [("k", 3.0, "PASS")]
    with pytest.raises(ValueError, match=r"^order: expected 1 for nodes and arrays"):
        gradcheck(lambda x: x * x, [jnp.array(2.0)], order=2)
