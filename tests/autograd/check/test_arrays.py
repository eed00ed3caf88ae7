"""f gets arrays of the library, dtype and flags that it was given; labels and masks are left alone."""

import math

import pytest

from autograd import Value, gradcheck
from autograd.check.arrays import digits_of, every_number_in, has_floats, is_label, numbers_in, refill, settle, shape_of
from tests.helpers.optional_numpy import np


def test_trees_are_refilled_in_their_kind():
    tree = {"w": np.asfortranarray(np.ones((2, 3), "float32")), "b": (1.0, np.float16(2)), "labels": np.array([1, 0])}
    assert numbers_in(tree) == [1.0] * 7 + [2.0]
    assert every_number_in(tree)[8:] == [1, 0]
    found = refill(tree, iter(map(float, range(8))))
    assert found["w"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert (found["w"].dtype, found["w"].flags.f_contiguous) == ("float32", True)
    assert (found["b"], type(found["b"][1]), found["labels"].tolist()) == ((6.0, 7.0), np.float16, [1, 0])
    assert refill(np.array([1, 2]), iter([5, 6]), every=True).tolist() == [5, 6]
    assert refill(np.ones(1), iter([Value(2.0)])).dtype == object
    assert refill(np.ones(1), iter([1j])).dtype == complex


@pytest.mark.parametrize(
    ("tree", "shape"),
    [(1.0, ()), ([], (0,)), ([[1.0], [2.0]], (2, 1)), ({"a": [1.0]}, {"['a']": (1,)}), ([1.0, [2.0]], None)],
)
def test_shapes(tree, shape):
    assert shape_of(tree) == shape if shape is not None else isinstance(shape_of(tree), dict)


def test_kinds():
    assert is_label(np.array([True]))
    assert is_label(np.array(["a"]))
    assert not is_label(np.ones(1))
    assert [has_floats(x) for x in (1, [1, 2], [1, 2.0], Value(1.0), np.ones(1), np.ones(1, int))] == [0, 0, 1, 1, 1, 0]
    assert digits_of([np.ones(1), np.float32(1)]) == 24
    assert settle({"w": iter([1.0]), "x": range(2)}) == {"w": [1.0], "x": [0, 1]}


def test_a_gradient_function_gets_what_it_was_given():
    seen = set()

    def f(x, rows):
        seen.add((x.dtype.name, x.shape, rows.dtype.name))
        return float((x[rows] ** 2).sum())

    def grad(x, rows):
        found = np.zeros_like(x)
        np.add.at(found, rows, 2 * x[rows])
        return [found, None]

    for dtype in ("float64", "float32"):
        x, rows = np.array([[1.0, 2.0], [3.0, 4.0]], dtype), np.array([1, 1])
        assert gradcheck(f, [x, rows], grad=grad)
        assert gradcheck(f, [x, rows], grad=lambda x, rows: grad(x, rows)[:1])
        assert seen - {("complex128", (2, 2), "int64")} == {(dtype, (2, 2), "int64")}
        seen.clear()
    assert "floats of 24 binary digits: rtol is 0.01" in gradcheck(f, [x, rows], grad=grad).notes
    with pytest.raises(TypeError, match=r"integers and masks have no gradient: write 1.0 for 1"):
        gradcheck(f, [rows, rows], grad=grad)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_short_floats_pass_or_are_inconclusive_and_gross_faults_fail(dtype):
    x = np.array([[0.5, -1.5], [2.0, 0.25]], dtype)
    back = lambda u, x: u * (1 - np.tanh(x) ** 2)
    assert gradcheck(np.tanh, [x], vjp=back).verdict in {"float32": ["PASS"]}.get(dtype, ["PASS", "INCONCLUSIVE"])
    for scale in (0, -1, 3):
        assert gradcheck(np.tanh, [x], vjp=lambda u, x, scale=scale: scale * back(u, x)).verdict == "FAIL"


def test_read_only_arrays_stay_so_for_f_and_an_upstream_can_be_written():
    x, seen = np.arange(6.0).reshape(2, 3) + 0.5, set()
    x.flags.writeable = False
    for array in (x, x.T, np.broadcast_to(x[0], (2, 3)), np.array(2.0), np.ones(4)[::2]):
        found = refill(array, iter(map(float, range(array.size))))
        assert found.flags.writeable == array.flags.writeable
        assert found.flags.c_contiguous == array.flags.c_contiguous or array.strides[0] in (0, 16)
        assert refill(array, iter(map(float, range(array.size))), flags=False).flags.writeable

    def forward(x):
        seen.add(x.flags.writeable)
        return np.broadcast_to(x.sum(), (2,))

    def backward(upstream, x):
        upstream += 0
        return np.full(x.shape, upstream.sum())

    assert gradcheck(forward, [x], vjp=backward)
    assert seen == {False}

    def overwrite(x):
        x[0] = 0
        return x * 1

    with pytest.raises(ValueError, match="read-only"):
        gradcheck(overwrite, [x], vjp=lambda upstream, x: upstream)


@pytest.mark.peer
def test_layout_and_parameters_of_pytorch_are_kept():
    torch = pytest.importorskip("torch")
    Parameter, images = torch.nn.Parameter, torch.randn(2, 3, 4, 5)
    cases = {
        "contiguous": torch.randn(2, 3),
        "transposed": torch.randn(2, 3).t(),
        "channels last": images.to(memory_format=torch.channels_last),
        "with gaps": torch.randn(6)[::2],
        "a window": torch.randn(4, 6)[1:3, 2:4],
        "a number": torch.tensor(1.0),
        "empty": torch.zeros(0, 3),
        "one row": torch.randn(1, 5),
        "labels": torch.tensor([[1, 2], [3, 4]]).t(),
        "short": torch.randn(3, 2).bfloat16().t(),
        "that require gradients": torch.randn(2, 3, requires_grad=True),
        "a parameter": Parameter(torch.randn(3, 2).t()),
        "a frozen parameter": Parameter(torch.randn(2), requires_grad=False),
    }
    for name, tensor in cases.items():
        numbers = list(range(tensor.numel()))
        found = refill(tensor, iter(numbers), every=True)
        assert (found.stride(), found.dtype, found.requires_grad) == (
            tensor.stride(),
            tensor.dtype,
            tensor.requires_grad,
        )
        assert type(found) is type(tensor), name
        assert found.reshape(-1).tolist() == numbers
        assert not refill(tensor, iter(numbers), every=True, flags=False).requires_grad
    for shared in (torch.randn(3, 1).expand(3, 4), torch.randn(5).unfold(0, 3, 1)):
        assert refill(shared, iter(range(shared.numel()))).reshape(-1).tolist() == list(range(shared.numel()))

    def forward(w, x):
        assert isinstance(w, Parameter)
        assert x.is_contiguous(memory_format=torch.channels_last)
        return (x * w).sum(dim=(2, 3))

    w, x = Parameter(torch.ones(3, 1, 1).double()), cases["channels last"].double()
    assert gradcheck(forward, [w, x], vjp=lambda u, w, x: torch.autograd.grad(forward(w, x), w, u), wrt=["w"])


@pytest.mark.peer
def test_arrays_of_pytorch():
    torch = pytest.importorskip("torch")

    def forward(x, w):
        assert x.requires_grad
        assert not w.requires_grad
        assert x.dtype == w.dtype
        return torch.tanh(x @ w)

    for dtype in (torch.float64, torch.float32):
        torch.manual_seed(0)
        x, w = torch.randn(3, 4, dtype=dtype, requires_grad=True), torch.randn(4, 2, dtype=dtype)
        back = lambda u, x, w: torch.autograd.grad(forward(x, w), x, u)
        assert gradcheck(forward, [x, w], vjp=back, wrt=["x"])
        assert gradcheck(forward, [x * 1, w], vjp=back, wrt=["x"])
        double = lambda u, x, w, back=back: 2 * back(u, x, w)[0]
        assert gradcheck(forward, [x, w], vjp=double, wrt=["x"]).verdict == "FAIL"
    table, rows = torch.randn(4, 3, dtype=torch.float64), torch.tensor([0, 2, 2])
    back = lambda u, t, rows: (torch.zeros_like(t).index_add_(0, rows, u), None)
    assert gradcheck(lambda t, rows: t[rows], [table, rows], vjp=back)
    assert gradcheck(lambda x: x.to(torch.bfloat16), [x.to(torch.bfloat16)], vjp=lambda u, x: -u).verdict == "FAIL"


@pytest.mark.peer
def test_arrays_of_jax():
    jax = pytest.importorskip("jax")
    x = jax.numpy.array([[0.5, -1.5], [2.0, 0.25]])

    def forward(x):
        return jax.numpy.tanh(x).at[0].set(0.0)

    assert gradcheck(forward, [x], vjp=lambda u, x: jax.vjp(forward, x)[1](u))
    assert gradcheck(forward, [x], vjp=lambda u, x: u).verdict == "FAIL"
    assert gradcheck(lambda x: forward(x).sum(), [x], grad=jax.grad(lambda x: forward(x).sum()))
    pick = lambda x, rows: x[rows]
    rows = jax.numpy.array([1, 1])
    assert gradcheck(pick, [x, rows], vjp=lambda u, x, rows: (jax.numpy.zeros_like(x).at[rows].add(u), None))
    half = x.astype(jax.numpy.bfloat16)
    assert gradcheck(lambda x: 2 * x, [half], vjp=lambda u, x: -u).verdict == "FAIL"
    assert not math.isnan(gradcheck(lambda x: 2 * x, [half], vjp=lambda u, x: 2 * u).checks[0].numeric)
