"""A call on arrays is expanded to rows where numbers prove it, whatever library it comes from."""

import math
import warnings

import pytest

import autograd
from autograd import Value
from autograd.engine import nodes_in_order
from autograd.foreign.scalars import LIMIT, Call, checked_size, expand, labels


def call(name, run, elements, constants=(), again=True, slopes=None):
    """Return a call of a function of a list, with derivatives by differences of complex steps."""

    def jacobian(x):
        columns = [run([v + 1e-200j * (i == j) for j, v in enumerate(x)]) for i in range(len(x))]
        return [[getattr(column[k], "imag", 0.0) / 1e-200 for column in columns] for k in range(len(columns[0]))]

    x = [getattr(a, "data", a) for a in elements]
    real = lambda v: [float(getattr(y, "real", y)) for y in run(v)]  # short
    return Call(
        name, elements, x, dict(constants), real(x), slopes or jacobian(x), real if again else None,
        jacobian if again else None, 2e-16,
    )  # fmt: skip


def values(*numbers):
    return [Value(x) for x in numbers]


def ops(element):
    return [node.op.name for node in nodes_in_order(element) if node.op]


def test_what_moves_only_passes_elements_through():
    a, b = values(1.0, 2.0)
    assert expand(call("flip", lambda x: [x[1], x[0], 7.0], [a, b])) == [b, a, 7.0]
    assert expand(call("flip", lambda x: [x[1], x[0]], [a, b]))[0] is b


def test_what_has_no_slope_is_a_constant():
    found = expand(call("stop", lambda x: [x[0]], values(2.0), slopes=[[0.0]]))
    assert found == [2.0]


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (lambda x: [x[0] + x[1]], ["add"]), (lambda x: [x[0] - x[1]], ["sub"]), (lambda x: [-x[0]], ["neg"]),
        (lambda x: [3 * x[0]], ["mul"]), (lambda x: [x[0] + x[1] + x[2]], ["sum"]), (lambda x: [sum(x) / 4], ["mean"]),
        (lambda x: [2 * x[0] + x[1] - 5], ["dot"]), (lambda x: [x[0] * x[1]], ["mul"]), (lambda x: [4 - x[2]], ["sub"]),
        (lambda x: [x[0] * x[1] + x[2]], ["mul", "add"]),
        (lambda x: [x[0] * x[1] - x[2] * x[3]], ["dot", "dot", "sub"]),
        (lambda x: [x[0] * x[1] + x[2] * x[3]], ["dot"]), (lambda x: [x[0] * x[1] * x[2]], ["ƒ f"]),
        (lambda x: [x[0] * x[0]], ["ƒ f"]), (lambda x: [abs(x[0].real) * 1.0], ["ƒ f"]),
    ],
)  # fmt: skip
def test_sums_and_products_are_found_without_a_name(run, expected):
    (y,) = expand(call("f", run, values(1.5, -2.0, 0.25, 3.0)))
    assert ops(y) == expected


def test_a_name_alone_proves_nothing():
    tanh = lambda x: [(math.e ** (2 * x[0]) - 1) / (math.e ** (2 * x[0]) + 1)]  # short
    (a,) = values(0.5)
    assert ops(expand(call("tanh", tanh, [a]))[0]) == ["tanh"]
    assert ops(expand(call("sinh", tanh, [a]))[0]) == ["ƒ sinh"]
    wrong = expand(call("tanh", tanh, [a], slopes=[[1.2]]))[0]  # an own rule, 1 + y²
    assert (ops(wrong), wrong.locals) == (["ƒ tanh"], (1.2,))


def test_constants_of_a_call_are_tried_before_and_after():
    (a,) = values(3.0)
    assert expand(call("pow", lambda x: [x[0] ** 2], [a], {"exponent": 2}))[0].args == (a, 2.0)
    assert expand(call("pow", lambda x: [2 ** x[0]], [a], {"base": 2}))[0].args == (2.0, a)


def test_blocks_of_ours_change_nothing_and_warnings_of_other_numbers_are_not_seen():
    def warned(x):
        warnings.warn(str(x), stacklevel=1)
        return [x[0] + x[1]]

    with warnings.catch_warnings(action="ignore"):
        found = call("f", warned, values(1.0, 2.0))
    with autograd.no_grad():
        assert ops(expand(found)[0]) == ["add"]


def test_what_may_not_run_again_is_one_node_of_its_slopes():
    a, b = values(1.0, 2.0)
    first, second = expand(call("Own", lambda x: [2 * x[0], 3 * x[1]], [a, b], again=False))
    assert [(y.op.name, y.args, y.locals) for y in (first, second)] == [
        ("ƒ Own", (a,), (2.0,)), ("ƒ Own", (b,), (3.0,))
    ]  # fmt: skip
    (dead,) = expand(call("Own", lambda x: [0.0], [a], again=False, slopes=[[0.0]]))
    assert (dead.args, dead.locals) == ((a,), (0.0,))


def test_a_kink_that_rounding_has_crossed_is_not_a_row():
    drifted = Value(1e-9)  # theirs is −1e-9 in short floats
    ours = call("relu", lambda x: [x[0] if x[0].real > 0 else 0.0], [drifted])
    ours.x, ours.data, ours.slopes = [-1e-9], [0.0], [[0.0]]
    assert ops(expand(ours)[0]) == ["ƒ relu"]


def test_labels_and_sizes():
    assert labels("x", (2, 1)) == ["x[0][0]", "x[1][0]"]
    assert labels("x", ()) == ["x"]
    assert labels("", (2,)) == ["", ""]
    assert checked_size(1, (LIMIT - 1,)) == LIMIT
    with pytest.raises(ValueError, match=r"of shape \(4,\) leads to 2,001"):
        checked_size(LIMIT - 3, (4,))
