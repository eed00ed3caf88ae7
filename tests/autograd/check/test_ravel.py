"""Inputs of any shape are numbers with names."""

from collections import namedtuple

import pytest

from autograd import Value, gradcheck
from autograd.check.arrays import settle
from autograd.check.ravel import RaveledInputs


def test_inputs_may_be_nested_and_are_named():
    report = gradcheck(lambda p, x: p["w"][0] * x + p["w"][1] * x**2, [{"w": [1.0, 2.0]}, 3.0])
    assert report
    assert [check.name for check in report.checks] == ["p['w'][0]", "p['w'][1]", "x"]


def test_where_f_or_grad_raises_the_inputs_are_named():
    def broken(x):
        raise RuntimeError("out of order")

    with pytest.raises(RuntimeError, match="out of order") as caught:
        gradcheck(broken, [2.0], grad=lambda x: 1.0)
    assert caught.value.__notes__ == ["gradcheck: f raised this at x=2.0"]
    with pytest.raises(RuntimeError, match="out of order") as caught:
        gradcheck(lambda x: x, [2.0], grad=broken)
    assert caught.value.__notes__ == ["gradcheck: grad raised this at x=2.0"]


def test_dicts_are_matched_by_their_keys_and_iterators_taken():
    f, inputs = lambda p: p["w"] * 2 + p["b"] ** 2, [{"w": 1.0, "b": 3.0}]
    assert gradcheck(f, inputs, grad=lambda p: [{"b": 6.0, "w": 2.0}])
    assert gradcheck(f, inputs, grad=lambda p: [{"b": 2.0, "w": 6.0}]).verdict == "FAIL"
    assert gradcheck(lambda x, y: x * y, [2.0, 3.0], grad=lambda x, y: (g for g in (y, x)))


def test_arrays_are_inputs_and_gradients():
    numpy = pytest.importorskip("numpy", reason="needs NumPy, which the extra dev has")
    f = lambda w, b: float((w**2).sum() * b)
    assert gradcheck(f, [numpy.ones((2, 2)), 3.0], grad=lambda w, b: [2 * w * b, (w**2).sum()])


def test_leaves_are_checked_in_place_and_left_as_they_were():
    w = Value(3.0)
    report = gradcheck(lambda *p: (w * 2.0).tanh() ** 2, [w])
    assert report.checks[0].numeric != 0
    assert w.data == 3.0
    assert gradcheck(lambda x: w * w, [1.0]).verdict == "INCONCLUSIVE"


def test_lists_stand_in_for_iterators_and_the_rest_keeps_its_kind():
    Point = namedtuple("Point", "x y")
    tree = {"a": iter([1.0]), "b": (range(2), Point(1.0, [2.0])), "c": {"d": 4.0}.values(), "e": 5.0}
    assert settle(tree, arrays=True) == {"a": [1.0], "b": ([0, 1], Point(1.0, [2.0])), "c": [4.0], "e": 5.0}


def test_numbers_are_named_by_their_arguments_labels_or_places():
    def names(f, inputs):
        return RaveledInputs(f, inputs).names

    assert names(lambda w, x: w, [{"a": [1.0, 2.0]}, 3.0]) == ["w['a'][0]", "w['a'][1]", "x"]
    assert names(lambda *args: args, [Value(1.0, label="b"), 2.0]) == ["b", "x1"]


def test_a_leaf_that_occurs_twice_or_is_constant_is_not_used_in_place():
    own, twice, constant = Value(1.0), Value(2.0), Value(3.0, requires_grad=False)
    inputs = RaveledInputs(lambda *args: args, [own, twice, twice, constant])
    assert (inputs.own, inputs.point) == ({0: own}, [1.0, 2.0, 2.0, 3.0])
    own.data = 7.0
    inputs.restore()
    assert own.data == 1.0


def test_a_gradient_by_the_names_of_the_arguments_is_put_in_their_order():
    inputs = RaveledInputs(lambda a, b: a, [1.0, [2.0, 3.0]])
    assert inputs.claimed(lambda a, b: {"b": [b[0], b[1]], "a": a}) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("inputs", [2.0, Value(2.0), {"w": 1.0}, "abc", {1.0}, None, slice(0, 1)], ids=repr)
def test_inputs_that_are_no_list_are_refused_with_what_to_write(inputs):
    for options in ({}, {"grad": lambda x: 1.0}, {"vjp": lambda upstream, x: upstream}):
        with pytest.raises(TypeError, match=r"^inputs: expected a list of .*; for one argument x, write \[x\]$"):
            gradcheck(lambda x: x, inputs, **options)


@pytest.mark.parametrize("is_array", [True, False])
def test_an_array_in_place_of_a_list_of_arguments_says_what_to_write(is_array):
    inputs = pytest.importorskip("numpy").ones((2, 2)) if is_array else [[1.0, 2.0], [3.0, 4.0]]
    with pytest.raises(TypeError, match="takes 1 positional argument but 2 were given") as caught:
        gradcheck(lambda x: x, inputs, vjp=lambda upstream, x: upstream)
    note = "inputs holds one entry for each argument of forward: write [x] for an array x"
    assert note in caught.value.__notes__[0]


OTHERS = {"text": "mean", "a slice": slice(0, 2), "an ellipsis": ..., "bytes": b"x", "a function": abs, "a type": int,
          "nothing": None, "a mode and a count": {"mode": "x", "n": 3}, "a shape": (2,), "a set": {1}}  # fmt: skip


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_an_argument_that_is_no_number_is_left_alone_by_a_backward_pass_and_named_by_a_gradient(other):
    seen = []

    def forward(x, other):
        seen.append(other)
        return [y * y for y in x]

    backward = lambda upstream, x, other: ([2 * u * y for u, y in zip(upstream, x, strict=True)], None)
    assert gradcheck(forward, [[1.0, 2.0], other], vjp=backward)
    assert all(given == other for given in seen)
    loss, slope = lambda x, other: sum(forward(x, other)), lambda x, other: [[2 * y for y in x]]
    assert gradcheck(loss, [[1.0, 2.0], other], grad=slope, wrt=["x"])
    assert gradcheck(loss, [[1.0, 2.0], other], wrt=["x"])
    if other is not None and not isinstance(other, dict | tuple):  # which may hold numbers
        for grad in (slope, None):
            with pytest.raises(TypeError, match=r"^inputs\[1\]: expected a number, got .*, for other; .* wrt=$"):
                gradcheck(loss, [[1.0, 2.0], other], grad)


def test_a_second_order_along_directions_is_refused_by_its_name():
    with pytest.raises(ValueError, match=r"^directions: with order=2 each number is checked, .*; write order=1"):
        gradcheck(lambda x: x**2, [2.0], order=2, directions=3)
    assert gradcheck(lambda x: x**2, [2.0], order=2, directions=0)
