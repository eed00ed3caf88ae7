"""A pullback is used again and differentiated, its function is called once, and argnum is any permutation."""

import gc
import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

import autograd
from autograd import Value, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.graph import leaves
from tests.helpers.optional_numpy import np


def polynomial(x):
    return 3 * x**4 - 2 * x**3 + x


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def test_pullback_can_be_used_again():
    y, pullback = vjp(lambda a, b: (a * b, a - b))(2.0, 3.0)
    assert y == (6.0, -1.0)
    assert pullback((1.0, 0.0)) == (3.0, 2.0)
    assert pullback((0.0, 1.0)) == (1.0, -1.0)


def test_or_raises_when_asked_to():
    with pytest.raises(ValueError, match="argument 1 of f: f does not depend on all of it"):
        grad(lambda x, y: x, argnum=1, allow_unused=False)(1.0, 2.0)
    assert autograd.grad(Value(1.0), Value(2.0))[0].data == 0.0


def test_a_function_that_returns_no_number_is_refused():
    for f in (lambda x: None, lambda x: "a", lambda x: [x, "a"]):
        with pytest.raises(TypeError, match=r"^f returns: expected a number or a Value, got"):
            jacobian(f)(1.0)


def test_transforms_leave_no_reference_cycles():
    gc.collect()
    gc.disable()
    ours = lambda: sum(isinstance(x, Value) for x in gc.get_objects())
    before = ours()
    try:
        grad(polynomial)(2.0)
        grad(grad(polynomial))(2.0)
        hessian(rosenbrock)([1.0, 2.0])
        jvp(grad(polynomial))((2.0,), (1.0,))
        assert ours() == before
    finally:
        gc.enable()


@pytest.mark.parametrize("argnum", [(1, 0), [1, 0], (-1, 0), [-1, -2], (0, 1), (0,), [1], ()])
def test_argnum_is_any_permutation_for_every_transform(argnum):
    f = lambda a, b: a * a - a * b * b
    places = [n % 2 for n in argnum]
    by = [lambda a, b: 2 * a - b * b, lambda a, b: -2 * a * b]
    twice = [[2.0, -4.0], [-4.0, -6.0]]
    expected = tuple(by[n](3.0, 2.0) for n in places)
    assert grad(f, argnum)(3.0, 2.0) == expected
    assert value_and_grad(f, argnums=argnum)(3.0, 2.0) == (-3.0, expected)
    assert jacobian(f, argnum)(3.0, 2.0) == expected
    assert jacobian(lambda a, b: [f(a, b), b], argnums=argnum)(3.0, 2.0) == [expected, tuple(map(float, places))]
    assert hessian(f, argnum)(3.0, 2.0) == tuple(tuple(twice[n][m] for m in places) for n in places)
    direction = [(1.0, 10.0)[n] for n in places]
    product = [sum(twice[n][m] * v for m, v in zip(places, direction, strict=True)) for n in places]
    assert hvp(f, argnum)(3.0, direction, 2.0) == hvp(f, argnums=argnum)(3.0, direction, 2.0) == tuple(product)


def test_whole_numbers_of_numpy_choose_arguments_as_ints_do():
    f = lambda a, b: a * a - a * b * b
    for argnum, spelling in itertools.product((0, 1, -1, [1, 0]), (np.int64, np.uint8, np.array)):
        given = spelling(argnum) if type(argnum) is int and not (spelling is np.uint8 and argnum < 0) else argnum
        given = list(map(spelling, argnum)) if type(argnum) is list else given
        for transform in (grad, value_and_grad, jacobian, hessian):
            assert transform(f, given)(3.0, 2.0) == transform(f, argnums=argnum)(3.0, 2.0)
        v = (1.0, 1.0) if type(argnum) is list else 1.0
        assert hvp(f, given)(3.0, v, 2.0) == hvp(f, argnum)(3.0, v, 2.0)
    for wrong in (np.bool_(True), np.array(True), np.float64(1.0), np.array([0, 1]), 1.0):
        with pytest.raises(ValueError, match=r"^argnum: expected"):
            grad(f, wrong)(3.0, 2.0)


@pytest.mark.parametrize("argnum", [(0, 0), (0, -2), 2, -3, "a", True, (0, None)])
def test_a_wrong_argnum_is_named(argnum):
    for transform, vector in ((grad, ()), (value_and_grad, ()), (jacobian, ()), (hessian, ()), (hvp, (1.0,))):
        with pytest.raises(ValueError, match=r"^argnum: expected"):
            transform(lambda a, b: a * b, argnum)(1.0, *vector, 2.0)


@pytest.mark.parametrize("transform", [grad, value_and_grad, jacobian, hessian, hvp])
def test_two_names_of_one_option_are_refused_together(transform):
    with pytest.raises(TypeError, match=r"^argnums: expected argnum or argnums, .* got both, 1 and 0$"):
        transform(lambda a, b: a * b, 1, argnums=0)
    with pytest.raises(TypeError, match=r"^argnums, has_aux: they go with a function"):
        grad(Value(1.0) * 2, [], has_aux=True)


NESTED = (grad, jacobian, hessian, lambda f: lambda x: hvp(f)(x, x), lambda f: lambda x: jvp(f)((x,), (x,)))


