"""Numbers from outside pass as floats, or are refused by the name of the argument."""

from decimal import Decimal
from fractions import Fraction
from math import inf

import pytest

import autograd
from autograd import Value
from autograd.table import TABLE

PASS = [2, True, 2.5, Fraction(5, 2), -0.0, inf]
PASS_FROM_NUMPY = [
    ("float64", 2.5),
    ("float32", 2.5),
    ("int8", 2),
    ("uint64", 2),
    ("bool_", True),
    ("array", 2.5),
    ("array", 2),
    ("array", True),
]
REFUSED = [1j, "2", None, [2.0], Decimal("2.5"), (1.0,), object()]


def every_use(x):
    """Return each use of a number with a Value, in the order of USES."""
    v = Value(3.0)
    return [lambda: Value(x), lambda: v + x, lambda: x - v, lambda: v.maximum(x), lambda: TABLE["sum"](v, x)]


USES = [
    "data",
    r"argument 2 of add\(\)",
    r"argument 1 of sub\(\)",
    r"argument 2 of maximum\(\)",
    r"argument 2 of sum\(\)",
]


@pytest.mark.parametrize("x", PASS, ids=repr)
def test_a_real_number_passes_as_its_float(x):
    expected = [float(x), 3.0 + float(x), float(x) - 3.0, max(3.0, float(x)), 3.0 + float(x)]
    made = [use() for use in every_use(x)]
    assert [v.data.hex() for v in made] == [y.hex() for y in expected]
    assert all(type(a) is float for v in made for a in v.args if not isinstance(a, Value))


@pytest.mark.parametrize(("kind", "x"), PASS_FROM_NUMPY)
def test_a_scalar_of_numpy_passes_as_its_float(kind, x):
    numpy = pytest.importorskip("numpy")
    test_a_real_number_passes_as_its_float(getattr(numpy, kind)(x))


@pytest.mark.parametrize("x", REFUSED, ids=lambda x: type(x).__name__)
def test_anything_else_is_refused_by_the_name_of_the_argument(x):
    for use, name in zip(every_use(x), USES, strict=True):
        with pytest.raises(TypeError, match=f"^{name}: expected a number( or a Value)?, got {type(x).__name__} "):
            use()
    with pytest.raises(TypeError, match=f"^gradient: .* got {type(x).__name__} "):
        Value(1.0).backward(x)
    if not isinstance(x, Decimal):  # which has an order among floats
        with pytest.raises(TypeError, match=f"^the other side of a comparison: .* got {type(x).__name__} "):
            sorted([x, Value(1.0)])


@pytest.mark.parametrize(("kind", "x"), [("complex64", 1), ("array", "x"), ("array", [1.0]), ("array", None)])
def test_an_array_that_is_no_real_number_is_no_data(kind, x):
    numpy = pytest.importorskip("numpy")
    with pytest.raises(TypeError, match=r"^data: expected a number, got "):
        Value(getattr(numpy, kind)(x))


def test_a_value_is_no_data():
    with pytest.raises(TypeError, match=r"^data: expected a number, got .*; use v\.data for its number, v\.detach"):
        Value(Value(1.0))


@pytest.mark.parametrize("call", [autograd.grad(lambda a: a), autograd.Value, autograd.exp, autograd.relu])
def test_an_array_of_another_library_where_a_number_is_expected_is_refused_with_a_hint(call):
    class Tensor:
        ndim = 1
        tolist = list

    with pytest.raises(
        TypeError, match=r"expected a number.*, got Tensor .*; write autograd\.array\(x\), or x\.tolist"
    ):
        call(Tensor())


@pytest.mark.parametrize("kind", [int, Fraction, "longdouble"])
def test_what_no_float_can_hold_is_named_by_its_size(kind):
    if isinstance(kind, str):
        numpy = pytest.importorskip("numpy")
        x = numpy.longdouble(1e300) ** 4
        if not numpy.isfinite(x):
            pytest.skip("long doubles are doubles here")
    else:
        x = kind(10**1200)
    for use, name in zip(every_use(x), USES, strict=True):
        if kind == "longdouble" and "sub" in name:
            continue  # NumPy, on the left, casts it and warns
        given = rf"got {type(x).__name__} of about 2\*\*398\d; write math.inf, or scale it$"
        with pytest.raises(
            OverflowError, match=f"^{name}: expected a number( or a Value)? in the range of floats, {given}"
        ):
            use()
    if kind is int:
        with pytest.raises(OverflowError, match=r"^softmax: expected a number in the range of floats"):
            autograd.softmax(Value(1.0), x)


class Tensor:
    """A number of another library without axes, such as PyTorch's."""

    ndim = 0

    def __init__(self, requires_grad):
        self.requires_grad = requires_grad

    def item(self):
        return 3.0


USES_OF_A_TENSOR = [
    lambda x: Value(2.0) * x,
    lambda x: x * Value(2.0),
    lambda x: autograd.grad(lambda t: t * x)(2.0),
    lambda x: autograd.jvp(lambda t: t * x)((2.0,), (1.0,)),
    lambda x: autograd.jvp(lambda t: x * t)((2.0,), (1.0,)),
    lambda x: autograd.grad(lambda t: t * t)(x),
    lambda x: autograd.jvp(lambda t: t * t)((x,), (1.0,)),
    lambda x: autograd.jvp(lambda t: t * t)((1.0,), (x,)),
]


@pytest.mark.parametrize("use", USES_OF_A_TENSOR)
def test_a_number_of_another_library_passes_in_every_mode_unless_its_gradient_would_be_lost(use):
    use(Tensor(requires_grad=False))
    with pytest.raises(TypeError, match="the gradient of this Tensor would be lost"):
        use(Tensor(requires_grad=True))


def test_a_value_in_an_array_without_axes_is_compared_by_its_number():
    numpy = pytest.importorskip("numpy")
    x = numpy.array(Value(3.0), dtype=object)
    assert Value(2.0) < x
    assert not Value(2.0) >= x
    assert autograd.grad(lambda t: t * 5 if t < x else t)(2.0) == 5.0
