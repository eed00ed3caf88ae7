"""Backward passes whose forward returns nothing, draws, or overflows."""

import pytest

from autograd import gradcheck
from tests.helpers.optional_numpy import np


def test_an_empty_result_is_refused():
    with pytest.raises(ValueError, match="forward: expected at least one number in its result, got none"):
        gradcheck(lambda x: x[x > 9], [np.ones(3)], vjp=lambda u, x: 0 * x)


def test_a_forward_that_draws_is_inconclusive_and_not_called_stale():
    def dropout(x):
        mask = np.random.default_rng().random(x.shape) < 0.5
        return x * mask, mask

    report = gradcheck(dropout, [np.ones(40)], vjp=lambda u, mask: u * mask)
    assert not any("stale" in check.note for check in report.checks)
    assert "f does not give the same number twice" in report.notes


def test_the_gradients_stand_in_the_order_of_the_arguments():
    backward = lambda u, x, w: (u * w, u * x)
    assert gradcheck(lambda x, w: x * w, [2.0, 3.0], wrt=["x", "w"], vjp=backward).verdict == "PASS"
    with pytest.raises(ValueError, match=r"wrt: expected the order of the arguments, x, w, .* got \['w', 'x'\]"):
        gradcheck(lambda x, w: x * w, [2.0, 3.0], wrt=["w", "x"], vjp=backward)


def test_a_sum_beyond_the_floats_is_a_border():
    x = np.array([-1e308, -1.5e308, 1e308])
    report = gradcheck(lambda r: abs(r), [x], vjp=lambda u, r: u * np.sign(r))
    assert report.verdict != "FAIL"


def boom(*_):
    raise KeyError("a")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("f", {"f": boom, "grad": boom}),
        ("f", {"f": boom}),
        ("grad", {"f": lambda x: x * x, "grad": boom}),
        ("forward", {"f": boom, "vjp": boom}),
        ("vjp", {"f": lambda x: 2 * x, "vjp": boom}),
        ("vjp", {"f": lambda x: (2 * x, None), "vjp": boom}),
    ],
)
def test_an_error_of_the_user_keeps_its_type_and_says_which_function_raised_it_and_where(name, options):
    with pytest.raises(KeyError, match="a") as caught:
        gradcheck(options.pop("f"), [0.25], **options)
    assert f"gradcheck: {name} raised this at x0=0.25" in [note.replace("x=", "x0=") for note in caught.value.__notes__]


def test_a_cache_that_the_backward_pass_uses_up_is_named():
    report = gradcheck(lambda x: (2 * x, [2.0]), [1.5], vjp=lambda u, cache: cache.pop() * u)
    assert report.verdict == "FAIL"
    assert "cache: vjp changes its cache in place: a second call raises IndexError: pop from empty list" in str(report)


@pytest.mark.parametrize(
    ("other", "kind"), [("mean", "str 'mean'"), (object, "type <class 'object'>"), (1j, "complex 1j")]
)
def test_an_argument_that_is_not_a_number_is_named_with_what_to_write(other, kind):
    message = rf"inputs\[1\]: expected a number, got {kind}, for how; give it an argument of its own"
    for options in ({"grad": boom}, {}):
        with pytest.raises(TypeError, match=message):
            gradcheck(lambda x, how: 2 * x, [1.5, other], **options)


@pytest.mark.parametrize("x", [1j, [1.0, 1j], np.ones(2, complex)])
def test_complex_numbers_are_refused_by_a_backward_pass(x):
    with pytest.raises(TypeError, match=r"^inputs\[1\]: expected a number, got complex .*j.*, for how"):
        gradcheck(lambda x, how: 2 * x, [1.5, x], vjp=boom)


def test_dates_are_labels():
    days = np.array(["2020-01-01"], dtype="datetime64[D]")
    assert gradcheck(lambda x, day: 2 * x, [np.ones(3), days], vjp=lambda u, x, day: 2 * u)


@pytest.mark.peer
def test_random_keys_of_jax_are_left_alone():
    jax = pytest.importorskip("jax")
    noise = lambda key, x: jax.random.normal(key, x.shape)
    for key in (jax.random.key(0), jax.random.PRNGKey(0)):
        inputs = [key, jax.numpy.ones(3)]
        assert gradcheck(lambda key, x: x * noise(key, x), inputs, vjp=lambda u, key, x: u * noise(key, x))
        total = lambda key, x: (x * noise(key, x)).sum()
        assert gradcheck(total, inputs, grad=noise)
        assert gradcheck(total, inputs, grad=lambda key, x: 2 * noise(key, x)).verdict == "FAIL"


@pytest.mark.peer
@pytest.mark.parametrize("name", ["sort", "max", "median", "kthvalue", "topk", "cummax", "slogdet", "eigh"])
def test_named_results_of_torch_are_followed_and_their_labels_left_alone(name):
    """The upstream is of the same class; its members with integers have no gradient."""
    torch = pytest.importorskip("torch")
    f = {
        "slogdet": torch.linalg.slogdet,
        "eigh": lambda x: torch.linalg.eigh(x @ x.T),
        "topk": lambda x: torch.topk(x, 2),
        "kthvalue": lambda x: torch.kthvalue(x, 2),
    }.get(name, lambda x: getattr(torch, name)(x, dim=1))
    x = torch.tensor([[0.3, -1.2, 0.8], [2.0, 0.1, -0.5], [1.1, 0.7, -2.0]], dtype=torch.float64, requires_grad=True)

    def back(u, x, factor=1.0):
        pairs = [(y, factor * v) for y, v in zip(f(x), u, strict=True) if y.requires_grad]
        return torch.autograd.grad([y for y, _ in pairs], x, [v for _, v in pairs])

    assert gradcheck(f, [x], vjp=back)
    assert gradcheck(f, [x], vjp=lambda u, x: back(u, x, 1.001)).verdict == "FAIL"


@pytest.mark.peer
def test_arrays_that_cannot_be_read_are_named():
    torch = pytest.importorskip("torch")
    x = torch.ones(3, dtype=torch.float64)
    with pytest.raises(
        TypeError, match=r"inputs\[0\]: expected dense arrays, got Tensor of torch\.float64; convert it"
    ):
        gradcheck(lambda x: x, [x.to_sparse()], vjp=boom)
    with pytest.raises(TypeError, match="expected floats of 16 bits or more, got an array of float8_e4m3fn"):
        gradcheck(lambda x: x, [x.to(torch.float8_e4m3fn)], vjp=boom)
