"""A backward pass on arrays: right ones pass, faulty ones do not, and each way to call it is clear or refused."""

import math

import pytest

from autograd import Value, gradcheck
from autograd.check.backward_pass import to_backward_pass
from autograd.check.wrong_node import differ
from tests.corpora.backward_faults import half_a, right
from tests.helpers.optional_numpy import np

X, W = [[1.0, -2.0, 0.5], [0.3, 4.0, -1.0]], [[0.5, 2.0], [1.0, -1.0], [0.7, 0.1]]


def affine(x, w):
    return np.tanh(x @ w)


def affine_back(u, x, w):
    d = u * (1 - np.tanh(x @ w) ** 2)
    return d @ w.T, x.T @ d


def notes(report):
    return {check.name: check.note for check in report.checks if check.verdict == "FAIL" and check.note}


def entries(module, attribute):
    np.array(0)  # skips the test without NumPy
    return getattr(module, attribute)


@pytest.mark.parametrize("place", range(20))
def test_right_backward_passes_of_the_corpus_are_not_accused(place):
    entry = right.RIGHT[place]
    for seed, directions in ((1, None), (1, 3), (0, 1), (1, 1), (2, 1)):
        for inputs in entry.make(np.random.default_rng(seed)):
            report = gradcheck(entry.forward, inputs, vjp=entry.backward, directions=directions)
            assert report, report


@pytest.mark.parametrize("place", range(30))
def test_faulty_backward_passes_of_the_corpus_do_not_pass(place):
    fault = half_a.FAULTS[place]
    reports = [gradcheck(fault.forward, inputs, vjp=fault.backward) for inputs in fault.make(np.random.default_rng(1))]
    assert "FAIL" in [report.verdict for report in reports]


UPSTREAMS = {
    "ignores its upstream": lambda u, x, d: d,
    "squares its upstream": lambda u, x, d: u * u * d,
    "adds its upstream": lambda u, x, d: u + d,
    "is not linear in its upstream": lambda u, x, d: np.clip(u, -1, 1) * d,
}


@pytest.mark.parametrize("note", UPSTREAMS)
def test_the_gradient_must_be_linear_in_its_upstream(note):
    def back(u, x):
        return UPSTREAMS[note](u, x, np.cos(x))

    report = gradcheck(np.sin, [np.array(X)], vjp=back)
    assert report.verdict == "FAIL"
    assert note in notes(report)["x"]


@pytest.mark.parametrize("turn", [lambda x: x.T, lambda x: x[None], lambda x: x.ravel(), lambda x: x.sum()])
def test_gradients_of_another_shape_are_named_with_both_shapes(turn):
    w = np.array(W)
    report = gradcheck(affine, [np.array(X), w], vjp=lambda u, x, w: (affine_back(u, x, w)[0], turn(w)))
    assert report.verdict == "FAIL"
    assert set(notes(report)) == {"w"}
    assert str(w.shape) in notes(report)["w"]
    assert str(turn(w).shape) in notes(report)["w"]


def changes(name):
    def back(u, cache):
        x, y = cache
        if name == "upstream":
            u *= 1 - y**2
            return u
        d = u * (1 - y**2)
        if name == "x":
            x *= 2
        elif name == "cache":
            y *= 0.5
        return d

    return back


@pytest.mark.parametrize("name", ["upstream", "x", "cache"])
def test_what_is_changed_in_place_is_named(name):
    def forward(x):
        y = np.tanh(x)
        return y.copy(), (x, y)

    report = gradcheck(forward, [np.array(X)], vjp=changes(name))
    assert report.verdict == "FAIL"
    assert "in place" in notes(report)[name]
    assert gradcheck(forward, [np.array(X)], vjp=changes("nothing"))

    def changing(x):
        x += 1
        return x

    assert "forward changes x in place" in str(gradcheck(changing, [np.array(X)], vjp=lambda u, x: u))


def test_a_cache_that_another_call_of_forward_replaces_is_stale():
    kept = {}

    def forward(x):
        kept["y"] = np.tanh(x)
        return kept["y"], None

    report = gradcheck(forward, [np.array(X)], vjp=lambda u, cache: u * (1 - kept["y"] ** 2))
    assert report.verdict == "FAIL"
    assert "stale" in notes(report)["x"]


