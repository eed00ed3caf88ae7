"""Dual numbers: what they pass on, what they keep apart, and how they are copied."""

import copy
import math
import pickle
from fractions import Fraction

import pytest

import autograd
from autograd import Value, exp, grad, jvp, relu


def test_perturbation_confusion():
    """Nested derivatives have variables of their own (Siskind and Pearlmutter, 2005)."""

    def outer(derivative):
        return derivative(lambda x: x * derivative(lambda y: x * y)(x))(3.0)

    assert outer(grad) == 6.0
    assert outer(lambda f: lambda x: jvp(f)((x,), (1.0,))[1]) == 6.0


def test_what_does_not_change_carries_no_tangent():
    assert jvp(lambda x, y: x + autograd.sqrt(y))((1.0, 0.0), (1.0, 0.0)) == (1.0, 1.0)
    assert jvp(lambda x: x if x else 2 * x)((0.0,), (1.0,)) == (0.0, 2.0)

    def frozen(x):
        with autograd.no_grad():
            square = x * x
        return square * x + float(f"{x:.1f}") + x.data + x.detach()

    assert jvp(frozen)((3.0,), (1.0,))[1] == grad(frozen)(3.0) == 9.0


def test_fractions_stay_exact_in_forward_mode():
    third = Fraction(1, 3)
    assert jvp(lambda x: x * x)((third,), (Fraction(1),)) == (Fraction(1, 9), Fraction(2, 3))


@pytest.mark.filterwarnings("ignore:.* met a nan or an infinity; 0 · inf")
@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (lambda x: autograd.relu(-2 - x**0.25), 0.0, 0.0),
        (lambda x: 1 / (1 + autograd.exp(-x)), -800.0, 0.0),
        (lambda x: autograd.sqrt(x) * 0.0 + x, 0.0, 1.0),
        (lambda x: autograd.where(x > 0, autograd.log(x), x), 0.0, 1.0),
        (lambda x: autograd.minimum(autograd.sqrt(x), -1.0), 0.0, 0.0),
    ],
)
def test_a_local_derivative_of_0_passes_nothing_on_beside_an_infinite_tangent(f, x, slope):
    assert jvp(f)((x,), (1.0,))[1] == grad(f)(x) == slope


@pytest.mark.filterwarnings("ignore:.* met a nan or an infinity")
def test_a_nan_passes_a_local_derivative_of_0_in_both_modes():
    f = lambda x: autograd.log(x) * 0.0
    assert math.isnan(grad(f)(-1.0))
    assert math.isnan(jvp(f)((-1.0,), (1.0,))[1])


def test_a_dual_number_is_copied_as_itself_and_pickled_never():
    assert jvp(lambda x: copy.deepcopy([x])[0] * copy.copy(x))((3.0,), (1.0,)) == (9.0, 6.0)
    with pytest.raises(TypeError, match=r"^no derivative would flow through a pickle"):
        jvp(lambda x: pickle.loads(pickle.dumps(x)))((3.0,), (1.0,))


@pytest.mark.parametrize("number", [int, Fraction, "uint8", "int8", "int64", "float16", "float32", "bool_"])
def test_plain_numbers_of_any_type_are_computed_as_floats(number):
    if isinstance(number, str):
        number = getattr(pytest.importorskip("numpy"), number)
    one = number(1)
    for f in (lambda x: relu(x - 3), lambda x: exp(-x), lambda x: x * 300 * 300, lambda x: x**-1, lambda x: -x):
        if number is not Fraction:
            assert jvp(f)((one,), (one,)) == jvp(f)((1.0,), (1.0,))
        for g in (lambda x, f=f: f(x * one), lambda x, f=f: f(x + one), lambda x: exp(x / one)):
            assert jvp(g)((0.5,), (1.0,))[1] == pytest.approx(grad(g)(0.5), rel=1e-14)
    with pytest.raises(TypeError, match=r"argument 2 of mul\(\): expected a number or a Value, got complex"):
        jvp(lambda x: x * 1j)((2.0,), (1.0,))


@pytest.mark.parametrize("name", ["register_hook", "requires_grad", "op", "args", "is_stale", "forward", "_prev"])
def test_what_only_a_graph_has_is_refused_with_what_to_write(name):
    with pytest.raises(AttributeError, match=f"{name}: a number that jvp differentiates has none; call grad"):
        jvp(lambda x: getattr(x, name))((1.0,), (1.0,))


@pytest.mark.parametrize(
    "use",
    [
        lambda a: a * 2, lambda a: Value(3.0) * a, lambda a: a.exp(), lambda a: grad(lambda x: x * a)(3.0),
        lambda a: grad(lambda x: a)(3.0), lambda a: jvp(lambda x: a)((3.0,), (1.0,)),
        lambda a: jvp(lambda x: x + a)((3.0,), (1.0,)), lambda a: grad(lambda x: x * x)(a),
    ],
)  # fmt: skip  # a table
@pytest.mark.parametrize("order", [1, 2])
def test_a_number_that_outlives_its_jvp_is_refused(use, order):
    kept = []

    def keep(a):
        kept.append(a)
        return a * a

    f = keep if order == 1 else lambda a: jvp(keep)((a,), (1.0,))[1]
    jvp(f)((2.0,), (1.0,))
    with pytest.raises(ValueError, match="used after the jvp that it belongs to"):
        use(kept[0])


def test_the_data_of_a_number_that_jvp_differentiates_cannot_be_set():
    with pytest.raises(TypeError, match=r"^data: a number that jvp differentiates cannot be changed in place"):
        jvp(lambda a: setattr(a, "data", 3.0))((2.0,), (1.0,))


SETTABLE = [name for name in dir(Value) if getattr(getattr(Value, name), "fset", None)]
SECOND = {
    "grad": lambda f: grad(grad(f)),
    "jvp": lambda f: lambda x: jvp(grad(f))((x,), (1.0,))[1],
    "grad of jvp": lambda f: grad(lambda x: jvp(f)((x,), (1.0,))[1]),
    "grad of compile": lambda f: grad(grad(autograd.compile(f))),
}


@pytest.mark.parametrize("derivative", SECOND)
@pytest.mark.parametrize("name", [*SETTABLE, "label", "scope", "momentum"])
def test_what_is_set_of_a_number_that_is_differentiated_is_refused_or_changes_nothing(name, derivative):
    if "compile" in derivative:
        pytest.importorskip("numpy")

    def f(x):
        setattr(x, name, {"_backward": print, "requires_grad": False, "grad": 0.0}.get(name, 5.0))
        return x**3

    message = "right"
    try:
        assert SECOND[derivative](f)(2.0) == 12.0
    except (TypeError, RuntimeError) as error:
        message = str(error)
    assert message == "right" or name in message or name == "_backward"


def test_what_would_make_an_argument_of_grad_another_number_is_refused():
    for name, x in (("data", 5.0), ("requires_grad", False)):
        with pytest.raises(TypeError, match=rf"^{name}: cannot be set of an argument that grad differentiates"):
            grad(lambda v, name=name, x=x: [setattr(v, name, x), v * v][1])(3.0)
    with pytest.raises(TypeError, match=r"^requires_grad, _backward: cannot be set of a number that jvp"):
        jvp(lambda v: [setattr(v, "requires_grad", False), v * v][1])((3.0,), (1.0,))
