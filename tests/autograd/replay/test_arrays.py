"""Arrays of other libraries give the same numbers, on one device or many."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import Value, grad, value_and_grad, where
from autograd.replay import Flat, compile  # noqa: A004  # the field's name for it
from autograd.table.op import TABLE
from benchmarks import networks as nets

NETWORKS = {
    "digits": nets.mlp((8, 6, 4)),
    "padded": nets.lenet(padded=True, channels=(2, 2)),
    "lstm": nets.lstm(steps=2, inputs=3, hidden=2),
    "causal": nets.transformer(length=3, width=4, heads=2),
}


pytestmark = pytest.mark.peer


@pytest.fixture(params=["torch", "jax"])
def make(request):
    """Return a function from arrays of NumPy to those of another library."""
    library = pytest.importorskip(request.param)
    if request.param == "torch":
        return lambda x, dtype="float64": library.tensor(np.asarray(x), dtype=getattr(library, dtype))
    library.config.update("jax_enable_x64", True)
    return lambda x, dtype="float64": library.numpy.asarray(np.asarray(x), dtype=dtype)


@pytest.mark.parametrize(("name", "dtype"), [*((name, "float64") for name in NETWORKS), ("digits", "float32")])
def test_a_network_on_other_arrays_is_the_one_on_numpys(make, name, dtype):
    loss, params, draw_x, draw_y = NETWORKS[name]
    compiled = compile(value_and_grad(loss), batch=("x", "y"))
    x, y = draw_x(5), draw_y(5)
    expected = compiled(params, x, y)
    value, slope = compiled({k: make(v, dtype) for k, v in params.items()}, make(x, dtype), make(y, dtype))
    precision = 1e-13 if dtype == "float64" else 1e-5
    for found, right in ((value, expected[0]), *((slope[k], expected[1][k]) for k in params)):
        assert type(found) is type(make(1.0)) or "Array" in type(found).__name__
        assert str(found.dtype).endswith(dtype)
        assert np.allclose(np.asarray(found), right, rtol=0, atol=precision * max(1, np.abs(right).max()))


def test_every_row_of_the_table_is_defined_or_said_not_to_be(make):
    x = make([0.3, 0.7])
    for op in TABLE.values():

        def f(x, op=op):
            return op.apply((x,) * (op.arity or 3))

        try:
            found = compile(f, batch="x", reduce=None)(x)
        except TypeError as error:
            assert op.name in str(error) and "is not defined for" in str(error)  # noqa: PT018, PT017  # one thought
            continue
        right = compile(f, batch="x", reduce=None)(np.array([0.3, 0.7]))
        assert np.allclose(np.asarray(found), right, rtol=1e-12, equal_nan=True), op.name
    assert float(compile(lambda x: autograd.max(x))(make([0.5, *[0.25] * 1000]))) == 0.5


def test_guards_values_and_infinities_are_looked_at_as_with_numpy(make):
    w = Value(2.0)

    def f(x):
        y = x * w if x > 0 else x / w
        y.backward()
        return y

    compiled = compile(f, batch="x")
    assert float(compiled(make([1.0, 2.0]))) == 3.0
    assert w.grad == 1.5
    flat = Flat([w])
    compile(f, batch="x", flat=flat)(make([1.0, 2.0]))
    assert flat.grad.tolist() == [3.0]
    assert float(compiled(make([-1.0, -2.0]))) == -0.75
    with pytest.raises(ValueError, match="different branches"):
        compiled(make([1.0, -1.0]))
    promise = compile(value_and_grad(lambda x: where(x > 0, x.log(), 0.0) + (x - x) * x), batch="x", reduce=None)
    assert np.asarray(promise(make([0.0, 1.0]))[1]).tolist() == [0.0, 1.0]
    assert np.asarray(compile(lambda x: 1 / x, batch="x", reduce=None)(make([0.0, 1.0]))).tolist() == [np.inf, 1.0]


def test_under_jit_it_is_one_function_of_jax_and_says_what_it_cannot_know():
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    loss, params, draw_x, draw_y = NETWORKS["causal"]
    compiled = compile(value_and_grad(loss), batch=("x", "y"))
    x, y = draw_x(4), draw_y(4)
    expected = compiled(params, x, y)
    arrays = {k: jax.numpy.asarray(v) for k, v in params.items()}
    value, slope = jax.jit(compiled)(arrays, jax.numpy.asarray(x), jax.numpy.asarray(y))
    assert np.isclose(value, expected[0], rtol=1e-13)
    assert all(np.allclose(slope[k], expected[1][k], atol=1e-12) for k in params)
    with pytest.raises(TypeError, match=r"test_arrays.py, line \d+: under jax.jit there is no number"):
        jax.jit(compile(lambda x: x if x > 0 else -x))(jax.numpy.asarray(1.0))


def test_integers_alone_are_refused(make):
    torch = pytest.importorskip("torch")
    with pytest.raises(TypeError, match="expected an array of floats"):
        compile(lambda x: x * 2, batch="x")(torch.tensor([1, 2]))


EXAMPLE = Path(autograd.__path__[0]).parent / "examples" / "train_on_many_devices.py"


def run_example(*options, devices=1):
    pytest.importorskip("jax")
    flags = f"--xla_force_host_platform_device_count={devices}"
    env = os.environ | {"XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu", "PYTHONPATH": str(EXAMPLE.parents[1])}
    return subprocess.Popen(
        [sys.executable, str(EXAMPLE), *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    )


def losses(process):
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return [float(line.split()[-1]) for line in out.splitlines() if line.startswith("step")]


def test_training_on_four_devices_and_in_two_processes_has_the_losses_of_one():
    one = losses(run_example())
    four = losses(run_example(devices=4))
    port = 21_000 + os.getpid() % 20_000
    pair = [run_example("--coordinator", f"127.0.0.1:{port}", "--processes", "2", "--process", str(k)) for k in (0, 1)]
    two = [losses(process) for process in pair]
    assert len(one) == 10
    assert one[-1] < one[0] / 2
    for other in (four, *two):
        assert np.allclose(other, one, rtol=0, atol=1e-10)


def test_the_librarys_own_gradient_flows_through_it():
    torch = pytest.importorskip("torch")
    jax = pytest.importorskip("jax")
    f = compile(lambda p, x: ((p * x).tanh() * x).exp(), batch="x")
    x = [0.5, -1.2]
    expected = compile(grad(f.f), batch="x")(0.7, x)
    w = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    f(w, torch.tensor(x, dtype=torch.float64)).backward()
    assert w.grad.item() == pytest.approx(expected, rel=1e-14)
    with jax.enable_x64(True):
        point, samples = jax.numpy.array(0.7), jax.numpy.array(x)
        assert float(jax.grad(f)(point, samples)) == pytest.approx(expected, rel=1e-14)
        assert float(jax.jit(jax.grad(f))(point, samples)) == pytest.approx(expected, rel=1e-14)
    assert f(0.7, x) == pytest.approx(f(torch.tensor(0.7), torch.tensor(x)).item(), rel=1e-6)
    with pytest.raises(ValueError, match="the gradient of this Tensor would be lost"):
        compile(lambda x: 1 / x)(torch.tensor(0.0, requires_grad=True))
