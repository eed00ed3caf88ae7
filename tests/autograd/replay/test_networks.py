"""Networks become matrices again, in a number of instructions without width."""

import random

import numpy as np
import pytest

from autograd import value_and_grad
from autograd.graph.pytree import leaves
from autograd.replay import Compiled, Program, compile  # noqa: A004  # the field's name for it
from benchmarks import networks as nets

ZOO = {
    "mlp": (nets.mlp(), 20),
    "digits": (nets.mlp((64, 8, 10)), 24),
    "lenet": (nets.lenet(), 36),
    "padded": (nets.lenet(padded=True, channels=(2, 3)), 41),
    "average": (nets.lenet(pooling=nets.average), 33),
    "rnn": (nets.rnn(steps=10, inputs=3, hidden=4), 62),
    "lstm": (nets.lstm(steps=3, inputs=3, hidden=4), 54),
    "causal": (nets.transformer(length=5, width=8, heads=2), 77),
    "gpt": (nets.gpt(length=5, width=8, heads=2, letters=6), 112),
    "dense": (nets.transformer(length=5, width=8, heads=2, causal=False), 75),
}


@pytest.mark.parametrize("name", ZOO)
def test_a_network_gives_the_engines_gradients_in_few_instructions(name):
    (loss, params, draw_x, draw_y), golden = ZOO[name]
    f = value_and_grad(loss)
    compiled = compile(f, batch=("x", "y"))
    for n in (3, 20):
        x, y = draw_x(n), draw_y(n)
        expected = [f(params, a, b) for a, b in zip(x, y, strict=True)]
        value, slope = compiled(params, x, y)
        each = np.array([leaves(g) for _, g in expected])
        size = np.abs(each).max() + np.abs([v for v, _ in expected]).max()
        assert abs(value - np.mean([v for v, _ in expected])) < 1e-13 * size
        assert np.abs(flat(slope) - each.mean(axis=0)).max() < 1e-13 * size
    assert len(compiled.program.instructions) == golden


def flat(tree):
    return np.concatenate([np.ravel(x) for x in tree.values()])


def instructions(network):
    loss, params, x, y = network
    compiled = compile(value_and_grad(loss), batch=("x", "y"))
    compiled(params, x(2), y(2))
    return len(compiled.program.instructions)


@pytest.mark.parametrize(
    "pair",
    [
        (nets.mlp((64, 32, 10)), nets.mlp((64, 320, 10))),
        (nets.lenet(channels=(4, 8)), nets.lenet(channels=(6, 5))),
        (nets.rnn(inputs=8, hidden=16), nets.rnn(inputs=5, hidden=7)),
        (nets.transformer(length=5, width=12, heads=3), nets.transformer(length=7, width=24, heads=6)),
    ],
    ids=["width", "channels", "recurrent width", "length and heads"],
)
def test_the_number_of_instructions_does_not_depend_on_sizes(pair):
    assert instructions(pair[0]) == instructions(pair[1])


def moved(array, rng):
    """Return an array permuted along each axis, and the function that undoes it."""
    array = np.asarray(array)
    orders = [rng.permutation(n) for n in array.shape]

    def back(tree, axis=0):
        if axis == array.ndim:
            return tree
        return [back(tree[k], axis + 1) for k in np.argsort(orders[axis])]

    return array[np.ix_(*orders)], back


@pytest.mark.parametrize("name", ZOO)
def test_the_number_of_instructions_does_not_depend_on_the_order_of_parameters_inputs_and_sums(name, monkeypatch):
    (loss, params, draw_x, draw_y), golden = ZOO[name]
    x, y = np.asarray(draw_x(2)), draw_y(2)
    dot, total, rng = nets.dot, nets.total, np.random.default_rng(0)

    def mixed(w, x, *b):
        order = rng.permutation(len(w))
        return dot([w[k] for k in order], [x[k] for k in order], *b)

    monkeypatch.setattr(nets, "dot", mixed)
    monkeypatch.setattr(nets, "total", lambda terms: total(rng.permutation(np.array(list(terms), object)).tolist()))
    elsewhere = {key: moved(value, rng) for key, value in params.items()}
    places, back_x = moved(np.arange(x[0].size).reshape(x[0].shape), rng)
    there = x.reshape(2, -1)[:, places]

    def f(p, x, y):
        return loss({key: back(p[key]) for key, (_, back) in elsewhere.items()}, back_x(x), y)

    compiled = Compiled(value_and_grad(f), batch=("x", "y"), roots={})  # so that f may draw from rng
    value, _ = compiled({key: array for key, (array, _) in elsewhere.items()}, there, y)
    expected = [value_and_grad(loss)(params, *sample)[0] for sample in zip(x, y, strict=True)]
    assert value == pytest.approx(np.mean(expected), rel=1e-12)
    assert len(compiled.program.instructions) == golden


def test_sums_are_the_same_in_any_association():
    def left(p, x, y):
        total = p["b"]
        for w, z in zip(p["w"], x, strict=True):
            total = total + w * z
        return (total.tanh() - y) ** 2

    def balanced(p, x, y):
        terms = [w * z for w, z in zip(p["w"], x, strict=True)] + [p["b"]]
        while len(terms) > 1:
            terms = [a + b for a, b in zip(terms[::2], terms[1::2], strict=False)] + terms[len(terms) & ~1 :]
        return (terms[0].tanh() - y) ** 2

    rng = random.Random(0)
    found = set()
    for f in (left, balanced):
        p = {"w": nets.matrix(rng, 7), "b": 0.3}
        compiled = compile(value_and_grad(f), batch=("x", "y"))
        compiled(p, nets.matrix(rng, 2, 7), nets.matrix(rng, 2))
        found.add(len(compiled.program.instructions))
    assert len(found) == 1


def test_samples_written_out_in_one_trace_are_recognised_too():
    loss, params, draw_x, draw_y = nets.mlp((2, 5, 1))
    x, y = draw_x(30), draw_y(30)

    def whole(p):
        return nets.total([loss(p, a, b) for a, b in zip(x, y, strict=True)]) / 30

    compiled = compile(value_and_grad(whole))
    value, slope = compiled(params)
    expected = value_and_grad(whole)(params)
    assert np.isclose(value, expected[0], rtol=1e-13)
    assert np.allclose(flat(slope), leaves(expected[1]), rtol=1e-11)
    assert len(compiled.program.instructions) < 30


@pytest.mark.parametrize("name", ZOO)
def test_a_program_survives_json_and_is_read_as_it_is_printed(name):
    (loss, params, x, y), _ = ZOO[name]
    compiled = compile(value_and_grad(loss), batch=("x", "y"))
    compiled(params, x(2), y(2))
    text = compiled.program.to_json()
    again = Program.from_json(text)
    assert again.to_json() == text
    assert str(again) == str(compiled.program)