@pytest.mark.parametrize("first", [X, [[2.0, 0.1, -0.7], [1.0, 1.5, -3.0]]])
def test_state_that_the_first_call_has_left_is_seen_wherever_it_was_made(first):
    kept = {}

    def forward(x):
        return np.tanh(x), kept.setdefault("y", np.tanh(x))

    forward(np.array(first))
    assert gradcheck(forward, [np.array(X)], vjp=lambda u, y: u * (1 - y**2)).verdict == "FAIL"


def test_a_gradient_that_is_right_for_symmetric_matrices_only_is_not_accused_there():
    matrix = np.array([[2.0, 0.5, 0.1], [0.5, 3.0, -0.4], [0.1, -0.4, 1.0]])
    forward = lambda s: np.linalg.slogdet(s)[1]
    assert gradcheck(forward, [matrix], vjp=lambda u, s: u * np.linalg.inv(s))
    assert gradcheck(forward, [matrix + np.eye(3, k=1)], vjp=lambda u, s: u * np.linalg.inv(s)).verdict == "FAIL"


def test_a_layer_that_keeps_its_cache_passes():
    class Tanh:
        def forward(self, x):
            self.y = np.tanh(x)
            return self.y

        def backward(self, u):
            return u * (1 - self.y**2)

    layer = Tanh()
    with pytest.raises(TypeError, match=r"^vjp: expected vjp\(upstream, x\), since .* got vjp\(u\); for a layer"):
        gradcheck(layer.forward, [np.array(X)], vjp=layer.backward)
    vjp = lambda upstream, *inputs: (layer.forward(*inputs), layer.backward(upstream))[1]
    assert gradcheck(layer.forward, [np.array(X)], vjp=vjp)


