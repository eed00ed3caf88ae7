"""Arrays in a domain: shapes, kinks, large ones, and backward passes that they find wrong."""

from math import inf

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from autograd import gradcheck
from autograd.strategies import arrays_in, interval, points
from autograd.table import TABLE

QUICK = settings(max_examples=500, phases=[Phase.generate], derandomize=True)
TWO = ((-1, 0), (0, 1))


def flat(nested) -> list[float]:
    return [x for part in nested for x in flat(part)] if isinstance(nested, list) else [nested]


def shape_of(nested) -> tuple[int, ...]:
    return (len(nested), *(shape_of(nested[0]) if nested else ())) if isinstance(nested, list) else ()


@pytest.mark.parametrize("shape", [(), 3, (2,), (2, 3), [1, 1, 4], (30, 40)])
@pytest.mark.parametrize("kinks", ["near", "away", "at"])
def test_arrays_have_their_shape_and_lie_in_the_domain(shape, kinks):
    @settings(max_examples=20)
    @given(arrays_in(TWO, shape, kinks))
    def check(x):
        assert shape_of(x) == (tuple(shape) if isinstance(shape, tuple | list) else (shape,))
        least = {"near": 0, "away": 0.01, "at": 0.01}[kinks]
        entries = [y for y in flat(x) if kinks != "at" or y != 0]
        assert all(interval(TWO, y) and least <= abs(y) <= 1 - least for y in entries)
        assert kinks != "at" or len(entries) < len(flat(x))

    check()


def test_an_array_may_be_empty_or_of_a_drawn_shape():
    assert find(arrays_in(TWO, 0, "at"), lambda x: True) == []
    shapes = st.tuples(st.integers(1, 3), st.integers(1, 3))
    assert find(arrays_in(TWO, shapes), lambda x: len(x[0]) == 2, settings=QUICK)


def test_the_entries_of_a_large_array_differ_and_none_of_a_drawn_one_is_fixed():
    x = flat(find(arrays_in(((0, inf),), (20, 20), "away"), lambda x: len({*flat(x)}) > 200, settings=QUICK))
    assert 0.01 <= min(x) < max(x) <= 10.01
    assert find(arrays_in(TWO, (2, 2)), lambda x: x[1][1] < -0.9 and x[0][1] > 0.9, settings=QUICK)


@pytest.mark.parametrize("kinks", ["near", "away", "at"])
def test_points_of_several_arguments_become_one_array_for_each(kinks):
    @settings(max_examples=30)
    @given(points(TABLE["maximum"], kinks, shape=(2, 3)))
    def check(args):
        assert list(map(shape_of, args)) == [(2, 3)] * 2
        gaps = [abs(a - b) for a, b in zip(*map(flat, args), strict=True)]
        assert (min(gaps) == 0) is (kinks == "at")
        assert kinks != "away" or min(gaps) > 0.01

    check()


def test_arrays_of_another_library_come_as_they_are_asked_for():
    np = pytest.importorskip("numpy", reason="needs NumPy, which the extra replay has")
    a, b = find(points(TABLE["hypot"], "away", (2, 3), np.array), lambda args: True)
    assert a.shape == b.shape == (2, 3)
    assert a.dtype == np.float64
    assert find(arrays_in(TWO, 2, asarray=np.float32), lambda x: True).dtype == np.float32


SHORT_DOMAINS = {
    "around 0": ((-1, 0), (0, 1)),
    "all": ((-inf, 0), (0, inf)),
    "next to 1": ((1, inf),),
    "above 1000": ((1000, 1016), (1016, 1100)),
    "ends that are no short floats": ((0.1, 0.3), (0.3, 0.7)),
    "tiny": ((0, 1e-6),),
    "beyond the short": ((-1e300, -1), (2, 1e300)),
}
TYPES = ["numpy float32", "numpy float16", "torch float32", "torch float16", "torch bfloat16", "jax float32",
         "jax bfloat16", "jax as it comes"]  # fmt: skip


def converter(kind):
    """Return a function from nested lists to arrays of a library and type."""
    library, _, dtype = kind.partition(" ")
    module = pytest.importorskip("jax.numpy" if library == "jax" else library)
    if dtype == "as it comes":
        return module.asarray
    dtype = getattr(module, dtype)
    return lambda rows: (module.tensor if library == "torch" else module.asarray)(rows, dtype=dtype)