@pytest.mark.parametrize("outer", [jacobian, NESTED[-1], lambda f: lambda x: vjp(f)(x)[0]])
@pytest.mark.parametrize("inner", NESTED)
def test_none_in_an_argument_holds_nothing_in_any_nesting(outer, inner):
    """The derivatives are those of the same function of an argument without None, which has None in its place."""
    without = outer(inner(lambda p: p["a"] ** 3 * p["b"][0]))({"a": 2.0, "b": [3.0]})
    found = outer(inner(lambda p: p["a"] ** 3 * p["b"][0]))({"a": 2.0, "n": None, "b": [3.0, None]})
    assert leaves(found) == leaves(without)


@pytest.mark.parametrize("transform", [*NESTED, lambda f: lambda x: vjp(f)(1.0, x)])
def test_an_argument_that_is_nothing_but_none_is_refused(transform):
    with pytest.raises(TypeError, match=r"^(argument [01] of f|primals\[0\]): expected numbers .*, got None$"):
        transform(lambda *args: args[0])(None)


def test_threads_and_pools_inside_a_function():
    def f(x):
        with ThreadPoolExecutor(3) as pool:
            return sum(pool.map(lambda k: grad(lambda y: x * y**k)(2.0), [1, 2, 3]))

    def with_backward(x):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: (x**3).backward()).result()
        return x.grad

    assert (grad(f)(3.0), jvp(f)((3.0,), (1.0,)), hvp(lambda x: x * f(x))(3.0, 1.0)) == (17.0, (51.0, 17.0), 34.0)
    assert grad(with_backward)(2.0) == 12.0


def test_a_pullback_is_differentiated_by_its_cotangent():
    _, pullback = vjp(lambda x: x**3)(2.0)
    assert grad(lambda c: pullback(c)[0] ** 2)(3.0) == 2 * 3 * 144
    assert jvp(lambda c: pullback(c)[0] ** 2)((3.0,), (1.0,))[1] == 2 * 3 * 144


def test_something_else_may_be_passed_on():
    f = lambda x: (x**3, {"square": x * x, "text": "a"})
    aux = {"square": 4.0, "text": "a"}
    assert grad(f, has_aux=True)(2.0) == (12.0, aux)
    assert value_and_grad(f, has_aux=True)(2.0) == ((8.0, aux), 12.0)
    assert jacobian(f, has_aux=True)(2.0) == (12.0, aux)
    assert hessian(f, has_aux=True)(2.0) == (12.0, aux)
    assert vjp(f, has_aux=True)(2.0)[2] == aux
    with pytest.raises(TypeError, match=r"^f: expected it to return a pair, for has_aux, got Value"):
        grad(lambda x: x, has_aux=True)(1.0)


def test_within_no_grad_arguments_that_are_values_give_values_without_a_graph():
    x = Value(2.0)
    with autograd.no_grad():
        slope = grad(lambda t: t**3)(x)
        assert grad(lambda t: grad(lambda u: u * t)(1.0))(3.0) == 1.0
    assert (slope.data, slope.requires_grad) == (12.0, False)

    def frozen(x):
        with autograd.no_grad():
            slope = grad(lambda y: x * y**2)(x)
        return slope * x

    assert grad(frozen)(3.0) == jvp(frozen)((3.0,), (1.0,))[1] == 18.0


@pytest.mark.parametrize("transform", [grad, jacobian, value_and_grad])
def test_a_truth_is_no_result_whose_gradient_would_be_0(transform):
    with pytest.raises(TypeError, match=r"f returns: expected a number or a Value, got bool True; write where"):
        transform(lambda x: x > 0)(2.0)


TRANSFORMS = {
    "grad": lambda f: grad(f)(0.5),
    "value_and_grad": lambda f: value_and_grad(f)(0.5),
    "vjp": lambda f: vjp(f)(0.5),
    "jvp": lambda f: jvp(f)((0.5,), (1.0,)),
    "hvp": lambda f: hvp(f)(0.5, 1.0),
    "jacobian": lambda f: jacobian(f)(0.5),
    "hessian": lambda f: hessian(f)(0.5),
}


@pytest.mark.parametrize("name", TRANSFORMS)
def test_no_transform_differentiates_a_truth_or_a_class(name):
    numpy = pytest.importorskip("numpy")
    for f in (lambda x: x > 0, lambda x: numpy.bool_(1), lambda x: numpy.array(True), lambda x: numpy.array([x > 0])):
        with pytest.raises(TypeError, match=r"^f returns: expected a number or a Value, got bool True; write where"):
            TRANSFORMS[name](f)
    with pytest.raises(TypeError, match=r"expected a number.*, got type <class"):
        TRANSFORMS[name](lambda x: Value)


@pytest.mark.parametrize("change", ["leaf", "middle", "input"])
def test_a_pullback_mixes_no_two_evaluations(change):
    x, w = Value(1.0), Value(0.5)
    middle = w * 1.0
    y, pullback = vjp(lambda x: (middle * x).tanh())(x)
    before = pullback(1.0)[0].data
    assert before == pullback(1.0)[0].data == pytest.approx(0.5 * (1 - y.data**2))
    {"leaf": w, "middle": middle, "input": x}[change].data = 2.0
    with pytest.raises(ValueError, match=r"^pullback: data was changed after f had read it; call vjp again"):
        pullback(1.0)
    _, pullback = vjp(lambda x: x * x)(3.0)
    assert pullback(1.0) == (6.0,)