ANSWERS = {
    "a tuple": lambda dx, dw: (dx, dw),
    "a list": lambda dx, dw: [dx, dw],
    "by name": lambda dx, dw: {"w": dw, "x": dx},
    "lists of numbers": lambda dx, dw: (dx.tolist(), dw.tolist()),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_gradients_come_in_any_container(answer):
    assert gradcheck(affine, [np.array(X), np.array(W)], vjp=lambda *a: answer(*affine_back(*a)))


def test_wrt_and_none_and_labels():
    x, w = np.array(X), np.array(W)
    for wrt in (["w"], [1]):
        for vjp in (lambda *a: affine_back(*a)[1], lambda *a: (None, affine_back(*a)[1])):
            report = gradcheck(affine, [x, w], vjp=vjp, wrt=wrt)
            assert report
            assert [check.name for check in report.checks] == [f"w[{i}][{j}]" for i in range(3) for j in range(2)]
    assert gradcheck(affine, [x, w], vjp=lambda *a: (affine_back(*a)[0], None)).verdict == "FAIL"
    assert gradcheck(lambda x, w: 2 * x, [x, w], vjp=lambda u, x, w: (2 * u, None))

    def pick(x, rows, mask):
        return np.where(mask, x[rows], 0.0)

    def pick_back(u, x, rows, mask):
        dx = np.zeros_like(x)
        np.add.at(dx, rows, np.where(mask, u, 0.0))
        return dx

    for rows in (np.array([1, 0, 1]), [1, 0, 1]):
        inputs = [x, rows, np.array([[True], [True], [False]])]
        assert gradcheck(pick, inputs, vjp=pick_back)
        assert gradcheck(pick, inputs, vjp=lambda *a: (pick_back(*a), None, None))


def test_lists_dicts_numbers_and_values():
    assert gradcheck(lambda x, y: [a * y for a in x], [[1.0, 2.0], 3.0], vjp=scaled_back)
    assert gradcheck(sum, [[1.0, 2.0, 3.0]], vjp=lambda u, x: [u, u, u])
    assert gradcheck(lambda x: x**2, [2.0], vjp=lambda u, x: 2 * x * u)
    assert gradcheck(lambda x: x**2, [2.0], vjp=lambda u, x: u).verdict == "FAIL"
    squares = lambda x: [a * a for a in x]
    assert gradcheck(squares, [[Value(1.0), Value(2.0)]], vjp=lambda u, x: [2 * a * b for a, b in zip(u, x, strict=1)])
    report = gradcheck(lambda p: [p["w"] * p["b"]], [{"w": 2.0, "b": 3.0}], vjp=product_back)
    assert report
    assert [check.name for check in report.checks] == ["p['w']", "p['b']"]


def scaled_back(u, x, y):
    return [a * y for a in u], math.fsum(a * b for a, b in zip(u, x, strict=True))


def product_back(u, p):
    return {"w": u[0] * p["b"], "b": u[0] * p["w"]}


def test_verdicts_are_those_of_numbers():
    x = np.array([0.0, 1.0])
    report = gradcheck(lambda x: np.maximum(x, 0), [x], vjp=lambda u, x: u * (x > 0))
    assert [check.verdict for check in report.checks] == ["KINK", "PASS"]
    rng = np.random.default_rng(0)
    report = gradcheck(lambda x: x * rng.uniform(), [x + 1], vjp=lambda u, x: u)
    assert report.verdict in ("INCONCLUSIVE", "FAIL")
    report = gradcheck(lambda x: x.sum(), [x], vjp=lambda u, x: u + 0 * x)
    assert report
    assert report.evaluations < 2 * 80 + 100


REFUSED = {
    "three parts": (lambda x: (x, x, x), lambda u, c: u, TypeError, r"^forward: .* tuple of 3; write \[a, b\] for"),
    "two results": (lambda x: (2 * x, 3 * x), lambda u, x: u, TypeError, r"return \[a, b\] for two results, or"),
    "not the cache": (lambda x: (x, 1), lambda u, x, c: u, TypeError, r"^vjp: expected vjp\(upstream, cache\), since"),
    "no floats": (lambda x: 3, lambda u, x: u, TypeError, r"^forward: expected floats in its result, got int 3"),
    "three gradients": (lambda x: x[0], lambda u, x: (u, u, u), ValueError, r"^vjp: expected a tuple .* of x; got 3"),
    "text": (lambda x: x[0], lambda u, x: ["a", u], TypeError, r"^vjp, for x: expected a number, got str"),
}


@pytest.mark.parametrize(("forward", "vjp", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_ambiguous_is_refused_with_what_to_write(forward, vjp, error, message):
    inputs = [[1.0, 2.0]] if "of x;" in message or "for x:" in message else [1.0]
    with pytest.raises(error, match=message):
        gradcheck(forward, inputs, vjp=vjp)


def test_bad_options_are_named():
    f, vjp = (lambda x: x), (lambda u, x: u)
    for options, message in (
        ({"wrt": ["y"]}, "^wrt: expected a list of names or positions, of x; got"),
        ({"wrt": "x"}, "^wrt: expected a list"),
        ({"grad": f}, "^vjp: expected grad or vjp, got both"),
        ({"order": 2}, "^order: 2 needs a function of Values"),
        ({"directions": -1}, "^directions: expected a whole number from 0"),
        ({"f_error": -1.0}, "^f_error: expected a size from 0"),
    ):
        with pytest.raises(ValueError, match=message):
            gradcheck(f, [1.0], vjp=vjp, **options)
    with pytest.raises(ValueError, match=r"^inputs: expected floats, got integers or masks"):
        gradcheck(f, [1], vjp=vjp)
    with pytest.raises(TypeError, match=r"^vjp: expected a function, got float"):
        gradcheck(f, [1.0], vjp=1.0)
    with pytest.raises(TypeError, match=r"^f: expected a number, got list .* write its backward pass as vjp="):
        gradcheck(lambda x: [x], [1.0], grad=f)


def test_where_forward_raises_the_inputs_are_named():
    def broken(x):
        raise RuntimeError("out of order")

    with pytest.raises(RuntimeError) as caught:
        gradcheck(broken, [2.0], vjp=lambda u, x: u)
    assert caught.value.__notes__ == ["gradcheck: forward raised this at x=2.0"]


def test_a_backward_pass_counts_its_calls_and_gives_numbers_by_argument():
    calls = []
    backward = to_backward_pass(
        lambda x, y: calls.append(x) or [x * y], lambda u, x, y: (u[0] * y, u[0] * x), [2.0, 3.0], None
    )
    assert backward.gradients([10.0]) == [[30.0], [20.0]]
    assert backward.evaluations == len(calls) == 2
    assert differ([1.0, 2.0], [1.0, 2.1], 1e-3)
    assert not differ([1.0, math.nan], [1.0, 5.0], 1e-3)