def float_of(asarray, x):
    """Return a number as an array holds it: exactly where JAX uses double precision."""
    return asarray([x]).tolist()


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind.startswith("numpy") else pytest.mark.peer) for kind in TYPES]
)
@pytest.mark.parametrize("name", SHORT_DOMAINS)
def test_arrays_of_short_floats_lie_in_the_domain_after_rounding(kind, name):
    asarray, domain = converter(kind), SHORT_DOMAINS[name]
    for kinks in ("near", "away", "at"):
        for shape in ((3,), (5, 8)):
            is_kink = len(domain) > 1 and domain[0][1] in {domain[1][0]} & {0, 1016, *float_of(asarray, domain[0][1])}
            if kinks == "at" and not is_kink:
                with pytest.raises(ValueError, match=r"^kinks: expected near or away, since no two inter"):
                    arrays_in(domain, shape, kinks, asarray)
                continue

            @settings(max_examples=15, suppress_health_check=[], database=None)
            @given(arrays_in(domain, shape, kinks, asarray))
            def check(x):
                numbers = [float(y) for y in x.reshape(-1).tolist()]
                entries = [y for y in numbers if kinks != "at" or y != domain[0][1]]  # noqa: B023  # it is called at once
                assert all(interval(domain, y) for y in entries), numbers
                assert kinks != "at" or len(entries) < len(numbers)  # noqa: B023

            check()


def test_arrays_that_hold_no_floats_are_refused():
    np = pytest.importorskip("numpy")
    for dtype in (int, bool, "complex64", str):
        with pytest.raises(TypeError, match=r"^asarray: expected arrays of floats, such as float64 or float32, got "):
            arrays_in(TWO, 3, asarray=lambda rows, dtype=dtype: np.array(rows, dtype))
    with pytest.raises(ValueError, match=r"^domain\[0\]: expected an interval with a float16 inside, got "):
        arrays_in(((1000, 1000.5),), 3, asarray=np.float16)
    assert find(arrays_in(TWO, 2, asarray=tuple), lambda x: True) == (-0.5, -0.5)


def forward(x):
    return [[2 * max(y, 0.0) + abs(y - 1) for y in row] for row in x]


def backward(upstream, x):
    return [[u * (2 * (y > 0) + (1 if y > 1 else -1)) for u, y in zip(*rows, strict=True)] for rows in zip(upstream, x)]  # noqa: B905


def test_a_right_backward_pass_on_lists_passes_away_from_kinks_and_is_not_accused_at_them():
    domain = ((-inf, 0), (0, 1), (1, inf))
    for kinks, accepted in ("away", {"PASS"}), ("at", {"KINK"}), ("near", {"PASS", "KINK", "INCONCLUSIVE"}):

        @settings(max_examples=20)
        @given(arrays_in(domain, (2, 2), kinks))
        def check(x):
            assert gradcheck(forward, [x], vjp=backward).verdict in accepted  # noqa: B023  # it is called at once

        check()


@pytest.mark.parametrize("wrong", ["beyond 1", "its upstream"])
def test_a_wrong_backward_pass_on_lists_is_found(wrong):
    def vjp(upstream, x):
        if wrong == "beyond 1":
            return backward(upstream, [[min(y, 1.0) for y in row] for row in x])
        return backward([[abs(u) for u in row] for row in upstream], x)

    is_wrong = lambda x: gradcheck(forward, [x], vjp=vjp, directions=1).verdict == "FAIL"
    assert find(arrays_in(((-inf, 0), (0, 1), (1, inf)), (2, 2), "away"), is_wrong, settings=QUICK)


@pytest.mark.parametrize("shape", ["2", 1.5, (2, -1), (2, None)])
def test_bad_shapes_are_named(shape):
    for strategy in (lambda: arrays_in(TWO, shape), lambda: points(TABLE["tanh"], shape=shape)):
        with pytest.raises(TypeError, match=r"^shape: expected a whole number from 0, or a tuple of these, got "):
            strategy()
